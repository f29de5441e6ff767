"""Who is expected when, and what came of it: a booked visit, and each thing that happened to it as a row."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models.once import SentOnce
from needlework.clinic.models.people import Patient, User
from needlework.clinic.models.places import Room, Site


class Visits(models.QuerySet["Visit"]):
    def of(self, day: date, *, site: Site | None) -> "Visits":
        """Those of a day at a site, by time, with all that a list of them shows."""
        begins = timezone.make_aware(datetime.combine(day, time.min))
        rows = self.filter(site=site, starts_at__gte=begins, starts_at__lt=begins + timedelta(days=1))
        found = rows.select_related(
            "patient__absorbed_by__survivor", "room", "practitioner", "moved_from__visit"
        )
        whose = ("patient__versions", "patient__absorbed_by__survivor__versions")
        return found.prefetch_related(*whose, "events").order_by("starts_at", "id")


class Visit(SentOnce):
    """Somebody is expected. A visit that was moved is a new row that names the event that moved it."""

    class Kind(models.TextChoices):
        TALK = "talk", _("First visit")
        TREATMENT = "treatment", _("Treatment")
        CHECK = "check", _("Check")
        PHOTOGRAPHS = "photographs", _("Photographs")
        OTHER = "other", _("Something else")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="visits", editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="visits", editable=False)
    starts_at = models.DateTimeField(_("at"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    kind = models.CharField(_("what for"), max_length=12, choices=Kind)
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="visits")
    practitioner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="visits")

    objects = Visits.as_manager()

    class Meta:
        verbose_name = _("booked visit")
        verbose_name_plural = _("booked visits")
        ordering = ["-starts_at", "-id"]
        indexes = [models.Index(fields=["site", "starts_at"], name="visit_of_a_day")]
        constraints = [
            models.CheckConstraint(condition=models.Q(minutes__gte=1), name="visit_takes_a_minute"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["talk", "treatment", "check", "photographs", "other"]),
                name="visit_kind_known",
            ),
        ]

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def state(self) -> str:
        """What happened last; `booked` where nothing has, or it was taken back."""
        last = max(self.events.all(), key=lambda one: one.id, default=None)
        return State.BOOKED if last is None or last.what == State.BACK else last.what

    @property
    def word(self) -> str:
        return str(State(self.state).label)

    @property
    def next(self) -> tuple[str, ...]:
        """What may happen to it now."""
        return NEXT[self.state]


class State(models.TextChoices):
    BOOKED = "booked", _("Expected")
    ARRIVED = "arrived", _("Here")
    DONE = "done", _("Done")
    MISSED = "missed", _("Did not come")
    MOVED = "moved", _("Moved")
    CANCELLED = "cancelled", _("Cancelled")
    BACK = "back", _("Taken back")


NEXT: dict[str, tuple[str, ...]] = {
    State.BOOKED: (State.ARRIVED, State.MISSED, State.MOVED, State.CANCELLED),
    State.ARRIVED: (State.DONE, State.BACK),
    State.DONE: (State.BACK,),
    State.MISSED: (State.MOVED, State.BACK),
    State.CANCELLED: (State.BACK,),
    State.MOVED: (),
}
"""What may follow on what. What was tapped in error is taken back, and both stay readable."""


class VisitEvent(SentOnce):
    """They came, did not come, it was done, moved or cancelled; or the last of these was a mistake."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="events", editable=False)
    what = models.CharField(_("what"), max_length=10, choices=State)
    to = models.OneToOneField(
        Visit, models.PROTECT, null=True, blank=True, related_name="moved_from", editable=False
    )
    """The visit that stands in its place, where it was moved."""

    class Meta:
        verbose_name = _("event of a visit")
        verbose_name_plural = _("events of visits")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(what__in=["arrived", "done", "missed", "moved", "cancelled", "back"]),
                name="visit_event_known",
            ),
            models.CheckConstraint(
                condition=models.Q(what="moved", to__isnull=False)
                | ~models.Q(what="moved") & models.Q(to=None),
                name="visit_moved_somewhere",
            ),
        ]

    @property
    def patient(self) -> Patient:
        return self.visit.patient


GONE = frozenset({State.MOVED, State.CANCELLED, State.MISSED})


def clashes(visits: Iterable[Visit]) -> set[Visit]:
    """Those that want a room, a practitioner or a person whom another wants at the same time."""
    standing: Sequence[Visit] = [one for one in visits if one.state not in GONE]
    return {
        one
        for n, first in enumerate(standing)
        for second in standing[n + 1 :]
        if first.starts_at < second.ends_at and second.starts_at < first.ends_at and _same(first, second)
        for one in (first, second)
    }


def _same(first: Visit, second: Visit) -> bool:
    return (
        first.patient_id == second.patient_id
        or (first.room_id is not None and first.room_id == second.room_id)
        or (first.practitioner_id is not None and first.practitioner_id == second.practitioner_id)
    )

"""What was done: a session, its events, and the cartridge that served it."""

from collections.abc import Mapping
from datetime import date
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models.base import Appended
from needlework.clinic.models.once import SentOnce
from needlework.clinic.models.people import ERASED
from needlework.clinic.models.places import Room
from needlework.clinic.models.planning import Plan
from needlework.loop import treat
from needlework.records.recover import Treatment
from needlework.records.treat import Event, EventKind, Late
from needlework.records.why import Reason


class Session(SentOnce):
    """One visit of a course. What happened in it is the sum of its events."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="sessions")
    room = models.ForeignKey(Room, models.PROTECT, related_name="sessions", editable=False)
    number = models.PositiveSmallIntegerField(_("number"))

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="session_number_in_plan")]
        indexes = [models.Index(fields=["created_at"], name="session_by_day")]

    @property
    def patient(self):
        return self.plan.patient

    @property
    def day(self) -> date:
        """The day of the visit: of its first entry, or that on which it was opened."""
        first = next(iter(self.entries.all()), None)
        return timezone.localdate(first.at if first else self.created_at)

    def as_events(self) -> tuple[Event, ...]:
        """Everything that was charted, in order."""
        return tuple(entry.as_record() for entry in self.entries.select_related("created_by", "late"))

    def signature(self) -> "SessionEntry | None":
        """The entry that signs and locks it; None while it is open."""
        return self.entries.select_related("created_by").filter(kind=EventKind.SIGNED).first()

    def as_treatment(self) -> Treatment | None:
        """What recovery needs to know of it, in the clinic's time zone; None before it is signed."""
        plan = self.plan.as_record()
        chart = treat.chart(self.as_events(), plan)
        if chart.signed_at is None or chart.last_pass_at is None:
            return None
        return Treatment(
            treated_at=timezone.localtime(chart.last_pass_at),
            deepest_mm=treat.may_be_mm(chart, plan),
            skin_type=plan.person.skin_type,
        )


class SessionEntry(SentOnce):
    """One event of a session. `once` is the client's own key: the same entry sent twice stays one."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(
        _("kind"), max_length=12, choices=[(kind.value, kind.value) for kind in EventKind]
    )
    at = models.DateTimeField(_("at"))
    data = models.JSONField(_("data"), default=dict)
    tablet = models.CharField(_("tablet"), max_length=36, blank=True, default="")
    """Which device kept it until it was sent; empty where a page sent it by itself."""
    n = models.PositiveIntegerField(_("as the tablet numbered it"), null=True, blank=True)
    said_at = models.DateTimeField(_("at, by the tablet’s clock"), null=True, blank=True)
    """Where that clock was wrong: `at` is reckoned from how long ago it was, see treat/tablet.py."""

    ERASES: Mapping[str, object] = {"data": {"text": ERASED}}
    """Of a note or an addendum, whose words are free; what was done is kept (`clinic.rights`)."""

    class Meta:
        verbose_name = _("session entry")
        verbose_name_plural = _("session entries")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="entry_number_in_session"),
            models.UniqueConstraint(
                fields=["session"], condition=models.Q(kind="signed"), name="signed_once"
            ),
            models.UniqueConstraint(
                fields=["session", "tablet", "n"], condition=models.Q(n__isnull=False), name="numbered_once"
            ),
        ]

    @classmethod
    def from_record(cls, session: Session, event: Event, *, number: int, **also: object) -> Self:
        return cls(
            session=session, number=number, kind=event.kind.value, at=event.at, data=dict(event.data), **also
        )

    def as_record(self) -> Event:
        return Event(
            id=str(self.id),
            kind=EventKind(self.kind),
            at=self.at,
            by=self.created_by.full_name if self.created_by else "",
            data=self.data,
            late=self.put_down.as_record() if self.put_down else None,
        )

    @property
    def put_down(self) -> "LateEntry | None":
        """What a note or an addendum puts down in words; None of any other entry."""
        worded = self.kind in (EventKind.NOTE, EventKind.ADDENDUM)
        return getattr(self, "late", None) if worded else None


class LateEntry(Appended):
    """
    What a note or an addendum puts down in words, as the entry that the chart would not take would have said
    it: a cartridge that was opened, a pass that was given. Nothing of the dose counts it; whoever was exposed
    is found by it. Words that are erased leave it: what was done, and with which lot, is kept.
    """

    entry = models.OneToOneField(SessionEntry, models.PROTECT, related_name="late")
    kind = models.CharField(
        _("kind"), max_length=12, choices=[(kind.value, kind.value) for kind in EventKind]
    )
    data = models.JSONField(_("data"), default=dict)
    why = models.JSONField(_("why it was refused"), default=list)
    """Each reason as [key, problem, do]; empty where somebody typed it afterwards."""
    made_by = models.ForeignKey(
        "clinic.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    """Who did it, where that is somebody else than who put it down."""
    served_before = models.BooleanField(_("had served before"), default=False)
    """Of a cartridge: it had been opened for somebody else, or in another session."""

    class Meta:
        verbose_name = _("late entry")
        verbose_name_plural = _("late entries")

    def as_record(self) -> Late:
        return Late(
            EventKind(self.kind),
            self.data,
            tuple(Reason(*one) for one in self.why),
            str(self.made_by_id or ""),
        )


class NotePhrases(Appended):
    """The phrases that this clinic's notes are put together from; the newest row holds."""

    phrases = models.JSONField(_("phrases"), default=list)

    class Meta:
        ordering = ["-created_at", "-id"]


class CartridgeUse(SentOnce):
    """One sterile cartridge, opened for one person. The database holds that there is no second."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="cartridges")
    gtin = models.CharField(_("product code"), max_length=14, blank=True, default="")
    """Of the article (`gs1.article`); empty where the pack's code was not read."""
    lot = models.CharField(_("lot"), max_length=40)
    serial = models.CharField(_("serial"), max_length=40)
    expires = models.DateField(_("expires"))

    class Meta:
        verbose_name = _("cartridge use")
        verbose_name_plural = _("cartridge uses")
        constraints = [
            models.UniqueConstraint(fields=["gtin", "lot", "serial"], name="one_person_per_cartridge")
        ]
        indexes = [models.Index(fields=["lot", "serial"], name="cartridge_by_mark")]

    @classmethod
    def may_be(cls, *, gtin: str, lot: str, serial: str) -> "models.QuerySet[CartridgeUse]":
        """
        The uses that may be of this very cartridge.

        Two makers may print the same lot and serial. Where one of the two product codes was not read, nobody
        can tell them apart, and it counts as the same.
        """
        alike = cls.objects.filter(lot=lot, serial=serial)
        return alike.filter(gtin__in=["", gtin]) if gtin else alike

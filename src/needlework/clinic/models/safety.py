"""Looking back and reporting: who was told, what happened, what left the clinic."""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models.base import Record
from needlework.clinic.models.once import SentOnce
from needlework.clinic.models.people import Patient, Role, User
from needlework.clinic.models.stock import Recall
from needlework.clinic.models.treatment import Session, SessionEntry
from needlework.loop import deadlines


class LookBack(SentOnce):
    """A look-back that people are told by: what was asked, why, and the words that they are sent."""

    title = models.CharField(_("title"), max_length=160)
    asked = models.JSONField(_("asked for"))
    recall = models.ForeignKey(Recall, models.PROTECT, null=True, blank=True, related_name="look_backs")
    letter = models.TextField(_("letter"), blank=True)

    class Meta:
        ordering = ["-id"]


class Told(SentOnce):
    """Somebody of a look-back was told, or could not be reached: when, how, by whom, with what answer."""

    class How(models.TextChoices):
        PHONE = "phone", _("Phone")
        LETTER = "letter", _("Letter")
        EMAIL = "email", _("Email")
        HERE = "here", _("In the clinic")

    class Outcome(models.TextChoices):
        TOLD = "told", _("Told")
        SEEN = "seen", _("Told and seen in the clinic")
        DECLINED = "declined", _("Told, does not want to come")
        NO_ANSWER = "no-answer", _("No answer yet")
        UNREACHABLE = "unreachable", _("Cannot be reached")

    REACHED = (Outcome.TOLD, Outcome.SEEN, Outcome.DECLINED)

    look_back = models.ForeignKey(LookBack, models.PROTECT, related_name="told")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    how = models.CharField(_("how"), max_length=8, choices=How)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    answer = models.TextField(_("what they said"), blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["look_back", "patient", "id"], name="told_newest")]


# ── incidents ────────────────────────────────────────────────────────────────────────────────────────


class ReportingClock(Record):
    """Within how many days this clinic reports what to whom, and by which text. Set by the clinic."""

    name = models.CharField(_("name"), max_length=120)
    whom = models.CharField(_("to whom"), max_length=120)
    serious = models.JSONField(_("for what"), default=list)
    """The words of Incident.Severity that start it."""
    days = models.PositiveSmallIntegerField(_("days"))
    work_days = models.BooleanField(_("work days"), default=False)
    source = models.CharField(_("source"), max_length=400)
    is_on = models.BooleanField(_("counts here"), default=False)

    class Meta:
        ordering = ["name", "id"]


class Holiday(Record):
    """A day on which nobody counts a work day."""

    day = models.DateField(_("day"), unique=True)

    class Meta:
        ordering = ["day"]


class Incident(SentOnce):
    """Something went wrong with a person or a device. What is known of it stands in versions."""

    class Severity(models.TextChoices):
        DEATH = "death", _("Death")
        SERIOUS = "serious", _("Serious harm")
        THREAT = "public-health", _("A danger to many")
        OTHER = "other", _("Other harm")
        NEAR = "near-miss", _("No harm: a fault or a near miss")

    patient = models.ForeignKey(Patient, models.PROTECT, null=True, blank=True, related_name="incidents")
    session = models.ForeignKey(Session, models.PROTECT, null=True, blank=True, related_name="incidents")
    entry = models.ForeignKey(SessionEntry, models.PROTECT, null=True, blank=True, related_name="incidents")
    """The adverse entry that it was made from."""

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-id"]

    @classmethod
    def open(cls) -> "models.QuerySet[Incident]":
        return cls.objects.filter(closed=None)

    @classmethod
    def seen_by(cls, user: User) -> "models.QuerySet[Incident]":
        """Those of the site that somebody works at, of no person, or their own; a director's are all."""
        if user.role == Role.MEDICAL_DIRECTOR:
            return cls.objects.all()
        known_here = Q(session=None, patient__in=Patient.objects.at(user.site).values("pk"))
        here = Q(session__room__site=user.site) | known_here
        return cls.objects.filter(here | Q(patient=None) | Q(created_by=user))

    def newest(self) -> "IncidentVersion":
        return max(self.versions.all(), key=lambda one: one.id)

    def clocks(self, by: "Deadlines | None" = None) -> "list[Clock]":
        """What is owed by when, the next first, for what the newest version says."""
        return (by or Deadlines.current()).of(self)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The reporting times that count here, and the holidays: read once for however many incidents."""

    rules: tuple[ReportingClock, ...]
    holidays: frozenset[date]

    @classmethod
    def current(cls) -> "Deadlines":
        holidays = Holiday.objects.values_list("day", flat=True)
        return cls(tuple(ReportingClock.objects.filter(is_on=True)), frozenset(holidays))

    def of(self, incident: Incident) -> "list[Clock]":
        now, told = incident.newest(), {report.clock_id for report in incident.reports.all()}
        owed = (
            Clock(rule, self._due(rule, now.known_on), rule.pk in told)
            for rule in self.rules
            if now.severity in rule.serious
        )
        return sorted(owed, key=lambda one: (one.reported, one.due_on))

    def _due(self, rule: ReportingClock, known_on: date) -> date:
        return deadlines.due(
            known_on=known_on, days=rule.days, work_days=rule.work_days, holidays=self.holidays
        )


class Clock:
    """One deadline of one incident."""

    def __init__(self, rule: ReportingClock, due_on: date, reported: bool) -> None:
        self.rule, self.due_on, self.reported = rule, due_on, reported

    def tone(self, on: date) -> str:
        if self.reported:
            return "clear"
        return "urgent" if (self.due_on - on).days <= 1 else "caution"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An incident that is open, what is known of it, and the nearest deadline of what is still owed."""

    incident: Incident
    now: "IncidentVersion"
    next: Clock | None
    tone: str


def waiting(rows: "models.QuerySet[Incident]", *, on: date) -> list[Waiting]:
    """The open ones of these, the nearest deadline first, in five queries however many they are."""
    found = rows.filter(closed=None).select_related("patient")
    by, open_ones = Deadlines.current(), found.prefetch_related("versions", "reports", "patient__versions")
    told = [_waiting(one, by, on) for one in open_ones]
    return sorted(told, key=lambda one: (one.next is None, one.next.due_on if one.next else date.max))


def _waiting(incident: Incident, by: Deadlines, on: date) -> Waiting:
    nearest = next((clock for clock in incident.clocks(by) if not clock.reported), None)
    return Waiting(incident, incident.newest(), nearest, nearest.tone(on) if nearest else "")


class IncidentVersion(SentOnce):
    """What was known of an incident from a moment on; it names the version that it corrects."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="versions")
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", editable=False
    )
    severity = models.CharField(_("how bad"), max_length=16, choices=Incident.Severity)
    happened_on = models.DateField(_("happened on"))
    known_on = models.DateField(_("known here since"))
    said = models.JSONField(_("what is known"), default=dict)
    """The other fields of safety.forms.IncidentForm, by name."""

    class Meta:
        ordering = ["-id"]


class IncidentReport(SentOnce):
    """What left the clinic about an incident: the exact bytes' hash, to whom, by which clock."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="reports")
    version = models.ForeignKey(IncidentVersion, models.PROTECT, related_name="reports")
    clock = models.ForeignKey(ReportingClock, models.PROTECT, null=True, blank=True, related_name="+")
    shape = models.CharField(_("form"), max_length=12)
    sha256 = models.CharField(max_length=64)
    whom = models.CharField(_("to whom"), max_length=120)

    class Meta:
        ordering = ["-id"]


class IncidentClosed(SentOnce):
    incident = models.OneToOneField(Incident, models.PROTECT, related_name="closed")
    reason = models.TextField(_("why nothing more is owed"))

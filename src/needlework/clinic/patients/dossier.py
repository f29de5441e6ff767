"""What stands beside somebody's timeline: what to mind, courses, photographs, papers; each one click away."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from needlework.clinic import consented, spared
from needlework.clinic.models.consent import ConsentAnswer, PhotoConsent
from needlework.clinic.models.people import Patient
from needlework.clinic.models.photographs import Comparison, Photograph
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.recovery import AftercareSheet, CheckIn
from needlework.clinic.models.rights import Decision
from needlework.clinic.models.safety import Incident
from needlework.clinic.models.screening import Screening
from needlework.clinic.models.treatment import Session
from needlework.clinic.templatetags.format import day as written

A_FEW = 6
COURSES = 4


@dataclass(frozen=True, slots=True)
class Alert:
    """Something to mind before anything is done with somebody: a word, its tone, and where it stands."""

    tone: str
    text: str
    url: str
    more: str = ""


def of(patient: Patient, *, on: date) -> dict[str, Any]:
    """The context of the page, beside the timeline and the map."""
    return {
        "alerts": list(_alerts(patient, on=on)),
        "courses": _courses(patient),
        "photographs": list(Photograph.open_of(patient)[:A_FEW]),
        "papers": _papers(patient),
    }


# ── to mind ──────────────────────────────────────────────────────────────────────────────────────────


def _alerts(patient: Patient, *, on: date) -> Iterator[Alert]:
    yield from _unfinished(patient)
    yield from _incidents(patient)
    yield from _stopped(patient, on=on)
    yield from _findings(patient, on=on)
    yield from _photographs_refused(patient)


def _unfinished(patient: Patient) -> Iterator[Alert]:
    """A check-in that nobody has taken up; a session that nobody has signed."""
    for row in CheckIn.waiting().filter(session__plan__patient__in=patient.charts)[:A_FEW]:
        text = _("Check-in of %(day)s: %(urgency)s, not taken up yet") % {
            "day": written(row.at), "urgency": row.urgency.replace("-", " "),
        }  # fmt: skip
        yield Alert(row.urgency, text, reverse("recover", args=[row.session_id]))
    for session in Session.objects.filter(plan__patient__in=patient.charts).exclude(entries__kind="signed")[
        :1
    ]:
        text = _("Session %(n)d is not signed yet") % {"n": session.number}
        yield Alert("caution", text, reverse("session", args=[session.pk]))


def _incidents(patient: Patient) -> Iterator[Alert]:
    rows = Incident.objects.filter(patient__in=patient.charts, closed=None).prefetch_related("versions")
    for row in rows[:A_FEW]:
        text = _("Incident, not closed: %s") % row.newest().get_severity_display()
        yield Alert("urgent", text, reverse("incident", args=[row.pk]))


def _stopped(patient: Patient, *, on: date) -> Iterator[Alert]:
    """Zones in which nothing is needled, for what was drawn there."""
    for one in spared.shown(patient, on=on):
        if one["kind"] and one["kind"].then == "stop":
            yield Alert(
                "absolute", spared.says(one["mark"]), reverse("marks", args=[patient.pk]), one["kind"].say
            )


def _findings(patient: Patient, *, on: date) -> Iterator[Alert]:
    """What the newest screening found: what bars a treatment today first, then what asks for care."""
    screening = Screening.objects.filter(patient__in=patient.charts).prefetch_related("overrides").first()
    if screening is None or screening.pk in Decision.shut(patient, Screening):
        return
    url = reverse("screening", args=[screening.pk])
    bars = screening.bars(on=on)
    for one in sorted(screening.standing(), key=lambda one: (one not in bars, -one.outcome.rank)):
        ended = one.until is not None and one.until <= on
        if not ended:
            until = _("until %s") % written(one.until) if one.until else ""
            yield Alert(one.outcome.word, one.say, url, until)


def _photographs_refused(patient: Patient) -> Iterator[Alert]:
    refused = [row.words.split(".")[0] for row in PhotoConsent.now(patient).values() if not row.given]
    if refused:
        text = _("Photographs refused: %s") % "; ".join(refused)
        yield Alert("caution", text, reverse("photo-consent", args=[patient.pk]))


# ── courses ──────────────────────────────────────────────────────────────────────────────────────────


def _courses(patient: Patient) -> list[dict[str, Any]]:
    """The plans that nothing replaced, newest first, with how far each has come."""
    signed = Q(sessions__entries__kind="signed")
    rows = (
        Plan.objects.filter(patient__in=patient.charts, replaced_by=None)
        .exclude(pk__in=Decision.shut(patient, Plan))
        .annotate(done=Count("sessions", filter=signed, distinct=True), last=Max("sessions__created_at"))
    )
    return [_course(row, newest=n == 0) for n, row in enumerate(rows[:COURSES])]


def _course(row: Any, *, newest: bool) -> dict[str, Any]:
    course = row.as_record()
    consent = consented.standing(row) if newest else None
    return {
        "plan": row,
        "course": course,
        "zones": ", ".join(zone.name.lower() for zone in course.zones),
        "consent": consent,
        "open": newest and row.done < course.sessions,
    }


# ── papers ───────────────────────────────────────────────────────────────────────────────────────────


def _papers(patient: Patient) -> list[dict[str, Any]]:
    """The newest papers of each kind: consents, plans, aftercare, reports."""
    consents = (
        ConsentAnswer.objects.filter(text__plan__patient__in=patient.charts).exclude(pdf_sha256="").select_related("text")
        .exclude(pk__in=Decision.shut(patient, ConsentAnswer)).order_by("-created_at", "-id")
    )  # fmt: skip
    plans = Plan.objects.filter(patient__in=patient.charts).exclude(pk__in=Decision.shut(patient, Plan))
    sheets = AftercareSheet.objects.filter(session__plan__patient__in=patient.charts).select_related(
        "session"
    )
    sheets = sheets.exclude(pk__in=Decision.shut(patient, AftercareSheet))
    reports = Comparison.objects.filter(patient__in=patient.charts).exclude(
        pk__in=Decision.shut(patient, Comparison)
    )
    groups = [
        (_("Consents, signed"), [
            _paper(_("Version %(n)d, %(said)s") % {"n": one.text.number, "said": one.get_said_display()},
                   one.created_at, "consent-document", one.pk, pdf=True) for one in consents[:COURSES]
        ]),
        (_("Treatment plans"), [
            _paper(_("Plan"), one.created_at, "plan-print", one.pk) for one in plans[:COURSES]
        ]),
        (_("Aftercare"), [
            _paper(_("After session %d") % one.session.number, one.created_at, "aftercare-pdf",
                   one.session_id, pdf=True) for one in sheets[:COURSES]
        ]),
        (_("Reports of results"), [
            _paper(_("Report"), one.created_at, "comparison-report", one.pk, pdf=True)
            for one in reports.filter(comparison__comparable=True)[:COURSES]
        ]),
    ]  # fmt: skip
    return [{"name": name, "papers": papers} for name, papers in groups if papers]


def _paper(name: str, at: Any, address: str, id_: Any, *, pdf: bool = False) -> dict[str, Any]:
    return {"name": name, "at": at, "url": reverse(address, args=[id_]), "pdf": pdf}

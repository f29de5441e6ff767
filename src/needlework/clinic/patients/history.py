"""Everything that happened with one person, newest first."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from needlework.clinic.models.people import Patient, User
from needlework.clinic.models.photographs import Comparison, Photograph
from needlework.clinic.models.recovery import CheckIn
from needlework.clinic.models.rights import Decision
from needlework.clinic.models.treatment import Session
from needlework.records import EventKind


def history(patient: Patient) -> list[dict[str, Any]]:
    """The entries of the timeline piece."""
    found = [
        *_own_answers(patient),
        *_screenings(patient),
        *_plans(patient),
        *_sessions(patient),
        *_check_ins(patient),
        *_photographs(patient),
        *_comparisons(patient),
    ]
    return sorted(found, key=lambda entry: entry["at"], reverse=True)


def _entry(
    at: datetime, mark: str, text: str, url: str, by: User | None, corrections: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    name = by.full_name if by else ""
    return {"at": at, "mark": mark, "text": text, "url": url, "by": name, "corrections": list(corrections)}


def _added(label: str, at: datetime, text: str, by: User | None) -> dict[str, Any]:
    """What was decided or done about an entry, told under it."""
    return {"label": label, "at": at, "text": text, "by": by.full_name if by else ""}


def _own_answers(patient: Patient) -> Iterator[dict[str, Any]]:
    for row in patient.own_answers.select_related("screening"):
        read = getattr(row, "screening", None)
        url = (
            reverse("screening", args=[read.pk])
            if read
            else f"{reverse('screen', args=[patient.pk])}?said={row.pk}"
        )
        yield _entry(row.created_at, "clear", _("Answered by phone"), url, None)


def _screenings(patient: Patient) -> Iterator[dict[str, Any]]:
    for row in patient.screenings.select_related("created_by").prefetch_related("overrides__created_by"):
        verdict = row.as_verdict()
        words = ngettext(
            "Screened: %(word)s, %(n)d finding", "Screened: %(word)s, %(n)d findings", len(verdict.findings)
        )
        text = words % {"word": row.outcome, "n": len(verdict.findings)}
        decided = [
            _added(_("Treats in spite of it"), made.created_at, made.reason, made.created_by)
            for made in row.overrides.all()
        ]
        yield _entry(
            row.created_at, row.outcome, text, reverse("screening", args=[row.pk]), row.created_by, decided
        )


def _plans(patient: Patient) -> Iterator[dict[str, Any]]:
    for row in patient.plans.select_related("created_by"):
        course = row.as_record()
        zones = ", ".join(zone.name.lower() for zone in course.zones)
        text = _("Planned: %(n)d sessions with %(device)s on %(zones)s") % {
            "n": course.sessions, "device": course.device_name, "zones": zones,
        }  # fmt: skip
        yield _entry(row.created_at, "clear", text, reverse("plan", args=[row.pk]), row.created_by)


def _sessions(patient: Patient) -> Iterator[dict[str, Any]]:
    rows = (
        Session.objects.filter(plan__patient=patient).select_related("created_by").prefetch_related("entries")
    )
    for row in rows:
        entries = row.entries.all()
        signed = any(entry.kind == EventKind.SIGNED for entry in entries)
        at = entries[0].at if entries else row.created_at
        words = _("Session %(n)d, signed") if signed else _("Session %(n)d, not signed yet")
        mark = "clear" if signed else "caution"
        yield _entry(at, mark, words % {"n": row.number}, reverse("session", args=[row.pk]), row.created_by)


def _check_ins(patient: Patient) -> Iterator[dict[str, Any]]:
    rows = CheckIn.objects.filter(session__plan__patient=patient).select_related(
        "created_by", "taken__created_by"
    )
    for row in rows:
        taken = getattr(row, "taken", None)
        answer = [_added(_("Taken up"), taken.created_at, taken.note, taken.created_by)] if taken else []
        text = _("Check-in: %s") % row.urgency.replace("-", " ")
        yield _entry(
            row.at, row.urgency, text, reverse("recover", args=[row.session_id]), row.created_by, answer
        )


def _photographs(patient: Patient) -> Iterator[dict[str, Any]]:
    for row in Photograph.open_of(patient).select_related("created_by"):
        text = _("Photograph of %s") % row.taken_on.strftime("%-d %b %Y")
        yield _entry(row.created_at, "clear", text, reverse("measure", args=[patient.pk]), row.created_by)


def _comparisons(patient: Patient) -> Iterator[dict[str, Any]]:
    for row in patient.comparisons.exclude(pk__in=Decision.shut(patient, Comparison)).select_related(
        "created_by"
    ):
        seen = row.as_record()
        told = [
            f"{change.measure} ({change.zone}): {change.verdict.replace('-', ' ')}" for change in seen.changes
        ]
        text = _("Measured: %s") % ("; ".join(told) if seen.comparable else _("not comparable"))
        mark = "clear" if seen.comparable else "caution"
        yield _entry(row.created_at, mark, text, reverse("comparison", args=[row.pk]), row.created_by)

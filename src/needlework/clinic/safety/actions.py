"""Tell people what they were exposed to; keep incidents, and what leaves the clinic about them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from needlework.clinic import audit
from needlework.clinic import once as sent
from needlework.clinic.models.people import Patient, User
from needlework.clinic.models.safety import (
    Holiday,
    Incident,
    IncidentClosed,
    IncidentReport,
    IncidentVersion,
    LookBack,
    ReportingClock,
    Told,
)
from needlework.clinic.models.stock import Recall
from needlework.clinic.safety import matching
from needlework.clinic.safety.asked import Asked
from needlework.clinic.safety.shapes import Report
from needlework.records.why import Reason, Refusal

# ── look-back ────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def begin(
    *, asked: Asked, title: str, letter: str, recall: Recall | None, once: UUID, by: User, at: datetime
) -> LookBack | Refusal:
    """Begin to tell people: what is asked is kept, and who is told is kept with it."""
    row = LookBack(
        title=title,
        asked=asked.stored(),
        letter=letter,
        recall=recall,
        once=once,
        created_by=by,
        created_at=at,
    )
    if before := sent.kept(LookBack, once):
        return before if (before.title, before.asked) == (row.title, row.asked) else sent.used()
    row.save()
    return row


@transaction.atomic
def tell(
    *, case: LookBack, patient: Patient, once: UUID, by: User, at: datetime, **said: Any
) -> Told | Refusal:
    """Keep that somebody was told, or could not be reached. Who was not exposed is not told by this list."""
    if before := sent.kept(Told, once):
        same = before.look_back_id == case.pk and before.patient_id == patient.pk
        return before if same else sent.used()
    if not matching.of_people(Asked.restored(case.asked), [patient.survivor.pk]).exists():
        return Refusal((Reason("patient", _("is not among those exposed."), _("Choose from the list.")),))
    row = Told(look_back=case, patient=patient, at=at, once=once, created_by=by, created_at=at, **said)
    row.save()
    return row


# ── incidents ────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def report_incident(
    *, about: dict[str, Any], once: UUID, by: User, at: datetime, **said: Any
) -> Incident | Refusal:
    """A new incident with its first version. `about`: patient, session, entry, as far as there is one."""
    incident = Incident(once=once, created_by=by, created_at=at, **about)
    if (before := sent.sent_before(incident)) is not None:
        return before
    incident.save()
    IncidentVersion(incident=incident, created_by=by, created_at=at, **said).save()
    return incident


@transaction.atomic
def correct_incident(
    *, incident: Incident, seen: UUID, once: UUID, by: User, at: datetime, **said: Any
) -> IncidentVersion | Refusal:
    """What is known now. Refused where a colleague has written since the page was opened."""
    if before := sent.kept(IncidentVersion, once):
        return before if before.incident_id == incident.pk else sent.used()
    Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    newest = incident.versions.order_by("-id").first()
    if newest is None or newest.pk != seen:
        says = _("was changed by a colleague since you opened it.")
        return Refusal((Reason("incident", says, _("Open it again and add what is missing.")),))
    row = IncidentVersion(incident=incident, corrects=newest, once=once, created_by=by, created_at=at, **said)
    row.save()
    return row


@transaction.atomic
def send(
    *, incident: Incident, report: Report, sha256: str, clock: ReportingClock | None, whom: str, once: UUID,
    by: User, at: datetime,
) -> IncidentReport | Refusal:  # fmt: skip
    """Keep that a report leaves the clinic: exactly the bytes that were shown and confirmed."""
    if before := sent.kept(IncidentReport, once):
        return before if before.sha256 == sha256 else sent.used()
    if report.sha256() != sha256:
        says = _("is not what was shown any more.")
        return Refusal((Reason("report", says, _("Read it again, and confirm that.")),))
    row = IncidentReport(
        incident=incident, version=incident.newest(), clock=clock, shape=report.shape, sha256=sha256,
        whom=whom, once=once, created_by=by, created_at=at,
    )  # fmt: skip
    row.save()
    audit.note("export", incident, by=by, detail=f"{report.shape} {sha256[:16]}")
    return row


@transaction.atomic
def close(*, incident: Incident, reason: str, once: UUID, by: User, at: datetime) -> IncidentClosed | Refusal:
    """Nothing more is owed. It can still be read, and its versions."""
    if before := sent.kept(IncidentClosed, once):
        return before if before.incident_id == incident.pk else sent.used()
    if IncidentClosed.objects.filter(incident=incident).exists():
        return Refusal((Reason("reason", _("was closed before."), _("Nothing to do.")),))
    row = IncidentClosed(incident=incident, reason=reason, once=once, created_by=by, created_at=at)
    row.save()
    return row


@transaction.atomic
def keep_clock(*, clock: ReportingClock | None, by: User, **said: Any) -> ReportingClock:
    kept = clock or ReportingClock(created_by=by)
    for name, value in said.items():
        setattr(kept, name, value)
    kept.save()
    return kept


@transaction.atomic
def keep_holidays(*, days: list, by: User) -> None:
    """The clinic's holidays are these days and no others."""
    Holiday.objects.exclude(day__in=days).delete()
    known = set(Holiday.objects.values_list("day", flat=True))
    for day in days:
        if day not in known:
            Holiday(day=day, created_by=by).save()

"""Admit somebody; correct what is known of them by adding what is right."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from needlework.clinic import audit
from needlework.clinic.models.people import Patient, PatientDetails, User
from needlework.clinic.once import sent_before
from needlework.records.why import Reason, Refusal


@transaction.atomic
def admit(*, details: dict, once: UUID, by: User, at: datetime) -> Patient | Refusal:
    """A new patient with the next number. The same form sent twice admits one person."""
    sent = sent_before(PatientDetails(once=once, **details), but=("patient",))
    if sent is not None:
        return sent if isinstance(sent, Refusal) else sent.patient
    patient = Patient.objects.admit(site=by.site, created_by=by, created_at=at)
    PatientDetails(once=once, patient=patient, created_by=by, created_at=at, **details).save()
    return patient


@transaction.atomic
def correct(
    *, patient: Patient, details: dict, seen: UUID, once: UUID, by: User, at: datetime
) -> PatientDetails | Refusal:
    """Add the details that are right, naming those they correct: the ones that `by` had on the page."""
    made = PatientDetails(once=once, patient=patient, created_by=by, created_at=at, **details)
    if (sent := sent_before(made, but=("corrects",))) is not None:
        return sent
    audit.alone()  # by what they are found hangs on their other charts as well
    newest = patient.versions.first()
    if newest is None or newest.pk != seen:
        return Refusal(
            (Reason("details", "were corrected by somebody else meanwhile.", "Look at them, and try again."),)
        )
    made.corrects = newest
    made.save()
    return made

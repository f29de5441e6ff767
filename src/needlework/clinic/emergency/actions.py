"""Open a record in an emergency; read of it afterwards."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from needlework.clinic import audit
from needlework.clinic.models.emergency import (
    LASTS,
    REASON_AT_LEAST,
    EmergencyAccess,
    EmergencyAcknowledged,
)
from needlework.clinic.models.people import Patient, User
from needlework.clinic.once import kept, used
from needlework.records.why import Reason, Refusal


@transaction.atomic
def open_record(
    *, patient: Patient, reason: str, once: UUID, by: User, at: datetime
) -> EmergencyAccess | Refusal:
    """The record of this person is open to read for an hour, and the medical director is told."""
    if sent := kept(EmergencyAccess, once):
        return sent if (sent.patient_id, sent.created_by_id) == (patient.pk, by.pk) else used()
    reason = " ".join(reason.split())
    if len(reason) < REASON_AT_LEAST:
        return Refusal((Reason("reason", _("is too short."), _("Say what has happened.")),))
    opened = EmergencyAccess(
        patient=patient, site=by.site, role=by.role, reason=reason, ends_at=at + LASTS, once=once,
        created_by=by, created_at=at,
    )  # fmt: skip
    with audit.acting(by):
        opened.save()
        audit.note("emergency", patient, by=by, detail=str(opened.pk))
    return opened


@transaction.atomic
def acknowledge(
    *, access: EmergencyAccess, note: str, once: UUID, by: User, at: datetime
) -> EmergencyAcknowledged | Refusal:
    """A medical director has read of it. Nobody acknowledges their own."""
    if sent := kept(EmergencyAcknowledged, once):
        return sent if sent.access_id == access.pk else used()
    if read := EmergencyAcknowledged.objects.filter(access=access).first():
        return read
    if access.created_by_id == by.pk:
        says = _("You opened it yourself."), _("Another medical director acknowledges it.")
        return Refusal((Reason("form", *says),))
    read = EmergencyAcknowledged(access=access, note=note, once=once, created_by=by, created_at=at)
    with audit.acting(by):
        read.save()
    return read

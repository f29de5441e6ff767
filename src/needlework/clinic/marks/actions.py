"""Draw a mark, correct it by another, end it. Nothing is taken off the map without a row that says so."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from needlework.clinic import current, spared
from needlework.clinic.models.marks import Mark, MarkEnded
from needlework.clinic.models.people import Patient, User
from needlework.clinic.once import sent_before
from needlework.records.why import Reason, Refusal


@transaction.atomic
def draw(
    *,
    patient: Patient,
    said: dict[str, Any],
    once: UUID,
    by: User,
    at: datetime,
    corrects: Mark | None = None,
) -> Mark | Refusal:
    """Add a mark; where it corrects another, that one counts no more and stays readable."""
    made = Mark(
        patient=patient, corrects=corrects, name=_name(said["kind"]), edition=current.protocol().edition.mark,
        once=once, created_by=by, created_at=at, **said,
    )  # fmt: skip
    if (sent := sent_before(made, but=("name", "edition"))) is not None:
        return sent
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    if corrects is not None and (gone := _gone(corrects)):
        return gone
    made.save()
    return made


@transaction.atomic
def end(*, mark: Mark, on: date, why: str, once: UUID, by: User, at: datetime) -> MarkEnded | Refusal:
    """It counts no more from this day on."""
    made = MarkEnded(mark=mark, on=on, why=why, once=once, created_by=by, created_at=at)
    if (sent := sent_before(made)) is not None:
        return sent
    Patient.objects.select_for_update(no_key=True).get(pk=mark.patient_id)
    if gone := _gone(mark):
        return gone
    made.save()
    return made


def _gone(mark: Mark) -> Refusal | None:
    """Why it can neither be corrected nor ended any more."""
    if Mark.objects.filter(corrects=mark).exists():
        words = _("was corrected meanwhile.")
    elif MarkEnded.objects.filter(mark=mark).exists():
        words = _("was ended meanwhile.")
    else:
        return None
    return Refusal((Reason("mark", words, _("Look at the map again.")),))


def _name(kind: str) -> str:
    return next((one.name for one in spared.kinds() if one.id == kind), kind)

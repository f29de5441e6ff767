"""Enter, correct and take back trainings; name a supervisor; sign after somebody in training."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from needlework.clinic import audit
from needlework.clinic.models.people import User
from needlework.clinic.models.training import CoSignature, Supervision, Training, TrainingRevoked
from needlework.clinic.models.treatment import Session, SessionEntry
from needlework.clinic.once import kept, used
from needlework.records.treat import EventKind
from needlework.records.why import Reason, Refusal


@transaction.atomic
def enter(
    *, professional: User, once: UUID, by: User, at: datetime, corrects: Training | None = None, **said: Any
) -> Training | Refusal:
    """A training of somebody; or what is right in place of one that was written wrongly."""
    if sent := kept(Training, once):
        return sent if sent.professional_id == professional.pk else used()
    User.objects.select_for_update(no_key=True).get(pk=professional.pk)
    if corrects and Training.objects.filter(corrects=corrects).exists():
        return Refusal((_changed(),))
    made = Training(
        professional=professional, corrects=corrects, once=once, created_by=by, created_at=at, **said
    )
    with audit.acting(by):
        made.save()
    return made


@transaction.atomic
def revoke(
    *, training: Training, on: date, reason: str, once: UUID, by: User, at: datetime
) -> TrainingRevoked | Refusal:
    """It holds no more from that day on."""
    if sent := kept(TrainingRevoked, once):
        return sent if sent.training_id == training.pk else used()
    User.objects.select_for_update(no_key=True).get(pk=training.professional_id)
    if TrainingRevoked.objects.filter(training=training).exists():
        return Refusal((_changed(),))
    if Training.objects.filter(corrects=training).exists():
        return Refusal((_changed(),))
    made = TrainingRevoked(training=training, on=on, reason=reason, once=once, created_by=by, created_at=at)
    with audit.acting(by):
        made.save()
    return made


@transaction.atomic
def supervise(
    *, session: Session, trainee: User, supervisor: User, once: UUID, at: datetime
) -> Supervision | Refusal:
    """Name who watches over somebody in training. Whether they may stands in `treat.trained`, asked first."""
    if sent := kept(Supervision, once):
        return sent if sent.session_id == session.pk else used()
    named = Supervision(
        session=session, trainee=trainee, supervisor=supervisor, once=once, created_by=trainee, created_at=at
    )
    with audit.acting(trainee):
        named.save()
    return named


@transaction.atomic
def cosign(
    *, session: Session, agrees: bool, reason: str, once: UUID, by: User, at: datetime
) -> CoSignature | Refusal:
    """
    The supervisor's word under a session that was signed: agreed, or not and why.

    The chart was locked by the first signature and stays as it is; a refusal is added to it as an addendum.
    """
    if sent := kept(CoSignature, once):
        return sent if sent.session_id == session.pk else used()
    Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    if not _may(session, by):
        says = _("Only the supervisor named signs after somebody in training, once they have signed.")
        return Refusal((Reason("form", says, _("Ask the supervisor.")),))
    if not agrees and not reason.strip():
        return Refusal((Reason("reason", _("is empty."), _("Say what is not as it should be.")),))
    said = CoSignature(
        session=session, agrees=agrees, reason=reason.strip(), once=once, created_by=by, created_at=at
    )
    with audit.acting(by):
        said.save()
        if not agrees:
            _add(session, _("Co-signature refused: %(reason)s") % {"reason": said.reason}, by=by, at=at)
        audit.note("cosign", session, by=by, detail="agreed" if agrees else "refused")
    return said


def _may(session: Session, by: User) -> bool:
    named = Supervision.of(session)
    return named is not None and named.supervisor_id == by.pk and named.waits


def _add(session: Session, text: str, *, by: User, at: datetime) -> None:
    SessionEntry(
        session=session, number=session.entries.count() + 1, kind=EventKind.ADDENDUM, at=at,
        data={"text": text}, created_by=by, created_at=at,
    ).save()  # fmt: skip


def _changed() -> Reason:
    says = _("was corrected or taken back by somebody else meanwhile.")
    return Reason("form", says, _("Look at it again."))

"""Take in how somebody is after a session; take it up; send them their page."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid5

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from needlework.clinic import current, links
from needlework.clinic.models import answers as columns
from needlework.clinic.models.people import PatientLink, User
from needlework.clinic.models.recovery import CheckIn, CheckInTaken
from needlework.clinic.models.treatment import Session
from needlework.clinic.once import kept, used
from needlework.clinic.templatetags.format import moment
from needlework.loop import recover
from needlework.records.recover import CheckIn as CheckInRecord
from needlework.records.recover import Triage, Urgency
from needlework.records.screen import Answers
from needlework.records.why import Reason, Refusal

LINK = PatientLink.RECOVER

LINK_DAYS = 180
"""How long such a page opens after the session: to the end of the time in which results are judged."""


# ── check-ins ────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def check_in(
    *, session: Session, answers: Answers, once: UUID, by: User | None, at: datetime, now: datetime
) -> CheckIn | Refusal:
    """
    Record how somebody is, with the triage in the words shown. By the patient where `by` is nobody.

    An open question is asked again before anything is kept; but answers that call for somebody already are
    kept at once, since a red flag does not wait for the rest of the form. The same form sent twice is one
    check-in; the form sent again with other answers is another one.
    """
    once = _key(once, session, answers, at if by else None)
    if sent := kept(CheckIn, once):
        return sent
    treatment = session.as_treatment()
    if treatment is None:
        return Refusal((Reason(_("session"), _("is not signed yet."), _("Sign it first.")),))
    if at > now:
        return Refusal((Reason("at", _("is still to come."), _("Give the moment of the check-in.")),))
    said = CheckInRecord(at=timezone.localtime(at), answers=answers)
    knowledge = current.protocol().recover
    triage = recover.triage(said, treatment, knowledge)
    reasons = recover.faults(said, treatment, knowledge)
    if reasons and not (_only_open(reasons, answers) and _pressing(triage)):
        return Refusal(reasons)
    made = CheckIn.from_record(session, said, triage, once=once, created_by=by)
    made.save()
    return made


@transaction.atomic
def take(*, check_in: CheckIn, note: str, once: UUID, by: User, at: datetime) -> CheckInTaken | Refusal:
    """Take a check-in up: who, when, and what was done. It leaves everybody's list."""
    if sent := kept(CheckInTaken, once):
        return sent if sent.check_in_id == check_in.pk else used()
    if not note.strip():
        return Refusal((Reason("note", _("is empty."), _("Say what was done.")),))
    taken = CheckInTaken(check_in=check_in, note=note.strip(), once=once, created_by=by, created_at=at)
    try:
        with transaction.atomic():
            taken.save()
    except IntegrityError:
        first = CheckInTaken.objects.select_related("created_by").get(check_in=check_in)
        return first if first.once == once else Refusal((_taken_by(first),))
    return taken


def waiting() -> QuerySet[CheckIn]:
    """The check-ins that call for somebody and that nobody has taken up: the worst first, then the newest."""
    return CheckIn.waiting()


def _key(once: UUID, session: Session, answers: Answers, at: datetime | None) -> UUID:
    """The sender's key; where it was used for other answers, one that follows from it and from these."""
    sent = kept(CheckIn, once)
    given = columns.stored(answers)
    if sent is None:
        return once
    if sent.session_id == session.pk and sent.answers == given and (at is None or sent.at == at):
        return once
    told: Mapping[str, object] = {"session": session.pk, "at": at, "answers": given}
    return uuid5(once, msgspec.json.encode(told, order="sorted").decode())


def _only_open(reasons: tuple[Reason, ...], answers: Answers) -> bool:
    """Whether nothing is wrong but that questions were left open."""
    return all(reason.key not in answers.given and reason.key != "at" for reason in reasons)


def _pressing(triage: Triage) -> bool:
    """Whether what was answered calls for somebody by itself."""
    return any(
        sign.urgency >= Urgency.CALL_TODAY and not sign.rule.startswith("ask-") for sign in triage.signs
    )


def _taken_by(taken: CheckInTaken) -> Reason:
    who = taken.created_by.full_name if taken.created_by else ""
    words = _("was taken up by %(who)s on %(when)s: %(note)s")
    told = words % {"who": who, "when": moment(taken.created_at), "note": taken.note}
    return Reason(_("check-in"), told, _("Speak with them, or chart what you did as an addendum."))


# ── the patient's page ───────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def invite(*, session: Session, by: User, at: datetime) -> str | Refusal:
    """A new link to the patient's page, as its token, which is shown this once. Older ones end."""
    treatment = session.as_treatment()
    if treatment is None:
        return Refusal((Reason(_("session"), _("is not signed yet."), _("Sign it first.")),))
    revoke(session=session, at=at)
    ends = max(treatment.treated_at, at) + timedelta(days=LINK_DAYS)
    _made, token = links.make(
        patient=session.patient, purpose=LINK, expires_at=ends, by=by, object_id=session.pk
    )
    return token


@transaction.atomic
def revoke(*, session: Session, at: datetime) -> int:
    """End every open link to this session's page; how many there were."""
    ended = list(open_links(session, at=at))
    for link in ended:
        links.revoke(link, on=at)
    return len(ended)


def open_links(session: Session, *, at: datetime) -> QuerySet[PatientLink]:
    """The links to this session's page that open it now."""
    return PatientLink.opening(session.pk, purpose=LINK, at=at)

"""Ask the questions before a visit: send a link to them, keep what is typed, take what is sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from uuid_utils.compat import uuid7

from needlework.clinic import audit, current, links
from needlework.clinic.models import answers as columns
from needlework.clinic.models.asked import Draft, PatientAnswers
from needlework.clinic.models.people import Patient, PatientLink, User
from needlework.clinic.screen import actions
from needlework.records.screen import Answers

LINK_DAYS = 14
"""How long the questions can be answered. [d]"""

MOST_CONTROLS = 400
"""Controls of one form; the protocol's own form has fewer, in every zone together."""
LONGEST = 200
"""Characters of one value. A day has 10."""

Typed = Mapping[str, Sequence[str]]


@transaction.atomic
def invite(*, patient: Patient, by: User, at: datetime) -> str:
    """A new link to the questions; one that was sent before opens nothing any more. Gives its token, once."""
    for old in opening(patient, at=at):
        links.revoke(old, on=at)
    expires = at + timedelta(days=LINK_DAYS)
    _made, token = links.make(patient=patient, purpose=PatientLink.ANSWERS, expires_at=expires, by=by)
    return token


@transaction.atomic
def withdraw(*, patient: Patient, at: datetime) -> None:
    """Every link to the questions that is still open opens nothing any more."""
    for old in opening(patient, at=at):
        links.revoke(old, on=at)


def opening(patient: Patient, *, at: datetime) -> list[PatientLink]:
    """The links of this person that can still be answered."""
    return list(Draft.open_links(patient, at=at))


@transaction.atomic
def keep(*, link: PatientLink, typed: Typed, browser_sha256: str, at: datetime) -> Draft:
    """
    Keep what is typed so far. The browser that typed first is the one that may go on: of two at once the
    second keeps nothing, and sees by the draft's hash that it is not the first.
    """
    values = {"typed": _bounded(typed), "saved_at": at}
    draft, made = Draft.objects.get_or_create(
        link=link, defaults={**values, "browser_sha256": browser_sha256}
    )
    if not made and browser_sha256 in ("", draft.browser_sha256):
        Draft.objects.filter(pk=draft.pk).update(**values)
        draft.typed, draft.saved_at = values["typed"], at
    return draft


@transaction.atomic
def send(
    *, link: PatientLink, answers: Answers, once: UUID, at: datetime, skin: Mapping[str, int] | None = None
) -> PatientAnswers:
    """
    Take the answers. Sent twice they are taken once, and the first stand.

    `skin` are the ten questions about skin and sun, where all of them were answered.
    """
    edition = current.protocol().screen.edition
    sent = PatientAnswers(
        patient=link.patient, link=link, answers=columns.stored(answers), edition=edition, once=once,
        created_at=at,
    )  # fmt: skip
    Draft.objects.filter(link=link).update(typed={}, saved_at=at)  # what was typed has become what was sent
    try:
        with transaction.atomic():
            sent.save()
    except IntegrityError:
        return PatientAnswers.objects.get(link=link)
    if skin:
        actions.type_by_questions(patient=link.patient, answers=skin, once=uuid7(), link=link, at=at)
    audit.note("answered", sent)
    return sent


def _bounded(typed: Typed) -> dict[str, list[str]]:
    """No more than a form of ours can hold, whoever sends it."""
    few = list(typed.items())[:MOST_CONTROLS]
    return {name[:LONGEST]: [value[:LONGEST] for value in values[:40]] for name, values in few}

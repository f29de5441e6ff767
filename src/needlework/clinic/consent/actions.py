"""Give the text of a consent; take what is said to it; keep the document."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from needlework.clinic import audit, consented, current, links, storage
from needlework.clinic.consent import signature
from needlework.clinic.models.consent import ConsentAnswer, ConsentRules, ConsentText, PhotoConsent
from needlework.clinic.models.people import Clinic, Patient, PatientLink, User
from needlework.clinic.models.planning import Plan
from needlework.clinic.once import kept, used
from needlework.clinic.templatetags.format import moment
from needlework.exchange import consentsheet
from needlework.loop import consent
from needlework.records.why import Reason, Refusal

Said, How = ConsentAnswer.Said, ConsentAnswer.How
LINK_DAYS = 14
"""How long a link to a consent opens it. [d]"""


@transaction.atomic
def give(*, plan: Plan, once: UUID, by: User, at: datetime) -> ConsentText | Refusal:
    """
    Give the text of this moment to whom it concerns: from now on they may think it over, and then sign.

    A text that was given and is still the same stays; one that was answered with no is given anew.
    """
    if sent := kept(ConsentText, once):
        return sent if sent.plan_id == plan.pk else used()
    Patient.objects.select_for_update(no_key=True).get(pk=plan.patient_id)
    if Plan.objects.filter(replaces=plan).exists():
        return _refusal(_("plan"), _("was replaced by a newer one."), _("Open the consent from that plan."))
    now = consented.standing(plan)
    if now.text is not None and (now.waits or now.holds):
        return now.text
    words = consent.exact(consented.words(plan))
    text = ConsentText(
        plan=plan, number=now.text.number + 1 if now.text else 1, exact=words, sha256=consent.digest(words),
        edition=current.protocol().edition.mark, cooling_hours=ConsentRules.hours(), once=once, created_by=by,
        created_at=at,
    )  # fmt: skip
    text.save()
    _end_links(plan, at=at)
    return text


@transaction.atomic
def invite(*, text: ConsentText, by: User, at: datetime) -> str:
    """A new link with which this text can be read and answered, once. Gives its token; earlier ones end."""
    _end_links(text.plan, at=at)
    expires = at + timedelta(days=LINK_DAYS)
    _made, token = links.make(
        patient=text.plan.patient, purpose=PatientLink.CONSENT, expires_at=expires, by=by, object_id=text.pk
    )
    return token


@transaction.atomic
def answer(
    *,
    text: ConsentText,
    said: str,
    sha256: str,
    once: UUID,
    at: datetime,
    by: User | None = None,
    link: PatientLink | None = None,
    how: str = "",
    name: str = "",
    strokes: str = "",
    witness: str = "",
    why: str = "",
) -> ConsentAnswer | Refusal:
    """
    Sign, or decline. The hash is that of the words which were on the screen, so that nobody signs others.

    Of two who answer at once the first stands; the same form sent twice is one answer.
    """
    if sent := kept(ConsentAnswer, once):
        return sent if (sent.text_id, sent.said) == (text.pk, said) else used()
    ConsentText.objects.filter(pk=text.pk).select_for_update().first()
    Patient.objects.select_for_update(no_key=True).get(pk=text.plan.patient_id)
    drawn = signature.read(strokes) if said == Said.SIGNED and how == How.DRAWN else []
    found = list(_against(text, said, sha256, how=how, name=name, witness=witness, at=at))
    if isinstance(drawn, Reason):
        found.append(drawn)
    if link is not None and ConsentAnswer.objects.filter(link=link).exists():
        found.append(Reason(_("link"), _("was used."), _("Ask the clinic for a new one.")))
    if found:
        return Refusal(tuple(found))
    made = ConsentAnswer(
        text=text, said=said, how=how if said == Said.SIGNED else "", name=name.strip(),
        strokes=drawn, witness=witness.strip(), why=why.strip(), text_sha256=sha256, link=link, once=once,
        created_by=by, created_at=at,
    )  # fmt: skip
    if refusal := _document(made):
        return refusal
    made.save()
    _end_links(text.plan, at=at, but=link)
    audit.note("consent", made, detail=said)
    return made


@transaction.atomic
def withdraw(
    *, text: ConsentText, why: str, once: UUID, at: datetime, by: User | None
) -> ConsentAnswer | Refusal:
    """Take a consent back, from this moment: no session opens, and no needle goes on in an open one."""
    if sent := kept(ConsentAnswer, once):
        return sent if (sent.text_id, sent.said) == (text.pk, Said.WITHDRAWN) else used()
    Patient.objects.select_for_update(no_key=True).get(pk=text.plan.patient_id)
    answers = {one.said: one for one in text.answers.all()}
    if Said.SIGNED not in answers:
        return _refusal(_("consent"), _("was not signed."), _("There is nothing to take back."))
    if Said.WITHDRAWN in answers:
        return answers[Said.WITHDRAWN]
    made = ConsentAnswer(
        text=text, said=Said.WITHDRAWN, why=why.strip(), text_sha256=text.sha256, once=once, created_by=by,
        created_at=at,
    )  # fmt: skip
    if refusal := _document(made):
        return refusal
    made.save()
    audit.note("consent", made, detail=Said.WITHDRAWN)
    return made


@transaction.atomic
def set_rules(*, cooling_hours: int, reason: str, by: User, at: datetime) -> ConsentRules:
    """How long everybody thinks it over, for texts that are given from now on."""
    rules = ConsentRules(cooling_hours=cooling_hours, reason=reason.strip(), created_by=by, created_at=at)
    rules.save()
    return rules


@transaction.atomic
def photographs_for(
    *, patient: Patient, purpose: str, given: bool, once: UUID, by: User | None, at: datetime
) -> PhotoConsent | Refusal:
    """Agree to one purpose of photographs, or take that back. It holds from this moment."""
    if sent := kept(PhotoConsent, once):
        same = (sent.patient_id, sent.purpose, sent.given) == (patient.pk, purpose, given)
        return sent if same else used()
    protocol = current.protocol()
    known = next((one for one in protocol.consent.photo_purpose if one.id == purpose), None)
    if known is None:
        return _refusal(_("purpose"), _("is not one of the protocol's."), _("Choose one from the list."))
    row = PhotoConsent(
        patient=patient, purpose=purpose, given=given, words=f"{known.title}. {known.tell}",
        edition=protocol.edition.mark, once=once, created_by=by, created_at=at,
    )  # fmt: skip
    row.save()
    return row


# ── what stands against it ───────────────────────────────────────────────────────────────────────────


def _against(
    text: ConsentText, said: str, sha256: str, *, how: str, name: str, witness: str, at: datetime
) -> Iterator[Reason]:
    now = consented.standing(text.plan)
    if now.text is None or now.text.pk != text.pk or not now.is_present or sha256 != text.sha256:
        yield Reason(
            _("text"), _("is no longer the present one."), _("Read the new text before anything is signed.")
        )
    elif not now.is_whole:
        yield Reason(
            _("text"), _("does not match its hash."), _("Sign nothing. The clinic has to give it anew.")
        )
    elif now.answers:
        when = moment(now.answers[0].created_at)
        yield Reason(_("text"), _("was answered on %(when)s.") % {"when": when}, _("Nothing more is needed."))
    if said == Said.SIGNED:
        yield from _against_signing(text, how=how, name=name, witness=witness, at=at)
    elif said != Said.DECLINED:
        yield Reason(_("answer"), _("is neither yes nor no."), _("Choose one."))


def _against_signing(
    text: ConsentText, *, how: str, name: str, witness: str, at: datetime
) -> Iterator[Reason]:
    if at < text.may_sign_from:
        until = moment(text.may_sign_from)
        yield Reason(_("time to think"), _("ends on %(when)s.") % {"when": until}, _("Sign after that."))
    if how not in How.values:
        yield Reason("how", _("is missing."), _("Sign in the box, or type your name and tick."))
    if not name.strip():
        yield Reason("name", _("is empty."), _("Write the name of who signs."))
    if how in {How.PAPER, How.SPOKEN} and not witness.strip():
        yield Reason("witness", _("is empty."), _("Write who saw it."))


def _document(made: ConsentAnswer) -> Refusal | None:
    """The document of an answer, on the disk before the row; or why there is none."""
    text = made.text
    words = consentsheet.Answered(
        at=timezone.localtime(made.created_at), clinic=Clinic.current().name, person=text.plan.patient.number,
        rows=tuple(_rows(made)), sha256=text.sha256, version=text.number, strokes=tuple(made.strokes),
    )  # fmt: skip
    pdf = consentsheet.write(text.as_record(), words)
    if isinstance(pdf, Refusal):
        return pdf
    made.pdf_sha256 = hashlib.sha256(pdf).hexdigest()
    storage.keep(made.document, pdf)
    return None


def _rows(made: ConsentAnswer) -> Iterator[tuple[str, str]]:
    said = {Said.SIGNED: _("Agreed to"), Said.DECLINED: _("Declined"), Said.WITHDRAWN: _("Taken back")}
    yield _("Given to read"), moment(made.text.created_at)
    yield said[Said(made.said)], moment(made.created_at)
    if made.name:
        yield _("Name"), made.name
    if made.how:
        yield _("How"), str(How(made.how).label)
    if made.witness:
        yield _("Witness or interpreter"), made.witness
    if made.why:
        yield _("Reason"), made.why
    by = made.created_by.full_name if made.created_by else _("the person themselves, by their link")
    yield _("Recorded by"), by


def _end_links(plan: Plan, *, at: datetime, but: PatientLink | None = None) -> None:
    """Every other link to a text of this plan opens nothing any more. One that was used says so itself."""
    texts = plan.consent_texts.values("pk")
    open_links = PatientLink.objects.filter(revoked_at=None, expires_at__gt=at, object_id__in=texts)
    ours = open_links.filter(purpose=PatientLink.CONSENT)
    for link in ours.exclude(pk=but.pk) if but else ours:
        links.revoke(link, on=at)


def _refusal(key: str, problem: str, do: str) -> Refusal:
    return Refusal((Reason(key, problem, do),))

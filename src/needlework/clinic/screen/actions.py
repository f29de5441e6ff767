"""Record what somebody answered and what the protocol says of it; decide otherwise, with a reason."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from needlework.clinic import current, skintype
from needlework.clinic.models.asked import PatientAnswers
from needlework.clinic.models.people import Patient, PatientLink, User
from needlework.clinic.models.screening import Override, Screening
from needlework.clinic.models.skin import SkinTyping
from needlework.clinic.once import kept, used
from needlework.loop import screen, skin
from needlework.records.screen import Answers, Finding, Outcome
from needlework.records.skin import SkinType
from needlework.records.why import Reason, Refusal


@transaction.atomic
def submit(
    *,
    patient: Patient,
    answers: Answers,
    once: UUID,
    by: User,
    at: datetime,
    said: PatientAnswers | None = None,
) -> Screening | Refusal:
    """
    Record a screening and what the protocol says of it. The same form sent twice is one screening.

    `said` is what the person had answered by phone, where this screening began from it; both stay.
    """
    if sent := kept(Screening, once):
        same = sent.patient_id == patient.pk and sent.as_answers() == answers
        return sent if same else used()
    knowledge, on = current.protocol().screen, timezone.localdate(at)
    if reasons := screen.faults(answers, knowledge, on=on):
        return Refusal(reasons)
    found = skintype.known(patient, answered=answers.given.get("skin-type"))
    settled = skin.settle(found)
    verdict = screen.assess(skintype.weighed(answers, settled), knowledge, on=on)
    if said is not None and (said.patient_id != patient.pk or hasattr(said, "screening")):
        words = _("were read before, or are somebody else's."), _("Open the patient, and begin again.")
        return Refusal((Reason(_("answers by phone"), *words),))
    screening = Screening.from_record(
        patient,
        answers,
        verdict,
        said=said,
        skin=skintype.kept(found, settled),
        once=once,
        created_by=by,
        created_at=at,
    )
    screening.save()
    return screening


@transaction.atomic
def override(
    *, screening: Screening, rule: str, reason: str, once: UUID, by: User, at: datetime
) -> Override | Refusal:
    """Decide to treat in spite of a finding. Who may stands in the finding itself; an absolute has nobody."""
    if sent := kept(Override, once):
        same = (sent.screening_id, sent.rule, sent.reason) == (screening.pk, rule, reason.strip())
        return sent if same else used()
    finding = next((one for one in screening.as_verdict().findings if one.rule == rule), None)
    if reasons := tuple(_against(finding, screening, reason, by)):
        return Refusal(reasons)
    made = Override(
        screening=screening, rule=rule, reason=reason.strip(), once=once, created_by=by, created_at=at
    )
    made.save()
    return made


@transaction.atomic
def type_by_questions(
    *,
    patient: Patient,
    answers: Mapping[str, int],
    once: UUID,
    at: datetime,
    by: User | None = None,
    link: PatientLink | None = None,
) -> SkinTyping | Refusal:
    """Record what the ten questions came to: asked by staff, or answered behind somebody's own link."""
    if sent := kept(SkinTyping, once):
        return sent if (sent.patient_id, sent.answers) == (patient.pk, dict(answers)) else used()
    knowledge = current.protocol().skin
    found = skin.score(answers, knowledge)
    if isinstance(found, Refusal):
        return found
    made = SkinTyping(
        patient=patient, how=SkinTyping.How.SCORED, skin_type=found.skin_type.value, points=found.points,
        answers=dict(answers), edition=knowledge.edition, link=link, once=once, created_by=by, created_at=at,
    )  # fmt: skip
    made.save()
    return made


@transaction.atomic
def type_by_eye(
    *, patient: Patient, skin_type: str, note: str, once: UUID, by: User, at: datetime
) -> SkinTyping | Refusal:
    """Record which type a practitioner sees, with the day and their name."""
    if sent := kept(SkinTyping, once):
        same = (sent.patient_id, sent.skin_type, sent.note) == (patient.pk, skin_type, note.strip())
        return sent if same else used()
    if skin_type not in tuple(SkinType):
        return Refusal((Reason("skin_type", f"is {skin_type!r}.", f"One of: {', '.join(SkinType)}."),))
    made = SkinTyping(
        patient=patient, how=SkinTyping.How.SEEN, skin_type=skin_type, note=note.strip(),
        edition=current.protocol().skin.edition, once=once, created_by=by, created_at=at,
    )  # fmt: skip
    made.save()
    return made


def may_override(finding: Finding, by: User) -> bool:
    """Whether this finding can be treated in spite of at all, and by this person."""
    weighs = Outcome.CLEAR < finding.outcome < Outcome.ABSOLUTE or finding.off_label
    return weighs and not finding.asks and by.role in finding.override


def _against(finding: Finding | None, screening: Screening, reason: str, by: User) -> list[Reason]:
    if finding is None:
        return [Reason("rule", "is not a finding of this screening.", "Choose one of its findings.")]
    if finding.asks:
        return [Reason("rule", "is a question without an answer.", "Ask it, and screen again.")]
    if finding.outcome is Outcome.ABSOLUTE:
        return [Reason("rule", "is absolute: nobody may treat in spite of it.", "Do not treat.")]
    found = []
    if not may_override(finding, by):
        roles = ", ".join(finding.override) or "nobody"
        found.append(Reason("rule", f"may be decided by: {roles}.", "Ask one of them."))
    if screening.overrides.filter(rule=finding.rule).exists():
        found.append(Reason("rule", "has been decided before.", "Nothing to do."))
    if not reason.strip():
        found.append(Reason("reason", "is empty.", "Say why treating is right in spite of this."))
    return found

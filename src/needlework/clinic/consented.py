"""Whether a plan has the consent that it needs, and what its photographs may be used for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from needlework.clinic import current
from needlework.clinic.models.consent import ConsentAnswer, ConsentText, PhotoConsent
from needlework.clinic.models.people import Patient
from needlework.clinic.models.planning import Plan
from needlework.clinic.templatetags.format import moment
from needlework.loop import consent
from needlework.records.consent import ConsentText as Words
from needlework.records.treat import EventKind
from needlework.records.why import Reason

Said = ConsentAnswer.Said


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the consent to a plan stands."""

    text: ConsentText | None
    """The text that was given last."""
    answers: tuple[ConsentAnswer, ...]
    """What was said to it, in order."""
    is_present: bool
    """Whether that text is still what the plan and the edition say."""

    def answer(self, said: str) -> ConsentAnswer | None:
        return next((one for one in self.answers if one.said == said), None)

    @property
    def is_whole(self) -> bool:
        return self.text is not None and self.text.is_whole

    @property
    def signed(self) -> ConsentAnswer | None:
        return self.answer(Said.SIGNED)

    @property
    def holds(self) -> bool:
        """Whether somebody may be treated on it."""
        return self.is_present and self.is_whole and bool(self.signed) and not self.answer(Said.WITHDRAWN)

    @property
    def waits(self) -> bool:
        """Whether it can be answered: given, present, and nothing said yet."""
        return self.text is not None and self.is_present and self.is_whole and not self.answers


def words(plan: Plan) -> Words:
    """What the plan and the edition in use ask somebody to agree to."""
    planner = plan.created_by.full_name if plan.created_by else _("Your clinic")
    return consent.compose(
        plan.as_record(), current.protocol(), planner=planner, off_label_reason=plan.off_label_reason
    )


def standing(plan: Plan) -> Standing:
    """Where the consent to this plan stands now."""
    text = plan.consent_texts.first()
    if text is None:
        return Standing(None, (), is_present=False)
    answers = tuple(text.answers.select_related("created_by"))
    return Standing(text, answers, is_present=text.exact == consent.exact(words(plan)))


def against_opening(plan: Plan) -> Iterator[Reason]:
    """Why no session of this plan may be opened, and what to do."""
    now = standing(plan)
    if now.holds:
        return
    key = _("consent")
    if now.text is None:
        yield Reason(
            key, _("was not given to read."), _("Open the consent from the plan, and give the text.")
        )
    elif not now.is_whole:
        yield Reason(
            key,
            _("does not match its hash: its words were changed after they were given."),
            _("Treat nobody on it. Tell the medical director, and give the text anew."),
        )
    elif withdrawn := now.answer(Said.WITHDRAWN):
        yield Reason(
            key,
            _("was taken back on %(when)s.") % {"when": moment(withdrawn.created_at)},
            _("Do not treat. If they ask for it again, give the text anew."),
        )
    elif declined := now.answer(Said.DECLINED):
        yield Reason(
            key,
            _("was declined on %(when)s.") % {"when": moment(declined.created_at)},
            _("Do not treat. If they ask for it again, give the text anew."),
        )
    elif not now.is_present:
        yield Reason(
            key,
            _("was given for other words: the plan or the protocol has changed since."),
            _("Open the consent; it shows what changed. Give the new text."),
        )
    elif now.text.may_sign_from > timezone.now():
        yield Reason(
            key,
            _("waits: they may think it over until %(when)s.") % {"when": moment(now.text.may_sign_from)},
            _("Have it signed after that."),
        )
    else:
        yield Reason(key, _("is not signed."), _("Open the consent, and have it signed."))


def against_entry(plan: Plan, kind: EventKind, *, at: datetime) -> Iterator[Reason]:
    """
    No needle after consent was taken back. What was done before it stays charted, however late it arrives.

    A session that was opened before consents were kept goes on as it was opened.
    """
    if kind not in {EventKind.PASS, EventKind.CARTRIDGE}:
        return
    taken_back = ConsentAnswer.objects.filter(text__plan=plan, said=Said.WITHDRAWN, created_at__lt=at)
    last = taken_back.order_by("-created_at").first()
    signed = ConsentAnswer.objects.filter(text__plan=plan, said=Said.SIGNED, created_at__lte=at)
    if last and not signed.filter(created_at__gt=last.created_at).exists():
        yield Reason(
            _("consent"),
            _("was taken back on %(when)s.") % {"when": moment(last.created_at)},
            _("Stop needling. Chart what was done, care for the skin, and sign."),
        )


def may_show(patient: Patient, purpose: str) -> bool:
    """Whether this person's photographs may be used for this purpose at this moment."""
    newest = _said_last(patient, purpose)
    return newest is not None and newest.given


def against_photographs(patient: Patient, purpose: str) -> Iterator[Reason]:
    """Why this person's photographs may not be used for a purpose: not asked yet, refused, or taken back."""
    newest = _said_last(patient, purpose)
    if newest is not None and newest.given:
        return
    ask = _("Ask them first, and record it under “Photographs: what for”.")
    if newest is None:
        yield Reason(_("photo consent"), _("“%(for)s” was not asked yet.") % {"for": _title(purpose)}, ask)
        return
    said = {"when": moment(newest.created_at), "words": newest.words.split(".")[0]}
    yield Reason(_("photo consent"), _("was refused for this on %(when)s: %(words)s") % said, ask)


def _title(purpose: str) -> str:
    known = current.protocol().consent.photo_purpose
    return next((one.title for one in known if one.id == purpose), purpose)


def _said_last(patient: Patient, purpose: str) -> PhotoConsent | None:
    return PhotoConsent.objects.filter(patient__in=patient.family, purpose=purpose).first()

"""
Whether the next session of a plan may be opened: all that stands against it, so that none is found out later.

Each condition is one function of the plan, who opens, and the day; `CONDITIONS` is the list of them.
"""

from collections.abc import Callable, Iterator
from datetime import date

from django.utils.translation import gettext as _

from needlework.clinic import consented, current, fit
from needlework.clinic.models.merging import Merge
from needlework.clinic.models.people import Patient, User
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.screening import Screening
from needlework.clinic.models.treatment import Session
from needlework.clinic.templatetags.format import day as written
from needlework.clinic.treat import trained
from needlework.loop import recover
from needlework.records.numbing import NumbingRisk
from needlework.records.screen import Answers, Finding, Outcome
from needlework.records.treat import EventKind
from needlework.records.why import Reason

Condition = Callable[[Plan, User, date], Iterator[Reason]]


def against(plan: Plan, *, by: User, on: date) -> tuple[Reason, ...]:
    """Every reason against opening a session of this plan on that day; empty where there is none."""
    return tuple(reason for condition in CONDITIONS for reason in condition(plan, by, on))


def unsigned(patient: Patient) -> Session | None:
    """The session of this person that is still open, in any of their charts; there is one at most."""
    sessions = Session.objects.filter(plan__patient__in=patient.family)
    return sessions.exclude(entries__kind=EventKind.SIGNED).first()


def screening_of(plan: Plan) -> Screening:
    """The screening that counts today: the plan's, or the one that was taken since."""
    return Screening.objects.filter(patient__in=plan.patient.family).first() or plan.screening


def numbing_risk(plan: Plan) -> NumbingRisk:
    """What the screening that counts today says of numbing this person."""
    return risk_of(screening_of(plan).as_answers())


def risk_of(answers: Answers) -> NumbingRisk:
    """What these answers say of numbing; what nobody asked counts as a yes."""
    said = answers.given
    return NumbingRisk(
        atopic=said.get("atopic-eczema", said.get("skin-disease-elsewhere", False)) is not False,
        at_risk=said.get("anaesthetic-risk") is not False,
        allergic=said.get("anaesthetic-allergy", said.get("allergy")) is not False,
    )


# ── the conditions ───────────────────────────────────────────────────────────────────────────────────


def _is_the_newest_plan(plan: Plan, by: User, on: date) -> Iterator[Reason]:
    if Plan.objects.filter(replaces=plan).exists():
        yield Reason(_("plan"), _("was replaced by a newer one."), _("Open the session from that plan."))


def _nothing_is_left_open(plan: Plan, by: User, on: date) -> Iterator[Reason]:
    if (open_one := unsigned(plan.patient)) is not None:
        yield Reason(
            _("session %(number)d") % {"number": open_one.number},
            _("is not signed yet."),
            _("Finish and sign it first."),
        )


def _nothing_bars(plan: Plan, by: User, on: date) -> Iterator[Reason]:
    zones = [zone.zone for zone in plan.as_record().zones]
    for finding in screening_of(plan).bars(on=on, zones=zones):
        yield barred_by(finding)


def _every_zone_was_asked_about(plan: Plan, by: User, on: date) -> Iterator[Reason]:
    """A screening that names no zones asked about all of them."""
    asked = screening_of(plan).as_verdict().zones
    for zone in plan.as_record().zones if asked else ():
        if zone.zone not in asked:
            yield not_asked(zone.name)


def _skin_has_healed(plan: Plan, by: User, on: date) -> Iterator[Reason]:
    knowledge = current.protocol().recover
    signed = Session.objects.filter(plan__patient__in=plan.patient.family, entries__kind=EventKind.SIGNED)
    treatments = (one.as_treatment() for one in signed.select_related("plan"))  # not all were needled in
    treatment = next((one for one in treatments if one), None)
    if treatment and on < (day := recover.timetable(treatment, knowledge).next_session_from):
        yield Reason(
            _("interval"),
            _("since the last session is shorter than the protocol's %(days)d days.")
            % {"days": knowledge.next_session_days},
            _("Treat from %(day)s on.") % {"day": written(day)},
        )


def _was_screened_as_one_person(plan: Plan, by: User, on: date) -> Iterator[Reason]:
    """Of two charts that were merged each may hold what the other was never asked."""
    merged = Merge.about(plan.patient).first()
    if merged is not None and screening_of(plan).created_at < merged.created_at:
        yield screened_before(merged)


def _a_device_is_fit(plan: Plan, by: User, on: date) -> Iterator[Reason]:
    yield from fit.against_plan(plan, on=on)


def _consent_is_signed(plan: Plan, by: User, on: date) -> Iterator[Reason]:
    yield from consented.against_opening(plan)


CONDITIONS: tuple[Condition, ...] = (
    _is_the_newest_plan,
    _nothing_is_left_open,
    _nothing_bars,
    _every_zone_was_asked_about,
    _was_screened_as_one_person,
    _skin_has_healed,
    _a_device_is_fit,
    trained.untrained,
    _consent_is_signed,
)


# ── in words ─────────────────────────────────────────────────────────────────────────────────────────


def barred_by(finding: Finding) -> Reason:
    return Reason(_("screening"), finding.say, _what_ends(finding))


def not_asked(zone: str) -> Reason:
    words = _("did not ask about: %(zone)s.") % {"zone": zone}
    return Reason(_("screening"), words, _("Screen again, for this zone too."))


def screened_before(merged: Merge) -> Reason:
    words = _("is older than the merge of %(gone)s into %(into)s: each may say what the other does not.")
    charts = {"gone": merged.patient.number, "into": merged.into.number}
    return Reason(_("screening"), words % charts, _("Read both, and screen again."))


def _what_ends(finding: Finding) -> str:
    if finding.asks:
        return _("Ask what is open, and screen again.")
    if finding.until:
        return _("Wait until %(day)s.") % {"day": written(finding.until)}
    if finding.outcome is Outcome.ABSOLUTE:
        return _("Do not treat.")
    ends = _("Until then: %(ends)s. ") % {"ends": finding.ends} if finding.ends else ""
    return ends + _("Screen again, or have it decided by somebody who may.")

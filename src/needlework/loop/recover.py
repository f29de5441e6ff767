"""Recover: is healing on its way? Treatment → Timetable and Outlook; CheckIn → Triage."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from needlework.loop import conditions, healing
from needlework.protocol.schema.questions import Condition, Question
from needlework.protocol.schema.recover import ExpectRule, Flag, HoldRule, Longer, Recovering
from needlework.records.recover import (
    CheckIn,
    Expectation,
    Hold,
    OpenSkin,
    Outlook,
    Sign,
    Timetable,
    Treatment,
    Triage,
    Urgency,
)
from needlework.records.screen import Answers, AnswerValue
from needlework.records.why import Reason


def timetable(treatment: Treatment, knowledge: Recovering) -> Timetable:
    """
    What to expect and what to leave alone after this session, in order of time.

    By depth, skin type and measured tone: the longest time that applies to this person is taken.

    Moments are counted from the last pass in elapsed hours, so a change of the clocks moves none of them.
    """
    red_h = healing.redness_hours(knowledge.redness, deepest_mm=treatment.deepest_mm)
    return Timetable(
        treatment=treatment,
        expectations=tuple(_expectation(rule, treatment) for rule in sorted(knowledge.expect, key=_start)),
        holds=tuple(sorted((_hold(rule, treatment) for rule in knowledge.hold), key=_end)),
        redness_gone_by=_after(treatment, red_h),
        next_session_from=treatment.treated_at.date() + timedelta(days=knowledge.next_session_days),
        edition=knowledge.edition,
    )


def expect(treatment: Treatment, *, at: datetime, knowledge: Recovering) -> Outlook:
    """
    What is to be expected at one moment: redness, phase, open skin, and the holds in force then.

    The open skin is the whole range from the last pass on, not what is left of it. A moment before the last
    pass has negative hours and nothing in force.
    """
    hours = _elapsed_h(at, treatment)
    plan = timetable(treatment, knowledge)
    moment = at.astimezone(UTC)
    return Outlook(
        at=at,
        hours=hours,
        redness=healing.redness(knowledge.redness, hours=hours, deepest_mm=treatment.deepest_mm),
        phases=healing.phases(knowledge.phase, days=hours / 24),
        skin=open_skin(treatment, knowledge),
        expectations=tuple(one for one in plan.expectations if _covers(one, moment)),
        holds=tuple(one for one in plan.holds if _covers(one, moment)),
        edition=knowledge.edition,
    )


def open_skin(treatment: Treatment, knowledge: Recovering) -> OpenSkin:
    """How long the skin of this treatment stays open, from the last pass on; see `healing.open_skin`."""
    return healing.open_skin(
        knowledge.closure,
        deepest_mm=treatment.deepest_mm,
        where=treatment.where,
        covered=treatment.covered,
        darker=healing.is_darker(treatment.skin_type, treatment.ita_deg),
    )


def questions(answers: Answers, check_in_of: Treatment, knowledge: Recovering) -> tuple[Question, ...]:
    """The questions of a check-in that can matter, given the answers so far."""
    return conditions.asked(knowledge.question, answers, on=check_in_of.treated_at.date())


def faults(check_in: CheckIn, treatment: Treatment, knowledge: Recovering) -> tuple[Reason, ...]:
    """What is wrong with a check-in itself; a triage needs this to be empty."""
    wrong = conditions.faults(knowledge.question, check_in.answers, on=check_in.at.date())
    if _elapsed_h(check_in.at, treatment) < 0:
        wrong += (Reason("at", "is before the session.", "Give the moment of the check-in."),)
    live = conditions.asked(knowledge.question, check_in.answers, on=check_in.at.date())
    return wrong + tuple(
        Reason(question.id, "is not answered.", "Answer it: what is not said cannot be judged.")
        for question in live
        if question.id not in check_in.answers.given
    )


def triage(check_in: CheckIn, treatment: Treatment, knowledge: Recovering) -> Triage:
    """
    What a check-in calls for: its worst sign decides, and no sign is softened by another.

    Whatever `faults` finds, such as an answer left open, calls for a call: nobody is reassured on what was
    not said. Where somebody is called for, the milder signs stay in the list for staff, but without their
    words for the patient: nothing that could be shown beside a red flag says that something is normal.
    """
    given = {**check_in.answers.given, **_known(check_in, treatment, knowledge)}
    signs = [
        _sign(flag) for flag in knowledge.flag if conditions.all_hold(flag.when, given, on=check_in.at.date())
    ]
    signs += [_open(reason) for reason in faults(check_in, treatment, knowledge)]
    signs.sort(key=lambda sign: (-sign.urgency.rank, sign.rule))
    urgency = max((sign.urgency for sign in signs), default=Urgency.EXPECTED)
    return Triage(
        urgency=urgency,
        tell=getattr(knowledge.words, urgency.name.lower()),
        signs=tuple(_unsoftened(signs, urgency)),
        edition=knowledge.edition,
    )


def alarms(knowledge: Recovering) -> dict[str, list[str]]:
    """The questions whose yes alone is an emergency, and those whose yes alone is urgent."""
    return {urgency: list(_alone(knowledge, urgency)) for urgency in ("emergency", "urgent")}


def _alone(knowledge: Recovering, urgency: str) -> Iterator[str]:
    asked = {question.id: question for question in knowledge.question}
    for flag in knowledge.flag:
        if flag.urgency == urgency and _is_yes(flag):
            yield asked[next(iter(flag.when))].ask


def _is_yes(flag: Flag) -> bool:
    return len(flag.when) == 1 and next(iter(flag.when.values())) == Condition(equals=True)


def _after(treatment: Treatment, hours: float) -> datetime:
    """Elapsed hours after the last pass. Python's own sum would follow the clock on the wall instead."""
    zone = treatment.treated_at.tzinfo
    if zone is None:
        raise ValueError("treated_at has no time zone, so no hour can be counted from it")
    return (treatment.treated_at.astimezone(UTC) + timedelta(hours=hours)).astimezone(zone)


def _elapsed_h(at: datetime, treatment: Treatment) -> float:
    """Elapsed hours; two moments of one time zone would else be subtracted by the clock on the wall. [h]"""
    if at.tzinfo is None or treatment.treated_at.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be compared")
    return (at.astimezone(UTC) - treatment.treated_at.astimezone(UTC)) / timedelta(hours=1)


def _covers(stretch: Expectation | Hold, moment: datetime) -> bool:
    """Whether a moment in UTC falls in this stretch, its end not included."""
    return stretch.from_at.astimezone(UTC) <= moment < stretch.until_at.astimezone(UTC)


def _known(check_in: CheckIn, treatment: Treatment, knowledge: Recovering) -> dict[str, AnswerValue]:
    """What a check-in says without being asked."""
    hours = _elapsed_h(check_in.at, treatment)
    overdue = hours > healing.redness_hours(knowledge.redness, deepest_mm=treatment.deepest_mm)
    red = check_in.answers.given.get("redness", "none") != "none"
    return {"hours-since": hours, "redness-overdue": overdue and red}


def _sign(flag: Flag) -> Sign:
    urgency = Urgency(flag.urgency)
    return Sign(flag.id, urgency, flag.say, flag.tell, flag.basis, flag.sources)


def _unsoftened(signs: Iterable[Sign], urgency: Urgency) -> Iterable[Sign]:
    """The signs, without the patient's words of those that would reassure beside a call."""
    if urgency < Urgency.CALL_TODAY:
        return signs
    return (one if one.urgency >= Urgency.CALL_TODAY else replace(one, tell="") for one in signs)


def _open(reason: Reason) -> Sign:
    return Sign(
        rule=f"ask-{reason.key}",
        urgency=Urgency.CALL_TODAY,
        say=f"{reason.key} {reason.problem}",
        tell="One of the questions is still open. Please answer it, or call us.",
        basis="house",
        sources=(),
    )


def _start(rule: ExpectRule) -> tuple[float, str]:
    return rule.from_h, rule.id


def _end(hold: Hold) -> tuple[datetime, str]:
    """In UTC: the hour that comes twice in autumn would else be sorted as one."""
    return hold.until_at.astimezone(UTC), hold.id


def _expectation(rule: ExpectRule, treatment: Treatment) -> Expectation:
    return Expectation(
        title=rule.title,
        tell=rule.tell,
        from_at=_after(treatment, rule.from_h),
        until_at=_after(treatment, rule.until_h),
        basis=rule.basis,
        sources=rule.sources,
    )


def _hold(rule: HoldRule, treatment: Treatment) -> Hold:
    until_h = max([rule.until_h, *(longer.until_h for longer in rule.longer if _applies(longer, treatment))])
    return Hold(
        id=rule.id,
        title=rule.title,
        tell=rule.tell,
        from_at=_after(treatment, rule.from_h),
        until_at=_after(treatment, until_h),
        basis=rule.basis,
        sources=rule.sources,
        positions=rule.position,
        choice=rule.choice,
    )


def _applies(longer: Longer, treatment: Treatment) -> bool:
    depth = treatment.deepest_mm
    return (
        (longer.from_mm is None or depth >= longer.from_mm)
        and (longer.above_mm is None or depth > longer.above_mm)
        and (not longer.skin_types or treatment.skin_type in longer.skin_types)
        and (longer.ita_below_deg is None or _darker_than(longer.ita_below_deg, treatment.ita_deg))
    )


def _darker_than(limit_deg: float, ita_deg: float | None) -> bool:
    """Whether the skin was measured, and darker than this."""
    return ita_deg is not None and ita_deg < limit_deg

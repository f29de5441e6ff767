"""
Impact: what another edition would say of the work in hand. Two editions, Plans, Answers → Impact.

Above the stages, since it asks two of them again. It rewrites nothing: a plan stays as it was taken and a
verdict as it was shown, under the edition that they were made with.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from needlework.loop import plan as planning
from needlework.loop import screen
from needlework.protocol.schema.protocol import Protocol
from needlework.records.editions import Consequence, Impact
from needlework.records.plan import Plan, Wall, ZonePlan
from needlework.records.screen import Answers, Finding, Outcome, Verdict
from needlework.records.why import Refusal

MEANS = {
    Outcome.CLEAR: "clear",
    Outcome.CAUTION: "caution",
    Outcome.DEFER: "wait",
    Outcome.ABSOLUTE: "do not treat",
}


def impact(
    old: Protocol,
    new: Protocol,
    *,
    plans: Sequence[tuple[str, Plan]],
    screenings: Sequence[tuple[str, Answers, date]],
) -> Impact:
    """
    What would be said otherwise of these plans and screenings, person by person, in sentences.

    Each plan's goals are proposed anew under both editions, so that only the editions make a difference;
    each set of answers is assessed anew on its own day. What a practitioner changed by hand beyond the goals
    (passes, sessions, interval) is not in here.
    """
    found = [
        *(Consequence(who, "plan", says) for who, plan in plans if (says := _of_plan(plan, old, new))),
        *(
            Consequence(who, "screening", says)
            for who, answers, on in screenings
            if (says := _of_screening(answers, old, new, on=on))
        ),
    ]
    return Impact(plans=len(plans), screenings=len(screenings), consequences=tuple(found))


# ── a plan ───────────────────────────────────────────────────────────────────────────────────────────


def _of_plan(plan: Plan, old: Protocol, new: Protocol) -> tuple[str, ...]:
    goals = planning.goals(plan, old)
    before = planning.propose(goals, plan.person, old)
    after = planning.propose(goals, plan.person, new)
    if isinstance(after, Refusal):
        known = {*before.reasons} if isinstance(before, Refusal) else set()
        return tuple(
            f"It would be refused: {one.key}: {one.problem}" for one in after.reasons if one not in known
        )
    if isinstance(before, Refusal):
        return ("It would no longer be refused.",)
    return tuple(_between_plans(before, after))


def _between_plans(before: Plan, after: Plan) -> Iterator[str]:
    for was, now in zip(before.zones, after.zones, strict=True):
        yield from (f"{now.name}: {what}" for what in _between_zones(was, now))
    if before.sessions != after.sessions:
        yield f"{_count(after.sessions, 'session')} instead of {before.sessions}."
    if before.interval_days != after.interval_days:
        yield f"{_count(after.interval_days, 'day')} between sessions instead of {before.interval_days}."
    if before.judge_after_days != after.judge_after_days:
        yield (
            f"Judged {_count(after.judge_after_days, 'day')} after the last session instead of "
            f"{before.judge_after_days}."
        )
    if before.led_by != after.led_by:
        yield f"Led by a {after.led_by} instead of a {before.led_by}."
    yield from (f"Newly outside the label: {why}" for why in after.off_label if why not in before.off_label)
    yield from (
        f"No longer outside the label: {why}" for why in before.off_label if why not in after.off_label
    )


def _between_zones(was: ZonePlan, now: ZonePlan) -> Iterator[str]:
    if was.concern != now.concern:
        yield f"needled for {now.concern} instead of {was.concern}."
    if was.set_depth_mm != now.set_depth_mm:
        yield f"set depth {now.set_depth_mm:g} mm instead of {was.set_depth_mm:g} mm."
    if (was.wall.name, was.wall.limit_mm) != (now.wall.name, now.wall.limit_mm):
        yield f"the lowest wall is {_wall(now.wall)} instead of {_wall(was.wall)}."
    if was.passes != now.passes:
        yield f"{now.passes} {'pass' if now.passes == 1 else 'passes'} instead of {was.passes}."
    if was.target_per_cm2 != now.target_per_cm2:
        yield f"{_dose(now.target_per_cm2)} instead of {_dose(was.target_per_cm2)}."
    if was.endpoint != now.endpoint:
        yield f"stop at “{now.endpoint}” instead of “{was.endpoint}”."


def _wall(wall: Wall) -> str:
    return f"{wall.name} {wall.limit_mm:g} mm"


def _dose(per_cm2: float | None) -> str:
    return "a dose read off the handpiece" if per_cm2 is None else f"{per_cm2:,.0f} punctures per cm²"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


# ── a screening ──────────────────────────────────────────────────────────────────────────────────────


def _of_screening(answers: Answers, old: Protocol, new: Protocol, *, on: date) -> tuple[str, ...]:
    before = screen.assess(answers, old.screen, on=on)
    after = screen.assess(answers, new.screen, on=on)
    return (*_between_verdicts(before, after), *_between_findings(before, after))


def _between_verdicts(before: Verdict, after: Verdict) -> Iterator[str]:
    if (before.outcome, before.until) != (after.outcome, after.until):
        yield f"{_upper(_verdict(after))} instead of {_verdict(before)}."
    if before.off_label != after.off_label:
        yield "Newly outside the label." if after.off_label else "No longer outside the label."


def _verdict(verdict: Verdict) -> str:
    if verdict.outcome is Outcome.DEFER and verdict.until:
        return f"wait until {_day(verdict.until)}"
    return MEANS[verdict.outcome]


def _between_findings(before: Verdict, after: Verdict) -> Iterator[str]:
    was, now = _findings(before), _findings(after)
    yield from (f"New finding: {one.say}" for key, one in now.items() if key not in was)
    yield from (f"No longer found: {one.say}" for key, one in was.items() if key not in now)
    for key, one in now.items():
        if key in was and _weighs(one) != _weighs(was[key]):
            yield f"{one.say} {_upper(_weighs(one))} instead of {_weighs(was[key])}."


def _findings(verdict: Verdict) -> Mapping[tuple[str, tuple[str, ...]], Finding]:
    return {(one.rule, one.zones): one for one in verdict.findings}


def _weighs(finding: Finding) -> str:
    if finding.off_label:
        return "outside the label"
    if finding.outcome is Outcome.DEFER:
        return f"wait until {_day(finding.until)}" if finding.until else "wait"
    return MEANS[finding.outcome]


def _upper(words: str) -> str:
    """With a capital first letter; the months keep theirs."""
    return f"{words[:1].upper()}{words[1:]}"


def _day(on: date) -> str:
    """3 Mar 2027"""
    return f"{on.day} {on:%b %Y}"

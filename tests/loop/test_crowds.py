"""
What holds for everybody in a crowd: a thousand people by default, a hundred thousand in the long run.

    NEEDLEWORK_EXAMPLES=long pytest tests/loop/test_crowds.py
"""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crowd
from needlework.loop import plan, recover, screen, treat
from needlework.protocol import load
from needlework.records.plan import Plan
from needlework.records.recover import CheckIn, Outlook, Treatment, Urgency
from needlework.records.screen import Answers, Finding, Outcome, Verdict
from needlework.records.treat import Event, EventKind
from needlework.records.why import Refusal

LONG = os.environ.get("NEEDLEWORK_EXAMPLES") == "long"
CROWDS, EACH = (500, 200) if LONG else (40, 25)
"""How many crowds, and how many people in each: 100,000 or 1,000."""

TODAY = date(2026, 11, 20)
EDITION = load.default()
QUESTIONS = {question.id: question for question in EDITION.screen.question}
seeds = settings(max_examples=CROWDS, deadline=None, database=None)


def assessed(answers: dict, *, on: date = TODAY) -> Verdict:
    return screen.assess(Answers(answers), EDITION.screen, on=on)


def a_crowd(seed: int) -> list[crowd.Somebody]:
    return list(crowd.people(seed, EACH, EDITION, on=TODAY))


# ── screen ───────────────────────────────────────────────────────────────────────────────────────────


@seeds
@given(st.integers(0, 2**32))
def test_the_worst_finding_wins_in_the_whole_and_in_each_zone(seed):
    for one in a_crowd(seed):
        verdict = assessed(one.answers)
        assert verdict.outcome == max((f.outcome for f in verdict.findings), default=Outcome.CLEAR)
        if verdict.zones:
            whole = [f for f in verdict.findings if not f.zones or set(f.zones) & set(verdict.zones)]
            worst = max((f.outcome for f in whole), default=Outcome.CLEAR)
            assert max(verdict.outcome_in(zone) for zone in verdict.zones) == worst == verdict.outcome


@seeds
@given(st.integers(0, 2**32))
def test_a_zone_is_judged_as_if_it_alone_had_been_wanted(seed):
    for one in a_crowd(seed):
        verdict = assessed(one.answers)
        for zone in verdict.zones:
            alone = assessed({**one.answers, "zones": (zone,)})
            here = [f for f in verdict.speaking_of(zone) if not _asked_for_other_zones(f, zone)]
            assert {f.rule for f in alone.findings} == {f.rule for f in here}
            assert alone.outcome == max((f.outcome for f in here), default=Outcome.CLEAR)
            assert alone.outcome <= verdict.outcome_in(zone)


def _asked_for_other_zones(finding: Finding, zone: str) -> bool:
    """Whether it rests on a question that is put only where another zone is wanted, such as cold sores."""
    rule = next((rule for rule in EDITION.screen.rule if rule.id == finding.rule), None)
    return any(
        "zones" in QUESTIONS[asked].ask_if and zone not in QUESTIONS[asked].ask_if["zones"].one_of
        for asked in (rule.when if rule else finding.asks)
    )


@seeds
@given(st.integers(0, 2**32))
def test_an_adverse_answer_never_improves_a_verdict(seed):
    for number, one in enumerate(a_crowd(seed)):
        before = assessed(one.answers)
        live = screen.questions(Answers(one.answers), EDITION.screen, on=TODAY)
        asked = [question for question in live if crowd.adverse(question, EDITION)]
        question = asked[(seed + number) % len(asked)]
        for worse in crowd.adverse(question, EDITION):
            if one.answers.get(question.id) == crowd.harmless(question):
                after = assessed({**one.answers, question.id: worse})
                assert after.outcome >= before.outcome, (question.id, worse)


@seeds
@given(st.integers(0, 2**32))
def test_what_is_not_known_is_asked_and_never_passed(seed):
    for number, one in enumerate(a_crowd(seed)):
        live = screen.questions(Answers(one.answers), EDITION.screen, on=TODAY)
        left = live[(seed + number) % len(live)].id
        without = {k: v for k, v in one.answers.items() if k.partition(".")[0] != left}
        verdict = assessed(without)
        assert f"ask-{left}" in {finding.rule for finding in verdict.findings}
        assert verdict.outcome >= Outcome.DEFER


@seeds
@given(st.integers(0, 2**32))
def test_a_deferral_ends_on_the_day_that_it_names_and_waiting_never_makes_worse(seed):
    for one in a_crowd(seed):
        verdict = assessed(one.answers)
        if verdict.until and verdict.until <= date(2100, 1, 1):
            assert verdict.until > TODAY
            assert assessed(one.answers, on=verdict.until - timedelta(days=1)).outcome is Outcome.DEFER
            assert assessed(one.answers, on=verdict.until).outcome < Outcome.DEFER
        assert assessed(one.answers, on=TODAY + timedelta(days=seed % 400)).outcome <= verdict.outcome


@seeds
@given(st.integers(0, 2**32))
def test_findings_that_weigh_differently_on_the_same_answers_name_each_other(seed):
    rules = {rule.id: rule for rule in EDITION.screen.rule}
    for one in a_crowd(seed):
        fired = [f for f in assessed(one.answers).findings if f.rule in rules]
        for finding in fired:
            for other in fired:
                shared = rules[finding.rule].when.keys() & rules[other.rule].when.keys()
                apart = rules[finding.rule].then != rules[other.rule].then
                zones = set(finding.zones) & set(other.zones) or finding.zones == other.zones
                if shared and apart and zones:
                    assert other.rule in finding.beside


# ── plan ─────────────────────────────────────────────────────────────────────────────────────────────


@seeds
@given(st.integers(0, 2**32))
def test_no_plan_is_deeper_than_any_wall_and_none_covers_a_zone_that_is_barred(seed):
    for one in a_crowd(seed):
        verdict = assessed(one.answers)
        answer = plan.propose(one.goals, one.person, EDITION, verdict)
        if isinstance(answer, Refusal):
            assert answer.reasons
            continue
        for zone in answer.zones:
            assert all(zone.set_depth_mm <= wall.limit_mm for wall in (zone.wall, *zone.walls))
            assert zone.set_depth_mm <= one.goals.depth_mm.get(zone.zone, zone.set_depth_mm)
            assert verdict.outcome_in(zone.zone) is not Outcome.ABSOLUTE
            assert zone.zone not in {excluded.id for excluded in EDITION.zones.excluded}


@seeds
@given(st.integers(0, 2**32))
def test_a_plan_can_be_proposed_again_from_itself(seed):
    for one in a_crowd(seed):
        answer = plan.propose(one.goals, one.person, EDITION)
        if isinstance(answer, Plan):
            assert plan.propose(plan.goals(answer, EDITION), one.person, EDITION) == answer


# ── treat ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("topical", EDITION.treat.topical, ids=lambda one: one.id)
def test_no_blocked_topical_is_ever_taken_and_every_allowed_one_is(topical):
    one = next(iter(crowd.people(1, 1, EDITION, on=TODAY)))
    goals = replace(one.goals, concerns=("acne-scars",), zones=("cheeks",), device="skinpen-precision",
                    place="clinician", depth_mm={}, area_cm2={})  # fmt: skip
    course = plan.propose(goals, one.person, EDITION)
    event = Event(
        "x", EventKind.TOPICAL, one.treatment.treated_at, "Mira", {"topical": topical.id, "lot": "A"}
    )
    device = next(device for device in EDITION.devices.device if device.id == "skinpen-precision")
    reasons = treat.reasons_against(event, (), course, device, EDITION.treat, on=TODAY)
    assert bool(reasons) is not topical.allowed


# ── recover ──────────────────────────────────────────────────────────────────────────────────────────

RED_FLAGS = [
    flag
    for flag in EDITION.recover.flag
    if Urgency(flag.urgency) >= Urgency.URGENT
    and all(condition.equals is not None for condition in flag.when.values())
]


def outlook(treatment: Treatment, at: datetime) -> Outlook:
    return recover.expect(treatment, at=at, knowledge=EDITION.recover)


@seeds
@given(st.integers(0, 2**32))
def test_a_red_flag_always_escalates_and_is_never_softened(seed):
    assert len(RED_FLAGS) >= 5
    for number, one in enumerate(a_crowd(seed)):
        flag = RED_FLAGS[(seed + number) % len(RED_FLAGS)]
        said = {**one.check_in, **{asked: test.equals for asked, test in flag.when.items()}}
        at = one.treatment.treated_at + timedelta(hours=one.hours)
        triage = recover.triage(CheckIn(at, Answers(said)), one.treatment, EDITION.recover)
        assert triage.urgency >= Urgency(flag.urgency)
        assert triage.urgency == max(sign.urgency for sign in triage.signs)
        assert triage.tell == getattr(EDITION.recover.words, triage.urgency.name.lower())


@seeds
@given(st.integers(0, 2**32))
def test_time_never_runs_backwards(seed):
    for one in a_crowd(seed):
        treated = one.treatment.treated_at
        shown = recover.timetable(one.treatment, EDITION.recover)
        for stretch in (*shown.holds, *shown.expectations):
            assert treated <= stretch.from_at < stretch.until_at
        ends = [hold.until_at.astimezone(UTC) for hold in shown.holds]
        assert ends == sorted(ends)
        at = treated + timedelta(hours=one.hours)
        now, later = outlook(one.treatment, at), outlook(one.treatment, at + timedelta(hours=9))
        assert 0 <= later.redness.low <= now.redness.low <= now.redness.high <= 1
        assert later.redness.high <= now.redness.high
        assert {hold.id for hold in now.holds if hold.until_at > later.at} <= {h.id for h in later.holds}


@seeds
@given(st.integers(0, 2**32))
def test_deeper_darker_or_covered_never_closes_sooner(seed):
    for one in a_crowd(seed):
        now = outlook(one.treatment, one.treatment.treated_at).skin
        for changed in (
            {"deepest_mm": one.treatment.deepest_mm + 0.5},
            {"covered": True},
            {"ita_deg": -40.0},
        ):
            there = replace(one.treatment, **changed)
            other = outlook(there, there.treated_at).skin
            assert other.barrier_h[1] >= now.barrier_h[1] and other.channels_h[1] >= now.channels_h[1]
            longer = {hold.id: hold.until_at for hold in recover.timetable(there, EDITION.recover).holds}
            assert all(hold.until_at <= longer[hold.id]
                       for hold in recover.timetable(one.treatment, EDITION.recover).holds)  # fmt: skip

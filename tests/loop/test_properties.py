"""
What holds for everybody: properties of the loop over people that Hypothesis makes up.

The people answer the shipped edition's own questions, so a new question or rule is under test the day that
it is written. A modest number of examples by default; `NEEDLEWORK_EXAMPLES=long` draws hundreds.
"""

import math
import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from needlework.loop import plan, recover, screen, treat, walls
from needlework.protocol import load
from needlework.protocol.schema.questions import Question
from needlework.protocol.schema.screen import Screen
from needlework.records.plan import Goals, Person, Plan
from needlework.records.recover import CheckIn, Treatment, Urgency
from needlework.records.screen import Answers, Outcome, Verdict
from needlework.records.skin import Sex, SkinType
from needlework.records.treat import Event, EventKind
from needlework.records.why import Refusal

settings.register_profile("modest", max_examples=40)
settings.register_profile("long", max_examples=500)
some = settings(
    settings.get_profile(os.environ.get("NEEDLEWORK_EXAMPLES", "modest")),
    deadline=None,  # two cores are shared; time is no property of the loop
    database=None,  # a failure prints how to draw it again
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

TODAY = date(2026, 11, 20)
EDITION = load.default()
ZONES = [ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC")]


# ── people ───────────────────────────────────────────────────────────────────────────────────────────


def values(question: Question, *, on: date) -> st.SearchStrategy[Any]:
    """Any answer that can be given to a question."""
    match question.kind:
        case "yes-no":
            return st.booleans()
        case "choice":
            return st.sampled_from([option.id for option in question.options])
        case "choices":
            ids = [option.id for option in question.options]
            return st.lists(st.sampled_from(ids), unique=True).map(tuple)
        case "number":
            low, high = question.minimum or 0, question.maximum or 1000
            return st.integers(math.ceil(low), math.floor(high)) | st.floats(low, high)
        case "date":
            return st.integers(0, 500).map(lambda days: on - timedelta(days=days))


QUESTIONS = {question.id: question for question in EDITION.screen.question}
BRANCHING = sorted({parent for question in QUESTIONS.values() for parent in question.ask_if})


def harmless(question: Question) -> Any:
    """The answer that stands against nothing: no, the first option, 34 years."""
    options = [option.id for option in question.options]
    return {
        "yes-no": False, "choice": options[0] if options else None, "choices": tuple(options[:1]),
        "number": 34, "date": TODAY - timedelta(days=500),
    }[question.kind]  # fmt: skip


def leading_to(key: str) -> dict[str, Any]:
    """The answers after which a question is asked at all."""
    opens: dict[str, Any] = {}
    for parent, test in QUESTIONS[key].ask_if.items():
        answer = test.equals if test.equals is not None else (test.one_of or (None,))[0]
        if answer is not None:
            wanted = (answer,) if QUESTIONS[parent].kind == "choices" else answer
            opens |= {**leading_to(parent), parent: wanted}
    return opens


@st.composite
def people(draw: st.DrawFn, *, complete: bool = False) -> dict[str, Any]:
    """Somebody harmless, in whom some answers are anything that can be given and some are missing."""
    said = {key: harmless(question) for key, question in QUESTIONS.items()}
    changed = draw(st.lists(st.sampled_from(sorted(QUESTIONS)), max_size=6, unique=True))
    for key in changed:
        said |= leading_to(key)
        said[key] = draw(values(QUESTIONS[key], on=TODAY))
    for parent in draw(st.lists(st.sampled_from(BRANCHING), max_size=2, unique=True)):
        said |= leading_to(parent)
        for key, question in QUESTIONS.items():
            if parent in question.ask_if:  # the branch opens, and what it asks is answered
                opens = question.ask_if[parent]
                said[parent] = opens.one_of[0] if opens.equals is None else opens.equals
                said[key] = draw(values(question, on=TODAY))
    if not complete:
        for key in draw(st.lists(st.sampled_from(sorted(said)), max_size=1)):
            said.pop(key, None)
    return said


def assessed(said: dict[str, Any], *, on: date = TODAY, knowledge: Screen = EDITION.screen) -> Verdict:
    return screen.assess(Answers(said), knowledge, on=on)


def found(verdict: Verdict) -> set[str]:
    return {finding.rule for finding in verdict.findings}


# ── screen ───────────────────────────────────────────────────────────────────────────────────────────


@some
@given(people())
def test_the_worst_finding_is_the_verdict(said):
    verdict = assessed(said)
    assert verdict.outcome == max((one.outcome for one in verdict.findings), default=Outcome.CLEAR)
    ranks = [one.outcome.rank for one in verdict.findings]
    assert ranks == sorted(ranks, reverse=True)
    assert verdict.off_label == any(one.off_label for one in verdict.findings)


@some
@given(people())
def test_a_verdict_is_the_same_for_the_same_answers_in_any_order(said):
    assert assessed(said) == assessed(dict(reversed(said.items()))) == assessed(dict(said))


@some
@given(people(), st.data())
def test_no_verdict_is_better_for_a_rule_that_fires(said, data):
    verdict = assessed(said)
    fired = [rule for rule in EDITION.screen.rule if rule.id in found(verdict)]
    assume(fired)
    without = data.draw(st.sampled_from(fired))
    rules = tuple(rule for rule in EDITION.screen.rule if rule is not without)
    lighter = assessed(said, knowledge=replace(EDITION.screen, rule=rules))
    assert lighter.outcome <= verdict.outcome
    assert lighter.off_label <= verdict.off_label
    assert found(lighter) == found(verdict) - {without.id}


@some
@given(people(), st.data())
def test_one_answer_that_makes_more_rules_fire_never_betters_the_verdict(said, data):
    live = screen.questions(Answers(said), EDITION.screen, on=TODAY)
    question = data.draw(st.sampled_from(live))
    other = {**said, question.id: data.draw(values(question, on=TODAY))}
    one, two = assessed(said), assessed(other)
    if found(one) <= found(two):
        assert one.outcome <= two.outcome
    if found(two) <= found(one):
        assert two.outcome <= one.outcome


@some
@given(people(complete=True), st.data())
def test_leaving_an_answer_out_never_gives_a_pass(said, data):
    live = screen.questions(Answers(said), EDITION.screen, on=TODAY)
    question = data.draw(st.sampled_from(live))
    assert (
        assessed({key: value for key, value in said.items() if key != question.id}).outcome >= Outcome.DEFER
    )


@some
@given(people())
def test_an_answer_to_a_question_no_longer_asked_is_not_weighed(said):
    live = {question.id for question in screen.questions(Answers(said), EDITION.screen, on=TODAY)}
    assert assessed(said) == assessed({key: value for key, value in said.items() if key in live})


@some
@given(people(), st.integers(1, 600))
def test_waiting_never_makes_a_verdict_worse(said, days):
    now, later = assessed(said), assessed(said, on=TODAY + timedelta(days=days))
    assert later.outcome <= now.outcome
    assert found(later) <= found(now)


@some
@given(people(complete=True))
def test_a_deferral_ends_on_its_day_and_not_before(said):
    verdict = assessed(said)
    assume(verdict.until)
    assert verdict.until > TODAY
    assert assessed(said, on=verdict.until - timedelta(days=1)).outcome is Outcome.DEFER
    assert assessed(said, on=verdict.until).outcome < Outcome.DEFER


ANYTHING = st.one_of(
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.dates(),
    st.datetimes(),
    st.lists(st.text(max_size=3), max_size=3).map(tuple),
    st.sampled_from([option.id for question in EDITION.screen.question for option in question.options]),
)


@some
@given(
    st.dictionaries(
        st.sampled_from([question.id for question in EDITION.screen.question]) | st.text(max_size=4),
        ANYTHING,
    ),
    st.dates(min_value=date(1990, 1, 1)),
)
def test_assessing_never_raises_and_never_passes_what_it_could_not_read(said, on):
    verdict = assessed(said, on=on)
    faults = screen.faults(Answers(said), EDITION.screen, on=on)
    live = {question.id for question in screen.questions(Answers(said), EDITION.screen, on=on)}
    if live & {fault.key for fault in faults}:
        assert verdict.outcome >= Outcome.DEFER
    assert isinstance(screen.person(Answers(said)), Person | Refusal)


# ── plan ─────────────────────────────────────────────────────────────────────────────────────────────

DEVICES = {device.id: device for device in EDITION.devices.device}
PERSONS = st.builds(Person, st.integers(18, 90), st.sampled_from(Sex), st.sampled_from(SkinType))


def sublists(of: tuple[Any, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    ids = [one.id for one in of]
    return st.lists(st.sampled_from(ids), min_size=1, max_size=5, unique=True).map(tuple)


@st.composite
def wishes(draw: st.DrawFn, numbers: st.SearchStrategy[float]) -> Goals:
    zones = draw(sublists(EDITION.zones.zone))
    return Goals(
        concerns=draw(sublists(EDITION.plan.concern)),
        zones=zones,
        device=draw(st.sampled_from(sorted(DEVICES))),
        place=draw(st.sampled_from([place.id for place in EDITION.places.place])),
        area_cm2=draw(st.dictionaries(st.sampled_from(zones), numbers)),
        depth_mm=draw(st.dictionaries(st.sampled_from(zones), numbers)),
    )


@some
@given(wishes(st.floats(0.01, 5)), PERSONS)
def test_no_plan_is_deeper_than_any_wall_or_than_was_asked(goals, person):
    answer = plan.propose(goals, person, EDITION)
    assume(isinstance(answer, Plan))
    device = DEVICES[goals.device]
    for zone in answer.zones:
        assert all(zone.set_depth_mm <= wall.limit_mm for wall in (zone.wall, *zone.walls))
        assert zone.set_depth_mm <= goals.depth_mm.get(zone.zone, math.inf)
        assert zone.wall.limit_mm == min(wall.limit_mm for wall in (zone.wall, *zone.walls))
        assert device.shallowest_mm <= zone.set_depth_mm <= device.evaluated_mm
        assert zone.set_depth_mm > 0


@some
@given(wishes(st.floats(0.01, 5)), PERSONS)
def test_every_set_depth_is_a_setting_of_the_handpiece(goals, person):
    answer = plan.propose(goals, person, EDITION)
    assume(isinstance(answer, Plan))
    device = DEVICES[goals.device]
    for zone in answer.zones:
        steps = (zone.set_depth_mm - device.shallowest_mm) / (device.step_mm or walls.SMALLEST_STEP_MM)
        assert steps == pytest.approx(round(steps), abs=1e-6)


@some
@given(wishes(st.floats(0.01, 5)), PERSONS)
def test_a_narrower_licence_never_deepens_a_plan(goals, person):
    wide = plan.propose(replace(goals, place="clinician"), person, EDITION)
    narrow = plan.propose(goals, person, EDITION)
    assume(isinstance(narrow, Plan))
    assert isinstance(wide, Plan)
    for one, other in zip(narrow.zones, wide.zones, strict=True):
        assert one.set_depth_mm <= other.set_depth_mm


@some
@given(wishes(st.floats()), PERSONS)
def test_a_proposal_is_a_plan_or_a_refusal_with_reasons_and_never_an_error(goals, person):
    answer = plan.propose(goals, person, EDITION)
    if isinstance(answer, Refusal):
        assert answer.reasons
        assert all(reason.key and reason.problem and reason.do for reason in answer.reasons)
    else:
        assert math.isfinite(answer.minutes.total)
        assert answer == plan.propose(goals, person, EDITION)


# ── treat ────────────────────────────────────────────────────────────────────────────────────────────

COURSE = plan.propose(
    Goals(("acne-scars",), ("cheeks", "forehead"), "skinpen-precision"),
    Person(34, Sex.FEMALE, SkinType.III),
    EDITION,
)
PEN = DEVICES["skinpen-precision"]
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
READY = (
    *(Event(f"c{n}", EventKind.CHECKED, NOW, "Mira", {"check": check.id})
      for n, check in enumerate(EDITION.treat.check)),
    Event("k", EventKind.CARTRIDGE, NOW, "Mira", {"lot": "A", "serial": "1", "expires": "2030-01-01"}),
)  # fmt: skip
KEYS = ["check", "lot", "serial", "expires", "zone", "set_depth_mm", "passes", "seconds", "strokes_per_s",
        "endpoint", "topical", "what", "text", "corrects", "reason"]  # fmt: skip
WORDS = st.sampled_from(["cheeks", "forehead", "k", "c0", "2026-11-20", "device-gel", "vitamin-c", ""])


@some
@given(
    st.sampled_from(EventKind),
    st.dictionaries(st.sampled_from(KEYS), st.integers() | st.floats() | st.text(max_size=4) | WORDS),
)
def test_whatever_is_charted_is_taken_or_refused_with_reasons_and_what_is_taken_adds_up(kind, data):
    event = Event("x", kind, NOW, "Mira", data)
    against = treat.reasons_against(event, READY, COURSE, PEN, EDITION.treat, on=NOW.date())
    assert all(reason.key and reason.problem and reason.do for reason in against)
    if not against:
        treat.chart((*READY, event), COURSE)


PASSES = st.fixed_dictionaries(
    {
        "zone": st.sampled_from([zone.zone for zone in COURSE.zones]),
        "set_depth_mm": st.sampled_from([0.25, 0.5, 0.75]),
        "passes": st.integers(1, 30),
        "seconds": st.floats(0.1, 3600),
        "strokes_per_s": st.just(116.7),
    }
)


@some
@given(st.lists(PASSES, min_size=1, max_size=8), st.data())
def test_a_dose_is_the_sum_of_its_passes_in_any_order_and_struck_ones_leave_it(charted, data):
    events = [Event(f"p{n}", EventKind.PASS, NOW, "Mira", one) for n, one in enumerate(charted)]
    gone = data.draw(st.sets(st.sampled_from([event.id for event in events])))
    striking = [
        Event(f"s-{id_}", EventKind.STRUCK, NOW, "Mira", {"corrects": id_, "reason": "x"}) for id_ in gone
    ]
    left = [event for event in events if event.id not in gone]

    def doses(chart_of: list[Event]) -> dict[str, tuple[float, float, int]]:
        found = treat.doses(treat.chart(chart_of, COURSE).passes, COURSE, device=PEN)
        return {one.zone: (round(one.per_cm2, 6), one.deepest_mm, one.passes) for one in found}

    assert doses([*events, *striking]) == doses(left[::-1])
    seconds = {zone.zone: zone.area_cm2 for zone in COURSE.zones}
    for zone, (per_cm2, *_) in doses(left).items():
        needled = sum(event.data["seconds"] for event in left if event.data["zone"] == zone)
        assert per_cm2 == pytest.approx(14 * 116.7 * needled / seconds[zone], abs=1e-5)


# ── recover ──────────────────────────────────────────────────────────────────────────────────────────

MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.sampled_from(ZONES))
TREATMENTS = st.builds(Treatment, MOMENTS, st.floats(0.1, 2.5), st.sampled_from(SkinType))


@st.composite
def check_ins(draw: st.DrawFn) -> dict[str, Any]:
    return {
        question.id: draw(values(question, on=TODAY))
        for question in EDITION.recover.question
        if draw(st.integers(0, 19))
    }


def triaged(said: dict[str, Any], treatment: Treatment, hours: float) -> Urgency:
    at = treatment.treated_at.astimezone(UTC) + timedelta(hours=hours)
    return recover.triage(CheckIn(at, Answers(said)), treatment, EDITION.recover).urgency


RED_FLAGS = [
    flag
    for flag in EDITION.recover.flag
    if Urgency(flag.urgency) >= Urgency.URGENT
    and all(condition.equals is not None for condition in flag.when.values())
]


def test_there_are_red_flags_to_test():
    assert len(RED_FLAGS) >= 5


@some
@given(check_ins(), TREATMENTS, st.sampled_from(RED_FLAGS), st.floats(0, 2000))
def test_a_red_flag_escalates_whatever_else_is_said(said, treatment, flag, hours):
    said = {**said, **{asked: condition.equals for asked, condition in flag.when.items()}}
    assert triaged(said, treatment, hours) >= Urgency(flag.urgency)


@some
@given(check_ins(), TREATMENTS, st.floats(0, 2000), st.data())
def test_a_check_in_with_an_answer_left_open_is_never_reassured(said, treatment, hours, data):
    live = recover.questions(Answers(said), treatment, EDITION.recover)
    left = data.draw(st.sampled_from(live))
    open_ = {key: value for key, value in said.items() if key != left.id}
    assert triaged(open_, treatment, hours) >= Urgency.CALL_TODAY


@some
@given(
    st.dictionaries(
        st.sampled_from(
            [question.id for question in EDITION.recover.question] + ["hours-since", "redness-overdue"]
        ),
        ANYTHING,
    ),
    TREATMENTS,
    st.floats(-100, 5000),
)
def test_triage_never_raises(said, treatment, hours):
    assert triaged(said, treatment, hours) in Urgency


@some
@given(TREATMENTS)
def test_time_runs_forwards_in_every_timetable(treatment):
    shown = recover.timetable(treatment, EDITION.recover)
    treated = treatment.treated_at.astimezone(UTC)
    for one in (*shown.holds, *shown.expectations):
        assert treated <= one.from_at.astimezone(UTC) < one.until_at.astimezone(UTC)
    ends = [hold.until_at.astimezone(UTC) for hold in shown.holds]
    starts = [one.from_at.astimezone(UTC) for one in shown.expectations]
    assert starts == sorted(starts)
    assert ends == sorted(ends)
    assert shown.redness_gone_by.astimezone(UTC) > treated
    assert shown.next_session_from > treatment.treated_at.date()


@some
@given(TREATMENTS, st.sampled_from(ZONES))
def test_a_timetable_names_the_same_moments_in_every_time_zone(treatment, zone):
    there = replace(treatment, treated_at=treatment.treated_at.astimezone(UTC).astimezone(zone))
    here, far = recover.timetable(treatment, EDITION.recover), recover.timetable(there, EDITION.recover)
    moments = [{hold.id: hold.until_at.astimezone(UTC) for hold in one.holds} for one in (here, far)]
    assert moments[0] == moments[1]


@some
@given(TREATMENTS, st.floats(0.1, 2.5))
def test_deeper_needling_never_shortens_a_time(treatment, depth_mm):
    low, high = sorted((treatment.deepest_mm, depth_mm))
    short, long = (
        recover.timetable(replace(treatment, deepest_mm=mm), EDITION.recover) for mm in (low, high)
    )
    longer = {hold.id: hold.until_at.astimezone(UTC) for hold in long.holds}
    assert all(hold.until_at.astimezone(UTC) <= longer[hold.id] for hold in short.holds)
    assert short.redness_gone_by.astimezone(UTC) <= long.redness_gone_by.astimezone(UTC)

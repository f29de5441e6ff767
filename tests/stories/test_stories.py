"""Stories of screening and of recovery, as a clinician writes them, told to the default edition."""

import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import cast
from needlework.loop import recover, screen
from needlework.protocol import load
from needlework.records.recover import CheckIn, Treatment
from needlework.records.screen import Answers, AnswerValue
from needlework.records.skin import SkinType

HERE = Path(__file__).parent
TREATED_AT = datetime(2026, 11, 20, 10, 30, tzinfo=timezone(timedelta(hours=1)))


def told(name: str) -> list[dict[str, Any]]:
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))["story"]


SCREENINGS, CHECK_INS = told("screen"), told("recover")


def title(story: dict[str, Any]) -> str:
    return f"{story.get('rule', story.get('flag'))}: {story['says']}"


def plain(answers: dict[str, Any]) -> Iterator[tuple[str, AnswerValue]]:
    """Answers as they are given: `filler-on.chin = …` reads as a table, a list of zones as a list."""
    for key, value in answers.items():
        if isinstance(value, dict):
            yield from ((f"{key}.{zone}", one) for zone, one in value.items())
        else:
            yield key, tuple(value) if isinstance(value, list) else value


# ── screening ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("story", SCREENINGS, ids=title)
def test_a_screening_says_what_the_story_says(story):
    knowledge = load.default().screen
    answers = cast.answers(story["who"], dict(plain(story["answers"])))
    assert screen.faults(answers, knowledge, on=story["on"]) == ()
    verdict = screen.assess(answers, knowledge, on=story["on"])
    assert {finding.rule for finding in verdict.findings} == set(story["fires"])
    assert verdict.outcome.word == story["outcome"]
    assert verdict.until == story.get("until")
    assert verdict.off_label == story.get("off-label", False)
    for rule, zones in story.get("zones", {}).items():
        assert {zone for one in verdict.findings if one.rule == rule for zone in one.zones} == set(zones)
    for zone, outcome in story.get("outcome-in", {}).items():
        assert verdict.outcome_in(zone).word == outcome


@pytest.mark.parametrize("rule", [rule.id for rule in load.default().screen.rule])
def test_every_rule_has_a_story_where_it_fires_and_one_where_it_does_not(rule):
    about = [story for story in SCREENINGS if story["rule"] == rule]
    assert any(rule in story["fires"] for story in about), f"no story fires {rule}"
    assert any(rule not in story["fires"] for story in about), f"no story leaves {rule} quiet"


def test_every_story_of_screening_is_about_a_rule():
    assert {story["rule"] for story in SCREENINGS} <= {rule.id for rule in load.default().screen.rule}


@pytest.mark.parametrize("who", cast.PEOPLE)
def test_everybody_in_the_cast_is_well_and_asked_no_more_than_they_answer(who):
    knowledge, answers = load.default().screen, cast.answers(who)
    on = TREATED_AT.date()
    assert screen.faults(answers, knowledge, on=on) == ()
    assert {question.id for question in screen.questions(answers, knowledge, on=on)} == set(answers.given)
    darker = cast.PEOPLE[who].skin_type in (SkinType.IV, SkinType.V, SkinType.VI)
    findings = screen.assess(answers, knowledge, on=on).findings
    assert [finding.rule for finding in findings] == (["pigment-risk"] if darker else [])


def test_the_cast_holds_two_people_of_every_skin_type():
    types = [somebody.skin_type for somebody in cast.PEOPLE.values()]
    assert {skin_type: types.count(skin_type) for skin_type in SkinType} == dict.fromkeys(SkinType, 2)


@pytest.mark.parametrize("question", sorted(cast.HEALTHY))
def test_a_question_left_open_is_never_a_pass(question):
    given = dict(cast.answers("freya").given)
    del given[question]
    verdict = screen.assess(Answers(given), load.default().screen, on=TREATED_AT.date())
    assert [finding.rule for finding in verdict.findings] == [f"ask-{question}"]
    assert verdict.outcome.word == "defer"
    assert verdict.until is None


@pytest.mark.parametrize("question", sorted(cast.FOLLOW_UPS))
def test_a_question_that_a_yes_calls_for_is_never_a_pass_either(question):
    given = dict(cast.answers("freya", {question: cast.FOLLOW_UPS[question]}).given)
    del given[question]
    verdict = screen.assess(Answers(given), load.default().screen, on=TREATED_AT.date())
    assert (question,) in {finding.asks for finding in verdict.findings}
    assert verdict.outcome.word == "defer" and verdict.until is None


def test_the_cast_answers_every_question_but_those_about_days_and_one_about_a_drug():
    questions = load.default().screen.question
    left = {question.id for question in questions if question.kind != "date"} - {
        *cast.HEALTHY,
        *cast.FOLLOW_UPS,
    }
    about_them = {"age-years", "sex", "skin-type", "pregnant-or-nursing"}
    assert left == about_them | {"anaesthetic-allergy-to"}


def test_a_healthy_person_is_asked_few_of_the_questions():
    assert max(len(cast.answers(who).given) for who in cast.PEOPLE) < 30
    assert len(load.default().screen.question) > 80


# ── recovery ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("story", CHECK_INS, ids=title)
def test_a_check_in_calls_for_what_the_story_says(story):
    knowledge = load.default().recover
    treatment = Treatment(
        treated_at=TREATED_AT, deepest_mm=story["depth-mm"], skin_type=SkinType(story["skin-type"])
    )
    check_in = CheckIn(TREATED_AT + timedelta(hours=story["hours"]), cast.well(story["answers"]))
    assert recover.faults(check_in, treatment, knowledge) == ()
    triage = recover.triage(check_in, treatment, knowledge)
    assert {sign.rule for sign in triage.signs} == set(story["signs"])
    assert triage.urgency.word == story["urgency"]


@pytest.mark.parametrize("flag", [flag.id for flag in load.default().recover.flag])
def test_every_flag_has_a_story_where_it_is_raised_and_one_where_it_is_not(flag):
    about = [story for story in CHECK_INS if story["flag"] == flag]
    assert any(flag in story["signs"] for story in about), f"no story raises {flag}"
    assert any(flag not in story["signs"] for story in about), f"no story leaves {flag} quiet"


def test_every_story_of_recovery_is_about_a_flag():
    assert {story["flag"] for story in CHECK_INS} <= {flag.id for flag in load.default().recover.flag}

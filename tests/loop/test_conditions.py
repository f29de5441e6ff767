"""What it means for an answer to meet a condition: every test of the protocol's language, kind by kind."""

from datetime import date, datetime, timedelta
from math import inf, nan

import pytest

from needlework.loop import conditions
from needlework.protocol.schema.questions import Condition, Option, Question
from needlework.records.screen import Answers

TODAY = date(2026, 11, 20)


def question(id_: str, kind: str, **also: object) -> Question:
    return Question(id=id_, topic="Test", ask=f"{id_}?", kind=kind, **also)


@pytest.mark.parametrize(
    ("condition", "answer", "met"),
    [
        (Condition(equals=True), True, True),
        (Condition(equals=True), False, False),
        (Condition(equals=True), 1, False),  # yes is not one
        (Condition(equals=False), 0, False),
        (Condition(equals="past"), "past", True),
        (Condition(equals="past"), "Past", False),
        (Condition(equals="pus"), ("redness", "pus"), True),
        (Condition(equals="pus"), ("redness",), False),
        (Condition(equals="pus"), (), False),
        (Condition(one_of=("IV", "V")), "V", True),
        (Condition(one_of=("IV", "V")), "I", False),
        (Condition(one_of=("IV", "V")), ("I", "IV"), True),
        (Condition(one_of=("IV", "V")), (), False),
        (Condition(at_least=18), 18, True),
        (Condition(at_least=18), 17.99, False),
        (Condition(at_most=18), 18.0, True),
        (Condition(at_most=18), 18.01, False),
        (Condition(at_least=15, at_most=17), 16, True),
        (Condition(at_least=15, at_most=17), 14, False),
        (Condition(at_least=15, at_most=17), 18, False),
        (Condition(at_least=0), nan, False),
        (Condition(at_least=0), True, False),  # no number
        (Condition(at_least=0), "5", False),
        (Condition(within_days=14), "2026-11-19", False),
        (Condition(within_days=14), True, False),
    ],
)
def test_each_test_of_the_language(condition, answer, met):
    assert conditions.holds(condition, answer, on=TODAY) is met


@pytest.mark.parametrize(("days_ago", "met"), [(-1, False), (0, True), (13, True), (14, False), (15, False)])
def test_within_days_counts_today_and_stops_on_the_last_day(days_ago, met):
    answer = TODAY - timedelta(days=days_ago)
    assert conditions.holds(Condition(within_days=14), answer, on=TODAY) is met


def test_a_moment_is_no_day():
    moment = datetime(2026, 11, 19, 12, 0)
    assert not conditions.holds(Condition(within_days=14), moment, on=TODAY)


def test_all_conditions_must_hold_and_a_missing_answer_meets_none():
    both = {"a": Condition(equals=True), "b": Condition(at_least=2)}
    assert conditions.all_hold(both, {"a": True, "b": 2}, on=TODAY)
    assert not conditions.all_hold(both, {"a": True, "b": 1}, on=TODAY)
    assert not conditions.all_hold(both, {"a": True}, on=TODAY)
    assert conditions.all_hold({}, {}, on=TODAY)


CHAIN = (
    question("filler", "yes-no"),
    question("filler-on", "date", ask_if={"filler": Condition(equals=True)}),
    question("filler-lumps", "yes-no", ask_if={"filler-on": Condition(within_days=30)}),
)


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({}, ["filler"]),
        ({"filler": False}, ["filler"]),
        ({"filler": True}, ["filler", "filler-on"]),
        ({"filler": True, "filler-on": date(2026, 11, 1)}, ["filler", "filler-on", "filler-lumps"]),
        ({"filler": True, "filler-on": date(2026, 1, 1)}, ["filler", "filler-on"]),
        # The answer in the middle is a leftover: nothing that hangs on it is asked either.
        ({"filler": False, "filler-on": date(2026, 11, 1)}, ["filler"]),
        ({"filler-on": date(2026, 11, 1)}, ["filler"]),
    ],
)
def test_a_question_is_asked_when_what_it_hangs_on_was_asked_and_answered(given, asked):
    live = conditions.asked(CHAIN, Answers(given), on=TODAY)
    assert [one.id for one in live] == asked


OPTIONS = (Option("none", "No"), Option("mild", "A little"))
QUESTIONS = (
    question("pregnant", "yes-no"),
    question("redness", "choice", options=OPTIONS),
    question("signs", "choices", options=OPTIONS),
    question("age", "number", minimum=0, maximum=120, unit="years"),
    question("dose", "number", minimum=0),
    question("free", "number"),
    question("day", "date"),
)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("pregnant", True),
        ("redness", "mild"),
        ("signs", ()),
        ("signs", ("none", "mild")),
        ("signs", "mild"),
        ("age", 0),
        ("age", 120.0),
        ("dose", 1e6),
        ("free", -3),
        ("day", TODAY),
        ("day", date(1900, 1, 1)),
    ],
)
def test_what_can_be_is_no_fault(key, value):
    assert conditions.faults(QUESTIONS, Answers({key: value}), on=TODAY) == ()


@pytest.mark.parametrize(
    ("key", "value", "problem", "do"),
    [
        ("pregnant", "yes", "is 'yes'.", "Answer true or false."),
        ("pregnant", 1, "is 1.", "Answer true or false."),
        ("redness", "severe", "is 'severe', which is not offered.", "Choose from: none, mild."),
        ("redness", True, "is True, which is not offered.", "Choose from: none, mild."),
        ("redness", ("mild",), "is a list: mild.", "Choose one of: none, mild."),
        ("signs", ("mild", "pus"), "is 'pus', which is not offered.", "Choose from: none, mild."),
        ("age", 121, "is 121, which cannot be.", "Give a number, 0 to 120 years."),
        ("age", -1, "is -1, which cannot be.", "Give a number, 0 to 120 years."),
        ("age", nan, "is nan, which is no number.", "Give a number, 0 to 120 years."),
        ("age", True, "is True, which is no number.", "Give a number, 0 to 120 years."),
        ("age", "40", "is '40', which is no number.", "Give a number, 0 to 120 years."),
        ("dose", inf, "is inf, which is no number.", "Give a number, at least 0."),
        ("free", nan, "is nan, which is no number.", "Give a number."),
        ("day", date(2026, 11, 21), "is 2026-11-21, which is after 2026-11-20.",
         "Give the day on which it happened."),
        ("day", date(1899, 12, 31), "is 1899-12-31, which is too long ago to be meant.", "Check the year."),
        ("day", "2026-11-01", "is '2026-11-01', which is no day.", "Write it as 2026-11-20."),
        ("pregnent", True, "is not a question of this protocol.", 'Did you mean "pregnant"?'),
        ("xyzzy", True, "is not a question of this protocol.",
         "Remove it; the questions are listed by screen --questions."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named_with_what_would_be_right(key, value, problem, do):
    (fault,) = conditions.faults(QUESTIONS, Answers({key: value}), on=TODAY)
    assert (fault.key, fault.problem, fault.do) == (key, problem, do)


def test_a_moment_given_for_a_day_is_a_fault():
    (fault,) = conditions.faults(QUESTIONS, Answers({"day": datetime(2026, 11, 1, 8)}), on=TODAY)
    assert fault.problem.endswith("which is no day.")


def test_every_fault_is_reported_at_once():
    given = {"pregnant": "no", "age": nan, "day": date(2027, 1, 1), "what": 1, "redness": "mild"}
    found = conditions.faults(QUESTIONS, Answers(given), on=TODAY)
    assert [fault.key for fault in found] == ["pregnant", "age", "day", "what"]


def test_sound_answers_leave_out_what_cannot_be_and_keep_the_rest():
    given = {"pregnant": True, "age": nan, "what": 1}
    assert conditions.sheet(QUESTIONS, Answers(given), on=TODAY).given == {"pregnant": True}

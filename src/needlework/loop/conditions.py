"""What it means for an answer to meet a condition of the protocol; shared by screening and check-ins."""

import difflib
import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TypeGuard

from needlework.protocol.schema import Condition, Question
from needlework.records import Answers, AnswerValue, Reason

EARLIEST = date(1900, 1, 1)


def holds(condition: Condition, answer: AnswerValue, *, on: date) -> bool:
    """Whether an answer meets a condition on a day. An answer of another kind never does."""
    if condition.equals is not None:
        return condition.equals in answer if isinstance(answer, tuple) else _same(answer, condition.equals)
    if condition.one_of:
        given = answer if isinstance(answer, tuple) else (answer,)
        return any(one in condition.one_of for one in given)
    if condition.within_days is not None:
        return _is_day(answer) and 0 <= (on - answer).days < condition.within_days
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        return False
    above = condition.at_least is None or answer >= condition.at_least
    return above and (condition.at_most is None or answer <= condition.at_most)


def all_hold(conditions: Mapping[str, Condition], given: Mapping[str, AnswerValue], *, on: date) -> bool:
    return all(asked in given and holds(test, given[asked], on=on) for asked, test in conditions.items())


def asked(questions: Iterable[Question], answers: Answers, *, on: date) -> tuple[Question, ...]:
    """The questions that can matter, given what was answered so far."""
    live: list[Question] = []
    reached: dict[str, AnswerValue] = {}
    for question in questions:
        if all_hold(question.ask_if, reached, on=on):
            live.append(question)
            if question.id in answers.given:
                reached[question.id] = answers.given[question.id]
    return tuple(live)


def faults(questions: tuple[Question, ...], answers: Answers, *, on: date) -> tuple[Reason, ...]:
    """Everything wrong with what was given: unknown questions, impossible values, days that cannot be."""
    by_id = {question.id: question for question in questions}
    return tuple(
        reason
        for key, value in answers.given.items()
        for reason in (_fault(by_id[key], value, on=on) if key in by_id else _unknown(key, by_id),)
        if reason
    )


def sound(questions: tuple[Question, ...], answers: Answers, *, on: date) -> Answers:
    """The answers without those that cannot be: what makes no sense has not been answered."""
    wrong = {reason.key for reason in faults(questions, answers, on=on)}
    return Answers({key: value for key, value in answers.given.items() if key not in wrong})


def _is_day(answer: AnswerValue) -> TypeGuard[date]:
    """A day, and not a moment, which Python counts as a day too and cannot subtract from one."""
    return isinstance(answer, date) and not isinstance(answer, datetime)


def _same(answer: AnswerValue, wanted: AnswerValue) -> bool:
    """Equality that keeps yes apart from 1."""
    return isinstance(answer, bool) == isinstance(wanted, bool) and answer == wanted


def _unknown(key: str, known: Iterable[str]) -> Reason:
    near = difflib.get_close_matches(key, list(known), n=1)
    do = (
        f'Did you mean "{near[0]}"?' if near else "Remove it; the questions are listed by screen --questions."
    )
    return Reason(key=key, problem="is not a question of this protocol.", do=do)


def _fault(question: Question, value: AnswerValue, *, on: date) -> Reason | None:
    match question.kind:
        case "yes-no":
            problem, do = _yes_no(value)
        case "number":
            problem, do = _number(question, value)
        case "date":
            problem, do = _day(value, on=on)
        case "choice" | "choices":
            problem, do = _choice(question, value)
    return Reason(key=question.id, problem=problem, do=do) if problem else None


def _yes_no(value: AnswerValue) -> tuple[str, str]:
    return ("", "") if isinstance(value, bool) else (f"is {value!r}.", "Answer true or false.")


def _number(question: Question, value: AnswerValue) -> tuple[str, str]:
    low, high = question.minimum, question.maximum
    do = f"Give a number{_span(low, high, question.unit)}."
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return f"is {value!r}, which is no number.", do
    if (low is not None and value < low) or (high is not None and value > high):
        return f"is {value:g}, which cannot be.", do
    return "", ""


def _span(low: float | None, high: float | None, unit: str) -> str:
    if low is not None and high is not None:
        return f", {low:g} to {high:g} {unit}".rstrip()
    ends = [f"{word} {end:g}" for word, end in (("at least", low), ("at most", high)) if end is not None]
    return f", {ends[0]} {unit}".rstrip() if ends else ""


def _day(value: AnswerValue, *, on: date) -> tuple[str, str]:
    if not _is_day(value):
        return f"is {value!r}, which is no day.", "Write it as 2026-11-20."
    if value > on:
        return f"is {value}, which is after {on}.", "Give the day on which it happened."
    if value < EARLIEST:
        return f"is {value}, which is too long ago to be meant.", "Check the year."
    return "", ""


def _choice(question: Question, value: AnswerValue) -> tuple[str, str]:
    options = [option.id for option in question.options]
    given = value if isinstance(value, tuple) else (value,)
    wrong = [one for one in given if one not in options]
    if isinstance(value, tuple) and question.kind == "choice":
        return f"is a list: {', '.join(map(str, value))}.", f"Choose one of: {', '.join(options)}."
    if wrong:
        return f"is {wrong[0]!r}, which is not offered.", f"Choose from: {', '.join(options)}."
    return "", ""

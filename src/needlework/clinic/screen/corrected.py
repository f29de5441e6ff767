"""What was changed when staff read somebody's own answers with them: both sides, in words."""

from collections.abc import Iterator
from typing import Any

from needlework.clinic import current
from needlework.clinic.models.screening import Screening
from needlework.clinic.questionnaire import YES_NO
from needlework.clinic.templatetags.format import day, number, zone_names
from needlework.protocol.schema.questions import Question
from needlework.records.screen import AnswerValue


def compared(screening: Screening) -> list[dict[str, Any]]:
    """Each question that was answered otherwise by phone, in the protocol's order; empty where none was."""
    if screening.said is None:
        return []
    said, read = screening.said.as_answers().given, screening.as_answers().given
    return [
        {
            "ask": _asked(question, key),
            "said": _told(question, said.get(key)),
            "read": _told(question, read.get(key)),
        }
        for question in current.protocol().screen.question
        for key in _keys(question, {**said, **read})
        if said.get(key) != read.get(key)
    ]


def _keys(question: Question, given: dict[str, AnswerValue]) -> Iterator[str]:
    yield from (key for key in given if key.partition(".")[0] == question.id)


def _asked(question: Question, key: str) -> str:
    zone = key.partition(".")[2]
    return f"{zone_names([zone])}: {question.ask}" if zone else question.ask


def _told(question: Question, value: AnswerValue | None) -> str:
    """An answer as the form words it."""
    words = {option.id: option.words for option in question.options} | dict(YES_NO)
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(words["yes" if value else "no"])
    if isinstance(value, tuple):
        return ", ".join(str(words.get(one, zone_names([one]))) for one in value)
    if isinstance(value, str):
        return str(words.get(value, value))
    return number(value) if isinstance(value, int | float) else day(value)

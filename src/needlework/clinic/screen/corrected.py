"""What was changed when staff read somebody's own answers with them: both sides, in words."""

from collections.abc import Iterator
from typing import Any

from needlework.clinic import answered, current
from needlework.clinic.models.screening import Screening
from needlework.protocol.schema.questions import Question
from needlework.records.screen import AnswerValue


def compared(screening: Screening) -> list[dict[str, Any]]:
    """Each question that was answered otherwise by phone, in the protocol's order; empty where none was."""
    if screening.said is None:
        return []
    said, read = screening.said.as_answers().given, screening.as_answers().given
    return [
        {
            "ask": answered.asked(question, key),
            "said": answered.told(question, said.get(key)),
            "read": answered.told(question, read.get(key)),
        }
        for question in current.protocol().screen.question
        for key in _keys(question, {**said, **read})
        if said.get(key) != read.get(key)
    ]


def _keys(question: Question, given: dict[str, AnswerValue]) -> Iterator[str]:
    yield from (key for key in given if key.partition(".")[0] == question.id)

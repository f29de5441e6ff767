"""Answers as a JSON column holds them: days as text, lists for several choices."""

import re
from collections.abc import Mapping
from datetime import date

from needlework.records.screen import Answers, AnswerValue

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def stored(answers: Answers) -> dict[str, bool | int | float | str | list[str]]:
    """What goes into the column."""
    return {key: _stored(value) for key, value in answers.given.items()}


def restored(column: Mapping[str, bool | int | float | str | list[str]]) -> Answers:
    """The answers that a column holds. No option's id looks like a day, so a day is told by its form."""
    return Answers({key: _restored(value) for key, value in column.items()})


def _stored(value: AnswerValue) -> bool | int | float | str | list[str]:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value


def _restored(value: bool | int | float | str | list[str]) -> AnswerValue:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, str) and DAY.fullmatch(value):
        return date.fromisoformat(value)
    return value

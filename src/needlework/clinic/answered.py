"""What somebody answered, in the words of the form: what was asked, and each answer as it was offered."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from needlework.clinic import current
from needlework.clinic.models import answers as columns
from needlework.clinic.questionnaire import YES_NO
from needlework.clinic.templatetags.format import day, number, zone_names
from needlework.protocol.schema.questions import Question
from needlework.records.screen import AnswerValue

ZONES = "zones"
"""The answer to where treatment is wanted, which no question of the protocol asks."""


def asked(question: Question, key: str) -> str:
    """The question; of one that is asked zone by zone, with the zone."""
    zone = key.partition(".")[2]
    return f"{zone_names([zone])}: {question.ask}" if zone else question.ask


def told(question: Question, value: AnswerValue | None) -> str:
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


def lines(answers: Mapping[str, Any]) -> Iterator[str]:
    """All answers, one a line; a key that the protocol in force no longer has stays as it is."""
    protocol = current.protocol()
    questions = {one.id: one for one in (*protocol.screen.question, *protocol.recover.question)}
    for key, value in columns.restored(answers).given.items():
        question = questions.get(key.partition(".")[0])
        if question is not None:
            yield f"{asked(question, key)} {told(question, value)}"
        elif key == ZONES and isinstance(value, tuple):
            yield _("Zones: %(names)s") % {"names": zone_names(value)}
        else:
            yield f"{key}: {value}"

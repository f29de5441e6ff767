"""
The expected course of redness, as the piece that draws it takes it: places from 0 to 100.

What is expected is asked of the protocol's own flags: at each moment the answers that call for nothing but
patience make the band, so that the drawing and the triage cannot contradict each other.
"""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from needlework import records
from needlework.loop import recover
from needlework.protocol.schema import Question, Recovering
from needlework.records import Answers, CheckIn, Timetable, Treatment, Urgency

ASKED = "redness"
SLOT_H = 12
TICKS = (1, 2, 3, 7, 14, 28)
"""Days between the marks of the axis; the first that gives eight marks or fewer."""


def course(
    timetable: Timetable, check_ins: Sequence[CheckIn], knowledge: Recovering, *, now: datetime
) -> dict[str, Any]:
    """The context of the piece: bands, dots, today's place and the axis."""
    treatment = timetable.treatment
    question = next(one for one in knowledge.question if one.id == ASKED)
    told = [one for one in check_ins if ASKED in one.answers.given]
    days = _days(timetable, told)
    return {
        "bands": _bands(question, treatment, knowledge, days=days),
        "dots": [_dot(one, question, treatment, knowledge, days=days) for one in told],
        "today_x": _place(now, treatment, days=days) if now <= _after(treatment, days * 24) else None,
        "axis": _axis(days),
        "y_low_word": question.options[0].id,
        "y_high_word": question.options[-1].id,
    }


def expected(level: str, at: datetime, treatment: Treatment, knowledge: Recovering) -> bool:
    """Whether the protocol's flags find nothing in this redness at this moment."""
    said = records.CheckIn(at=at, answers=Answers({ASKED: level}))
    signs = recover.triage(said, treatment, knowledge).signs
    return all(sign.urgency <= Urgency.EXPECTED for sign in signs if not sign.rule.startswith("ask-"))


def _days(timetable: Timetable, told: Sequence[CheckIn]) -> int:
    """How long the axis is: past the day by which redness is gone, and past the last check-in."""
    start = timetable.treatment.treated_at
    last = max([timetable.redness_gone_by + timedelta(days=2), *(one.at for one in told)])
    return max(1, math.ceil((last - start) / timedelta(days=1)))


def _bands(
    question: Question, treatment: Treatment, knowledge: Recovering, *, days: int
) -> list[dict[str, Any]]:
    slots = range(0, days * 24, SLOT_H)
    levels = [
        tuple(
            place
            for place, option in enumerate(question.options)
            if expected(option.id, _after(treatment, hour + SLOT_H / 2), treatment, knowledge)
        )
        for hour in slots
    ]
    bands = []
    for found, group in groupby(zip(slots, levels, strict=True), key=lambda slot: slot[1]):
        hours = [hour for hour, _levels in group]
        if found:
            bands.append(
                {
                    "x0": _share(hours[0], days),
                    "x1": _share(hours[-1] + SLOT_H, days),
                    "y_low": max(0.0, _height(found[0] - 0.5, question)),
                    "y_high": min(100.0, _height(found[-1] + 0.5, question)),
                }
            )
    return bands


def _dot(
    one: CheckIn, question: Question, treatment: Treatment, knowledge: Recovering, *, days: int
) -> dict[str, Any]:
    level = str(one.answers.given[ASKED])
    ids = [option.id for option in question.options]
    day = int((one.at - treatment.treated_at) / timedelta(days=1))
    return {
        "x": _place(one.at, treatment, days=days),
        "y": _height(ids.index(level), question) if level in ids else 0.0,
        "label": _("day %(day)d: %(level)s") % {"day": day, "level": level},
        "outside": not expected(level, one.at, treatment, knowledge),
    }


def _axis(days: int) -> list[dict[str, Any]]:
    stride = next((tick for tick in TICKS if days / tick <= 8), 28)
    return [{"x": _share(day * 24, days), "label": str(day)} for day in range(0, days + 1, stride)]


def _height(place: float, question: Question) -> float:
    return round(100 * place / (len(question.options) - 1), 1)


def _share(hours: float, days: int) -> float:
    return round(100 * hours / (24 * days), 2)


def _place(at: datetime, treatment: Treatment, *, days: int) -> float:
    return min(100.0, max(0.0, _share((at - treatment.treated_at) / timedelta(hours=1), days)))


def _after(treatment: Treatment, hours: float) -> datetime:
    """In UTC: elapsed hours, whatever the clocks do."""
    return treatment.treated_at.astimezone(UTC) + timedelta(hours=hours)

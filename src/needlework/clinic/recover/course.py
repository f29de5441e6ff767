"""
The expected course of redness, as the piece that draws it takes it: places from 0 to 100.

The band is `healing.redness`, a share of the redness of the first hours. A check-in gives no share but a
word, and each word is drawn as the shares that it can mean: what is fading is somewhere below that of the
first hours. Whether an answer is outside what is expected is asked of the protocol's own flags, so that the
drawing and the triage cannot contradict each other.
"""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from needlework.loop import healing, recover
from needlework.protocol.schema.questions import Question
from needlework.protocol.schema.recover import Recovering
from needlework.records.recover import Band, CheckIn, Timetable, Treatment, Urgency
from needlework.records.screen import Answers

ASKED = "redness"
MEANS = {"none": (0.0, 0.0), "fading": (0.0, 1.0), "same": (1.0, 1.0), "rising": (1.2, 1.2)}
"""The shares that an answer can mean; one that is not here says nothing of a share."""
TOP = 1.4
"""The share at the top of the drawing: above the strongest answer, so that its name has room."""
STEP_H = 3
"""How close the band's corners can be told apart; every hour of the shipped edition is a multiple."""
TICKS = (1, 2, 3, 7, 14, 28)
"""Days between the marks of the axis; the first that gives eight marks or fewer."""


def course(
    timetable: Timetable, check_ins: Sequence[CheckIn], knowledge: Recovering, *, now: datetime
) -> dict[str, Any]:
    """The context of the piece: the band's outline, dots, today's place, the axis, and all of it in words."""
    treatment = timetable.treatment
    question = next(one for one in knowledge.question if one.id == ASKED)
    told = [one for one in check_ins if ASKED in one.answers.given]
    days = _days(timetable, told)
    dots = [_dot(one, question, treatment, knowledge, days=days) for one in told]
    return {
        "band": _outline(treatment, knowledge, days=days),
        "dots": dots,
        "today_x": _place(now, treatment, days=days) if now <= _after(treatment, days * 24) else None,
        "axis": _axis(days),
        "first_y": _height(1.0),
        "words": [_day(day, dots, treatment, knowledge) for day in range(days)],
    }


def expected(level: str, at: datetime, treatment: Treatment, knowledge: Recovering) -> bool:
    """Whether the protocol's flags find nothing in this redness at this moment."""
    said = CheckIn(at=at, answers=Answers({ASKED: level}))
    signs = recover.triage(said, treatment, knowledge).signs
    return all(sign.urgency <= Urgency.EXPECTED for sign in signs if not sign.rule.startswith("ask-"))


def _days(timetable: Timetable, told: Sequence[CheckIn]) -> int:
    """How long the axis is: past the day by which redness is gone, and past the last check-in."""
    start = timetable.treatment.treated_at
    last = max([timetable.redness_gone_by + timedelta(days=2), *(one.at for one in told)])
    return max(1, math.ceil((last - start) / timedelta(days=1)))


def _band(hours: float, treatment: Treatment, knowledge: Recovering) -> Band:
    return healing.redness(knowledge.redness, hours=hours, deepest_mm=treatment.deepest_mm)


def _outline(treatment: Treatment, knowledge: Recovering, *, days: int) -> list[tuple[float, float]]:
    """The corners of the band: along its upper edge as long as there is one, and back along the lower."""
    upper, lower = [], []
    for hour in range(0, days * 24 + 1, STEP_H):
        band = _band(hour, treatment, knowledge)
        upper.append((_share(hour, days), _height(band.high)))
        lower.append((_share(hour, days), _height(band.low)))
        if band.high == 0:
            break
    return [*upper, *reversed(lower)]


def _dot(
    one: CheckIn, question: Question, treatment: Treatment, knowledge: Recovering, *, days: int
) -> dict[str, Any]:
    level = str(one.answers.given[ASKED])
    low, high = MEANS.get(level, (0.0, TOP))
    day = int((one.at - treatment.treated_at) / timedelta(days=1))
    word = next((option.words for option in question.options if option.id == level), level)
    return {
        "x": _place(one.at, treatment, days=days),
        "y": _height((low + high) / 2),
        "y_low": _height(low),
        "y_high": _height(high),
        "day": day,
        "word": word,
        "label": _("day %(day)d: %(level)s") % {"day": day, "level": level},
        "outside": not expected(level, one.at, treatment, knowledge),
    }


def _day(day: int, dots: list[dict[str, Any]], treatment: Treatment, knowledge: Recovering) -> dict[str, Any]:
    """One line of the drawing in words: the most that is expected on a day, and what was said on it."""
    return {
        "day": day,
        "most": math.ceil(100 * _band(24 * day, treatment, knowledge).high),
        "said": [dot for dot in dots if dot["day"] == day],
    }


def _axis(days: int) -> list[dict[str, Any]]:
    stride = next((tick for tick in TICKS if days / tick <= 8), 28)
    return [{"x": _share(day * 24, days), "label": str(day)} for day in range(0, days + 1, stride)]


def _height(share: float) -> float:
    return round(100 * share / TOP, 1)


def _share(hours: float, days: int) -> float:
    return round(100 * hours / (24 * days), 2)


def _place(at: datetime, treatment: Treatment, *, days: int) -> float:
    return min(100.0, max(0.0, _share((at - treatment.treated_at) / timedelta(hours=1), days)))


def _after(treatment: Treatment, hours: float) -> datetime:
    """In UTC: elapsed hours, whatever the clocks do."""
    return treatment.treated_at.astimezone(UTC) + timedelta(hours=hours)

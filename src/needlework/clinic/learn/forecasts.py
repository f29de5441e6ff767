"""What published trials let anybody expect beside what this clinic's own courses came to, by concern."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from needlework.loop import learn
from needlework.protocol.schema.learn import Trial
from needlework.protocol.schema.plan import Concern
from needlework.protocol.schema.protocol import Protocol
from needlework.records.learn import Forecast, Lesson, Pooled
from needlework.records.measure import Trend

LEFT = {"share-better": 0.0, "change": -100.0}
"""Where the axis of each scale begins: nobody better, and all of it gone. [%]"""


def beside(lessons: Iterable[Lesson], protocol: Protocol) -> list[dict[str, Any]]:
    """A forecast for every concern; those that the clinic has treated first, with what came of them."""
    own: dict[str, list[Lesson]] = {}
    for lesson in lessons:
        own.setdefault(lesson.concern, []).append(lesson)
    rows = [_row(concern, own.get(concern.id, []), protocol) for concern in protocol.plan.concern]
    return sorted(rows, key=lambda row: row["own"] is None)


def _row(concern: Concern, lessons: list[Lesson], protocol: Protocol) -> dict[str, Any]:
    forecast = learn.forecast(concern.id, protocol)
    assert isinstance(forecast, Forecast)  # the concern is one of the protocol's own
    trials = [trial for trial in protocol.learn.trial if trial.id in forecast.trials]
    return {
        "forecast": forecast,
        "bands": [_band(one, trials) for one in forecast.pooled],
        "trials": trials,
        "own": _own(lessons) if lessons else None,
    }


def _own(lessons: list[Lesson]) -> dict[str, int]:
    """Counts, never a mean: a clinic's courses differ too much for one number."""
    judged = [lesson for lesson in lessons if lesson.change and not lesson.too_early]
    verdicts = Counter(lesson.change.verdict for lesson in judged if lesson.change)
    return {
        "courses": len({lesson.course for lesson in lessons}),
        "judged": len(judged),
        "improved": verdicts[Trend.IMPROVED],
        "unchanged": verdicts[Trend.NO_DETECTABLE_CHANGE],
        "worse": verdicts[Trend.WORSE],
        "early": sum(lesson.too_early for lesson in lessons),
        "unmeasured": sum(lesson.change is None for lesson in lessons),
    }


def _band(one: Pooled, trials: list[Trial]) -> dict[str, Any]:
    """A band and its studies as places along a line, 0 to 100, left to right."""
    left = LEFT[one.of]
    right = 100.0 if one.of == "share-better" else max(20.0, one.band[1])

    def place(percent: float) -> float:
        return round(100 * (percent - left) / (right - left), 2)

    return {
        "pooled": one,
        "left": left,
        "right": right,
        "low": place(one.band[0]),
        "high": place(one.band[1]),
        "zero": place(0.0),
        "point": place(one.percent),
        "studies": [
            {"name": learn.name(trial), "percent": effect.percent, "at": place(effect.percent)}
            for trial, effect in learn.numbers(one.of, trials)
        ],
    }

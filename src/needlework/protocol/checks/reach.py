"""
What a number or a text of an edition can be at all: a slip of the hand is named before it is reckoned with.

Wide on purpose, and by the name of the field alone. What a number should be is for its reader to judge;
beyond these ends a day falls out of the calendar, a share is none, a step of a handpiece runs backwards.
"""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any

from needlework.protocol.load import Fault
from needlework.protocol.schema.devices import Device, Drum, Indication
from needlework.protocol.schema.learn import Effect
from needlework.protocol.schema.measure import Noise
from needlework.protocol.schema.places import Place
from needlework.protocol.schema.plan import Concern, Glide, Leeway, Technique, VisitTime
from needlework.protocol.schema.protocol import Protocol
from needlework.protocol.schema.questions import Condition
from needlework.protocol.schema.recover import Closure, ExpectRule, HoldRule, Longer, Recovering, RednessRule
from needlework.protocol.schema.treat import Anaesthetic
from needlework.records.why import Position

LONGEST_DAYS = 36_500
LONGEST_H = 87_600.0

ENDS: Mapping[type, Mapping[str, tuple[float, float]]] = {
    Condition: {"within_days": (1, LONGEST_DAYS)},
    Position: {"days": (0, LONGEST_DAYS)},
    Indication: {"age_from": (0, 120)},
    Device: {
        "needles": (1, 2000), "step_mm": (0.01, 1), "tolerance_mm": (0, 1), "strokes_per_s": (0.1, 1000),
    },
    Drum: {"diameter_cm": (0.1, 20), "width_cm": (0.1, 20)},
    Place: {"cap_mm": (0, 5)},
    Concern: {"sessions": (1, 100), "interval_days": (1, 3650), "judge_after_days": (1, 3650)},
    Technique: {"passes": (1, 100), "published_per_cm2": (0.1, 1e6)},
    Glide: {
        "speed_cm_per_s": (0.05, 50), "width_cm": (0.05, 5), "speed_spread": (0, 1), "wander_cm": (0, 2),
        "overrun_cm": (0, 5),
    },
    VisitTime: {
        "preparation_min": (0, 600), "anaesthetic_min": (0, 600), "aftercare_min": (0, 600),
        "anaesthetic_from_mm": (0, 5),
    },
    Leeway: {"most_sessions": (1, 100), "most_passes": (1, 100), "least_interval_days": (1, 3650)},
    Anaesthetic: {"percent": (0, 100)},
    Recovering: {"next_session_days": (1, 3650)},
    HoldRule: {"from_h": (0, LONGEST_H), "until_h": (0, LONGEST_H)},
    Longer: {"until_h": (0, LONGEST_H)},
    ExpectRule: {"from_h": (0, LONGEST_H), "until_h": (0, LONGEST_H)},
    RednessRule: {"soonest_h": (0, LONGEST_H), "gone_by_h": (0, LONGEST_H)},
    Closure: {"hours": (0, LONGEST_H), "needle_mm": (0, 20)},
    Noise: {"sd": (1e-6, 1000), "freedom": (1, 1e6)},
    Effect: {"percent": (-100, 1000), "people": (1, 1e6), "interval": (-1e4, 1e4),
                    "interval_level": (50, 99.9), "sd_percent": (0, 1e4)},
}  # fmt: skip
"""Least and most, by table and field; each number of several."""

UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of what follows: a text must read as it stands."""


def beyond(protocol: Protocol) -> Iterator[Fault]:
    """Every number that lies beyond its ends, every text that does not read as it stands."""
    for file in dataclasses.fields(protocol):
        yield from _within(getattr(protocol, file.name), f"{file.name}.toml", "")


def _within(value: Any, file: str, key: str) -> Iterator[Fault]:
    if dataclasses.is_dataclass(value):
        ends = ENDS.get(type(value), {})
        for field in dataclasses.fields(value):
            name = field.name.replace("_", "-")
            inner, there = getattr(value, field.name), f"{key}.{name}" if key else name
            if field.name in ends and inner is not None:
                yield from _between(inner, *ends[field.name], file, there)
            else:
                yield from _within(inner, file, there)
    elif isinstance(value, tuple):
        for number, one in enumerate(value, 1):
            yield from _within(one, file, f"{key} ({getattr(one, 'id', number)})")
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _within(one, file, f"{key}.{name}" if key else str(name))
    elif isinstance(value, str) and UNSEEN.search(value):
        yield Fault(file, key, "holds a character that nobody can see", "take it out")


def _between(value: Any, least: float, most: float, file: str, key: str) -> Iterator[Fault]:
    if isinstance(value, tuple) and list(value) != sorted(value):
        yield Fault(file, key, f"runs from {value[0]:g} to {value[1]:g}", "rising")
    numbers = value.values() if isinstance(value, Mapping) else value
    for number in (numbers,) if isinstance(numbers, int | float) else numbers:
        if not least <= number <= most:
            yield Fault(file, key, f"is {number:g}, which cannot be", f"{least:g} to {most:g}")

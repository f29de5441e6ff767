"""A question and what its answer must be, as screening and check-ins have them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from needlework.records.screen import AnswerValue


@dataclass(frozen=True, slots=True)
class Condition:
    """What an answer must be. Exactly one of these is set, but for at_least with at_most."""

    equals: AnswerValue | None = None
    one_of: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None
    within_days: int | None = None
    """The answer is a day fewer than this many days before the day asked about."""


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    words: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question, to staff and patient alike. Unanswered, it stands in the way of a verdict."""

    id: str
    topic: str
    ask: str
    kind: Literal["yes-no", "choice", "choices", "number", "date"]
    hint: str = ""
    options: tuple[Option, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    ask_if: Mapping[str, Condition] = field(default_factory=dict)
    """Asked only when all of these hold: nobody answers what cannot matter."""
    per_zone: bool = False
    """
    Whether the answer may differ from zone to zone. `filler = false` speaks of every zone,
    `filler = ["chin"]` of one, and `filler-on.chin = 2026-10-01` is the day for that zone alone.
    """

"""The nouns of a pair of photographs: what was read, what changed, whether that is more than noise."""

from dataclasses import dataclass
from enum import StrEnum

from needlework.records.why import Reason

WHOLE = "whole"
"""The zone of a reading over the whole skin area of a photograph; no drawn zone may bear this name."""


@dataclass(frozen=True, slots=True)
class Detail:
    """A number that explains a reading and is not judged by itself, such as the number of pores."""

    name: str
    unit: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Reading:
    """One measure on one zone of an aligned pair, both photographs read at the same places."""

    zone: str
    measure: str
    unit: str
    before: float
    after: float
    ratio: bool
    """Whether the noise of this measure is a factor (compare logarithms) or a sum (compare differences)."""
    floor: float
    """What is added to both sides before a ratio is taken: the level that nothing at all reads as."""
    spread: float = 0.0
    """
    Standard deviation of the change that the pair itself tells of, on the scale on which it is judged: what
    is left uncertain about light, focus and colour, and what chance gives so few pores.
    """
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class Likeness:
    """One of the nine things in which two photographs must be alike to be compared."""

    id: str
    """position, expression, lighting, background, zoom, styling, views, timing, description"""
    title: str
    met: bool | None
    """None where the photographs cannot tell."""
    found: str
    """What was found, in a sentence."""
    do: str = ""
    """How to take the photograph again; empty where it is met."""


@dataclass(frozen=True, slots=True)
class Discord:
    """How far the two photographs of a pair are apart in what should not differ; 0 where alike."""

    light: float
    """Difference of shading across the face, in optical density."""
    exposure: float
    """Difference of mean optical density."""
    cast: float
    """Difference of colour cast, in optical density."""
    focus: float
    """Logarithm of the ratio of sharpness."""
    scale: float
    """Logarithm of the ratio of scale."""
    turn_deg: float
    misalignment_px: float


@dataclass(frozen=True, slots=True)
class Observation:
    """What a pair of photographs gives: readings, or the reasons why it gives none."""

    method: str
    comparable: bool
    reasons: tuple[Reason, ...]
    readings: tuple[Reading, ...]
    discord: Discord | None
    likeness: tuple[Likeness, ...] = ()
    """The nine items; empty where the pair was not looked at so far."""
    days_since: tuple[int | None, int | None] = (None, None)
    """Days from the last session to each photograph; None where there was none or it is not known."""
    reference: str = ""
    """What colours were compared against: card, background, surroundings, or nothing."""


class Trend(StrEnum):
    IMPROVED = "improved"
    WORSE = "worse"
    NO_DETECTABLE_CHANGE = "no-detectable-change"


@dataclass(frozen=True, slots=True)
class Change:
    """What changed in one measure on one zone, and whether it is more than noise; all in `unit`."""

    zone: str
    measure: str
    unit: str
    before: float
    after: float
    change: float
    interval: tuple[float, float]
    """95 % interval of the change."""
    smallest_detectable: float
    """The smallest change in the direction of this one that would have been called a change."""
    verdict: Trend
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a pair of photographs shows."""

    method: str
    comparable: bool
    reasons: tuple[Reason, ...]
    changes: tuple[Change, ...]
    defaults: bool
    """Whether the noise is the stated default, not this person's own repeat photographs."""
    likeness: tuple[Likeness, ...] = ()
    """The nine items of comparability."""
    days_since: tuple[int | None, int | None] = (None, None)
    """Days from the last session to each photograph; None where there was none or it is not known."""
    reference: str = ""
    """What colours were compared against: card, background, surroundings, or nothing."""

"""measure.toml: how far a reading of unchanged skin scatters."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from needlework.protocol.schema.edition import Basis, Reviewed
from needlework.records.why import Citation


@dataclass(frozen=True, slots=True)
class Noise:
    """
    How far one reading of an unchanged skin scatters.

    `sd` is a logarithm for measures that are compared as ratios, else in the measure's unit; each `per_*`
    is added in quadrature, times how far the pair is apart in that respect.
    """

    measure: str
    title: str
    better: Literal["lower", "higher"]
    sd: float
    freedom: float
    per_light: float
    per_exposure: float
    per_cast: float
    per_focus: float
    per_scale: float
    per_turn: float
    tells: str
    basis: Basis
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Repeatability:
    """How well a published instrument or scale repeats, and what that means for a number of it."""

    id: str
    instrument: str
    speaks_of: str
    """What it measures: wrinkles, acne scars, pigment."""
    figure: str
    do: str
    """What to do, or not to do, with a number of it."""
    basis: Basis
    sources: tuple[Citation, ...]
    sd_percent: float | None = None
    smallest_percent: float | None = None
    """The smallest change worth showing, where it can be reckoned: two standard deviations."""
    smallest_points: float | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    reviewed: Reviewed
    noise: Mapping[str, Noise]
    repeatability: tuple[Repeatability, ...] = ()
    edition: str = ""

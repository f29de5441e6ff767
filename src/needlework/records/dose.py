"""What a zone has had, and how evenly it lies."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """How evenly a dose lies over a zone, from a simulated glide."""

    punctures: int
    """Made in all, those beyond the zone's edge included."""
    mean_per_cm2: float
    """Within the zone."""
    closed_form_per_cm2: float
    """needles × strokes ÷ area covered, as if every line met its neighbour exactly."""
    target_per_cm2: float
    under: float
    """Share of the zone with less than `low` of the target."""
    over: float
    """Share of the zone with more than `high` of the target."""
    low: float
    high: float
    percentiles_per_cm2: Mapping[int, float]
    """Local dose at the 5th, 25th, 50th, 75th and 95th percentile of the zone."""
    cell_cm: float
    """Side of the square over which the local dose is counted."""


@dataclass(frozen=True, slots=True)
class ZoneDose:
    """What one zone has had in one session."""

    zone: str
    deepest_mm: float
    passes: int
    seconds: float
    per_cm2: float | None
    """Mean punctures per square centimetre; None where the device's needle count was not seen."""
    target_per_cm2: float | None
    late: int = 0
    """Passes that were put down in words: they are in the deepest setting, and in no other number here."""

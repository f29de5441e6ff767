"""A card as it was found in a photograph, and the refusal where none can be used."""

from dataclasses import dataclass

from needlework.imaging.correction import Correction
from needlework.records.why import Reason, Refusal


@dataclass(frozen=True, slots=True)
class Patch:
    """One patch: linear light as seen, as stated, and why it was left out, if it was."""

    seen: tuple[float, float, float]
    stated: tuple[float, float, float]
    left_out: str = ""
    """clipped, dark, glint, shadow, covered; empty where it was used."""


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """A card in a photograph."""

    kind: str
    """needlework, or chart-24."""
    corners_px: tuple[tuple[float, float], ...]
    """Top left, top right, bottom right, bottom left of the card itself, however it is turned."""
    mm_per_px: float | None
    """At the card, across the direction of its tilt; None for the chart, whose size is not known."""
    width_px: float
    tilt_deg: float
    patches: tuple[Patch, ...]
    correction: Correction

    @property
    def used(self) -> int:
        """How many patches the correction stands on."""
        return sum(not patch.left_out for patch in self.patches)


def no(key: str, problem: str, do: str) -> Refusal:
    """Why there is no card that can be used, by the end of its key."""
    return Refusal((Reason(f"card.{key}", problem, do),))

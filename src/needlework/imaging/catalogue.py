"""
Every measure there is: what it is, how it is read, where it comes from, how it misleads.

A new measure is one function `measure(pair, region)` in a module of its own and one entry here; the tests
walk these entries and ask each for its proof on drawn skin of known truth.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from needlework.imaging import redness, wrinkles
from needlework.imaging.align import Pair
from needlework.imaging.regions import Region
from needlework.records import Reading


@dataclass(frozen=True, slots=True)
class Measure:
    id: str
    title: str
    definition: str
    formula: str
    unit: str
    unit_relative: str
    """Where the scale of the photograph is not known."""
    sources: tuple[str, ...]
    better: Literal["lower", "higher"]
    example: str
    misleads: str
    read: Callable[[Pair, Region], Reading | None]


MEASURES: dict[str, Measure] = {
    entry.id: entry
    for entry in (
        Measure(
            id="redness",
            title="Redness",
            definition="Median haemoglobin density of the usable skin of a zone.",
            formula="median over pixels of row 2 of [m h 1]⁻¹ · OD, OD = −ln(linear R, G, B), "
            "m = (0.3285, 0.4690, 0.8198), h = (0.2988, 0.6838, 0.6657)",
            unit=redness.UNIT,
            unit_relative=redness.UNIT,
            sources=(
                "Tsumura 2003, ACM TOG 22:770",
                "Jacques 2013, Phys Med Biol 58:R37",
                "Yamamoto 2008, Skin Res Technol 14:26",
            ),
            better="lower",
            example="A cheek at 0.42 before and 0.35 after has lost 0.07 OD of haemoglobin density.",
            misleads="White balance looks like redness unless the picture shows cloth, a wall or untreated "
            "skin to tell them apart; on very dark skin (type VI) a fresh tan "
            "reads as redness; make-up hides it; the first days after needling are red by intent.",
            read=redness.measure,
        ),
        Measure(
            id="wrinkles",
            title="Wrinkles and fine lines",
            definition="Length of lines times their contrast in red light, per area of a zone.",
            formula="Σ line response ÷ (2 × 0.25 mm) ÷ area; response of a second-derivative line filter "
            "(0.25 mm × 1.3 mm, 12 directions) on red OD, hysteresis at 2.6 and 1.5 spreads, lines from 5 "
            "mm, ÷ (contrast between the lines)^0.7",
            unit="OD·mm/cm²",
            unit_relative="OD·px per 100 px² (relative)",
            sources=("Ng 2014, hybrid Hessian filter", "Ng 2015, Hessian line tracking"),
            better="lower",
            example="A forehead at 2.0 before and 1.5 after has a quarter less line.",
            misleads="Light from the side deepens every line; swelling hides lines for days; it is a "
            "contrast, not a depth in millimetres; levels of different people do not compare; over the "
            "whole skin area brows, lashes, lips and hair count as lines and drown small changes: draw "
            "a zone.",
            read=wrinkles.measure,
        ),
    )
}

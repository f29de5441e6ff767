"""
Every measure there is: what it is, how it is read, where it comes from, how it misleads.

A new measure is one function `measure(pair, region)` in a module of its own and one entry here; the tests
walk these entries and ask each for its proof on drawn skin of known truth.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from needlework.imaging import pigmentation, pores, redness, scars, spots, texture, tone, wrinkles
from needlework.imaging.align import Pair
from needlework.imaging.regions import Region
from needlework.imaging.seen import Seen
from needlework.records.measure import Reading


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
    seen: Callable[[Pair, Region], Seen | None]
    """What it has counted, for an overlay."""
    coarsest_mm: float = math.inf
    """Size of a pixel from which on nothing of it is seen."""

    def resolved(self, pair: Pair) -> bool:
        """Whether a pair shows so fine a thing, as far as its scale is known."""
        return pair.grid.mm_per_px is None or pair.mm <= self.coarsest_mm


MEASURES: dict[str, Measure] = {
    entry.id: entry
    for entry in (
        Measure(
            id="wrinkles",
            title="Wrinkles and fine lines",
            definition="Length of lines times their contrast, per area of a zone; strong lines weigh more.",
            formula="Σ weight × line response ÷ (2 × 0.2 mm) ÷ area; response of a second-derivative line "
            "filter (0.2 mm × 3 mm, 18 directions) on red and green density without shading wider than 4 "
            "mm, both lowered where their mean exceeds 2 spreads; hysteresis at 1.7 and 1.1 spreads, lines "
            "from 4 mm; weight = (response beyond 1.1 spreads)² in the mean of both photographs, at most 4 "
            "times the usual; less what light and focus explain, by the other bands and by the lines around "
            "the zones",
            unit=wrinkles.UNIT,
            unit_relative=wrinkles.RELATIVE,
            sources=("Ng 2014, hybrid Hessian filter", "Ng 2015, Hessian line tracking"),
            better="lower",
            example="A forehead at 2.0 before and 1.5 after has a quarter less line.",
            misleads="Light from the side deepens every line; swelling hides lines for days; it is a "
            "contrast, not a depth in millimetres; levels of different people do not compare; over the "
            "whole skin area brows, lashes, lips and hair count as lines where no face was found that tells "
            "where they are: draw a zone.",
            read=wrinkles.measure,
            seen=wrinkles.seen,
        ),
        Measure(
            id="texture",
            title="Texture",
            definition="Amplitude of the finest relief between lines and pores that both photographs share.",
            formula="√(Sab) of red and green density between Gaussians of 0.07 and 0.14 mm, the wide one "
            "taken off twice, beside lines, pores and the flanks of deep furrows, values cut at 4 spreads; "
            "the ratio of both photographs is the slope of the major axis, less what light and focus "
            "explain, by the other bands and by the texture around the zones",
            unit=texture.UNIT,
            unit_relative=texture.UNIT,
            sources=("J Vis Commun Image Represent 2017, co-occurrence roughness", "Bargo 2010"),
            better="lower",
            example="A cheek at 0.012 before and 0.010 after is a sixth smoother.",
            misleads="A softer focus looks like smoother skin: where everything in the picture has become "
            "smoother alike, focus is blamed; make-up fills it; grease and sweat roughen it, and where one "
            "photograph alone shines plainly, nothing is read; swelling stretches it; levels of different "
            "people do not compare; below 5.6 pixels to a millimetre it is not read.",
            read=texture.measure,
            seen=texture.seen,
            coarsest_mm=0.18,
        ),
        Measure(
            id="tone",
            title="Evenness of tone",
            definition="Amplitude of blotches beside spots, apart from how dark or red the skin is.",
            formula="√(Sab) of red and green density between Gaussians of 0.7 and 3.5 mm that take from "
            "inside the zone alone, beside spots and deep furrows, values cut at 2.5 spreads; the ratio of "
            "both photographs is the slope of the major axis, less what light has done to blotches around "
            "the zones",
            unit=tone.UNIT,
            unit_relative=tone.UNIT,
            sources=("Tsumura 2003, ACM TOG 22:770",),
            better="lower",
            example="A cheek at 0.030 before and 0.024 after is a fifth more even.",
            misleads="Make-up evens it; a flush comes and goes in blotches within minutes; a tan may deepen "
            "its blotches with the skin, so beside a tan little is told.",
            read=tone.measure,
            seen=tone.seen,
        ),
        Measure(
            id="scars",
            title="Atrophic scars",
            definition="Shading contrast of hollows of a millimetre or more. It is not a depth.",
            formula="Projection of the density between Gaussians of 0.3 and 3.0 mm on the shade of the "
            "hollows found, ÷ √area, beside spots, lines and the flanks of deep furrows. Hollows "
            "are patterns of 0.9 to 4 mm, dark below their wall towards the lamp and light on the "
            "other, that stand 3.5 spreads out of the mean of both photographs once each size of "
            "wave is weighed by how little of it runs across the light, and that have the colour of "
            "shade; the direction of the light is that along which fine relief changes most, "
            "towards the end at which pits are dark. Sought where red, green and blue are added in "
            "the shares that leave shading and what glints with it as they are and everything else "
            "smallest, read half-way between those and red; less what light explains, by the other "
            "bands and by strong shade around the zones in the same shares",
            unit=scars.UNIT,
            unit_relative=scars.UNIT,
            sources=(
                "Salameh 2022, stereo depth against scores",
                "Capon 1969, Proc IEEE 57:1408",
                "Koenderink & Pont 2003, J Opt Soc Am A 20:1875",
            ),
            better="lower",
            example="A cheek at 0.020 before and 0.016 after casts a fifth less shade in its hollows.",
            misleads="One photograph has no depth: the same hollow shades more when the lamp stands lower, "
            "and swelling fills it for days; where light comes from all sides nothing is told, and "
            "in one pair of thirty the wrong end of the light is taken; on dark skin pigment hides "
            "much of the shade, so that a change reads smaller than it is; levels of different "
            "people do not compare.",
            read=scars.measure,
            seen=scars.seen,
            coarsest_mm=0.3,
        ),
        Measure(
            id="pores",
            title="Pores",
            definition="Contrast of all pores beyond that of the texture, per area.",
            formula="Σ (response − 0.7 × limit) over local maxima of the density between Gaussians of 0.14 "
            "and 0.30 mm above a limit of 3 spreads beside deep furrows, found on the mean of both "
            "photographs and read in each, the limit moved as the texture has moved, ÷ area, less what "
            "light and focus explain, by the other bands and by the pores around the zones",
            unit=pores.UNIT,
            unit_relative=pores.RELATIVE,
            sources=("Dissanayake 2019, Skin Res Technol 25:631",),
            better="lower",
            example="A nose at 4.0 before and 3.2 after shows a fifth less pore.",
            misleads="Stubble and make-up: the one looks like pores, the other fills them; where one "
            "photograph alone shows either plainly, nothing is read; a photograph with fewer than about ten "
            "pixels a millimetre shows few.",
            read=pores.measure,
            seen=pores.seen,
        ),
        Measure(
            id="redness",
            title="Redness",
            definition="Haemoglobin density of the usable skin of a zone.",
            formula="before: row 2 of [m h 1]⁻¹ · median OD, OD = −ln(linear R, G, B); after: before + the "
            "most probable change of blood where melanin m, blood h and light (1, 1, 1) may have changed, m "
            "and h at the darkness of this skin",
            unit=redness.UNIT,
            unit_relative=redness.UNIT,
            sources=(
                "Tsumura 2003, ACM TOG 22:770",
                "Jacques 2013, Phys Med Biol 58:R37",
                "Yamamoto 2008, Skin Res Technol 14:26",
            ),
            better="lower",
            example="A cheek at 0.42 before and 0.35 after has lost 0.07 OD of haemoglobin density.",
            misleads="White balance looks like redness unless the picture shows a card, cloth, a wall or "
            "untreated skin to tell them apart; make-up hides it; the first days after needling are red by "
            "intent.",
            read=redness.measure,
            seen=redness.seen,
        ),
        Measure(
            id="pigmentation",
            title="Pigmentation, base",
            definition="Darkness of the base colour: 90° less the individual typology angle.",
            formula="90° − arctan((L* − 50) ÷ b*) of the median optical density, CIE 1976 from linear "
            "light; after: without the change of light and of blood that the redness measure tells",
            unit=pigmentation.UNIT,
            unit_relative=pigmentation.UNIT,
            sources=("Chardon 1991, individual typology angle",),
            better="lower",
            example="A cheek at 48° before and 44° after has become lighter by 4° of typology angle.",
            misleads="Without a card the level is uncalibrated and only the change against what should not "
            "have changed counts; on the lightest skin a fifth more melanin is less than the noise.",
            read=pigmentation.measure,
            seen=pigmentation.seen,
        ),
        Measure(
            id="spots",
            title="Pigmented spots",
            definition="Density that spots have beyond the skin around them, over the zone.",
            formula="Σ (red and green density − half the limit) between Gaussians of 0.3 and 3 mm that take "
            "from inside the zone alone, over compact places above a limit of 2.5 spreads in the mean of "
            "both photographs that have not the colour of shade, beside deep furrows, the limit moved as "
            "the blotches have moved, ÷ area, less what light has done to spots around the zones",
            unit=spots.UNIT,
            unit_relative=spots.UNIT,
            sources=("Tsumura 2003, ACM TOG 22:770", "Yamamoto 2008, Skin Res Technol 14:26"),
            better="lower",
            example="A hand at 0.010 before and 0.008 after has a fifth less spot.",
            misleads="A tan may deepen spots and skin together, so beside a tan, or where all of the face "
            "was treated, little is told; scabs and the dots of the first days after needling are spots as "
            "well; on light skin a deep hollow is dark like a spot.",
            read=spots.measure,
            seen=spots.seen,
        ),
    )
}

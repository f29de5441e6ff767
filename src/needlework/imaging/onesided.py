"""
What lies all over the skin in one photograph of a pair only: a beard of some days, make-up, shine.

None of them is a change of the skin, and each moves several measures at once: those that it touches are not
read, and the reason says so. What both photographs have alike is not told apart here, and need not be.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from needlework.imaging import furrows, relief, robust, tint
from needlework.imaging.align import Pair
from needlework.imaging.icc import Floats
from needlework.imaging.regions import Mask, Region
from needlework.records.why import Reason

DOT = 4.0
"""Spreads of the band of pores from which a dot counts."""
DOT_ALONE = 0.3
STUBBLE_CM2 = 2.0
"""Dots in one photograph alone from which they are stubble; pairs without any have at most a fifth of it."""
ONE_WAY = 4.0
"""Times as many as in the other photograph alone, where the two are merely not laid onto each other well."""

ROUGHER, FAR_ROUGHER, FAR_SMOOTHER = 0.4, 0.7, 0.8
"""
Gain of the finest relief, as a logarithm, from which one photograph may shine; and from which it does,
whatever else is seen: no treatment makes skin twice as rough, or less than half as rough.
"""
GLEAM_MM = (0.3, 2.0)
GLEAMS = 0.25
"""
By how much values of that band lean to the light side with it, as a change of their skewness; on unchanged
drawn skin it scatters by 0.08, and rougher skin itself leans by up to 0.2.
"""

EVENED = math.log(1.5)
"""Contrast of colour, wide and narrow, by which make-up is suspected, as a logarithm."""
WITH_IT = math.log(1.2)
"""By so much spots and blotches must have faded with it: a treatment of one leaves the other."""
COLOUR = (-1.0, 1.0, 0.0)
"""Green less red: what pigment and blood do, without shading."""
COLOUR_MM = ((1.0, 3.0), (1.5, 6.0))

ALL = ("wrinkles", "texture", "tone", "scars", "pores", "redness", "pigmentation", "spots")
FORM = ("wrinkles", "texture", "scars", "pores")


@dataclass(frozen=True, slots=True)
class Worn:
    """What one photograph alone may wear: how that is said, and which measures it keeps from being read."""

    key: str
    found: str
    do: str
    unread: tuple[str, ...]

    def reason(self, region: Region, which: str) -> Reason:
        found = self.found.format(which=which)
        return Reason(f"zone.{region.name}.{self.key}", f"In “{region.name}” {found}.", self.do)


MAKE_UP = Worn(
    "make-up",
    "all colour of the skin is much more even in the {which} photograph, as under make-up",
    "Take both photographs of clean skin, without make-up, powder or tinted sunscreen.",
    ALL,
)
STUBBLE = Worn(
    "stubble",
    "the {which} photograph shows many dark dots that the other has not, as of shaved hair",
    "Shave before both photographs, or before neither.",
    FORM,
)
SHINE = Worn(
    "shine",
    "the {which} photograph shows light straight from the surface, as of grease, sweat or cream",
    "Clean and dry the skin before both photographs, and wait until it is dry.",
    FORM,
)


def covered(pair: Pair, region: Region) -> tuple[Reason | None, tuple[str, ...]]:
    """Why some measures of a region would read what lies on the skin, and which."""
    mask = pair.mask(region)
    if int(mask.sum()) < 8 * relief.PIXELS_MIN:
        return None, ()
    beside = furrows.beside(pair, region)
    for worn, seen_in, where in (
        (MAKE_UP, _made_up, mask), (STUBBLE, _stubbled, beside), (SHINE, _shining, beside)
    ):  # fmt: skip
        if which := seen_in(pair, where):
            return worn.reason(region, which), worn.unread
    return None, ()


def _made_up(pair: Pair, mask: Mask) -> str:
    """
    Which photograph wears make-up, if one does.

    Foundation takes the same share from every contrast of colour, of spots, blotches and flush, narrow and
    wide; treatments take from one of them.
    """
    inside = pair.ground.reduced(mask)
    evened = []
    for widths in COLOUR_MM:
        one, two = (side[inside] for side in pair.ground.between(inside, *widths, shares=COLOUR))
        evened.append(relief.gain(*relief.levelled(one, two))[0])
    if min(map(abs, evened)) < EVENED or evened[0] * evened[1] < 0:
        return ""
    found = tint.of(pair, inside)
    sign = math.copysign(1.0, evened[0])
    with_it = [sign * gain for gain in (found.spots, found.blotches) if gain is not None]
    if not with_it or min(with_it) < WITH_IT:
        return ""
    return "earlier" if sign > 0 else "later"


def _stubbled(pair: Pair, mask: Mask) -> str:
    """Which photograph shows stubble, if only one does."""
    one, two = pair.relief.dots
    at = relief.places(mask)
    spread = robust.about_zero(one.ravel()[at] + two.ravel()[at]) / 2
    area_cm2 = max(float(mask.sum()) * pair.mm**2 / 100, 1e-6)
    counts = [
        (cv2.connectedComponents((mask & (x > DOT * spread) & (y < DOT_ALONE * x)).astype(np.uint8))[0] - 1)
        / area_cm2
        for x, y in ((one, two), (two, one))
    ]
    if max(counts) < STUBBLE_CM2 or max(counts) < ONE_WAY * min(counts):
        return ""
    return "earlier" if counts[0] > counts[1] else "later"


def _shining(pair: Pair, mask: Mask) -> str:
    """
    Which photograph shows skin that shines, if only one does.

    What comes straight from the surface follows each slope, so that all fine relief has more contrast, and it
    is bright in places: the lighter tail of what lies between relief and blotches grows.
    """
    calm = relief.places(mask & pair.relief.calm)
    if calm.size < relief.PIXELS_MIN:
        return ""
    gain, _ = relief.gain(*relief.levelled(*(side.ravel()[calm] for side in pair.relief.band("fine"))))
    if abs(gain) < ROUGHER:
        return ""
    inside = pair.ground.reduced(mask)
    leans = [_skewness(side[inside]) for side in pair.ground.between(inside, *GLEAM_MM)]
    far = FAR_ROUGHER if gain > 0 else FAR_SMOOTHER
    if abs(gain) < far and math.copysign(1.0, gain) * (leans[0] - leans[1]) < GLEAMS:
        return ""
    return "later" if gain > 0 else "earlier"


def _skewness(values: Floats) -> float:
    """Third moment about the median, by the spread; 0 where all are alike."""
    apart = values - np.median(values)
    spread = float(np.std(apart))
    return float((apart**3).mean()) / spread**3 if spread > 0 else 0.0

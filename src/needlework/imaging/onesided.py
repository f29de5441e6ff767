"""
What lies on the skin in one photograph of a pair only: a stray hair, a beard of some days, make-up.

None of the three is a change of the skin, and each moves several measures at once. A hair is left out of both
photographs where it is seen. Stubble and make-up lie everywhere: the measures that they touch are not read,
and the reason says so. What both photographs have alike is not told apart here, and need not be.
"""

import math

import cv2
import numpy as np

from needlework.imaging import relief, robust, tint
from needlework.imaging.align import Pair
from needlework.imaging.regions import Mask, Region
from needlework.records.why import Reason

HAIR, HAIR_WEAK = 3.0, 2.0
"""Spreads of the line filter's answer from which a line may be a hair, and to which it is followed."""
HAIR_DARK = 5.0
"""
Spreads of the relief by which a hair is darker than the skin in its own photograph. On drawn skin hairs stand
out by 7 to 8, furrows by 2 to 4: a furrow that has faded to a fifth is none.
"""
ALONE, ALONE_WEAK = 0.25, 0.4
"""Share of it that the other photograph may have."""
HAIR_MM = 3.0
HAIR_RIM_MM = 0.8
"""How far a hair reaches into what is read beside it."""

DOT = 4.0
"""Spreads of the band of pores from which a dot counts."""
DOT_ALONE = 0.3
STUBBLE_CM2 = 2.0
"""Dots in one photograph alone from which they are stubble; pairs without any have at most a fifth of it."""
ONE_WAY = 4.0
"""Times as many as in the other photograph alone, where the two are merely not laid onto each other well."""

EVENED = math.log(1.5)
"""Contrast of colour, wide and narrow, by which make-up is suspected, as a logarithm."""
WITH_IT = math.log(1.2)
"""By so much spots and blotches must have faded with it: a treatment of one leaves the other."""
COLOUR = (-1.0, 1.0, 0.0)
"""Green less red: what pigment and blood do, without shading."""
COLOUR_MM = ((1.0, 3.0), (1.5, 6.0))

ALL = ("wrinkles", "texture", "tone", "scars", "pores", "redness", "pigmentation", "spots")
FORM = ("wrinkles", "texture", "scars", "pores")


def without(pair: Pair) -> Pair:
    """The pair without hairs that lie in one photograph only, and a rim around them."""
    found = hairs(pair)
    return pair.without(found) if found.any() else pair


def hairs(pair: Pair) -> Mask:
    """Long dark lines that one photograph has and the other has not, with their rim, on the pair's grid."""
    lines = pair.lines
    size = lines.mean.shape[::-1]
    bare = cv2.resize((pair.usable & pair.skin).astype(np.uint8), size, interpolation=cv2.INTER_AREA) > 0
    spread = robust.about_zero(lines.mean[bare])
    length_px = HAIR_MM / (pair.mm / lines.reduced)
    found = np.zeros(lines.mean.shape, np.uint8)
    darker = _darker(pair, size)
    for one, other, dark in zip(
        (lines.before, lines.after), (lines.after, lines.before), darker, strict=True
    ):
        strong = bare & dark & (one > HAIR * spread) & (other < ALONE * one)
        if strong.any():
            weak = bare & (one > HAIR_WEAK * spread) & (other < ALONE_WEAK * one)
            found |= _long(weak | strong, strong, length_px=length_px)
    if not found.any():
        return np.zeros(pair.usable.shape, bool)
    rim = 2 * math.ceil(HAIR_RIM_MM / (pair.mm / lines.reduced)) + 1
    wide = cv2.dilate(found, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (rim, rim)))
    out: Mask = cv2.resize(wide, pair.usable.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    return out


def _darker(pair: Pair, size: tuple[int, int]) -> list[Mask]:
    """Where each photograph is darker than furrows are, on the plane of the lines (columns, rows)."""
    planes = [
        cv2.resize(side, size, interpolation=cv2.INTER_AREA)
        for side in (pair.relief.before, pair.relief.after)
    ]
    mean = np.abs(planes[0] + planes[1]) / 2
    spread = robust.about_zero(mean[mean > 0])
    return [plane > HAIR_DARK * spread for plane in planes]


def _long(weak: Mask, strong: Mask, *, length_px: float) -> Mask:
    """Weak places that hang together with strong ones, of some length."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(weak.astype(np.uint8), connectivity=8)
    keep = np.zeros(count, np.uint8)
    keep[np.unique(labels[strong])] = 1
    keep[np.hypot(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) < length_px] = 0
    keep[0] = 0
    out: Mask = keep[labels]
    return out


def covered(pair: Pair, region: Region) -> tuple[Reason | None, tuple[str, ...]]:
    """Why some measures of a region would read what lies on the skin, and which."""
    mask = pair.mask(region)
    if int(mask.sum()) < 8 * relief.PIXELS_MIN:
        return None, ()
    if which := _made_up(pair, mask):
        return _reason(
            region,
            "make-up",
            f"all colour of the skin is much more even in the {which} photograph, as under make-up",
            "Take both photographs of clean skin, without make-up, powder or tinted sunscreen.",
        ), ALL
    if which := _stubbled(pair, mask):
        return _reason(
            region,
            "stubble",
            f"the {which} photograph shows many dark dots that the other has not, as of shaved hair",
            "Shave before both photographs, or before neither.",
        ), FORM
    return None, ()


def _reason(region: Region, what: str, found: str, do: str) -> Reason:
    return Reason(f"zone.{region.name}.{what}", f"In “{region.name}” {found}.", do)


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

"""Pores: small dark dimples, how many there are and how dark they look."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from needlework.imaging import furrows, light, relief, robust
from needlework.imaging.align import Pair
from needlework.imaging.icc import Floats
from needlework.imaging.light import Moved
from needlework.imaging.regions import Mask, Region
from needlework.imaging.seen import Seen, within
from needlework.records.measure import Detail, Reading

NARROW_MM, WIDE_MM = relief.PORE_MM
STRONG = 3.0
"""Spreads of the mean response above which a local maximum is a pore."""
BEYOND = 0.7
"""Share of that limit that fine texture reaches by itself; only what lies beyond counts."""
LIMIT_OD = 0.6
"""Darker than any pore: a hair or a scab."""
FLOOR_OD = 0.05
"""Per square centimetre."""
PORES = 20
"""Around the zones, from which they tell anything about the light."""
UNIT, RELATIVE = "OD/cm²", "OD per 10⁴ px² (relative)"


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Pores chosen on the mean of the pair, and the contrast of each in either photograph."""

    rows: Floats
    columns: Floats
    before: Floats
    after: Floats
    limit: float
    """From which a dimple is a pore. [optical density]"""
    rough: tuple[float, float]
    """What fine texture reaches by itself, in either photograph."""

    @property
    def sums(self) -> list[float]:
        """Of the contrast of all pores beyond that of the texture, in either photograph."""
        sides = zip((self.before, self.after), self.rough, strict=True)
        return [float((side - rough).sum()) for side, rough in sides]


def measure(pair: Pair, region: Region) -> Reading | None:
    """
    Contrast of all pores beyond that of the texture, per area. [OD/cm², or OD per 10⁴ px² without a scale]

    Local maxima of darkness on the mean of the pair, read in each photograph at the same places, less what
    light and focus explain.
    How it can mislead: stubble looks like pores and make-up fills them; coarse photographs show none.
    """
    mask = furrows.beside(pair, region)
    if int(mask.sum()) < 4 * relief.PIXELS_MIN:
        return None
    found = find(pair, mask)
    count = len(found.rows)
    scale = pair.grid.mm_per_px
    area = int(mask.sum()) * (scale**2 / 100 if scale else 1e-4)
    lit = light.moved(pair, region, own="pore", around=_around(pair))
    half = math.exp(lit.by / 2)
    before, after = (
        max(0.0, held) / area * level for held, level in zip(found.sums, (half, 1 / half), strict=True)
    )
    contrast = [float(side.mean()) if count else 0.0 for side in (found.before, found.after)]
    standing = [int((side > found.limit).sum()) / area for side in (found.before, found.after)]
    spread = math.hypot(lit.spread, _uncertain(found))
    details = (
        Detail("pores", "1/cm²" if scale else "per 10⁴ px² (relative)", standing[0], standing[1]),
        Detail("mean contrast", "OD", contrast[0], contrast[1]),
        Detail("mean diameter", "mm" if scale else "px (relative)", *_diameters(pair, found)),
    )
    return Reading(
        region.name, "pores", UNIT if scale else RELATIVE, before, after,
        ratio=True, floor=FLOOR_OD if scale else FLOOR_OD / 100, spread=spread, details=details,
    )  # fmt: skip


def _around(pair: Pair) -> Moved | None:
    """What has become of the pores around the zones, which nobody treats."""
    found = pair.kept.once("pores around", lambda: find(pair, furrows.beside(pair, None)))
    if len(found.rows) < PORES or min(found.sums) <= 0:
        return None
    return Moved(math.log(found.sums[1] / found.sums[0]), _uncertain(found))


def _uncertain(found: Found) -> float:
    """What chance gives the sum over so many pores, each of which moves by itself, as a logarithm."""
    count, sums = len(found.rows), found.sums
    if count < 2 or min(sums) <= 0:
        return 1.0
    apart = found.after - found.rough[1] - (sums[1] / sums[0]) * (found.before - found.rough[0])
    return float(np.std(apart)) * math.sqrt(count) / sums[1]


def find(pair: Pair, mask: Mask) -> Found:
    """The pores of a pair within a mask."""
    one, two, peaks = pair.kept.once("pores", lambda: _peaks(pair))
    mean = (one + two) / 2
    at = relief.places(mask)
    spread = robust.about_zero(mean.ravel()[at])
    limit = STRONG * spread
    rows, columns = np.nonzero(peaks & mask & (mean > limit) & (mean < LIMIT_OD))
    calm = relief.places(mask & pair.relief.calm)
    rough = relief.apiece(BEYOND * limit, one.ravel()[calm], two.ravel()[calm])
    return Found(rows, columns, one[rows, columns], two[rows, columns], limit, rough)


def _peaks(pair: Pair) -> tuple[Floats, Floats, Mask]:
    """The band of pores in both, and the local maxima of its mean."""
    one, two = pair.relief.dots
    mean = (one + two) / 2
    side = 2 * max(1, round(1.2 * WIDE_MM / pair.mm)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return one, two, mean >= cv2.dilate(mean, disc)


def _diameters(pair: Pair, found: Found) -> tuple[float, float]:
    """Mean diameter by the ratio of two bands at each pore, as of a Gaussian dimple. [mm, or grid pixels]"""
    if not len(found.rows):
        return 0.0, 0.0
    out = []
    wide = pair.relief.between(WIDE_MM, 2 * WIDE_MM)
    for fine, coarse in zip((found.before, found.after), wide, strict=True):
        ratio = max(0.0, float(coarse[found.rows, found.columns].mean()) / max(float(fine.mean()), 1e-6))
        # a Gaussian dimple of width s answers a band (n, w) with s²/(s²+n²) − s²/(s²+w²)
        widths = np.linspace(0.04, 0.8, 153)
        near = _answer(widths, WIDE_MM, 2 * WIDE_MM) / _answer(widths, NARROW_MM, WIDE_MM)
        best = float(np.interp(ratio, near, widths))
        out.append(2.355 * best / (1.0 if pair.grid.mm_per_px else pair.mm))
    return out[0], out[1]


def _answer(width: Floats, narrow: float, wide: float) -> Floats:
    out: Floats = width**2 / (width**2 + narrow**2) - width**2 / (width**2 + wide**2)
    return out


def seen(pair: Pair, region: Region) -> Seen | None:
    """The pores that were counted."""
    mask = furrows.beside(pair, region)
    if int(mask.sum()) < 4 * relief.PIXELS_MIN:
        return None
    found = find(pair, mask)
    planes = [np.zeros(mask.shape, np.float32) for _ in range(2)]
    for plane, values in zip(planes, (found.before, found.after), strict=True):
        plane[found.rows, found.columns] = np.maximum(values, 0.0)
    return within(mask, planes[0], planes[1], kind="dot", unit="OD")

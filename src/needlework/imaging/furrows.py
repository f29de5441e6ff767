"""Furrows of a pair: which answers of the line filter hang together as lines long and strong enough."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from needlework.imaging import regions, robust
from needlework.imaging.align import Pair
from needlework.imaging.icc import Floats
from needlework.imaging.lines import Lines
from needlework.imaging.regions import Mask, Region

LENGTH_MM = 4.0
STRONG, WEAK = 1.7, 1.1
"""Hysteresis, in spreads of the response over skin without lines."""
HEAVIEST = 4.0
"""Times the usual weight, which one place of a deep furrow counts at most: another lamp moves it alone."""
DEEP, DEEP_WEAK = 3.0, 1.5
"""The same for a furrow so deep that its flanks are shaded."""
FLANK_MM = 2.2
"""How far they reach into what is read beside it: a furrow that fades takes its shade along."""


@dataclass(frozen=True, slots=True, eq=False)
class Furrows:
    """Where furrows are on the reduced plane of the filter, and the skin they were sought on."""

    where: Mask
    inner: Mask
    weight: Floats
    """Of each place of the plane, 0 beside furrows and 1 on average along them."""
    lines: Lines
    deep: Mask
    """Furrows so deep that they shade the skin beside them, with their flanks."""

    def on(self, size: tuple[int, int]) -> Mask:
        """The furrows with a margin, on a plane of another size (columns, rows)."""
        near = cv2.dilate(self.where.astype(np.uint8), np.ones((3, 3), np.uint8))
        out: Mask = cv2.resize(near, size, interpolation=cv2.INTER_NEAREST) > 0
        return out


def of(pair: Pair, region: Region | None) -> Furrows:
    """
    The furrows of a region, or of the untreated surroundings of all regions; sought once.

    A line weighs as the square of how far it stands out of what skin without lines reaches by itself: chance
    lines, which no treatment moves, are many and weak.
    """
    return pair.kept.once(("furrows", region), lambda: _sought(pair, _mask(pair, region)))


def beside(pair: Pair, region: Region | None) -> Mask:
    """
    The skin of a region, or of what surrounds all, without deep furrows and their flanks; looked at once.

    What is read there is not a furrow's shade: pores, hollows and blotches do not fade because it does.
    """
    return pair.kept.once(("beside furrows", region), lambda: _beside(pair, region))


def _beside(pair: Pair, region: Region | None) -> Mask:
    mask, deep = _mask(pair, region), of(pair, region).deep.astype(np.uint8)
    out: Mask = mask & (cv2.resize(deep, mask.shape[::-1], interpolation=cv2.INTER_NEAREST) == 0)
    return out


def _mask(pair: Pair, region: Region | None) -> Mask:
    return pair.surroundings if region is None else pair.mask(region)


def _sought(pair: Pair, mask: Mask) -> Furrows:
    lines = pair.lines
    size = lines.mean.shape[::-1]
    small = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_AREA) > 0
    inner = regions.inner(small, by_px=math.ceil(2 * lines.across_px))  # the reach of the filter
    spread = robust.about_zero(lines.mean[inner])
    length_px = min(LENGTH_MM / (pair.mm / lines.reduced), max(size) / 8)
    where = _linked(lines.mean, inner, spread=spread, length_px=length_px)
    weight = np.where(where, np.maximum(lines.mean - WEAK * spread, 0.0), 0.0) ** 2
    deep = _flanked(lines.mean, small, spread=spread, mm=pair.mm / lines.reduced)
    return Furrows(where, inner, _evened(weight, where), lines, deep)


def _flanked(mean: Floats, seen: Mask, *, spread: float, mm: float) -> Mask:
    """Deep furrows with their flanks, up to the edge of what is seen."""
    deep = _linked(mean, seen, spread=spread, length_px=LENGTH_MM / mm, strongest=DEEP, weakest=DEEP_WEAK)
    side = 2 * math.ceil(FLANK_MM / mm) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    out: Mask = cv2.dilate(deep.astype(np.uint8), disc) > 0
    return out


def _evened(weight: Floats, where: Mask) -> Floats:
    """The weights with the heaviest cut, 1 on average."""
    if not where.any():
        return weight
    cut: Floats = np.minimum(weight, HEAVIEST * float(weight[where].mean()))
    return cut / float(cut[where].mean())


def _linked(
    mean: Floats,
    inner: Mask,
    *,
    spread: float,
    length_px: float,
    strongest: float = STRONG,
    weakest: float = WEAK,
) -> Mask:
    """Weak pixels that hang together with strong ones, as lines of some length."""
    weak = (inner & (mean > weakest * spread)).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(weak, connectivity=8)
    strong = np.zeros(count, bool)
    strong[np.unique(labels[(mean > strongest * spread) & (weak > 0)])] = True
    extent = np.hypot(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    keep = strong & (extent >= length_px)
    keep[0] = False
    chosen: Mask = keep[labels]
    return chosen

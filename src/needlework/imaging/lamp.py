"""
From where the light falls on the skin, by the skin's own relief.

Fine relief has no direction of its own, or little. Lit from one side its shade changes most along the way to
the lamp, so that the structure tensor shows the axis. Across a pit or a furrow, which are narrower than what
lies between them, the way to the lamp leads from a light wall to a dark one: there skin darkens at once, and
gets light again by and by. That tells the end of the axis. Source: Koenderink & Pont 2003 (JOSA A 20:1875)
for the axis; the end is our own.
"""

import math

import cv2
import numpy as np

from needlework.imaging import furrows, robust
from needlework.imaging.align import Pair
from needlework.imaging.icc import Floats
from needlework.imaging.regions import Mask, Region

FINE_MM = (0.12, 0.35)
"""Narrow and wide Gaussian of the relief that is asked."""
EVEN = 3.0
"""Times the median slope of shade beyond which a steeper one counts no more: furrows have a direction."""
TAIL = 6.0
"""Spreads beyond which a slope counts for no more where the end of the axis is told."""


def towards(pair: Pair, region: Region) -> float:
    """
    The direction to the lamp in the picture, of the mean of both photographs; looked at once. [rad]

    0 is to the right, a right angle down. On drawn skin of all types the axis is within a quarter of a right
    angle; one end in thirty is the wrong one.
    """
    return pair.kept.once(("lamp", region), lambda: _found(pair, region))


def _found(pair: Pair, region: Region) -> float:
    rows, columns = _window(pair.mask(region))
    mean = _grey(pair.before[rows, columns], pair.after[rows, columns])
    mask = pair.mask(region)[rows, columns]
    calm = cv2.erode(_calm(pair, region)[rows, columns].astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    if not calm.any():
        return 0.0
    axis = _axis(mean, calm, mm=pair.mm)
    return axis if _pits_to(axis, mean, mask, mm=pair.mm) else axis + math.pi


def _window(mask: Mask) -> tuple[slice, slice]:
    column, row, width, height = cv2.boundingRect(mask.astype(np.uint8))
    return slice(row, row + height), slice(column, column + width)


def _grey(one: Floats, two: Floats) -> Floats:
    row = np.full((1, 3), 1 / 6, np.float32)
    out: Floats = cv2.transform(one, row) + cv2.transform(two, row)
    return out


def _calm(pair: Pair, region: Region) -> Mask:
    """The skin of a region without furrows and spots, on the pair's grid."""
    mask = pair.mask(region)
    size = mask.shape[::-1]
    lines = cv2.dilate(furrows.of(pair, region).on(size).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    own = pair.ground
    spots = own.beside(own.reduced(mask & ~lines)).astype(np.uint8)
    out: Mask = mask & ~lines & (cv2.resize(spots, size, interpolation=cv2.INTER_NEAREST) == 0)
    return out


def _axis(mean: Floats, calm: Mask, *, mm: float) -> float:
    """The direction along which shade changes most, up to half a turn. [rad]"""
    narrow, wide = (cv2.GaussianBlur(mean, (0, 0), max(size / mm, 0.5)) for size in FINE_MM)
    across, down = _slopes(narrow - wide)
    across, down = across[calm], down[calm]
    steep = np.hypot(across, down)
    cut = np.minimum(1.0, EVEN * float(np.median(steep)) / np.maximum(steep, 1e-9))
    across, down = across * cut, down * cut
    along = float((across * across).mean() - (down * down).mean())
    return 0.5 * math.atan2(2 * float((across * down).mean()), along)


def _pits_to(axis: float, mean: Floats, mask: Mask, *, mm: float) -> bool:
    """Whether skin darkens in steeper steps than it gets light along the axis: then that is to the lamp."""
    across, down = _slopes(cv2.GaussianBlur(mean, (0, 0), max(FINE_MM[0] / mm, 0.5)))
    slope = math.cos(axis) * across[mask] + math.sin(axis) * down[mask]
    slope = slope - np.median(slope)
    slope = np.clip(slope / max(robust.about_zero(slope), 1e-9), -TAIL, TAIL)
    return float((slope**3).mean()) > 0


def _slopes(plane: Floats) -> tuple[Floats, Floats]:
    return cv2.Sobel(plane, cv2.CV_32F, 1, 0), cv2.Sobel(plane, cv2.CV_32F, 0, 1)

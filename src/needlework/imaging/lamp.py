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
from needlework.imaging.regions import Mask, Region, inner, window

FINE_MM = (0.12, 0.35)
"""Narrow and wide Gaussian of the relief that is asked."""
BESIDE_MM, HOLE_MM = 0.32, 0.24
"""Margins that are left out beside furrows, and beside what else is left out within the skin."""
EVEN = 3.0
"""Times the median slope of shade beyond which a steeper one counts no more: furrows have a direction."""
TAIL = 6.0
"""Spreads beyond which a slope counts for no more where the end of the axis is told."""
DIRECTED = 0.02
"""How far slopes along the axis and across it must differ, of both together, to tell one; house."""


def towards(pair: Pair, region: Region) -> float | None:
    """
    The direction to the lamp in the picture, of the mean of both photographs; looked at once. [rad]

    0 is to the right, a right angle down; None where too little skin is seen, or its relief is lit from all
    sides. On drawn skin of all types the axis is within a quarter of a right angle; one end in thirty is the
    wrong one.
    """
    return pair.kept.once(("lamp", region), lambda: _found(pair, region))


def _found(pair: Pair, region: Region) -> float | None:
    mask, mm = pair.mask(region), pair.mm
    seen = window(mask, margin_px=_reach(FINE_MM[1], mm))
    mean = _grey(pair.before[seen], pair.after[seen])
    axis = _axis(mean, _calm(pair, region, mask)[seen], mm=mm)
    if axis is None:
        return None
    deep = inner(mask[seen], by_px=2 * _reach(FINE_MM[0], mm))
    return axis if _pits_to(axis, mean, deep, mm=mm) else axis + math.pi


def _reach(size_mm: float, mm: float) -> int:
    """How far a Gaussian and the slopes after it reach. [px]"""
    return math.ceil(3 * size_mm / mm) + 1


def _grey(one: Floats, two: Floats) -> Floats:
    row = np.full((1, 3), 1 / 6, np.float32)
    out: Floats = cv2.transform(one, row) + cv2.transform(two, row)
    return out


def _calm(pair: Pair, region: Region, mask: Mask) -> Mask:
    """
    The skin of a region without furrows and spots, on the pair's grid.

    Beyond the rim of the mask may be hair or cloth: nothing is asked that the filters take from there.
    """
    size = mask.shape[::-1]
    beside = 2 * max(1, round(BESIDE_MM / pair.mm)) + 1
    lines = furrows.of(pair, region).on(size).astype(np.uint8)
    calm = mask & (cv2.dilate(lines, np.ones((beside, beside), np.uint8)) == 0)
    spots = pair.ground.beside(pair.ground.reduced(calm)).astype(np.uint8)
    calm &= cv2.resize(spots, size, interpolation=cv2.INTER_NEAREST) == 0
    holes = max(1, round(HOLE_MM / pair.mm))
    return inner(mask, by_px=_reach(FINE_MM[1], pair.mm)) & inner(calm, by_px=holes)


def _axis(mean: Floats, calm: Mask, *, mm: float) -> float | None:
    """The direction along which shade changes most, up to half a turn; None where there is none. [rad]"""
    if not calm.any():
        return None
    narrow_px = max(FINE_MM[0] / mm, 0.5)
    narrow, wide = (
        cv2.GaussianBlur(mean, (0, 0), px) for px in (narrow_px, max(FINE_MM[1] / mm, 2 * narrow_px))
    )
    across, down = _slopes(narrow - wide)
    across, down = across[calm], down[calm]
    steep = np.hypot(across, down)
    cut = np.minimum(1.0, EVEN * float(np.median(steep)) / np.maximum(steep, 1e-9))
    across, down = across * cut, down * cut
    along = float((across * across).mean() - (down * down).mean())
    aslant = 2 * float((across * down).mean())
    both = float((across * across).mean() + (down * down).mean())
    return 0.5 * math.atan2(aslant, along) if math.hypot(along, aslant) > DIRECTED * both else None


def _pits_to(axis: float, mean: Floats, mask: Mask, *, mm: float) -> bool:
    """Whether skin darkens in steeper steps than it gets light along the axis: then that is to the lamp."""
    across, down = _slopes(cv2.GaussianBlur(mean, (0, 0), max(FINE_MM[0] / mm, 0.5)))
    slope = math.cos(axis) * across[mask] + math.sin(axis) * down[mask]
    slope = slope - np.median(slope)
    slope = np.clip(slope / max(robust.about_zero(slope), 1e-9), -TAIL, TAIL)
    return float((slope**3).mean()) > 0


def _slopes(plane: Floats) -> tuple[Floats, Floats]:
    return cv2.Sobel(plane, cv2.CV_32F, 1, 0), cv2.Sobel(plane, cv2.CV_32F, 0, 1)

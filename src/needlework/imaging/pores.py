"""Pores: small round dimples, how many there are and how dark they look."""

from dataclasses import dataclass

import cv2
import numpy as np

from needlework.imaging import light, relief
from needlework.imaging.align import Pair
from needlework.imaging.icc import Floats
from needlework.imaging.regions import Mask, Region
from needlework.imaging.seen import Seen, within
from needlework.records import Reading

NARROW_MM, WIDE_MM = 0.14, 0.30
STRONG = 2.2
"""Spreads of the mean response above which a local maximum is a pore."""
FLOOR_OD = 0.002
UNIT, RELATIVE = "OD/cm²", "OD per 10⁴ px² (relative)"
LIMIT_OD = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Pores chosen on the mean of the pair, and the contrast of each in either photograph."""

    rows: Floats
    columns: Floats
    before: Floats
    after: Floats


def find(pair: Pair, mask: Mask) -> Found:
    """The pores of a pair within a mask."""
    one, two = pair.relief.between(NARROW_MM, WIDE_MM)
    mean = (one + two) / 2
    side = 2 * max(1, round(1.2 * WIDE_MM / pair.mm)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    peak = (mean >= cv2.dilate(mean, disc)) & mask
    spread = 1.4826 * float(np.median(np.abs(mean[mask]))) if mask.any() else 1.0
    rows, columns = np.nonzero(peak & (mean > STRONG * spread) & (mean < LIMIT_OD))
    return Found(rows, columns, one[rows, columns], two[rows, columns])


def measure(pair: Pair, region: Region) -> Reading | None:
    """
    Contrast of all pores together, per area. [OD/cm², or OD per 10⁴ px² without a scale]
    """
    mask = pair.mask(region)
    if int(mask.sum()) < 4 * relief.PIXELS_MIN:
        return None
    found = find(pair, mask)
    area = int(mask.sum()) * (pair.grid.mm_per_px**2 / 100 if pair.grid.mm_per_px else 1e-4)
    lit = light.moved(pair, region, own="pore")
    half = float(np.exp(lit.by / 2))
    before, after = float(found.before.sum()) / area * half, float(found.after.sum()) / area / half
    floor = FLOOR_OD * max(1.0, 0.25 * len(found.rows)) / area
    return Reading(
        region.name,
        "pores",
        UNIT if pair.grid.mm_per_px else RELATIVE,
        max(before, 0.0),
        max(after, 0.0),
        ratio=True,
        floor=floor,
        spread=lit.spread,
    )


def seen(pair: Pair, region: Region) -> Seen | None:
    """The pores that were counted."""
    mask = pair.mask(region)
    if int(mask.sum()) < 4 * relief.PIXELS_MIN:
        return None
    found = find(pair, mask)
    planes = [np.zeros(mask.shape, np.float32) for _ in range(2)]
    for plane, values in zip(planes, (found.before, found.after), strict=True):
        plane[found.rows, found.columns] = np.maximum(values, 0.0)
    return within(mask, planes[0], planes[1], kind="dot", unit="OD")

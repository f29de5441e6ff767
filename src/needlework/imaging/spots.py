"""Spots: places of a millimetre or so that hold more melanin than the skin around them."""

from dataclasses import dataclass

import numpy as np

from needlework.imaging import relief
from needlework.imaging.align import Pair
from needlework.imaging.icc import Floats
from needlework.imaging.regions import Mask, Region
from needlework.imaging.seen import Seen, within
from needlework.records import Reading

NARROW_MM, WIDE_MM = 0.3, 2.4
STRONG = 2.5
FLOOR_OD = 0.0005
UNIT = "OD"


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    where: Mask
    before: Floats
    after: Floats


def find(pair: Pair, mask: Mask) -> Found:
    """The spots of a pair within a mask, chosen on its mean."""
    one, two = (side[..., 0] for side in pair.pigment.between(NARROW_MM, WIDE_MM))
    mean = (one + two) / 2
    values = mean[mask]
    low = values[values < np.median(values)]
    spread = float(np.sqrt(np.mean((low - np.median(values)) ** 2))) if low.size else 1.0
    return Found(mask & (mean > STRONG * spread), one, two)


def measure(pair: Pair, region: Region) -> Reading | None:
    """Melanin that spots hold beyond the skin around them, over the region. [optical density]"""
    mask = pair.mask(region)
    if int(mask.sum()) < 8 * relief.PIXELS_MIN:
        return None
    found = find(pair, mask)
    count = int(mask.sum())
    before, after = (max(0.0, float(side[found.where].sum())) / count for side in (found.before, found.after))
    return Reading(region.name, "spots", UNIT, before, after, ratio=True, floor=FLOOR_OD)


def seen(pair: Pair, region: Region) -> Seen | None:
    """The spots that were counted."""
    mask = pair.mask(region)
    if int(mask.sum()) < 8 * relief.PIXELS_MIN:
        return None
    found = find(pair, mask)
    before, after = (
        np.where(found.where, np.maximum(side, 0.0), 0.0) for side in (found.before, found.after)
    )
    return within(mask, before, after, kind="line", unit=UNIT)

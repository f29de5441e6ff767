"""Spots: places of a millimetre or so that are darker than the skin around them."""

import math

import numpy as np

from needlework.imaging import ground, relief, tint
from needlework.imaging.align import Pair
from needlework.imaging.regions import Region
from needlework.imaging.seen import Seen, within
from needlework.records.measure import Detail, Reading

UNIT = "OD"
FLOOR_OD = 0.0003


def measure(pair: Pair, region: Region) -> Reading | None:
    """
    Density that spots of 0.6 to 4 mm have beyond the skin around them, over the region. [optical density]

    Spots are chosen on the mean of the pair and read in each photograph, in red and green together.
    How it can mislead: a tan deepens spots and skin together; scabs and fresh scars are spots as well.
    """
    mask = pair.mask(region)
    if int(mask.sum()) < 8 * relief.PIXELS_MIN:
        return None
    inside = pair.ground.reduced(mask)
    where = pair.ground.spots(inside)
    count = max(int(inside.sum()), 1)
    one, two = pair.ground.between(inside, *ground.SPOT_MM)
    lit = tint.moved(pair, region, own="spots")
    half = math.exp(lit.by / 2)
    before, after = (
        max(0.0, float(side[where].sum())) / count * level for side, level in ((one, half), (two, 1 / half))
    )
    share = 100.0 * float(where.sum()) / count
    details = (Detail("area of spots, both together", "%", share, share),)
    return Reading(
        region.name, "spots", UNIT, before, after,
        ratio=True, floor=FLOOR_OD, spread=lit.spread, details=details,
    )  # fmt: skip


def seen(pair: Pair, region: Region) -> Seen | None:
    """The spots that were counted."""
    mask = pair.mask(region)
    if int(mask.sum()) < 8 * relief.PIXELS_MIN:
        return None
    inside = pair.ground.reduced(mask)
    where = pair.ground.spots(inside)
    before, after = (
        np.where(where, np.maximum(side, 0.0), 0.0) for side in pair.ground.between(inside, *ground.SPOT_MM)
    )
    return within(inside, before, after, kind="line", unit=UNIT)

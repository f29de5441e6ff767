"""Spots: places of a millimetre or so that are darker than the skin around them."""

import math

import numpy as np

from needlework.imaging import furrows, ground, relief, tint
from needlework.imaging.align import Pair
from needlework.imaging.icc import Floats
from needlework.imaging.regions import Mask, Region
from needlework.imaging.seen import Seen, within
from needlework.records.measure import Detail, Reading

UNIT = "OD"
FLOOR_OD = 0.0003
FEW = 0.1
"""What one square millimetre of spots may scatter by, as a logarithm; house."""
BEYOND = 0.5
"""Share of a spot's limit that blotches reach by themselves."""


def measure(pair: Pair, region: Region) -> Reading | None:
    """
    Density that spots of 0.6 to 4 mm have beyond the skin around them, over the region. [optical density]

    Spots are chosen on the mean of the pair and read in each photograph, in red and green together.
    How it can mislead: a tan deepens spots and skin together; scabs and fresh scars are spots as well.
    """
    mask = furrows.beside(pair, region)
    if int(mask.sum()) < 8 * relief.PIXELS_MIN:
        return None
    inside = pair.ground.reduced(mask)
    where = pair.ground.spots(inside)
    count = max(int(inside.sum()), 1)
    one, two = pair.ground.between(inside, *ground.SPOT_MM)
    lit = tint.moved(pair, region, own="spots")
    half = math.exp(lit.by / 2)
    blotched = _blotched(pair, inside, one, two)
    before, after = (
        max(0.0, float(side[where].sum()) - int(where.sum()) * beyond) / count * level
        for side, beyond, level in ((one, blotched[0], half), (two, blotched[1], 1 / half))
    )
    share = 100.0 * float(where.sum()) / count
    spread = math.hypot(lit.spread, _few(int(where.sum()) * pair.ground.mm**2))
    details = (Detail("area of spots, both together", "%", share, share),)
    return Reading(
        region.name, "spots", UNIT, before, after,
        ratio=True, floor=FLOOR_OD, spread=spread, details=details,
    )  # fmt: skip


def _blotched(pair: Pair, inside: Mask, one: Floats, two: Floats) -> tuple[float, float]:
    """How dark blotches are by themselves where they are as dark as spots, in either photograph."""
    calm = inside & ~pair.ground.beside(inside)
    if not calm.any():
        return 0.0, 0.0
    limit = ground.limit(((one + two) / 2)[inside])
    return relief.apiece(BEYOND * limit, one[calm], two[calm])


def _few(area_mm2: float) -> float:
    """How uncertain a sum over so few spots is, as a logarithm; over ten times the area a third of it."""
    return FEW / math.sqrt(max(area_mm2, 0.01))


def seen(pair: Pair, region: Region) -> Seen | None:
    """The spots that were counted."""
    mask = furrows.beside(pair, region)
    if int(mask.sum()) < 8 * relief.PIXELS_MIN:
        return None
    inside = pair.ground.reduced(mask)
    where = pair.ground.spots(inside)
    before, after = (
        np.where(where, np.maximum(side, 0.0), 0.0) for side in pair.ground.between(inside, *ground.SPOT_MM)
    )
    return within(inside, before, after, kind="line", unit=UNIT)

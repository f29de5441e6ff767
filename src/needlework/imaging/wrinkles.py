"""
Wrinkles and fine lines: how much line there is, times how deep it looks.
"""

import math

import numpy as np

from needlework.imaging import furrows, light, projection, relief
from needlework.imaging.align import Pair
from needlework.imaging.furrows import Furrows
from needlework.imaging.light import Moved
from needlework.imaging.projection import Projected
from needlework.imaging.regions import Region
from needlework.imaging.seen import Seen
from needlework.records.measure import Detail, Reading

FLOOR_OD = 0.00005
"""Response over the whole area that counts as nothing: keeps smooth skin from giving wild ratios."""
PLACES = 60
"""Of lines around the zones, from which they tell anything about the light."""
UNIT, RELATIVE = "OD·mm/cm²", "OD·px per 100 px² (relative)"


def measure(pair: Pair, region: Region) -> Reading | None:
    """
    Line length × contrast in a region, per area. [OD·mm/cm², or OD·px per 100 px² without a scale]

    Lines are linked by hysteresis and kept from 5 mm; chosen on the mean of the pair, read in each photograph
    at the same pixels and weighted by the square of how far they stand out of the skin between them. What
    light and focus have done to lines is asked of the other bands of relief and of the lines around the
    zones.
    How it can mislead: light from the side deepens every line; swelling after needling hides them for days;
    stray hair counts as a line where it lies in both photographs.
    """
    if int(pair.mask(region).sum()) < 4 * relief.PIXELS_MIN:
        return None
    found = furrows.of(pair, region)
    read = _read(pair, found)
    count = max(int(found.inner.sum()), 1)
    mm = pair.mm / found.lines.reduced
    scale = pair.grid.mm_per_px
    per = 100 / (count * 2 * found.lines.across_px) / (mm if scale else 1.0)
    lit = light.moved(pair, region, own="line", around=_around(pair))
    half = math.exp(lit.by / 2)
    length = float(found.where.sum()) * per
    details = (Detail("line length", "mm/cm²" if scale else "px per 100 px² (relative)", length, length),)
    return Reading(
        region.name, "wrinkles", UNIT if scale else RELATIVE,
        read.before * per * half, read.after * per / half, ratio=True, floor=FLOOR_OD * per * count,
        spread=math.hypot(lit.spread, read.chance), details=details,
    )  # fmt: skip


def _read(pair: Pair, found: Furrows) -> Projected:
    lines = found.lines
    return projection.of(lines.before, lines.after, found.weight, found.where, mm=pair.mm / lines.reduced)


def _around(pair: Pair) -> Moved | None:
    """What has become of the lines around all zones, which nobody treats."""
    found = furrows.of(pair, None)
    if int(found.where.sum()) < PLACES:
        return None
    read = _read(pair, found)
    return Moved(read.gained(floor=FLOOR_OD * max(int(found.inner.sum()), 1)), read.chance)


def seen(pair: Pair, region: Region) -> Seen | None:
    """The lines that were counted."""
    if int(pair.mask(region).sum()) < 4 * relief.PIXELS_MIN:
        return None
    found = furrows.of(pair, region)
    before, after = (
        np.where(found.where, np.maximum(side, 0), 0.0).astype(np.float32)
        for side in (found.lines.before, found.lines.after)
    )
    strong = before[found.where]
    return Seen("line", before, after, float(np.percentile(strong, 95)) if strong.size else 1.0, "OD")

"""Atrophic scars: hollows of a millimetre or more, by the shading that they cast. No depth."""

import math
from dataclasses import dataclass, replace

import numpy as np

from needlework.imaging import furrows, ground, light, projection, relief, robust
from needlework.imaging.align import Pair
from needlework.imaging.icc import Floats
from needlework.imaging.light import Moved
from needlework.imaging.projection import Projected
from needlework.imaging.regions import Mask, Region
from needlework.imaging.seen import Seen, within
from needlework.records.measure import Reading

UNIT = "OD"
BAND_MM = (0.7, 2.0)
STRONG = 3.0
"""Spreads of the mean of both photographs beyond which a place belongs to a hollow, its shade or its rim."""
LIMIT = 6.0
LOADING = 0.02
"""Share of the mean variance that is added to each channel: keeps the shares of the channels sane."""
FLOOR_OD = 0.0007
HOLLOWS_MM2 = 5.0
"""Of strong places, below which a change says nothing: that is one hollow or two; house."""
FEW = 0.05
"""What one square millimetre of them may scatter by, as a logarithm; house."""
PLACES = 400
"""Of the ground, from which a region tells anything."""
RED = np.array((1.0, 0.0, 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class Shade:
    """The band of hollows of both photographs in some shares of R, G and B, and where it is read."""

    mean: Floats
    """Of both, in the shares in which hollows stand out most."""
    before: Floats
    after: Floats
    """In the shares in which they are read."""
    calm: Mask
    row: Floats
    """Shares in which they stand out most."""


def measure(pair: Pair, region: Region) -> Reading | None:
    """
    Contrast of broad hollows that both photographs share, beside spots and furrows. [optical density]

    Hollows are chosen where red, green and blue are added up in the shares that leave shading as it is and
    everything else as small as it can be made on this very skin (minimum variance, distortionless; Capon
    1969): on light skin that is nearly red alone, on dark skin what melanin does to red is taken off by blue.
    They are read half-way between those shares and red alone, in which a camera has less noise. What light
    has done is asked of the other bands, and of the skin around the zones in the same shares.
    How it can mislead: one photograph has no depth. The same hollow shades more when the lamp stands lower;
    swelling fills it for days.
    """
    if int(pair.mask(region).sum()) < 8 * relief.PIXELS_MIN:
        return None
    found = _shade(pair, region)
    if int(found.calm.sum()) < PLACES:
        return None
    read = _contrast(found, mm=pair.ground.mm)
    lit = light.moved(pair, region, own="broad", around=_around(pair, found))
    half = math.exp(lit.by / 2)
    return Reading(
        region.name, "scars", UNIT, read.before * half, read.after / half,
        ratio=True, floor=FLOOR_OD, spread=math.hypot(lit.spread, read.chance),
    )  # fmt: skip


def _contrast(found: Shade, *, mm: float) -> Projected:
    """The projection of both on the strong places of their mean, per place. [optical density]"""
    spread = robust.about_zero(found.mean[found.calm]) + 1e-9
    strong = np.where(np.abs(found.mean) > STRONG * spread, found.mean, 0.0)
    weight = np.clip(strong, -LIMIT * spread, LIMIT * spread) * found.calm
    under = math.sqrt(float((weight**2).sum()) * int(found.calm.sum())) + 1e-9
    read = projection.of(found.before, found.after, weight / under, weight != 0, mm=mm)
    area_mm2 = int((weight != 0).sum()) * mm**2
    few = FEW / math.sqrt(area_mm2) if area_mm2 >= HOLLOWS_MM2 else 1.0
    return replace(read, chance=math.hypot(read.chance, few))


def _around(pair: Pair, own: Shade) -> Moved | None:
    """What has become of the hollows around all zones, in the shares of one zone."""
    one, two, calm = _bands(pair, None)
    if int(calm.sum()) < PLACES:
        return None
    found = _contrast(_mixed(one, two, calm, own.row), mm=pair.ground.mm)
    return Moved(found.gained(floor=FLOOR_OD), found.chance)


def shares(one: Floats, two: Floats, shading: Floats | None = None) -> Floats:
    """
    Shares of R, G and B, from values of both photographs in one band, n × 3 each.

    They add up to one over `shading`: what shade does to each channel, the same to all where it is not given.

    >>> rng = np.random.default_rng(1)
    >>> pigment = rng.normal(0, 1, (500, 1)) * (0.4, 0.5, 0.8)
    >>> bool(np.abs(pigment @ shares(pigment, pigment)).mean() < 0.1)
    True
    """
    kept = np.ones(3) if shading is None else shading
    both = [np.einsum("ni,nj->ij", side, side) for side in (one, two)]  # not by BLAS: see relief.gain
    variance = (both[0] + both[1]) / (2 * len(one))
    variance = variance + LOADING * np.trace(variance) / 3 * np.eye(3)
    found: Floats = np.linalg.solve(variance, kept)
    found /= float(found @ kept)
    return found


def seen(pair: Pair, region: Region) -> Seen | None:
    """Shade in hollows."""
    if int(pair.mask(region).sum()) < 8 * relief.PIXELS_MIN:
        return None
    found = _shade(pair, region)
    return within(found.calm, np.abs(found.before), np.abs(found.after), kind="field", unit=UNIT)


def _shade(pair: Pair, region: Region) -> Shade:
    """The band of hollows of both in the shares that suit this skin, and where it is read."""
    one, two, calm = _bands(pair, region)
    if int(calm.sum()) < PLACES:
        return _mixed(one, two, calm, RED)
    return _mixed(one, two, calm, shares(_cut(one[calm]), _cut(two[calm]), ground.shading(pair.ground, calm)))


def _bands(pair: Pair, region: Region | None) -> tuple[Floats, Floats, Mask]:
    """The band of hollows of both in R, G and B, and where neither spots nor furrows lie; looked at once."""
    key = f"hollows {region}"
    if key not in pair.kept:
        own = pair.ground
        inside = own.reduced(furrows.beside(pair, region))
        beside = own.beside(inside, hollows=False)
        calm = inside & ~beside & ~furrows.of(pair, region).on(inside.shape[::-1])
        channels = [own.between(inside, *BAND_MM, shares=row) for row in ((1, 0, 0), (0, 1, 0), (0, 0, 1))]
        one, two = (np.stack([channel[side] for channel in channels], axis=-1) for side in (0, 1))
        pair.kept[key] = one, two, calm
    kept: tuple[Floats, Floats, Mask] = pair.kept[key]
    return kept


def _mixed(one: Floats, two: Floats, calm: Mask, row: Floats) -> Shade:
    mean = np.einsum("hwc,c->hw", (one + two) / 2, row)
    before, after = (np.einsum("hwc,c->hw", side, (row + RED) / 2) for side in (one, two))
    return Shade(mean, before, after, calm, row)


def _cut(values: Floats) -> Floats:
    limit = 5 * robust.NORMAL * np.median(np.abs(values), axis=0)
    out: Floats = np.clip(values, -limit, limit)
    return out

"""Atrophic scars: hollows of a millimetre or more, by the shading that they cast. No depth."""

import math
from dataclasses import dataclass

import numpy as np

from needlework.imaging import light, relief
from needlework.imaging.align import Pair
from needlework.imaging.icc import Floats
from needlework.imaging.light import Moved
from needlework.imaging.regions import Mask, Region
from needlework.imaging.seen import Seen, within
from needlework.records.measure import Reading

UNIT = "OD"
BAND_MM = (0.7, 2.0)
STRONG = 1.5
"""Spreads of the mean of both photographs beyond which a place belongs to a hollow, its shade or its rim."""
LIMIT = 6.0
LOADING = 0.02
"""Share of the mean variance that is added to each channel: keeps the shares of the channels sane."""
GLINT = 0.03
"""
Light from the surface itself that a slope changes with its shade, as a share of white; house. On dark skin it
is more than what the slope does to the light from below.
"""
FLOOR_OD = 0.0005
PLACES = 400
"""Of the ground, from which a region tells anything."""
TILE_MM = 5.0
"""Side of the parts that are asked apart how much they moved: wider than a hollow."""
LIT = 0.05
"""What either voice about the light leaves uncertain beyond its own spread, as a logarithm; house."""
TAIL = 4.0
"""Degrees of freedom with which both may disagree, before a treatment of all of the face is suspected."""


@dataclass(frozen=True, slots=True, eq=False)
class Shade:
    """The band of hollows of both photographs in some shares of R, G and B, and where it is read."""

    before: Floats
    after: Floats
    calm: Mask
    row: Floats


@dataclass(frozen=True, slots=True)
class Contrast:
    """Projection of either photograph on the strong places of their mean."""

    before: float
    after: float
    chance: float
    """How far parts disagree about the ratio of the two, as a logarithm."""


def measure(pair: Pair, region: Region) -> Reading | None:
    """
    Contrast of broad hollows that both photographs share, beside spots. [optical density]

    Red, green and blue are added up in the shares that leave shading as it is and everything else as small as
    it can be made on this very skin (minimum variance, distortionless; Capon 1969): on light skin that is
    nearly red alone, on dark skin what melanin does to red is taken off by blue. What light has done is asked
    of the other bands, and of the skin around the zones in the same shares.
    How it can mislead: one photograph has no depth. The same hollow shades more when the lamp stands lower;
    swelling fills it for days.
    """
    mask = pair.mask(region)
    if int(mask.sum()) < 8 * relief.PIXELS_MIN:
        return None
    found = _shade(pair, mask)
    if int(found.calm.sum()) < PLACES:
        return None
    read = _contrast(found, mm=pair.ground.mm)
    lit = _lit(pair, light.moved(pair, region, own="broad"), found.row)
    half = math.exp(lit.by / 2)
    return Reading(
        region.name, "scars", UNIT, read.before * half, read.after / half,
        ratio=True, floor=FLOOR_OD, spread=math.hypot(lit.spread, read.chance),
    )  # fmt: skip


def _contrast(found: Shade, *, mm: float) -> Contrast:
    a, b = found.before[found.calm], found.after[found.calm]
    mean = (a + b) / 2
    spread = 1.4826 * float(np.median(np.abs(mean))) + 1e-9
    weight = np.where(np.abs(mean) > STRONG * spread, np.clip(mean, -LIMIT * spread, LIMIT * spread), 0.0)
    under = math.sqrt(float((weight**2).sum()) * a.size) + 1e-9
    before, after = (max(0.0, float(np.sum(side * weight))) / under for side in (a, b))
    rows, columns = (at // max(1, round(TILE_MM / mm)) for at in np.nonzero(found.calm))
    part = np.unique(rows * 10_000 + columns, return_inverse=True)[1]
    moved, held = (np.bincount(part, values * weight) for values in (b - a, mean))
    total = float(held.sum()) + 1e-9
    apart = moved - held * float(moved.sum()) / total
    return Contrast(before, after, math.sqrt(float((apart**2).sum())) / total)


def _lit(pair: Pair, told: Moved, row: Floats) -> Moved:
    """
    What light has done to hollows: by the other bands, and by the hollows around the zones.

    Where the two contradict each other, all of the face may have been treated: then the skin around is
    believed the less, the further they are apart.
    """
    around = _around(pair, row)
    if around is None:
        return told
    gained = math.log((around.after + FLOOR_OD) / (around.before + FLOOR_OD))
    ours, theirs = told.spread**2 + LIT**2, around.chance**2 + LIT**2
    apart = (gained - told.by) ** 2 / (ours + theirs)
    trust = min(1.0, (TAIL + 1) / (TAIL + apart)) / theirs
    sure = 1 / ours + trust
    return Moved((told.by / ours + gained * trust) / sure, 1 / math.sqrt(sure))


def _around(pair: Pair, row: Floats) -> Contrast | None:
    """The hollows around all zones, in the shares of one zone."""
    if "scars around" not in pair.kept:
        pair.kept["scars around"] = _bands(pair, pair.surroundings)
    one, two, calm = pair.kept["scars around"]
    if int(calm.sum()) < PLACES:
        return None
    return _contrast(_mixed(one, two, calm, row), mm=pair.ground.mm)


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
    mask = pair.mask(region)
    if int(mask.sum()) < 8 * relief.PIXELS_MIN:
        return None
    found = _shade(pair, mask)
    return within(found.calm, np.abs(found.before), np.abs(found.after), kind="field", unit=UNIT)


def _shade(pair: Pair, mask: Mask) -> Shade:
    """The band of hollows of both in the shares that suit this skin, and where it is read."""
    one, two, calm = _bands(pair, mask)
    if int(calm.sum()) < PLACES:
        return Shade(one[..., 0], two[..., 0], calm, np.array((1.0, 0.0, 0.0)))
    row = shares(_cut(one[calm]), _cut(two[calm]), _shading(pair, calm))
    return _mixed(one, two, calm, row)


def _shading(pair: Pair, where: Mask) -> Floats:
    """
    What a slope does to the density of each channel, by how light the skin is in it.

    It takes light from below from all alike, and light from the surface, which is white and counts the more
    the less comes from below.
    """
    level = np.median((pair.ground.before[where] + pair.ground.after[where]) / 2, axis=0)
    out: Floats = 1.0 + GLINT / np.maximum(np.exp(-level), 0.01)
    return out


def _bands(pair: Pair, mask: Mask) -> tuple[Floats, Floats, Mask]:
    """The band of hollows of both in R, G and B, and where neither spots nor their rims lie."""
    ground = pair.ground
    inside = ground.reduced(mask)
    calm = inside & ~ground.beside(inside)
    channels = [ground.between(inside, *BAND_MM, shares=row) for row in ((1, 0, 0), (0, 1, 0), (0, 0, 1))]
    one, two = (np.stack([channel[side] for channel in channels], axis=-1) for side in (0, 1))
    return one, two, calm


def _mixed(one: Floats, two: Floats, calm: Mask, row: Floats) -> Shade:
    first, second = (np.einsum("hwc,c->hw", side, row) for side in (one, two))
    return Shade(first, second, calm, row)


def _cut(values: Floats) -> Floats:
    limit = 5 * 1.4826 * np.median(np.abs(values), axis=0)
    out: Floats = np.clip(values, -limit, limit)
    return out

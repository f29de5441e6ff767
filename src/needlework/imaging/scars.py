"""Atrophic scars: hollows of a millimetre or more, by the shading that they cast. No depth."""

import math

import numpy as np

from needlework.imaging import light, relief
from needlework.imaging.align import Pair
from needlework.imaging.icc import Floats
from needlework.imaging.regions import Mask, Region
from needlework.imaging.seen import Seen, within
from needlework.records import Reading

UNIT = "OD"
BAND_MM = (0.5, 1.6)
STRONG = 1.5
"""Spreads of the mean of both photographs beyond which a place belongs to a hollow, its shade or its rim."""
LIMIT = 6.0
LOADING = 0.02
"""Share of the mean variance that is added to each channel: keeps the shares of the channels sane."""
FLOOR_OD = 0.0005


def measure(pair: Pair, region: Region) -> Reading | None:
    """
    Contrast of broad hollows that both photographs share, beside spots. [optical density]

    Red, green and blue are added up in the shares that leave shading as it is and everything else as small as
    it can be made on this very skin (minimum variance, distortionless; Capon 1969): on light skin that is
    nearly red alone, on dark skin what melanin does to red is taken off by blue.
    How it can mislead: one photograph has no depth. The same hollow shades more when the lamp stands lower;
    swelling fills it for days.
    """
    mask = pair.mask(region)
    if int(mask.sum()) < 8 * relief.PIXELS_MIN:
        return None
    one, two, calm = _planes(pair, mask)
    if int(calm.sum()) < 400:
        return None
    a, b = one[calm], two[calm]
    mean = (a + b) / 2
    spread = 1.4826 * float(np.median(np.abs(mean))) + 1e-9
    weight = np.where(np.abs(mean) > STRONG * spread, np.clip(mean, -LIMIT * spread, LIMIT * spread), 0.0)
    under = math.sqrt(float((weight**2).sum()) * a.size) + 1e-9
    lit = light.moved(pair, region, own="broad")
    half = math.exp(lit.by / 2)
    before, after = (max(0.0, float(np.sum(side * weight))) / under for side in (a, b))
    return Reading(
        region.name, "scars", UNIT, before * half, after / half, ratio=True, floor=FLOOR_OD, spread=lit.spread
    )


def shares(one: Floats, two: Floats) -> Floats:
    """
    Shares of R, G and B, from values of both photographs in one band, n × 3 each; they add up to one.

    >>> rng = np.random.default_rng(1)
    >>> pigment = rng.normal(0, 1, (500, 1)) * (0.4, 0.5, 0.8)
    >>> bool(np.abs(pigment @ shares(pigment, pigment)).mean() < 0.1)
    True
    """
    both = [np.einsum("ni,nj->ij", side, side) for side in (one, two)]  # not by BLAS: see relief.gain
    variance = (both[0] + both[1]) / (2 * len(one))
    variance = variance + LOADING * np.trace(variance) / 3 * np.eye(3)
    found: Floats = np.linalg.solve(variance, np.ones(3))
    found /= found.sum()
    return found


def seen(pair: Pair, region: Region) -> Seen | None:
    """Shade in hollows."""
    mask = pair.mask(region)
    if int(mask.sum()) < 8 * relief.PIXELS_MIN:
        return None
    one, two, calm = _planes(pair, mask)
    return within(calm, np.abs(one), np.abs(two), kind="field", unit=UNIT)


def _planes(pair: Pair, mask: Mask) -> tuple[Floats, Floats, Mask]:
    """The band of hollows of both in the shares that suit this skin, and where it is read."""
    ground = pair.ground
    inside = ground.reduced(mask)
    calm = inside & ~ground.beside(inside)
    channels = [ground.between(inside, *BAND_MM, shares=row) for row in ((1, 0, 0), (0, 1, 0), (0, 0, 1))]
    one, two = (np.stack([channel[side] for channel in channels], axis=-1) for side in (0, 1))
    if int(calm.sum()) < 400:
        return one[..., 0], two[..., 0], calm
    row = shares(_cut(one[calm]), _cut(two[calm]))
    first, second = (np.einsum("hwc,c->hw", side, row) for side in (one, two))
    return first, second, calm


def _cut(values: Floats) -> Floats:
    limit = 5 * 1.4826 * np.median(np.abs(values), axis=0)
    out: Floats = np.clip(values, -limit, limit)
    return out

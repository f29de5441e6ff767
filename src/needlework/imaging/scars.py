"""Atrophic scars: hollows of a millimetre or more, by the shading that they cast. No depth."""

import math
from dataclasses import dataclass, replace

import numpy as np

from needlework.imaging import furrows, ground, hollows, lamp, light, projection, relief, robust
from needlework.imaging.align import Pair
from needlework.imaging.icc import Floats
from needlework.imaging.light import Moved
from needlework.imaging.projection import Projected
from needlework.imaging.regions import Mask, Region
from needlework.imaging.seen import Seen, within
from needlework.records.measure import Reading

UNIT = "OD"
BAND_MM = (0.3, 3.0)
"""Narrow and wide Gaussian of the band in which hollows are sought and read."""
BROAD_MM = (0.7, 2.0)
"""The same where hollows alone are wide, which tells the shares of the channels and what light does."""
STRONG, LIMIT = 3.0, 6.0
"""Spreads of the mean of both photographs beyond which shade counts around the zones, and counts no more."""
LOADING = 0.02
"""Share of the mean variance that is added to each channel: keeps the shares of the channels sane."""
FLOOR_OD = 0.0007
HOLLOWS_MM2 = 2.0
"""Of places that weigh as much as each other, below which a change says nothing: one hollow or two; house."""
FEW = 0.08
"""What one square millimetre of them may scatter by, as a logarithm; house."""
FURROWED = 0.15
"""How uncertain hollows are in a region all of which deep furrows shade, as a logarithm; house."""
PLACES = 400
"""Of the ground, from which a region tells anything."""
RED = np.array((1.0, 0.0, 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class Shade:
    """One band of both photographs in R, G and B, and where neither spots nor furrows lie."""

    before: Floats
    after: Floats
    calm: Mask
    row: Floats
    """Shares of R, G and B in which hollows stand out most."""


def measure(pair: Pair, region: Region) -> Reading | None:
    """
    Contrast of broad hollows that both photographs share, beside spots and furrows. [optical density]

    Where hollows are is told by the direction of the light and the colour of shade (`hollows`), on the mean
    of both. Red, green and blue are added up in the shares that leave shade as it is and everything else as
    small as it can be made on this very skin (minimum variance, distortionless; Capon 1969): on light skin
    that is nearly red alone, on dark skin what melanin does to red is taken off by blue. They are read
    half-way between those shares and red alone, in which a camera has less noise. What light has done is
    asked of the other bands, and of the skin around the zones in the same shares.
    How it can mislead: one photograph has no depth. The same hollow shades more when the lamp stands lower;
    swelling fills it for days; where light comes from all sides nothing is told.
    """
    if int(pair.mask(region).sum()) < 8 * relief.PIXELS_MIN:
        return None
    found = _shade(pair, region)
    pattern = _pattern(pair, region, found)
    if pattern is None:
        return None
    read = _contrast(found, pattern, mm=pair.ground.mm)
    lit = light.moved(pair, region, own="broad", around=_around(pair, found.row))
    half = math.exp(lit.by / 2)
    return Reading(
        region.name, "scars", UNIT, read.before * half, read.after / half,
        ratio=True, floor=FLOOR_OD, spread=math.hypot(lit.spread, read.chance, _furrowed(pair, region)),
    )  # fmt: skip


def _furrowed(pair: Pair, region: Region) -> float:
    """What the shade of deep furrows leaves uncertain, which reaches beyond their flanks, as a logarithm."""
    whole, beside = (int(mask.sum()) for mask in (pair.mask(region), furrows.beside(pair, region)))
    return FURROWED * (1 - beside / max(whole, 1))


def _pattern(pair: Pair, region: Region, found: Shade) -> Floats | None:
    """
    The shade of the hollows of a region, on the plane of the ground; looked at once.

    None where too little skin is seen, or it does not tell from where it is lit.
    """
    return pair.kept.once(("pattern", region), lambda: _sought(pair, region, found))


def _sought(pair: Pair, region: Region, found: Shade) -> Floats | None:
    if int(found.calm.sum()) < PLACES or (towards := lamp.towards(pair, region)) is None:
        return None
    mean = (found.before + found.after) / 2 * found.calm[..., None]
    shade = ground.shading(pair.ground, found.calm)
    return hollows.pattern(hollows.Sought(mean, found.calm, found.row, shade, towards, pair.ground.mm))


def _contrast(found: Shade, weight: Floats, *, mm: float) -> Projected:
    """The projection of both on a pattern, per place. [optical density]"""
    one, two = (_read(side, found.row) for side in (found.before, found.after))
    under = math.sqrt(float((weight**2).sum()) * int(found.calm.sum())) + 1e-9
    read = projection.of(one, two, weight / under, weight != 0, mm=mm)
    return replace(read, chance=math.hypot(read.chance, _few(weight, mm=mm)))


def _few(weight: Floats, *, mm: float) -> float:
    """How uncertain so few hollows are, as a logarithm; few places that weigh as much as each other."""
    fourth = float((weight**4).sum())
    if fourth <= 0:
        return 1.0
    area_mm2 = float((weight**2).sum()) ** 2 / fourth * mm**2
    return FEW / math.sqrt(area_mm2) if area_mm2 >= HOLLOWS_MM2 else 1.0


def _around(pair: Pair, row: Floats) -> Moved | None:
    """What has become of what is strong of broad shade around all zones, in the shares of one zone."""
    found = pair.kept.once("shade around", lambda: _bands(pair, None, BROAD_MM))
    if int(found.calm.sum()) < PLACES:
        return None
    own = replace(found, row=row)
    mean = np.einsum("hwc,c->hw", (own.before + own.after) / 2, row)
    spread = robust.about_zero(mean[own.calm]) + 1e-9
    weight = np.where(np.abs(mean) > STRONG * spread, np.clip(mean, -LIMIT * spread, LIMIT * spread), 0.0)
    seen = _contrast(own, weight * own.calm, mm=pair.ground.mm)
    return Moved(seen.gained(floor=FLOOR_OD), seen.chance)


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
    variance = variance + (LOADING * np.trace(variance) / 3 + 1e-15) * np.eye(3)
    found: Floats = np.linalg.solve(variance, kept)
    found /= float(found @ kept)
    return found


def seen(pair: Pair, region: Region) -> Seen | None:
    """Shade of hollows."""
    if int(pair.mask(region).sum()) < 8 * relief.PIXELS_MIN:
        return None
    found = _shade(pair, region)
    pattern = _pattern(pair, region, found)
    if pattern is None:
        return None
    where = pattern != 0
    one, two = (np.where(where, np.abs(_read(side, found.row)), 0.0) for side in (found.before, found.after))
    return within(found.calm, one, two, kind="field", unit=UNIT)


def _shade(pair: Pair, region: Region) -> Shade:
    """The band of hollows of both, in the shares that suit this skin."""
    found, broad = _bands(pair, region, BAND_MM), _bands(pair, region, BROAD_MM)
    if int(found.calm.sum()) < PLACES:
        return found
    one, two = (robust.cut(side[found.calm]) for side in (broad.before, broad.after))
    return replace(found, row=shares(one, two, ground.shading(pair.ground, found.calm)))


def _bands(pair: Pair, region: Region | None, band_mm: tuple[float, float]) -> Shade:
    """One band of both in R, G and B, and where neither spots nor furrows lie."""
    own = pair.ground
    inside = own.reduced(furrows.beside(pair, region))
    beside = own.beside(inside, hollows=False)
    calm = inside & ~beside & ~furrows.of(pair, region).on(inside.shape[::-1])
    return Shade(*own.coloured(inside, *band_mm), calm, RED)


def _read(side: Floats, row: Floats) -> Floats:
    out: Floats = np.einsum("hwc,c->hw", side, (row + RED) / 2)
    return out

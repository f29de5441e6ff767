"""
What light and a tan have done to the contrast of pigment, so that it is not taken for a change of spots or
blotches.

A little of what spots or blotches around the zones have gained is the light's doing, and is taken out. A tan
deepens both around and inside, and a treatment of all of the face may as well: where both have gained around,
it is left in and widens the interval. So does a change of the zone's own melanin: a tan may deepen spots and
blotches by as much as the skin between them, or leave them as they are, and no photograph tells which.
"""

import math
from dataclasses import dataclass

import numpy as np

from needlework.imaging import furrows, ground, light, relief
from needlework.imaging import pigment as pigments
from needlework.imaging.align import Pair
from needlework.imaging.light import Moved
from needlework.imaging.regions import Mask, Region

BLOTCH_MM = (0.7, 3.5)
BLOTCH_LIMIT = 2.5
"""Spreads beyond which a value is a spot or a vessel and no blotch, and is cut off."""
BLOTCH_PLACES, SPOT_PLACES = 200, 60
"""On the reduced plane, from which either tells anything."""
USUAL = 0.06
"""Spread of either contrast between photographs taken with usual care, as a logarithm; house."""
TAN = 0.5
"""Share of a change of the base that spots and blotches may have taken part in: half, of none and all."""


@dataclass(frozen=True, slots=True)
class Contrasts:
    """How much more contrast the second photograph has, as logarithms; None where too little is seen."""

    spots: float | None
    blotches: float | None


def of(pair: Pair, inside: Mask) -> Contrasts:
    """The contrasts of pigment inside a mask of the pair's ground."""
    where = pair.ground.spots(inside)
    sides = pair.ground.between(inside, *ground.SPOT_MM)
    found = blotches(pair, inside)
    return Contrasts(
        ground.faded(*sides, where) if int(where.sum()) >= SPOT_PLACES else None, found[0] if found else None
    )


def blotches(pair: Pair, inside: Mask) -> tuple[float, float] | None:
    """How much more blotch the second photograph has beside spots, as a logarithm, and how much there is."""
    calm = inside & ~pair.ground.beside(inside)
    if int(calm.sum()) < BLOTCH_PLACES:
        return None
    one, two = (side[calm] for side in pair.ground.between(inside, *BLOTCH_MM))
    return relief.gain(*relief.levelled(one, two, spreads=BLOTCH_LIMIT))


def moved(pair: Pair, region: Region, *, own: str) -> Moved:
    """What light and a tan have done to the contrast `own` (spots or blotches) of a region."""
    around = _around(pair)
    one = getattr(around, own) or 0.0
    usual = 1 / (1 + (one / USUAL) ** 2)
    spread = math.hypot(light.unsure(pair, region), TAN * _tanned(pair, region), (1 - usual) * _both(around))
    return Moved(usual * one, spread)


def _around(pair: Pair) -> Contrasts:
    return pair.kept.once("tint around", lambda: of(pair, pair.ground.reduced(furrows.beside(pair, None))))


def _both(around: Contrasts) -> float:
    """By how much both have gained, or lost; one alone is no tan."""
    one, two = around.spots, around.blotches
    if one is None or two is None:
        return one or two or 0.0
    return math.copysign(min(abs(one), abs(two)), one) if one * two > 0 else 0.0


def _tanned(pair: Pair, region: Region) -> float:
    """By how much the base of a region has more melanin in the second photograph, as a logarithm."""
    mask = pair.mask(region)
    before, after = (np.median(side[mask], axis=0) for side in (pair.before, pair.after))
    melanin, _ = pigments.vectors(np.exp(-before))
    gained = pair.recoloured(mask, before, after).melanin * float(melanin[1])
    return math.log(max(1 + gained / pigments.darkness(pigments.ita(np.exp(-before))), 0.2))

"""Pigmentation: how dark the skin is at its base, apart from its spots."""

import math

import numpy as np

from needlework.imaging import pigment as pigments
from needlework.imaging import relief
from needlework.imaging.align import Pair
from needlework.imaging.icc import Floats
from needlework.imaging.optics import blurred
from needlework.imaging.regions import Region
from needlework.imaging.seen import Seen, within
from needlework.records.measure import Detail, Reading

UNIT = "°"


def measure(pair: Pair, region: Region) -> Reading | None:
    """Darkness of the base colour, 90° less the individual typology angle. [°]"""
    mask = pair.mask(region)
    if int(mask.sum()) < relief.PIXELS_MIN:
        return None
    before, after = (np.median(side[mask], axis=0) for side in (pair.before, pair.after))
    moved = pair.recoloured(mask, before, after)
    _, blood = pigments.vectors(np.exp(-before))
    pigmented = after - moved.shade - moved.blood * blood
    first, second = 90.0 - pigments.ita(np.exp(-before)), 90.0 - pigments.ita(np.exp(-pigmented))
    details = (Detail("ITA", UNIT, 90.0 - first, 90.0 - second),)
    return Reading(
        region.name, "pigmentation", UNIT, first, second,
        ratio=False, floor=0.0, spread=_spread(pigmented, moved, blood), details=details,
    )  # fmt: skip


def _spread(level: Floats, moved: pigments.Moved, blood: Floats) -> float:
    """What is left uncertain about light, blood and colour, in degrees."""
    at = pigments.ita(np.exp(-level))
    melanin, _ = pigments.vectors(np.exp(-level))
    slopes = np.array(
        [100 * (pigments.ita(np.exp(-level - 0.01 * one)) - at) for one in (melanin, blood, np.ones(3))]
    )
    # what one of the three is too much, the others are too little: only melanin's own error stays
    return abs(float(slopes[0])) * math.sqrt(moved.covariance[0, 0])


def seen(pair: Pair, region: Region) -> Seen | None:
    """Density of red light, in which melanin shows and blood hardly does."""
    mask = pair.mask(region)
    if int(mask.sum()) < relief.PIXELS_MIN:
        return None
    before, after = (blurred(side[..., 0], sigma_px=1.5 / pair.mm) for side in (pair.before, pair.after))
    return within(mask, before, after, kind="field", unit="OD")

"""Texture: how rough the fine relief of the skin is between lines and pores."""

import math

import numpy as np

from needlework.imaging import furrows, light, relief
from needlework.imaging.align import Pair
from needlework.imaging.optics import blurred
from needlework.imaging.regions import Region
from needlework.imaging.seen import Seen, within
from needlework.records.measure import Reading

UNIT = "OD"
FLOOR = 0.0002


def measure(pair: Pair, region: Region) -> Reading | None:
    """
    Amplitude of the finest relief that both photographs share, beside lines and pores. [optical density]

    What one photograph holds alone is noise: the ratio is the slope of the major axis of the two.
    How it can mislead: a softer focus looks like smoother skin, and where everything in the picture has
    become smoother alike, focus is blamed.
    """
    at = relief.places(furrows.beside(pair, region) & pair.relief.calm)
    if at.size < relief.PIXELS_MIN:
        return None
    one, two = (side.ravel()[at] for side in pair.relief.band("fine"))
    gain, amplitude = relief.gain(*relief.levelled(one, two))
    lit = light.moved(pair, region, own="fine", around=light.around(pair, own="fine"))
    half = math.exp((gain - lit.by) / 2)
    return Reading(
        region.name,
        "texture",
        UNIT,
        amplitude / half,
        amplitude * half,
        ratio=True,
        floor=FLOOR,
        spread=lit.spread,
    )


def seen(pair: Pair, region: Region) -> Seen | None:
    """How rough each place is."""
    mask = pair.mask(region)
    if int(mask.sum()) < relief.PIXELS_MIN:
        return None
    before, after = (blurred(np.abs(side), sigma_px=1.0 / pair.mm) for side in pair.relief.band("fine"))
    return within(mask, before, after, kind="field", unit=UNIT)

"""Tone: how even the colour of the skin is, apart from how dark or red it is."""

import math

import numpy as np

from needlework.imaging import light, relief
from needlework.imaging.align import Pair
from needlework.imaging.regions import Region
from needlework.imaging.seen import Seen, within
from needlework.records import Reading

UNIT = "OD"
BAND_MM = (0.7, 3.5)
LIMIT = 2.5
"""Spreads beyond which a value is a spot or a vessel and no blotch, and is cut off."""
FLOOR_OD = 0.002


def measure(pair: Pair, region: Region) -> Reading | None:
    """
    Amplitude of blotches beside spots, as far as both photographs share them. [optical density]

    How it can mislead: make-up evens it; a flush comes and goes in blotches within minutes.
    """
    mask = pair.mask(region)
    if int(mask.sum()) < 8 * relief.PIXELS_MIN:
        return None
    inside = pair.ground.reduced(mask)
    calm = inside & ~pair.ground.beside(inside)
    if int(calm.sum()) < 200:
        return None
    one, two = (side[calm] for side in pair.ground.between(inside, *BAND_MM))
    gain, amplitude = relief.gain(*relief.levelled(one, two, spreads=LIMIT))
    half = math.exp(gain / 2)
    return Reading(
        region.name, "tone", UNIT, amplitude / half, amplitude * half,
        ratio=True, floor=FLOOR_OD, spread=light.unsure(pair, region),
    )  # fmt: skip


def seen(pair: Pair, region: Region) -> Seen | None:
    """Blotches, dark and light."""
    mask = pair.mask(region)
    if int(mask.sum()) < 8 * relief.PIXELS_MIN:
        return None
    inside = pair.ground.reduced(mask)
    before, after = (np.abs(side) for side in pair.ground.between(inside, *BAND_MM))
    return within(inside, before, after, kind="field", unit=UNIT)

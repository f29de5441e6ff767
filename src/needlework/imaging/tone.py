"""Tone: how even the colour of the skin is, apart from how dark or red it is."""

import math

import numpy as np

from needlework.imaging import furrows, relief, tint
from needlework.imaging.align import Pair
from needlework.imaging.regions import Region
from needlework.imaging.seen import Seen, within
from needlework.records.measure import Reading

UNIT = "OD"
FLOOR_OD = 0.002


def measure(pair: Pair, region: Region) -> Reading | None:
    """
    Amplitude of blotches beside spots, as far as both photographs share them. [optical density]

    How it can mislead: make-up evens it; a flush comes and goes in blotches within minutes.
    """
    mask = furrows.beside(pair, region)
    if int(mask.sum()) < 8 * relief.PIXELS_MIN:
        return None
    found = tint.blotches(pair, pair.ground.reduced(mask))
    if found is None:
        return None
    gain, amplitude = found
    lit = tint.moved(pair, region, own="blotches")
    half = math.exp((gain - lit.by) / 2)
    return Reading(
        region.name, "tone", UNIT, amplitude / half, amplitude * half,
        ratio=True, floor=FLOOR_OD, spread=lit.spread,
    )  # fmt: skip


def seen(pair: Pair, region: Region) -> Seen | None:
    """Blotches, dark and light."""
    mask = furrows.beside(pair, region)
    if int(mask.sum()) < 8 * relief.PIXELS_MIN:
        return None
    inside = pair.ground.reduced(mask)
    before, after = (np.abs(side) for side in pair.ground.between(inside, *tint.BLOTCH_MM))
    return within(inside, before, after, kind="field", unit=UNIT)

"""Tone: how even the colour of the skin is, apart from how dark or red it is."""

import numpy as np

from needlework.imaging import relief
from needlework.imaging.align import Pair
from needlework.imaging.regions import Region
from needlework.imaging.seen import Seen, within
from needlework.records import Reading

NARROW_MM, WIDE_MM = 0.7, 3.5
LIMIT = 2.5
FLOOR_OD = 0.002


def measure(pair: Pair, region: Region) -> Reading | None:
    """Amplitude of blotches of melanin and of blood that both photographs share. [optical density]"""
    mask = pair.mask(region)
    if int(mask.sum()) < 8 * relief.PIXELS_MIN:
        return None
    one, two = pair.pigment.between(NARROW_MM, WIDE_MM)
    sides = []
    for plane in (0, 1):
        sides.append(relief.levelled(one[..., plane][mask], two[..., plane][mask], spreads=LIMIT))
    first, second = (np.concatenate([plane[number] for plane in sides]) for number in (0, 1))
    moved, amplitude = relief.gain(first, second)
    half = float(np.exp(moved / 2))
    return Reading(region.name, "tone", "OD", amplitude / half, amplitude * half, ratio=True, floor=FLOOR_OD)


def seen(pair: Pair, region: Region) -> Seen | None:
    """Blotches, of melanin and of blood together."""
    mask = pair.mask(region)
    if int(mask.sum()) < 8 * relief.PIXELS_MIN:
        return None
    before, after = (
        np.hypot(side[..., 0], side[..., 1]) for side in pair.pigment.between(NARROW_MM, WIDE_MM)
    )
    return within(mask, before, after, kind="field", unit="OD")

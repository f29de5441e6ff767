"""Atrophic scars: hollows of a millimetre or more, by the shading they cast. No depth."""

import numpy as np

from needlework.imaging import light, relief
from needlework.imaging.align import Pair
from needlework.imaging.regions import Region
from needlework.imaging.seen import Seen, within
from needlework.records import Reading

STRONG = 1.8
FLOOR_OD = 0.0005


def measure(pair: Pair, region: Region) -> Reading | None:
    """
    Contrast of broad hollows that both photographs share. [optical density]
    """
    mask = pair.mask(region)
    if int(mask.sum()) < 8 * relief.PIXELS_MIN:
        return None
    one, two = pair.relief.band("broad")
    a, b = one[mask], two[mask]
    mean = (a + b) / 2
    spread = 1.4826 * float(np.median(np.abs(mean)))
    chosen = np.abs(mean) > STRONG * spread
    weight = np.where(chosen, mean, 0.0)
    norm = float(np.sqrt((weight**2).sum())) + 1e-9
    first, second = (float((side * weight).sum()) / norm / len(a) ** 0.5 for side in (a, b))
    lit = light.moved(pair, region, own="broad")
    half = float(np.exp(lit.by / 2))
    return Reading(
        region.name,
        "scars",
        "OD",
        max(first * half, 0.0),
        max(second / half, 0.0),
        ratio=True,
        floor=FLOOR_OD,
        spread=lit.spread,
    )


def seen(pair: Pair, region: Region) -> Seen | None:
    """Shade in hollows."""
    mask = pair.mask(region)
    if int(mask.sum()) < 8 * relief.PIXELS_MIN:
        return None
    before, after = pair.relief.band("broad")
    return within(mask, np.abs(before), np.abs(after), kind="field", unit="OD")

"""
Redness: how much blood the light has passed, read from the haemoglobin part of optical density.
"""

import cv2
import numpy as np

from needlework.imaging.align import Pair
from needlework.imaging.optics import UNMIX, blurred, haemoglobin, lightness_and_chroma
from needlework.imaging.regions import Region
from needlework.imaging.seen import Seen, within
from needlework.records.measure import Detail, Reading

UNIT = "OD"
PIXELS_MIN = 200
SURE = 0.7
"""
Share of the uncertainty of blood that is really there: priors of colour and light are set wide, and unchanged
drawn skins of every type scatter by a quarter to a half of what follows from them; house.
"""


def measure(pair: Pair, region: Region) -> Reading | None:
    """
    Median haemoglobin density of a region, both photographs read at the same pixels. [optical density]

    Density in R, G, B is taken apart by a fixed matrix into melanin, haemoglobin and shading, so that light
    and form drop out. More is redder. Sources: Tsumura 2003; Yamamoto 2008.
    How it can mislead: a change of white balance looks like a change of redness where nothing else in the
    picture tells the two apart; make-up hides it; hours after needling everything is red.
    """
    mask = pair.mask(region)
    if int(mask.sum()) < PIXELS_MIN:
        return None
    before, after = (np.median(side[mask], axis=0) for side in (pair.before, pair.after))
    moved = pair.recoloured(mask, before, after)
    level = float(UNMIX[1] @ before)
    chroma = chroma_change(pair, region)
    details = () if chroma is None else (Detail("a*", "CIE 1976", *chroma),)
    return Reading(
        region.name, "redness", UNIT, level, level + moved.blood,
        ratio=False, floor=0.0, spread=SURE * float(np.sqrt(moved.covariance[1, 1])), details=details,
    )  # fmt: skip


def chroma_change(pair: Pair, region: Region) -> tuple[float, float] | None:
    """
    The median a* of both, the second opinion on redness. [CIE 1976]

    Both sides are brought to the same median lightness first: a* grows with light as well as with redness.
    """
    mask = pair.mask(region)
    if int(mask.sum()) < PIXELS_MIN:
        return None
    level = np.float32(np.median(pair.after[mask].mean(axis=1)) - np.median(pair.before[mask].mean(axis=1)))
    rows = cv2.boundingRect(mask.astype(np.uint8))
    part = np.s_[rows[1] : rows[1] + rows[3], rows[0] : rows[0] + rows[2]]
    sides = (pair.before[part], pair.after[part] - level)
    before, after = (float(np.median(lightness_and_chroma(side)[..., 1][mask[part]])) for side in sides)
    return before, after


def seen(pair: Pair, region: Region) -> Seen | None:
    """Haemoglobin density, place by place."""
    mask = pair.mask(region)
    if int(mask.sum()) < PIXELS_MIN:
        return None
    before, after = (blurred(haemoglobin(side), sigma_px=6) for side in (pair.before, pair.after))
    return within(mask, before, after, kind="field", unit=UNIT)

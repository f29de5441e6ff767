"""
What cannot be measured is refused before anything is measured, with what to do, in words for somebody who
holds a phone.

Limits are house: they were set on drawn skin (benchmarks and tests). What two must share is in comparability.
"""

import math

import cv2
import numpy as np

from needlework.imaging import regions
from needlework.imaging.align import reduced
from needlework.imaging.icc import Floats
from needlework.imaging.optics import blurred, density
from needlework.imaging.photo import Photo
from needlework.imaging.regions import Mask
from needlework.records import Reason

SIDE_MIN_PX = 240
SKIN_MIN = 0.008
"""Share of the picture; the face in a portrait that shows half the body takes 3 %."""
DARK_MAX_OD = 4.9
CLIPPED_MAX = 0.35
BLUR_MAX = 0.2
"""Fine detail (1 to 2 px) ÷ detail four times as large; a sharp photograph of skin has over 0.5."""


def check(photo: Photo, *, who: str = "photo") -> tuple[Reason, ...]:
    """Why this photograph cannot be measured; empty where it can. `who` starts each key: before, after."""
    if min(photo.width, photo.height) < SIDE_MIN_PX:
        return (
            Reason(
                f"{who}.size",
                f"The photograph has only {photo.width} × {photo.height} pixels.",
                "Send the photograph as taken, not a preview or a picture from a chat.",
            ),
        )
    if max(photo.width, photo.height) > 4 * min(photo.width, photo.height):
        return (
            Reason(
                f"{who}.size",
                "The photograph is a panorama or a strip.",
                "Take an ordinary photograph of the area.",
            ),
        )
    if not photo.colour:
        return (
            Reason(
                f"{who}.colour",
                "The photograph has no colour.",
                "Take it in colour, without a filter, in white light.",
            ),
        )
    light, _ = reduced(photo, longest_px=600)
    level = float(np.median(density(light)))
    if level > DARK_MAX_OD and float(np.percentile(light, 90)) < 0.02:
        return (
            Reason(f"{who}.light", "The photograph is almost black.", "Turn the light on and take it again."),
        )
    skin = regions.skin(light)
    if skin.mean() < SKIN_MIN:
        return (
            Reason(
                f"{who}.skin",
                "There is almost no skin in the photograph.",
                "Go nearer, fill the picture with the area, and avoid coloured light.",
            ),
        )
    faults = (_clipping(light, skin, who), _focus(photo, skin, who))
    return tuple(fault for fault in faults if fault)


def _clipping(light: Floats, skin: Mask, who: str) -> Reason | None:
    if (light.max(axis=2)[skin] > 0.97).mean() > CLIPPED_MAX:
        return Reason(
            f"{who}.clipped",
            "Much of the skin is so bright that its detail is lost.",
            "Tap on the skin to set the exposure, switch the flash off, step out of direct sun.",
        )
    if (light.max(axis=2)[skin] < 0.01).mean() > CLIPPED_MAX:
        return Reason(
            f"{who}.dark", "Much of the skin is too dark.", "Add light from the front and take it again."
        )
    return None


def _focus(photo: Photo, skin: Mask, who: str) -> Reason | None:
    """
    Blur by how fast detail fades towards the finest: a share, so skin of any contrast is alike.

    Rounding to 8 bits and JPEG leave fine detail of their own, about a quarter of a coded step; it is taken
    off, or a blurred photograph of smooth skin would pass. Looked at in at most 1400 px a side, where a
    little blur of a large photograph costs nothing.
    """
    light, _ = reduced(photo, longest_px=1400)
    grey = np.log(np.maximum(light[..., 1], 0.003))
    near = (
        cv2.resize(skin.astype(np.uint8), (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_NEAREST) > 0
    )
    fine = blurred(grey, sigma_px=1.0) - blurred(grey, sigma_px=2.0)
    coarse = blurred(grey, sigma_px=4.0) - blurred(grey, sigma_px=8.0)
    if not near.any():
        return None
    step = 2.2 / 255 / float(np.exp(np.median(grey[near])) ** (1 / 2.2))
    detail, body = (float(np.percentile(np.abs(side[near]), 90)) for side in (fine, coarse))
    share = math.sqrt(max(0.0, detail**2 - (0.25 * step) ** 2)) / (body + 1e-6)
    if share < BLUR_MAX:
        return Reason(
            f"{who}.focus",
            "The photograph is not sharp.",
            "Wipe the lens, tap on the skin to focus, hold still, and keep a hand's width more distance.",
        )
    return None

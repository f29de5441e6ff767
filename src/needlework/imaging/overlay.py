"""
What was counted, drawn on the photograph; and the pair, aligned, for a slider.

Everything here is for eyes, not for measuring: JPEG files in sRGB without metadata.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from needlework.imaging import wrinkles
from needlework.imaging.icc import Floats
from needlework.imaging.optics import blurred, haemoglobin
from needlework.imaging.pair import Sight
from needlework.imaging.photo import display, jpeg
from needlework.imaging.regions import Mask, Region

QUALITY = 88
RED_FULL_OD = 0.25
"""The change of haemoglobin density that is drawn in full colour."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """Two JPEG files of the same size that lie on each other, and where they lie on the before photograph."""

    before: bytes
    after: bytes
    left_px: float
    top_px: float
    width_px: float
    height_px: float


def aligned(sight: Sight) -> Aligned:
    """Both photographs on the common grid, the after one in the colours of the before one."""
    pair, grid = sight.pair, sight.pair.grid
    return Aligned(
        before=_file(pair.before),
        after=_file(pair.after),
        left_px=grid.x_px,
        top_px=grid.y_px,
        width_px=grid.width * grid.step_px,
        height_px=grid.height * grid.step_px,
    )


def overlays(sight: Sight, regions: tuple[Region, ...]) -> dict[str, bytes]:
    """
    JPEG files by name: `aligned-before`, `aligned-after`, and what each
    measure has counted: `wrinkles-before`, `wrinkles-after`, `redness-change`.
    """
    both = aligned(sight)
    return {
        "aligned-before": both.before,
        "aligned-after": both.after,
        "redness-change": redness_change(sight, regions),
        "wrinkles-before": lines(sight, regions, after=False),
        "wrinkles-after": lines(sight, regions, after=True),
    }


def lines(sight: Sight, regions: tuple[Region, ...], *, after: bool) -> bytes:
    """The lines counted, the stronger the fuller, on one of the two photographs."""
    pair = sight.pair
    density = pair.after if after else pair.before
    picture = display(cv2.exp(-density)).astype(np.float32)
    for region in regions:
        mask = pair.mask(region)
        if int(mask.sum()) < wrinkles.PIXELS_MIN:
            continue
        found = wrinkles.find(pair, mask)
        response = np.where(found.chosen, found.after if after else found.before, 0.0)
        strength = (
            np.clip(response / (np.percentile(response[found.chosen], 95) + 1e-6), 0, 1)
            if found.chosen.any()
            else response
        )
        share = (0.85 * strength)[..., None]
        picture = picture * (1 - share) + np.array([30, 60, 160], np.float32) * share
    return _outlined(picture, sight, regions)


def redness_change(sight: Sight, regions: tuple[Region, ...]) -> bytes:
    """Where redness grew (red) and where it fell (blue), over a grey picture."""
    pair = sight.pair
    moved = blurred(haemoglobin(pair.after) - haemoglobin(pair.before), sigma_px=6)
    measured = np.zeros(pair.usable.shape, bool)
    for region in regions:
        measured |= pair.mask(region)
    strength = np.where(measured, np.clip(moved / RED_FULL_OD, -1, 1), 0.0)[..., None]
    grey = display(cv2.exp(-pair.before)).astype(np.float32).mean(axis=2, keepdims=True).repeat(3, axis=2)
    colour = np.where(strength > 0, np.array([190, 30, 40], np.float32), np.array([30, 80, 190], np.float32))
    share = 0.8 * np.abs(strength)
    return _outlined(grey * (1 - share) + colour * share, sight, regions)


def _outlined(picture: Floats, sight: Sight, regions: tuple[Region, ...]) -> bytes:
    drawn = np.clip(picture, 0, 255).astype(np.uint8)
    for region in regions:
        inside: Mask = sight.pair.inside(region) if region.polygon else sight.pair.skin
        edges, _ = cv2.findContours(inside.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        cv2.drawContours(drawn, edges, -1, (250, 245, 230), 2, cv2.LINE_AA)
    return jpeg(drawn, quality=QUALITY)


def _file(density: Floats) -> bytes:
    return jpeg(display(cv2.exp(-density)), quality=QUALITY)

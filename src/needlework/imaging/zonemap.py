"""The zones of a face drawn on its photograph, for eyes and not for measuring."""

import cv2
import numpy as np
from numpy.typing import NDArray

from needlework.imaging.align import reduced
from needlework.imaging.photo import Photo, display, jpeg
from needlework.imaging.regions import Region
from needlework.imaging.zones import Found

LONGEST_PX = 1800
QUALITY = 88
COLOURS = ((32, 104, 160), (176, 84, 28), (40, 128, 84), (140, 56, 128), (150, 120, 20))
"""Of the zones in turn; neighbours differ."""
TINT = 0.3


def drawn(photo: Photo, found: Found) -> bytes:
    """
    A JPEG file in sRGB without metadata: each zone tinted where its skin is bare, its name in it, and what is
    left out in white.
    """
    light, scale = reduced(photo, longest_px=LONGEST_PX)
    picture = display(light)
    height, width = picture.shape[:2]
    covered = found.cover.on(x_px=0.0, y_px=0.0, step_px=1 / scale, width=width, height=height)
    for one in found.leave_out:
        cv2.fillPoly(left := covered.astype(np.uint8), [_outline(one, scale)], 1, shift=4)
        covered = left > 0
    thick = max(1, round(max(height, width) / 900))
    for number, region in enumerate(found.regions):
        colour = COLOURS[number % len(COLOURS)]
        inside = np.zeros((height, width), np.uint8)
        cv2.fillPoly(inside, [_outline(region, scale)], 1, shift=4)
        bare = (inside > 0) & ~covered
        picture[bare] = np.round(picture[bare] * (1 - TINT) + np.array(colour) * TINT).astype(np.uint8)
        cv2.polylines(picture, [_outline(region, scale)], True, colour, thick, cv2.LINE_AA, shift=4)
    for one in found.leave_out:
        cv2.polylines(picture, [_outline(one, scale)], True, (250, 250, 250), thick, cv2.LINE_AA, shift=4)
    for region in found.regions:
        _named(picture, region, scale)
    return jpeg(picture, quality=QUALITY)


def _outline(region: Region, scale: float) -> NDArray[np.int32]:
    """In sixteenths of a pixel of the reduced picture."""
    return np.round((np.array(region.polygon) * scale - 0.5) * 16).astype(np.int32)


def _named(picture: NDArray[np.uint8], region: Region, scale: float) -> None:
    """A zone's name in its middle, dark on a light edge."""
    at = np.array(region.polygon) * scale
    size = min(max(0.35, float(np.ptp(at[:, 0])) / 420), max(picture.shape[:2]) / 3000)
    (wide, high), _ = cv2.getTextSize(region.name, cv2.FONT_HERSHEY_SIMPLEX, size, 1)
    x, y = at.mean(axis=0)
    corner = (round(float(x) - wide / 2), round(float(y) + high / 2))
    for colour, aside in (((250, 250, 250), ((-1, 0), (1, 0), (0, -1), (0, 1))), ((20, 20, 20), ((0, 0),))):
        for right, down in aside:
            place = (corner[0] + right, corner[1] + down)
            cv2.putText(picture, region.name, place, cv2.FONT_HERSHEY_SIMPLEX, size, colour, 1, cv2.LINE_AA)

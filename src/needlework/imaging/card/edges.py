"""Is a card sharp? By the step from black to grey at the sides of its fiducials."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from needlework.imaging.card.design import MARKER_MM
from needlework.imaging.card.fiducials import SQUARE, Corners, landed
from needlework.imaging.card.record import no
from needlework.imaging.icc import Floats
from needlework.imaging.photo import Photo
from needlework.records.why import Refusal

EDGE_MAX_MM = 1.15
"""Width over which black turns to grey, 10 to 90 %; beyond it neighbours run into what is read of a patch."""


def blurred(edge_mm: float) -> Refusal:
    """What to do about a card whose edges are so wide."""
    return no(
        "focus",
        f"The card is not sharp: its edges are {edge_mm:.1f} mm wide.",
        "Lay it at the height of the skin, tap on it to focus, and hold still.",
    )


def edge_mm(photo: Photo, found: Corners) -> float:
    """
    Width of the step from black to grey at the sides of the fiducials, 10 to 90 %, their median.

    Each fiducial is looked at by its own corners, so that a bent card is not taken for a blurred one.
    """
    across, along = np.linspace(-1.8, 1.8, 73), np.linspace(2.0, MARKER_MM - 2.0, 33)
    sides = (
        [(side + d, t) for side in (0.0, MARKER_MM) for d in across for t in along],
        [(t, side + d) for side in (0.0, MARKER_MM) for d in across for t in along],
    )
    shape = (2, len(across), len(along))
    widths = []
    for corners in found.values():
        to_px = cv2.getPerspectiveTransform(SQUARE.astype(np.float32), corners.astype(np.float32))
        for lines in sides:
            at = landed(to_px, np.array(lines)).astype(np.float32)
            for profile in _profiles(photo, at, shape=shape):
                widths.append(_rise(profile, step=float(across[1] - across[0])))
    return float(np.median(widths))


def _profiles(photo: Photo, at: NDArray[Any], *, shape: tuple[int, int, int]) -> Floats:
    """Mean green light along lines that run beside each of two edges."""
    left, top = np.maximum(0, np.floor(at.min(axis=0)).astype(int) - 2)
    right, bottom = np.ceil(at.max(axis=0)).astype(int) + 3
    light = photo.linear_of(slice(top, bottom), slice(left, right))
    if light.size == 0:
        return np.zeros(shape[:2], np.float32)
    x, y = (at - (left, top)).T.reshape(2, shape[0] * shape[1], shape[2]).astype(np.float32)
    green = np.ascontiguousarray(light[..., 1])
    seen = cv2.remap(green, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    profiles: Floats = seen.reshape(shape).mean(axis=2)
    return profiles


def _rise(profile: Floats, *, step: float) -> float:
    """Distance over which a step goes from a tenth to nine tenths of its height."""
    rising = profile if profile[-1] > profile[0] else profile[::-1]
    low, high = float(rising[: len(rising) // 5].mean()), float(rising[-len(rising) // 5 :].mean())
    share = (rising - low) / max(high - low, 1e-6)
    middle = int(np.argmin(np.abs(share - 0.5)))
    before = np.flatnonzero(share[: middle + 1] <= 0.1)
    after = np.flatnonzero(share[middle:] >= 0.9)
    if not len(before) or not len(after):
        return step * len(profile)
    return float(step * (middle + after[0] - before[-1]))

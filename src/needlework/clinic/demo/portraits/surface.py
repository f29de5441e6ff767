"""The fine relief of skin, too small for the lamps: pores, the net between them, and scars."""

from functools import lru_cache

import cv2
import numpy as np

from needlework.clinic.demo.portraits.canvas import (
    EYES_PX,
    HEIGHT_PX,
    PX_PER_MM,
    WIDTH_PX,
    Plane,
    blur,
    enlarge,
    pixels,
)
from needlework.clinic.demo.portraits.maps import both, clouds, hill
from needlework.clinic.demo.portraits.proportions import Build


@lru_cache(maxsize=1)  # the same on every visit
def pores(b: Build) -> Plane:
    """Pores and the net between them. [mm]"""
    return _pores(b) + _grain(b)


def _pores(b: Build) -> Plane:
    """Pore openings, densest on nose and inner cheeks. [mm, negative]"""
    chance = b.draws(2)
    at = np.column_stack([chance.uniform(-72, 72, 26000), chance.uniform(-80, 112, 26000)])
    x, y = at.T
    dense = 0.25 + both(x, y, (22, 32), (17, 18)) + hill(x, y, (0, 30), (14, 24))
    at = at[chance.uniform(0, 1.2, len(at)) < dense]
    openings = np.round(at * PX_PER_MM + EYES_PX).astype(int)
    z = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
    z[openings[:, 1], openings[:, 0]] = -chance.uniform(0.15, 0.6, len(at)) * (0.9 + 0.5 * (1 - b.woman))
    return blur(z, 0.22)


def _grain(b: Build) -> Plane:
    """The fine net of furrows between the pores. [mm]"""
    chance = b.draws(3)
    fine = chance.standard_normal((HEIGHT_PX, WIDTH_PX), np.float32)
    return (blur(fine, 0.2) - blur(fine, 0.5)) * 0.05 + enlarge(clouds(chance, 2.2) * 0.012)


def scars(b: Build, much: float) -> Plane:
    """Atrophic scars on cheeks and temples: rolling, boxcar and narrow ones. [mm, negative]"""
    chance = b.draws(4)
    z = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
    if not much:
        return z
    for size, count, depth in ((2.8, 24, 0.85), (1.6, 44, 0.65), (0.8, 60, 0.45)):
        canvas = np.zeros((HEIGHT_PX, WIDTH_PX), np.uint8)
        for _ in range(count):
            side, x, y = chance.choice((-1, 1)), chance.normal(44, 9), chance.normal(42, 15)
            bend, long, shade = chance.uniform(0, 180), chance.uniform(0.75, 1.3), chance.uniform(0.5, 1)
            centre = pixels(np.array([[side * x, y]], np.float32), 0)[0].tolist()
            axes = [max(1, round(size * f * PX_PER_MM / 2)) for f in (long, 0.85)]
            cv2.ellipse(canvas, centre, axes, bend, 0, 360, int(255 * shade), -1, cv2.LINE_AA)
        z -= depth * much / 255 * blur(canvas.astype(np.float32), size * 0.24)
    return z

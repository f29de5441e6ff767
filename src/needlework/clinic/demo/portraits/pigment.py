"""Melanin of the skin: its even base, its mottling, and spots."""

import cv2
import numpy as np

from needlework.clinic.demo.portraits.canvas import (
    HEIGHT_PX,
    PX_PER_MM,
    WIDTH_PX,
    Plane,
    blur,
    enlarge,
    pixels,
)
from needlework.clinic.demo.portraits.maps import both, clouds, coarse_grid, hill
from needlework.clinic.demo.portraits.proportions import Build
from needlework.records.skin import SkinType

PIGMENT = {
    SkinType.I: 0.02,
    SkinType.II: 0.26,
    SkinType.III: 0.67,
    SkinType.IV: 1.02,
    SkinType.V: 1.85,
    SkinType.VI: 2.90,
}
"""Melanin of facial skin in units of `skin.MELANIN`; chosen to fall into the ITA bands of the six types."""


def _freckles(b: Build, spots: float) -> Plane:
    """Spots of pigment: small freckles, larger sun spots, a few moles that stay. [melanin units]"""
    chance, light = b.draws(5), b.face.skin_type in (SkinType.I, SkinType.II)
    spread = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
    many = 520 if light else 190
    sorts = ((0.5, many, 0.75, spots), (1.25, 70, 0.70, spots), (2.6, 20, 0.50, spots), (0.75, 5, 1.5, 1.0))
    for size, count, strength, much in sorts:
        canvas = np.zeros((HEIGHT_PX, WIDTH_PX), np.uint8)
        for _ in range(count):
            x, y, shade = chance.normal(0, 34), chance.normal(18, 28), chance.uniform(0.3, 1.0)
            axes = (
                np.maximum(1, np.round(size * PX_PER_MM * chance.uniform(0.35, 0.65, 2))).astype(int).tolist()
            )
            centre = pixels(np.array([[x, y]], np.float32), 0)[0].tolist()
            cv2.ellipse(
                canvas, centre, axes, chance.uniform(0, 180), 0, 360, int(255 * shade), -1, cv2.LINE_AA
            )
        if much:
            spread += strength * much / 255 * blur(canvas.astype(np.float32), 0.18 + 0.16 * size)
    return spread


def melanin(b: Build, spots: float) -> Plane:
    """Pigment: even base, soft mottling, darker lids and lips' surround, spots."""
    x, y = coarse_grid()
    base = PIGMENT[b.face.skin_type]
    lids = both(x, y, (b.eye_x - 1, 4), (14, 9)) * 0.12 + both(x, y, (20, 4), (6, 7)) * 0.06
    rim = hill(x, y, (0, 40), (60, 75))  # mid-face sees more sun than neck and ears, on light skin
    tone = base * (0.97 + lids * (0.5 + base * 0.3) + 0.05 * (1 - rim)) + 0.03 * rim
    mottle = 0.022 * clouds(b.draws(6), 14) + 0.020 * clouds(b.draws(7), 4) + 0.016 * clouds(b.draws(8), 1.6)
    mottle = mottle / (1 + 0.35 * base)  # deep skin is no blotchier to the eye than pale skin
    marked = _freckles(b, spots) * (0.75 + 0.25 * base)
    return enlarge(np.asarray(tone * (1 + mottle) + 0.5 * mottle, np.float32)) + marked

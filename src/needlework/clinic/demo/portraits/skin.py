"""
The light that comes back from skin: optical densities of dermis, melanin and blood, under a fine relief.
"""

import cv2
import numpy as np

from needlework.clinic.demo.portraits import eyes, lamps, lines, mouth, pigment, surface
from needlework.clinic.demo.portraits.canvas import (
    HEIGHT_PX,
    WIDTH_PX,
    Plane,
    area,
    blur,
    enlarge,
    furrows,
)
from needlework.clinic.demo.portraits.face import Hair, Visit
from needlework.clinic.demo.portraits.maps import both, clouds, coarse_grid, hill, step
from needlework.clinic.demo.portraits.pigment import PIGMENT
from needlework.clinic.demo.portraits.proportions import Build

DERMIS = (0.08, 0.24, 0.50)
"""Optical density (natural logarithm) of skin without pigment and blood, red green blue."""
MELANIN = (0.635, 0.84, 1.08)
BLOOD = (0.07, 0.62, 0.48)
SEAMS = (0.8, 1.0, 1.05)
"""Of the line between the lips and of the nostrils."""
REDDER_SHADOWS = (0.88, 1.0, 1.04)
"""Powers of the light on skin: what comes back from a shadow has travelled through blood."""


def _blood(b: Build, redness: float) -> Plane:
    """Haemoglobin: cheeks, nose, chin and ears; the day's redness lies on cheeks and nose in patches."""
    x, y = coarse_grid()
    cheeks = both(x, y, (37, 30), (17, 16))
    nose = hill(x, y, (0, b.nose_y - 6), (11, 11))
    steady = 0.36 + 0.13 * cheeks + 0.13 * nose + 0.07 * hill(x, y, (0, b.mouth_y + 32), (15, 11))
    steady += 0.12 * (np.abs(x) > 69) * (y > -20) * (y < 45) - 0.05 * both(x, y, (b.eye_x, -8), (16, 6))
    flush = cheeks + 0.75 * nose + 0.25 * hill(x, y, (0, -45), (30, 14))
    patches = 1 + 0.22 * clouds(b.draws(9), 7) + 0.16 * clouds(b.draws(10), 2.5)
    today = 0.85 * redness * flush * patches
    return enlarge(np.asarray(steady + 0.03 * clouds(b.draws(11), 5) + today, np.float32))


def _density(b: Build, visit: Visit, light: Plane) -> Plane:
    """Optical density of all skin, lips and nostrils included, and of the shadows on it; three channels."""
    melanin, blood = pigment.melanin(b, visit.spots), _blood(b, visit.redness)
    upper, lower, line = mouth.lips(b)
    red = np.maximum(area(upper, soft_mm=0.7), area(lower, soft_mm=0.8))
    deep = PIGMENT[b.face.skin_type]
    melanin = melanin * (1 - 0.10 * red) + (0.10 + 0.12 * min(deep, 1.2)) * area(upper, soft_mm=0.8)
    blood = blood + (0.62 + 0.16 * b.woman) * red
    seam = furrows([line], 4, soft_mm=0.45) * 1.1 + furrows([line], 5, soft_mm=1.3) * 0.5
    seams = (seam + 1.5 * mouth.nostrils(b)) * 0.85
    dark = eyes.shadow(b) * 0.7
    dark = dark + _beard(b) if b.woman < 0.5 else dark
    parts = zip(DERMIS, MELANIN, BLOOD, SEAMS, REDDER_SHADOWS, strict=True)
    shadows = np.log(light)
    layers = [d + m * melanin + h * blood + k * seams + dark - r * shadows for d, m, h, k, r in parts]
    return np.asarray(cv2.merge(layers), np.float32)


def _beard(b: Build) -> Plane:
    """The shadow of a shaved beard. [optical density]"""
    x, y = coarse_grid()
    jaw = hill(x, y, (0, 100), (48, 38)) + 0.9 * both(x, y, (58, 62), (9, 24))
    jaw = step(0.30, 0.75, jaw + hill(x, y, (0, b.mouth_y - 11), (19, 4.5)))
    jaw = jaw * (1 - step(116, 140, y)) * (1 - hill(x, y, (0, b.mouth_y), (24, 7)))
    chance = b.draws(19)
    dots = (chance.random((HEIGHT_PX, WIDTH_PX), np.float32) < 0.05).astype(np.float32)
    dark = {Hair.BLACK: 1.0, Hair.BROWN: 0.8, Hair.RED: 0.45, Hair.BLOND: 0.35}.get(b.face.hair, 0.4)
    return enlarge(np.asarray(jaw, np.float32)) * dark * (0.10 + 0.9 * blur(dots, 0.16))


def light_from(b: Build, visit: Visit, z: Plane, light: Plane) -> Plane:
    """Light from the skin, before anything grows on it."""
    fine = surface.pores(b) + lines.relief(b, visit.wrinkles) + surface.scars(b, visit.scars)
    lit = _density(b, visit, light)
    np.exp(-lit, out=lit)
    lit *= lamps.fine_shading(fine)
    lit += cv2.cvtColor(lamps.shine(b, z, fine), cv2.COLOR_GRAY2RGB)
    return lit

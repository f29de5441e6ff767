"""Open eyes between their lids."""

import numpy as np

from needlework.clinic.demo.portraits.canvas import (
    EYES_PX,
    HEIGHT_PX,
    PX_PER_MM,
    WIDTH_PX,
    Plane,
    area,
    furrows,
    mix,
    strokes,
)
from needlework.clinic.demo.portraits.curves import Curve, spline
from needlework.clinic.demo.portraits.face import Hair
from needlework.clinic.demo.portraits.maps import hill, step
from needlework.clinic.demo.portraits.proportions import Build
from needlework.records.skin import SkinType

IRIS = {
    "brown": (0.090, 0.042, 0.020),
    "dark brown": (0.040, 0.020, 0.011),
    "hazel": (0.150, 0.100, 0.045),
    "green": (0.130, 0.150, 0.085),
    "blue": (0.130, 0.190, 0.260),
    "grey": (0.170, 0.195, 0.215),
}


def lid(b: Build, side: int) -> tuple[Curve, Curve]:
    """Upper and lower edge of an eye, from the inner to the outer corner."""
    o, w, tilt = b.eye_open, b.eye_round, b.eye_tilt
    upper = [
        (-14.2, 2.2),
        (-9.8, -2 * o),
        (-3.5, -4.6 * o),
        (4, -4.7 * o),
        (10, -2.5 * o),
        (14.6, 0.8 - tilt),
    ]
    lower = [(-14.2, 2.2), (-9, 3.3), (-1, 4.5 * o), (7, 4.2 * o), (14.6, 0.8 - tilt)]
    place = np.array([side, 1], np.float32), np.array([side * b.eye_x, 0], np.float32)
    top, bottom = (np.asarray(spline(p) * (w, 1) * place[0] + place[1], np.float32) for p in (upper, lower))
    return top, bottom


def _iris_colour(b: Build) -> Plane:
    light = {SkinType.I: 0.75, SkinType.II: 0.6, SkinType.III: 0.25}.get(b.face.skin_type, 0.0)
    chance = b.draws(12)
    pale = chance.uniform() < light and b.face.hair is not Hair.BLACK
    names = ("blue", "green", "grey", "hazel") if pale else ("brown", "dark brown")
    return np.array(IRIS[str(chance.choice(names))], np.float32)


def open_eye(b: Build, side: int, light: Plane) -> tuple[Plane, Plane]:
    """One open eye: its light and where it lies."""
    top, bottom = lid(b, side)
    white = np.array([0.51, 0.465, 0.435], np.float32)
    column, row = (int(EYES_PX[0] + side * b.eye_x * PX_PER_MM) - 84, int(EYES_PX[1]) - 50)
    at = np.s_[row : row + 100, column : column + 168]
    y, x = (grid.astype(np.float32) for grid in np.mgrid[at])
    x, y = (x - EYES_PX[0]) / PX_PER_MM - side * b.eye_x, (y - EYES_PX[1]) / PX_PER_MM + 0.4
    r, angle = np.hypot(x, y), np.arctan2(y, x)
    rays = 1 + 0.16 * np.sin(angle * 23 + 3 * np.sin(angle * 5)) * step(2, 4, r)
    rays = rays + 0.25 * (1 - step(2.4, 4.6, r))
    ball = white * (1 - 0.35 * np.clip(np.abs(x) / 15, 0, 1) ** 2)[..., None]
    ball = mix(ball, _iris_colour(b) * rays[..., None], 1 - step(5.5, 6.1, r))
    ball = ball * (1 - 0.45 * step(4.4, 5.7, r) * (1 - step(5.8, 6.4, r)))[..., None]
    ball = mix(ball, np.array([0.008, 0.008, 0.009], np.float32), 1 - step(1.8, 2.2, r))
    ball = mix(ball, np.array([0.50, 0.26, 0.22], np.float32), hill(x * side, y, (-13.2, 2.2), (1.7, 1.6)))
    shade = 1 - 0.8 * furrows([top], 12, soft_mm=1.4)[at]
    ball = ball * (shade * np.clip(light[at], 0.4, 0.95))[..., None]
    glint = np.exp(-(((x + 1.7) / 0.9) ** 4) - ((y + 1.6) / 1.0) ** 4) * 0.6
    whole = np.zeros((HEIGHT_PX, WIDTH_PX, 3), np.float32)
    whole[at] = ball + glint[..., None]
    return whole, area(np.vstack([top, bottom[::-1]]), soft_mm=0.16)


def shadow(b: Build) -> Plane:
    """Darkening of the lash line, the lid's crease and the lower lashes. [optical density]"""
    tops, bottoms = zip(*(lid(b, s) for s in (-1, 1)), strict=True)
    lift = np.array([0, -3.4 - 0.4 * b.woman + 1.4 * b.age], np.float32)
    creases = [np.asarray(t[4:] * (1, 0.92) + lift, np.float32) for t in tops]
    line = strokes(tops, 1.0, 4, soft_mm=0.25) * (1.5 + 0.7 * b.woman)
    low = strokes(bottoms, 1.0, 3, soft_mm=0.35) * 0.45
    fold = furrows(creases, 3, soft_mm=0.5) * 0.75 + furrows(creases, 6, soft_mm=1.6) * 0.3
    return np.asarray(line + low + fold, np.float32)

"""The height of head, neck and ears towards the camera, in millimetres and coarse: what the lamps fall on."""

import math

import numpy as np

from needlework.clinic.demo.portraits.canvas import COARSE, PX_PER_MM, Plane, area, blur, shrink
from needlework.clinic.demo.portraits.curves import Curve, mirror, points, spline
from needlework.clinic.demo.portraits.maps import both, coarse_grid, hill, step
from needlework.clinic.demo.portraits.proportions import Build


def ear_shift(b: Build) -> float:
    return float(b.outline()[:, 0].max() / 70.5)


def ear(b: Build) -> Curve:
    rim = points("67,-2 72,-9 77.5,-8 80,0 79,12 76.5,24 73.5,33 69,38 65,36 64,15")
    return spline(rim, closed=True) * np.array([ear_shift(b), 1], np.float32)


def _neck_half(b: Build, y: Plane) -> Plane:
    """Half the width of neck and shoulders at a height. [mm]"""
    half = np.interp(y, [60, 105, 128, 143, 152, 160, 176, 210], [51, 50, 51, 55, 62, 84, 128, 190])
    return np.asarray(half * (1.03 - 0.13 * b.woman), np.float32)


def neck_outline(b: Build) -> Curve:
    y = np.linspace(40, 210, 86, dtype=np.float32)
    side = np.column_stack([_neck_half(b, y), y])
    return np.asarray(np.vstack([side, mirror(side)[::-1]]), np.float32)


def _head(b: Build, x: Plane, y: Plane) -> Plane:
    """Height of the head towards the camera, without features; very low outside its outline."""
    outline = b.outline() - np.array([0, 8], np.float32)
    angle, radius = np.arctan2(outline[:, 1], outline[:, 0]), np.hypot(outline[:, 0], outline[:, 1])
    order = np.argsort(angle)
    reach = np.interp(np.arctan2(y - 8, x), angle[order], radius[order], period=2 * math.pi)
    r = np.hypot(x, y - 8) / reach
    return np.asarray(80 * np.clip(1 - np.clip(r, 0, 1) ** 2.7, 0, 1) ** 0.52 - 60 * (r > 1), np.float32)


def _features(b: Build, x: Plane, y: Plane) -> Plane:
    """Brow, eyes, nose, cheeks, mouth and chin on top of the head. [mm]"""
    man, ny, my = 1 - b.woman, b.nose_y, b.mouth_y
    along = np.clip((y + 12) / (ny + 10), 0, 1)  # 0 at the root of the nose, 1 at its tip
    ridge = np.exp(-0.5 * (x / (5.2 + 4.2 * along**2) / b.nose_wide) ** 2)
    nose = b.nose_high * (3.5 + 15 * along**1.3) * ridge * step(-24, 0, y) * (1 - step(ny - 5, ny + 5.5, y))
    z = nose + 5.5 * b.nose_high * hill(x, y, (0, ny - 5), (7.5 * b.nose_wide, 6))
    z += 6.5 * both(x, y, (13.0 * b.nose_wide, ny - 1.5), (4.6, 5.0))
    z -= 2.2 * both(x, y, (19.5 * b.nose_wide, ny - 1), (2.6, 5))
    z += (2.6 + 2.2 * man) * both(x, y, (24, b.brow_y - 1), (17, 6.5)) + 1.5 * man * hill(
        x, y, (0, -17), (9, 7)
    )
    z -= 8.0 * both(x, y, (b.eye_x - 2, 1), (15, 10.5)) + 3.0 * both(x, y, (17, -4), (6, 8))
    z += 7.2 * both(x, y, (b.eye_x, 0.5), (9.5, 7.5)) + 1.3 * both(x, y, (b.eye_x, -6.2), (12, 1.9))
    z -= 1.2 * both(x, y, (b.eye_x, -10), (12, 1.7))
    z += 1.6 * b.age * both(x, y, (b.eye_x + 2, 9), (11, 3))
    z -= (0.6 + 1.6 * b.age) * both(x, y, (b.eye_x - 5, 14), (11, 4))
    z += 4.4 * b.cheek * both(x, y, (44, 25), (16, 13)) + 2.8 * both(x, y, (33, 36), (13, 13))
    z -= (2.6 + 2.0 * b.age) * both(x, y, (52, 58), (11, 17))
    z += 4.5 * hill(x, y, (0, my - 2), (22, 17)) + (1.0 + 2.0 * b.age) * both(x, y, (34, my + 8), (9, 12))
    z -= 1.5 * hill(x, y, (0, my - 12), (2.6, 6)) - 0.7 * both(x, y, (4.5, my - 11), (2, 6))
    z += 2.2 * b.lip_full * hill(x, y, (0, my - 3.2), (15, 2.8)) + 3.4 * b.lip_full * hill(
        x, y, (0, my + 5.2), (13, 3.6)
    )
    z -= 2.2 * hill(x, y, (0, my), (12, 1.3)) + 1.4 * both(x, y, (b.lip_wide + 1, my + 0.5), (3.4, 3.4))
    z -= 3.2 * hill(x, y, (0, my + 16), (16, 4))
    z += 5.0 * b.chin * hill(x, y, (0, my + 32), (15, 10))
    return np.asarray(z - 1.4 * both(x, y, (66, -28), (9, 22)), np.float32)


def _neck(b: Build, x: Plane, y: Plane) -> Plane:
    u = np.abs(x) / _neck_half(b, y)
    z = 2 + 27 * np.sqrt(1 - np.clip(u, 0, 1) ** 2.4) - 40 * (u > 1.02) + 12 * step(140, 195, y)
    middle = np.interp(y, [110, 178], [37, 10]).astype(np.float32)
    z += 2.0 * np.exp(-0.5 * ((np.abs(x) - middle) / 5.5) ** 2) * step(105, 140, y)  # the two long muscles
    z -= 4.0 * hill(x, y, (0, 175), (8, 8))
    return np.asarray(z + (1 - b.woman) * 1.8 * hill(x, y, (0, 138), (7, 8)), np.float32)


def _ears(b: Build, x: Plane, y: Plane) -> Plane:
    u = np.abs(x) / ear_shift(b)
    rim = np.hypot((u - 70.5 - 0.06 * (15 - y)) / 7.2, (y - 13) / 22)
    return np.asarray(
        20 + 4 * np.exp(-0.5 * ((rim - 0.92) / 0.13) ** 2) - 4.5 * np.exp(-0.5 * (rim / 0.42) ** 2)
        + 2.2 * np.exp(-0.5 * ((rim - 0.52) / 0.12) ** 2) * (y < 22) - 6 * (rim > 1.3), np.float32
    )  # fmt: skip


def height(b: Build) -> Plane:
    """Everything that is skin, coarse. [mm]"""
    x, y = coarse_grid()
    ears = np.where(shrink(area(ear(b), mirror(ear(b)))) > 0.5, _ears(b, x, y), -40)
    front = _head(b, x, y)
    z = np.maximum(np.maximum(_neck(b, x, y), ears), front)
    z = z + _features(b, x, y) * np.clip(front / 30, 0, 1)
    return blur(np.asarray(z, np.float32), 0.9, PX_PER_MM / COARSE)

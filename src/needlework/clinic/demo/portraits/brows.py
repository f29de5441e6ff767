"""The short hairs of a face: lashes and brows."""

import math

import numpy as np

from needlework.clinic.demo.portraits import eyes
from needlework.clinic.demo.portraits.canvas import Plane, blur, strokes
from needlework.clinic.demo.portraits.curves import spline
from needlework.clinic.demo.portraits.proportions import Build


def lashes(b: Build) -> Plane:
    chance, hairs = b.draws(13), []
    for side in (-1, 1):
        top, bottom = eyes.lid(b, side)
        for edge, long, up in ((top, 1.9 + 1.1 * b.woman, -1), (bottom, 1.1, 0.8)):
            for f in chance.uniform(0.18, 1.0, 70 if up < 0 else 26):
                x, y = edge[min(int(f * len(edge)), len(edge) - 1)]
                fan = side * (f - 0.35) * 1.1
                far = long * chance.uniform(0.6, 1.0)
                hair = np.array([(0, 0), (0.5 * fan, 0.42 * up), (fan, up)]) * far + (x, y)
                hairs.append(hair)
    return strokes(spline(np.array(hairs), steps=4), chance.uniform(0.3, 0.8, len(hairs)))


def brows(b: Build) -> Plane:
    """Hairs of both brows, growing upwards at the nose and outwards at the temple."""
    chance, hairs, y0 = b.draws(14), [], b.brow_y
    for side in (-1, 1):
        middle = spline([(-17, y0 + 2.2), (-8, y0 - 0.4), (4, y0 - 2.4), (12, y0 - 1.6), (21, y0 + 3.0)])
        for f in chance.beta(1.15, 1.25, int(300 * b.brow_full + 60)):
            x, y = middle[int(f * (len(middle) - 1))]
            thick = (2.9 - 2.2 * f**2) * b.brow_full * min(1, 0.55 + 3 * f)
            lean = math.radians(62 - 78 * min(f * 1.5, 1) + chance.normal(0, 9))
            y = y + chance.uniform(-1, 1) * thick
            far = chance.uniform(3.5, 6.5) * (1 - 0.3 * f)
            tip = (x + far * math.cos(lean), y - far * math.sin(lean) * 0.8 + 0.6 * f)
            bow = ((x + tip[0]) / 2, (y + tip[1]) / 2 - 0.4)
            hair = np.array([(x, y), bow, tip]) * (side, 1) + (side * b.eye_x, 0)
            hairs.append(hair)
    thin = strokes(spline(np.array(hairs), steps=4), chance.uniform(0.35, 0.95, len(hairs)))
    return np.clip(0.8 * thin + 0.5 * blur(thin, 0.8), 0, 1)

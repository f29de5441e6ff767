"""The hair of the head, hair by hair."""

import math

import cv2
import numpy as np

from needlework.clinic.demo.portraits import relief
from needlework.clinic.demo.portraits.canvas import (
    EYES_PX,
    HEIGHT_PX,
    PX_PER_MM,
    Plane,
    area,
    blur,
    enlarge,
    strokes,
    tinted,
)
from needlework.clinic.demo.portraits.curves import Curve, mirror, points, spline
from needlework.clinic.demo.portraits.face import Curl, Hair
from needlework.clinic.demo.portraits.maps import clouds, coarse_grid, step
from needlework.clinic.demo.portraits.proportions import Build

HAIR = {
    Hair.BLACK: (0.020, 0.016, 0.014),
    Hair.BROWN: (0.085, 0.050, 0.030),
    Hair.BLOND: (0.36, 0.25, 0.135),
    Hair.RED: (0.24, 0.090, 0.035),
    Hair.GREY: (0.30, 0.285, 0.27),
    Hair.WHITE: (0.62, 0.60, 0.57),
}


def _hair_edges(b: Build) -> tuple[Curve, Curve]:
    """Hairline and silhouette of the hair, matched point by point from ear to ear over the top."""
    man, bald = 1 - b.woman, (1 - b.woman) * b.age
    line = points("69.8,-6 67.5,-18 63.5,-32 58.5,-45 47,-57 27,-64.5 0,-66.5")
    young = [(0, 4), (-0.5, 2), (-1, 0), (-4, -3), (-3, -5), (2, 0), (0, 1)]  # a man's corners at the temples
    old = [(0, 0), (0, 0), (0, 0), (-3, -4), (-4, -10), (0, -14), (0, -8)]
    back = man * np.array(young) + bald * np.array(old)
    lift = {Curl.STRAIGHT: 0.5, Curl.WAVY: 2.5, Curl.COILED: 3.0 + 12 * b.woman}[b.face.curl] + 1.5 * man
    far = points("71.5,-6 74,-25 73,-48 66,-72 51.5,-94 28.5,-108 0,-112.5")
    grow = np.linspace(0.15, 1, 7)[:, None] ** 0.5 * lift * far / np.hypot(*far.T)[:, None]
    shift = np.array([relief.ear_shift(b), 1], np.float32)
    both = [spline(np.vstack([mirror(c), c[-2::-1]]) * shift, steps=24) for c in (line + back, far + grow)]
    return both[0], both[1]


def _strands(b: Build) -> Curve:
    """Hairs lying back from the hairline, 7 points each; short ones swept to a side."""
    chance, (line, far), many = b.draws(15), _hair_edges(b), 5200
    short, last = b.woman < 0.5, len(line) - 1
    k, start = chance.uniform(0, last, many), chance.uniform(-0.03, 0.9, many) ** 1
    length = chance.uniform(0.22, 0.5, many) if short else chance.uniform(0.4, 1.0, many)
    f = np.linspace(start, np.minimum(start + length, 1.03 if short else 1.0), 7, axis=1)
    sweep = chance.normal(9, 8, many) if short else chance.normal(0, 3, many) + (last / 2 - k) * 0.05
    slide = np.clip(k[:, None] + sweep[:, None] * (f - start[:, None]), 0, last).astype(int)
    path = line[slide] * (1 - f[..., None]) + far[slide] * f[..., None] + chance.normal(0, 0.2, (many, 7, 2))
    if b.face.curl is Curl.WAVY:
        path[..., 0] += 1.0 * np.sin(f * 14 + k[:, None] * 0.25)
    return np.asarray(path, np.float32)


def _coils(b: Build, line: Curve, far: Curve, many: int) -> Curve:
    """Tight loops filling the space between two matched curves, 8 points each."""
    chance = b.draws(20)
    k, f = chance.integers(0, len(line), many), chance.uniform(-0.02, 1.02, (many, 1))
    centre, radius = line[k] * (1 - f) + far[k] * f, chance.uniform(0.5, 1.3, (many, 1))
    angle = chance.uniform(0, 2 * math.pi, (many, 1)) + np.linspace(0, 1.6 * math.pi, 8)
    loops = centre[:, None] + np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    return np.asarray(loops, np.float32)


def _fall(b: Build) -> tuple[Curve, Curve]:
    """Long hair behind the neck: hairs 12 points each, and its outline on one side."""
    chance, many = b.draws(21), 1700
    near = spline([(40, -70), (44, 0), (44, 60), (44, 120), (42, 172)], steps=5)
    far = spline([(64, -70), (77, -10), (82, 50), (85, 110), (79, 168)], steps=5)
    f, side = chance.uniform(0, 1.02, (many, 1, 1)), chance.choice((-1, 1), (many, 1))
    path = near * (1 - f) + far * f + chance.normal(0, 0.5, (many, 1, 2))
    wave = 2.2 if b.face.curl is Curl.WAVY else 0.5
    path[..., 0] += wave * np.sin(path[..., 1] * 0.11 + 2.5 * f[..., 0] + chance.normal(0, 0.4, (many, 1)))
    path[..., 0] *= side
    return np.asarray(path, np.float32), np.vstack([near, far[::-1]])


def _hair_light(b: Build, strands: Curve, body: Plane, light: Plane, sheen: float) -> tuple[Plane, Plane]:
    """Light from hairs over a body of hair, and where they lie."""
    shades = b.draws(16).normal(0.5, 0.17, len(strands)).clip(0.1, 0.95)
    shade, lying = strokes(strands, shades, 2), strokes(strands, 1.0, 1)
    texture = 0.5 + 1.0 * blur(np.asarray(np.where(shade > 0.05, shade, 0.42), np.float32), 0.14)
    tone = enlarge(np.exp(0.10 * clouds(b.draws(17), 6)))
    y = (np.arange(HEIGHT_PX, dtype=np.float32)[:, None] - EYES_PX[1]) / PX_PER_MM
    gloss = np.exp(-0.5 * ((y + 92) / 9) ** 2) * sheen * texture * texture * texture
    lit = tinted(tone * texture * np.clip(light, 0.35, 1.1), HAIR[b.face.hair])
    lit += cv2.cvtColor(gloss, cv2.COLOR_GRAY2RGB)
    return lit, np.maximum(body, 0.9 * lying)


def in_front(b: Build, light: Plane) -> tuple[Plane, Plane]:
    """The hair of the head, in front: soft at the hairline, firm at the silhouette."""
    line, far = _hair_edges(b)
    coiled = b.face.curl is Curl.COILED
    strands = _coils(b, line, far, 6500) if coiled else _strands(b)
    start = 0.03 if coiled else 0.12
    body = area(
        np.vstack([line * (1 - start) + far * start, far[::-1] * 1.1]), soft_mm=1.2 if coiled else 2.2
    )
    within = area(np.vstack([line * 0.8, far[::-1] * 0.995]), soft_mm=0.5)
    return _hair_light(b, strands, body * within, light, 0.018 if coiled else 0.045)


def behind(b: Build) -> tuple[Plane, Plane] | None:
    """A woman's hair behind ears and shoulders, where she does not wear it up."""
    coiled = b.face.curl is Curl.COILED
    if b.woman < 0.5 or (b.face.seed % 3 == 0 and not coiled):
        return None
    x, y = coarse_grid()
    light = enlarge(np.asarray(0.75 - 0.35 * step(64, 40, np.abs(x)) * step(40, 100, y), np.float32))
    if coiled:
        near = spline([(55, -60), (58, -20), (58, 10), (55, 36)])
        far = spline([(78, -62), (86, -30), (85, 4), (72, 38)])
        loops = _coils(b, near, far, 1800)
        strands, side = np.vstack([loops, loops * (-1, 1)]), np.vstack([near, far[::-1]])
    else:
        strands, side = _fall(b)
    return _hair_light(b, strands, area(side, mirror(side), soft_mm=0.4), light, 0.0)

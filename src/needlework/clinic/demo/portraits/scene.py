"""Everything that stands before the camera, in linear light: wall, person, gown, hair."""

from dataclasses import dataclass
from functools import cache, lru_cache

import cv2
import numpy as np

from needlework.clinic.demo.portraits import brows, eyes, hair, lamps, relief, skin
from needlework.clinic.demo.portraits.canvas import Plane, area, enlarge, mix, strokes, tinted
from needlework.clinic.demo.portraits.curves import mirror, points, spline
from needlework.clinic.demo.portraits.face import Hair, Visit
from needlework.clinic.demo.portraits.hair import HAIR
from needlework.clinic.demo.portraits.maps import clouds, coarse_grid, step
from needlework.clinic.demo.portraits.proportions import Build

GOWNS = ((0.33, 0.44, 0.46), (0.40, 0.44, 0.50), (0.46, 0.46, 0.43), (0.36, 0.43, 0.39))


@dataclass(frozen=True, slots=True, eq=False)
class _Sitter:
    """All of a person that is the same on every visit; layers are pairs of light and where it lies."""

    relief: Plane
    light: Plane
    body: Plane
    behind: list[tuple[Plane, Plane]]
    over: list[tuple[Plane, Plane]]


def render(b: Build, visit: Visit) -> Plane:
    """The scene in linear light, as a perfect camera would see it."""
    sitter, picture = _sitter(b), _backdrop().copy()
    for light, where in sitter.behind:
        picture = mix(picture, light, where)
    picture = mix(picture, skin.light_from(b, visit, sitter.relief, sitter.light), sitter.body)
    for light, where in sitter.over:
        picture = mix(picture, light, where)
    return picture


@lru_cache(maxsize=1)  # photographs are mostly drawn person by person; a sitter is some 100 MB
def _sitter(b: Build) -> _Sitter:
    z = relief.height(b)
    light = np.clip(enlarge(lamps.illumination(z)), 0.02, 1.3)
    body = area(b.outline(), relief.neck_outline(b), relief.ear(b), mirror(relief.ear(b)), soft_mm=0.2)
    tuft = np.array(HAIR[b.face.hair], np.float32) * 0.6
    dense = 0.6 if b.face.hair in (Hair.GREY, Hair.WHITE) else 0.82
    over = [eyes.open_eye(b, side, light) for side in (-1, 1)]
    over += [(tuft * 0.8, brows.brows(b) * dense), (tuft * 0.4, brows.lashes(b) * 0.65)]
    over += [_gown(b), hair.in_front(b, light)]
    back = hair.behind(b)
    return _Sitter(relief=z, light=light, body=body, behind=[back] if back else [], over=over)


@cache
def _backdrop() -> Plane:
    """
    The same painted wall behind everybody: grey, a little uneven in light and in colour.

    Uneven on purpose: on a wall of one colour, 8 bits round every pixel the same way, and white balance
    read from it would be wrong by as much as a level.
    """
    x, y = coarse_grid()
    paint = np.random.default_rng(18)
    grey = enlarge(np.asarray(0.40 - 0.0004 * x - 0.000004 * (x**2 + (y - 20) ** 2), np.float32))
    grey = grey * (1 + 0.010 * clouds(paint, 1.0, fine=True))
    warm, cool = (enlarge(0.010 * clouds(paint, 45) + 0.012 * clouds(paint, 1.4)) for _ in range(2))
    return np.asarray(cv2.merge([grey * (0.99 + warm), grey, grey * (1.01 + cool)]), np.float32)


def _gown(b: Build) -> tuple[Plane, Plane]:
    """A plain clinic gown with a bound round neckline."""
    neck = spline(points("-71,149 -60,162 -40,176 -18,184 0,186 18,184 40,176 60,162 71,149"))
    shoulder = spline(points("71,149 100,158 145,176"))
    low = points("145,230 -145,230")
    body = np.vstack([neck, shoulder, low, mirror(shoulder)[::-1]])
    x, y = coarse_grid()
    folds = 0.05 * np.sin(np.abs(x) * 0.11 + y * 0.05) + 0.03 * np.sin(x * 0.23 - y * 0.12)
    light = enlarge(np.asarray(0.86 - 0.0017 * x - 0.3 * step(90, 150, np.abs(x)) + folds, np.float32))
    hem = strokes([neck + np.array([0, 4], np.float32)], 1.0, 2, soft_mm=0.3)
    shade = light * (1 - 0.30 * hem) + 0.012 * clouds(b.draws(18), 0.6, fine=True)
    return tinted(shade, GOWNS[b.face.seed % len(GOWNS)]), area(body, soft_mm=0.2)

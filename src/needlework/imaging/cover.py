"""
What lies over the skin of a face: hair, a beard, glasses, cloth.

Told by colour against the person's own skin, taken from nose and cheeks: the ratios of red to green and of
green to blue hardly depend on light, and brightness is compared with what the light alone does there. A spot
in the skin is no cover, however dark: what is small and stands alone inside the face stays skin.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from needlework.imaging.face import CHIN, TOP, Face, spaced
from needlework.imaging.icc import Floats
from needlework.imaging.photo import Photo
from needlework.imaging.regions import Mask, Region

TALL_PX = 360
"""Height of the piece of the picture that is looked at; about 0.8 mm a pixel."""
ROOM = (0.35, 0.55, 0.35, 0.95)
"""How far it reaches beyond the face: left, above, right, below, in heights of the face."""
OWN = (50, 101, 36, 205, 187, 207, 280, 330, 266, 425, 411, 427, 6, 197, 5, 9, 151, 199, 118, 347)
"""Where skin is seen in nearly everybody: cheeks, ridge of the nose, glabella, chin."""
FREE, DARK = 0.35, 0.85
"""
Natural logarithm of light by which skin may fall below what the light does there without being the less
believed, and by which it may fall further: a shadow keeps the colour of skin, hair mostly does not.
"""
UNUSUAL = 0.7
"""How far the light of a place that shows skin in most people may be from that of the others."""
SHADE = 1.6
"""The same as DARK below the jaw, which lies in the head's own shadow."""
CHROMA = 0.30
"""How far the two logarithms of ratios may be from the skin's own, together; spots and blood reach 0.25."""
FLUSHED = 1.6
"""By how much more skin may be redder than its own than paler."""
BRIGHT = 1.6
"""Natural logarithm of light by which skin may rise above its level."""
ABOVE = 0.12
"""How far a forehead reaches above the mesh in most people, in heights of the face."""
GLINT = 0.0
"""The same from which on paler skin inside the face is taken for shine: white hair over it is missed."""
SPOT = 0.09
"""Width of what may be a spot in the skin ÷ height of the face; about 1.5 cm."""


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """Where the skin is covered, on a coarse grid over the face; beyond it everything counts as covered."""

    mask: Mask
    x_px: float
    y_px: float
    step_px: float
    """Pixel of the photograph = start + step × (column + ½), as in align.Grid."""

    def on(self, *, x_px: float, y_px: float, step_px: float, width: int, height: int) -> Mask:
        """The same on another grid of the same photograph."""
        shrink = step_px / self.step_px
        shift = np.array([x_px - self.x_px, y_px - self.y_px]) / self.step_px + 0.5 * shrink - 0.5
        matrix = np.array([[shrink, 0.0, shift[0]], [0.0, shrink, shift[1]]])
        laid = cv2.warpAffine(
            self.mask.astype(np.uint8),
            matrix,
            (width, height),
            flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP,
            borderValue=1,
        )
        return np.asarray(laid, bool)

    def at(self, points: NDArray[np.float64]) -> Mask:
        """Whether single points of the photograph, n × (x, y), are covered."""
        cells = np.floor((points - (self.x_px, self.y_px)) / self.step_px).astype(int)
        height, width = self.mask.shape
        inside = (cells >= 0).all(axis=1) & (cells[:, 0] < width) & (cells[:, 1] < height)
        covered = np.ones(len(points), bool)
        covered[inside] = self.mask[cells[inside, 1], cells[inside, 0]]
        return covered


def find(photo: Photo, face: Face, *, beside: tuple[Region, ...] = ()) -> Cover:
    """
    Where the skin of a face is covered.

    `beside` are eyes, brows, lips and nostrils, which are left out anyway: without them a fold or a spot that
    touches one of them stands alone.
    """
    light, x_px, y_px, step_px = _piece(photo, face)
    start, shape = np.array([x_px, y_px]), light.shape[:2]
    at = (face.points - start) / step_px
    light = cv2.GaussianBlur(np.maximum(light, np.float32(1e-4)), (0, 0), 1.0)
    own = _own(at, shape)
    if not len(own[0]):  # nothing to compare with
        return Cover(np.ones(shape, bool), x_px, y_px, step_px)
    lit, level = _lit(cv2.log(light[..., 1]), own)
    brow = face.points + (face.points[TOP] - face.points[CHIN]) * np.float32(ABOVE)
    hull = cv2.convexHull(np.concatenate([face.points, brow]))[:, 0]
    inside = drawn([hull], start=start, step_px=step_px, shape=shape)
    red, green, blue = cv2.split(cv2.log(light))
    rg, gb = red - green, green - blue
    paler = rg - np.median(rg[own])
    redder = np.where(
        paler > 0, paler / FLUSHED, paler
    )  # folds and flushed skin; next to no hair is redder than skin
    off = np.hypot(redder, (gb - np.median(gb[own])) / 1.3)
    shine = inside & (green > lit + GLINT) & (paler < 0)
    below = np.arange(shape[0])[:, None] > at[:, 1].max()
    fallen = np.maximum(lit - green - FREE, 0) / np.where(below, np.float32(SHADE), np.float32(DARK))
    bare = shine | (((off / CHROMA) ** 2 + fallen**2 < 1) & (green < level + BRIGHT))
    apart = drawn([one.polygon for one in beside if one.polygon], start=start, step_px=step_px, shape=shape)
    mask = _without_spots(~bare & ~apart, inside, width_px=SPOT * spaced(face) / step_px)
    return Cover(mask, x_px, y_px, step_px)


def drawn(
    polygons: Iterable[ArrayLike], *, start: NDArray[np.float64], step_px: float, shape: tuple[int, ...]
) -> Mask:
    """Polygons in pixels of the photograph, filled on a grid."""
    mask = np.zeros(shape[:2], np.uint8)
    for polygon in polygons:
        at = (np.asarray(polygon, np.float64) - start) / step_px - 0.5
        cv2.fillPoly(mask, [np.round(at * 16).astype(np.int32)], 1, shift=4)
    return mask.astype(bool)


def _piece(photo: Photo, face: Face) -> tuple[Floats, float, float, float]:
    """Linear light around the face, where the piece starts and the size of its pixels."""
    low, high = face.points.min(axis=0), face.points.max(axis=0)
    tall = spaced(face)
    left, top = (int(max(0, low[i] - ROOM[i] * tall)) for i in range(2))
    right = int(min(photo.width, high[0] + ROOM[2] * tall)) + 1
    bottom = int(min(photo.height, high[1] + ROOM[3] * tall)) + 1
    coded = photo.coded[top:bottom, left:right]
    step = max(1, round(coded.shape[0] / TALL_PX))
    if step > 1:  # whole steps, and four of the pixels of each, as in face.py
        size = (max(1, coded.shape[1] // step), max(1, coded.shape[0] // step))
        coded = cv2.resize(coded[: size[1] * step, : size[0] * step], size, interpolation=cv2.INTER_LINEAR)
    return replace(photo, coded=coded).linear, float(left), float(top), float(step)


def _own(at: Floats, shape: tuple[int, ...]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pixels around the places where skin is seen in nearly everybody, those inside the picture."""
    around = np.stack(np.meshgrid(np.arange(-2, 3), np.arange(-2, 3)), axis=-1).reshape(1, -1, 2)
    cells = (np.round(at[list(OWN)])[:, None] + around).reshape(-1, 2).astype(np.intp)
    seen = (cells >= 0).all(axis=1) & (cells[:, 0] < shape[1]) & (cells[:, 1] < shape[0])
    return cells[seen, 1], cells[seen, 0]


def _lit(green: Floats, own: tuple[NDArray[np.intp], NDArray[np.intp]]) -> tuple[Floats, float]:
    """
    How bright skin would be at each place, from a plane through its own: light from one side darkens the
    other; and its level.
    """
    values = green[own].astype(np.float64)
    usual = np.abs(values - np.median(values)) < UNUSUAL  # a beard is no skin in shadow
    rows, columns, values = own[0][usual], own[1][usual], values[usual]
    terms = np.stack([np.ones_like(values), rows / green.shape[0], columns / green.shape[1]], axis=1)
    fit, *_ = np.linalg.lstsq(terms, values, rcond=None)
    y = np.arange(green.shape[0])[:, None] / green.shape[0]
    x = np.arange(green.shape[1])[None, :] / green.shape[1]
    low, level, high = np.percentile(values, (5, 50, 95))
    return np.clip(fit[0] + fit[1] * y + fit[2] * x, low, high).astype(np.float32), float(level)


def _without_spots(mask: Mask, inside: Mask, *, width_px: float) -> Mask:
    """Cover without specks, and without what is small and touches nothing outside the face."""
    side = 3
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    solid = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, disc)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid)
    wide = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) > width_px
    outside = np.zeros(count, bool)
    outside[np.unique(labels[~inside])] = True
    keep = wide | outside
    keep[0] = False
    kept: Mask = keep[labels]
    return kept

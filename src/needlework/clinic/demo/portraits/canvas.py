"""
The sheet that everything is drawn on: its size and scale, and lines, areas and layers in pixels.

Axes: millimetres from the point between the pupils, x to the right of the picture, y down, z to the camera.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from needlework.clinic.demo.portraits.curves import Curve

Sheet = NDArray[Any]
"""Whole numbers: 8-bit pixels, or points on them in sixteenths of a pixel."""
Put = Callable[[Sheet, list[Sheet]], None]
Plane = NDArray[np.floating[Any]]
"""One value a pixel, or three in the order red, green, blue."""
WIDTH_PX, HEIGHT_PX = 1200, 1500
PX_PER_MM = 4.4
EYES_PX = (600.0, 640.0)
COARSE = 2
"""The relief and all soft maps are drawn at this fraction of the size: they hold nothing finer."""


def pixels(curve: Curve, shift: int = 4) -> NDArray[np.int32]:
    """Fixed-point pixels of the full picture, as OpenCV draws them."""
    at = np.asarray(curve, np.float32) * PX_PER_MM + np.array(EYES_PX, np.float32)
    return np.round(at * (1 << shift)).astype(np.int32)


def _laid(curves: Sequence[Curve] | Curve, put: Put, *, soft_mm: float = 0.0, width_px: int = 1) -> Plane:
    """What `put` draws of these curves, softened; drawn on a sheet no larger than they need."""
    reach_px = 4 * soft_mm * PX_PER_MM + width_px + 2
    every = np.concatenate(curves) * PX_PER_MM + EYES_PX
    left, top = np.clip(every.min(axis=0) - reach_px, 0, (WIDTH_PX - 1, HEIGHT_PX - 1)).astype(int)
    right, low = np.clip(every.max(axis=0) + reach_px, 1, (WIDTH_PX, HEIGHT_PX)).astype(int)
    sheet, corner = np.zeros((low - top, right - left), np.uint8), np.array([left, top], np.int32) << 4
    if isinstance(curves, np.ndarray):
        put(sheet, list(pixels(curves) - corner))
    else:
        put(sheet, [pixels(curve) - corner for curve in curves])
    whole = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
    drawn = sheet.astype(np.float32) / 255
    whole[top:low, left:right] = blur(drawn, soft_mm) if soft_mm else drawn
    return whole


def area(*curves: Curve, soft_mm: float = 0.0) -> Plane:
    """1 inside the curves, 0 outside, with an edge as soft as asked."""

    def fill(sheet: Sheet, outlines: list[Sheet]) -> None:
        for outline in outlines:
            cv2.fillPoly(sheet, [outline], 255, cv2.LINE_AA, 4)

    return _laid(curves, fill, soft_mm=soft_mm)


def strokes(
    curves: Sequence[Curve] | Curve,
    shades: float | Sequence[float] | Plane,
    width_px: int = 1,
    soft_mm: float = 0.0,
) -> Plane:
    """Thin lines of a shade from 0 to 1, one for all or one each; a later one covers an earlier one."""

    def stroke(sheet: Sheet, paths: list[Sheet]) -> None:
        if isinstance(shades, float):
            cv2.polylines(sheet, paths, False, int(255 * shades), width_px, cv2.LINE_AA, 4)
            return
        for path, shade in zip(paths, shades, strict=True):
            cv2.polylines(sheet, [path], False, int(255 * shade), width_px, cv2.LINE_AA, 4)

    return _laid(curves, stroke, soft_mm=soft_mm, width_px=width_px)


def furrows(curves: Sequence[Curve] | Curve, width_px: int = 2, soft_mm: float = 0.0) -> Plane:
    """Lines that fade towards both ends."""

    def plough(sheet: Sheet, paths: list[Sheet]) -> None:
        for path in paths:
            strength = np.sin(np.linspace(0.15, math.pi - 0.1, len(path) - 1)) ** 0.8
            for start, end, shade in zip(path[:-1].tolist(), path[1:].tolist(), strength, strict=True):
                cv2.line(sheet, start, end, int(255 * shade), width_px, cv2.LINE_AA, 4)

    return _laid(curves, plough, soft_mm=soft_mm, width_px=width_px)


def blur(plane: Plane, sigma_mm: float, px_per_mm: float = PX_PER_MM) -> Plane:
    """Gaussian; wide ones on a smaller picture, where they cost little."""
    sigma = sigma_mm * px_per_mm
    if sigma < 2.5:
        return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma), np.float32)
    part = 0.5 if sigma < 6 else 0.25
    small = cv2.resize(plane, None, fx=part, fy=part, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma * part)
    return np.asarray(cv2.resize(small, plane.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def enlarge(plane: Plane) -> Plane:
    return np.asarray(cv2.resize(plane, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_CUBIC), np.float32)


def shrink(plane: Plane) -> Plane:
    size = (WIDTH_PX // COARSE, HEIGHT_PX // COARSE)
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32)


def tinted(plane: Plane, colour: Plane | tuple[float, ...]) -> Plane:
    """A plane times a colour; channel by channel, which is several times faster than broadcasting."""
    return np.asarray(cv2.merge([plane * float(part) for part in colour]), np.float32)


def mix(under: Plane, over: Plane, alpha: Plane) -> Plane:
    """`over` laid on `under`, in place; only the part that changes is touched."""
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    at = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    top = over[at] if over.ndim == 3 else over
    under[at] += (top - under[at]) * cv2.cvtColor(np.ascontiguousarray(alpha[at]), cv2.COLOR_GRAY2RGB)
    return under

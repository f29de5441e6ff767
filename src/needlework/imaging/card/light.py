"""The light of a card's patches, divided by how brightly the ground around each is lit."""

from collections import Counter
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from needlework.imaging import robust
from needlework.imaging.card import design
from needlework.imaging.card.design import COLUMNS, LEFT_MM, PATCH_MM, PITCH_MM, ROWS, TOP_MM
from needlework.imaging.card.fiducials import landed
from needlework.imaging.card.record import Patch
from needlework.imaging.photo import Photo
from needlework.imaging.regions import Mask

UNEVEN_MAX = 1.4
"""Brightest ÷ darkest of the ground around a patch; above, the edge of a shadow or a glint lies on it."""

Light = NDArray[np.float64]


def read(photo: Photo, to_px: NDArray[Any]) -> tuple[Patch, ...]:
    """Each patch in linear light, divided by how brightly the ground around it is lit."""
    ground, faults = _grounds(photo, to_px)
    usual = next((fault for fault, _ in Counter(filter(None, faults)).most_common(1)), "shadow")
    middle = np.nanmedian(ground.reshape(-1, 3), axis=0) if np.isfinite(ground).any() else np.ones(3)
    read = []
    for number, centre in enumerate(design.patch_centres()):
        row, column = divmod(number, COLUMNS)
        around = ground[row : row + 2, column : column + 2].reshape(4, 3)
        around = around[np.isfinite(around[:, 1])]
        seen, wrong = _spot(photo, to_px, centre, half_mm=PATCH_MM * 0.3)
        if not wrong and len(around) < 3:
            wrong = usual
        elif not wrong and around[:, 1].max() > UNEVEN_MAX * around[:, 1].min():
            wrong = "shadow"
        lit = around.mean(axis=0) / middle if len(around) else np.ones(3)
        read.append(patch_of(seen / lit, design.PATCHES[number], wrong))
    return tuple(read)


def _grounds(photo: Photo, to_px: NDArray[Any]) -> tuple[Light, list[str]]:
    """Light of the ground where the gaps between patches cross, 5 × 7 × RGB; not a number where unusable."""
    light, faults = np.full((ROWS + 1, COLUMNS + 1, 3), np.nan), []
    for row in range(ROWS + 1):
        for column in range(COLUMNS + 1):
            at = (LEFT_MM + PITCH_MM * column, TOP_MM + PITCH_MM * row)
            seen, wrong = _spot(photo, to_px, at, half_mm=0.55)
            if not wrong:
                light[row, column] = seen
            faults.append(wrong)
    return light, faults


def ground_grey(photo: Photo, to_px: NDArray[Any]) -> Patch:
    """The ground itself, which is one grey more."""
    light, faults = _grounds(photo, to_px)
    known = light[np.isfinite(light[..., 1])]
    usual = Counter(fault for fault in faults if fault).most_common(1)
    wrong = "" if len(known) >= 8 else usual[0][0]
    return patch_of(np.median(known, axis=0) if len(known) else np.ones(3), design.GROUND, wrong)


def patch_of(seen: Light, srgb: tuple[int, int, int], wrong: str) -> Patch:
    stated = _linear(srgb)
    red, green, blue = (float(value) for value in seen)
    return Patch((red, green, blue), stated, wrong)


def _linear(srgb: tuple[int, int, int]) -> tuple[float, float, float]:
    """Linear light of an sRGB colour. Source: IEC 61966-2-1."""
    red, green, blue = (
        value / 255 / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in srgb
    )
    return red, green, blue


def _spot(
    photo: Photo, to_px: NDArray[Any], centre: tuple[float, float], *, half_mm: float
) -> tuple[Light, str]:
    """Mean light of a square on the card without its glints, and what is wrong with it."""
    x, y = centre
    square = [(x - half_mm, y - half_mm), (x + half_mm, y - half_mm),
              (x + half_mm, y + half_mm), (x - half_mm, y + half_mm)]  # fmt: skip
    return within(photo, landed(to_px, np.array(square)))


def within(photo: Photo, outline: NDArray[np.float64]) -> tuple[Light, str]:
    """Mean light inside four corners in pixels of the photograph."""
    left, top = np.floor(outline.min(axis=0)).astype(int)
    right, bottom = np.ceil(outline.max(axis=0)).astype(int) + 1
    if left < 0 or top < 0 or right > photo.width or bottom > photo.height:
        return np.ones(3), "covered"
    rows, columns = slice(top, bottom), slice(left, right)
    inside = np.zeros((bottom - top, right - left), np.uint8)
    cv2.fillConvexPoly(inside, np.round((outline - (left, top)) * 16).astype(np.int32), 1, shift=4)
    mask: Mask = inside > 0
    if (photo.clipped_of(rows, columns)[mask]).mean() > 0.03:
        return np.ones(3), "clipped"
    top_code = 65535 if photo.coded.dtype == np.uint16 else 255
    if (np.median(photo.coded[rows, columns][mask], axis=0) < 0.012 * top_code).any():
        return np.ones(3), "dark"
    light = np.asarray(photo.linear_of(rows, columns)[mask], np.float64)
    bright = light.mean(axis=1)
    usual = float(np.median(bright))
    spread = robust.about_median(bright)
    plain = np.abs(bright - usual) <= max(3.5 * spread, 0.15 * usual)
    if plain.mean() < 0.7:
        return np.ones(3), "glint"
    return light[plain].mean(axis=0), ""

"""
Cards drawn in scenes and photographed by cameras whose every fault is known.

The card is painted from its own list of rectangles in linear light, tilted and turned in front of a pinhole,
lit unevenly, and photographed: channels that see each other's colours, white balance, exposure, vignette,
blur, noise, a coding that is not quite sRGB's, JPEG. The same call draws the same picture.
"""

import io
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from PIL import Image

from needlework.imaging.card import design

Picture = np.ndarray[Any, Any]

CROSSED = np.array([[0.86, 0.18, -0.04], [0.07, 0.84, 0.09], [0.01, 0.13, 0.86]])
"""A camera whose channels see each other's light; each row adds up to one, so white stays white."""


@dataclass(frozen=True)
class Camera:
    """One photograph of a card: how it lay, how it was lit, what the camera did."""

    width_px: int = 1000
    height_px: int = 750
    px_per_mm: float = 6.0
    """At the middle of the card."""
    at: tuple[float, float] = (0.5, 0.5)
    """Middle of the card as a share of the picture's sides."""
    roll_deg: float = 0.0
    tilt_deg: float = 0.0
    about_deg: float = 30.0
    """Direction of the axis of the tilt."""
    matrix: tuple[tuple[float, ...], ...] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    white: tuple[float, float, float] = (1.0, 1.0, 1.0)
    ev: float = -0.3
    gamma: float | None = None
    """Coding by a bare power; sRGB's own curve where None."""
    vignette: float = 0.0
    """Light lost in the corners of the picture."""
    blur_px: float = 0.6
    grain: float = 0.004
    quality: int = 92
    seed: int = 0


def linear(srgb: tuple[int, int, int]) -> Picture:
    coded = np.array(srgb) / 255
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)


@lru_cache(maxsize=4)
def printed(per_mm: int = 14) -> Picture:
    """The card face on, in linear light."""
    return painted(design.rectangles(), width_mm=design.WIDTH_MM, height_mm=design.HEIGHT_MM, per_mm=per_mm)


def painted(
    rectangles: Iterable[design.Rectangle], *, width_mm: float, height_mm: float, per_mm: int
) -> Picture:
    """Rectangles in linear light; their edges lie on whole pixels only where a pixel's size allows it."""
    fine = 4
    out = np.ones((round(height_mm * per_mm), round(width_mm * per_mm), 3), np.float32)
    for (left, top, width, height), srgb in rectangles:
        x, y = left * per_mm * fine, top * per_mm * fine
        to = (round(x + width * per_mm * fine), round(y + height * per_mm * fine))
        box = np.array([[round(x), round(y)], to]) / fine
        # covered shares of the first and the last pixel by area
        rows, columns = (_share(box[0][axis], box[1][axis], out.shape[1 - axis]) for axis in (1, 0))
        share = (rows[:, None] * columns[None, :])[..., None]
        out = (out * (1 - share) + linear(srgb) * share).astype(np.float32)
    return out


def _share(start: float, end: float, count: int) -> Picture:
    at = np.arange(count)
    return np.clip(np.minimum(end, at + 1) - np.maximum(start, at), 0, 1)


def placing(camera: Camera, *, supersampling: float = 1.0) -> Picture:
    """Homography from millimetres on the card to pixels of the photograph."""
    focal = 1.3 * max(camera.width_px, camera.height_px)
    distance = focal / camera.px_per_mm
    roll, tilt, about = (math.radians(a) for a in (camera.roll_deg, camera.tilt_deg, camera.about_deg))
    about_z = np.array([[math.cos(roll), -math.sin(roll), 0], [math.sin(roll), math.cos(roll), 0], [0, 0, 1]])
    axis = tilt * np.array([math.cos(about), math.sin(about), 0.0])
    pose = cv2.Rodrigues(axis)[0] @ about_z
    middle_x, middle_y = camera.at[0] * camera.width_px, camera.at[1] * camera.height_px
    away = np.array(
        [
            (middle_x - camera.width_px / 2) / camera.px_per_mm,
            (middle_y - camera.height_px / 2) / camera.px_per_mm,
            distance,
        ]
    )
    plane = np.column_stack([pose[:, 0], pose[:, 1], away])
    lens = np.array([[focal, 0, camera.width_px / 2], [0, focal, camera.height_px / 2], [0, 0, 1.0]])
    centre = np.array([[1.0, 0, -design.WIDTH_MM / 2], [0, 1, -design.HEIGHT_MM / 2], [0, 0, 1]])
    return np.diag([supersampling, supersampling, 1.0]) @ lens @ plane @ centre


def scene(
    camera: Camera,
    *,
    face: Picture | None = None,
    behind: Picture | None = None,
    shade: Picture | None = None,
) -> Picture:
    """Linear light in front of the lens. `shade` multiplies the card and what lies behind it."""
    fine = 2
    size = (camera.width_px * fine, camera.height_px * fine)
    if behind is None:
        behind = np.full((camera.height_px, camera.width_px, 3), (0.42, 0.26, 0.19), np.float32)
    light = cv2.resize(behind.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    face = printed() if face is None else face
    per_mm = face.shape[1] / design.WIDTH_MM
    # pixel centres of the drawing and of the photograph both lie at halves
    to = placing(camera, supersampling=fine) @ np.diag([1 / per_mm, 1 / per_mm, 1.0])
    half = np.array([[1.0, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    to = np.linalg.inv(half) @ to @ half
    blurred = cv2.GaussianBlur(face, (0, 0), max(0.35 * per_mm / (camera.px_per_mm * fine), 0.01))
    laid = cv2.warpPerspective(blurred, to, size, flags=cv2.INTER_LINEAR)
    over = cv2.warpPerspective(np.ones(face.shape[:2], np.float32), to, size, flags=cv2.INTER_LINEAR)[
        ..., None
    ]
    light = light * (1 - over) + laid * over
    light = cv2.resize(light, (camera.width_px, camera.height_px), interpolation=cv2.INTER_AREA)
    return light if shade is None else light * shade


def shot(light: Picture, camera: Camera) -> bytes:
    """The JPEG file that the camera makes of linear light."""
    rng = np.random.default_rng([camera.seed, 31])
    light = cv2.GaussianBlur(light.astype(np.float32), (0, 0), camera.blur_px)
    light = light @ np.array(camera.matrix, np.float32).T
    y, x = np.mgrid[-1 : 1 : light.shape[0] * 1j, -1 : 1 : light.shape[1] * 1j]
    light = light * (1 - camera.vignette * (x**2 + y**2) / 2)[..., None]
    light = light * np.array(camera.white) * 2**camera.ev
    light = light + rng.standard_normal(light.shape) * camera.grain * np.sqrt(
        np.maximum(light, 0) * 0.6 + 0.02
    )
    light = np.clip(light, 0, 1)
    if camera.gamma:
        coded = light ** (1 / camera.gamma)
    else:
        coded = np.where(light <= 0.0031308, light * 12.92, 1.055 * np.power(light, 1 / 2.4) - 0.055)
    return filed(np.round(coded * 255).astype(np.uint8), quality=camera.quality)


def filed(picture: Picture, *, quality: int = 92) -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=quality, subsampling=2)
    return out.getvalue()


def photograph(camera: Camera, **options: Any) -> bytes:
    """A card in a scene, as a JPEG with halved colour resolution."""
    return shot(scene(camera, **options), camera)

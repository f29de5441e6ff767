"""
Drawn skin of known truth.

A close-up of skin is built from a relief in millimetres and from pigments given by wavelength, lit from one
side, seen through the surface, and photographed by a camera that re-poses, blurs, adds noise, shifts the
white balance, sharpens and writes a JPEG. It is meant to be richer than what the measures assume: light is
worked out in nine bands of wavelength and not in three densities, dark skin has a haze from its surface,
shadows are softened under the surface by colour, and nothing here filters for lines.

Everything follows from the seeds; the same call draws the same picture.
"""

import io
import math
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from PIL import Image

SIDE_PX = 900
MM_PER_PX = 0.08
MARGIN_PX = 80
CANVAS_PX = SIDE_PX + 2 * MARGIN_PX

TYPES = ("I", "II", "III", "IV", "V", "VI")
MELANIN = {"I": 0.12, "II": 0.22, "III": 0.40, "IV": 0.75, "V": 1.4, "VI": 2.3}
"""Optical density of melanin at 550 nm, there and back."""

BAND_NM = np.array([430.0, 460.0, 490.0, 520.0, 550.0, 580.0, 610.0, 640.0, 670.0])
MELANIN_BY_BAND = (
    BAND_NM / 550.0
) ** -1.7  # flatter than absorption itself: what is absorbed most is seen least deep
BLOOD_BY_BAND = np.array([1.9, 0.95, 0.72, 0.78, 1.0, 0.96, 0.33, 0.17, 0.13])
"""Of three quarters oxygenated blood, as a root of its extinction: deep light is lost first."""
DERMIS_BY_BAND = 0.62 + 0.22 * (BAND_NM - 430.0) / 240.0
EYE = np.stack(
    [np.exp(-0.5 * ((BAND_NM - at) / wide) ** 2) for at, wide in ((606, 34), (541, 36), (462, 28))]
)
EYE /= EYE.sum(axis=1, keepdims=True)
TO_SRGB = np.array([[1.50, -0.45, -0.05], [-0.22, 1.44, -0.22], [0.0, -0.38, 1.38]])

ZONE = ((250.0, 230.0), (640.0, 215.0), (690.0, 450.0), (630.0, 690.0), (270.0, 700.0), (205.0, 470.0))
"""A polygon in the middle of the picture, in pixels of a shot without pose."""


@dataclass(frozen=True)
class Skin:
    """One person's skin; the factors say how much of each property there is, 1 = as drawn."""

    type: str = "II"
    seed: int = 0
    wrinkles: float = 1.0
    redness: float = 1.0
    tan: float = 1.0
    texture: float = 1.0
    pores: float = 1.0
    where: str = "zone"
    """Whether the factors hold in the zone only, or everywhere."""
    backdrop: bool = False
    """A strip of grey cloth beside the skin."""


@dataclass(frozen=True)
class Shot:
    """One photograph: where the light stood, how the camera was held, what the camera did."""

    azimuth_deg: float = 110.0
    elevation_deg: float = 48.0
    ambient: float = 0.35
    exposure_ev: float = 0.0
    white: tuple[float, float, float] = (1.0, 1.0, 1.0)
    turn_deg: float = 0.0
    nod_deg: float = 0.0
    roll_deg: float = 0.0
    scale: float = 1.0
    shift_px: tuple[float, float] = (0.0, 0.0)
    slack_px: float = 0.0
    """How far soft tissue has moved."""
    blur_px: float = 0.7
    grain: float = 0.006
    quality: int = 94
    hairs: int = 0
    seed: int = 0


def reshot(seed: int, *, careless: float = 1.0) -> Shot:
    """A photograph taken again with usual care: nothing is quite as it was."""
    rng = np.random.default_rng([seed, 77])
    tail = lambda size: float(np.clip(rng.standard_t(5), -3, 3)) * size * careless  # noqa: E731
    return Shot(
        azimuth_deg=110.0 + tail(4.0),
        elevation_deg=48.0 + tail(2.0),
        ambient=0.35 + float(np.clip(tail(0.025), -0.2, 0.3)),
        exposure_ev=tail(0.1),
        white=(1.0 + tail(0.02), 1.0, 1.0 + tail(0.02)),
        turn_deg=tail(1.2),
        nod_deg=tail(1.2),
        roll_deg=tail(2.0),
        scale=1.0 + tail(0.012),
        shift_px=(tail(12.0), tail(12.0)),
        slack_px=abs(tail(1.2)),
        blur_px=0.7 + abs(tail(0.06)),
        grain=0.006 * math.exp(tail(0.15)),
        quality=int(np.clip(94 + tail(1.5), 86, 98)),
        seed=seed,
    )


def draw(skin: Skin, shot: Shot) -> np.ndarray[Any, Any]:
    """The photograph as 8-bit RGB, before it is written to a file."""
    light = _light(skin, shot)
    seen = _seen(light, shot)
    return _camera(seen, shot)


def photograph(skin: Skin, shot: Shot, *, side_px: int = SIDE_PX) -> bytes:
    """The photograph as a JPEG file with halved colour resolution, as phones write it."""
    picture = Image.fromarray(draw(skin, shot))
    if side_px != SIDE_PX:
        picture = picture.resize((side_px, side_px), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=shot.quality, subsampling=2)
    return out.getvalue()


def pair(skin: Skin, seed: int, *, careless: float = 1.0, **changed: float) -> tuple[bytes, bytes]:
    """One skin photographed twice, re-posed and relit; the second time with what `changed` says of it."""
    first, second = reshot(2 * seed, careless=careless), reshot(2 * seed + 1, careless=careless)
    first = replace(first, turn_deg=0.0, nod_deg=0.0, roll_deg=0.0, scale=1.0, shift_px=(0.0, 0.0))
    return photograph(skin, first), photograph(replace(skin, **changed), second)  # type: ignore[arg-type]


# ── the skin ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Maps:
    height_mm: Any
    furrow: Any
    melanin: Any
    blood: Any
    oil: Any
    cloth: Any = field(default=None)


def _noise(rng: np.random.Generator, sigma_px: float) -> Any:
    """Smooth noise of unit spread."""
    step = max(1, int(sigma_px / 3))
    side = CANVAS_PX // step + 2
    grain = rng.standard_normal((side, side)).astype(np.float32)
    smooth = cv2.GaussianBlur(grain, (0, 0), sigma_px / step)
    smooth = cv2.resize(smooth, (CANVAS_PX, CANVAS_PX), interpolation=cv2.INTER_CUBIC)
    return (smooth - smooth.mean()) / smooth.std()


def _inside(skin: Skin) -> Any:
    """1 where the factors hold, with a soft edge."""
    if skin.where != "zone":
        return np.ones((CANVAS_PX, CANVAS_PX), np.float32)
    mask = np.zeros((CANVAS_PX, CANVAS_PX), np.float32)
    cv2.fillPoly(mask, [np.round(np.array(ZONE) + MARGIN_PX).astype(np.int32)], 1.0)
    mask = cv2.dilate(mask, np.ones((31, 31), np.uint8))
    return cv2.GaussianBlur(mask, (0, 0), 10)


def _lines(
    rng: np.random.Generator, *, count: int, length_mm: float, depth_mm: float, sigma_px: float
) -> Any:
    """Furrows along one main direction, bent, tapering at both ends. [mm]"""
    canvas = np.zeros((CANVAS_PX, CANVAS_PX), np.float32)
    main = rng.uniform(-0.4, 0.4)
    for _ in range(count):
        angle = main + rng.normal(0, 0.3)
        steps = int(length_mm * rng.uniform(0.6, 1.5) / MM_PER_PX / 4)
        at = rng.uniform(0, CANVAS_PX, 2)
        deep = depth_mm * rng.uniform(0.5, 1.5)
        bend = rng.normal(0, 0.008)
        for step in range(steps):
            angle += bend + rng.normal(0, 0.04)
            to = at + 4 * np.array([math.cos(angle), math.sin(angle)])
            weight = deep * math.sin(math.pi * (step + 0.5) / steps) ** 0.6
            ends = (np.clip([at, to], -2000, 4000) * 16).astype(int)
            cv2.line(canvas, ends[0].tolist(), ends[1].tolist(), float(weight), 1, cv2.LINE_8, 4)
            at = to
    return cv2.GaussianBlur(canvas, (0, 0), sigma_px) * sigma_px * 2.5


@lru_cache(maxsize=2)
def _maps(skin: Skin) -> _Maps:
    rng = np.random.default_rng([skin.seed, 5])
    inside = _inside(skin)
    factor = lambda value: 1.0 + (value - 1.0) * inside  # noqa: E731
    deep = _lines(rng, count=14, length_mm=26, depth_mm=0.075, sigma_px=3.6)
    fine = _lines(rng, count=45, length_mm=11, depth_mm=0.03, sigma_px=2.2)
    furrow = (deep + fine) * factor(skin.wrinkles)
    plain = 0.009 * (_noise(rng, 1.7) - 0.6 * _noise(rng, 3.4)) * factor(skin.texture)
    pits = np.zeros((CANVAS_PX, CANVAS_PX), np.float32)
    spots = rng.integers(0, CANVAS_PX, (420, 2))
    pits[spots[:, 0], spots[:, 1]] = rng.uniform(0.4, 1.4, 420)
    pits = cv2.GaussianBlur(pits, (0, 0), 1.8) * 6.28 * 1.8**2 * 0.035 * factor(skin.pores)
    at = (np.arange(CANVAS_PX, dtype=np.float32) - CANVAS_PX / 2) * MM_PER_PX
    bulge = -(at[None, :] ** 2 + 0.6 * at[:, None] ** 2) / (2 * 140.0)
    height = bulge + plain - furrow - pits + 0.06 * _noise(rng, 40)

    level = MELANIN[skin.type]
    freckles = np.zeros((CANVAS_PX, CANVAS_PX), np.float32)
    for _ in range(26):
        where = rng.integers(0, CANVAS_PX, 2).tolist()
        cv2.circle(freckles, where, int(rng.uniform(3, 14)), float(rng.uniform(0.1, 0.5)), -1, cv2.LINE_AA)
    freckles = cv2.GaussianBlur(freckles, (0, 0), 2.0)
    melanin = (
        level * (1 + 0.06 * _noise(rng, 45) + 0.03 * _noise(rng, 5)) + 0.5 * freckles * (0.15 + level) ** 0.5
    )
    melanin = np.maximum(melanin, 0.01) * factor(skin.tan)
    blood = 0.34 * np.exp(0.13 * _noise(rng, 60) + 0.09 * _noise(rng, 14) + 0.04 * _noise(rng, 3))
    vessels = _lines(rng, count=9, length_mm=14, depth_mm=0.05, sigma_px=2.0)
    blood = (blood + vessels) * factor(skin.redness)
    oil = np.clip(0.5 + 0.35 * _noise(rng, 50), 0, 2)
    cloth = 0.5 + 0.05 * _noise(rng, 2.0) + 0.06 * _noise(rng, 12) if skin.backdrop else None
    return _Maps(height, furrow, melanin, blood, oil, cloth)


def _reflectance(maps: _Maps) -> Any:
    """Linear sRGB of the skin under even white light."""
    haze = 0.008
    light = np.zeros((CANVAS_PX, CANVAS_PX, 3), np.float32)
    melanin, blood = maps.melanin.astype(np.float32), maps.blood.astype(np.float32)
    for band in range(len(BAND_NM)):
        through = np.exp(-(melanin * MELANIN_BY_BAND[band] + blood * BLOOD_BY_BAND[band]))
        back = haze + DERMIS_BY_BAND[band] * through
        light += back[..., None] * (TO_SRGB @ EYE[:, band]).astype(np.float32)
    return np.maximum(light, 0.002)


def _light(skin: Skin, shot: Shot) -> Any:
    """The skin as lit, before any camera, on the canvas."""
    maps = _maps(skin)
    slope_x = cv2.Sobel(maps.height_mm.astype(np.float32), cv2.CV_32F, 1, 0, ksize=3) / 8 / MM_PER_PX
    slope_y = cv2.Sobel(maps.height_mm.astype(np.float32), cv2.CV_32F, 0, 1, ksize=3) / 8 / MM_PER_PX
    around, up = math.radians(shot.azimuth_deg), math.radians(shot.elevation_deg)
    lamp = (math.cos(up) * math.cos(around), -math.cos(up) * math.sin(around), math.sin(up))
    long = np.sqrt(1 + slope_x**2 + slope_y**2)
    lambert = np.maximum((-slope_x * lamp[0] - slope_y * lamp[1] + lamp[2]) / long, 0) / lamp[2]
    shade = shot.ambient * (1 - 0.8 * np.minimum(maps.furrow, 0.4)) + (1 - shot.ambient) * lambert
    skin_light = _reflectance(maps)
    for channel, spread_px in enumerate((2.0, 1.2, 0.8)):  # red light travels furthest under the surface
        skin_light[..., channel] *= cv2.GaussianBlur(shade.astype(np.float32), (0, 0), spread_px)
    half = np.array([lamp[0], lamp[1], lamp[2] + 1.0])
    half /= np.linalg.norm(half)
    facing = np.maximum((-slope_x * half[0] - slope_y * half[1] + half[2]) / long, 0)
    skin_light += (0.10 * maps.oil * facing**40)[..., None].astype(np.float32)
    if maps.cloth is not None:
        wide = MARGIN_PX + SIDE_PX // 6
        colour = np.array([0.42, 0.47, 0.55], np.float32)
        skin_light[:, :wide] = maps.cloth[:, :wide, None] * colour
    return skin_light


# ── the camera ───────────────────────────────────────────────────────────────────────────────────────


def _seen(light: Any, shot: Shot) -> Any:
    """The canvas as the lens projects it: turned, rolled, scaled, shifted, soft tissue moved."""
    focal = 1.4 * SIDE_PX
    y, x = np.mgrid[0:SIDE_PX, 0:SIDE_PX].astype(np.float32)
    ray = np.stack(
        [(x - SIDE_PX / 2 - shot.shift_px[0]) / focal, (y - SIDE_PX / 2 - shot.shift_px[1]) / focal]
    )
    roll, turn, nod = (math.radians(a) for a in (shot.roll_deg, shot.turn_deg, shot.nod_deg))
    about_z = np.array([[math.cos(roll), -math.sin(roll), 0], [math.sin(roll), math.cos(roll), 0], [0, 0, 1]])
    about_y = np.array([[math.cos(turn), 0, math.sin(turn)], [0, 1, 0], [-math.sin(turn), 0, math.cos(turn)]])
    about_x = np.array([[1, 0, 0], [0, math.cos(nod), -math.sin(nod)], [0, math.sin(nod), math.cos(nod)]])
    pose = about_x @ about_y @ about_z
    plane = np.column_stack([pose[:, 0], pose[:, 1], [0.0, 0.0, focal / shot.scale]])
    back = np.linalg.inv(plane)  # from the ray to the place on the plane of skin
    u, v, w = (back[i, 0] * ray[0] + back[i, 1] * ray[1] + back[i, 2] for i in range(3))
    px, py = u / w + CANVAS_PX / 2, v / w + CANVAS_PX / 2
    rng = np.random.default_rng([shot.seed, 11])
    for _ in range(3):
        kx, ky, phase = rng.uniform(-2, 2), rng.uniform(-2, 2), rng.uniform(0, 6.28)
        wave = np.sin((kx * x + ky * y) * 2 * math.pi / SIDE_PX + phase)
        px += shot.slack_px * 0.6 * wave * math.cos(phase)
        py += shot.slack_px * 0.6 * wave * math.sin(phase)
    return cv2.remap(
        light, px.astype(np.float32), py.astype(np.float32), cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
    )


def _camera(light: Any, shot: Shot) -> np.ndarray[Any, Any]:
    rng = np.random.default_rng([shot.seed, 23])
    light = np.maximum(light, 0.0005)
    for _ in range(shot.hairs):
        ends = rng.integers(0, SIDE_PX, 4).tolist()
        cv2.line(light, ends[:2], ends[2:], (0.02, 0.015, 0.01), 1, cv2.LINE_AA)
    light = cv2.GaussianBlur(light, (0, 0), shot.blur_px) * (0.95 * 2**shot.exposure_ev)
    light = light * np.array(shot.white, np.float32)
    noise = rng.standard_normal(light.shape).astype(np.float32)
    light = light + noise * shot.grain * np.sqrt(light * 0.4 + 0.004)
    soft = cv2.GaussianBlur(light, (0, 0), 1.2)
    light = np.clip(light + 0.35 * (light - soft), 0, 1)
    coded = np.where(light <= 0.0031308, light * 12.92, 1.055 * np.power(light, 1 / 2.4) - 0.055)
    return np.round(coded * 255).astype(np.uint8)

"""
Drawn skin of known truth.

A close-up of skin is built from a relief in millimetres and from melanin and blood, lit from one side, seen
through the surface, and photographed by one of several cameras that re-poses, blurs, adds noise, shifts the
white balance, denoises, bends the tones, sharpens and writes a JPEG. It is meant to be richer than what the
measures assume: light is worked out in 31 bands of wavelength with a dermis that scatters (Kubelka and Munk)
under an epidermis that absorbs, and not in three densities; dark skin has a haze and a gloss from its
surface; shadows are softened under the surface by colour and deepened in hollows; cameras see colours each
in their own way; furrows have a sharp floor; and nothing here filters for lines, dots or bands.

Each property of a person has a factor, 1 as drawn. Everything follows from the seeds; the same call draws
the same picture.
"""

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from PIL import Image

import cards

SIDE_PX = 900
MM_PER_PX = 0.08
MARGIN_PX = 80
CANVAS_PX = SIDE_PX + 2 * MARGIN_PX
WITH_CARD_PX = (1160, 1720)
"""Rows and columns of a picture with a card in it; the skin is where it always is."""

ITA_DEG = {
    "I": (56.0, 63.0),
    "II": (42.0, 54.0),
    "III": (29.0, 40.0),
    "IV": (11.0, 27.0),
    "V": (-28.0, 8.0),
    "VI": (-54.0, -33.0),
}
"""Individual typology angle of a person's plain skin, within the band of the type."""
TYPES = tuple(ITA_DEG)

ZONE = ((250.0, 230.0), (640.0, 215.0), (690.0, 450.0), (630.0, 690.0), (270.0, 700.0), (205.0, 470.0))
"""A polygon in the middle of the picture, in pixels of a shot without pose."""

PROPERTIES = (
    "wrinkles",
    "texture",
    "pores",
    "scars",
    "redness",
    "pigmentation",
    "spots",
    "tone",
)
"""The factors of a skin that a measure may be asked to see."""


@dataclass(frozen=True)
class Skin:
    """One person's skin; the factors say how much of each property there is, 1 = as drawn."""

    type: str = "II"
    seed: int = 0
    wrinkles: float = 1.0
    """Depth of furrows."""
    redness: float = 1.0
    """Blood."""
    tan: float = 1.0
    """Melanin of the whole picture, spots too, wherever the other factors hold."""
    texture: float = 1.0
    """Height of the fine relief."""
    pores: float = 1.0
    """Depth of pores."""
    where: str = "zone"
    """Whether the factors hold in the zone only, or everywhere."""
    backdrop: bool | str = False
    """A strip beside the skin: True or "cloth" for cloth, "plain" for painted wall."""
    card: bool = False
    """Needlework's card on cloth to the right of the skin; the picture is larger by it."""
    scars: float = 1.0
    """Depth of hollows 0.7 to 4 mm wide: narrow pits, flat floors with walls, shallow rolling ones."""
    pigmentation: float = 1.0
    """Melanin of the skin between spots."""
    spots: float = 1.0
    """Melanin that marks of 0.6 to 4 mm have more than the skin around them."""
    tone: float = 1.0
    """Unevenness of melanin and blood over 0.8 to 3 mm, around means that stay."""
    mm_per_px: float = MM_PER_PX
    """How much skin one pixel of a shot without pose shows; the patch that is drawn shrinks with it."""


@dataclass(frozen=True)
class Shot:
    """One photograph: where the light stood, how the camera was held, what lay on the skin."""

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
    lamp: float = 0.2
    """Size of the lamp: 0 a bare bulb, 1 a window."""
    camera: str = "plain"
    makeup: float = 0.0
    """Foundation: covers pigment and blood, fills pores and fine relief."""
    stubble: float = 0.0
    shine: float = 0.0
    """Grease or sweat: more light straight from the surface, in patches."""
    smile_mm: float = 0.0
    """How far a smile has drawn the skin, most at one side, where lines deepen."""


@dataclass(frozen=True)
class Camera:
    """A family of cameras, with the lamp it is used under."""

    peaks_nm: tuple[float, float, float]
    widths_nm: tuple[float, float, float]
    lamp: str
    cross: float
    """How far the colours of its profile leak into each other."""
    bend: float
    """Strength of an S-curve on top of sRGB's coding; 0 for none."""
    sharpen: float
    sharpen_px: float
    denoise: float
    quality: int
    """At most this quality, whatever the shot asks for."""
    subsampling: int
    vignette: float


CAMERAS = {
    "plain": Camera((602, 541, 462), (34, 36, 28), "even", 0.00, 0.0, 0.35, 1.2, 0.0, 100, 2, 0.0),
    "phone": Camera((596, 533, 465), (26, 34, 24), "led", 0.04, 0.35, 0.7, 0.9, 0.6, 92, 2, 0.10),
    "reflex": Camera((600, 530, 455), (40, 38, 30), "flash", 0.02, 0.2, 0.25, 1.5, 0.0, 97, 0, 0.14),
    "compact": Camera((612, 545, 452), (30, 42, 22), "even", 0.07, 0.0, 0.5, 1.8, 0.35, 90, 2, 0.20),
    "tablet": Camera((590, 538, 470), (32, 30, 32), "warm", 0.02, 0.55, 0.45, 1.1, 0.45, 93, 2, 0.06),
}


def sitting(seed: int) -> Shot:
    """How one clinic photographs: its lamp, its distance and its camera."""
    rng = np.random.default_rng([seed, 71])
    return Shot(
        azimuth_deg=float(rng.uniform(0, 360)),
        elevation_deg=float(rng.uniform(38, 66)),
        ambient=float(rng.uniform(0.25, 0.55)),
        lamp=float(rng.uniform(0.0, 0.7)),
        blur_px=float(rng.uniform(0.6, 0.9)),
        grain=float(rng.uniform(0.003, 0.008)),
        camera=str(rng.choice(list(CAMERAS))),
    )


def reshot(seed: int, *, careless: float = 1.0, base: Shot | None = None) -> Shot:
    """A photograph taken again with usual care: nothing is quite as it was."""
    base = base or Shot()
    rng = np.random.default_rng([seed, 77])
    tail = lambda size: float(np.clip(rng.standard_t(5), -3, 3)) * size * careless  # noqa: E731
    return replace(
        base,
        azimuth_deg=base.azimuth_deg + tail(4.0),
        elevation_deg=base.elevation_deg + tail(2.0),
        ambient=base.ambient + float(np.clip(tail(0.025), -0.2, 0.3)),
        exposure_ev=base.exposure_ev + tail(0.1),
        white=(1.0 + tail(0.02), 1.0, 1.0 + tail(0.02)),
        turn_deg=tail(1.2),
        nod_deg=tail(1.2),
        roll_deg=tail(2.0),
        scale=1.0 + tail(0.012),
        shift_px=(tail(12.0), tail(12.0)),
        slack_px=abs(tail(1.2)),
        blur_px=base.blur_px + abs(tail(0.06)),
        grain=base.grain * math.exp(tail(0.15)),
        quality=int(np.clip(base.quality + tail(1.5), 86, 98)),
        seed=seed,
    )


def careless(seed: int, *, base: Shot | None = None) -> Shot:
    """A photograph taken without care: two to four things are far from what they were."""
    shot = reshot(seed, careless=1.5, base=base)
    rng = np.random.default_rng([seed, 79])
    side = lambda low, high: float(rng.choice((-1, 1)) * rng.uniform(low, high))  # noqa: E731
    wrong = {
        "light": {
            "azimuth_deg": shot.azimuth_deg + side(70, 180),
            "elevation_deg": float(np.clip(shot.elevation_deg + side(12, 25), 25, 85)),
            "ambient": float(np.clip(shot.ambient + side(0.12, 0.3), 0.08, 0.8)),
        },
        "pose": {"turn_deg": side(6, 14), "nod_deg": side(2, 9), "scale": math.exp(side(0.08, 0.3))},
        "exposure": {"exposure_ev": shot.exposure_ev + side(0.5, 1.1)},
        "white": {"white": (1 + side(0.10, 0.25), 1.0, 1 + side(0.10, 0.25))},
        "focus": {"blur_px": shot.blur_px + float(rng.uniform(1.2, 3.0))},
    }
    for name in rng.permutation(list(wrong))[: rng.integers(2, 5)]:
        shot = replace(shot, **wrong[str(name)])
    return shot


def draw(skin: Skin, shot: Shot) -> np.ndarray[Any, Any]:
    """The photograph as 8-bit RGB, before it is written to a file."""
    light = _light(skin, shot)
    seen = _seen(light, shot, skin.mm_per_px)
    metered = ON_CARD if skin.card else _exposure(_person(skin.type, skin.seed))
    return _camera(seen, shot, exposure=metered)


def photograph(skin: Skin, shot: Shot, *, side_px: int = SIDE_PX) -> bytes:
    """The photograph as a JPEG file, as its camera writes it."""
    picture = Image.fromarray(draw(skin, shot))
    if side_px != SIDE_PX:
        picture = picture.resize((side_px, side_px), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    camera = CAMERAS[shot.camera]
    picture.save(out, "JPEG", quality=min(shot.quality, camera.quality), subsampling=camera.subsampling)
    return out.getvalue()


def pair(
    skin: Skin,
    seed: int,
    *,
    careless: float = 1.0,
    base: Shot | None = None,
    again: Mapping[str, Any] | None = None,
    **changed: float,
) -> tuple[bytes, bytes]:
    """
    One skin photographed twice, re-posed and relit; the second time with what `changed` says of the skin and
    `again` says of the shot.
    """
    first, second = (reshot(2 * seed + side, careless=careless, base=base) for side in (0, 1))
    first = replace(first, turn_deg=0.0, nod_deg=0.0, roll_deg=0.0, scale=1.0, shift_px=(0.0, 0.0))
    second = replace(second, **(again or {}))
    return photograph(skin, first), photograph(replace(skin, **changed), second)  # type: ignore[arg-type]


# ── colour by wavelength ─────────────────────────────────────────────────────────────────────────────

BAND_NM = np.arange(400.0, 701.0, 10.0)
OXYGENATED = np.array(
    [266, 467, 480, 246, 103, 62.8, 44.5, 33.2, 26.6, 23.7, 20.9, 20.0, 24.2, 40.0, 53.2, 43.0,
     32.6, 44.5, 50.1, 14.4, 3.2, 1.5, 0.94, 0.61, 0.44, 0.37, 0.32, 0.29, 0.28, 0.28, 0.29]
)  # fmt: skip
DEOXYGENATED = np.array(
    [223, 304, 408, 529, 413, 103, 23.4, 16.2, 14.6, 16.7, 20.9, 25.8, 31.6, 39.0, 46.6, 53.4, 53.8,
     45.1, 37.0, 28.3, 14.7, 9.4, 6.5, 5.1, 4.3, 3.8, 3.2, 2.8, 2.4, 2.1, 1.8]
)  # fmt: skip
"""Molar extinction of haemoglobin in 1000 cm⁻¹/M, rounded from the tables of S. Prahl."""
LAMPS = {
    "even": np.ones_like(BAND_NM),
    "flash": 1.1 - 0.3 * (BAND_NM - 400) / 300,
    "led": np.exp(-0.5 * ((BAND_NM - 452) / 11) ** 2) + 0.75 * np.exp(-0.5 * ((BAND_NM - 560) / 62) ** 2),
    "warm": 0.45 * np.exp(-0.5 * ((BAND_NM - 450) / 11) ** 2)
    + 0.9 * np.exp(-0.5 * ((BAND_NM - 600) / 65) ** 2),
}
XYZ_TO_SRGB = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])


def _bell(at_nm: float, below_nm: float, above_nm: float) -> Any:
    return np.exp(-0.5 * ((BAND_NM - at_nm) / np.where(at_nm > BAND_NM, below_nm, above_nm)) ** 2)


@lru_cache(maxsize=1)
def _eye() -> Any:
    """Linear sRGB of an observer, by band; white gives 1, 1, 1. (Wyman 2013, fit to CIE 1931)"""
    x = 1.056 * _bell(599.8, 37.9, 31.0) + 0.362 * _bell(442.0, 16.0, 26.7) - 0.065 * _bell(501.1, 20.4, 26.2)
    y = 0.821 * _bell(568.8, 46.9, 40.5) + 0.286 * _bell(530.9, 16.3, 31.1)
    z = 1.217 * _bell(437.0, 11.8, 36.0) + 0.681 * _bell(459.0, 26.0, 13.8)
    white = np.array([0.9505, 1.0, 1.0891])
    curves = np.stack([x, y, z])
    return XYZ_TO_SRGB @ (curves / curves.sum(axis=1, keepdims=True) * white[:, None])


@lru_cache(maxsize=8)
def _sensor(name: str) -> Any:
    """Linear colour of the camera by band, after its own white balance and its own profile."""
    camera = CAMERAS[name]
    raw = np.stack(
        [_bell(peak, wide, wide) for peak, wide in zip(camera.peaks_nm, camera.widths_nm, strict=True)]
    )
    raw = raw * LAMPS[camera.lamp]
    raw /= raw.sum(axis=1, keepdims=True)
    # the maker's profile: fitted to smooth reflectances, as profiles are, so skin is not quite right
    steps = [1 / (1 + np.exp((at - BAND_NM) / wide)) for at in (480, 540, 590, 640) for wide in (15, 40)]
    known = np.stack([*steps, *(1 - s for s in steps), 30 * np.ones_like(BAND_NM)])
    profile = np.linalg.lstsq(known @ raw.T, known @ _eye().T, rcond=None)[0].T
    return _leak(name) @ profile @ raw


def _leak(name: str) -> Any:
    """How the colours of a camera's profile leak into each other; greys stay."""
    return np.eye(3) + CAMERAS[name].cross * np.array([[-1.2, 0.9, 0.3], [0.6, -1.0, 0.4], [0.1, 0.9, -1.0]])


@dataclass(frozen=True)
class _Person:
    """What differs between people in how their skin treats light."""

    melanin: float
    """Optical density at 550 nm, there and back, natural logarithm."""
    blood: float
    """Share of the dermis."""
    oxygen: float
    slope: float
    """How steeply melanin's absorption falls with wavelength."""
    dermis: float
    scatter: float
    haze: float
    """Light straight from the surface from all around."""
    gloss: float
    rough: float
    spread_mm: tuple[float, float, float]
    """How far red, green and blue light travel under the surface."""
    radius_mm: float


def _reflected(person: _Person, melanin: Any, blood: Any) -> Any:
    """Reflectance by band (last axis) of skin with so much melanin and blood under even light."""
    held = person.oxygen * OXYGENATED + (1 - person.oxygen) * DEOXYGENATED
    absorbs = np.asarray(blood)[..., None] * held * 5.36 + 0.28
    scatters = 0.72 * person.scatter * 46 * (BAND_NM / 500) ** -1.35
    ratio = 2 * absorbs / scatters
    deep = 1 + ratio - np.sqrt(ratio**2 + 2 * ratio)
    through = np.exp(-np.asarray(melanin)[..., None] * (BAND_NM / 550) ** -person.slope)
    return person.haze + person.dermis * through * deep


def ita_deg(linear: Any) -> Any:
    """Individual typology angle of linear sRGB."""
    xyz = np.linalg.inv(XYZ_TO_SRGB) @ np.asarray(linear) / np.array([0.9505, 1.0, 1.0891])
    root = np.cbrt(xyz)
    return math.degrees(math.atan2(116 * root[1] - 66, 200 * (root[1] - root[2])))


@lru_cache(maxsize=64)
def _person(skin_type: str, seed: int) -> _Person:
    """A person whose plain skin has an angle within the type's band."""
    rng = np.random.default_rng([seed, 3])
    red = float(rng.uniform(1.5, 2.4))
    person = _Person(
        melanin=0.0,
        blood=float(rng.uniform(0.010, 0.024)),
        oxygen=float(rng.uniform(0.6, 0.85)),
        slope=float(rng.uniform(2.2, 3.0)),
        dermis=float(rng.uniform(0.88, 0.98)),
        scatter=float(rng.uniform(0.9, 1.25)),
        haze=float(rng.uniform(0.006, 0.018)),
        gloss=float(rng.uniform(0.5, 1.5)),
        rough=float(rng.uniform(0.32, 0.5)),
        spread_mm=(0.09 * red, 0.055 * red, 0.036 * red),
        radius_mm=float(rng.uniform(90, 220)),
    )
    aim = rng.uniform(*ITA_DEG[skin_type])
    for _ in range(6):  # the fairest skin holds little blood over a bright dermis
        if ita_deg(_eye() @ _reflected(person, 0.02, person.blood)) > aim:
            break
        person = replace(person, blood=person.blood * 0.8, dermis=min(person.dermis * 1.02, 1.0))
    low, high = 0.005, 9.0
    for _ in range(40):
        middle = math.sqrt(low * high)
        lighter = ita_deg(_eye() @ _reflected(person, middle, person.blood)) > aim
        low, high = (middle, high) if lighter else (low, middle)
    return replace(person, melanin=middle)


ON_CARD = 0.7
"""Exposure of who has tapped on the card: its white is not lost, and dark skin is darker."""


def _exposure(person: _Person) -> float:
    """What the camera's meter makes of the person: dark skin is lit more, yet stays dark."""
    level = float(_eye()[1] @ _reflected(person, person.melanin, person.blood))
    return float(np.clip((0.36 / level) ** 0.42, 0.85, 1.8))


GRID = 128
MELANIN_AXIS = np.geomspace(0.004, 16.0, GRID)
BLOOD_AXIS = np.geomspace(0.0008, 0.2, GRID)


@lru_cache(maxsize=6)
def _table(person: _Person, camera: str) -> Any:
    """Linear colour over melanin (rows) and blood (columns), both on logarithmic axes."""
    bands = _reflected(person, MELANIN_AXIS[:, None], BLOOD_AXIS[None, :])
    return np.maximum(bands @ _sensor(camera).T, 0.0015).astype(np.float32)


def _coloured(person: _Person, camera: str, melanin: Any, blood: Any) -> Any:
    row, column = (
        (cv2.log(np.clip(amount, axis[0], axis[-1]).astype(np.float32)) - np.float32(math.log(axis[0])))
        * np.float32((GRID - 1) / math.log(axis[-1] / axis[0]))
        for amount, axis in ((melanin, MELANIN_AXIS), (blood, BLOOD_AXIS))
    )
    return cv2.remap(_table(person, camera), column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


# ── the skin ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class _Maps:
    """A person's skin with every factor at 1; heights in mm, the rest relative or in density."""

    shape: Any
    furrow: Any
    plain: Any
    pits: Any
    scars: Any
    melanin: Any
    """Slow changes of melanin, mean 1."""
    mottle: Any
    spots: Any
    blood: Any
    blotch: Any
    oil: Any
    cover: Any
    """How well make-up holds, 0..1."""
    stubble: Any


def _noise(rng: np.random.Generator, sigma_px: float) -> Any:
    """Smooth noise of unit spread."""
    step = max(1, int(sigma_px / 3))
    side = CANVAS_PX // step + 2
    grain = rng.standard_normal((side, side), dtype=np.float32)
    smooth = cv2.GaussianBlur(grain, (0, 0), sigma_px / step)
    smooth = cv2.resize(smooth, (CANVAS_PX, CANVAS_PX), interpolation=cv2.INTER_CUBIC)
    return (smooth - smooth.mean()) / smooth.std()


@lru_cache(maxsize=1)
def _zone() -> Any:
    """1 in the zone, with a soft edge."""
    mask = np.zeros((CANVAS_PX, CANVAS_PX), np.float32)
    cv2.fillPoly(mask, [np.round(np.array(ZONE) + MARGIN_PX).astype(np.int32)], 1.0)
    mask = cv2.dilate(mask, np.ones((31, 31), np.uint8))
    return cv2.GaussianBlur(mask, (0, 0), 10)


def _scattered(rng: np.random.Generator, count: int) -> Any:
    """Places on the canvas, spread so that no zone is left without. [px]"""
    steps = np.arange(count)[:, None] * np.array([0.7549, 0.5698])  # Roberts 2018, R2 sequence
    return CANVAS_PX * ((rng.uniform(0, 1, 2) + steps + rng.normal(0, 0.04, (count, 2))) % 1.0)


def _lines(
    rng: np.random.Generator,
    *,
    count: int,
    main: float,
    length_mm: float,
    depth_mm: float,
    wide_mm: float,
    mm: float,
) -> Any:
    """Furrows about one direction, bent, tapering at both ends, with a sharp floor in soft walls. [mm]"""
    canvas = np.zeros((CANVAS_PX, CANVAS_PX), np.float32)
    for at in _scattered(rng, count):
        angle = main + rng.normal(0, 0.25)
        steps = max(4, int(length_mm * rng.uniform(0.6, 1.5) / 0.32))
        deep = depth_mm * rng.uniform(0.5, 1.5)
        bend = rng.normal(0, 0.008)
        for step in range(steps):
            angle += bend + rng.normal(0, 0.04)
            to = at + 0.32 / mm * np.array([math.cos(angle), math.sin(angle)])
            weight = deep * math.sin(math.pi * (step + 0.5) / steps) ** 0.6
            ends = (np.clip([at, to], -2000, 4000) * 16).astype(int)
            cv2.line(canvas, ends[0].tolist(), ends[1].tolist(), float(weight), 1, cv2.LINE_8, 4)
            at = to
    broad, sharp = wide_mm / mm, max(0.4 * wide_mm / mm, 0.8)
    return 2.5 * (
        0.7 * broad * cv2.GaussianBlur(canvas, (0, 0), broad)
        + 0.3 * sharp * cv2.GaussianBlur(canvas, (0, 0), sharp)
    )


def _pits(rng: np.random.Generator, *, density_cm2: float, depth_mm: float, mm: float) -> Any:
    """Pores of many sizes, most of them small. [mm]"""
    count = int(density_cm2 * (CANVAS_PX * mm / 10) ** 2)
    out = np.zeros((CANVAS_PX, CANVAS_PX), np.float32)
    for share, wide_mm in ((0.5, 0.07), (0.35, 0.105), (0.15, 0.16)):
        few = max(1, int(count * share))
        dots = np.zeros_like(out)
        at = rng.integers(0, CANVAS_PX, (2, few))
        np.add.at(dots, (at[0], at[1]), rng.gamma(4.0, 0.25, few).astype(np.float32))
        long, across = wide_mm / mm * 1.25, max(wide_mm / mm * 0.85, 0.7)
        dots = cv2.GaussianBlur(dots, (0, 0), sigmaX=long, sigmaY=across) * (6.28 * long * across)
        out += dots * depth_mm * (wide_mm / 0.105) ** 0.5
    return out


def _marks(rng: np.random.Generator, *, wide_mm: Any, amount: Any, edge: Any, mm: float) -> Any:
    """Roundish marks of uneven outline; `edge` is the softness of the edge as a share of the radius."""
    out = np.zeros((CANVAS_PX, CANVAS_PX), np.float32)
    places = _scattered(rng, len(wide_mm))
    for middle, wide, much, soft in zip(places, wide_mm, amount, edge, strict=True):
        radius = wide / 2 / mm
        reach = int(radius * (1.5 + 4 * soft)) + 2
        top, left = (max(0, int(m) - reach) for m in middle)
        low, right = (min(CANVAS_PX, int(m) + reach + 1) for m in middle)
        y, x = np.mgrid[top:low, left:right].astype(np.float32)
        y, x = (y - middle[0]) / radius, (x - middle[1]) / radius
        around = np.arctan2(y, x)
        waves = sum(
            rng.normal(0, 0.1) / k**0.5 * np.cos(k * around + rng.uniform(0, 6.28)) for k in (2, 3, 5)
        )
        out[top:low, left:right] += much / (1 + np.exp((np.hypot(x, y) * (1 + waves) - 1) / soft))
    return out


@lru_cache(maxsize=2)
def _maps(skin_type: str, seed: int, mm: float) -> _Maps:
    rng = np.random.default_rng([seed, 5])
    person = _person(skin_type, seed)
    area_cm2 = (CANVAS_PX * mm / 10) ** 2
    some = lambda low, high: float(rng.uniform(low, high))  # noqa: E731
    number = lambda low, high: int(max(3, area_cm2 * some(low, high)))  # noqa: E731
    main = some(0, math.pi)
    deep = _lines(
        rng,
        count=number(0.10, 0.22),
        main=main,
        length_mm=some(16, 30),
        depth_mm=some(0.07, 0.14),
        wide_mm=some(0.22, 0.36),
        mm=mm,
    )
    fine = _lines(
        rng,
        count=number(0.4, 0.9),
        main=main + some(-0.5, 0.5),
        length_mm=some(6, 13),
        depth_mm=some(0.03, 0.055),
        wide_mm=some(0.12, 0.2),
        mm=mm,
    )
    small, share = some(0.09, 0.15), some(0.25, 0.6)
    net = -np.abs(_noise(rng, 1.3 * small / mm)) - np.abs(_noise(rng, small / mm))
    grain = _noise(rng, small / mm) - 0.6 * _noise(rng, 2 * small / mm)
    plain = some(0.012, 0.020) * ((1 - share) * grain + share * (net - net.mean()))
    pits = _pits(rng, density_cm2=some(10, 40), depth_mm=some(0.045, 0.09), mm=mm)

    kinds = [(0.7, 1.3, 0.16, 0.32, 0.28), (1.4, 4.0, 0.13, 0.28, 0.18), (2.4, 4.0, 0.18, 0.36, 0.45)]
    rows = [kinds[rng.integers(3)] for _ in range(number(0.35, 0.9))]
    scars = _marks(
        rng,
        wide_mm=[some(r[0], r[1]) for r in rows],
        amount=[some(r[2], r[3]) for r in rows],
        edge=[r[4] for r in rows],
        mm=mm,
    )
    at = (np.arange(CANVAS_PX, dtype=np.float32) - CANVAS_PX / 2) * mm
    aside, above, oval = some(-12, 12), some(-12, 12), some(0.3, 1.0)
    bulge = -((at[None, :] - aside) ** 2 + oval * (at[:, None] - above) ** 2) / (2 * person.radius_mm)

    count = number(0.3, 0.9)
    spots = _marks(
        rng,
        wide_mm=0.6 + 3.4 * rng.beta(1.2, 3.0, count),
        amount=rng.uniform(0.15, 0.6, count) * some(0.7, 1.3) * (0.15 + 0.6 * person.melanin) ** 0.5,
        edge=rng.uniform(0.08, 0.3, count),
        mm=mm,
    )
    mottle = (
        some(0.06, 0.12)
        / (1 + 0.6 * person.melanin)
        * (0.7 * _noise(rng, 0.3 / mm) + 0.7 * _noise(rng, 0.8 / mm))
    )
    blotch = some(0.08, 0.17) * (0.7 * _noise(rng, 0.3 / mm) + 0.7 * _noise(rng, 0.8 / mm))
    melanin = 1 + some(0.03, 0.07) / (1 + 0.4 * person.melanin) * _noise(rng, 4.0 / mm)
    vessels = _lines(
        rng,
        count=number(0.05, 0.2),
        main=some(0, 3),
        length_mm=some(5, 14),
        depth_mm=some(0.2, 0.5),
        wide_mm=0.14,
        mm=mm,
    )
    blood = np.exp(some(0.06, 0.14) * _noise(rng, 5.0 / mm)) + vessels
    oil = np.clip(0.7 + 0.3 * _noise(rng, 4.0 / mm) + 0.12 * _noise(rng, 0.4 / mm), 0, 2)
    cover = np.clip(0.85 + 0.1 * _noise(rng, 3.0 / mm), 0, 1)
    shafts = np.zeros((CANVAS_PX, CANVAS_PX), np.float32)
    growth = some(0, 6.28)
    for x, y in rng.uniform(0, CANVAS_PX, (int(20 * area_cm2), 2)):
        turn, long = growth + rng.normal(0, 0.4), rng.uniform(0.25, 0.7) / mm
        ends = np.array([[x, y], [x + long * math.cos(turn), y + long * math.sin(turn)]]) * 16
        cv2.line(shafts, ends[0].astype(int).tolist(), ends[1].astype(int).tolist(), 1.0, 1, cv2.LINE_AA, 4)
    shafts = cv2.GaussianBlur(shafts, (0, 0), max(0.05 / mm, 0.4))
    maps = (deep + fine, plain, pits, scars, melanin, mottle, spots, blood, blotch, oil, cover, shafts)
    return _Maps((bulge + 0.05 * _noise(rng, 3.2 / mm)).astype(np.float32), *(np.float32(m) for m in maps))


def _height(skin: Skin, shot: Shot, maps: _Maps, factor: Any) -> Any:
    """Relief in millimetres."""
    fill = shot.makeup * maps.cover
    drawn = 1 + 0.12 * shot.smile_mm * _pull()
    return (
        maps.shape
        - maps.furrow * factor(skin.wrinkles) * drawn
        + maps.plain * factor(skin.texture) * (1 - 0.35 * fill)
        - maps.pits * factor(skin.pores) * (1 - 0.5 * fill)
        - maps.scars * factor(skin.scars)
    ).astype(np.float32)


def _colour(skin: Skin, shot: Shot, maps: _Maps, factor: Any) -> Any:
    """Linear colour of the skin under even white light, as the camera has it."""
    person = _person(skin.type, skin.seed)
    uneven = factor(skin.tone)
    base = person.melanin * factor(skin.pigmentation) * maps.melanin * (1 + uneven * maps.mottle)
    melanin = np.maximum(base + factor(skin.spots) * maps.spots, 0.003) * np.float32(skin.tan)
    blood = person.blood * factor(skin.redness) * maps.blood * (1 + uneven * maps.blotch)
    colour = _coloured(person, shot.camera, melanin, blood)
    if shot.makeup:
        paint = _coloured(person, shot.camera, *(np.full((1, 1), v) for v in (person.melanin, person.blood)))
        cover = (0.75 * shot.makeup * maps.cover)[..., None]
        colour = colour * (1 - cover) + (1.04 * paint) * cover
    if shot.stubble:
        colour = colour * (1 - 0.75 * shot.stubble * np.minimum(maps.stubble, 1))[..., None] + 0.003
    return colour


def _shaded(height: Any, shot: Shot, mm: float) -> tuple[Any, Any, Any]:
    """Light that falls on the skin, 1 where flat; cosine to the mirror; share of the sky it sees."""
    slope_x = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3) / (8 * mm)
    slope_y = cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3) / (8 * mm)
    around, up = math.radians(shot.azimuth_deg), math.radians(shot.elevation_deg)
    lamp = (math.cos(up) * math.cos(around), -math.cos(up) * math.sin(around), math.sin(up))
    facing = 1 / np.sqrt(1 + slope_x**2 + slope_y**2)
    wrap = 0.35 * shot.lamp
    lambert = np.maximum((lamp[2] - slope_x * lamp[0] - slope_y * lamp[1]) * facing + wrap, 0)
    lambert /= lamp[2] + wrap
    at = (np.arange(CANVAS_PX, dtype=np.float32) - CANVAS_PX / 2) * mm
    near = 1 + (at[None, :] * lamp[0] + at[:, None] * lamp[1]) / 450  # nearer to the lamp is brighter
    hidden = 0.0
    for reach_mm, weight in ((0.35, 0.8), (1.3, 0.35)):
        step = max(1, int(reach_mm / mm / 4))
        small = cv2.resize(height, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA)
        around_it = cv2.GaussianBlur(small, (0, 0), reach_mm / mm / step)
        around_it = cv2.resize(around_it, (CANVAS_PX, CANVAS_PX), interpolation=cv2.INTER_LINEAR)
        hidden = hidden + weight / reach_mm * np.maximum(around_it - height, 0)
    open_ = cv2.exp((-hidden).astype(np.float32))
    shade = shot.ambient * open_ + (1 - shot.ambient) * lambert * near * np.sqrt(open_)
    half = np.array([lamp[0], lamp[1], lamp[2] + 1.0])
    half /= np.linalg.norm(half)
    mirror = np.maximum((half[2] - slope_x * half[0] - slope_y * half[1]) * facing, 0)
    return shade.astype(np.float32), mirror, open_


def _light(skin: Skin, shot: Shot) -> Any:
    """The skin as lit, before any lens, on the canvas."""
    maps = _maps(skin.type, skin.seed, skin.mm_per_px)
    person, mm = _person(skin.type, skin.seed), skin.mm_per_px
    inside = _zone() if skin.where == "zone" else np.ones((1, 1), np.float32)
    factor = lambda value: 1.0 if value == 1 else 1.0 + (value - 1.0) * inside  # noqa: E731
    shade, mirror, open_ = _shaded(_height(skin, shot, maps, factor), shot, mm)
    light = _colour(skin, shot, maps, factor)
    for channel, spread_mm in enumerate(person.spread_mm):  # red light travels furthest under the surface
        light[..., channel] *= cv2.GaussianBlur(shade, (0, 0), spread_mm / mm)
    # gloss: facets as Trowbridge and Reitz spread them
    wide = (max(person.rough - 0.12 * min(shot.shine, 1.0), 0.18) + 0.1 * shot.lamp) ** 2
    facets = wide / (math.pi * (mirror**2 * (wide - 1) + 1) ** 2)
    gloss = (
        0.018 * person.gloss * (1 - 0.5 * shot.makeup) * (1 + 2.5 * shot.shine * np.minimum(maps.oil, 1.4))
    )
    light += ((1 - shot.ambient) * gloss * maps.oil * facets * open_)[..., None].astype(np.float32)
    if skin.backdrop:
        across = MARGIN_PX + SIDE_PX // 6
        rng = np.random.default_rng([skin.seed, 7])
        weave = 0.5 + 0.05 * _noise(rng, 2.0) + 0.06 * _noise(rng, 12) if skin.backdrop != "plain" else 0.55
        light[:, :across] = (np.broadcast_to(weave, light.shape[:2])[:, :across, None]) * np.array(
            [0.42, 0.47, 0.55], np.float32
        )
    return _beside_card(light, shot, mm) if skin.card else light


@lru_cache(maxsize=1)
def _card(mm: float) -> Any:
    """The card upright, in linear light."""
    size = (round(cards.design.WIDTH_MM / mm), round(cards.design.HEIGHT_MM / mm))
    return cv2.rotate(
        cv2.resize(cards.printed(), size, interpolation=cv2.INTER_AREA), cv2.ROTATE_90_CLOCKWISE
    )


def _beside_card(light: Any, shot: Shot, mm: float) -> Any:
    """The canvas with cloth to the right and below, on which a card lies flat under the same lamp."""
    rows, columns = (side + 2 * MARGIN_PX for side in WITH_CARD_PX)
    at_y, at_x = (((np.arange(n, dtype=np.float32) - CANVAS_PX / 2) * mm) for n in (rows, columns))
    around, up = math.radians(shot.azimuth_deg), math.radians(shot.elevation_deg)
    lamp = (math.cos(up) * math.cos(around), -math.cos(up) * math.sin(around))
    near = 1 + (at_x[None, :] * lamp[0] + at_y[:, None] * lamp[1]) / 450
    wide = np.empty((rows, columns, 3), np.float32)
    wide[:] = (0.20, 0.22, 0.25)
    card = _card(mm)
    top, left = MARGIN_PX + (WITH_CARD_PX[0] - card.shape[0]) // 2, CANVAS_PX + 20
    wide[top : top + card.shape[0], left : left + card.shape[1]] = np.maximum(card @ _leak(shot.camera).T, 0)
    wide *= (shot.ambient + (1 - shot.ambient) * near)[..., None]
    wide[:CANVAS_PX, :CANVAS_PX] = light
    return wide


# ── the camera ───────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=1)
def _pull() -> Any:
    """How far a smile draws the skin, 0..1: most near one side, none at the other."""
    y, x = np.mgrid[0:CANVAS_PX, 0:CANVAS_PX].astype(np.float32) / CANVAS_PX
    return np.exp(-((x - 0.75) ** 2 + (y - 0.65) ** 2) / 0.08)


def _seen(light: Any, shot: Shot, mm: float) -> Any:
    """The canvas as the lens projects it: turned, rolled, scaled, shifted, soft tissue moved."""
    rows, columns = (side - 2 * MARGIN_PX for side in light.shape[:2])
    focal = 1.4 * max(rows, columns)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    ray = np.stack([(x - columns / 2 - shot.shift_px[0]) / focal, (y - rows / 2 - shot.shift_px[1]) / focal])
    roll, turn, nod = (math.radians(a) for a in (shot.roll_deg, shot.turn_deg, shot.nod_deg))
    about_z = np.array([[math.cos(roll), -math.sin(roll), 0], [math.sin(roll), math.cos(roll), 0], [0, 0, 1]])
    about_y = np.array([[math.cos(turn), 0, math.sin(turn)], [0, 1, 0], [-math.sin(turn), 0, math.cos(turn)]])
    about_x = np.array([[1, 0, 0], [0, math.cos(nod), -math.sin(nod)], [0, math.sin(nod), math.cos(nod)]])
    pose = about_x @ about_y @ about_z
    plane = np.column_stack([pose[:, 0], pose[:, 1], [0.0, 0.0, focal / shot.scale]])
    back = np.linalg.inv(plane).astype(np.float32)  # from the ray to the place on the plane of skin
    u, v, w = (back[i, 0] * ray[0] + back[i, 1] * ray[1] + back[i, 2] for i in range(3))
    px, py = u / w + columns / 2 + MARGIN_PX, v / w + rows / 2 + MARGIN_PX
    rng = np.random.default_rng([shot.seed, 11])
    for _ in range(3 if shot.slack_px else 0):
        kx, ky, phase = rng.uniform(-2, 2), rng.uniform(-2, 2), rng.uniform(0, 6.28)
        wave = np.sin(np.float32(2 * math.pi / SIDE_PX) * (np.float32(kx) * x + np.float32(ky) * y) + phase)
        px += np.float32(shot.slack_px * 0.6 * math.cos(phase)) * wave
        py += np.float32(shot.slack_px * 0.6 * math.sin(phase)) * wave
    if shot.smile_mm:
        inner = slice(MARGIN_PX, MARGIN_PX + SIDE_PX)
        pull = np.zeros_like(px)
        pull[:SIDE_PX, :SIDE_PX] = _pull()[inner, inner] * np.float32(shot.smile_mm / mm)
        px, py = px - 0.8 * pull, py + 0.6 * pull
    return cv2.remap(
        light, px.astype(np.float32), py.astype(np.float32), cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
    )


@lru_cache(maxsize=8)
def _coding(bend: float) -> Any:
    """From linear light in 4096 steps to what is written: sRGB's curve, and an S on top."""
    light = np.linspace(0, 1, 4097)
    coded = np.where(light <= 0.0031308, light * 12.92, 1.055 * np.power(light, 1 / 2.4) - 0.055)
    return ((1 - bend) * coded + bend * coded**2 * (3 - 2 * coded)).astype(np.float32)


def _camera(light: Any, shot: Shot, *, exposure: float = 1.0) -> np.ndarray[Any, Any]:
    rng = np.random.default_rng([shot.seed, 23])
    camera = CAMERAS[shot.camera]
    light = np.maximum(light, 0.0005)
    for _ in range(shot.hairs):
        start, angle, bend = rng.uniform(0, SIDE_PX, 2), rng.uniform(0, 6.28), rng.normal(0, 0.03)
        turns = angle + bend * np.arange(60)
        path = start + np.cumsum(10 * np.stack([np.cos(turns), np.sin(turns)], axis=1), axis=0)
        strand = np.round(path * 16).astype(np.int32)
        cv2.polylines(light, [strand], False, (0.03, 0.02, 0.015), 1, cv2.LINE_AA, 4)
    light = cv2.GaussianBlur(light, (0, 0), shot.blur_px) * np.float32(0.95 * exposure * 2**shot.exposure_ev)
    if camera.vignette:
        down, across = (np.linspace(-1, 1, side, dtype=np.float32) ** 2 for side in light.shape[:2])
        light = light * (1 - camera.vignette * (across[None, :] + down[:, None]) / 2)[..., None]
    light = light * np.array(shot.white, np.float32)
    noise = rng.standard_normal(light.shape, dtype=np.float32)
    light = np.clip(light + noise * np.float32(shot.grain) * np.sqrt(light * 0.4 + 0.004), 0, 1)
    coded = _coding(camera.bend)[np.rint(light * 4096).astype(np.int32)]
    if camera.denoise:
        smooth = cv2.bilateralFilter(coded, 5, 0.05, 1.5)
        coded = coded + np.float32(camera.denoise) * (smooth - coded)
    soft = cv2.GaussianBlur(coded, (0, 0), camera.sharpen_px)
    coded = np.clip(coded + np.float32(camera.sharpen) * (coded - soft), 0, 1)
    return np.rint(coded * 255).astype(np.uint8)

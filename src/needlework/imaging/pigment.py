"""
By how much melanin and haemoglobin of a zone have changed, told apart from light at this skin's darkness.

On dark skin the light that comes back from the surface itself is no longer small beside what comes from
below, and density is no longer proportional to pigment: blue stops growing first, so a fixed vector of
melanin changes its sign. The vectors are therefore taken at the mean colour of the skin that both
photographs show, with the haze of the surface taken off.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from needlework.imaging.icc import Floats
from needlework.imaging.optics import HAEMOGLOBIN, MELANIN
from needlework.imaging.regions import Mask

HAZE = 0.012
"""Share of white light that comes back from the surface of clean skin beside the highlights; house."""
MODEL = 0.15
"""Share of a change of colour by which a camera and a skin may differ from the vectors; house."""
PIGMENT_OD = 0.12
"""Usual size of a change of pigment by treatment, sun or flush; house."""


def vectors(light: Floats) -> tuple[Floats, Floats]:
    """Unit vectors of melanin and of haemoglobin, at skin that returns so much light by channel."""
    share = 1.0 - HAZE / np.maximum(light, HAZE * 1.25)
    melanin, blood = (np.array(one) * share for one in (MELANIN, HAEMOGLOBIN))
    return melanin / np.linalg.norm(melanin), blood / np.linalg.norm(blood)


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """By how much melanin, haemoglobin and shading have changed, with how uncertain that is."""

    melanin: float
    blood: float
    shade: float
    covariance: Floats


def moved(
    before: Floats, after: Floats, *, cast_od: float, grey_od: float, scatter: Floats | None = None
) -> Moved:
    """
    The most probable change of pigments between two colours of skin. [optical density]

    A fixed matrix would put all that white balance has left into melanin and blood. Here light may move by
    `grey_od` and colour by `cast_od`, pigments by as much as treatments move them, and what is seen is shared
    among them (linear least squares with priors). `scatter` is the covariance of `after − before` that chance
    gives so small a place, 3 × 3.
    """
    columns = np.array([*vectors((np.exp(-before) + np.exp(-after)) / 2), np.ones(3)]).T
    tint = float(np.linalg.norm(_hue(after - before)))
    prior = np.diag([PIGMENT_OD**2, PIGMENT_OD**2, max(grey_od, 1e-3) ** 2])
    grey = np.full((3, 3), 1 / 3)
    noise = (max(cast_od, 1e-3) ** 2 + (MODEL * tint) ** 2) * (np.eye(3) - grey) / 2 + 1e-6 * np.eye(3)
    if scatter is not None:
        noise = noise + scatter
    weigh = prior @ columns.T @ np.linalg.inv(columns @ prior @ columns.T + noise)
    found = weigh @ (after - before)
    melanin, blood, shade = (float(value) for value in found)
    return Moved(melanin, blood, shade, prior - weigh @ columns @ prior)


def ita(light: Floats) -> float:
    """
    Individual typology angle of linear sRGB light: arctan((L* − 50) ÷ b*). [°] Source: Chardon 1991.

    >>> round(ita(np.array([0.55, 0.36, 0.26])))
    46
    """
    lightness, _, yellow = cv2.cvtColor(np.asarray(light, np.float32).reshape(1, 1, 3), cv2.COLOR_LRGB2LAB)[
        0, 0
    ]
    return math.degrees(math.atan2(float(lightness) - 50.0, max(float(yellow), 0.5)))


def darkness(ita_deg: float) -> float:
    """
    About how much melanin skin of a typology angle holds, as optical density of green light there and back.

    Epidermis of 1 to 3 % melanosomes on the lightest skin, up to 43 % on the darkest (Jacques 2013), between
    typology angles of 65° and −50°; a straight line is near enough for what it is used for.
    """
    return min(max((68.0 - ita_deg) / 50.0, DARKNESS_MIN), 3.0)


DARKNESS_MIN = 0.15


def _hue(moved: Floats) -> Floats:
    out: Floats = moved - moved.mean()
    return out


def chance(before: Floats, after: Floats, mask: Mask, *, side_px: int) -> Floats:
    """
    Covariance of the mean change of a place, from how far its parts disagree, 3 × 3.

    Parts are squares of `side_px`: within one, a JPEG has made neighbours alike.
    """
    size = (max(1, mask.shape[1] // side_px), max(1, mask.shape[0] // side_px))
    share = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    held = (after - before) * mask[..., None]
    parts = cv2.resize(held, size, interpolation=cv2.INTER_AREA).reshape(-1, 3)
    weight = share.ravel()
    full = weight > 0.4
    if int(full.sum()) < 4:
        return UNSURE_OD**2 * np.eye(3)
    apart = parts[full] / weight[full, None]
    apart = apart - apart.mean(axis=0)
    found: Floats = np.einsum("ni,nj->ij", apart, apart) / (int(full.sum()) - 1) / int(full.sum())
    return found


UNSURE_OD = 0.03
"""Scatter of the colour of a place too small to tell; house."""

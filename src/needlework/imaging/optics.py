"""
From light to what the skin holds.

Optical density is minus the natural logarithm of linear light: layers that absorb add up in it, and a
change of exposure is one number added everywhere. A fixed 3 × 3 matrix takes it apart into melanin,
haemoglobin and shading. Unlike independent components it has no order, sign or scale that changes from run
to run. Sources: Tsumura 1999 (JOSA A 16:2169), Tsumura 2003 (ACM TOG 22:770).
"""

import cv2
import numpy as np

from needlework.imaging.icc import Floats

DARKEST = 0.0015
"""Linear light below which a camera gives noise."""

MELANIN = (0.335, 0.510, 0.792)
HAEMOGLOBIN = (0.300, 0.760, 0.577)
"""
Unit vectors of density in R, G, B of light skin: absorption falls with wavelength to the power 3.33 for
melanin; blood absorbs blue about three quarters as much as green, and blue is lost before it gets deep. Both
as cameras with broad channels see them (Jacques 2013, Phys Med Biol 58:R37), amid several drawn cameras.
Tsumura 2003 has a vector of melanin with more red than green, of one camera: in sRGB a tan reads as redness.
"""

UNMIX = np.linalg.inv(np.array([MELANIN, HAEMOGLOBIN, (1.0, 1.0, 1.0)]).T).astype(np.float32)
"""Density in R, G, B to the amounts of melanin, haemoglobin and shading."""


def density(light: Floats) -> Floats:
    """
    Optical density of linear light, by channel. [1, natural]

    >>> round(float(density(np.full((1, 1, 3), 0.5, np.float32))[0, 0, 0]), 3)
    0.693
    """
    out: Floats = cv2.log(np.maximum(light, DARKEST))
    return np.negative(out, out=out)


def shading(of: Floats) -> Floats:
    """The part of a density that is grey: form and light, neither melanin nor haemoglobin."""
    return cv2.transform(of, UNMIX[2:3])


def haemoglobin(of: Floats) -> Floats:
    """The part of a density that is blood. [Tsumura's unit vector]"""
    return cv2.transform(of, UNMIX[1:2])


def lightness_and_chroma(of: Floats) -> Floats:
    """CIE 1976 L*a*b* of a density. `COLOR_RGB2LAB` would take linear light for coded values."""
    lab: Floats = cv2.cvtColor(cv2.exp(-of), cv2.COLOR_LRGB2LAB)
    return lab


def blurred(picture: Floats, *, sigma_px: float) -> Floats:
    """A Gaussian blur; wide ones at reduced size, where they cost a hundredth and differ by nothing seen."""
    step = int(sigma_px // 4)
    if step < 2:
        narrow: Floats = cv2.GaussianBlur(picture, (0, 0), sigma_px, borderType=cv2.BORDER_REPLICATE)
        return narrow
    height, width = picture.shape[:2]
    size = (max(2, width // step), max(2, height // step))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma_px * size[0] / width, borderType=cv2.BORDER_REPLICATE)
    wide: Floats = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    return wide


def blurred_within(picture: Floats, mask: Floats, *, sigma_px: float) -> Floats:
    """A Gaussian blur that takes nothing from outside the mask (1 inside, 0 outside)."""
    weight = blurred(mask, sigma_px=sigma_px)
    weighted = picture * (mask if picture.ndim == 2 else mask[..., None])
    total = blurred(weighted, sigma_px=sigma_px)
    safe = np.maximum(weight, 1e-4)
    return total / (safe if picture.ndim == 2 else safe[..., None])

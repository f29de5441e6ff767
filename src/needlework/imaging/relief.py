"""
Form seen by its shading: what furrows, pores, scars and texture do to the light, with pigment left out.

Shading darkens all three channels alike; melanin and blood do not. The row of the unmixing matrix that
belongs to shading therefore shows relief and hardly any pigment, so that a tan does not look like scars.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from needlework.imaging.icc import Floats
from needlework.imaging.optics import blurred, shading
from needlework.imaging.regions import Mask

SLOW_MM = 4.0
"""Shading wider than this is the form of the face and the light in the room."""
CLIP_OD = 0.5
BANDS_MM = {"fine": (0.07, 0.14), "pore": (0.14, 0.28), "line": (0.28, 0.6), "broad": (0.7, 2.4)}
"""Narrow and wide Gaussian of the band-pass of each scale."""
PIXELS_MIN = 900
SAMPLE = 120_000
"""Places of which a statistic is taken; more would change nothing that counts."""
LIMIT = 4.0
"""Spreads beyond which a value is a hair or a glint, and is cut off."""


@dataclass(frozen=True, eq=False)
class Relief:
    """Flat shading of both photographs, rows × columns in optical density, 0 where nothing is seen."""

    before: Floats
    after: Floats
    seen: Mask
    mm: float

    def band(self, name: str) -> tuple[Floats, Floats]:
        """Both sides in one band."""
        return self._bands[name]

    @cached_property
    def _bands(self) -> dict[str, tuple[Floats, Floats]]:
        return {name: self.between(*widths) for name, widths in BANDS_MM.items()}

    def between(self, narrow_mm: float, wide_mm: float) -> tuple[Floats, Floats]:
        """Both sides through a band-pass of two Gaussians; never narrower than pixels can show."""
        narrow = max(narrow_mm / self.mm, 0.8)
        wide = max(wide_mm / self.mm, 2 * narrow)
        one, two = (
            blurred(side, sigma_px=narrow) - blurred(side, sigma_px=wide)
            for side in (self.before, self.after)
        )
        return one, two


def of(before: Floats, after: Floats, seen: Mask, *, mm: float) -> Relief:
    """The relief of an aligned pair of optical densities."""
    weight = seen.astype(np.float32)
    one, two = (_flat(side, weight, sigma_px=SLOW_MM / mm) for side in (before, after))
    return Relief(one, two, seen, mm)


def _flat(density: Floats, weight: Floats, *, sigma_px: float) -> Floats:
    form = shading(density)
    slow = blurred(form * weight, sigma_px=sigma_px) / np.maximum(blurred(weight, sigma_px=sigma_px), 1e-3)
    flat: Floats = np.clip((form - slow) * weight, -CLIP_OD, CLIP_OD)
    return flat


def places(mask: Mask) -> NDArray[np.intp]:
    """Where a mask is true, as flat places; a regular sample where there are very many."""
    at = np.flatnonzero(mask)
    return at[:: max(1, at.size // SAMPLE)]


def gain(one: Floats, two: Floats) -> tuple[float, float]:
    """
    How much more of one common pattern the second has than the first, as a logarithm; and its amplitude.

    Both hold the pattern and noise of their own of about equal size: the slope of the major axis (orthogonal
    regression) is then free of the noise, which would pull a ratio of spreads towards 1.
    """
    a, b = float(np.dot(one, one)), float(np.dot(two, two))
    both = float(np.dot(one, two))
    if both <= 1e-12 * max(a, b, 1e-12):
        return 0.0, 0.0
    slope = (b - a + math.sqrt((b - a) ** 2 + 4 * both**2)) / (2 * both)
    return math.log(max(slope, 1e-3)), math.sqrt(both / max(one.size, 1))


def levelled(one: Floats, two: Floats, *, spreads: float = LIMIT) -> tuple[Floats, Floats]:
    """The same places of both, without the reach of hairs and glints."""
    limit = spreads * 1.4826 * float(np.median(np.abs(one + two)[::5])) / 2 + 1e-9
    return np.clip(one, -limit, limit), np.clip(two, -limit, limit)

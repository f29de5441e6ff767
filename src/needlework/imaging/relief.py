"""
Form seen by its shading: what furrows, pores, scars and texture do to the light, with little of pigment.

Shading darkens all channels alike; melanin and blood darken red least. Fine relief is read from red and green
together, where the camera's noise is smallest; broad hollows from red with a part of blue taken off, so that
blotches of pigment do not look like scars. The exact row of the unmixing matrix would leave no pigment at all
and three times the noise.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from needlework.imaging import robust
from needlework.imaging.icc import Floats
from needlework.imaging.optics import blurred
from needlework.imaging.regions import Mask

SLOW_MM = 4.0
"""Shading wider than this is the form of the face and the light in the room."""
CLIP_OD = 0.5
FINE = (0.6, 0.4, 0.0)
BROAD = (1.1, 0.1, -0.2)
"""Shares of R, G and B; they add up to one, so shading counts in full."""
BANDS_MM = {"fine": (0.07, 0.14), "pore": (0.14, 0.28), "line": (0.28, 0.6), "broad": (0.7, 2.4)}
"""Narrow and wide Gaussian of the band-pass of each scale."""
CALM_MM, CALM, CALM_MARGIN_MM = (0.14, 0.4), 2.5, 0.5
"""Band and spreads beyond which something is no texture, and the margin around it."""
PORE_MM = (0.14, 0.30)
"""Narrow and wide Gaussian in which pores stand out."""
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
    broad_before: Floats
    broad_after: Floats
    seen: Mask
    mm: float

    def band(self, name: str) -> tuple[Floats, Floats]:
        """Both sides in one band."""
        return self._bands[name]

    @cached_property
    def _bands(self) -> dict[str, tuple[Floats, Floats]]:
        return {
            name: self.between(*widths, broad=name == "broad", steep=name == "fine")
            for name, widths in BANDS_MM.items()
        }

    def between(
        self, narrow_mm: float, wide_mm: float, *, broad: bool = False, steep: bool = False
    ) -> tuple[Floats, Floats]:
        """
        Both sides through a band-pass of two Gaussians; never narrower than pixels can show.

        Where it is `steep`, the wide one is taken off twice: of blotches ten times as wide a hundredth is
        left and not a tenth.
        """
        narrow = max(narrow_mm / self.mm, 0.8)
        wide = max(wide_mm / self.mm, 2 * narrow)
        one, two = (self.broad_before, self.broad_after) if broad else (self.before, self.after)
        passed = _passed(one, narrow, wide, steep=steep)
        return passed, passed if two is one else _passed(two, narrow, wide, steep=steep)

    @cached_property
    def dots(self) -> tuple[Floats, Floats]:
        """Both sides in the band in which pores stand out."""
        return self.between(*PORE_MM)

    @cached_property
    def calm(self) -> Mask:
        """Skin without pores, lines and the like, of which texture is read."""
        one, two = self.between(*CALM_MM)
        mean = np.abs(one + two) / 2
        at = places(self.seen)
        limit = CALM * robust.NORMAL * float(np.median(mean.ravel()[at])) if at.size else 1.0
        side = max(3, int(CALM_MARGIN_MM / self.mm) | 1)
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
        calm: Mask = self.seen & (cv2.dilate((mean > limit).astype(np.uint8), disc) == 0)
        return calm

    def softer(self, *, sigma_px: float) -> "Relief":
        """The mean of both, blurred a little: what a softer focus would do to it."""
        fine = blurred((self.before + self.after) / 2, sigma_px=sigma_px)
        broad = blurred((self.broad_before + self.broad_after) / 2, sigma_px=sigma_px)
        return Relief(fine, fine, broad, broad, self.seen, self.mm)


def of(before: Floats, after: Floats, seen: Mask, *, mm: float) -> Relief:
    """The relief of an aligned pair of optical densities."""
    weight = seen.astype(np.float32)
    under = np.maximum(blurred(weight, sigma_px=SLOW_MM / mm), 1e-3)
    one, two, broad_one, broad_two = (
        _flat(cv2.transform(side, np.array([shares], np.float32)), weight, under, sigma_px=SLOW_MM / mm)
        for shares in (FINE, BROAD)
        for side in (before, after)
    )
    return Relief(one, two, broad_one, broad_two, seen, mm)


def _flat(form: Floats, weight: Floats, under: Floats, *, sigma_px: float) -> Floats:
    slow = blurred(form * weight, sigma_px=sigma_px) / under
    flat: Floats = np.clip((form - slow) * weight, -CLIP_OD, CLIP_OD)
    return flat


def _passed(side: Floats, narrow: float, wide: float, *, steep: bool) -> Floats:
    kept = side - blurred(side, sigma_px=wide) if steep else side
    out: Floats = blurred(kept, sigma_px=narrow) - blurred(kept, sigma_px=wide)
    return out


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
    # summed by NumPy itself: a BLAS splits a long product among threads, and its last digits with it
    a, b = float(np.sum(one * one)), float(np.sum(two * two))
    both = float(np.sum(one * two))
    if both <= 1e-12 * max(a, b, 1e-12):
        return 0.0, 0.0
    slope = (b - a + math.sqrt((b - a) ** 2 + 4 * both**2)) / (2 * both)
    return math.log(max(slope, 1e-3)), math.sqrt(both / max(one.size, 1))


def apiece(height: float, one: Floats, two: Floats) -> tuple[float, float]:
    """A height of the pattern that both hold, as much of it as either photograph has."""
    found, _ = gain(*levelled(one, two)) if one.size else (0.0, 0.0)
    return height * math.exp(-found / 2), height * math.exp(found / 2)


def levelled(one: Floats, two: Floats, *, spreads: float = LIMIT) -> tuple[Floats, Floats]:
    """The same places of both, without the reach of hairs and glints."""
    limit = spreads * robust.NORMAL * float(np.median(np.abs(one + two)[::5])) / 2 + 1e-9
    return np.clip(one, -limit, limit), np.clip(two, -limit, limit)

"""
Melanin and haemoglobin of an aligned pair, told apart from shading at the darkness that this skin has.

On dark skin the light that comes back from the surface itself is no longer small beside what comes from
below, and density is no longer proportional to pigment: blue stops growing first, so a fixed vector of
melanin changes its sign. The vectors are therefore taken at the mean colour of the skin that both
photographs show, with the haze of the surface taken off.
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from needlework.imaging.icc import Floats
from needlework.imaging.optics import HAEMOGLOBIN, MELANIN, blurred
from needlework.imaging.regions import Mask

HAZE = 0.007
"""Share of white light that comes back from the surface of clean skin beside the highlights; house."""
SLOW_MM = 8.0


@dataclass(frozen=True, eq=False)
class Pigment:
    """Both photographs unmixed; rows × columns, optical density along each pigment's unit vector."""

    unmix: Floats
    """3 × 3: density in R, G, B to melanin, haemoglobin and shading."""
    before: Floats
    after: Floats
    """Rows × columns × 3."""
    seen: Mask
    mm: float

    @cached_property
    def flat(self) -> tuple[Floats, Floats]:
        """Both without what is wider than a spot can be, 0 where nothing is seen."""
        weight = self.seen.astype(np.float32)
        under = np.maximum(blurred(weight, sigma_px=SLOW_MM / self.mm), 1e-3)[..., None]
        sides = []
        for side in (self.before, self.after):
            slow = blurred(side * weight[..., None], sigma_px=SLOW_MM / self.mm) / under
            sides.append((side - slow) * weight[..., None])
        return sides[0], sides[1]

    def between(self, narrow_mm: float, wide_mm: float) -> tuple[Floats, Floats]:
        """Both through a band-pass of two Gaussians, all three planes."""
        one, two = (
            blurred(side, sigma_px=max(narrow_mm / self.mm, 0.8)) - blurred(side, sigma_px=wide_mm / self.mm)
            for side in self.flat
        )
        return one, two


def of(before: Floats, after: Floats, seen: Mask, *, mm: float) -> Pigment:
    """The pigments of an aligned pair of optical densities."""
    matrix = unmixing(_light(before, after, seen))
    return Pigment(matrix, cv2.transform(before, matrix), cv2.transform(after, matrix), seen, mm)


def unmixing(light: Floats) -> Floats:
    """Density in R, G, B to melanin, haemoglobin and shading, at skin that returns so much light by channel."""
    share = 1.0 - HAZE / np.maximum(light, HAZE * 1.6)
    vectors = [np.array(one) * share for one in (MELANIN, HAEMOGLOBIN)]
    vectors = [one / np.linalg.norm(one) for one in vectors]
    return np.linalg.inv(np.array([*vectors, np.ones(3)]).T).astype(np.float32)


def _light(before: Floats, after: Floats, seen: Mask) -> Floats:
    if not seen.any():
        return np.ones(3)
    some = [np.exp(-np.median(side[seen][::7], axis=0)) for side in (before, after)]
    mean: Floats = (some[0] + some[1]) / 2
    return mean

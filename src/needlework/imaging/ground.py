"""
The colour of the skin at a fifth of a millimetre: where blotches, spots and hollows are.

Each region is filtered by itself, so that nothing of its surroundings leaks in over its edge: a region that
has become lighter as a whole would otherwise show a blotch along its border.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import cv2
import numpy as np

from needlework.imaging import robust
from needlework.imaging.icc import Floats
from needlework.imaging.kept import Kept
from needlework.imaging.optics import blurred_within
from needlework.imaging.regions import Mask

STEP_MM = 0.2
COLOURED = (0.5, 0.5, 0.0)
"""
Shares of R, G and B in which blotches and spots are read: pigment and blood darken red and green both, and
blue, in which a camera has most noise and a JPEG least detail, is left out.
"""
SPOT_MM = (0.3, 3.0)
"""Narrow and wide Gaussian of the band in which spots of 0.6 to 4 mm stand out."""
STRONG = 2.5
"""Spreads of the mean of both photographs above which a place is a spot."""
COMPACT = 0.3
"""Share of the square around it that a spot must fill."""
BESIDE = 2.2
"""The same for places that other measures leave out, with a margin."""
GLINT = 0.03
"""
Light from the surface itself that a slope changes with its shade, as a share of white; house. On dark skin it
is more than what the slope does to the light from below.
"""
APART = 0.4
"""How far the colours of shade and of blotches must be apart to tell a hollow from a spot; house."""


@dataclass(frozen=True, eq=False)
class Ground:
    """Both photographs, reduced evenly from the pair's grid; rows × columns × RGB of optical density."""

    before: Floats
    after: Floats
    seen: Mask
    mm: float
    kept: Kept = field(default_factory=Kept, init=False)
    """What lies beside spots inside masks that were asked about."""

    def reduced(self, mask: Mask) -> Mask:
        """A mask of the pair's grid on this plane."""
        size = self.before.shape[1::-1]
        out: Mask = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
        return out & self.seen

    def between(
        self, inside: Mask, narrow_mm: float, wide_mm: float, *, shares: tuple[float, ...] = COLOURED
    ) -> tuple[Floats, Floats]:
        """Both through a band-pass of two Gaussians that take from inside a mask alone, 0 outside it."""
        row = np.array([shares], np.float32)
        sides = (cv2.transform(side, row) for side in (self.before, self.after))
        return self._passed(sides, inside, narrow_mm, wide_mm)

    def coloured(self, inside: Mask, narrow_mm: float, wide_mm: float) -> tuple[Floats, Floats]:
        """The same in R, G and B apart: rows × columns × RGB."""
        return self._passed((self.before, self.after), inside, narrow_mm, wide_mm)

    def _passed(
        self, sides: Iterable[Floats], inside: Mask, narrow_mm: float, wide_mm: float
    ) -> tuple[Floats, Floats]:
        weight = inside.astype(np.float32)
        narrow, wide = max(narrow_mm / self.mm, 0.7), wide_mm / self.mm
        one, two = (
            blurred_within(side, weight, sigma_px=narrow) - blurred_within(side, weight, sigma_px=wide)
            for side in sides
        )
        one[~inside] = two[~inside] = 0.0
        return one, two

    def spots(self, inside: Mask, *, strong: float = STRONG) -> Mask:
        """
        Where spots of pigment lie inside a mask, chosen on the mean of both.

        A hollow is dark as well; what has its colour rather than that of the skin's own blotches is no spot.
        """
        if not inside.any():
            return np.zeros_like(inside)
        mean = self._mean(inside, COLOURED)
        dark = self._dark(inside, mean, strong)
        return dark & ~self._hollow(inside, mean, dark)

    def beside(self, inside: Mask, *, hollows: bool = True) -> Mask:
        """Spots inside a mask, and hollows as dark as they are, with a margin; looked at once."""
        return self.kept.once((inside.tobytes(), hollows), lambda: self._beside(inside, hollows=hollows))

    def _beside(self, inside: Mask, *, hollows: bool) -> Mask:
        mean = self._mean(inside, COLOURED)
        dark = self._dark(inside, mean, BESIDE)
        near = dark if hollows else dark & ~self._hollow(inside, mean, dark)
        out: Mask = cv2.dilate(near.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        return out

    def _mean(self, inside: Mask, shares: tuple[float, ...]) -> Floats:
        one, two = self.between(inside, *SPOT_MM, shares=shares)
        mean: Floats = (one + two) / 2
        return mean

    def _dark(self, inside: Mask, mean: Floats, strong: float) -> Mask:
        """Compact places that are darker than chance makes them."""
        return _compact(inside & (mean > limit(mean[inside], strong=strong)))

    def _hollow(self, inside: Mask, mean: Floats, dark: Mask) -> Mask:
        """
        Which dark places have the colour of shade: how much more blue than red they take, of red and green.

        Between that of shade on this skin and that of its blotches lies the border. On some dark skin, where
        blue has stopped growing with pigment, the two are alike: then no place is said to be a hollow.
        """
        calm = inside & ~dark
        if not dark.any() or not calm.any():
            return np.zeros_like(dark)
        blue = self._mean(inside, (-1.0, 0.0, 1.0))
        blotch = float((blue * mean)[calm].sum() / max(float((mean**2)[calm].sum()), 1e-12))
        shade = self._shade(inside)
        if abs(blotch - shade) < APART:
            return np.zeros_like(dark)
        count, labels = cv2.connectedComponents(dark.astype(np.uint8), connectivity=8)
        own = np.bincount(labels.ravel(), blue.ravel(), count) / np.bincount(
            labels.ravel(), mean.ravel(), count
        )
        hollow = (own - (blotch + shade) / 2) * (shade - blotch) > 0
        hollow[0] = False
        out: Mask = hollow[labels]
        return out

    def _shade(self, inside: Mask) -> float:
        """How much more of blue than of red a slope takes, of what it takes of red and green."""
        red, green, blue = shading(self, inside)
        return 2 * float(blue - red) / float(red + green)


def limit(values: Floats, *, strong: float = STRONG) -> float:
    """How dark a place must be to be a spot among these values of the band in which spots stand out."""
    return strong * robust.about_median(values)


def shading(ground: Ground, where: Mask) -> Floats:
    """
    What a slope does to the density of each channel, by how light the skin is in it.

    It takes light from below from all alike, and light from the surface, which is white and counts the more
    the less comes from below.
    """
    level = np.median((ground.before[where] + ground.after[where]) / 2, axis=0)
    out: Floats = 1.0 + GLINT / np.maximum(np.exp(-level), 0.01)
    return out


def faded(one: Floats, two: Floats, where: Mask) -> float:
    """How much more the second has than the first at some places, as a logarithm; 0 where either has none."""
    sums = [float(side[where].sum()) for side in (one, two)]
    return math.log(sums[1] / sums[0]) if min(sums) > 0 else 0.0


def _compact(mask: Mask) -> Mask:
    """What is as wide as it is long; a furrow that is dark enough is none the less a furrow."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    longest = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    keep = stats[:, cv2.CC_STAT_AREA] > COMPACT * longest**2
    keep[0] = False
    kept: Mask = keep[labels]
    return kept


def of(before: Floats, after: Floats, seen: Mask, *, mm: float) -> Ground:
    """The ground of an aligned pair of optical densities."""
    step = max(1, int(STEP_MM / mm))
    height, width = seen.shape
    size = (max(8, width // step), max(8, height // step))
    weight = cv2.resize(seen.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    sides = [
        cv2.resize(side * seen[..., None], size, interpolation=cv2.INTER_AREA)
        / np.maximum(weight, 0.05)[..., None]
        for side in (before, after)
    ]
    return Ground(sides[0], sides[1], weight > 0.5, mm * step)

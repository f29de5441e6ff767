"""How much of one pattern each of two photographs holds, and how far parts of the skin disagree about it."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from needlework.imaging.icc import Floats
from needlework.imaging.regions import Mask

TILE_MM = 5.0
"""Side of the parts that are asked apart: wider than a hollow, and than a bend of a furrow."""
SHARE = 0.5
"""
Of what parts disagree by, as it counts for their sum: on unchanged drawn skin the sum scatters by half of
what parts that move by chance alone would give it.
"""

ALONE = 0.05
"""What one part may scatter by where there are too few to disagree, as a logarithm; house."""


@dataclass(frozen=True, slots=True)
class Projected:
    """The sums of both photographs over the pattern."""

    before: float
    after: float
    chance: float
    """How uncertain the ratio of the two is, by how far parts disagree about it, as a logarithm."""

    def gained(self, *, floor: float = 0.0) -> float:
        """How much more of the pattern the second holds, as a logarithm; nothing below `floor` counts."""
        return math.log((self.after + floor + 1e-12) / (self.before + floor + 1e-12))


def of(before: Floats, after: Floats, weight: Floats, where: Mask, *, mm: float) -> Projected:
    """
    Both planes on a weight of the same size, over the places of a mask, `mm` to a pixel.

    >>> skin = np.random.default_rng(1).normal(0, 1, (90, 90))
    >>> found = of(skin, 0.8 * skin, skin, np.ones((90, 90), bool), mm=0.5)
    >>> round(found.gained(), 2), round(found.chance, 6)
    (-0.22, 0.00561)
    """
    at = weight[where]
    # summed by NumPy itself: a BLAS splits a long product among threads, and its last digits with it
    one, two = (side[where] * at for side in (before, after))
    sums = [max(0.0, float(np.sum(side))) for side in (one, two)]
    part = _parts(where, side_px=max(1, round(TILE_MM / mm)))
    moved, held = (np.bincount(part, values) for values in (two - one, (one + two) / 2))
    total = float(held.sum())
    if total <= 0:
        return Projected(sums[0], sums[1], 1.0)
    apart = moved - held * float(moved.sum()) / total
    # one over the root of how many parts hold it, when they hold as much as each other
    few = math.sqrt(float((held**2).sum())) / total
    return Projected(
        sums[0], sums[1], math.hypot(SHARE * math.sqrt(float((apart**2).sum())) / total, ALONE * few)
    )


def _parts(where: Mask, *, side_px: int) -> NDArray[np.intp]:
    rows, columns = (at // side_px for at in np.nonzero(where))
    wide = int(columns.max()) + 1 if columns.size else 1
    found: NDArray[np.intp] = np.unique(rows * wide + columns, return_inverse=True)[1]
    return found

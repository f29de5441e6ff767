"""
Lines in the relief of a pair: a long second-derivative filter in eighteen directions.

The direction is chosen on the mean of the two photographs and the answer read in each, so that noise chooses
nothing. Where the mean stands out as far as a spot does, both are lowered by the same share first: a line is
long, and no one place may make it. Worked at a pixel somewhat narrower than the filter, by products of
spectra, both photographs in one.
Sources: Ng 2014 (hybrid Hessian), Ng 2015 (line tracking), Batool 2015.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from needlework.imaging import robust
from needlework.imaging.icc import Floats

ACROSS_MM, ALONG_MM = 0.2, 3.0
STEP_MM = 0.14
"""Pixel of the plane in which lines are sought."""
DIRECTIONS = 18
LIMIT = 2.0
"""Spreads of the mean beyond which one place counts no more: from a spot the filter would draw a star."""


@dataclass(frozen=True, eq=False)
class Lines:
    """Answers of the filter at the best direction of the mean; planes reduced evenly from the pair's grid."""

    mean: Floats
    before: Floats
    after: Floats
    """In optical density: the height of a ridge of the filter's width."""
    reduced: float
    """Size of this plane ÷ size of the grid."""
    across_px: float


def of(before: Floats, after: Floats, *, mm: float) -> Lines:
    """The lines of a flat relief, dark ones only."""
    share = min(1.0, mm / STEP_MM)
    height, width = before.shape
    size = (max(8, round(width * share)), max(8, round(height * share)))
    one, two = (cv2.resize(side, size, interpolation=cv2.INTER_AREA) for side in (before, after))
    one, two = _levelled(one, two)
    across = max(ACROSS_MM / mm * share, 1.4)
    along = max(ALONG_MM / mm * share, 3 * across)
    margin = math.ceil(2.6 * along)
    full = (
        cv2.getOptimalDFTSize(size[1] + 2 * margin),
        cv2.getOptimalDFTSize(size[0] + 2 * margin),
    )
    best = np.full((size[1], size[0]), -1.0, np.float32)
    best_one, best_two = np.zeros_like(best), np.zeros_like(best)
    spectrum = cv2.dft(_padded(one, two, margin, full), flags=cv2.DFT_COMPLEX_OUTPUT)
    inner = np.s_[margin : margin + size[1], margin : margin + size[0]]
    for kernel in _kernels(across, along, full):
        both = cv2.idft(spectrum * kernel, flags=cv2.DFT_SCALE)[inner]
        first, second = cv2.split(np.ascontiguousarray(both))
        mean = (first + second) / 2
        better = (mean > best).astype(np.uint8)
        cv2.copyTo(mean, better, best)
        cv2.copyTo(first, better, best_one)
        cv2.copyTo(second, better, best_two)
    return Lines(best, best_one, best_two, share, across)


def _levelled(one: Floats, two: Floats) -> tuple[Floats, Floats]:
    """Both lowered where their mean is beyond the limit, by the share that brings the mean down to it."""
    mean = np.abs(one + two) / 2
    limit = LIMIT * robust.about_zero(mean[mean > 0])
    share = np.minimum(1.0, limit / np.maximum(mean, 1e-9))
    return one * share, two * share


def _padded(one: Floats, two: Floats, margin: int, full: tuple[int, int]) -> Floats:
    """Both planes as one complex picture, continued by reflection at their edges."""
    down, right = full[0] - one.shape[0] - margin, full[1] - one.shape[1] - margin
    mode = cv2.BORDER_REFLECT if min(one.shape) > max(down, right) else cv2.BORDER_REPLICATE
    sides = [cv2.copyMakeBorder(side, margin, down, margin, right, mode) for side in (one, two)]
    return np.stack(sides, axis=-1)


@lru_cache(maxsize=4)
def _kernels(across: float, along: float, full: tuple[int, int]) -> tuple[Floats, ...]:
    """
    Spectra of the filter, one a direction; real, since the filter is even.

    A Gaussian second derivative across, a Gaussian along; it answers with the height of a Gaussian ridge.
    """
    y = np.fft.fftfreq(full[0])[:, None] * 2 * math.pi
    x = np.fft.fftfreq(full[1])[None, :] * 2 * math.pi
    out = []
    for number in range(DIRECTIONS):
        angle = math.pi * number / DIRECTIONS
        u, v = -x * math.sin(angle) + y * math.cos(angle), x * math.cos(angle) + y * math.sin(angle)
        kernel = (u * across) ** 2 * np.exp(-((u * across) ** 2) / 2 - (v * along) ** 2 / 2)
        # a ridge of the same width, exp(−u²/2a²), answers with 2^(−3/2) of its height
        out.append((kernel * 2**1.5).astype(np.float32)[..., None])
    return tuple(out)

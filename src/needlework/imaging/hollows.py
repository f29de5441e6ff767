"""
Hollows by the shade they cast: where they are, as the direction of the light and the colour of shade tell it.

A hollow lit from one side is dark below its wall towards the lamp and light on the other. Patterns of that
kind are sought in several widths by a matched filter: what skin holds of such a size besides, blotches and
the like, has no direction, so that the half of it that lies across the light tells how much of it there is.
On dark skin it is more than the shade; nothing but the pattern as a whole stands out of it.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from needlework.imaging import robust
from needlework.imaging.icc import Floats
from needlework.imaging.regions import Mask, window

WIDTHS_MM = (0.9, 1.4, 2.0, 2.8, 4.0)
WALL = 0.3
"""Softness of a wall as a share of the radius; house."""
FOUND = 3.5
"""Spreads from which an answer counts; house."""
PIGMENT = 2.0
"""Times what is left of it in colours that shade has not, that it must be; house."""
ACROSS = 4
"""Power of the sine of the angle to the light, by which a wave tells of what has no direction."""
LOADING = 0.02
"""Share of the largest power, and of its own, that is added to each: keeps the filter sane."""
WAVES = 0.05
"""Step of the sizes of waves that are told apart. [1/mm]"""
SMOOTH = (0.1, 0.2, 0.4, 0.2, 0.1)
"""Of the sizes beside each other."""
RIM_MM = 4.5
"""How far a pattern reaches beyond its middle: so much is looked at around it, and as much added."""
FAINT = 0.05
"""Share of the strongest, below which a pattern is left out."""


@dataclass(frozen=True, slots=True, eq=False)
class Sought:
    """The skin in which hollows are sought: the mean of both photographs, and what shade does to it."""

    mean: Floats
    """Rows × columns × RGB of optical density through a band, 0 outside `calm`."""
    calm: Mask
    row: Floats
    """Shares of R, G and B in which shade stands out most."""
    shade: Floats
    """What a slope does to R, G and B."""
    towards: float
    """Direction to the lamp. [rad]"""
    mm: float


def pattern(sought: Sought) -> Floats:
    """
    The shade of the hollows that were found, on the plane of the mean; 0 where there is none. [any unit]

    It is put together of the patterns of all places that answer beyond chance, by how far they do: no value
    of the skin itself is in it, so that blotches of either photograph do not weigh.
    """
    out = np.zeros(sought.calm.shape, np.float32)
    if not sought.calm.any():
        return out
    inside = window(sought.calm, margin_px=math.ceil(RIM_MM / sought.mm))
    calm = sought.calm[inside]
    white = _whitened(sought.mean[inside], sought)
    found = np.zeros(calm.shape, np.float32)
    for width_mm in WIDTHS_MM:
        kernel = _kernel(width_mm, sought.mm, sought.towards)
        beyond = np.where(calm, _beyond(_answers(white, kernel), calm, sought), 0.0)
        found += _answers(beyond.astype(np.float32), kernel[::-1, ::-1] / np.linalg.norm(kernel))
    found = np.where(calm, found, 0.0)
    found[np.abs(found) < FAINT * float(np.abs(found).max(initial=0.0))] = 0.0
    out[inside] = found
    return out


def _answers(plane: Floats, kernel: Floats) -> Floats:
    """The plane correlated with a kernel, nothing beyond its edge: reflected, shade would change its sign."""
    out: Floats = cv2.filter2D(plane, -1, kernel, borderType=cv2.BORDER_CONSTANT)
    return out


def _beyond(answer: Floats, calm: Mask, sought: Sought) -> Floats:
    """Spreads of an answer in R, G and B beyond `FOUND`, where it has the colour of shade; else 0."""
    shade = _added(answer, sought.row)
    spreads = shade / max(robust.about_zero(shade[calm]), 1e-30)
    rest = answer - shade[..., None] * sought.shade
    cut = robust.cut(rest[calm])
    powers, axes = np.linalg.eigh(np.einsum("ni,nj->ij", cut, cut) / len(cut))
    apart = axes[:, 1:] / np.sqrt(np.maximum(powers[1:], 1e-30))
    pigment = np.sqrt((np.einsum("hwc,cp->hwp", rest, apart) ** 2).sum(-1) / 2)
    out: Floats = np.where(spreads > PIGMENT * pigment, np.maximum(spreads - FOUND, 0.0), 0.0)
    return out


def _whitened(mean: Floats, sought: Sought) -> Floats:
    """The mean with each size of wave weighed by how little of it skin holds across the light."""
    sides = tuple(cv2.getOptimalDFTSize(side + math.ceil(RIM_MM / sought.mm)) for side in mean.shape[:2])
    waves = np.fft.rfft2(mean, sides, axes=(0, 1))
    down, right = np.fft.fftfreq(sides[0])[:, None], np.fft.rfftfreq(sides[1])[None]
    size = np.hypot(down, right) / sought.mm / WAVES
    across = np.abs(np.sin(np.arctan2(down, right + 1e-12) - sought.towards)) ** ACROSS
    weight = 1 / np.interp(size - 0.5, *_powers(np.abs(_added(waves, sought.row)) ** 2, size, across))
    shown = np.fft.irfft2(waves * (weight / weight.max())[..., None], sides, axes=(0, 1))
    out: Floats = shown[: mean.shape[0], : mean.shape[1]].astype(np.float32)
    return out


def _added(channels: Floats, row: Floats) -> Floats:
    """R, G and B in some shares; not by a BLAS, whose last digits hang on its threads."""
    out: Floats = np.einsum("hwc,c->hw", channels, row)
    return out


def _powers(power: Floats, size: Floats, across: Floats) -> tuple[Floats, Floats]:
    """The power of waves of each size that run across the light: sizes and powers, loaded."""
    at = size.astype(int).ravel()
    sums, weights = (
        np.convolve(np.pad(np.bincount(at, values.ravel()), 2, mode="edge"), SMOOTH, "valid")
        for values in (power * across, across)
    )
    mean = sums / (weights + 1e-9)
    return np.arange(len(mean)), mean * (1 + LOADING) + LOADING * mean.max() + 1e-30


@lru_cache(maxsize=64)
def _parts(width_mm: float, mm: float) -> tuple[Floats, Floats]:
    """The slopes of a hollow with soft walls, to the right and down."""
    radius = width_mm / 2
    reach = math.ceil((radius * (1 + 3 * WALL) + 0.2) / mm)
    down, right = np.mgrid[-reach : reach + 1, -reach : reach + 1] * mm
    deep = 1 / (1 + np.exp((np.hypot(down, right) / radius - 1) / WALL))
    falls, runs = np.gradient(deep)
    return -runs, -falls


def _kernel(width_mm: float, mm: float, towards: float) -> Floats:
    """What a hollow of some width does to density under a lamp in some direction."""
    right, down = _parts(width_mm, mm)
    out: Floats = (math.cos(towards) * right + math.sin(towards) * down).astype(np.float32)
    return out

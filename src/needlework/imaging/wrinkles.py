"""
Wrinkles and fine lines: how much line there is, times how deep it looks.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from needlework.imaging.align import Pair
from needlework.imaging.icc import Floats
from needlework.imaging.optics import blurred
from needlework.imaging.regions import Mask, Region
from needlework.records import Reading

ACROSS_MM = 0.25
ALONG_MM = 1.3
LENGTH_MM = 5.0
ACROSS_RELATIVE = 1 / 480
"""Of the before photograph's longest side, where no scale is known."""
DIRECTIONS = 12
STRONG, WEAK = 2.6, 1.5
"""Hysteresis, in spreads of the response over skin without lines."""
PIXELS_MIN = 2500
LEVELLING = 0.7
"""Share, as a power, of a change of the skin between the lines that is put down to the light."""
FLOOR = 0.01
"""Share of the response that counts as nothing: keeps smooth skin from giving wild ratios."""


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """What was found on the mean of the pair, and what each photograph has there."""

    chosen: Mask
    before: Floats
    after: Floats
    """Response along the direction chosen on the mean, in optical density."""
    across_px: float


def measure(pair: Pair, region: Region) -> Reading | None:
    """
    Line length × contrast in a region, per area. [OD·mm/cm², or OD·px per 100 px² without a scale]

    An elongated second-derivative filter in twelve directions (0.25 mm across, 1.3 mm along) on red optical
    density, in which pigment shows least; lines are linked by hysteresis and kept from 5 mm; both are done
    on the mean of the pair, and the response is read in each photograph at the same pixels, referred to the
    contrast of the skin between the lines.
    Sources: Ng 2014 (hybrid Hessian), Ng 2015 (line tracking), Batool 2015.
    How it can mislead: light from the side deepens every line; swelling after needling hides them for days;
    stray hair counts as a line where it lies in both photographs.
    """
    mask = pair.mask(region)
    if int(mask.sum()) < PIXELS_MIN:
        return None
    lines = find(pair, mask)
    count = int(mask.sum())
    scale = pair.grid.mm_per_px
    per = 100 / (count * 2 * lines.across_px) / (scale if scale else 1.0)
    sides = zip((lines.before, lines.after), _levelled(pair, mask, lines), strict=True)
    before, after = (max(0.0, float(side[lines.chosen].sum())) * per * level for side, level in sides)
    unit = "OD·mm/cm²" if scale else "OD·px per 100 px² (relative)"
    # nothing at all reads as one part in a hundred of the area showing a line of one hundredth of a density
    return Reading(region.name, "wrinkles", unit, before, after, ratio=True, floor=FLOOR * per * count * 0.01)


def find(pair: Pair, mask: Mask) -> Lines:
    """The lines of the pair within a mask, on the whole grid."""
    scale = pair.grid.mm_per_px
    longest_px = max(pair.before.shape[:2])
    across = ACROSS_MM / scale if scale else ACROSS_RELATIVE * 1100
    across = max(across, 1.5)
    along = across * ALONG_MM / ACROSS_MM
    inner = _inner(mask, across=across)
    one, two = (_red(side, mask, across=across) for side in (pair.before, pair.after))
    mean, before, after = _responses(one, two, across=across, along=along)
    spread = 1.4826 * float(np.median(np.abs(mean[inner]))) if inner.any() else 1.0
    chosen = _linked(
        mean, inner, spread=spread, length_px=min(LENGTH_MM / ACROSS_MM * across, longest_px / 8)
    )
    return Lines(chosen, before, after, across)


def _levelled(pair: Pair, mask: Mask, lines: Lines) -> tuple[float, float]:
    """
    Two factors that bring both photographs to the same contrast of the skin between the lines.

    Light that slants a little more deepens every furrow, pore and line at once; most of what the skin between
    the lines has gained is taken off, and not all of it, since texture may also change by itself. On drawn
    pairs this halves the scatter of unchanged skin.
    """
    across = lines.across_px
    between = mask & (cv2.dilate(lines.chosen.astype(np.uint8), np.ones((5, 5), np.uint8)) == 0)
    contrast = []
    for side in (pair.before, pair.after):
        red = np.ascontiguousarray(side[..., 0])
        detail = blurred(red, sigma_px=across * 0.6) - blurred(red, sigma_px=across * 1.6)
        contrast.append(float(np.median(np.abs(detail[between]))) + 1e-4 if between.any() else 1.0)
    factor = (contrast[1] / contrast[0]) ** (LEVELLING / 2)
    return factor, 1 / factor


def _red(density: Floats, mask: Mask, *, across: float) -> Floats:
    """Red density without slow shading; outside the mask flat, so that no edge leaks in."""
    red = np.ascontiguousarray(density[..., 0])
    weight = mask.astype(np.float32)
    wide = across * 6
    slow = blurred(red * weight, sigma_px=wide) / np.maximum(blurred(weight, sigma_px=wide), 1e-3)
    flat: Floats = np.clip((red - slow) * weight, -0.6, 0.6)
    return flat


def _kernel(angle: float, *, across: float, along: float) -> Floats:
    """Answers with the height of a Gaussian ridge of the same width that runs along `angle`."""
    half = math.ceil(2.6 * along)
    y, x = np.mgrid[-half : half + 1, -half : half + 1].astype(np.float32)
    u = -x * math.sin(angle) + y * math.cos(angle)
    v = x * math.cos(angle) + y * math.sin(angle)
    kernel = (1 - u**2 / across**2) * np.exp(-(u**2) / (2 * across**2) - v**2 / (2 * along**2))
    kernel -= kernel.mean()
    ridge = np.exp(-(u**2) / (2 * across**2))
    return np.asarray(kernel / float((kernel * ridge).sum()), np.float32)


def _responses(one: Floats, two: Floats, *, across: float, along: float) -> tuple[Floats, Floats, Floats]:
    """The strongest response on the mean over all directions, and the two that it is the mean of."""
    best = np.full(one.shape, -1.0, np.float32)
    best_one, best_two = np.zeros_like(best), np.zeros_like(best)
    for number in range(DIRECTIONS):
        kernel = _kernel(math.pi * number / DIRECTIONS, across=across, along=along)
        first = cv2.filter2D(one, cv2.CV_32F, kernel, borderType=cv2.BORDER_REPLICATE)
        second = cv2.filter2D(two, cv2.CV_32F, kernel, borderType=cv2.BORDER_REPLICATE)
        mean = (first + second) / 2
        better = (mean > best).astype(np.uint8)
        cv2.copyTo(mean, better, best)
        cv2.copyTo(first, better, best_one)
        cv2.copyTo(second, better, best_two)
    return best, best_one, best_two


def _inner(mask: Mask, *, across: float) -> Mask:
    """The mask without a border as wide as the filter and without the neighbourhood of small holes."""
    side = 2 * math.ceil(2 * across) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    inner: Mask = cv2.erode(mask.astype(np.uint8), disc, borderType=cv2.BORDER_CONSTANT, borderValue=0) > 0
    return inner


def _linked(mean: Floats, inner: Mask, *, spread: float, length_px: float) -> Mask:
    """Weak pixels that hang together with strong ones, as lines of some length."""
    weak = (inner & (mean > WEAK * spread)).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(weak, connectivity=8)
    strong = np.zeros(count, bool)
    strong[np.unique(labels[(mean > STRONG * spread) & (weak > 0)])] = True
    extent = np.hypot(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    keep = strong & (extent >= length_px)
    keep[0] = False
    chosen: Mask = keep[labels]
    return chosen

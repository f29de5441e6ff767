"""
Wrinkles and fine lines: how much line there is, times how deep it looks.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from needlework.imaging import light, relief
from needlework.imaging.align import Pair
from needlework.imaging.icc import Floats
from needlework.imaging.lines import Lines
from needlework.imaging.regions import Mask, Region
from needlework.imaging.seen import Seen
from needlework.records.measure import Detail, Reading

LENGTH_MM = 5.0
USUAL = 0.8
"""Share of the weak limit that the skin between lines reaches by itself."""
STRONG, WEAK = 1.9, 1.2
"""Hysteresis, in spreads of the response over skin without lines."""
FLOOR_OD = 0.0002
"""Response over the whole area that counts as nothing: keeps smooth skin from giving wild ratios."""
UNIT, RELATIVE = "OD·mm/cm²", "OD·px per 100 px² (relative)"


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """Lines of one region: where they are on the reduced plane of the filter, and the region there."""

    where: Mask
    inner: Mask
    weight: Floats
    """Of each place in `where`, 1 on average: the more a line stands out in the mean, the more it counts."""
    lines: Lines


def measure(pair: Pair, region: Region) -> Reading | None:
    """
    Line length × contrast in a region, per area. [OD·mm/cm², or OD·px per 100 px² without a scale]

    Lines are linked by hysteresis and kept from 5 mm; chosen on the mean of the pair, read in each photograph
    at the same pixels and weighted by how far they stand out of the skin between them; what light and focus
    have done to lines is taken out.
    How it can mislead: light from the side deepens every line; swelling after needling hides them for days;
    stray hair counts as a line where it lies in both photographs.
    """
    mask = pair.mask(region)
    if int(mask.sum()) < 4 * relief.PIXELS_MIN:
        return None
    found = choose(pair, mask)
    count = max(int(found.inner.sum()), 1)
    mm = pair.mm / found.lines.reduced
    scale = pair.grid.mm_per_px
    per = 100 / (count * 2 * found.lines.across_px) / (mm if scale else 1.0)
    lit = light.moved(pair, region, own="line")
    half = math.exp(lit.by / 2)
    before, after = (
        max(0.0, float(np.sum(side[found.where] * found.weight))) * per * level
        for side, level in ((found.lines.before, half), (found.lines.after, 1 / half))
    )
    length = float(found.where.sum()) / (2 * found.lines.across_px) * per * 2 * found.lines.across_px
    details = (Detail("line length", "mm/cm²" if scale else "px per 100 px² (relative)", length, length),)
    return Reading(
        region.name, "wrinkles", UNIT if scale else RELATIVE, before, after,
        ratio=True, floor=FLOOR_OD * per * count, spread=lit.spread, details=details,
    )  # fmt: skip


def choose(pair: Pair, mask: Mask) -> Chosen:
    """The lines of a pair within a mask."""
    lines = pair.lines
    size = lines.mean.shape[::-1]
    small = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_AREA) > 0
    inner = _inner(small, across=lines.across_px) & ~_spots(pair, mask, size)
    spread = 1.4826 * float(np.median(np.abs(lines.mean[inner]))) if inner.any() else 1.0
    length_px = min(LENGTH_MM / (pair.mm / lines.reduced), max(size) / 8)
    where = _linked(lines.mean, inner, spread=spread, length_px=length_px)
    weight = np.maximum(lines.mean[where] - USUAL * WEAK * spread, 0.0)
    return Chosen(where, inner, weight / max(float(weight.mean()) if weight.size else 1.0, 1e-9), lines)


def _spots(pair: Pair, mask: Mask, size: tuple[int, int]) -> Mask:
    """Pigmented spots, whose edges look like lines."""
    beside = pair.ground.beside(pair.ground.reduced(mask)).astype(np.uint8)
    out: Mask = cv2.resize(beside, size, interpolation=cv2.INTER_NEAREST) > 0
    return out


def seen(pair: Pair, region: Region) -> Seen | None:
    """The lines that were counted."""
    mask = pair.mask(region)
    if int(mask.sum()) < 4 * relief.PIXELS_MIN:
        return None
    found = choose(pair, mask)
    before, after = (
        np.where(found.where, np.maximum(side, 0), 0.0).astype(np.float32)
        for side in (found.lines.before, found.lines.after)
    )
    strong = before[found.where]
    return Seen("line", before, after, float(np.percentile(strong, 95)) if strong.size else 1.0, "OD")


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

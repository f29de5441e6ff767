"""
Stray hairs that lie in one photograph of a pair only: left out of both, with a rim.

A hair is no furrow: of a furrow that has faded the other photograph still holds some, of a hair nothing.
"""

import math

import cv2
import numpy as np

from needlework.imaging import robust
from needlework.imaging.align import Pair
from needlework.imaging.icc import Floats
from needlework.imaging.regions import Mask

STRONG, WEAK = 3.0, 2.0
"""Spreads of the line filter's answer from which a line may be a hair, and to which it is followed."""
DARK = 3.0
"""Spreads of the relief by which a hair is darker than the skin somewhere along it."""
ALONE, ALONE_WEAK = 0.25, 0.4
"""Share of it that the other photograph may have at one place."""
TRACE = 0.12
"""
Share that the other photograph may have of the whole line. On drawn skin a hair leaves 0.15 at most, and less
than 0.08 mostly; a furrow that has faded to a fifth leaves 0.15 to 0.2, for it is still there.
"""
LENGTH_MM = 3.0
RIM_MM = 0.8
"""How far a hair reaches into what is read beside it."""


def without(pair: Pair) -> Pair:
    """The pair without hairs that lie in one photograph only, and a rim around them."""
    found = found_in(pair)
    return pair.without(found) if found.any() else pair


def found_in(pair: Pair) -> Mask:
    """Long dark lines that one photograph has and the other has not, with their rim, on the pair's grid."""
    lines = pair.lines
    size = lines.mean.shape[::-1]
    bare = cv2.resize((pair.usable & pair.skin).astype(np.uint8), size, interpolation=cv2.INTER_AREA) > 0
    spread = robust.about_zero(lines.mean[bare])
    length_px = LENGTH_MM / (pair.mm / lines.reduced)
    found = np.zeros(lines.mean.shape, np.uint8)
    darker = _darker(pair, size)
    for one, other, dark in zip(
        (lines.before, lines.after), (lines.after, lines.before), darker, strict=True
    ):
        strong = bare & dark & (one > STRONG * spread) & (other < ALONE * one)
        if strong.any():
            weak = bare & (one > WEAK * spread) & (other < ALONE_WEAK * one)
            found |= _traceless(_long(weak | strong, strong, length_px=length_px), one, other)
    if not found.any():
        return np.zeros(pair.usable.shape, bool)
    rim = 2 * math.ceil(RIM_MM / (pair.mm / lines.reduced)) + 1
    wide = cv2.dilate(found, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (rim, rim)))
    out: Mask = cv2.resize(wide, pair.usable.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    return out


def _darker(pair: Pair, size: tuple[int, int]) -> list[Mask]:
    """Where each photograph is much darker than the skin between lines, by columns and rows of the lines."""
    planes = [
        cv2.resize(side, size, interpolation=cv2.INTER_AREA)
        for side in (pair.relief.before, pair.relief.after)
    ]
    mean = np.abs(planes[0] + planes[1]) / 2
    spread = robust.about_zero(mean[mean > 0])
    return [plane > DARK * spread for plane in planes]


def _long(weak: Mask, strong: Mask, *, length_px: float) -> Mask:
    """Weak places that hang together with strong ones, of some length."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(weak.astype(np.uint8), connectivity=8)
    keep = np.zeros(count, np.uint8)
    keep[np.unique(labels[strong])] = 1
    keep[np.hypot(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) < length_px] = 0
    keep[0] = 0
    out: Mask = keep[labels]
    return out


def _traceless(lines: Mask, one: Floats, other: Floats) -> Mask:
    """Those of the lines of one photograph of which the other holds next to nothing, each as a whole."""
    count, labels = cv2.connectedComponents(lines.astype(np.uint8), connectivity=8)
    held, left = (np.bincount(labels.ravel(), side.ravel(), count) for side in (one, other))
    gone = left < TRACE * held
    gone[0] = False
    out: Mask = gone[labels]
    return out

"""
Where to measure: polygons drawn on the before photograph, or all the skin in it.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from needlework.imaging.icc import Floats
from needlework.records.measure import WHOLE
from needlework.records.why import Reason, Refusal

Mask = NDArray[np.bool_]

ZONES_MAX = 60
POINTS_MAX = 500
NAME_MAX = 80
TEXT_MAX = 1_000_000
COORDINATE_MAX = 100_000.0

SHOULD = 'Write {"zones": [{"name": "left cheek", "polygon": [[x, y], [x, y], [x, y]]}]} in pixels.'


@dataclass(frozen=True, slots=True)
class Region:
    """A named part of the before photograph; the whole of its skin where `polygon` is None."""

    name: str
    polygon: tuple[tuple[float, float], ...] | None = None


def window(mask: Mask, *, margin_px: int = 0) -> tuple[slice, slice]:
    """
    The rows and columns in which a mask is true, and a margin as far as the picture goes.

    >>> window(np.eye(9, dtype=bool)[3:6], margin_px=1)
    (slice(0, 3, None), slice(2, 7, None))
    """
    column, row, width, height = cv2.boundingRect(mask.astype(np.uint8))
    rows = slice(max(0, row - margin_px), min(mask.shape[0], row + height + margin_px))
    return rows, slice(max(0, column - margin_px), min(mask.shape[1], column + width + margin_px))


def inner(mask: Mask, *, by_px: int) -> Mask:
    """A mask without a rim of so many pixels, also along its holes and along the picture's edge."""
    side = 2 * by_px + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    out: Mask = cv2.erode(mask.astype(np.uint8), disc, borderType=cv2.BORDER_CONSTANT, borderValue=0) > 0
    return out


def parse(given: str | bytes | Mapping[str, object]) -> tuple[Region, ...] | Refusal:
    """
    Zones as the canvas of the measure page and a region file give them.

    >>> parse('{"zones": [{"name": "chin", "polygon": [[0, 0], [9, 0], [9, 9]]}]}')[0].name
    'chin'
    """
    if isinstance(given, str | bytes):
        if len(given) > TEXT_MAX:
            return _refuse("zones", "The zones take more than a megabyte.", SHOULD)
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            return _refuse("zones", "This is not JSON.", SHOULD)
    zones = given.get("zones") if isinstance(given, Mapping) else None
    if not isinstance(zones, list | tuple) or not zones:
        return _refuse("zones", "There is no list of zones.", SHOULD)
    if len(zones) > ZONES_MAX:
        return _refuse(
            "zones", f"There are {len(zones)} zones; at most {ZONES_MAX} are measured at once.", "Draw fewer."
        )
    regions: list[Region] = []
    reasons: list[Reason] = []
    for number, zone in enumerate(zones):
        key = f"zones[{number}]"
        named = _name(zone, key, {region.name for region in regions})
        polygon = _polygon(zone, key)
        reasons += [fault for fault in (named, polygon) if isinstance(fault, Reason)]
        if isinstance(named, str) and isinstance(polygon, tuple):
            regions.append(Region(named, polygon))
    return Refusal(tuple(reasons)) if reasons else tuple(regions)


def within(regions: tuple[Region, ...], *, width: int, height: int) -> tuple[Reason, ...]:
    """A reason for each zone that leaves the picture; a pixel's grace for a line drawn along the edge."""
    return tuple(
        Reason(
            f"zones[{number}].polygon",
            f"The zone “{region.name}” reaches outside the picture of {width} × {height} pixels.",
            "Draw it on the before photograph, in its own pixels.",
        )
        for number, region in enumerate(regions)
        if any(not (-1 <= x <= width and -1 <= y <= height) for x, y in region.polygon or ())
    )


def _name(zone: object, key: str, taken: set[str]) -> str | Reason:
    name = zone.get("name") if isinstance(zone, Mapping) else None
    if not isinstance(name, str) or not name.strip() or len(name) > NAME_MAX or not name.isprintable():
        return Reason(
            f"{key}.name", "This zone has no usable name.", f"Give it a name of 1 to {NAME_MAX} letters."
        )
    if name.strip() == WHOLE:
        problem = f"“{WHOLE}” is the name of the whole skin area."
        return Reason(f"{key}.name", problem, "Give the zone another name.")
    if name.strip() in taken:
        return Reason(f"{key}.name", f"Two zones are named “{name.strip()}”.", "Give each a name of its own.")
    return name.strip()


def _polygon(zone: object, key: str) -> tuple[tuple[float, float], ...] | Reason:
    at = f"{key}.polygon"
    given = zone.get("polygon") if isinstance(zone, Mapping) else None
    if not isinstance(given, list | tuple) or not 3 <= len(given) <= POINTS_MAX:
        return Reason(at, f"A zone needs 3 to {POINTS_MAX} points.", "Draw around the area, point by point.")
    points = [_point(pair) for pair in given]
    for number, point in enumerate(points):
        if point is None:
            return Reason(f"{at}[{number}]", "This point is not two numbers in pixels.", "Write [x, y].")
    polygon = tuple(point for point in points if point is not None)
    if polygon[0] == polygon[-1] and len(polygon) > 3:
        polygon = polygon[:-1]  # some tools close the line by repeating its first point
    if crosses(polygon):
        return Reason(at, "The outline crosses itself.", "Draw it again without crossing the line.")
    if _area_px(polygon) < 16:
        return Reason(at, "The zone has no area.", "Draw around an area.")
    return polygon


def _point(given: object) -> tuple[float, float] | None:
    if not isinstance(given, list | tuple) or len(given) != 2:
        return None
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in given):
        return None
    if any(not math.isfinite(value) or abs(value) > COORDINATE_MAX for value in given):
        return None
    return float(given[0]), float(given[1])


def _area_px(polygon: tuple[tuple[float, float], ...]) -> float:
    following = polygon[1:] + polygon[:1]
    return abs(sum(x * w - z * y for (x, y), (z, w) in zip(polygon, following, strict=True))) / 2


def crosses(polygon: tuple[tuple[float, float], ...]) -> bool:
    """Whether two sides that are not neighbours meet."""
    count = len(polygon)
    at = np.array(polygon)
    to = np.roll(at, -1, axis=0)
    first, second = np.triu_indices(count, k=2)
    apart = ~((first == 0) & (second == count - 1))
    first, second = first[apart], second[apart]

    def side(a: NDArray[np.float64], b: NDArray[np.float64], c: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.sign((b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0]))

    a, b, c, d = at[first], to[first], at[second], to[second]
    meets = (side(a, b, c) * side(a, b, d) < 0) & (side(c, d, a) * side(c, d, b) < 0)
    return bool(meets.any())


def _refuse(key: str, problem: str, do: str) -> Refusal:
    return Refusal((Reason(key, problem, do),))


# ── skin by colour ───────────────────────────────────────────────────────────────────────────────────


def skin(light: Floats) -> Mask:
    """
    Which pixels have the colour of skin, of any type, in a picture reduced to a few hundred thousand pixels.

    Two ratios of linear light, red to green and green to blue, do not depend on how bright the light is.
    Pigment, from none to much, moves along one band of them: melanin raises both, blood the first. What is
    far from the picture's own most frequent skin colour, or far darker than it, is taken for hair or cloth.
    How it can mislead: wood, sand and some fur have the colour of skin.
    """
    smooth = np.maximum(cv2.GaussianBlur(light, (0, 0), 1.5), np.float32(1e-4))
    red, green, blue = (np.ascontiguousarray(smooth[..., channel]) for channel in range(3))
    rg, gb, bright = np.log(red / green), np.log(green / blue), np.log(green)
    broad = (
        (rg > 0.07)
        & (rg < 1.45)
        & (gb > -0.25)
        & (gb < 1.5)
        & (rg + gb > 0.18)
        & (red > 0.008)
        & (green < 0.97)
    )
    broad &= _calm(bright)
    if broad.mean() < 0.002:
        return _cleaned(broad)
    # the commonest colour, with weight on what is bright and coloured: skin outshines the hair beside it
    # and has more colour than the walls behind it
    weight = np.minimum(green[broad], np.percentile(green[broad], 90)) * np.minimum(rg + gb, 0.8)[broad] ** 2
    at = np.stack([rg[broad], gb[broad]], axis=1)
    counts, edges_rg, edges_gb = np.histogram2d(
        at[:, 0], at[:, 1], bins=(24, 24), range=((0, 1.5), (-0.3, 1.5)), weights=weight
    )
    peaks = cv2.GaussianBlur(counts, (0, 0), 1.2)
    row, column = np.unravel_index(int(peaks.argmax()), counts.shape)
    mid_rg = (edges_rg[row] + edges_rg[row + 1]) / 2
    mid_gb = (edges_gb[column] + edges_gb[column + 1]) / 2
    near = broad & (np.abs(rg - mid_rg) < 0.45) & (np.abs(gb - mid_gb) < 0.5)
    near &= rg + gb > 0.5 * (mid_rg + mid_gb)
    level = np.percentile(bright[near], 60) if near.any() else 0.0
    return _cleaned(near & (bright > level - 1.5) & (bright < level + 1.6))


def _calm(bright: Floats) -> Mask:
    """Where brightness does not jump as it does in hair, cloth and at edges."""
    edge = cv2.GaussianBlur(np.abs(cv2.Laplacian(bright, cv2.CV_32F, ksize=3)), (0, 0), 2.5)
    calm: Mask = edge < 0.5
    return calm


def _cleaned(mask: Mask) -> Mask:
    """Without specks, and with small holes (spots, pores, glints) filled."""
    side = max(3, int(0.008 * max(mask.shape)) | 1)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    solid = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, disc)
    solid = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, disc)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid)
    if count < 2:
        return np.zeros_like(mask)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    keep = areas >= max(0.15 * areas.max(), 0.0005 * mask.size)
    kept: Mask = keep[labels]
    return kept

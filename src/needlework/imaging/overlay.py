"""
What was counted, drawn on the photograph; and the pair, aligned, for a slider.

Everything here is for eyes, not for measuring: JPEG files in sRGB without metadata. Under a drawing the
photograph is grey and as light as every other, so that the same ink is seen on skin of every colour.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from needlework.imaging import inks
from needlework.imaging.align import Pair
from needlework.imaging.catalogue import MEASURES, Measure
from needlework.imaging.icc import Floats
from needlework.imaging.inks import Picture
from needlework.imaging.pair import Sight
from needlework.imaging.photo import display
from needlework.imaging.regions import Mask, Region

QUALITY = 88
DENSITY_STEPS = 512
"""By unit of optical density; a fifth of a step of 8-bit sRGB at most."""
SHOWN = display(np.exp(-np.arange(8 * DENSITY_STEPS, dtype=np.float32) / DENSITY_STEPS))
"""8-bit sRGB of each step of optical density, 0 to 8."""
WHICH = ("before", "after", "change")
FADED = 0.45
"""How much is left of the photograph outside the zones."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """Two JPEG files of the same size that lie on each other, and where they lie on the before photograph."""

    before: bytes
    after: bytes
    left_px: float
    top_px: float
    width_px: float
    height_px: float


def aligned(sight: Sight) -> Aligned:
    """Both photographs on the common grid, the after one in the colours of the before one."""
    pair, grid = sight.pair, sight.pair.grid
    return Aligned(
        before=_file(_shown(pair.before)),
        after=_file(_shown(pair.after)),
        left_px=grid.x_px,
        top_px=grid.y_px,
        width_px=grid.width * grid.step_px,
        height_px=grid.height * grid.step_px,
    )


def overlays(sight: Sight, regions: tuple[Region, ...]) -> dict[str, bytes]:
    """
    JPEG files by name: `aligned-before`, `aligned-after`, and for each measure of the catalogue that has
    counted something `<measure>-before`, `<measure>-after` and `<measure>-change`.
    """
    both = aligned(sight)
    sheet = _sheet(sight.pair, regions)
    written: dict[str, Future[bytes]] = {}
    with ThreadPoolExecutor(1) as pool:  # while one picture is coded, the next is drawn
        for entry in MEASURES.values():
            if entry.resolved(sight.pair) and (counted := _counted(entry, sight.pair, sheet)):
                for which in WHICH:
                    drawn = _drawn(sheet, entry, counted, which)
                    written[f"{entry.id}-{which}"] = pool.submit(_file, drawn)
    return {
        "aligned-before": both.before,
        "aligned-after": both.after,
        **{name: file.result() for name, file in written.items()},
    }


# ── the sheet that is drawn on ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, eq=False)
class _Zone:
    region: Region
    box: tuple[slice, slice]
    """Rows and columns of the grid."""
    measured: Mask
    """The usable skin of the zone, within its box."""


@dataclass(frozen=True, slots=True, eq=False)
class _Sheet:
    """What all drawings of one pair share."""

    before: Picture
    after: Picture
    """Grey and equally light, faded outside the zones."""
    zones: tuple[_Zone, ...]
    inside: Mask
    """All zones together."""
    outlines: list[NDArray[Any]]
    names: tuple[tuple[str, int, int], ...]
    """Of drawn zones, with the left end of the name's baseline."""
    hatched: Mask
    """The lines of a hatching over all zones, for where nothing was looked at."""
    quiet: Picture
    """Their colour everywhere."""


def _sheet(pair: Pair, regions: tuple[Region, ...]) -> _Sheet:
    inside = np.zeros(pair.usable.shape, bool)
    zones, outlines, names = [], [], []
    for region in regions:
        shape = pair.inside(region) if region.polygon else pair.skin
        inside |= shape
        left, top, wide, high = cv2.boundingRect(shape.astype(np.uint8))
        box = np.s_[top : top + high, left : left + wide]
        zones.append(_Zone(region, box, (shape & pair.usable & pair.skin)[box]))
        edges, _ = cv2.findContours(shape.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        outlines += list(edges)
        if region.polygon and wide:
            x, y = _place(shape[box])
            names.append((region.name, left + x, top + y))
    measured = inside & pair.usable & pair.skin
    before, after = (_paper(side, measured, inside) for side in (pair.before, pair.after))
    hatched = inside & inks.hatching(inside.shape)
    quiet = np.full_like(before, inks.QUIET)
    written = inks.placed(names, inside.shape, inks.letters_px(before))
    return _Sheet(before, after, tuple(zones), inside, outlines, written, hatched, quiet)


def _place(shape: Mask) -> tuple[int, int]:
    """Column and row for a zone's name: near its top, or where it is widest, in any case inside it."""
    edged = cv2.copyMakeBorder(shape.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    row, column = np.unravel_index(int(cv2.distanceTransform(edged, cv2.DIST_L2, 3).argmax()), edged.shape)
    x, y = int(column) - 1, int(row) - 1
    upper = min(y, shape.shape[0] // 10)
    middle = int(np.flatnonzero(shape[upper]).mean()) if shape[upper].any() else x
    return (middle, upper) if shape[upper, middle] else (x, y)


def _paper(density: Floats, measured: Mask, inside: Mask) -> Picture:
    grey = np.ascontiguousarray(density.mean(axis=2))
    middle = float(np.median(grey[measured][::5])) if measured.any() else float(np.median(grey))
    light = _shown(np.asarray(grey - np.float32(middle - np.log(2.0))))
    white = np.full_like(light, 255)
    faded = cv2.addWeighted(light, FADED, white, 1 - FADED, 0)
    cv2.copyTo(light, _mask(inside), faded)
    return np.asarray(cv2.cvtColor(faded, cv2.COLOR_GRAY2RGB), np.uint8)


# ── what a measure has counted ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, eq=False)
class _Counted:
    """What one measure has seen in all zones, on the whole grid, 0 where nothing is counted."""

    kind: str
    before: Floats
    after: Floats
    looked: Mask
    """Where it has looked at all."""
    places: Mask
    """Where there is something to draw; the same before and after, since it was chosen once for both."""
    full: float
    unit: str


def _counted(entry: Measure, pair: Pair, sheet: _Sheet) -> _Counted | None:
    """None where the measure has nothing to show in any of the zones."""
    shape = pair.usable.shape
    before, after = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    looked = np.zeros(shape, bool)
    seen = None
    full = 0.0
    for zone in sheet.zones:
        seen_here = entry.seen(pair, zone.region) if zone.measured.any() else None
        if seen_here is None:
            continue
        seen, full = seen_here, max(full, seen_here.full)
        one, two = (_on_grid(plane, shape)[zone.box] for plane in (seen.before, seen.after))
        there = zone.measured & ~np.isnan(one) & ~np.isnan(two)
        np.copyto(before[zone.box], one, where=there)
        np.copyto(after[zone.box], two, where=there)
        looked[zone.box] |= there
    if seen is None:
        return None
    places = looked if seen.kind == "field" else (before != 0) | (after != 0)
    if seen.kind == "dot":
        before, after, places = _ringed(before, after, places)
    return _Counted(seen.kind, before, after, looked, places, max(full, 1e-9), seen.unit)


def _ringed(before: Floats, after: Floats, places: Mask) -> tuple[Floats, Floats, Mask]:
    """Rings in place of dots, so that what was counted stays to be seen inside them."""
    inner, outer = (cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)) for side in (5, 9))
    kept = cv2.dilate(places.astype(np.uint8), inner) > 0
    around: Mask = (cv2.dilate(places.astype(np.uint8), outer) > 0) & ~kept
    one, two = (np.where(around, cv2.dilate(side, outer), np.float32(0)) for side in (before, after))
    return one, two, around


def _on_grid(plane: Floats, shape: tuple[int, ...]) -> Floats:
    if plane.shape == shape:
        return plane
    wide: Floats = cv2.resize(plane, (shape[1], shape[0]), interpolation=cv2.INTER_NEAREST)
    return wide


def _drawn(sheet: _Sheet, entry: Measure, counted: _Counted, which: str) -> Picture:
    picture = (sheet.after if which == "after" else sheet.before).copy()
    most = f"{counted.full:.2g}"
    if which == "change":
        scale, ends = inks.CHANGE, [f"−{most}", "no change", f"+{most}"]
        index = _steps(counted.after, counted.before, full=2 * counted.full, nothing=127.5)
    else:
        scale, ends = inks.FIELD if counted.kind == "field" else inks.MARKS, ["0", most]
        side = counted.after if which == "after" else counted.before
        index = _steps(side, None, full=counted.full, nothing=0.0)
    colours = inks.coloured(index, scale)
    if which == "change" or counted.kind == "field":  # the photograph's light and shade still show through
        cv2.multiply(colours, picture, colours, scale=1 / inks.PAPER_LEVEL)
    cv2.copyTo(colours, _mask(counted.places), picture)
    cv2.copyTo(sheet.quiet, _mask(sheet.hatched & ~counted.looked), picture)
    inks.outlined(picture, sheet.outlines)
    title = f"{entry.title}, {which} [{counted.unit}]" if counted.unit else f"{entry.title}, {which}"
    inks.legend(picture, title=title, scale=scale, ends=ends, zones=sheet.inside)
    for name, left, line in sheet.names:
        inks.named(picture, name, left=left, line=line)
    return picture


def _steps(value: Floats, less: Floats | None, *, full: float, nothing: float) -> Picture:
    """A value, or one less another, as 256 steps of a scale; what lies beyond its ends is at its ends."""
    share = 255 / full
    taken, weight = (value, 0.0) if less is None else (less, -share)
    return np.asarray(cv2.addWeighted(value, share, taken, weight, nothing, dtype=cv2.CV_8U), np.uint8)


def _mask(where: Mask) -> Picture:
    return where.view(np.uint8)


# ── files ────────────────────────────────────────────────────────────────────────────────────────────


def _shown(density: Floats) -> Picture:
    """Optical density as 8-bit sRGB, or grey where it has one channel."""
    steps = np.clip(density * np.float32(DENSITY_STEPS), 0, len(SHOWN) - 1).astype(np.uint16)
    shown: Picture = SHOWN[steps]
    return shown


def _file(picture: Picture) -> bytes:
    """Without the search for the shortest code, which takes three times as long and saves a twentieth."""
    plain = [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    _, coded = cv2.imencode(
        ".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY, *plain]
    )
    return coded.tobytes()

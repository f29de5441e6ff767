"""
Needlework's own card: what is on it, and where and how it stands in a photograph.

Laid beside the skin it tells the size of a pixel and the colour of the light. Four fiducials say where it is;
the grey ground between its patches says how evenly it is lit, so that a shadow across it does no harm. The
24-patch chart is found as well and gives colour; it is made in several sizes, so it gives no scale.
"""

from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from needlework.imaging import correction
from needlework.imaging.correction import Correction
from needlework.imaging.icc import Floats
from needlework.imaging.photo import Photo
from needlework.imaging.regions import Mask
from needlework.records import Reason, Refusal

METHOD = "card-1"
"""Changes with anything that changes what is read of a card."""

# ── what the card is ─────────────────────────────────────────────────────────────────────────────────

WIDTH_MM, HEIGHT_MM = 86.0, 54.0
MARKER_MM, INSET_MM = 12.0, 2.5
PATCH_MM, PITCH_MM = 6.6, 8.6
COLUMNS, ROWS = 6, 4
LEFT_MM, TOP_MM = 17.2, 9.8
"""The middle of the gap before the first column and above the first row of patches."""
RULER_LEFT_MM, RULER_TOP_MM, RULER_MM = 18.0, 45.8, 50

GROUND = (200, 200, 200)
"""sRGB of the card itself. Not white: white paper is the first thing that a photograph of skin clips."""
INK = (0, 0, 0)

PLACES = ("top left", "top right", "bottom right", "bottom left")
MARKERS = ("0100001000110111", "0010010000011011", "1110000111110000", "0110111011010101")
"""
The 4 × 4 cells of each fiducial, row by row, 1 = light. At least six cells apart in every turn, four from
every mirror image, three from the first hundred 4 × 4 markers of ArUco and from AprilTag 16h5.
"""

PATCHES = (
    (243, 243, 243), (214, 214, 214), (160, 160, 160), (122, 122, 122), (85, 85, 85), (52, 52, 52),
    (238, 206, 188), (224, 182, 158), (203, 156, 128), (167, 119, 88), (120, 80, 58), (74, 50, 41),
    (226, 160, 146), (199, 125, 108), (150, 92, 76), (98, 58, 48), (183, 140, 98), (140, 108, 84),
    (175, 54, 60), (231, 199, 31), (70, 148, 73), (62, 136, 164), (56, 61, 150), (187, 86, 149),
)  # fmt: skip
"""sRGB, row by row: greys; skin from light to dark; flushed and tanned skin; red to magenta."""

CHART = (
    (115, 82, 68), (194, 150, 130), (98, 122, 157), (87, 108, 67), (133, 128, 177), (103, 189, 170),
    (214, 126, 44), (80, 91, 166), (193, 90, 99), (94, 60, 108), (157, 188, 64), (224, 163, 46),
    (56, 61, 150), (70, 148, 73), (175, 54, 60), (231, 199, 31), (187, 86, 149), (8, 133, 161),
    (243, 243, 242), (200, 200, 200), (160, 160, 160), (122, 122, 121), (85, 85, 85), (52, 52, 52),
)  # fmt: skip
"""sRGB of the 24-patch chart as its maker publishes it."""

Rectangle = tuple[tuple[float, float, float, float], tuple[int, int, int]]
"""Left, top, width and height in mm from the card's top left corner, and sRGB."""
Words = tuple[float, float, float, str]
"""Left and baseline in mm, height of the letters in mm, text."""


def rectangles() -> tuple[Rectangle, ...]:
    """Everything on the card but its words, in the order in which it is painted."""
    drawn: list[Rectangle] = [((0.0, 0.0, WIDTH_MM, HEIGHT_MM), GROUND)]
    cell = MARKER_MM / 6
    for bits, (left, top) in zip(MARKERS, _marker_corners(), strict=True):
        drawn.append(((left, top, MARKER_MM, MARKER_MM), INK))
        drawn += [
            ((left + cell * (1 + number % 4), top + cell * (1 + number // 4), cell, cell), GROUND)
            for number, bit in enumerate(bits)
            if bit == "1"
        ]
    margin = (PITCH_MM - PATCH_MM) / 2
    for (x, y), srgb in zip(_patch_centres(), PATCHES, strict=True):
        half = PITCH_MM / 2 - margin
        drawn.append(((x - half, y - half, PATCH_MM, PATCH_MM), srgb))
    for mm in range(RULER_MM + 1):
        long = 2.6 if mm % 10 == 0 else 1.9 if mm % 5 == 0 else 1.2
        drawn.append(((RULER_LEFT_MM + mm - 0.075, RULER_TOP_MM, 0.15, long), INK))
    return tuple(drawn)


def words() -> tuple[Words, ...]:
    """What is printed on the card."""
    digits = [(RULER_LEFT_MM + mm - 0.7, 50.1, 1.4, str(mm)) for mm in range(10, RULER_MM + 1, 10)]
    return (
        (RULER_LEFT_MM, 5.0, 2.2, "Needlework card 1"),
        (RULER_LEFT_MM, 7.9, 1.3, "Scale and colour. Lay it flat beside the skin."),
        (RULER_LEFT_MM - 0.5, 50.1, 1.4, "0 mm"),
        *digits,
        (RULER_LEFT_MM, 52.8, 1.3, f"Check with a ruler: {RULER_MM} mm from end to end."),
    )


def _marker_corners() -> tuple[tuple[float, float], ...]:
    """Top left corner of each fiducial, in the order of PLACES."""
    far_x, far_y = WIDTH_MM - INSET_MM - MARKER_MM, HEIGHT_MM - INSET_MM - MARKER_MM
    return ((INSET_MM, INSET_MM), (far_x, INSET_MM), (far_x, far_y), (INSET_MM, far_y))


def _patch_centres() -> list[tuple[float, float]]:
    return [
        (LEFT_MM + PITCH_MM * (column + 0.5), TOP_MM + PITCH_MM * (row + 0.5))
        for row in range(ROWS)
        for column in range(COLUMNS)
    ]


# ── what is found ────────────────────────────────────────────────────────────────────────────────────

FIRST_PX, CLOSER_PX = 1600, 3000
"""Longest side in which a card is sought, and sought again where the photograph is larger."""
CHART_PX = 1000
WIDTH_MIN_PX = 225
TILT_MAX_DEG = 50.0
FLAT_MAX = 0.006
"""How far the fiducials may be from where a flat card has them: root mean square ÷ width of the card."""
EDGE_MAX_MM = 1.15
"""Width over which black turns to grey, 10 to 90 %; beyond it neighbours run into what is read of a patch."""
UNEVEN_MAX = 1.4
"""Brightest ÷ darkest of the ground around a patch; above, the edge of a shadow or a glint lies on it."""
DE_MAX = 12.0
"""Colour difference that may be left: an office printer's own faults, but no hand over the card."""


@dataclass(frozen=True, slots=True)
class Patch:
    """One patch: linear light as seen, as stated, and why it was left out, if it was."""

    seen: tuple[float, float, float]
    stated: tuple[float, float, float]
    left_out: str = ""
    """clipped, dark, glint, shadow, covered; empty where it was used."""


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """A card in a photograph."""

    kind: str
    """needlework, or chart-24."""
    corners_px: tuple[tuple[float, float], ...]
    """Top left, top right, bottom right, bottom left of the card itself, however it is turned."""
    mm_per_px: float | None
    """At the card, across the direction of its tilt; None for the chart, whose size is not known."""
    width_px: float
    tilt_deg: float
    patches: tuple[Patch, ...]
    correction: Correction

    @property
    def used(self) -> int:
        """How many patches the correction stands on."""
        return sum(not patch.left_out for patch in self.patches)


def find(photo: Photo) -> Card | Refusal:
    """
    The card in a photograph, or why there is none that can be used.

    Keys of the reasons: card.none, card.mirrored, card.covered, card.two, card.size, card.flat, card.tilt,
    card.focus, card.clipped, card.light. Only card.none says that no card was seen at all.
    """
    found = _fiducials(photo)
    if isinstance(found, Refusal):
        return found
    if not found:
        chart = _chart(photo)
        return chart or _no("none", "There is no card in the photograph.", "Lay the card beside the skin.")
    if len(found) < 4 and _edge_mm(photo, found) > EDGE_MAX_MM:
        return _blurred(_edge_mm(photo, found))
    if missing := [place for number, place in enumerate(PLACES) if number not in found]:
        return _no(
            "covered",
            f"The card is not wholly seen: its {' and '.join(missing)} fiducial"
            f"{'s are' if len(missing) > 1 else ' is'} missing.",
            "Show the whole card, with no finger, hair, glare or edge of the picture over its corners.",
        )
    return _placed(photo, found)


def correct(photo: Photo, found: Card) -> Floats:
    """The photograph's linear light in the colours of the card; 1 = white under the card's light."""
    return found.correction.apply(photo.linear)


def balanced(photo: Photo, found: Card) -> Photo:
    """
    The same photograph with the card's 3 × 3 matrix in its coding: every reader of its light is corrected.

    Always the matrix, so that both photographs of a pair are corrected in the same way: of gains, matrix and
    roots it leaves the least scatter in redness between captures under different white balance.
    """
    matrix, coding = found.correction.matrix, photo.coding
    whole = matrix if coding.matrix is None else (matrix @ coding.matrix).astype(np.float32)
    return replace(photo, coding=replace(coding, matrix=whole))


def apart_od(one: Card, two: Card) -> float:
    """
    How far the colours of two corrected cards still differ, grey apart. [optical density]

    The median over the coloured patches that both show, so that what the printer got wrong drops out.
    """
    moved = [
        np.log(_corrected(one, before)) - np.log(_corrected(two, after))
        for before, after in zip(one.patches, two.patches, strict=True)
        if not before.left_out and not after.left_out and max(before.stated) - min(before.stated) > 0.01
    ]
    if one.kind != two.kind or not moved:
        return float("inf")
    return float(np.median(np.linalg.norm([shift - shift.mean() for shift in moved], axis=1)))


def _corrected(found: Card, patch: Patch) -> NDArray[np.float64]:
    """Linear light of a patch under its photograph's matrix."""
    light: NDArray[np.float64] = np.maximum(found.correction.matrix @ np.array(patch.seen), 1e-3)
    return light


def hidden(photo: Photo, found: Card) -> Photo:
    """
    The photograph with its surroundings drawn smoothly over the card.

    A card has far more detail than skin: left in, it and not the skin would lead the alignment.
    """
    edge = max(6, round(0.03 * found.width_px))
    outline = np.array(found.corners_px)
    left, top = np.maximum(0, np.floor(outline.min(axis=0)).astype(int) - 6 * edge)
    right, bottom = np.ceil(outline.max(axis=0)).astype(int) + 6 * edge
    part = photo.coded[top:bottom, left:right]
    if part.size == 0:
        return photo
    over: NDArray[Any] = np.zeros(part.shape[:2], np.uint8)
    cv2.fillConvexPoly(over, np.round(outline - (left, top)).astype(np.int32), 255)
    over = cv2.dilate(over, np.ones((3, 3), np.uint8), iterations=max(1, edge // 3))
    small = (max(8, part.shape[1] // edge), max(8, part.shape[0] // edge))
    weight = (cv2.resize(255 - over, small, interpolation=cv2.INTER_AREA) > 250).astype(np.float32)
    colours = cv2.resize(part, small, interpolation=cv2.INTER_AREA).astype(np.float32)
    sigma = max(small) / 12
    near = cv2.GaussianBlur(weight, (0, 0), sigma) + 1e-6
    fill = cv2.GaussianBlur(colours * weight[..., None], (0, 0), sigma) / near[..., None]
    if float(weight.sum()) < 3:  # the card fills the photograph
        fill = np.broadcast_to(np.median(part.reshape(-1, 3), axis=0), fill.shape).astype(np.float32)
    wide = cv2.resize(fill, (part.shape[1], part.shape[0]), interpolation=cv2.INTER_LINEAR)
    coded = photo.coded.copy()
    coded[top:bottom, left:right][over > 0] = wide[over > 0].astype(coded.dtype)
    return replace(photo, coded=coded)


def _no(key: str, problem: str, do: str) -> Refusal:
    return Refusal((Reason(f"card.{key}", problem, do),))


# ── fiducials ────────────────────────────────────────────────────────────────────────────────────────

_SQUARE = MARKER_MM * np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])

Corners = dict[int, NDArray[np.float64]]
"""Four corners in pixels of the photograph, by number of the fiducial."""


@cache
def _detector() -> Any:
    cells = np.array([[int(bit) for bit in bits] for bits in MARKERS], np.uint8).reshape(-1, 4, 4)
    rows = [cv2.aruco.Dictionary.getByteListFromBits(one) for one in cells]
    dictionary = cv2.aruco.Dictionary(np.concatenate(rows), 4, 1)
    how = cv2.aruco.DetectorParameters()
    how.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    how.minMarkerPerimeterRate = 0.015
    how.errorCorrectionRate = 1.0
    # the middle of each cell alone, finely: what is blurred at the edges of cells says nothing
    how.perspectiveRemoveIgnoredMarginPerCell, how.perspectiveRemovePixelPerCell = 0.3, 10
    return cv2.aruco.ArucoDetector(dictionary, how)


def _fiducials(photo: Photo) -> Corners | Refusal:
    """The card's fiducials, seen once each; empty where there is none."""
    best: Corners = {}
    for longest_px in (FIRST_PX, CLOSER_PX):
        grey, scale = _grey(photo, longest_px=longest_px)
        corners, ids, rejected = _detector().detectMarkers(grey)
        numbers = [] if ids is None else [int(number) for number in ids.ravel()]
        if twice := [number for number, count in Counter(numbers).items() if count > 1]:
            return _no(
                "two",
                f"There is more than one card in the photograph: its {PLACES[twice[0]]} fiducial is seen "
                f"{_times(numbers)}.",
                "Leave one card in the picture, and no mirror.",
            )
        if len(numbers) > len(best):
            at = [(one.reshape(4, 2).astype(np.float64) + 0.5) / scale - 0.5 for one in corners]
            best = dict(zip(numbers, at, strict=True))
        if len(best) == 4 or max(photo.width, photo.height) <= longest_px:
            break
    if not best and len(rejected) >= 3 and _mirrored(photo):
        return _no(
            "mirrored",
            "The photograph is mirrored, as selfie cameras show it.",
            "Use the camera on the back of the phone, or switch mirroring off.",
        )
    return best


def _times(numbers: list[int]) -> str:
    most = max(Counter(numbers).values())
    return "twice" if most == 2 else f"{most} times"


def _mirrored(photo: Photo) -> bool:
    grey, _ = _grey(photo, longest_px=FIRST_PX)
    _, ids, _ = _detector().detectMarkers(cv2.flip(grey, 1))
    return ids is not None and len(ids) >= 2


def _grey(photo: Photo, *, longest_px: int) -> tuple[NDArray[np.uint8], float]:
    """8-bit grey of at most so many pixels a side, and the scale that was applied."""
    coded, scale = photo.at_most(longest_px)
    if coded.dtype != np.uint8:
        coded = (coded >> 8).astype(np.uint8)
    grey = cv2.cvtColor(np.ascontiguousarray(coded), cv2.COLOR_RGB2GRAY)
    return np.asarray(grey), scale


# ── how it lies ──────────────────────────────────────────────────────────────────────────────────────


def _placed(photo: Photo, found: Corners) -> Card | Refusal:
    """The card from its four fiducials: is it flat, near, straight and sharp enough? Then its colours."""
    on_card = np.concatenate([_SQUARE + corner for corner in _marker_corners()])
    in_photo = np.concatenate([found[number] for number in range(4)])
    to_px, _ = cv2.findHomography(on_card, in_photo, 0)
    if to_px is None:
        return _bent()
    landed = _at(to_px, on_card)
    bent_px = float(np.sqrt(((landed - in_photo) ** 2).sum(axis=1).mean()))
    long, short = _stretch(to_px)
    width_px, tilt_deg = WIDTH_MM * long, float(np.degrees(np.arccos(min(1.0, short / long))))
    if width_px < WIDTH_MIN_PX:
        return _no(
            "size",
            f"The card is only {width_px:.0f} pixels wide; {WIDTH_MIN_PX} are needed.",
            "Go nearer, or send the photograph as taken and not a smaller copy.",
        )
    if (edge_mm := _edge_mm(photo, found)) > EDGE_MAX_MM:
        return _blurred(edge_mm)
    if bent_px > max(0.7, FLAT_MAX * width_px):
        return _bent()
    if tilt_deg > TILT_MAX_DEG:
        return _no(
            "tilt",
            f"The card is tilted by about {tilt_deg:.0f}° against the camera.",
            "Turn it towards the camera.",
        )
    corners = _at(to_px, np.array([(0, 0), (WIDTH_MM, 0), (WIDTH_MM, HEIGHT_MM), (0, HEIGHT_MM)]))
    patches = _read(photo, to_px)
    fitted = _fitted(patches, ground=_ground_grey(photo, to_px))
    if isinstance(fitted, Refusal):
        return fitted
    patches, corrected = fitted
    outline = tuple((float(x), float(y)) for x, y in corners)
    return Card("needlework", outline, 1.0 / long, width_px, tilt_deg, patches, corrected)


def _blurred(edge_mm: float) -> Refusal:
    return _no(
        "focus",
        f"The card is not sharp: its edges are {edge_mm:.1f} mm wide.",
        "Lay it at the height of the skin, tap on it to focus, and hold still.",
    )


def _bent() -> Refusal:
    return _no(
        "flat",
        "The card is creased or bent: its fiducials do not lie in one plane.",
        "Use a flat card; glue it to stiff board, or print a new one.",
    )


def _at(matrix: NDArray[Any], points: NDArray[Any]) -> NDArray[np.float64]:
    moved = cv2.perspectiveTransform(np.asarray(points, np.float64).reshape(-1, 1, 2), matrix)
    return np.asarray(moved.reshape(-1, 2), np.float64)


def _stretch(to_px: NDArray[Any]) -> tuple[float, float]:
    """
    Pixels per mm at the middle of the card, across and along the tilt.

    A tilt shortens along its own direction by its cosine and leaves the other as it is, so the longer is the
    scale of what lies at the card's distance and faces the camera.
    """
    x, y = WIDTH_MM / 2, HEIGHT_MM / 2
    right, left, down, up = _at(to_px, np.array([(x + 0.5, y), (x - 0.5, y), (x, y + 0.5), (x, y - 0.5)]))
    long, short = np.linalg.svd(np.stack([right - left, down - up]), compute_uv=False)
    return float(long), float(short)


def _edge_mm(photo: Photo, found: Corners) -> float:
    """
    Width of the step from black to grey at the sides of the fiducials, 10 to 90 %, their median.

    Each fiducial is looked at by its own corners, so that a bent card is not taken for a blurred one.
    """
    across, along = np.linspace(-1.8, 1.8, 73), np.linspace(2.0, MARKER_MM - 2.0, 33)
    sides = (
        [(side + d, t) for side in (0.0, MARKER_MM) for d in across for t in along],
        [(t, side + d) for side in (0.0, MARKER_MM) for d in across for t in along],
    )
    shape = (2, len(across), len(along))
    widths = []
    for corners in found.values():
        to_px = cv2.getPerspectiveTransform(_SQUARE.astype(np.float32), corners.astype(np.float32))
        for lines in sides:
            at = _at(to_px, np.array(lines)).astype(np.float32)
            for profile in _profiles(photo, at, shape=shape):
                widths.append(_rise(profile, step=float(across[1] - across[0])))
    return float(np.median(widths))


def _profiles(photo: Photo, at: NDArray[Any], *, shape: tuple[int, int, int]) -> Floats:
    """Mean green light along lines that run beside each of two edges."""
    left, top = np.maximum(0, np.floor(at.min(axis=0)).astype(int) - 2)
    right, bottom = np.ceil(at.max(axis=0)).astype(int) + 3
    light = photo.linear_of(slice(top, bottom), slice(left, right))
    if light.size == 0:
        return np.zeros(shape[:2], np.float32)
    x, y = (at - (left, top)).T.reshape(2, shape[0] * shape[1], shape[2]).astype(np.float32)
    green = np.ascontiguousarray(light[..., 1])
    seen = cv2.remap(green, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    profiles: Floats = seen.reshape(shape).mean(axis=2)
    return profiles


def _rise(profile: Floats, *, step: float) -> float:
    """Distance over which a step goes from a tenth to nine tenths of its height."""
    rising = profile if profile[-1] > profile[0] else profile[::-1]
    low, high = float(rising[: len(rising) // 5].mean()), float(rising[-len(rising) // 5 :].mean())
    share = (rising - low) / max(high - low, 1e-6)
    middle = int(np.argmin(np.abs(share - 0.5)))
    before = np.flatnonzero(share[: middle + 1] <= 0.1)
    after = np.flatnonzero(share[middle:] >= 0.9)
    if not len(before) or not len(after):
        return step * len(profile)
    return float(step * (middle + after[0] - before[-1]))


# ── its colours ──────────────────────────────────────────────────────────────────────────────────────

Light = NDArray[np.float64]


def _read(photo: Photo, to_px: NDArray[Any]) -> tuple[Patch, ...]:
    """Each patch in linear light, divided by how brightly the ground around it is lit."""
    ground, faults = _grounds(photo, to_px)
    usual = next((fault for fault, _ in Counter(filter(None, faults)).most_common(1)), "shadow")
    middle = np.nanmedian(ground.reshape(-1, 3), axis=0) if np.isfinite(ground).any() else np.ones(3)
    read = []
    for number, centre in enumerate(_patch_centres()):
        row, column = divmod(number, COLUMNS)
        around = ground[row : row + 2, column : column + 2].reshape(4, 3)
        around = around[np.isfinite(around[:, 1])]
        seen, wrong = _spot(photo, to_px, centre, half_mm=PATCH_MM * 0.3)
        if not wrong and len(around) < 3:
            wrong = usual
        elif not wrong and around[:, 1].max() > UNEVEN_MAX * around[:, 1].min():
            wrong = "shadow"
        lit = around.mean(axis=0) / middle if len(around) else np.ones(3)
        read.append(_patch(seen / lit, PATCHES[number], wrong))
    return tuple(read)


def _grounds(photo: Photo, to_px: NDArray[Any]) -> tuple[Light, list[str]]:
    """Light of the ground where the gaps between patches cross, 5 × 7 × RGB; not a number where unusable."""
    light, faults = np.full((ROWS + 1, COLUMNS + 1, 3), np.nan), []
    for row in range(ROWS + 1):
        for column in range(COLUMNS + 1):
            at = (LEFT_MM + PITCH_MM * column, TOP_MM + PITCH_MM * row)
            seen, wrong = _spot(photo, to_px, at, half_mm=0.55)
            if not wrong:
                light[row, column] = seen
            faults.append(wrong)
    return light, faults


def _ground_grey(photo: Photo, to_px: NDArray[Any]) -> Patch:
    """The ground itself, which is one grey more."""
    light, faults = _grounds(photo, to_px)
    known = light[np.isfinite(light[..., 1])]
    usual = Counter(fault for fault in faults if fault).most_common(1)
    wrong = "" if len(known) >= 8 else usual[0][0]
    return _patch(np.median(known, axis=0) if len(known) else np.ones(3), GROUND, wrong)


def _patch(seen: Light, srgb: tuple[int, int, int], wrong: str) -> Patch:
    stated = _linear(srgb)
    red, green, blue = (float(value) for value in seen)
    return Patch((red, green, blue), stated, wrong)


def _linear(srgb: tuple[int, int, int]) -> tuple[float, float, float]:
    """Linear light of an sRGB colour. Source: IEC 61966-2-1."""
    red, green, blue = (
        value / 255 / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in srgb
    )
    return red, green, blue


def _spot(
    photo: Photo, to_px: NDArray[Any], centre: tuple[float, float], *, half_mm: float
) -> tuple[Light, str]:
    """Mean light of a square on the card without its glints, and what is wrong with it."""
    x, y = centre
    square = [(x - half_mm, y - half_mm), (x + half_mm, y - half_mm),
              (x + half_mm, y + half_mm), (x - half_mm, y + half_mm)]  # fmt: skip
    return _within(photo, _at(to_px, np.array(square)))


def _within(photo: Photo, outline: NDArray[np.float64]) -> tuple[Light, str]:
    """Mean light inside four corners in pixels of the photograph."""
    left, top = np.floor(outline.min(axis=0)).astype(int)
    right, bottom = np.ceil(outline.max(axis=0)).astype(int) + 1
    if left < 0 or top < 0 or right > photo.width or bottom > photo.height:
        return np.ones(3), "covered"
    rows, columns = slice(top, bottom), slice(left, right)
    inside = np.zeros((bottom - top, right - left), np.uint8)
    cv2.fillConvexPoly(inside, np.round((outline - (left, top)) * 16).astype(np.int32), 1, shift=4)
    mask: Mask = inside > 0
    if (photo.clipped_of(rows, columns)[mask]).mean() > 0.03:
        return np.ones(3), "clipped"
    top_code = 65535 if photo.coded.dtype == np.uint16 else 255
    if (np.median(photo.coded[rows, columns][mask], axis=0) < 0.012 * top_code).any():
        return np.ones(3), "dark"
    light = np.asarray(photo.linear_of(rows, columns)[mask], np.float64)
    bright = light.mean(axis=1)
    usual = float(np.median(bright))
    spread = 1.4826 * float(np.median(np.abs(bright - usual)))
    plain = np.abs(bright - usual) <= max(3.5 * spread, 0.15 * usual)
    if plain.mean() < 0.7:
        return np.ones(3), "glint"
    return light[plain].mean(axis=0), ""


def _fitted(
    patches: tuple[Patch, ...], *, ground: Patch | None = None
) -> tuple[tuple[Patch, ...], Correction] | Refusal:
    """The correction from what is usable, without the patches that something lies on."""
    every = (*patches, ground) if ground else patches
    for _ in range(4):
        used = [patch for patch in every if not patch.left_out]
        seen, stated = (np.array([getattr(one, side) for one in used]) for side in ("seen", "stated"))
        grey = np.array([max(one.stated) - min(one.stated) < 0.01 for one in used], bool)
        if len(used) < correction.PATCHES_MIN or grey.sum() < correction.GREYS_MIN:
            return _too_few(every)
        found = correction.fit(seen, stated, grey)
        far = correction.outlying(found, seen, stated)
        if not far.any():
            break
        # the farthest alone: what it has bent may be right again without it
        worst = used[int(np.argmax(correction.left(found, seen, stated)))]
        every = tuple(replace(one, left_out="covered") if one is worst else one for one in every)
    if max(found.de_after, float(np.median(correction.left(found, seen, stated)))) > DE_MAX:
        return _no(
            "covered",
            "The patches of the card do not have its colours.",
            "Uncover the card; print a faded or stained one anew.",
        )
    return every[: len(patches)], found


WHY = {
    "clipped": ("so bright that its colour is lost", "Tap on the card to set the exposure; no flash."),
    "dark": ("too dark", "Add light, and take it again."),
    "glint": ("under a reflection", "Tilt the card a little, until nothing is mirrored in it."),
    "shadow": ("on the edge of a shadow", "Let the light fall evenly on card and skin."),
    "covered": ("covered, or not in the stated colour", "Uncover the card; print a faded one anew."),
}  # fmt: skip


def _too_few(patches: tuple[Patch, ...]) -> Refusal:
    faults = Counter(patch.left_out for patch in patches if patch.left_out)
    fault, count = faults.most_common(1)[0]
    how, do = WHY[fault]
    key = "covered" if fault == "covered" else "clipped" if fault == "clipped" else "light"
    return _no(key, f"Too little of the card can be read: {count} of its patches lie {how}.", do)


# ── the 24-patch chart ───────────────────────────────────────────────────────────────────────────────


def _chart(photo: Photo) -> Card | None:
    """The standard chart, where this OpenCV can find it and its colours are those of the chart."""
    if not hasattr(cv2, "mcc") or min(photo.width, photo.height) < 120:
        return None
    small, scale = photo.at_most(CHART_PX)
    if small.dtype != np.uint8:
        small = (small >> 8).astype(np.uint8)
    detector = cv2.mcc.CCheckerDetector.create()
    detector.setColorChartType(cv2.mcc.MCC24)  # left to itself it reads memory that nobody has written
    cv2.setRNGSeed(7)  # it draws at random: the same photograph must give the same answer
    if not detector.process(np.ascontiguousarray(small[..., ::-1]), 1):
        return None
    found = detector.getBestColorChecker()
    outline = (np.asarray(found.getBox(), np.float64) + 0.5) / scale - 0.5
    quads = (np.asarray(found.getColorCharts(), np.float64).reshape(-1, 4, 2) + 0.5) / scale - 0.5
    patches = []
    for quad, srgb in zip(quads, CHART, strict=True):
        middle = quad.mean(axis=0)
        seen, wrong = _within(photo, middle + 0.7 * (quad - middle))
        patches.append(_patch(seen, srgb, wrong))
    fitted = _fitted(tuple(patches))
    if isinstance(fitted, Refusal):
        return None  # something else with squares in it
    width_px = float(max(np.linalg.norm(outline[1] - outline[0]), np.linalg.norm(outline[2] - outline[1])))
    corners = tuple((float(x), float(y)) for x, y in outline)
    return Card("chart-24", corners, None, width_px, 0.0, *fitted)

"""
Lay the after photograph onto the before photograph.

Feature points at reduced size and a robust homography give pose and scale; dense flow, smoothed, follows
soft tissue; then one cubic resampling from each original. The before photograph goes through the same
resampling, because interpolation smooths, and a smoother picture has fewer lines. Both ends of the flow
are compared: where going there and coming back does not lead home, nothing is measured.
"""

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from needlework.imaging import ground as grounds
from needlework.imaging import lines as line_filter
from needlework.imaging import pigment as pigments
from needlework.imaging import relief as reliefs
from needlework.imaging.both import both
from needlework.imaging.icc import Floats
from needlework.imaging.kept import Kept
from needlework.imaging.optics import blurred, density
from needlework.imaging.photo import Coded, Photo
from needlework.imaging.regions import Mask, Region
from needlework.records.why import Reason, Refusal

FIND_PX = 640
"""Longest side of the pictures in which feature points are sought."""
INLIERS_MIN = 24
GRID_PX = 1600
"""Longest side of the common grid."""
GRID_MM = 0.06
"""Size of its pixels where the scale is known and the photograph is fine enough: pores need it."""
NOMINAL_MM = 0.11
"""What a grid pixel is taken for where the scale is not known, so that filters have a width."""
RELATIVE_PX = 1100
"""Longest side to which a whole photograph of unknown scale is reduced, so that filters mean the same."""

JPEG_PX = 16
"""Side of the squares in which a JPEG with halved colours makes neighbours alike."""
SOFTER_PX = 0.45
"""The blur that is tried on a pair to learn what focus does to its relief."""
APART_MM = 2.0
"""How far from a zone skin must lie to count as untreated."""

NOT_ALIKE = Reason(
    "pair.match",
    "The two photographs do not show the same place in the same light: too little of one is in the other.",
    "Choose two photographs of the same person and area, from the same side, in the same light.",
)

SHRUNK_FROM = 1.25
"""Pixels a step above which a picture is reduced by area before it is resampled."""

Points = NDArray[np.float32]
Grey = NDArray[Any]
"""8 bit; see icc.Floats."""


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """How the camera stood for the after photograph as seen from the before photograph."""

    to_after: NDArray[Any]
    """Homography from pixels of the before photograph to pixels of the after photograph."""
    inliers: int
    scale: float
    """Size of the skin in the after photograph ÷ its size in the before photograph."""
    turn_deg: float
    """Out of the picture's plane; a camera merely rolled or shifted is no turn."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the common grid lies: before pixel = start + step × (column + ½)."""

    x_px: float
    y_px: float
    step_px: float
    width: int
    height: int
    mm_per_px: float | None
    """Of the grid's own pixels."""


@dataclass(frozen=True, eq=False)
class Pair:
    """The two photographs on one grid, as optical density, with what may be measured there."""

    grid: Grid
    before: Floats
    after: Floats
    """Rows × columns × RGB; the colour cast of the camera already taken out where there is a reference."""
    usable: Mask
    """Seen in both, not clipped, no shine, and the flow leads home."""
    skin: Mask
    """Of the colour of skin in both."""
    flow_px: Floats
    """What the flow added to the homography, in pixels of the after photograph."""
    misalignment_px: float
    """Median distance from home after going there and back, in pixels of the before photograph."""
    likeness: float
    """Median correlation of fine detail, 1 = the same."""
    pose: Pose
    zones: Mask | None = None
    """All regions that are measured; None where that is the whole of the skin."""
    cast_od: float = 0.0
    """Uncertainty of the colours of the after photograph, once referred to what should not have changed."""
    grey_od: float = 0.0
    """Uncertainty of its brightness on skin."""
    kept: Kept = field(default_factory=Kept, init=False)
    """What measures have found and ask for again; follows from the rest."""

    @property
    def mm(self) -> float:
        """The size of a grid pixel for filters: as known, or nominal. [mm]"""
        return self.grid.mm_per_px or NOMINAL_MM

    @cached_property
    def relief(self) -> reliefs.Relief:
        """The shading of both by form, pigment left out."""
        return reliefs.of(self.before, self.after, self.usable & self.skin, mm=self.mm)

    @cached_property
    def ground(self) -> grounds.Ground:
        """The colour of the skin of both, blotches and spots."""
        return grounds.of(self.before, self.after, self.usable & self.skin, mm=self.mm)

    @cached_property
    def lines(self) -> line_filter.Lines:
        """What the line filter answers on both."""
        return line_filter.of(self.relief.before, self.relief.after, mm=self.mm)

    @cached_property
    def softer(self) -> reliefs.Relief:
        """The mean relief of both, blurred a little: what a softer focus would do to it."""
        return self.relief.softer(sigma_px=SOFTER_PX)

    @cached_property
    def surroundings(self) -> Mask:
        """Usable skin that nobody treats in this comparison; empty where all of it is measured."""
        if self.zones is None:
            return np.zeros(self.usable.shape, bool)
        side = 2 * max(1, round(APART_MM / self.mm)) + 1
        near = cv2.dilate(self.zones.astype(np.uint8), np.ones((side, side), np.uint8)) > 0
        return self.usable & self.skin & ~near

    def recoloured(self, mask: Mask, before: Floats, after: Floats) -> pigments.Moved:
        """
        By how much the pigments of a place have changed, whose median densities are given.

        A place of few JPEG blocks is taken apart into parts smaller than a block: so many of them are one.
        """
        block_px = JPEG_PX / self.grid.step_px
        side_px = max(4, round(min(block_px, math.sqrt(float(mask.sum())) / 4)))
        alike = max(1.0, (block_px / side_px) ** 2)
        scatter = alike * pigments.chance(self.before, self.after, mask, side_px=side_px)
        return pigments.moved(before, after, cast_od=self.cast_od, grey_od=self.grey_od, scatter=scatter)

    def without(self, hidden: Mask) -> "Pair":
        """The pair where something is left out, to be looked at anew."""
        return replace(self, usable=self.usable & ~hidden)

    def mask(self, region: Region) -> Mask:
        """The usable skin of a region on the grid."""
        return self.usable & self.skin & self.inside(region)

    def inside(self, region: Region) -> Mask:
        """Where a region lies on the grid."""
        if region.polygon is None:
            return np.ones(self.usable.shape, bool)
        at = (np.array(region.polygon) - (self.grid.x_px, self.grid.y_px)) / self.grid.step_px - 0.5
        mask = np.zeros(self.usable.shape, np.uint8)
        # four binary digits of a pixel are kept, so that an outline does not jump by half a pixel
        cv2.fillPoly(mask, [np.round(at * 16).astype(np.int32)], 1, shift=4)
        return mask.astype(bool)


def reduced(photo: Photo, *, longest_px: int) -> tuple[Floats, float]:
    """
    Linear light with no more than so many pixels a side, and the scale that was applied.

    For finding things, not for measuring: coded values are averaged, so that a large photograph is never all
    in floats.
    """
    coded, scale = photo.at_most(longest_px)
    return photo.lit(coded), scale


def find(before: Photo, after: Photo) -> Pose | Refusal:
    """The pose of the second camera, or that the two do not show the same place."""
    one, scale_one = reduced(before, longest_px=FIND_PX)
    two, scale_two = reduced(after, longest_px=FIND_PX)
    at_one, at_two = _matches(_flat(one), _flat(two))
    if len(at_one) < INLIERS_MIN:
        return Refusal((NOT_ALIKE,))
    # a seed of its own, so that the same pair always gives the same answer
    params = cv2.UsacParams()
    params.threshold, params.maxIterations, params.confidence = 2.5, 4000, 0.999
    params.score, params.sampler = cv2.SCORE_METHOD_MAGSAC, cv2.SAMPLING_UNIFORM
    params.loMethod, params.randomGeneratorState = cv2.LOCAL_OPTIM_SIGMA, 7
    found, kept = cv2.findHomography(at_one, at_two, params)
    inliers = int(kept.sum()) if kept is not None else 0
    if found is None or inliers < INLIERS_MIN or inliers < 0.06 * len(at_one) or not _sane(found):
        return Refusal((NOT_ALIKE,))
    shrink_one, shrink_two = np.diag([scale_one, scale_one, 1.0]), np.diag([scale_two, scale_two, 1.0])
    to_after = np.linalg.inv(shrink_two) @ found @ shrink_one
    scale, turn_deg = _scale_and_turn(found, one.shape[1], one.shape[0])
    return Pose(to_after / to_after[2, 2], inliers, scale * scale_one / scale_two, turn_deg)


def pair(
    before: Photo,
    after: Photo,
    pose: Pose,
    *,
    box_px: tuple[float, float, float, float],
    step_px: float,
    mm_per_px: float | None,
) -> Pair | Refusal:
    """Both photographs on one grid over a box (left, top, right, bottom) of the before photograph."""
    grid = _grid(box_px=box_px, step_px=step_px, mm_per_px=mm_per_px)
    x, y = _before_at(grid)
    one, clipped_one = _sampled(before, x, y, step_px=grid.step_px)
    x_two, y_two = _through(pose.to_after, x, y)
    step_two = grid.step_px * pose.scale
    rough, _ = _sampled(after, x_two, y_two, step_px=step_two)
    flow, home_px = _flow(_flat(one), _flat(rough))
    # the flow is in pixels of the grid and points from the before to the after picture
    moved_x, moved_y = x + flow[..., 0] * grid.step_px, y + flow[..., 1] * grid.step_px
    x_two, y_two = _through(pose.to_after, moved_x, moved_y)
    two, clipped_two = _sampled(after, x_two, y_two, step_px=step_two)
    seen = (x_two > 1) & (y_two > 1) & (x_two < after.width - 2) & (y_two < after.height - 2)
    usable = seen & ~clipped_one & ~clipped_two & (home_px < max(1.0, 0.004 * max(grid.width, grid.height)))
    likeness = _likeness(_flat(one), _flat(two), seen)
    if seen.mean() < 0.3 or likeness < 0.2:
        return Refusal((NOT_ALIKE,))
    return Pair(
        grid=grid,
        before=density(one),
        after=density(two),
        usable=usable,
        skin=np.ones(usable.shape, bool),
        flow_px=flow,
        misalignment_px=float(np.median(home_px[seen])) * grid.step_px,
        likeness=likeness,
        pose=pose,
    )


# ── feature points ───────────────────────────────────────────────────────────────────────────────────


def _flat(light: Floats) -> Grey:
    """Local detail alone, as 8-bit grey: the same under more, less or slanting light."""
    grey = cv2.log(np.maximum(light[..., 1] * 0.6 + light[..., 0] * 0.4, 0.002))
    width = max(light.shape[:2]) / 40
    detail = blurred(grey, sigma_px=0.8) - blurred(grey, sigma_px=width)
    spread = np.sqrt(blurred(detail * detail, sigma_px=width * 1.5)) + 0.012
    return np.clip(128 + 42 * detail / spread, 0, 255).astype(np.uint8)


def _matches(one: Grey, two: Grey) -> tuple[Points, Points]:
    (points_one, words_one), (points_two, words_two) = both(_features, one, two)
    nothing: Points = np.zeros((0, 2), np.float32)
    if words_one is None or words_two is None or min(len(points_one), len(points_two)) < INLIERS_MIN:
        return nothing, nothing
    words_one, words_two = (
        np.sqrt(w / (w.sum(axis=1, keepdims=True) + 1e-9)) for w in (words_one, words_two)
    )
    close = words_one @ words_two.T  # root-SIFT: unit vectors, so the product orders like the distance
    best = close.argmax(axis=1)
    at = np.arange(len(best))
    top = close[at, best]
    close[at, best] = -1
    second = close.max(axis=1)
    close[at, best] = top
    mutual = close.argmax(axis=0)[best] == at
    good = mutual & ((2 - 2 * top) < 0.85**2 * (2 - 2 * second))
    place_one = np.array([p.pt for p in points_one], np.float32)
    place_two = np.array([p.pt for p in points_two], np.float32)
    return place_one[good], place_two[best[good]]


def _features(grey: Grey) -> tuple[Any, Any]:
    return cv2.SIFT.create(nfeatures=2500, contrastThreshold=0.02).detectAndCompute(grey, None)


def _sane(found: NDArray[Any]) -> bool:
    area = float(np.linalg.det(found[:2, :2]))
    stretch = np.linalg.svd(found[:2, :2], compute_uv=False)
    return 0.1 < area < 10 and stretch[0] / stretch[1] < 1.6 and float(np.abs(found[2, :2]).max()) < 0.001


def _scale_and_turn(found: NDArray[Any], width: int, height: int) -> tuple[float, float]:
    """
    Scale at the centre, and turn out of the plane from the keystone.

    Foreshortening goes with the cosine, so five degrees change a length by 0.4 % and are lost in noise; the
    keystone goes with the sine. The focal length is taken as 1.3 × the longest side, between a phone's main
    lens and a portrait lens, so the turn is an estimate.
    """
    middle = np.array([[1.0, 0, width / 2], [0, 1, height / 2], [0, 0, 1]])
    landed = found @ middle[:, 2]
    back = np.array([[1.0, 0, -landed[0] / landed[2]], [0, 1, -landed[1] / landed[2]], [0, 0, 1]])
    centred = back @ found @ middle
    centred = centred / centred[2, 2]
    scale = math.sqrt(abs(float(np.linalg.det(centred[:2, :2]))))
    keystone = math.hypot(centred[2, 0], centred[2, 1]) * 1.3 * max(width, height)
    return scale, math.degrees(math.atan(keystone))


# ── the grid ─────────────────────────────────────────────────────────────────────────────────────────


def fine_step_px(photo: Photo, *, mm_per_px: float | None) -> float:
    """The step at which lines are measured, in pixels of the before photograph."""
    return GRID_MM / mm_per_px if mm_per_px else max(photo.width, photo.height) / RELATIVE_PX


def _grid(*, box_px: tuple[float, float, float, float], step_px: float, mm_per_px: float | None) -> Grid:
    left, top, right, bottom = box_px
    step = max(1.0, step_px, (right - left) / GRID_PX, (bottom - top) / GRID_PX)
    width, height = max(16, int((right - left) / step)), max(16, int((bottom - top) / step))
    return Grid(left, top, step, width, height, mm_per_px * step if mm_per_px else None)


def _before_at(grid: Grid) -> tuple[Floats, Floats]:
    x = grid.x_px + grid.step_px * (np.arange(grid.width, dtype=np.float32) + 0.5)
    y = grid.y_px + grid.step_px * (np.arange(grid.height, dtype=np.float32) + 0.5)
    wide, tall = np.meshgrid(x, y)
    return wide.astype(np.float32), tall.astype(np.float32)


def _through(matrix: NDArray[Any], x: Floats, y: Floats) -> tuple[Floats, Floats]:
    m = matrix.astype(np.float32)
    depth = m[2, 0] * x + m[2, 1] * y + m[2, 2]
    return (m[0, 0] * x + m[0, 1] * y + m[0, 2]) / depth, (m[1, 0] * x + m[1, 1] * y + m[1, 2]) / depth


def _sampled(photo: Photo, x: Floats, y: Floats, *, step_px: float) -> tuple[Floats, Mask]:
    """Light at given places of a photograph: reduced by area near the step, then one cubic resampling."""
    factor = 1
    while 2 * factor <= step_px:
        factor *= 2
    x, y, step = (x + 0.5) / factor - 0.5, (y + 0.5) / factor - 0.5, step_px / factor
    whole = photo.halved(factor)
    edge = 4 * step + 4
    left, top = (max(0, int(float(v.min()) - edge)) for v in (x, y))
    right, bottom = min(whole.shape[1], int(x.max() + edge)), min(whole.shape[0], int(y.max() + edge))
    part: Coded = whole[top : max(bottom, top + 8), left : max(right, left + 8)]
    if part.size == 0:
        return np.zeros((*x.shape, 3), np.float32), np.ones(x.shape, bool)
    clipped: Grey = photo.clipped(part).astype(np.uint8) * 255
    light = photo.lit(part)
    height, width = part.shape[:2]
    shrink_x = shrink_y = 1.0
    if step > SHRUNK_FROM:
        size = (max(1, round(width / step)), max(1, round(height / step)))
        shrink_x, shrink_y = size[0] / width, size[1] / height
        light = cv2.resize(light, size, interpolation=cv2.INTER_AREA)
        clipped = cv2.resize(clipped, size, interpolation=cv2.INTER_AREA)
    # the same slight blur for both, beside which the interpolation's own no longer counts
    light = cv2.GaussianBlur(light, (0, 0), 0.6)
    at_x = (x - left + 0.5) * shrink_x - 0.5
    at_y = (y - top + 0.5) * shrink_y - 0.5
    out = cv2.remap(light, at_x, at_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    lost = cv2.remap(clipped, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return out, lost > 60


# ── the flow ─────────────────────────────────────────────────────────────────────────────────────────


def _flow(one: Grey, two: Grey) -> tuple[Floats, Floats]:
    """Smooth flow from one to two, and how far from home there-and-back ends; both in grid pixels."""
    height, width = one.shape
    share = min(1.0, 560 / max(height, width))
    size = (max(16, round(width * share)), max(16, round(height * share)))
    small_one, small_two = (cv2.resize(p, size, interpolation=cv2.INTER_AREA) for p in (one, two))
    there, back = _smooth_flow(small_one, small_two), _smooth_flow(small_two, small_one)
    x, y = np.meshgrid(np.arange(size[0], dtype=np.float32), np.arange(size[1], dtype=np.float32))
    returned = cv2.remap(
        back, x + there[..., 0], y + there[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    home = np.hypot(*cv2.split(there + returned))
    there, home = (
        cv2.resize(p, (width, height), interpolation=cv2.INTER_LINEAR) / share for p in (there, home)
    )
    return there, home


def _smooth_flow(one: Grey, two: Grey) -> Floats:
    dis = cv2.DISOpticalFlow.create(cv2.DISOpticalFlow_PRESET_FAST)
    flow = dis.calc(one, two, np.zeros((*one.shape, 2), np.float32))
    sides = [cv2.medianBlur(np.ascontiguousarray(side), 5) for side in cv2.split(flow)]
    return cv2.GaussianBlur(cv2.merge(sides), (0, 0), max(one.shape) / 70)


def _likeness(one: Grey, two: Grey, seen: Mask) -> float:
    """Median over the picture of the local correlation of fine detail."""
    share = min(1.0, 560 / max(one.shape))
    size = (max(16, round(one.shape[1] * share)), max(16, round(one.shape[0] * share)))
    a, b = (cv2.resize(p, size, interpolation=cv2.INTER_AREA).astype(np.float32) - 128 for p in (one, two))
    wide = max(size) / 30
    over = blurred(a * b, sigma_px=wide)
    under = np.sqrt(np.maximum(blurred(a * a, sigma_px=wide) * blurred(b * b, sigma_px=wide), 1e-6))
    inside = cv2.resize(seen.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    return float(np.median((over / under)[inside])) if inside.any() else 0.0

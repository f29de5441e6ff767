"""
The zones of a face, drawn from its mesh as a clinician would draw them.

The mesh ends at the hairline and at the chin: the forehead is followed up to the hair and the neck down to
the collar, as far as the person's own skin is seen. What is hidden, cut off or turned away is left out and
named.

Ids are those of the protocol's zones; `perioral` is none of them. Left and right are the person's own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from needlework.imaging import cover
from needlework.imaging import face as faces
from needlework.imaging.cover import Cover
from needlework.imaging.face import CHIN, TOP, Face, Models, spaced
from needlework.imaging.outlines import (
    AROUND,
    CREST,
    FOREHEAD,
    LEFT,
    LIPS,
    MIDDLES,
    NECK,
    SIDES,
    Outline,
    Spot,
)
from needlework.imaging.photo import Photo
from needlework.imaging.regions import Region, crosses
from needlework.records.why import Reason, Refusal

METHOD = "zones-1"
"""Changes with anything that moves an outline."""

SEEN_MIN = 0.4
"""Share of a zone that must be bare skin and inside the picture."""
TURNED_MAX = 0.4
"""Area of a zone ÷ that of the same on the other side, below which it is turned too far away."""
FOREHEAD_MAX = 0.42
"""How far a forehead may reach above the brows. This and what follows in heights of the face."""
NECK_FROM, NECK_LATE = 0.03, 0.2
"""Where the neck begins below the jaw, and how much lower its skin may begin."""
NECK_MIN, NECK_MAX = 0.06, 0.8
"""Height of the neck that must be seen, and that is used."""
REACH_STEPS = 80
MARGIN = 0.02
"""What is kept off hair and collar."""

Polygon = tuple[tuple[float, float], ...]
Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What was found of a face: where to measure, and what to leave out."""

    face: Face
    regions: tuple[Region, ...]
    leave_out: tuple[Region, ...]
    """Eyes, brows, lips and nostrils."""
    cover: Cover
    """Hair, beard, glasses, cloth."""
    unseen: tuple[Reason, ...]
    """Each zone that is not among the regions, and why."""


NAMES = {
    "forehead": "forehead", "glabella": "between the brows", "temples": "{side} temple",
    "periorbital": "around the {side} eye", "nose": "nose", "cheeks": "{side} cheek",
    "upper-lip": "upper lip", "perioral": "{side} mouth corner", "chin": "chin",
    "jawline": "{side} jawline", "neck": "neck",
}  # fmt: skip
"""The id of each zone, and how a region of it is named; in an oblique half a zone has its side before it."""


def name(zone: str, side: str = "") -> str:
    """
    How the region of a zone is named.

    >>> name("cheeks", "left"), name("nose"), name("nose", "right"), name("glabella", "right")
    ('left cheek', 'nose', 'right nose', 'between the brows, right')
    """
    words = NAMES[zone]
    if side and words.startswith("between"):
        return f"{words}, {side}"
    return words.format(side=side) if "{" in words else f"{side} {words}".strip()


IDS = {name(zone, side): zone for zone in NAMES for side in ("", "left", "right")}
IDS |= {f"{side} glabella".strip(): "glabella" for side in ("", "left", "right")}
"""The zone's id by the name of a region; also by what one was called in comparisons of before."""


# ── finding them ─────────────────────────────────────────────────────────────────────────────────────


def found(photo: Photo, models: Models) -> Found | Refusal:
    """The zones of the one face in a photograph, or why there are none."""
    face = faces.find(photo, models)
    return face if isinstance(face, Refusal) else of(photo, face)


def of(photo: Photo, face: Face) -> Found | Refusal:
    """The zones of a face that was found already."""
    leave_out = _left_out(face)
    over = cover.find(photo, face, beside=leave_out)
    outlines = [(name(zone, side), zone, polygon) for zone, side, polygon in _outlined(face, over)]
    largest: dict[str, float] = {}
    for _, zone, polygon in outlines:
        largest[zone] = max(_area(polygon), largest.get(zone, 0.0))
    regions: list[Region] = []
    unseen: list[Reason] = []
    for called, zone, polygon in outlines:
        region = Region(called, _within(polygon, photo))
        if why := _hidden(region, polygon, over, turned=_area(polygon) < TURNED_MAX * largest[zone]):
            unseen.append(Reason(f"zone.{called}", f"“{called}” {why}", "Show it, or draw it by hand."))
        else:
            regions.append(region)
    if not regions:
        return Refusal(tuple(unseen))
    return Found(face, tuple(regions), leave_out, over, tuple(unseen))


def _outlined(face: Face, over: Cover) -> Iterator[tuple[str, str, Points]]:
    """Each zone that this view may show: id, side, outline; an empty outline where there is none to see."""
    near = {"right oblique": "right", "left oblique": "left"}.get(face.view, "")
    both = (near,) if near else ("right", "left")
    for zone in NAMES:
        if zone in SIDES:
            for side in both:
                yield zone, side, _at(face, SIDES[zone], side)
        elif zone in MIDDLES:
            yield zone, near, _across(face, MIDDLES[zone], near)
        elif zone == "forehead":
            yield zone, near, _forehead(face, over, both)
        else:
            yield zone, near, _neck(face, over, both)


def _left_out(face: Face) -> tuple[Region, ...]:
    sides = [
        Region(f"{side} {what}", _polygon(_at(face, outline, side)))
        for what, outline in AROUND.items()
        for side in ("right", "left")
    ]
    return (*sides, Region("lips", _polygon(_across(face, LIPS, ""))))


def _at(face: Face, outline: Iterable[Spot], side: str) -> Points:
    """An outline as points of the photograph, on one side of the face."""

    points = face.points.astype(np.float64)

    def place(point: int) -> Points:
        at: Points = points[LEFT.get(point, point) if side == "left" else point]
        return at

    return np.array(
        [
            place(spot)
            if isinstance(spot, int)
            else place(spot[0]) * (1 - spot[2]) + place(spot[1]) * spot[2]
            for spot in outline
        ]
    )


def _across(face: Face, halves: tuple[Outline, Outline], near: str) -> Points:
    """A zone across the middle: whole, or the near half of it."""
    middle, right = _at(face, halves[0], "right"), halves[1]
    if near:
        return np.concatenate([_at(face, right, near), middle])
    ends = (middle[-1:], middle[:1])
    return np.concatenate([ends[0], _at(face, right, "right"), ends[1], _at(face, right, "left")[::-1]])


# ── as far as skin is seen ───────────────────────────────────────────────────────────────────────────


def _forehead(face: Face, over: Cover, sides: tuple[str, ...]) -> Points:
    """Up to the hair, at most a little beyond where most foreheads end."""
    tall = spaced(face)
    low = _columns(face, FOREHEAD, sides)
    # each column rises between the direction of the crest beside it and that of the middle: a fan, so that
    # no two of them cross
    crests = [_at(face, CREST, side) for side in sides]
    ends = [crest[1] - crest[0] for crest in crests]
    middle = (face.points[TOP] - face.points[CHIN]).astype(np.float64)
    fan = np.array([one / np.linalg.norm(one) for one in (ends[0], middle, *ends[1:])])
    along = _between(fan, len(low))
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    reach = _reach(low, along, over, most_px=FOREHEAD_MAX * tall)
    reach = np.maximum(_steady(reach) - MARGIN * tall, 0.01 * tall)
    return np.concatenate([low, (low + along * reach[:, None])[::-1]])


def _neck(face: Face, over: Cover, sides: tuple[str, ...]) -> Points:
    """From below the jaw down to the collar, no wider than the jaw; empty where there is too little of it."""
    jaw = _columns(face, NECK, sides)
    tall = spaced(face)
    down = (face.points[CHIN] - face.points[TOP]).astype(np.float64) / tall
    low = jaw + down * NECK_FROM * tall
    # the line of the jaw itself and its shadow may look covered: skin may begin a little lower
    late = np.arange(0, NECK_LATE, 0.01) * tall
    starts = low[:, None] + down * late[:, None]
    bare = ~over.at(starts.reshape(-1, 2)).reshape(starts.shape[:2])
    first = _steady(late[bare.argmax(axis=1)])
    begin = low + down * first[:, None]
    reach = _steady(np.where(bare.any(axis=1), _reach(begin, down, over, most_px=NECK_MAX * tall), 0.0))
    reach -= MARGIN * tall
    deep = np.flatnonzero(reach >= NECK_MIN * tall)
    if len(deep) < 0.5 * len(low):
        return np.empty((0, 2))
    kept = slice(deep[0], deep[-1] + 1)
    floor = np.maximum(reach[kept], 0.01 * tall)[:, None]
    return np.concatenate([begin[kept], (begin[kept] + down * floor)[::-1]])


def _columns(face: Face, spots: Outline, sides: tuple[str, ...]) -> Points:
    """Places from one side to the other, or on one side to the middle, and three between any two."""
    places = [_at(face, spots, side) for side in sides]
    line = places[0] if len(places) == 1 else np.concatenate([places[0], places[1][-2::-1]])
    return _between(line, 4 * (len(line) - 1) + 1)


def _between(line: Points, count: int) -> Points:
    """So many points along a line, as many between any two of it."""
    steps = np.linspace(0, len(line) - 1, count)
    return np.stack([np.interp(steps, np.arange(len(line)), line[:, i]) for i in range(2)], axis=1)


def _reach(starts: Points, along: Points, over: Cover, *, most_px: float) -> NDArray[np.float64]:
    """How far from each start skin goes on before it is covered. [px]"""
    steps = np.linspace(0, most_px, REACH_STEPS)
    directions = np.broadcast_to(along, starts.shape)
    places = starts[:, None] + directions[:, None] * steps[:, None]
    covered = over.at(places.reshape(-1, 2)).reshape(len(starts), len(steps))
    ended = covered & np.roll(covered, -1, axis=1)  # a single hair does not end a forehead
    ended[:, -1] = True
    reached: NDArray[np.float64] = steps[ended.argmax(axis=1)]
    return reached


def _steady(reach: NDArray[np.float64]) -> NDArray[np.float64]:
    """Without what only a few neighbours have, and without steps."""

    def windows(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
        padded = np.pad(values, width // 2, mode="edge")
        return np.lib.stride_tricks.sliding_window_view(padded, width)

    return np.asarray(windows(np.median(windows(reach, 7), axis=1), 3).mean(axis=1))


# ── what can be used ─────────────────────────────────────────────────────────────────────────────────


def _within(polygon: Points, photo: Photo) -> Polygon:
    return _polygon(np.clip(polygon, 0, (photo.width, photo.height)))


def _polygon(points: Points) -> Polygon:
    return tuple((round(float(x), 1), round(float(y), 1)) for x, y in points)


def _area(polygon: Points) -> float:
    """In pixels of the photograph, squared."""
    x, y = polygon.T
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


def _hidden(region: Region, polygon: Points, over: Cover, *, turned: bool) -> str:
    """Why a zone cannot be used; empty where it can."""
    if not len(polygon):
        return "is hardly seen."
    start = np.array([over.x_px, over.y_px])
    whole = cover.drawn([polygon], start=start, step_px=over.step_px, shape=over.mask.shape)
    area = _area(polygon) / over.step_px**2
    if whole.sum() < SEEN_MIN * area:
        return "is mostly outside the picture."
    if turned or crosses(region.polygon or ()):  # seen from the edge, an outline folds over itself
        return "is turned away from the camera."
    if (whole & ~over.mask).sum() < SEEN_MIN * area:
        return "is mostly covered by hair, a beard, glasses or shadow."
    return ""

"""
The networks that find a face, in OpenCV: a detector of faces, and a mesh of 468 points over one of them.

What they see is given in pixels of the picture that they were shown; what it means is said in face.py.
"""

import math
import threading
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from needlework.imaging.icc import Floats

SCORE_MIN = 0.5
RIGHT_EYE_OUTER, RIGHT_EYE_INNER, LEFT_EYE_INNER, LEFT_EYE_OUTER = 33, 133, 362, 263

Picture = NDArray[Any]
"""Rows × columns × RGB, 8 bit; see icc.Floats."""


# ── the detector ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """A face that a detector saw."""

    score: float
    box: NDArray[np.float64]
    """Left, top, right, bottom."""
    eyes: NDArray[np.float64]
    """Right and left eye as (x, y)."""

    @property
    def width_px(self) -> float:
        return float(max(self.box[2] - self.box[0], self.box[3] - self.box[1]))


def detected(picture: Picture, *, full_range: str, short_range: str) -> list[Box]:
    """Faces by the network for whole scenes, else by the one for faces that fill the picture."""
    for path, side, strides in (
        (full_range, 192, ((4, 1),)),
        (short_range, 128, ((8, 2), (16, 6))),
    ):
        found = _boxes(picture, path, side=side, strides=strides)
        if found:
            return found
    return []


def _boxes(picture: Picture, path: str, *, side: int, strides: tuple[tuple[int, int], ...]) -> list[Box]:
    """Every face of one detector, the surest first, each once."""
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    laid = np.zeros((side, side, 3), np.uint8)
    laid[top : top + size[1], left : left + size[0]] = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    outputs = run(path, laid.astype(np.float32) / 127.5 - 1)
    scores, places = sorted((one.reshape(-1, one.shape[-1]) for one in outputs), key=lambda one: one.shape[1])
    sure = 1 / (1 + np.exp(-np.clip(scores[:, 0].astype(np.float64), -60, 60)))
    anchors = np.concatenate([_anchors(side // stride, count) for stride, count in strides]) * side
    kept = np.flatnonzero(sure >= SCORE_MIN)
    found: list[Box] = []
    for index in kept[np.argsort(-sure[kept])]:
        place = places[index].astype(np.float64)
        middle = place[:2] + anchors[index]
        box = np.concatenate([middle - place[2:4] / 2, middle + place[2:4] / 2])
        eyes = place[4:8].reshape(2, 2) + anchors[index]
        at = np.array([left, top])
        one = Box(float(sure[index]), (box - np.tile(at, 2)) / scale, (eyes - at) / scale)
        if all(_shared(one.box, other.box) < 0.3 for other in found):
            found.append(one)
    return found


def _anchors(cells: int, count: int) -> NDArray[np.float64]:
    """The middle of each cell of a grid, row by row, as often as the network speaks of it; 0 to 1."""
    at = (np.arange(cells) + 0.5) / cells
    x, y = np.meshgrid(at, at)
    return np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), count, axis=0)


def _shared(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Area that two boxes share ÷ area of the smaller one."""
    sides = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
    smaller = min(float(np.prod(one[2:] - one[:2])), float(np.prod(other[2:] - other[:2])))
    return float(np.prod(np.maximum(sides, 0))) / max(smaller, 1e-9)


# ── the mesh ─────────────────────────────────────────────────────────────────────────────────────────

MESH_PX = 192
ROOM = 1.5
"""Side of the square that the mesh sees ÷ side of the face."""


def refined(picture: Picture, seen: Box, network: str) -> tuple[Floats, float]:
    """468 × (x, y, z) in pixels of the picture, seen twice: the second time where the first found them."""
    middle = (seen.box[:2] + seen.box[2:]) / 2
    mesh, _ = _mesh(
        picture,
        network,
        middle=middle,
        side=ROOM * seen.width_px,
        along=seen.eyes[1] - seen.eyes[0],
    )
    low, high = mesh[:, :2].min(axis=0), mesh[:, :2].max(axis=0)
    along = (mesh[LEFT_EYE_OUTER] - mesh[RIGHT_EYE_OUTER])[:2]
    return _mesh(
        picture, network, middle=(low + high) / 2, side=ROOM * float((high - low).max()), along=along
    )


def astray(mesh: Floats, seen: Box) -> float:
    """How far the two networks disagree on where the eyes are, in distances of the eyes."""
    corners = ((RIGHT_EYE_OUTER, RIGHT_EYE_INNER), (LEFT_EYE_INNER, LEFT_EYE_OUTER))
    eyes = np.stack([mesh[list(two), :2].mean(axis=0) for two in corners])
    apart = float(np.linalg.norm(eyes[1] - eyes[0]))
    return float(np.linalg.norm(eyes - seen.eyes, axis=1).max()) / max(apart, 1e-6)


def _mesh(
    picture: Picture,
    network: str,
    *,
    middle: NDArray[Any],
    side: float,
    along: NDArray[Any],
) -> tuple[Floats, float]:
    """The mesh over a square turned so that the eyes lie level, and how sure it is of a face there."""
    side = max(side, 8.0)
    shrink = min(1.0, 2 * MESH_PX / side)  # the crop below takes single pixels, and must not skip many
    small = picture
    if shrink < 1:
        small = cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    angle = math.atan2(float(along[1]), float(along[0]))
    across = np.array([math.cos(angle), math.sin(angle)]) * side / MESH_PX
    down = np.array([-across[1], across[0]])
    start = np.asarray(middle, np.float64) - (across + down) * MESH_PX / 2
    back = np.stack([across, down, start], axis=1)
    crop = cv2.warpAffine(
        small,
        back * shrink,
        (MESH_PX, MESH_PX),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    outputs = sorted(run(network, crop.astype(np.float32) / 255), key=lambda one: one.size)
    presence = 1 / (1 + math.exp(-max(-60.0, min(60.0, float(outputs[0].ravel()[0])))))
    found = outputs[-1].reshape(468, 3).astype(np.float64)
    flat = found[:, :2] @ back[:, :2].T + back[:, 2]
    deep = found[:, 2:] * side / MESH_PX
    return np.concatenate([flat, deep], axis=1).astype(np.float32), presence


# ── the networks ─────────────────────────────────────────────────────────────────────────────────────

_nets = threading.local()
"""Each thread's own, by path: a network holds what it is working on. Keeping them changes no result."""


def run(path: str, picture: Floats) -> list[NDArray[np.float32]]:
    """Every output of a network for one picture, rows × columns × RGB."""
    known: dict[str, Any] = _nets.__dict__.setdefault("by_path", {})
    if path not in known:
        # the default engine gives one output of such a network and silently drops the others
        known[path] = cv2.dnn.readNetFromTFLite(path, cv2.dnn.ENGINE_CLASSIC)
    net = known[path]
    net.setInput(np.ascontiguousarray(picture.transpose(2, 0, 1)[None]))
    return list(net.forward(net.getUnconnectedOutLayersNames()))

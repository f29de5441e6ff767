"""
Where the face is in a photograph, how it is turned, and what it does.

Two small networks run in OpenCV: a detector of faces, and a mesh of 468 points laid over the one that is
found. They are files that the caller hands in, since they are no part of this program. What they do not see
clearly is refused, never guessed: then zones are drawn by hand.

Left and right are the person's own throughout; a photograph that was mirrored swaps them.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from needlework.imaging import mesh
from needlework.imaging.icc import Floats
from needlework.imaging.mesh import (
    LEFT_EYE_INNER,
    LEFT_EYE_OUTER,
    RIGHT_EYE_INNER,
    RIGHT_EYE_OUTER,
    Picture,
)
from needlework.imaging.photo import Photo
from needlework.records.why import Reason, Refusal

METHOD = "face-1"
"""Changes with anything that moves a point."""

LOOK_PX = 1200
"""Longest side in which a face is sought; the networks see 192 pixels of it at a time."""
OTHER_MIN = 1 / 3
"""Width of a second face ÷ that of the largest from which on the choice is not ours."""
EYES_MIN_PX = 40.0
"""Between the outer corners of the eyes; below it a pixel is more than 2 mm and the mesh is a guess."""
OUTSIDE_MAX = 0.6
"""Share of the mesh that may lie outside the picture: half a face is enough, a quarter is not."""
ASTRAY_MAX = 0.6
"""
Between the eyes of the detector and those of the mesh ÷ distance of the eyes. On a head that lies on its side
0.5 was seen, on one upside down, over which the mesh lays an upright face, 0.8.
"""
FRONT_MAX_DEG = 15.0
OBLIQUE_MAX_DEG = 55.0
ROLL_MAX_DEG = 50.0

DRAW = "Draw the zones by hand, or take the whole skin."

Points = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Models:
    """The files of the networks. Paths, not bytes: OpenCV reads only one output of a network from memory."""

    full_range: str
    short_range: str
    landmark: str
    iris: str = ""
    """Tells the scale (iris.py); empty where it is not wanted."""


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """The one face of a photograph."""

    points: Points
    """468 × (x, y) in pixels of the photograph, in the order of the published mesh."""
    score: float
    """How sure the less sure of the two networks is, 0 to 1."""
    yaw_deg: float
    """Above 0: turned to their own left, so that the right side of the face is towards the camera."""
    pitch_deg: float
    """Above 0: looks up, the chin raised. People differ by some 5°: compare with the same person's."""
    roll_deg: float
    """Above 0: the head leans to their own left shoulder."""
    mouth_open: float | None
    """Gap between the lips ÷ width of the mouth; 0 closed, from about 0.08 on open. None where not seen."""
    smile: float | None
    """0 at rest, 1 broad; from the width of the mouth against that of the eyes, so people differ at rest."""
    eyes_open: tuple[float | None, float | None]
    """Left and right: gap of the lids ÷ width of the eye; about 0.3 open, below 0.12 closed."""

    @property
    def view(self) -> str:
        """front, left oblique, right oblique or profile; an oblique is named for the side that is seen."""
        if abs(self.yaw_deg) <= FRONT_MAX_DEG:
            return "front"
        if abs(self.yaw_deg) > OBLIQUE_MAX_DEG:
            return "profile"
        return "right oblique" if self.yaw_deg > 0 else "left oblique"

    @property
    def eyes_px(self) -> float:
        """Between the outer corners of the eyes, as far as they are apart in the picture. [px]"""
        return float(np.linalg.norm(self.points[LEFT_EYE_OUTER] - self.points[RIGHT_EYE_OUTER]))


def spaced(face: Face) -> float:
    """From forehead to chin along the face, as far as the mesh reaches; a measure for margins. [px]"""
    return float(np.linalg.norm(face.points[TOP] - face.points[CHIN]))


TOP, CHIN = 10, 152
MOUTH_RIGHT, MOUTH_LEFT, LIP_ABOVE, LIP_BELOW = 61, 291, 13, 14
RIGHT_LIDS, LEFT_LIDS = (159, 145), (386, 374)


def find(photo: Photo, models: Models) -> Face | Refusal:
    """The one face that is seen well enough, or what to do about it."""
    picture, scale = _picture(photo)
    seen = mesh.detected(picture, full_range=models.full_range, short_range=models.short_range)
    if not seen:
        return _refuse("face.none", "No face is seen clearly in the photograph.", DRAW)
    first, *others = sorted(seen, key=lambda one: -one.width_px)
    if any(one.width_px > OTHER_MIN * first.width_px for one in others):
        return _refuse(
            "face.two",
            "There are two faces or more in the photograph.",
            "Cut the picture to the one face that is to be measured, or draw the zones by hand.",
        )
    points, presence = mesh.refined(picture, first, models.landmark)
    if presence < mesh.SCORE_MIN or mesh.astray(points, first) > ASTRAY_MAX:
        return _refuse("face.unclear", "What looks like a face is not seen clearly.", DRAW)
    height, width = picture.shape[:2]
    face = _face(points, width=width, height=height, scale=scale, score=min(first.score, presence))
    faults = _unfit(face, photo)
    return Refusal(faults) if faults else face


def _unfit(face: Face, photo: Photo) -> tuple[Reason, ...]:
    x, y = face.points[:, 0], face.points[:, 1]
    outside = float(((x < 0) | (y < 0) | (x > photo.width) | (y > photo.height)).mean())
    faults = []
    if outside > OUTSIDE_MAX:
        faults.append(
            Reason("face.cut", "Much of the face is outside the picture.", f"Show more of the face. {DRAW}")
        )
    if face.view == "profile":
        faults.append(
            Reason(
                "face.profile",
                "The face is seen from the side.",
                f"Turn the face halfway back to the camera. {DRAW}",
            )
        )
    if abs(face.roll_deg) > ROLL_MAX_DEG:
        faults.append(
            Reason("face.roll", "The head lies on its side in the picture.", f"Turn the picture. {DRAW}")
        )
    if face.eyes_px < EYES_MIN_PX * math.cos(math.radians(face.yaw_deg)):
        faults.append(
            Reason(
                "face.small",
                f"The face is too small: the eyes are {face.eyes_px:.0f} pixels apart.",
                "Go nearer, so that the face fills most of the picture.",
            )
        )
    return tuple(faults)


def _refuse(key: str, problem: str, do: str) -> Refusal:
    return Refusal((Reason(key, problem, do),))


def _picture(photo: Photo) -> tuple[Picture, float]:
    """The photograph as the networks want it: small, coded, 8 bit; a wide gamut does not matter to them."""
    scale = min(1.0, LOOK_PX / max(photo.width, photo.height))
    size = (max(1, round(photo.width * scale)), max(1, round(photo.height * scale)))
    # bilinear takes four of the pixels that fall together, not all of them: a fifth of the time at 24
    # megapixels, and what it leaves of noise is averaged away when a network is given 192 pixels of this
    small = cv2.resize(photo.coded, size, interpolation=cv2.INTER_LINEAR) if scale < 1 else photo.coded
    return (small // 257).astype(np.uint8) if small.dtype == np.uint16 else small, scale


# ── pose and expression ──────────────────────────────────────────────────────────────────────────────

RIGID = {
    33: (-4.446, 2.664, 3.173), 133: (-1.856, 2.585, 3.758), 263: (4.446, 2.664, 3.173),
    362: (1.856, 2.585, 3.758), 168: (0.0, 3.271, 5.236), 6: (0.0, 2.473, 5.789), 197: (0.0, 1.728, 6.317),
    1: (0.0, -1.127, 7.476), 2: (0.0, -2.089, 6.058), 9: (0.0, 4.886, 5.385), 151: (0.0, 6.545, 5.027),
    10: (0.0, 8.262, 4.482), 67: (-3.524, 8.006, 3.729), 297: (3.524, 8.006, 3.729),
    54: (-6.279, 6.615, 1.426), 284: (6.279, 6.615, 1.426), 127: (-7.743, 2.365, -2.005),
    356: (7.743, 2.365, -2.005), 234: (-7.664, 0.673, -2.436), 454: (7.664, 0.673, -2.436),
    50: (-4.766, -0.702, 3.535), 280: (4.766, -0.702, 3.535),
}  # fmt: skip
"""
Points that no expression moves far, on the mesh's own mean face, in cm: x to their left, y up, z ahead.
Source: canonical face model of MediaPipe (Apache-2.0).
"""


def _face(found: Floats, *, width: float, height: float, scale: float, score: float) -> Face:
    """`width` and `height` are those of the picture in which the mesh was found."""

    def apart(one: int, other: int) -> float | None:
        """Distance in space, so that a turned head foreshortens nothing; None where the picture ends."""
        ends = found[[one, other]]
        if ends[:, :2].min() < 0 or (ends[:, 0] > width).any() or (ends[:, 1] > height).any():
            return None
        return float(np.linalg.norm(ends[0] - ends[1]))

    def share(one: float | None, other: float | None) -> float | None:
        return one / other if one is not None and other else None

    mouth = apart(MOUTH_RIGHT, MOUTH_LEFT)
    wide = share(mouth, apart(RIGHT_EYE_OUTER, LEFT_EYE_OUTER))
    yaw_deg, pitch_deg, roll_deg = _turned(found)
    return Face(
        points=(found[:, :2] / scale).astype(np.float32),
        score=score,
        yaw_deg=yaw_deg,
        pitch_deg=pitch_deg,
        roll_deg=roll_deg,
        mouth_open=share(apart(LIP_ABOVE, LIP_BELOW), mouth),
        smile=None if wide is None else min(1.0, max(0.0, (wide - 0.55) / 0.2)),
        eyes_open=(
            share(apart(*LEFT_LIDS), apart(LEFT_EYE_INNER, LEFT_EYE_OUTER)),
            share(apart(*RIGHT_LIDS), apart(RIGHT_EYE_INNER, RIGHT_EYE_OUTER)),
        ),
    )


def _turned(found: Floats) -> tuple[float, float, float]:
    """
    Yaw, pitch and roll by the turn that lays the mean face on this one.

    Pitch and roll with the depth that the network tells (Kabsch 1976). It flattens heads that are turned
    aside, so yaw is taken from the picture's plane alone. On a portrait turned by its own mesh in 15° steps
    yaw read about a seventh too small, pitch a tenth.
    """
    known = np.array(list(RIGID.values()))
    known -= known.mean(axis=0)
    seen = found[list(RIGID)].astype(np.float64) * (1, -1, -1)
    seen -= seen.mean(axis=0)
    left, _, right = np.linalg.svd(seen.T @ known)
    turn = left @ np.diag([1, 1, np.sign(np.linalg.det(left @ right))]) @ right
    left, _, right = np.linalg.svd(np.linalg.lstsq(known, seen[:, :2])[0].T, full_matrices=False)
    flat = left @ right
    roll_deg, _, pitch_deg = _angles(turn)
    _, yaw_deg, _ = _angles(np.vstack([flat, np.cross(flat[0], flat[1])]))
    return yaw_deg, pitch_deg, roll_deg


def _angles(turn: NDArray[np.float64]) -> tuple[float, float, float]:
    """Roll, yaw and pitch of a turn: where its face looks once the roll is undone. [°]"""
    roll = math.atan2(-turn[1, 0], turn[0, 0])
    level = np.array([[math.cos(roll), -math.sin(roll)], [math.sin(roll), math.cos(roll)]])
    x, y = level @ turn[:2, 2]
    pitch = math.asin(max(-1.0, min(1.0, float(y))))
    return math.degrees(roll), math.degrees(math.atan2(x, turn[2, 2])), math.degrees(pitch)

"""
How far a pair of photographs is apart in what should be alike, and which of that is too much to compare.

Limits are house: they were set on drawn skin (benchmarks and tests).
"""

from dataclasses import dataclass

import cv2
import numpy as np

from needlework.imaging import robust
from needlework.imaging.align import Pair
from needlework.imaging.face import Face
from needlework.imaging.icc import Floats
from needlework.imaging.optics import blurred, shading
from needlework.imaging.regions import Mask
from needlework.records.measure import Discord
from needlework.records.why import Reason


@dataclass(frozen=True, slots=True)
class Limits:
    """Beyond these a pair gives no verdict. House."""

    light_od: float = 0.036
    exposure_od: float = 0.4
    cast_od: float = 0.25
    """Of the movement of all colours, before the reference is taken into account."""
    focus: float = 0.32
    scale: float = 0.045
    turn_deg: float = 5.0
    misalignment: float = 0.004
    """Share of the longest side of the before photograph."""
    likeness: float = 0.895
    """Correlation of fine detail below which light or place has changed too much."""
    head_deg: float = 6.0
    """Between two faces, in yaw or pitch; the meshes of one head at rest differ by 1 to 2°."""
    mouth_open: float = 0.08
    smile: float = 0.35
    eyes_open: float = 0.14
    """Between two faces, in the units of face.Face."""
    backdrop_od: float = 0.3
    """Of the background, once the change of the camera's colours is taken out; no reason to refuse."""


LIMITS = Limits()


def discord(pair: Pair, *, shift_od: Floats, cast_od: float) -> Discord:
    """
    How far the two are apart, over the skin that both show.

    `shift_od` is by how much the reference moved, by channel; `cast_od` the colour cast that is left
    unknown once the reference has been taken into account.
    """
    skin = pair.usable & pair.skin
    return Discord(
        light=_slant(pair, skin),
        exposure=abs(float(np.mean(shift_od))),
        cast=cast_od,
        focus=_sharpness(pair, skin),
        scale=abs(float(np.log(pair.pose.scale))),
        turn_deg=_turn(pair),
        misalignment_px=pair.misalignment_px,
    )


def _slant(pair: Pair, skin: Mask) -> float:
    """
    How differently light falls across the two, as the robust spread of the slow part of their difference.

    What a zone has gained as a whole may be pigment and is left out, with the fringe of what was treated,
    and so is a flush in a part of the face.
    """
    if not skin.any():
        return 0.0
    moved = shading(pair.after) - shading(pair.before)
    around = pair.surroundings
    if pair.zones is not None and (pair.zones & skin).any() and around.any():
        apart = np.median(moved[pair.zones & skin][::7]) - np.median(moved[around][::7])
        moved = moved - apart * pair.zones.astype(np.float32)
        skin = skin & (pair.zones | around)
    form = _slow(moved, skin.astype(np.float32), sigma_px=max(skin.shape) / 12)[skin][::7]
    return robust.about_median(form)


def _slow(moved: Floats, weight: Floats, *, sigma_px: float) -> Floats:
    """The slow part of a difference, from the skin alone."""
    share = blurred(weight, sigma_px=sigma_px)
    slow: Floats = blurred(moved * weight, sigma_px=sigma_px) / np.maximum(share, 1e-3)
    return slow


def _sharpness(pair: Pair, skin: Mask) -> float:
    """Difference in how much fine detail there is beside coarse detail, as a logarithm without sign."""
    shares = []
    for side in (pair.before, pair.after):
        green = np.ascontiguousarray(side[..., 1])
        fine = blurred(green, sigma_px=0.8) - blurred(green, sigma_px=1.6)
        coarse = blurred(green, sigma_px=2.2) - blurred(green, sigma_px=4.4)
        shares.append(
            np.median(np.abs(fine[skin])) / (np.median(np.abs(coarse[skin])) + 1e-6) if skin.any() else 1.0
        )
    return abs(float(np.log(max(shares[0], 1e-6) / max(shares[1], 1e-6))))


def _turn(pair: Pair) -> float:
    """From the keystone, and from how far a face with depth has moved against a flat one."""
    flow = pair.flow_px
    spread = float(np.sqrt(np.mean((flow - np.median(flow, axis=(0, 1))) ** 2) * 2)) / max(flow.shape[:2])
    return float(np.hypot(pair.pose.turn_deg, np.degrees(np.arctan(spread / 0.15))))


Faces = tuple[Face | None, Face | None]
"""Of the before and the after photograph; None where none was found, or none was sought."""


def gate(
    found: Discord,
    *,
    colour_od: float,
    likeness: float,
    longest_px: int,
    faces: Faces = (None, None),
    limits: Limits = LIMITS,
) -> tuple[Reason, ...]:
    """
    What makes a pair not comparable, each with what to do.

    `colour_od` is by how much the colours have moved as a whole, `likeness` the fine detail that
    the two share, which a blurred photograph has lost for another reason than light.
    """
    wrong = (
        (
            found.turn_deg > limits.turn_deg,
            Reason(
                "pair.turn",
                f"The head or body is turned by about {found.turn_deg:.0f}° against the first photograph.",
                "Take it again from the same direction; line it up with the earlier photograph.",
            ),
        ),
        (
            found.light > limits.light_od or (likeness < limits.likeness and found.focus <= limits.focus),
            Reason(
                "pair.light",
                "The light comes from another direction or is of another kind.",
                "Take it again with the same lamps at the same places, and without flash if there was none.",
            ),
        ),
        (
            found.exposure > limits.exposure_od,
            Reason(
                "pair.exposure",
                "One photograph is much brighter than the other.",
                "Tap on the skin to set the exposure in the same way, in the same room.",
            ),
        ),
        (
            colour_od > limits.cast_od,
            Reason(
                "pair.cast",
                "The colours of the two photographs differ by more than the skin can.",
                "Use the same light and the same phone, with filters and portrait mode off.",
            ),
        ),
        (
            found.focus > limits.focus,
            Reason(
                "pair.focus",
                "One photograph is much sharper than the other.",
                "Wipe the lens, tap on the skin to focus, hold still, and take the blurred one again.",
            ),
        ),
        (
            found.scale > limits.scale,
            Reason(
                "pair.scale",
                "The two photographs are taken from different distances or with different zoom.",
                "Use the same lens and the same distance.",
            ),
        ),
        (
            found.misalignment_px > limits.misalignment * longest_px,
            Reason(
                "pair.match",
                "The two photographs cannot be laid onto each other closely enough.",
                "Take it again with the same expression and the same side towards the camera.",
            ),
        ),
    )
    return (*(reason for failed, reason in wrong if failed), *_faces_apart(faces, limits))


def _faces_apart(faces: Faces, limits: Limits) -> tuple[Reason, ...]:
    """What two faces do that is not the same, each with what the second photograph has to do."""
    one, two = faces
    if one is None or two is None:
        return ()
    found = []
    yaw, pitch = two.yaw_deg - one.yaw_deg, two.pitch_deg - one.pitch_deg
    if max(abs(yaw), abs(pitch)) > limits.head_deg:
        found.append(
            Reason(
                "pair.head",
                f"The head is held differently: {_turned(yaw, pitch, limits)}.",
                f"For the second photograph {_turn_back(yaw, pitch, limits)}.",
            )
        )
    if moved := _expression(one, two, limits):
        found.append(
            Reason(
                "pair.expression",
                f"The face does not do the same in both: {', '.join(moved)}.",
                "Take both with the face at rest: mouth closed, no smile, eyes open.",
            )
        )
    return tuple(found)


def _turned(yaw: float, pitch: float, limits: Limits) -> str:
    said = []
    if abs(yaw) > limits.head_deg:
        said.append(f"turned {abs(yaw):.0f}° further to its {'left' if yaw > 0 else 'right'}")
    if abs(pitch) > limits.head_deg:
        said.append(f"the chin {abs(pitch):.0f}° {'higher' if pitch > 0 else 'lower'}")
    return ", ".join(said)


def _turn_back(yaw: float, pitch: float, limits: Limits) -> str:
    said = []
    if abs(yaw) > limits.head_deg:
        said.append(f"turn your head {abs(yaw):.0f}° to your {'right' if yaw > 0 else 'left'}")
    if abs(pitch) > limits.head_deg:
        said.append(f"{'lower' if pitch > 0 else 'raise'} your chin by {abs(pitch):.0f}°")
    return " and ".join(said)


def _expression(one: Face, two: Face, limits: Limits) -> list[str]:
    """What differs, in words; what was not seen in both is left out."""
    rows = (
        (one.mouth_open, two.mouth_open, limits.mouth_open, "the mouth is open in one"),
        (one.smile, two.smile, limits.smile, "one smiles more"),
        (one.eyes_open[0], two.eyes_open[0], limits.eyes_open, "the left eye is not as open"),
        (one.eyes_open[1], two.eyes_open[1], limits.eyes_open, "the right eye is not as open"),
    )
    return [
        words
        for first, second, limit, words in rows
        if first is not None and second is not None and abs(first - second) > limit
    ]


def backdrop_od(small: Pair) -> float | None:
    """
    How far the background of a whole photograph is from that of the other, brightness and cast of the camera
    apart: the median difference of density outside the skin, less that on the skin. None where too little
    is seen.
    """
    near = cv2.dilate(small.skin.astype(np.uint8), np.ones((15, 15), np.uint8)) > 0
    behind, skin = ~near, small.usable & small.skin
    if behind.mean() < BACKDROP_MIN or not skin.any():
        return None
    moved = small.after - small.before
    moved = moved - np.median(moved[skin], axis=0)
    return float(np.median(np.abs(moved[behind]).mean(axis=1)))


BACKDROP_MIN = 0.06

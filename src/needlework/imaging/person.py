"""
Whether two faces may be of two people. Nothing is stored, nobody is recognised, no face is described.

Only asked where two photographs cannot be laid onto each other: then it helps to hear why.
"""

import math

import numpy as np
from numpy.typing import NDArray

from needlework.imaging.face import RIGID, Face
from needlework.records.why import Reason

APART_MAX = 0.04
"""
Of the distance between the eyes. One face blurred, halved, mirrored, rolled and seen in a tenth of keystone
differs by up to 0.023 from itself; no set of faces of known identity stands behind this, so it is a question.
"""
TURN_MAX_DEG = 20.0
"""Beyond this between the two, what is left of the turn outweighs what one face has over another."""


def strangers(one: Face, other: Face) -> Reason | None:
    """That the two may not be the same person; None where they may be, or where it cannot be told."""
    apart = difference(one, other)
    if apart is None or apart <= APART_MAX:
        return None
    return Reason(
        "pair.person",
        "The two photographs may not show the same person.",
        "Check that both belong to this person. Nothing about the faces is stored.",
    )


def difference(one: Face, other: Face) -> float | None:
    """
    How far the proportions of two faces are apart, the turn of the head taken out by a mean face that is
    turned in the same way. [distance between the eyes]
    """
    if math.hypot(one.yaw_deg - other.yaw_deg, one.pitch_deg - other.pitch_deg) > TURN_MAX_DEG:
        return None
    return float(np.sqrt(((_own(one) - _own(other)) ** 2).sum(axis=1).mean()))


def _own(face: Face) -> NDArray[np.float64]:
    """Where a face has its points, less where the mean face has them, turned and laid onto it."""
    known = np.array(list(RIGID.values()))
    yaw, pitch = math.radians(face.yaw_deg), math.radians(face.pitch_deg)
    x = known[:, 0] * math.cos(yaw) + known[:, 2] * math.sin(yaw)
    ahead = known[:, 2] * math.cos(yaw) - known[:, 0] * math.sin(yaw)
    y = known[:, 1] * math.cos(pitch) + ahead * math.sin(pitch)
    mean = x - 1j * y
    seen = face.points[list(RIGID)].astype(np.float64) @ np.array([1, 1j])
    mean, seen = mean - mean.mean(), seen - seen.mean()
    turn = np.vdot(seen, mean) / max(float(np.vdot(seen, seen).real), 1e-9)  # size and roll
    eyes = float(np.ptp(known[:, 0][[0, 2]]))
    left = (seen * turn - mean) / eyes
    return np.stack([left.real, left.imag], axis=1)

"""Smooth curves in millimetres, as a draughtsman would write them down."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.floating[Any]]
"""Points (x, y) in mm, one a row."""


def points(written: str) -> Curve:
    """Points as written in a drawing: "x,y x,y", in mm."""
    return np.array([pair.split(",") for pair in written.split()], np.float32)


def spline(through: Sequence[Sequence[float]] | Curve, *, closed: bool = False, steps: int = 10) -> Curve:
    """A smooth curve through the points (Catmull-Rom); of many curves at once, where they are stacked."""
    p = np.asarray(through, np.float32)
    first, last = p[..., :1, :], p[..., -1:, :]
    ends = (last, p[..., :2, :]) if closed else (2 * first - p[..., 1:2, :], 2 * last - p[..., -2:-1, :])
    ring = np.concatenate([ends[0], p, ends[1]], axis=-2)
    a, b, c, d = (ring[..., k : ring.shape[-2] - 3 + k, None, :] for k in range(4))
    t = np.linspace(0, 1, steps, endpoint=False, dtype=np.float32)[:, None]
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    whole = curve.reshape(*p.shape[:-2], -1, 2)
    return whole if closed else np.concatenate([whole, last], axis=-2)


def mirror(curve: Curve) -> Curve:
    return np.asarray(curve * np.array([-1, 1], np.float32), np.float32)

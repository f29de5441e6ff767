"""
Colour profiles of the matrix-and-curve kind, read exactly.

Nearly every phone writes one (Display P3). Going through an 8-bit converter would round twice and cut
off what lies outside sRGB; the three curves and the matrix of the profile lead straight to linear light.
Source: ICC.1:2022, clauses 10.6 (curveType) and 10.18 (parametricCurveType).
"""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]
"""32-bit floats; not said in the type, because what OpenCV returns has none so exact."""

SRGB_TO_D50 = np.array(
    [[0.4360657, 0.3851515, 0.1430784], [0.2224932, 0.7168870, 0.0606169], [0.0139160, 0.0970764, 0.7140961]]
)
"""Linear sRGB to the profile connection space (XYZ at D50), as the sRGB profile states it."""


@dataclass(frozen=True, slots=True, eq=False)
class Coding:
    """How a file's numbers become linear sRGB: one curve a channel, then a matrix (None where it is sRGB)."""

    curves: Floats
    """Linear light by coded value, shape (256 or 65536, 3)."""
    matrix: Floats | None


def srgb(*, levels: int) -> Coding:
    """The coding of sRGB itself. Source: IEC 61966-2-1."""
    coded = np.linspace(0.0, 1.0, levels)
    linear = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
    return Coding(np.repeat(linear[:, None], 3, axis=1).astype(np.float32), None)


P3_TO_D50 = np.array([[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]])
"""Linear Display P3 to the profile connection space. Source: SMPTE EG 432-1, adapted to D50."""


def display_p3(*, levels: int) -> Coding:
    """The coding of Display P3, for files that name it without a profile."""
    matrix = np.linalg.inv(SRGB_TO_D50) @ P3_TO_D50
    return Coding(srgb(levels=levels).curves, matrix.astype(np.float32))


def matrix_profile(profile: bytes, *, levels: int) -> Coding | None:
    """The coding that an RGB profile of curves and a matrix states; None where it is of another kind."""
    try:
        if profile[16:20] != b"RGB " or profile[20:24] != b"XYZ ":
            return None
        tags = _tags(profile)
        if b"A2B0" in tags:  # a table says more than curves; the converter reads it
            return None
        columns = [_xyz(tags[name]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
        curves = [_curve(tags[name], levels=levels) for name in (b"rTRC", b"gTRC", b"bTRC")]
    except (KeyError, IndexError, ValueError, ZeroDivisionError, struct.error):
        return None
    matrix = np.linalg.inv(SRGB_TO_D50) @ np.array(columns).T
    table = np.stack(curves, axis=1).astype(np.float32)
    if not (np.isfinite(matrix).all() and np.isfinite(table).all()):
        return None
    near = np.allclose(matrix, np.eye(3), atol=0.003)
    return Coding(table, None if near else matrix.astype(np.float32))


def _tags(profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", profile, 128)
    if count > 200:
        raise ValueError("more tags than any profile has")
    rows = (struct.unpack_from(">4sII", profile, 132 + 12 * row) for row in range(count))
    return {name: profile[start : start + size] for name, start, size in rows}


def _xyz(tag: bytes) -> tuple[float, float, float]:
    x, y, z = struct.unpack_from(">3i", tag, 8)
    return x / 65536, y / 65536, z / 65536


def _curve(tag: bytes, *, levels: int) -> NDArray[np.float64]:
    at = np.linspace(0.0, 1.0, levels)
    if tag[:4] == b"para":
        return _parametric(tag, at)
    if tag[:4] != b"curv":
        raise ValueError("not a curve")
    (count,) = struct.unpack_from(">I", tag, 8)
    if count == 0:
        return at
    values = np.frombuffer(tag, ">u2", count=count, offset=12).astype(float)
    if count == 1:
        return np.asarray(at ** (values[0] / 256))
    return np.asarray(np.interp(at, np.linspace(0.0, 1.0, count), values / 65535))


def _parametric(tag: bytes, at: NDArray[np.float64]) -> NDArray[np.float64]:
    (kind,) = struct.unpack_from(">H", tag, 8)
    count = (1, 3, 4, 5, 7)[kind]
    given = [value / 65536 for value in struct.unpack_from(f">{count}i", tag, 12)]
    g, a, b, c, d, e, f = (given + [0.0] * 7)[:7]
    if kind == 0:
        return np.asarray(at**g)
    if kind in (1, 2):
        lift = c if kind == 2 else 0.0
        return np.where(at >= -b / a, np.maximum(a * at + b, 0.0) ** g + lift, lift)
    return np.asarray(np.where(at >= d, np.maximum(a * at + b, 0.0) ** g + e, c * at + f))

"""One large soft lamp, a weaker one opposite and a bright ceiling, and what they make of a relief."""

import cv2
import numpy as np

from needlework.clinic.demo.portraits import mouth
from needlework.clinic.demo.portraits.canvas import COARSE, PX_PER_MM, Plane, area, blur, enlarge
from needlework.clinic.demo.portraits.maps import both, coarse_grid, hill, step
from needlework.clinic.demo.portraits.proportions import Build

Way = tuple[float, float, float]
LIGHT: Way = (-0.279, -0.401, 0.872)
"""Unit vectors towards the large soft lamp, the weaker one opposite, and the bright ceiling."""
FILL: Way = (0.563, -0.103, 0.820)
CEILING: Way = (0.0, -0.5, 0.866)


def _lamp(z: Plane, toward: Way, wrap: float) -> Plane:
    """Light that reaches each point of a relief from a wide lamp: 1 where it stands square to it."""
    k = PX_PER_MM / COARSE / 8
    gx, gy = cv2.Sobel(z, cv2.CV_32F, 1, 0, scale=k), cv2.Sobel(z, cv2.CV_32F, 0, 1, scale=k)
    cosine = (toward[2] - gx * toward[0] - gy * toward[1]) / np.sqrt(1 + gx**2 + gy**2)
    return np.asarray(np.clip((cosine + wrap) / (1 + wrap), 0, None), np.float32)


def _shadow(z: Plane, toward: Way) -> Plane:
    """How much of a wide lamp is hidden behind higher parts: 0 none, 1 all."""
    half = cv2.resize(z, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)  # its edge is soft anyway
    low = np.asarray(half, np.float32)
    scale, hidden = PX_PER_MM / COARSE / 2, np.zeros_like(low)
    flags, edge = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, cv2.BORDER_REPLICATE
    for reach in np.geomspace(2.0, 46.0, 12, dtype=np.float32):
        dx, dy = (float(t / toward[2] * reach * scale) for t in toward[:2])
        matrix = np.array([[1, 0, dx], [0, 1, dy]])
        there = cv2.warpAffine(low, matrix, low.shape[::-1], flags=flags, borderMode=edge)
        hidden = np.maximum(hidden, step(0.0, 0.25, (there - low - reach) / (reach + 6)))
    soft = blur(hidden, 1.6, scale)
    return np.asarray(cv2.resize(soft, z.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def illumination(z: Plane) -> Plane:
    """Key, fill and sky on a relief, with soft shadows and the dimness of hollows."""
    scale = PX_PER_MM / COARSE
    hollow = np.clip((blur(z, 5, scale) - z) * 0.045 + (blur(z, 14, scale) - z) * 0.012, -0.12, 0.5)
    key = _lamp(z, LIGHT, 0.35) * (1 - 0.75 * _shadow(z, LIGHT))
    sky = _lamp(z, CEILING, 0.9)
    return np.asarray((0.58 * key + 0.20 * _lamp(z, FILL, 0.4) + 0.26 * sky) * (1 - hollow), np.float32)


def fine_shading(fine: Plane) -> Plane:
    """What pores, lines and scars do to the light; red light spreads furthest in skin. Three channels."""
    k = PX_PER_MM / 8
    gx, gy = cv2.Sobel(fine, cv2.CV_32F, 1, 0, scale=k), cv2.Sobel(fine, cv2.CV_32F, 0, 1, scale=k)
    slope = gx * -LIGHT[0] + gy * -LIGHT[1]
    hollow = np.clip(blur(fine, 1.2) - fine, -0.2, 0.6) * 0.6
    shade = np.clip(np.asarray(slope, np.float32) * 0.95 - hollow, -0.6, 0.4)
    return np.asarray(cv2.merge([1 + blur(shade, sigma) for sigma in (0.42, 0.26, 0.2)]), np.float32)


def shine(b: Build, z: Plane, fine: Plane) -> Plane:
    """The soft sheen of skin: forehead, nose, cheekbones, lip."""
    lobe = enlarge(_lamp(z, (-0.144, -0.207, 0.968), 0.0) ** 26)  # half way between lamp and camera
    x, y = coarse_grid()
    oily = 0.35 + 0.8 * hill(x, y, (0, -45), (30, 20)) + 0.9 * hill(x, y, (0, 30), (9, 22))
    oily = oily + 0.5 * both(x, y, (42, 20), (14, 11))
    grain = np.clip(1 + (fine - blur(fine, 0.6)) * 7, 0.3, 1.6)
    lower = mouth.lips(b)[1]
    return np.asarray(lobe * grain * (0.045 * enlarge(oily) + 0.05 * area(lower, soft_mm=1.5)), np.float32)

"""Soft maps over the face: hills, steps and clouds, of which relief and colour are summed up."""

import cv2
import numpy as np

from needlework.clinic.demo.portraits.canvas import COARSE, EYES_PX, HEIGHT_PX, PX_PER_MM, WIDTH_PX, Plane


def coarse_grid() -> tuple[Plane, Plane]:
    """One row of x and one column of y in mm; whatever is made of both is a whole coarse map."""
    y, x = np.ogrid[0 : HEIGHT_PX // COARSE, 0 : WIDTH_PX // COARSE]
    across, down = ((x * COARSE - EYES_PX[0]) / PX_PER_MM, (y * COARSE - EYES_PX[1]) / PX_PER_MM)
    return across.astype(np.float32), down.astype(np.float32)


def hill(x: Plane, y: Plane, at: tuple[float, float], wide: tuple[float, float]) -> Plane:
    """1 at its top, `wide` is one standard deviation; a product, so that open grids stay cheap."""
    across, down = (x - at[0]) / wide[0], (y - at[1]) / wide[1]
    return np.asarray(np.exp(-0.5 * across**2) * np.exp(-0.5 * down**2), np.float32)


def both(x: Plane, y: Plane, at: tuple[float, float], wide: tuple[float, float]) -> Plane:
    """The same hill on both sides of the face."""
    return hill(np.abs(x), y, at, wide)


def step(low: float, high: float, value: Plane) -> Plane:
    t = np.clip((value - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def clouds(chance: np.random.Generator, size_mm: float, *, fine: bool = False) -> Plane:
    """Smooth noise of this grain, mean 0, spread about 1; coarse unless it has to be fine."""
    cells = (int(HEIGHT_PX / PX_PER_MM / size_mm) + 4, int(WIDTH_PX / PX_PER_MM / size_mm) + 4)
    seedlings, part = chance.normal(0.0, 1.3, cells).astype(np.float32), 1 if fine else COARSE
    size = (WIDTH_PX // part, HEIGHT_PX // part)
    return np.asarray(cv2.resize(seedlings, size, interpolation=cv2.INTER_CUBIC), np.float32)

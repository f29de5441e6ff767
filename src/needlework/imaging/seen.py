"""What a measure has counted, for eyes: planes that an overlay can draw for any measure."""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from needlework.imaging.icc import Floats
from needlework.imaging.regions import Mask


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What was counted in one region of a pair."""

    kind: Literal["line", "dot", "field"]
    """Marks drawn as they lie, dots to be ringed, or a value everywhere in the region."""
    before: Floats
    after: Floats
    """Planes on the pair's grid or evenly reduced from it; NaN where nothing was looked at."""
    full: float
    """The value, and the change, that is drawn in full colour."""
    unit: str


def within(
    mask: Mask, before: Floats, after: Floats, *, kind: Literal["line", "dot", "field"], unit: str
) -> Seen:
    """What lies in a mask, drawn in full from its 98th percentile on; nothing elsewhere."""
    left, top, wide, high = cv2.boundingRect(mask.astype(np.uint8))
    box = np.s_[top : top + high, left : left + wide]
    inside = mask[box]
    values = np.abs(np.concatenate([before[box][inside], after[box][inside]]))
    values = values[values > 0]
    full = float(np.percentile(values[:: 1 + len(values) // 40_000], 98)) if len(values) else 1.0
    planes = []
    for side in (before, after):
        plane = np.full(mask.shape, np.nan, np.float32)
        np.copyto(plane[box], side[box], where=inside)
        planes.append(plane)
    return Seen(kind, planes[0], planes[1], full, unit)

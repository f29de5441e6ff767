"""What a measure has counted, for eyes: planes that an overlay can draw for any measure."""

from dataclasses import dataclass
from typing import Literal

from needlework.imaging.icc import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What was counted in one region of a pair."""

    kind: Literal["line", "dot", "field"]
    """Thin marks, round marks, or a value everywhere in the region."""
    before: Floats
    after: Floats
    """Planes on the pair's grid or evenly reduced from it; NaN where nothing was looked at."""
    full: float
    """The value, and the change, that is drawn in full colour."""
    unit: str

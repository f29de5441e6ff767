"""devices.toml: what a needle is driven by, and what it is cleared for."""

from dataclasses import dataclass
from typing import Literal

from needlework.protocol.schema.edition import Basis, Reviewed
from needlework.records.skin import SkinType
from needlework.records.why import Citation


@dataclass(frozen=True, slots=True)
class Indication:
    """One line of a device's label: this concern, in these zones, on these skin types, from this age."""

    concern: str
    zones: tuple[str, ...]
    skin_types: tuple[SkinType, ...]
    age_from: int
    sources: tuple[Citation, ...]
    says: str = ""


@dataclass(frozen=True, slots=True)
class Drum:
    """The drum of a roller: what makes the punctures of one pass countable. [cm]"""

    diameter_cm: float
    width_cm: float


@dataclass(frozen=True, slots=True)
class Device:
    id: str
    name: str
    maker: str
    evaluated_mm: float
    """The deepest setting that was evaluated for the clearance, or that this edition takes in its place."""
    evaluated_says: str
    sources: tuple[Citation, ...]
    basis: Basis
    indication: tuple[Indication, ...] = ()
    kind: Literal["pen", "roller"] = "pen"
    cleared: bool = True
    """Whether a clearance was found; where none was, every use is outside a label."""
    needles: int | None = None
    """None where the count was not seen: no dose can be reckoned then."""
    range_mm: tuple[float, float] | None = None
    """Shallowest and deepest setting; None where the maker's figure was not seen."""
    drum: Drum | None = None
    strokes_per_s: tuple[float, float] | None = None
    """Slowest and fastest; None where the maker's figure was not seen and the handpiece must be read."""
    step_mm: float | None = None
    tolerance_mm: float | None = None
    note: str = ""

    @property
    def shallowest_mm(self) -> float:
        return self.range_mm[0] if self.range_mm else 0.0

    @property
    def deepest_mm(self) -> float:
        """The end of the dial, else the deepest setting that this edition allows."""
        return self.range_mm[1] if self.range_mm else self.evaluated_mm


@dataclass(frozen=True, slots=True)
class Devices:
    reviewed: Reviewed
    device: tuple[Device, ...]
    edition: str = ""

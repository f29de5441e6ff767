"""zones.toml: named areas of skin, their thickness, and how deep a needle may be set there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from needlework.protocol.schema.edition import Basis, Reviewed
from needlework.records.skin import Sex
from needlework.records.why import Citation, Position


@dataclass(frozen=True, slots=True)
class Thickness:
    """Epidermis and dermis, mean and standard deviation, where the source gives one. [mm]"""

    epidermis_mm: float
    dermis_mm: float
    epidermis_sd_mm: float | None = None
    dermis_sd_mm: float | None = None

    @property
    def total_mm(self) -> float:
        return self.epidermis_mm + self.dermis_mm


@dataclass(frozen=True, slots=True)
class Zone:
    """A named area of skin, its size, and how deep the edition lets a needle be set there."""

    id: str
    name: str
    where: str
    """The part of the body it belongs to: face, scalp, neck, chest, hands, arms, abdomen, thighs, back."""
    area_cm2: float
    """For both sides together where there are two; adjustable for each person."""
    cap_mm: float
    cap_says: str
    basis: Basis
    sources: tuple[Citation, ...] = ()
    position: tuple[Position, ...] = ()
    choice: str = ""
    area_says: str = "A house estimate: measure it where it matters."
    area_sources: tuple[Citation, ...] = ()
    thickness: Mapping[Sex, Thickness] = field(default_factory=dict)
    """By sex; under `unsure` where the source gives both sexes together."""
    thickness_sources: tuple[Citation, ...] = ()
    thickness_position: tuple[Position, ...] = ()
    """Where those who measured disagree."""
    thickness_choice: str = ""


@dataclass(frozen=True, slots=True)
class Excluded:
    """Skin that is never needled, drawn on the map with its reason: its wall is 0 mm."""

    id: str
    name: str
    say: str
    tell: str
    basis: Basis
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Zones:
    reviewed: Reviewed
    zone: tuple[Zone, ...]
    excluded: tuple[Excluded, ...] = ()
    edition: str = ""

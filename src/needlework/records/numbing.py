"""What a numbing cream amounts to."""

from collections.abc import Mapping
from dataclasses import dataclass

from needlework.records.why import Citation


@dataclass(frozen=True, slots=True)
class Numbing:
    """How a numbing cream is to be used, or was."""

    anaesthetic: str
    grams: float
    area_cm2: float
    minutes: float
    covered: bool = False
    warmed: bool = False
    broken_skin: bool = False
    near_eyes: bool = False
    after_needling: bool = False
    atopic: bool = False
    """Whether the person has atopic eczema."""
    at_risk: bool = False
    """Whether the screening found a raised risk from local anaesthetics."""
    allergic: bool = False
    """Whether the person is allergic to a numbing cream or a local anaesthetic."""


@dataclass(frozen=True, slots=True)
class NumbingRisk:
    """What the screening knows of a person that narrows how they may be numbed."""

    atopic: bool = False
    at_risk: bool = False
    allergic: bool = False


@dataclass(frozen=True, slots=True)
class NumbingAlert:
    """A limit that this use of a numbing cream passes."""

    limit: str
    refuse: bool
    say: str
    do: str
    basis: str
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class NumbingDose:
    """What a use of a numbing cream amounts to, and which limits it passes."""

    milligrams: Mapping[str, float]
    """By drug, laid on the skin; how much of it enters the blood nobody can say from this."""
    grams_per_10cm2: float
    alerts: tuple[NumbingAlert, ...]
    """Refusals first."""
    edition: str

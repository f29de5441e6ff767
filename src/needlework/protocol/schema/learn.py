"""learn.toml: what published trials found."""

from dataclasses import dataclass
from typing import Literal

from needlework.protocol.schema.edition import Basis, Reviewed
from needlework.records.why import Citation


@dataclass(frozen=True, slots=True)
class Effect:
    """What a trial found, on a scale on which trials can be set side by side. [%]"""

    of: Literal["change", "share-better"]
    """Change of a severity score relative to its start, negative for better; or people judged better."""
    percent: float
    people: int
    interval: tuple[float, float] | None = None
    interval_level: float = 95.0
    sd_percent: float | None = None
    """Standard deviation between people, where the trial gives it."""
    says: str = ""
    """How it was reckoned, where it was not printed so."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A published result: the prior beside which a clinic's own courses are read."""

    id: str
    concern: str
    design: str
    people: int
    result: str
    sources: tuple[Citation, ...]
    basis: Basis
    controlled: bool = False
    """Whether needling alone was set against no needling or something else, in the same trial."""
    blinded: bool = False
    alone: bool = True
    """Whether it tells what needling did alone, not beside a drug, a cream or light."""
    sessions: int | None = None
    effect: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Learning:
    reviewed: Reviewed
    trial: tuple[Trial, ...]
    edition: str = ""

"""plan.toml: what somebody comes for, and the course that answers it."""

from dataclasses import dataclass
from typing import Literal

from needlework.protocol.schema.edition import Basis, Reviewed, Role
from needlework.records.skin import SkinType
from needlework.records.why import Citation, Position


@dataclass(frozen=True, slots=True)
class Concern:
    """What somebody comes for, and the course that answers it."""

    id: str
    name: str
    tell: str
    sessions: int
    interval_days: int
    judge_after_days: int
    measures: tuple[str, ...]
    """The photographic measures that speak of it."""
    basis: Basis
    sources: tuple[Citation, ...]
    position: tuple[Position, ...] = ()
    choice: str = ""
    support: Literal["trials", "weak", "adjunct", "none", "not-a-use"] = "trials"
    """How well it is known: by trials of needling alone, weakly, beside another treatment, not, or barred."""
    limits: str = ""
    """What the evidence does not support, said plainly to staff."""
    limits_tell: str = ""
    """The same for the patient."""
    led_by: Literal["practitioner", "prescriber", "dermatologist"] = "practitioner"
    """Who must lead such a course."""
    published_sessions: tuple[int, int] | None = None
    """Fewest and most sessions of the studies."""
    published_interval_days: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Technique:
    """How a concern is needled in some zones."""

    concern: str
    zones: tuple[str, ...]
    depth_mm: float
    passes: int
    endpoint: str
    basis: Basis
    sources: tuple[Citation, ...]
    directions: tuple[str, ...] = ()
    """How the lines of the passes run: horizontal, vertical, oblique."""
    published_per_cm2: tuple[float, float] | None = None
    """Punctures per cm² that studies with a countable dose laid down in a session."""
    published_sources: tuple[Citation, ...] = ()
    roller_passes: int | None = None
    """Passes with a roller, which lays down a small part of a pen's dose in one; as with a pen where None."""


@dataclass(frozen=True, slots=True)
class Glide:
    """How a pen is drawn over the skin, assumed where a dose or a time is estimated."""

    speed_cm_per_s: float
    width_cm: float
    """Width of the footprint that one line covers, and the distance of the lines where none overlap."""
    says: str
    basis: Basis
    sources: tuple[Citation, ...] = ()
    overlap: float = 0.0
    """Share of a line's width that the next line covers again."""
    speed_spread: float = 0.0
    """Standard deviation of the speed from line to line, as a share of the speed."""
    wander_cm: float = 0.0
    """Standard deviation of where a line lies from where it should. [cm]"""
    overrun_cm: float = 0.0
    """How far a line runs on beyond the edge of the zone before the hand turns. [cm]"""


@dataclass(frozen=True, slots=True)
class VisitTime:
    """The parts of a visit that do not depend on area. [min]"""

    preparation_min: float
    anaesthetic_min: float
    aftercare_min: float
    anaesthetic_from_mm: float
    """Set depth from which numbing is reckoned with."""
    says: str
    basis: Basis
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanNote:
    """A sentence that goes with some plans: for these concerns, zones, skin types or depths."""

    id: str
    say: str
    tell: str
    basis: Basis
    sources: tuple[Citation, ...] = ()
    concerns: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    skin_types: tuple[SkinType, ...] = ()
    from_mm: float | None = None


@dataclass(frozen=True, slots=True)
class Leeway:
    """How far a practitioner may change a plan: freely within it, beyond with a reason, further not."""

    least_interval_days: int
    """Sessions closer than this need a reason, and a role of `closer`."""
    closest_interval_days: int
    """Closer than anything published: refused."""
    closer: tuple[Role, ...]
    most_sessions: int
    most_passes: int
    says: str
    basis: Basis
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Planning:
    reviewed: Reviewed
    concern: tuple[Concern, ...]
    technique: tuple[Technique, ...]
    glide: Glide
    visit: VisitTime
    leeway: Leeway
    note: tuple[PlanNote, ...] = ()
    edition: str = ""

"""The nouns of recovery: what is normal, what to leave alone, what a check-in calls for."""

from dataclasses import dataclass
from datetime import date, datetime

from needlework.records.ranked import Ranked
from needlework.records.screen import Answers
from needlework.records.skin import SkinType
from needlework.records.why import Citation, Position


class Urgency(Ranked):
    """What a check-in calls for; the worst of its reasons."""

    EXPECTED = "expected"
    SELF_CARE = "self-care"
    CALL_TODAY = "call-today"
    URGENT = "urgent"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class Treatment:
    """What recovery needs to know of a finished session."""

    treated_at: datetime
    """Aware; the moment the last pass ended."""
    deepest_mm: float
    skin_type: SkinType
    ita_deg: float | None = None
    """Individual typology angle, where a calibrated photograph gave one: smaller is darker. [°]"""
    where: tuple[str, ...] = ()
    """Parts of the body; empty where not known."""
    covered: bool = False
    """Whether the skin was covered afterwards, by a film or a thick ointment."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Something to leave alone, or to do, between two moments."""

    id: str
    title: str
    tell: str
    from_at: datetime
    until_at: datetime
    basis: str
    sources: tuple[Citation, ...]
    positions: tuple[Position, ...] = ()
    choice: str = ""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is normal in one stretch of healing."""

    title: str
    tell: str
    from_at: datetime
    until_at: datetime
    basis: str
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Timetable:
    """What to expect and what to leave alone after one session, in order of time."""

    treatment: Treatment
    expectations: tuple[Expectation, ...]
    holds: tuple[Hold, ...]
    redness_gone_by: datetime
    next_session_from: date
    edition: str


@dataclass(frozen=True, slots=True)
class Band:
    """Expected redness at one hour, as a share of that of the first hours: 1 as then, 0 gone."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class OpenSeen:
    """One published measurement of open skin that speaks of a treatment like this one."""

    id: str
    method: str
    shows: str
    hours: tuple[float, float]
    still_open: bool
    say: str
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class OpenSkin:
    """How long the skin stays open, as far as methods agree: a range, never one number. [h]"""

    barrier_h: tuple[float, float]
    """Shortest and longest until water loss is normal."""
    channels_h: tuple[float, float]
    """Shortest and longest until channels are closed."""
    longer_than_seen: bool
    """Whether a measurement that applies still found it open at its last look."""
    why: tuple[str, ...]
    """What lengthens it for this person: depth, site, tone, cover."""
    evidence: tuple[OpenSeen, ...]


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of healing."""

    id: str
    title: str
    say: str
    tell: str
    from_days: float
    until_days: float
    basis: str
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to be expected at one moment after a session."""

    at: datetime
    hours: float
    redness: Band
    phases: tuple[Phase, ...]
    """Those that this moment falls in; they overlap."""
    skin: OpenSkin
    expectations: tuple[Expectation, ...]
    holds: tuple[Hold, ...]
    """Those in force, the first to end first."""
    edition: str


@dataclass(frozen=True, slots=True)
class CheckIn:
    """How somebody says they are, some time after a session."""

    at: datetime
    answers: Answers


@dataclass(frozen=True, slots=True)
class Sign:
    """One reason for a triage: what was said, what it calls for."""

    rule: str
    urgency: Urgency
    say: str
    tell: str
    basis: str
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Triage:
    """What a check-in calls for, worst sign first."""

    urgency: Urgency
    tell: str
    signs: tuple[Sign, ...]
    edition: str

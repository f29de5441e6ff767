"""The nouns of learning: a course and what came of it, and what trials let anybody expect."""

from dataclasses import dataclass
from datetime import date

from needlework.records.dose import ZoneDose
from needlework.records.measure import Change, Comparison
from needlework.records.plan import Plan
from needlework.records.recover import Urgency
from needlework.records.skin import SkinType
from needlework.records.why import Citation


@dataclass(frozen=True, slots=True)
class Given:
    """One signed session of a course."""

    on: date
    doses: tuple[ZoneDose, ...]
    worst_urgency: Urgency | None
    """The worst that a check-in after it called for; None where nobody checked in."""


@dataclass(frozen=True, slots=True)
class ZoneHad:
    """What one zone has had over all sessions of a person."""

    zone: str
    sessions: int
    """In which it was needled at all."""
    first_on: date
    last_on: date
    deepest_mm: float
    """The deepest setting of all sessions."""
    last_deepest_mm: float
    last_per_cm2: float | None
    """Mean punctures per square centimetre in the last session; None where it cannot be told."""
    sum_per_cm2: float | None
    """The same of all sessions; None where it cannot be told of one of them."""
    last_target_per_cm2: float | None
    late: int = 0
    """Passes of all sessions that no number of punctures counts: it had at least what the numbers say."""
    last_late: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """One comparison of photographs in a course, and the day of the later one."""

    on: date
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Course:
    """One plan and what came of it."""

    id: str
    plan: Plan
    given: tuple[Given, ...]
    seen: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One zone and one measure of one course: what was given and what it changed."""

    course: str
    zone: str
    concern: str
    device: str
    skin_type: SkinType
    sessions: int
    deepest_mm: float
    per_cm2: float | None
    """Sum over the sessions; None where the device's needle count was not seen."""
    measure: str
    """Empty where nothing that speaks of this concern was measured."""
    measured_on: str
    """The zone that was measured: this one, or the whole skin area."""
    days_since_last: int | None
    """From the last session to the later photograph."""
    too_early: bool
    """Whether that is before the outcome can be judged."""
    change: Change | None
    worst_urgency: Urgency | None


@dataclass(frozen=True, slots=True)
class Pooled:
    """Trials on one scale, taken together."""

    of: str
    """change: of a severity score, relative to its start; share-better: people judged better. [%]"""
    percent: float
    band: tuple[float, float]
    """Where the next comparable study would be expected to fall, 95 %; wider than each trial's interval."""
    trials: tuple[str, ...]
    people: int
    says: str
    """How the band was reckoned, and what widened it."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What to expect for a concern, from published trials."""

    concern: str
    name: str
    support: str
    limits: str
    pooled: tuple[Pooled, ...]
    """Scales with a controlled trial first, then by people; empty where no trial gives a number."""
    trials: tuple[str, ...]
    """Every trial of the concern, with or without a number."""
    say: str
    tell: str
    judge_after_days: int
    sources: tuple[Citation, ...]
    edition: str

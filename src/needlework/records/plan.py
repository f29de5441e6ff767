"""The nouns of planning: what is wanted, the course, and what a change of it needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from needlework.records.ranked import Ranked
from needlework.records.skin import Sex, SkinType
from needlework.records.why import Citation, Reason


@dataclass(frozen=True, slots=True)
class Person:
    """What planning and healing need to know of somebody."""

    age_years: int
    sex: Sex
    skin_type: SkinType


@dataclass(frozen=True, slots=True)
class Goals:
    """What is wanted, where, with which device, under which licence."""

    concerns: tuple[str, ...]
    zones: tuple[str, ...]
    device: str
    place: str = "clinician"
    area_cm2: Mapping[str, float] = field(default_factory=dict)
    """Areas measured on this person, by zone; the protocol's estimate where absent."""
    depth_mm: Mapping[str, float] = field(default_factory=dict)
    """Depths that the practitioner asks for, by zone; the technique's where absent."""


@dataclass(frozen=True, slots=True)
class Wall:
    """A limit on depth, and whose it is."""

    name: str
    """device range, evaluated maximum, licence, zone or technique."""
    limit_mm: float
    says: str
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class ZonePlan:
    """What is planned for one zone at each visit."""

    zone: str
    name: str
    concern: str
    set_depth_mm: float
    wall: Wall
    """The lowest wall, the one that the depth stands against."""
    walls: tuple[Wall, ...]
    """All of them, lowest first."""
    passes: int
    target_per_cm2: float | None
    """Punctures that these passes lay down; None where the stroke rate must be read off the handpiece."""
    area_cm2: float
    needling_s: float
    endpoint: str
    skin_mm: float | None
    """Mean epidermis and dermis of the zone; None where no source gives it."""
    off_label: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    published_per_cm2: tuple[float, float] | None = None
    """Punctures per cm² of published sessions with a countable dose."""
    asked_mm: float | None = None
    """The depth that the practitioner asked for; None where the technique's was taken."""


@dataclass(frozen=True, slots=True)
class Minutes:
    """Estimated time of a visit, each part in minutes."""

    preparation: float
    anaesthetic: float
    needling: float
    aftercare: float

    @property
    def total(self) -> float:
        return self.preparation + self.anaesthetic + self.needling + self.aftercare


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence that goes with a plan, with its sources."""

    id: str
    say: str
    tell: str
    basis: str
    sources: tuple[Citation, ...]
    general: bool = False
    """Whether it goes with every plan, whatever the concern, zone, depth or skin."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A course: how deep, how much, how often."""

    device: str
    device_name: str
    concerns: tuple[str, ...]
    place: str
    zones: tuple[ZonePlan, ...]
    sessions: int
    interval_days: int
    minutes: Minutes
    recovery_days: int
    """Days for which redness is expected."""
    judge_after_days: int
    """Days after the last session before the outcome is judged."""
    off_label: tuple[str, ...]
    """Why it is outside the device's label; empty when on label."""
    notes: tuple[Note, ...]
    person: Person
    edition: str
    led_by: str = "practitioner"
    """Who must lead such a course: practitioner, prescriber or dermatologist."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a practitioner would have otherwise than proposed; what is not named stays."""

    depth_mm: Mapping[str, float] = field(default_factory=dict)
    passes: Mapping[str, int] = field(default_factory=dict)
    area_cm2: Mapping[str, float] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    """Zones to leave out."""
    sessions: int | None = None
    interval_days: int | None = None


class Weight(Ranked):
    """What a change of a plan needs."""

    FREE = "free"
    REASON = "reason"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Judged:
    """One change of a plan: what it is, what it breaks, and what it needs."""

    key: str
    """Such as cheeks.depth-mm or interval-days."""
    before: float | None
    after: float | None
    weight: Weight
    breaks: str
    """What it goes against, in a sentence; empty where it goes against nothing."""
    sources: tuple[Citation, ...] = ()
    roles: tuple[str, ...] = ()
    """Who may give the reason, where not every practitioner may."""


@dataclass(frozen=True, slots=True)
class Review:
    """A plan as a practitioner would have it, and what each change of it needs."""

    plan: Plan | None
    """The changed plan; None while a change is refused."""
    judged: tuple[Judged, ...]
    """Heaviest first."""

    @property
    def weight(self) -> Weight:
        return max((one.weight for one in self.judged), default=Weight.FREE)


@dataclass(frozen=True, slots=True)
class Alternative:
    """What another device would mean for the same goals: its plan, or why there is none."""

    device: str
    device_name: str
    cleared: bool
    plan: Plan | None
    reasons: tuple[Reason, ...] = ()

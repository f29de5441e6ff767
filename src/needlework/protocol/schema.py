"""
The shape of the protocol: what the knowledge files may say.

One dataclass for each table of the TOML files; a field `within_days` is the key `within-days`. Types and
required keys are read off these classes by `load`, so this module is the format's one definition.
Every sentence that can reach somebody carries its basis (cited, derived or house) and its sources.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from needlework.records import AnswerValue, Citation, Position, Sex, SkinType

Basis = Literal["cited", "derived", "house"]
Role = Literal["practitioner", "prescriber", "medical-director", "front-desk"]


@dataclass(frozen=True, slots=True)
class Source:
    """Something that was read. Grade A regulator or label, B paper, C secondary account, D practice page."""

    key: str
    grade: Literal["A", "A/C", "B", "B/C", "C", "D"]
    authors: str
    title: str
    published: str
    seen: str
    """How much was read: full-page, part, abstract, title."""
    id: str = ""
    """DOI, PubMed or document number."""

    def cite(self) -> Citation:
        return Citation(key=self.key, grade=self.grade, title=self.title, seen=self.seen)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Who read this file last, and when it is to be read again."""

    by: str
    on: date
    again: date


@dataclass(frozen=True, slots=True)
class Edition:
    """The edition as a whole. `digest` is the SHA-256 of its files: what a medical director signs."""

    id: str
    title: str
    on: date
    note: str
    digest: str = ""

    @property
    def mark(self) -> str:
        """What a saved decision is stamped with: the id, and enough of the digest to tell copies apart."""
        return f"{self.id}-{self.digest[:8]}"


# ── questions and conditions ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Condition:
    """What an answer must be. Exactly one of these is set, but for at_least with at_most."""

    equals: AnswerValue | None = None
    one_of: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None
    within_days: int | None = None
    """The answer is a day fewer than this many days before the day asked about."""


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    words: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question, to staff and patient alike. Unanswered, it stands in the way of a verdict."""

    id: str
    topic: str
    ask: str
    kind: Literal["yes-no", "choice", "choices", "number", "date"]
    hint: str = ""
    options: tuple[Option, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    ask_if: Mapping[str, Condition] = field(default_factory=dict)
    """Asked only when all of these hold: nobody answers what cannot matter."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When these answers are given, this follows."""

    id: str
    when: Mapping[str, Condition]
    then: Literal["absolute", "defer", "caution", "label"]
    say: str
    tell: str
    basis: Basis
    sources: tuple[Citation, ...] = ()
    ends: str = ""
    """What ends it, where no day does."""
    position: tuple[Position, ...] = ()
    choice: str = ""
    override: tuple[Role, ...] = ()
    """Who may treat in spite of it; the stage's default where empty."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """Who may treat in spite of a finding, by its weight. An absolute finding has nobody."""

    caution: tuple[Role, ...]
    defer: tuple[Role, ...]
    label: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    reviewed: Reviewed
    overrides: Overrides
    question: tuple[Question, ...]
    rule: tuple[Rule, ...]
    edition: str = ""


# ── devices, zones, places ───────────────────────────────────────────────────────────────────────────


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
class Device:
    id: str
    name: str
    maker: str
    needles: int
    range_mm: tuple[float, float]
    evaluated_mm: float
    """The deepest setting that was evaluated for the clearance."""
    evaluated_says: str
    sources: tuple[Citation, ...]
    basis: Basis
    indication: tuple[Indication, ...]
    strokes_per_s: tuple[float, float] | None = None
    """Slowest and fastest; None where the maker's figure was not seen and the handpiece must be read."""
    step_mm: float | None = None
    tolerance_mm: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Devices:
    reviewed: Reviewed
    device: tuple[Device, ...]
    edition: str = ""


@dataclass(frozen=True, slots=True)
class Thickness:
    """Epidermis and dermis, mean and standard deviation. [mm]"""

    epidermis_mm: float
    epidermis_sd_mm: float
    dermis_mm: float
    dermis_sd_mm: float

    @property
    def total_mm(self) -> float:
        return self.epidermis_mm + self.dermis_mm


@dataclass(frozen=True, slots=True)
class Zone:
    """A named area of skin, its size, and how deep the edition lets a needle be set there."""

    id: str
    name: str
    where: str
    """The part of the body it belongs to: face, neck, hands."""
    area_cm2: float
    """For both sides together where there are two. A house estimate, adjustable for each person."""
    cap_mm: float
    cap_says: str
    basis: Basis
    sources: tuple[Citation, ...] = ()
    position: tuple[Position, ...] = ()
    choice: str = ""
    thickness: Mapping[Sex, Thickness] = field(default_factory=dict)
    thickness_sources: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Excluded:
    """Skin that is never needled, drawn on the map with its reason."""

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


@dataclass(frozen=True, slots=True)
class Place:
    """What a licence allows somewhere. To be checked with the board before it is relied upon."""

    id: str
    name: str
    says: str
    basis: Basis
    may_needle: bool = True
    cap_mm: float | None = None
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Places:
    reviewed: Reviewed
    place: tuple[Place, ...]
    edition: str = ""


# ── plan ─────────────────────────────────────────────────────────────────────────────────────────────


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


@dataclass(frozen=True, slots=True)
class Glide:
    """How a pen is drawn over the skin, assumed where a dose or a time is estimated."""

    speed_cm_per_s: float
    width_cm: float
    says: str
    basis: Basis
    sources: tuple[Citation, ...] = ()


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
class Planning:
    reviewed: Reviewed
    concern: tuple[Concern, ...]
    technique: tuple[Technique, ...]
    glide: Glide
    visit: VisitTime
    note: tuple[PlanNote, ...] = ()
    edition: str = ""


# ── treat ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist that stands before the first pass."""

    id: str
    say: str
    basis: Basis
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Topical:
    """A product on open channels: allowed, or barred with its reason."""

    id: str
    name: str
    allowed: bool
    say: str
    tell: str
    basis: Basis
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Treating:
    reviewed: Reviewed
    check: tuple[Check, ...]
    topical: tuple[Topical, ...]
    edition: str = ""


# ── recover ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Longer:
    """A longer time for some: from a depth on, or for some skin types. The longest that applies is taken."""

    until_h: float
    from_mm: float | None = None
    above_mm: float | None = None
    skin_types: tuple[SkinType, ...] = ()


@dataclass(frozen=True, slots=True)
class HoldRule:
    """Something to do or to leave alone after a session. Hours count from the last pass."""

    id: str
    title: str
    tell: str
    from_h: float
    until_h: float
    basis: Basis
    sources: tuple[Citation, ...] = ()
    longer: tuple[Longer, ...] = ()
    position: tuple[Position, ...] = ()
    choice: str = ""


@dataclass(frozen=True, slots=True)
class ExpectRule:
    """What is normal in one stretch of healing."""

    id: str
    title: str
    tell: str
    from_h: float
    until_h: float
    basis: Basis
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class RednessRule:
    """Redness is expected to be gone by this hour, up to this depth. In order of depth."""

    up_to_mm: float
    gone_by_h: float
    basis: Basis
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Flag:
    """
    What an answer in a check-in calls for.

    `when` may also name what is known without asking: `hours-since` the session, and `redness-overdue`,
    true when redness is reported later than it is expected at this depth.
    """

    id: str
    when: Mapping[str, Condition]
    urgency: Literal["expected", "self-care", "call-today", "urgent", "emergency"]
    say: str
    tell: str
    basis: Basis
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """What a patient is told for each urgency."""

    expected: str
    self_care: str
    call_today: str
    urgent: str
    emergency: str


@dataclass(frozen=True, slots=True)
class Recovering:
    reviewed: Reviewed
    next_session_days: int
    words: Words
    hold: tuple[HoldRule, ...]
    expect: tuple[ExpectRule, ...]
    redness: tuple[RednessRule, ...]
    question: tuple[Question, ...]
    flag: tuple[Flag, ...]
    edition: str = ""


# ── measure ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Noise:
    """
    How far one reading of an unchanged skin scatters.

    `sd` is a logarithm for measures that are compared as ratios, else in the measure's unit; each `per_*`
    is added in quadrature, times how far the pair is apart in that respect.
    """

    measure: str
    title: str
    better: Literal["lower", "higher"]
    sd: float
    freedom: float
    per_light: float
    per_exposure: float
    per_cast: float
    per_focus: float
    per_scale: float
    per_turn: float
    tells: str
    basis: Basis
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    reviewed: Reviewed
    noise: Mapping[str, Noise]
    edition: str = ""


# ── learn ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Trial:
    """A published result beside which a clinic's own courses are read."""

    concern: str
    design: str
    people: int
    result: str
    sources: tuple[Citation, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class Learning:
    reviewed: Reviewed
    trial: tuple[Trial, ...]
    edition: str = ""


# ── the whole ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Protocol:
    """One edition of the knowledge, every source key resolved."""

    edition: Edition
    sources: Mapping[str, Source]
    screen: Screen
    devices: Devices
    zones: Zones
    places: Places
    plan: Planning
    treat: Treating
    recover: Recovering
    measure: Measure
    learn: Learning

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
    animal: bool = False
    """Whether its numbers were found in animals: they never reach a patient's words."""

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
    based_on: str = ""
    """The mark of the edition that this one was copied from."""
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
    per_zone: bool = False
    """
    Whether the answer may differ from zone to zone. `filler = false` speaks of every zone,
    `filler = ["chin"]` of one, and `filler-on.chin = 2026-10-01` is the day for that zone alone.
    """


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
    beside: tuple[str, ...] = ()
    """Rules of another weight that the same answers can fire, both meant to be read; the worse decides."""


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
class Anaesthetic:
    """A numbing cream, with the strength that its pack states. [%]"""

    id: str
    name: str
    percent: Mapping[str, float]
    """Strength by drug: lidocaine, prilocaine, tetracaine, benzocaine."""
    say: str
    basis: Basis
    sources: tuple[Citation, ...] = ()
    compounded: bool = False
    """Mixed by a pharmacy for the clinic, without a label of its own."""


@dataclass(frozen=True, slots=True)
class NumbingLimit:
    """A limit on how a numbing cream is used, and what passing it calls for."""

    id: str
    of: Literal[
        "area-cm2", "minutes", "grams-per-10cm2", "lidocaine-percent", "covered", "warmed", "broken-skin",
        "near-eyes", "after-needling", "atopic", "at-risk", "allergic",
    ]  # fmt: skip
    then: Literal["refuse", "alert"]
    say: str
    do: str
    basis: Basis
    sources: tuple[Citation, ...] = ()
    above: float = 0.0
    """Passed when the number is greater; 0 for what is a yes or no."""
    only: Literal["all", "compounded", "atopic"] = "all"
    drug: str = ""
    """Only for creams with this drug."""
    cream: str = ""
    """Only for this cream, by its id."""


@dataclass(frozen=True, slots=True)
class Adverse:
    """Something that can go wrong in the room, how it is known, and what to do at once, in order."""

    id: str
    name: str
    looks: str
    do: tuple[str, ...]
    urgency: Literal["emergency", "urgent", "stop"]
    """Call the emergency number; have it seen by a prescriber now; stop and look."""
    basis: Basis
    sources: tuple[Citation, ...] = ()
    local: bool = False
    """Whether it belongs to a zone: a faint has none."""


@dataclass(frozen=True, slots=True)
class MarkKind:
    """A kind of place on the skin that is left out: drawn on the map, asked about before a pass there."""

    id: str
    name: str
    then: Literal["ask", "stop"]
    """Ask for a word on how it is left out; or no pass over its zone while it stands."""
    say: str
    tell: str
    basis: Basis
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Treating:
    reviewed: Reviewed
    check: tuple[Check, ...]
    topical: tuple[Topical, ...]
    anaesthetic: tuple[Anaesthetic, ...] = ()
    numbing_limit: tuple[NumbingLimit, ...] = ()
    adverse: tuple[Adverse, ...] = ()
    mark: tuple[MarkKind, ...] = ()
    edition: str = ""


# ── recover ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Longer:
    """A longer time for some: from a depth on, or for some skin types. The longest that applies is taken."""

    until_h: float
    from_mm: float | None = None
    above_mm: float | None = None
    skin_types: tuple[SkinType, ...] = ()
    ita_below_deg: float | None = None
    """For skin measured darker than this individual typology angle. [°]"""


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
    soonest_h: float = 0.0
    """The first hour at which a source saw it gone: where the expected band begins to touch nothing."""


@dataclass(frozen=True, slots=True)
class PhaseRule:
    """One phase of healing; phases overlap."""

    id: str
    title: str
    say: str
    tell: str
    from_days: float
    until_days: float
    basis: Basis
    sources: tuple[Citation, ...] = ()
    position: tuple[Position, ...] = ()
    choice: str = ""


@dataclass(frozen=True, slots=True)
class Closure:
    """One published measurement of how long needled skin stays open, by one method on one site."""

    id: str
    method: Literal["impedance", "water loss", "optical tomography", "dye", "assertion"]
    shows: Literal["barrier", "channels"]
    """What the method sees: the barrier against water, or the channels themselves, which close later."""
    hours: tuple[float, float]
    """Between which hours it was seen closed; the second is what is to be reckoned with."""
    say: str
    basis: Basis
    sources: tuple[Citation, ...] = ()
    still_open: bool = False
    """Whether the last look, at the second hour, still found it open: closing takes longer than that."""
    where: tuple[str, ...] = ()
    """Parts of the body; empty where none was named."""
    needle_mm: tuple[float, float] | None = None
    people: int | None = None
    covered: bool | None = None
    """Whether the skin was covered; None where the source does not say."""
    darker: bool = False
    """Whether it speaks of darker skin only."""


@dataclass(frozen=True, slots=True)
class Harm:
    """Something that can go wrong: how often it was seen, when it begins, what was done."""

    id: str
    title: str
    say: str
    tell: str
    rate: tuple[Position, ...]
    """How often, by each source; the one marked chosen is what this edition warns of."""
    onset: str
    action: str
    basis: Basis
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class LookBack:
    """Something that a record must hold so that people can be found years later."""

    id: str
    say: str
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
    phase: tuple[PhaseRule, ...] = ()
    closure: tuple[Closure, ...] = ()
    harm: tuple[Harm, ...] = ()
    look_back: tuple[LookBack, ...] = ()
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
class Repeatability:
    """How well a published instrument or scale repeats, and what that means for a number of it."""

    id: str
    instrument: str
    speaks_of: str
    """What it measures: wrinkles, acne scars, pigment."""
    figure: str
    do: str
    """What to do, or not to do, with a number of it."""
    basis: Basis
    sources: tuple[Citation, ...]
    sd_percent: float | None = None
    smallest_percent: float | None = None
    """The smallest change worth showing, where it can be reckoned: two standard deviations."""
    smallest_points: float | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    reviewed: Reviewed
    noise: Mapping[str, Noise]
    repeatability: tuple[Repeatability, ...] = ()
    edition: str = ""


# ── learn ────────────────────────────────────────────────────────────────────────────────────────────


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


# ── consent ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ConsentPart:
    """A part of the consent, in the order in which it is read."""

    id: Literal["what", "risks", "label", "alternatives", "after", "numbing", "who", "unknown", "rights"]
    title: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of the consent. What stands in braces, such as {device}, comes from the plan."""

    id: str
    part: Literal["what", "risks", "label", "alternatives", "after", "numbing", "who", "unknown", "rights"]
    tell: str
    basis: Basis
    sources: tuple[Citation, ...] = ()
    concerns: tuple[str, ...] = ()
    only: Literal["always", "off-label", "on-label", "numbed", "not-numbed", "beyond-skin", "many-zones"] = (
        "always"
    )


@dataclass(frozen=True, slots=True)
class PhotoPurpose:
    """What photographs may be used for, each agreed to by itself."""

    id: Literal["record", "shown", "teaching", "publication", "research"]
    title: str
    tell: str
    basis: Basis
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Consenting:
    reviewed: Reviewed
    part: tuple[ConsentPart, ...]
    passage: tuple[Passage, ...]
    photo_purpose: tuple[PhotoPurpose, ...]
    edition: str = ""


# ── skin types ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class SkinScale:
    """How points become a type."""

    id: str
    title: str
    from_points: tuple[int, ...]
    """The fewest points of types I to VI, in this order."""
    basis: Basis
    sources: tuple[Citation, ...]
    position: tuple[Position, ...] = ()
    choice: str = ""


@dataclass(frozen=True, slots=True)
class SkinQuestion:
    """One question with points: its answers in order, nought for the first, one more for each after it."""

    id: str
    topic: str
    ask: str
    answers: tuple[str, ...]
    basis: Basis
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class SkinLimit:
    """Why a type found so cannot be leant on further."""

    id: str
    say: str
    basis: Basis
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class SkinTypes:
    reviewed: Reviewed
    scale: tuple[SkinScale, ...]
    """One; the first counts."""
    question: tuple[SkinQuestion, ...]
    limit: tuple[SkinLimit, ...] = ()
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
    consent: Consenting
    skin: SkinTypes

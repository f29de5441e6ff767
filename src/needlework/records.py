"""
The nouns that travel between the stages.

Every record is frozen, carries its units in its names, and holds all that is needed to explain itself
later: a verdict keeps the words shown and the sources behind them, so that it reads the same when the
protocol has moved on. Nothing here knows a database, a file or the time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, StrEnum
from functools import cached_property
from typing import Self


class SkinType(StrEnum):
    """Fitzpatrick skin type."""

    I = "I"  # noqa: E741  the field writes it so
    II = "II"
    III = "III"
    IV = "IV"
    V = "V"
    VI = "VI"


class Ranked(Enum):
    """Words in an order, least first: `max` finds the worst."""

    @property
    def word(self) -> str:
        return str(self.value)

    @cached_property
    def rank(self) -> int:
        return list(type(self)).index(self)

    def __lt__(self, other: Self) -> bool:
        return self.rank < other.rank

    def __le__(self, other: Self) -> bool:
        return self.rank <= other.rank

    def __gt__(self, other: Self) -> bool:
        return self.rank > other.rank

    def __ge__(self, other: Self) -> bool:
        return self.rank >= other.rank


class Sex(StrEnum):
    """Which column of a skin-thickness table applies; `UNSURE` takes the thinner of the two."""

    FEMALE = "female"
    MALE = "male"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class SkinScore:
    """What ten questions came to."""

    points: int
    skin_type: SkinType


@dataclass(frozen=True, slots=True)
class SkinFound:
    """What is known of somebody's skin type, each way by itself; None where it was not asked or measured."""

    answered: SkinType | None = None
    """As the one question of the screening was answered."""
    scored: SkinType | None = None
    """By the ten questions."""
    seen: SkinType | None = None
    """By a practitioner who looked."""
    ita_deg: float | None = None
    """Individual typology angle of a photograph with a colour card: smaller is darker. [°]"""


@dataclass(frozen=True, slots=True)
class SkinUsed:
    """Which type the rules go by, and how it came to be that one."""

    skin_type: SkinType | None
    apart: int
    """Types between the lightest and the darkest that were found; 0 where they agree."""
    says: str


# ── why ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Citation:
    """A source as it stands beside a sentence: grade A (regulator, label) to D (practice page)."""

    key: str
    grade: str
    title: str
    seen: str
    """How much of it was read: full-page, part, abstract, title."""


@dataclass(frozen=True, slots=True)
class Position:
    """What one side of a disagreement says, and whether this edition follows it."""

    says: str
    sources: tuple[Citation, ...]
    chosen: bool
    days: int | None = None
    """The waiting time that this side asks for, where it names one."""
    until: date | None = None
    """When that waiting time ends for this person; set in a finding, never in a protocol."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is refused: where the fault lies, what it is, what to do."""

    key: str
    problem: str
    do: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The answer "no", with every reason. A value, never an exception."""

    reasons: tuple[Reason, ...]


# ── screen ───────────────────────────────────────────────────────────────────────────────────────────

AnswerValue = bool | int | float | str | date | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """
    What a person said, by question. A question that is absent was not answered.

    Where a question is put zone by zone, `filler` holds for every zone, `filler.chin` for that zone alone.
    """

    given: Mapping[str, AnswerValue]


class Outcome(Ranked):
    """How a finding weighs on a treatment today; a verdict is its worst finding."""

    CLEAR = "clear"
    CAUTION = "caution"
    DEFER = "defer"
    ABSOLUTE = "absolute"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that an answer means for treatment, in words for staff and for the patient."""

    rule: str
    outcome: Outcome
    off_label: bool
    until: date | None
    """The first day on which this finding no longer defers; None where no day ends it."""
    ends: str
    """What ends it where no day does, such as "until healed"; empty otherwise."""
    say: str
    tell: str
    basis: str
    """cited, derived or house."""
    sources: tuple[Citation, ...]
    positions: tuple[Position, ...] = ()
    choice: str = ""
    """Why this edition takes the position that it takes."""
    asks: tuple[str, ...] = ()
    """Questions whose missing answer is this finding."""
    override: tuple[str, ...] = ()
    """Roles that may treat in spite of it, with a reason; empty where nobody may."""
    zones: tuple[str, ...] = ()
    """The zones that it speaks of; empty where it speaks of the whole person."""
    beside: tuple[str, ...] = ()
    """Other findings of this verdict about the same answers, which weigh differently."""

    @property
    def to_decide(self) -> bool:
        """Whether somebody other than the practitioner must have decided before anything is done."""
        return self.outcome is Outcome.CAUTION and bool(self.override) and "practitioner" not in self.override


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    May we treat this person, here, today?

    `until` is the day on which every dated deferral has ended; None where there is none, or where
    something without a day stands in the way as well.
    """

    outcome: Outcome
    until: date | None
    off_label: bool
    findings: tuple[Finding, ...]
    """Worst first."""
    on: date
    edition: str
    zones: tuple[str, ...] = ()
    """Where treatment was asked for; empty where that was not answered."""

    def speaking_of(self, zone: str) -> tuple[Finding, ...]:
        """The findings for the whole person and for this zone, worst first."""
        return tuple(one for one in self.findings if not one.zones or zone in one.zones)

    def outcome_in(self, zone: str) -> Outcome:
        """The worst finding that speaks of this zone: a filler in the chin bars no forehead."""
        return max((one.outcome for one in self.speaking_of(zone)), default=Outcome.CLEAR)

    def until_in(self, zone: str) -> date | None:
        """The day on which every deferral has ended in this zone; None as for the whole."""
        return last_day(self.speaking_of(zone))


def last_day(findings: Iterable[Finding]) -> date | None:
    """The day on which the last deferral ends; None while something without a day stands in the way."""
    barring = [finding for finding in findings if finding.outcome >= Outcome.DEFER]
    days = [finding.until for finding in barring if finding.until is not None]
    return max(days) if days and len(days) == len(barring) else None


# ── plan ─────────────────────────────────────────────────────────────────────────────────────────────


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


Thing = float | str | None


@dataclass(frozen=True, slots=True)
class Contrast:
    """One thing of two plans: what it is in each, and why it is otherwise."""

    what: str
    """Such as depth-mm or sessions; the unit is in the word."""
    before: Thing
    """None where it is not known, or not planned there."""
    after: Thing
    why: tuple[str, ...] = ()
    """Sentences of the plans themselves; empty where it is the same, or nothing is said of it."""

    @property
    def differs(self) -> bool:
        return self.before != self.after

    @property
    def moved(self) -> float | None:
        """By how much a number is larger in the second plan; None where it is no number in both."""
        if isinstance(self.before, str) or isinstance(self.after, str):
            return None
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class Beside:
    """Two plans side by side."""

    course: tuple[Contrast, ...]
    zones: tuple[tuple[str, str, tuple[Contrast, ...]], ...]
    """Each zone of either plan: its id, its name, its things."""
    gone: tuple[str, ...]
    """What was said of the first plan alone: risks, what is not known, what is outside the label."""
    came: tuple[str, ...]
    """The same of the second alone."""
    shared: int
    """How much was said of both."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How evenly a dose lies over a zone, from a simulated glide."""

    punctures: int
    """Made in all, those beyond the zone's edge included."""
    mean_per_cm2: float
    """Within the zone."""
    closed_form_per_cm2: float
    """needles × strokes ÷ area covered, as if every line met its neighbour exactly."""
    target_per_cm2: float
    under: float
    """Share of the zone with less than `low` of the target."""
    over: float
    """Share of the zone with more than `high` of the target."""
    low: float
    high: float
    percentiles_per_cm2: Mapping[int, float]
    """Local dose at the 5th, 25th, 50th, 75th and 95th percentile of the zone."""
    cell_cm: float
    """Side of the square over which the local dose is counted."""


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


# ── consent ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One sentence of a consent, the word it begins with, and the keys of its sources."""

    text: str
    head: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsentSection:
    """One part of a consent under its heading, in the order in which it is read."""

    id: str
    title: str
    lines: tuple[ConsentLine, ...]


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What somebody is asked to agree to, word for word."""

    edition: str
    sections: tuple[ConsentSection, ...]


# ── treat ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Pass:
    """One stretch of needling over one zone, as charted."""

    zone: str
    set_depth_mm: float
    passes: int
    seconds: float
    strokes_per_s: float
    area_cm2: float


@dataclass(frozen=True, slots=True)
class ZoneDose:
    """What one zone has had in one session."""

    zone: str
    deepest_mm: float
    passes: int
    seconds: float
    per_cm2: float | None
    """Mean punctures per square centimetre; None where the device's needle count was not seen."""
    target_per_cm2: float | None


@dataclass(frozen=True, slots=True)
class Cartridge:
    """One sterile cartridge, as its pack names it."""

    lot: str
    serial: str
    """What tells this cartridge from its neighbours of the same lot."""
    expires: date
    """The last day on which it may be used."""


class EventKind(StrEnum):
    """What can be charted in a session, and the data that goes with it."""

    CHECKED = "checked"
    """check: id of a line of the checklist."""
    NUMBED = "numbed"
    """anaesthetic: id of the protocol's list; lot, grams, area_cm2, minutes planned, ago_min: minutes that it
    is on already; covered, warmed, broken_skin, near_eyes where they are so."""
    WIPED = "wiped"
    """nothing: every numbing cream is off the skin."""
    CARTRIDGE = "cartridge"
    """lot, serial, expires."""
    PASS = "pass"
    """zone, set_depth_mm, passes, seconds, strokes_per_s."""
    ENDPOINT = "endpoint"
    """zone, endpoint, bleeding."""
    TOPICAL = "topical"
    """topical: id of the protocol's list; lot."""
    ADVERSE = "adverse"
    """zone, what."""
    NOTE = "note"
    """text."""
    STRUCK = "struck"
    """corrects: id of the event that was charted in error; reason. Both stay readable."""
    SIGNED = "signed"
    """nothing: who and when are the event's own."""
    ADDENDUM = "addendum"
    """text."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a session's chart; added, never changed."""

    id: str
    kind: EventKind
    at: datetime
    by: str
    data: Mapping[str, str | int | float]


@dataclass(frozen=True, slots=True)
class SkinMark:
    """A place on somebody's skin that is left out, as it was drawn on the map."""

    id: str
    kind: str
    zone: str
    side: str
    """left or right, of the person; empty in a zone of one piece."""
    since: date
    until: date | None
    """The last day on which it counts; None while nobody has said."""
    says: str
    """What it is and where, in a line."""


@dataclass(frozen=True, slots=True)
class Numbed:
    """One numbing cream of a session: how it was used, and when it was on the skin."""

    id: str
    """Of the event that charted it."""
    use: Numbing
    lot: str
    on_at: datetime
    off_at: datetime | None
    """None while it is on the skin, or nobody charted that it was wiped off."""


@dataclass(frozen=True, slots=True)
class Chart:
    """What a session's events add up to."""

    signed_by: str | None
    signed_at: datetime | None
    checked: frozenset[str]
    numbed: tuple[Numbed, ...]
    cartridges: tuple[Cartridge, ...]
    passes: tuple[Pass, ...]
    struck: frozenset[str]
    """Ids of the events that were charted in error."""
    last_pass_at: datetime | None


# ── recover ──────────────────────────────────────────────────────────────────────────────────────────


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


# ── measure ──────────────────────────────────────────────────────────────────────────────────────────

WHOLE = "whole"
"""The zone of a reading over the whole skin area of a photograph; no drawn zone may bear this name."""


@dataclass(frozen=True, slots=True)
class Detail:
    """A number that explains a reading and is not judged by itself, such as the number of pores."""

    name: str
    unit: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Reading:
    """One measure on one zone of an aligned pair, both photographs read at the same places."""

    zone: str
    measure: str
    unit: str
    before: float
    after: float
    ratio: bool
    """Whether the noise of this measure is a factor (compare logarithms) or a sum (compare differences)."""
    floor: float
    """What is added to both sides before a ratio is taken: the level that nothing at all reads as."""
    spread: float = 0.0
    """
    Standard deviation of the change that the pair itself tells of, on the scale on which it is judged: what
    is left uncertain about light, focus and colour, and what chance gives so few pores.
    """
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class Likeness:
    """One of the nine things in which two photographs must be alike to be compared."""

    id: str
    """position, expression, lighting, background, zoom, styling, views, timing, description"""
    title: str
    met: bool | None
    """None where the photographs cannot tell."""
    found: str
    """What was found, in a sentence."""
    do: str = ""
    """How to take the photograph again; empty where it is met."""


@dataclass(frozen=True, slots=True)
class Discord:
    """How far the two photographs of a pair are apart in what should not differ; 0 where alike."""

    light: float
    """Difference of shading across the face, in optical density."""
    exposure: float
    """Difference of mean optical density."""
    cast: float
    """Difference of colour cast, in optical density."""
    focus: float
    """Logarithm of the ratio of sharpness."""
    scale: float
    """Logarithm of the ratio of scale."""
    turn_deg: float
    misalignment_px: float


@dataclass(frozen=True, slots=True)
class Observation:
    """What a pair of photographs gives: readings, or the reasons why it gives none."""

    method: str
    comparable: bool
    reasons: tuple[Reason, ...]
    readings: tuple[Reading, ...]
    discord: Discord | None
    likeness: tuple[Likeness, ...] = ()
    """The nine items; empty where the pair was not looked at so far."""
    days_since: tuple[int | None, int | None] = (None, None)
    """Days from the last session to each photograph; None where there was none or it is not known."""
    reference: str = ""
    """What colours were compared against: card, background, surroundings, or nothing."""


class Trend(StrEnum):
    IMPROVED = "improved"
    WORSE = "worse"
    NO_DETECTABLE_CHANGE = "no-detectable-change"


@dataclass(frozen=True, slots=True)
class Change:
    """What changed in one measure on one zone, and whether it is more than noise; all in `unit`."""

    zone: str
    measure: str
    unit: str
    before: float
    after: float
    change: float
    interval: tuple[float, float]
    """95 % interval of the change."""
    smallest_detectable: float
    """The smallest change in the direction of this one that would have been called a change."""
    verdict: Trend
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a pair of photographs shows."""

    method: str
    comparable: bool
    reasons: tuple[Reason, ...]
    changes: tuple[Change, ...]
    defaults: bool
    """Whether the noise is the stated default, not this person's own repeat photographs."""
    likeness: tuple[Likeness, ...] = ()
    """The nine items of comparability."""
    days_since: tuple[int | None, int | None] = (None, None)
    """Days from the last session to each photograph; None where there was none or it is not known."""
    reference: str = ""
    """What colours were compared against: card, background, surroundings, or nothing."""


# ── learn ────────────────────────────────────────────────────────────────────────────────────────────


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


# ── editions ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two editions say differently."""

    file: str
    key: str
    """Such as rule (filler-recent).when.filler-on.within-days."""
    before: str
    """Empty where it was added."""
    after: str
    """Empty where it was removed."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """What another edition would say of one person's plan or screening."""

    who: str
    what: str
    """plan or screening."""
    says: tuple[str, ...]
    """What would be different, in sentences; never empty."""


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change of edition would mean for the work in hand. It rewrites nothing."""

    plans: int
    screenings: int
    consequences: tuple[Consequence, ...]
    """Only those that would change."""

"""The nouns of a session: entries, and the chart that they add up to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from needlework.records.numbing import Numbing
from needlework.records.why import Reason


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
    """topical: id of the protocol's list; lot, or without_lot where there is none on it."""
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
class Late:
    """What was done and did not come into the chart in order, as its entry would have said it."""

    kind: EventKind
    data: Mapping[str, str | int | float]
    """As far as it is known: any key may be missing."""
    why: tuple[Reason, ...] = ()
    """Why the chart refused it; empty where somebody typed it afterwards."""
    made_by: str = ""
    """The id of who did it, where somebody else put it down."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a session's chart; added, never changed."""

    id: str
    kind: EventKind
    at: datetime
    by: str
    data: Mapping[str, str | int | float]
    late: Late | None = None
    """Of a note or an addendum: what it puts down in words."""


@dataclass(frozen=True, slots=True)
class LatePass:
    """A pass that was put down in words: it was given, and no dose counts it."""

    zone: str
    set_depth_mm: float
    """0 where it is not known."""
    passes: int


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
    told: bool = True
    """Whether its grams and area are what somebody said; else they stand in for what nobody knows."""


@dataclass(frozen=True, slots=True)
class Chart:
    """What a session's events add up to."""

    signed_by: str | None
    signed_at: datetime | None
    checked: frozenset[str]
    numbed: tuple[Numbed, ...]
    cartridges: tuple[Cartridge, ...]
    passes: tuple[Pass, ...]
    late: tuple[LatePass, ...]
    struck: frozenset[str]
    """Ids of the events that were charted in error."""
    last_pass_at: datetime | None
    """Of all passes, also of those that were put down in words."""

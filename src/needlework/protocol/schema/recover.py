"""recover.toml: what is normal afterwards, what to leave alone, and what calls for somebody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from needlework.protocol.schema.edition import Basis, Reviewed
from needlework.protocol.schema.questions import Condition, Question
from needlework.records.skin import SkinType
from needlework.records.why import Citation, Position


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

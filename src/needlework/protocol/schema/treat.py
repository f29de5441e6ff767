"""treat.toml: what is checked, put on the skin, watched for and left out in the room."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from needlework.protocol.schema.edition import Basis, Reviewed
from needlework.records.why import Citation


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

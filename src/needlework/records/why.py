"""Why something is said or refused: sources, sides of a disagreement, reasons."""

from dataclasses import dataclass
from datetime import date


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

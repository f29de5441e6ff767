"""What two editions of the protocol say differently, and what that means for the work in hand."""

from dataclasses import dataclass


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

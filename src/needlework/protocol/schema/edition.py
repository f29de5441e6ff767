"""edition.toml, and what every file says of itself."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Basis = Literal["cited", "derived", "house"]


Role = Literal["practitioner", "prescriber", "medical-director", "front-desk"]


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

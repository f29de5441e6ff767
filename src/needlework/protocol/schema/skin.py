"""skin.toml: the questions that a skin type is found by."""

from dataclasses import dataclass

from needlework.protocol.schema.edition import Basis, Reviewed
from needlework.records.why import Citation, Position


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

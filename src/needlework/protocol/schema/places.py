"""places.toml: what a licence allows somewhere."""

from dataclasses import dataclass

from needlework.protocol.schema.edition import Basis, Reviewed
from needlework.records.why import Citation


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

"""What somebody is asked to agree to, word for word."""

from dataclasses import dataclass


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

"""screen.toml: what is asked before a treatment, and what follows from the answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from needlework.protocol.schema.edition import Basis, Reviewed, Role
from needlework.protocol.schema.questions import Condition, Question
from needlework.records.why import Citation, Position


@dataclass(frozen=True, slots=True)
class Rule:
    """When these answers are given, this follows."""

    id: str
    when: Mapping[str, Condition]
    then: Literal["absolute", "defer", "caution", "label"]
    say: str
    tell: str
    basis: Basis
    sources: tuple[Citation, ...] = ()
    ends: str = ""
    """What ends it, where no day does."""
    position: tuple[Position, ...] = ()
    choice: str = ""
    override: tuple[Role, ...] = ()
    """Who may treat in spite of it; the stage's default where empty."""
    beside: tuple[str, ...] = ()
    """Rules of another weight that the same answers can fire, both meant to be read; the worse decides."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """Who may treat in spite of a finding, by its weight. An absolute finding has nobody."""

    caution: tuple[Role, ...]
    defer: tuple[Role, ...]
    label: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    reviewed: Reviewed
    overrides: Overrides
    question: tuple[Question, ...]
    rule: tuple[Rule, ...]
    edition: str = ""

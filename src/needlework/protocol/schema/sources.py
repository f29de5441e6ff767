"""sources.toml: what was read."""

from dataclasses import dataclass
from typing import Literal

from needlework.records.why import Citation


@dataclass(frozen=True, slots=True)
class Source:
    """Something that was read. Grade A regulator or label, B paper, C secondary account, D practice page."""

    key: str
    grade: Literal["A", "A/C", "B", "B/C", "C", "D"]
    authors: str
    title: str
    published: str
    seen: str
    """How much was read: full-page, part, abstract, title."""
    id: str = ""
    """DOI, PubMed or document number."""
    animal: bool = False
    """Whether its numbers were found in animals: they never reach a patient's words."""

    def cite(self) -> Citation:
        return Citation(key=self.key, grade=self.grade, title=self.title, seen=self.seen)

"""
A consent to keep: the exact words, what was said to them, and the signature as it was drawn.

The same record gives the same bytes; see `typeset`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources

from needlework.exchange import typeset
from needlework.records.consent import ConsentText
from needlework.records.why import Refusal

TEMPLATE = resources.files(__name__).joinpath("page.typ")

Stroke = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Answered:
    """What was said to a text, by whom and how, in words."""

    at: datetime
    clinic: str
    person: str
    """The clinic's number of whoever is treated."""
    rows: tuple[tuple[str, str], ...]
    """What is printed of it, each with its title."""
    sha256: str
    version: int
    title: str = "Consent to microneedling"
    strokes: tuple[Stroke, ...] = ()
    """In thousandths of the pad's width; each point x, y and, if it was felt, the pressure."""


def write(text: ConsentText, answered: Answered) -> bytes | Refusal:
    """
    The consent as a PDF file.

    >>> from datetime import UTC
    >>> when = datetime(2027, 3, 3, 12, tzinfo=UTC)
    >>> write(ConsentText("1", ()), Answered(when, "Needlework", "N-0001", (), "ab", 1))[:5]
    b'%PDF-'
    """
    plain = _plain(text, answered)
    return typeset.pdf(TEMPLATE, plain, at=answered.at, what="document", do="Nothing was signed. Try again.")


def _plain(text: ConsentText, answered: Answered) -> dict[str, object]:
    at = answered.at
    return {
        "title": answered.title,
        "on": [at.year, at.month, at.day],
        "under": "  ·  ".join(
            (
                answered.clinic,
                answered.person,
                f"version {answered.version}",
                f"edition {text.edition}",
            )
        ),
        "sections": [
            {
                "title": section.title,
                "lines": [
                    {"head": line.head, "text": line.text, "sources": ", ".join(line.sources)}
                    for line in section.lines
                ],
            }
            for section in text.sections
        ],
        "rows": [[title, words] for title, words in answered.rows],
        "strokes": [[[point[0], point[1]] for point in stroke] for stroke in answered.strokes],
        "sha256": answered.sha256,
    }

"""
What somebody takes home after a session, on paper: what was done, what is normal, what to leave alone.

The same sheet gives the same bytes; see `typeset`.
"""

from dataclasses import dataclass
from datetime import datetime
from importlib import resources

import segno

from needlework.exchange import typeset
from needlework.records.why import Refusal

TEMPLATE = resources.files(__name__).joinpath("page.typ")


@dataclass(frozen=True, slots=True)
class Line:
    head: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the sheet; `tone` says whether it calls for somebody."""

    id: str
    title: str
    lines: tuple[Line, ...]
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is taken home, in the words in which it was given."""

    title: str
    under: tuple[str, ...]
    at: datetime
    """The moment of the signature under the session."""
    parts: tuple[Part, ...]
    edition: str


def write(sheet: Sheet, *, link: str = "", link_says: str = "", language: str = "en") -> bytes | Refusal:
    """
    The sheet as a PDF file; with a link, as a code that a telephone reads.

    >>> from datetime import UTC
    >>> write(Sheet("After", (), datetime(2027, 3, 3, 12, tzinfo=UTC), (), "1"))[:5]
    b'%PDF-'
    """
    plain = _plain(sheet, link, link_says, language)
    return typeset.pdf(TEMPLATE, plain, at=sheet.at, what="document", do="Print the page as it is.")


def _plain(sheet: Sheet, link: str, link_says: str, language: str) -> dict[str, object]:
    code = segno.make(link, error="m", micro=False) if link else None
    return {
        "title": sheet.title,
        "on": [sheet.at.year, sheet.at.month, sheet.at.day],
        "under": "  ·  ".join(sheet.under),
        "edition": sheet.edition,
        "language": language,
        "parts": [
            {
                "title": part.title,
                "tone": part.tone,
                "lines": [[line.head, line.text] for line in part.lines],
            }
            for part in sheet.parts
        ],
        "link": link,
        "link_says": link_says,
        "code": code.svg_inline(border=2, omitsize=True) if code else "",
    }

"""
What somebody takes home after a session, on paper: what was done, what is normal, what to leave alone.

Set by typst from a template and from plain data; nothing of the data is ever read as markup. The same sheet
gives the same bytes: the file's date is the sheet's. Tagged (PDF/UA-1) and made for keeping (PDF/A-2a).
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources

import segno
import typst

from needlework.records import Reason, Refusal

STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]
TEMPLATE = resources.files(__name__).joinpath("page.typ")
UNSEEN = dict.fromkeys([*range(9), *range(11, 32), 127, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Control characters, and those that turn the direction of what follows."""


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

    >>> write(Sheet("After", (), datetime(2027, 3, 3, 12, tzinfo=UTC), (), "1"))[:5]
    b'%PDF-'
    """
    data = json.dumps(_plain(sheet, link, link_says, language))
    failed = ""
    for standards, own_fonts in ((STANDARDS, True), (STANDARDS, False), ([], False)):
        try:
            made = typst.compile(
                TEMPLATE.read_bytes(),
                format="pdf",
                sys_inputs={"data": data},
                ignore_system_fonts=own_fonts,
                pdf_standards=standards,
                timestamp=sheet.at.astimezone(UTC).replace(microsecond=0),
            )
        except typst.TypstError as error:
            failed = error.message
            continue
        if isinstance(made, bytes):
            return made
    return Refusal((Reason("document", f"could not be set: {failed}.", "The page can be printed as it is."),))


def _plain(sheet: Sheet, link: str, link_says: str, language: str) -> dict[str, object]:
    code = segno.make(link, error="m", micro=False) if link else None
    return {
        "title": _clean(sheet.title),
        "on": [sheet.at.year, sheet.at.month, sheet.at.day],
        "under": "  ·  ".join(_clean(one) for one in sheet.under),
        "edition": _clean(sheet.edition),
        "language": language,
        "parts": [
            {
                "title": _clean(part.title),
                "tone": part.tone,
                "lines": [[_clean(line.head), _clean(line.text)] for line in part.lines],
            }
            for part in sheet.parts
        ],
        "link": _clean(link),
        "link_says": _clean(link_says),
        "code": code.svg_inline(border=2, omitsize=True) if code else "",
    }


def _clean(words: str) -> str:
    return words.translate(UNSEEN)

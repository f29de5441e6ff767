"""
A consent to keep: the exact words, what was said to them, and the signature as it was drawn.

Set by typst from a template and from plain data; nothing of the data is ever read as markup. The same record
gives the same bytes: the file's date is the record's. Tagged (PDF/UA-1) and made for keeping (PDF/A-2a).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources

import typst

from needlework.records import ConsentText, Reason, Refusal

STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]
TEMPLATE = resources.files(__name__).joinpath("page.typ")
UNSEEN = dict.fromkeys([*range(9), *range(11, 32), 127, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Control characters, and those that turn the direction of what follows."""

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

    >>> when = datetime(2027, 3, 3, 12, tzinfo=UTC)
    >>> write(ConsentText("1", ()), Answered(when, "Needlework", "N-0001", (), "ab", 1))[:5]
    b'%PDF-'
    """
    data = json.dumps(_plain(text, answered))
    failed = ""
    for standards, own_fonts in ((STANDARDS, True), (STANDARDS, False), ([], False)):
        try:
            made = typst.compile(
                TEMPLATE.read_bytes(),
                format="pdf",
                sys_inputs={"data": data},
                ignore_system_fonts=own_fonts,
                pdf_standards=standards,
                timestamp=answered.at.astimezone(UTC).replace(microsecond=0),
            )
        except typst.TypstError as error:
            failed = error.message
            continue
        if isinstance(made, bytes):
            return made
    return Refusal((Reason("document", f"could not be set: {failed}.", "Nothing was signed. Try again."),))


def _plain(text: ConsentText, answered: Answered) -> dict[str, object]:
    at = answered.at
    return {
        "title": answered.title,
        "on": [at.year, at.month, at.day],
        "under": "  ·  ".join(
            (
                _clean(answered.clinic),
                answered.person,
                f"version {answered.version}",
                f"edition {text.edition}",
            )
        ),
        "sections": [
            {
                "title": _clean(section.title),
                "lines": [
                    {"head": _clean(line.head), "text": _clean(line.text), "sources": ", ".join(line.sources)}
                    for line in section.lines
                ],
            }
            for section in text.sections
        ],
        "rows": [[_clean(title), _clean(words)] for title, words in answered.rows],
        "strokes": [[[point[0], point[1]] for point in stroke] for stroke in answered.strokes],
        "sha256": answered.sha256,
    }


def _clean(words: str) -> str:
    return words.translate(UNSEEN)

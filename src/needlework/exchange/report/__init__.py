"""
One page for one pair of photographs: what changed, for the person, and how it was found, for a colleague.

The same records give the same bytes; see `typeset`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import resources
from typing import Literal

from needlework.exchange import typeset
from needlework.exchange.report import shape
from needlework.exchange.report.words import ENGLISH
from needlework.records.measure import Comparison, Discord
from needlework.records.why import Reason, Refusal

Paper = Literal["a4", "us-letter"]
MARK = b"/Keywords(needlework report)"
"""Stands in every report, so that a file can be told to be one."""
TEMPLATE = resources.files(__name__).joinpath("page.typ")


@dataclass(frozen=True, slots=True)
class Picture:
    """One photograph of the pair."""

    jpeg: bytes | None = None
    """As it is printed, aligned where it could be; None where no picture goes into the report."""
    taken_on: date | None = None
    file: str = ""
    sha256: str = ""
    """Of the original, so that a colleague can tell that it is the same file."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a comparison does not hold by itself, and a reader needs."""

    on: date
    """The day of the report; the file's date as well."""
    edition: str
    titles: Mapping[str, str]
    """What each measure is called, by its id, the unread ones too; the id where it has no title."""
    person: str = ""
    """Left out unless it is wanted: a report leaves the clinic."""
    clinic: str = ""
    mm_per_px: float | None = None
    scale_from: str = ""
    """What gave the scale, such as a card, the iris or whoever asked."""
    discord: Discord | None = None
    cautions: tuple[str, ...] = ()
    """What the person must know before reading on, such as that swelling may still hide lines."""


def write(
    comparison: Comparison,
    circumstances: Circumstances,
    *,
    pictures: tuple[Picture, Picture] = (Picture(), Picture()),
    paper: Paper = "a4",
    words: Mapping[str, str] = ENGLISH,
) -> bytes | Refusal:
    """
    The report as a PDF file.

    `pictures` are the earlier and the later photograph; `words` has the keys of `ENGLISH`.

    >>> write(Comparison("pair-1", False, (), (), True), Circumstances(date(2027, 3, 3), "0", {}))[:5]
    b'%PDF-'
    """
    unfit = tuple(
        Reason(f"pictures.{side}", "is not a JPEG file.", "Give the picture as JPEG, or leave it out.")
        for side, picture in zip(("before", "after"), pictures, strict=True)
        if picture.jpeg is not None and not picture.jpeg.startswith(b"\xff\xd8\xff")
    )
    if unfit:
        return Refusal(unfit)
    data = shape.plain(comparison, circumstances, pictures, words=words) | {"paper": paper}
    day = circumstances.on
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    do = "Leave the photographs out, or take another copy of them."
    return typeset.pdf(TEMPLATE, data, at=at, what="report", do=do)

"""
A treatment plan on paper: for whom, what, how deep, how often, why, and what nobody can promise.

Whoever hands it out has every sentence ready; here they are only set. See `typeset`.
"""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from importlib import resources

from needlework.exchange import typeset
from needlework.records.why import Refusal

TEMPLATE = resources.files(__name__).joinpath("page.typ")

Row = tuple[str, str]
"""A title, and what stands beside it."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some sentences under a heading, each with the words that it begins with, or none."""

    id: str
    title: str
    lines: tuple[Row, ...]
    weighs: bool = False
    """Whether it is to be seen first, such as a use outside the label."""


@dataclass(frozen=True, slots=True)
class Paper:
    """All that stands on it, in words, in the order in which it is read."""

    title: str
    on: date
    """The day of the plan; the file's date as well."""
    under: str
    person: tuple[Row, ...]
    warnings: tuple[str, ...]
    """What a reader must know before anything else, such as that a newer plan has replaced it."""
    course: tuple[Row, ...]
    zones: str
    """The heading of the table."""
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """One for each zone; the first cell names it."""
    parts: tuple[Part, ...]
    made: tuple[Row, ...]
    """By whom and when."""
    questions: str
    ask: str
    """Whom to ask, and how."""
    foot: str
    page: str = "{n} of {of}"
    language: str = "en"


def write(paper: Paper) -> bytes | Refusal:
    """
    The plan as a PDF file.

    >>> write(Paper("Plan", date(2027, 3, 3), "", (), (), (), "Zones", ("Zone",), (), (), (), "", "", ""))[:5]
    b'%PDF-'
    """
    at = datetime(paper.on.year, paper.on.month, paper.on.day, 12, tzinfo=UTC)
    data = asdict(paper) | {"on": [at.year, at.month, at.day]}
    return typeset.pdf(TEMPLATE, data, at=at, what="plan", do="Print the page instead.")

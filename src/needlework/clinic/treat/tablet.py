"""
What a tablet says of an entry that it kept: when it was made by its own clock, and as which of its entries.

A tablet's clock may be wrong, so its hours count for nothing: it says as well what its clock shows while it
sends, and how long ago the entry was made is what is believed. What that gives is held between the opening of
the session and now; what the tablet said stays beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.dateparse import parse_datetime

LONGEST_NAME = 36
AGREES = timedelta(seconds=5)
"""A clock that is no further off is right."""


@dataclass(frozen=True, slots=True)
class Told:
    """When an entry was made, and by which tablet; a page without a script says neither."""

    at: datetime
    said_at: datetime | None = None
    """What the tablet's clock showed, where it was wrong."""
    tablet: str = ""
    n: int | None = None


def told(sent: Mapping[str, str], *, opened: datetime, now: datetime) -> Told:
    """What came with an entry. Nonsense counts as nothing said: the entry itself is what matters."""
    made, shown = _moment(sent.get("at")), _moment(sent.get("clock"))
    ago = timedelta(0) if made is None else min(max(timedelta(0), (shown or now) - made), now - opened)
    at = now - max(timedelta(0), ago)
    wrong = made is not None and abs(made - at) > AGREES
    tablet, n = str(sent.get("tablet", ""))[:LONGEST_NAME], str(sent.get("n", ""))
    numbered = bool(tablet) and n.isascii() and n.isdigit() and len(n) < 9
    return Told(at, made if wrong else None, tablet if numbered else "", int(n) if numbered else None)


def _moment(text: str | None) -> datetime | None:
    """A moment with its zone that a database can keep; the first and the last hours there are it cannot."""
    try:
        moment = parse_datetime(text or "")
        return moment.astimezone(UTC) if moment is not None and moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None

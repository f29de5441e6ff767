"""
A recovery as a calendar file (RFC 5545): what ends, what begins, and when.

Deletable: nothing else knows this format. The file holds no name and nothing that identifies a person but
the times themselves, so that it may lie in a calendar that others can read.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from needlework.records.recover import Hold, Timetable

PRODUCT = "-//Needlework//Recovery//EN"
SPACE = uuid.UUID("5d2c1d5e-6f0b-5b0e-9c5e-0a7b7e1f4c11")
"""Namespace of the events' ids: the same moment of the same recovery has the same id in every download."""

A_WHILE = timedelta(minutes=15)
"""How long a moment is drawn: an event without length is hidden by some calendars."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event to come: all day where `at` is a day."""

    id: str
    summary: str
    tell: str
    at: date | datetime


def write(timetable: Timetable, *, title: str, made_at: datetime) -> bytes:
    """
    The calendar of one recovery.

    Times are told in the time zone of the session where it has a name, else in UTC; days are those of the
    session's own clock. `title` names the calendar and must not name the person; `made_at` is aware.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("name", title)
    for entry in entries(timetable):
        calendar.add_component(_event(entry, timetable, made_at=made_at))
    if named(timetable.treatment.treated_at.tzinfo):
        calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def entries(timetable: Timetable) -> Iterator[Entry]:
    """
    What a patient would want to be told of: each end, each beginning that is still to come, the day by
    which redness should be gone and the first day of a next session.
    """
    start = timetable.treatment.treated_at.astimezone(UTC)
    for hold in timetable.holds:
        if hold.from_at.astimezone(UTC) > start:
            yield Entry(f"{hold.id}-from", f"From now: {hold.title}", hold.tell, hold.from_at)
        yield Entry(f"{hold.id}-until", f"Ends: {hold.title}", _ended(hold), hold.until_at)
    yield Entry(
        "redness",
        "Redness should be gone",
        "If your skin is still red, tell your clinic.",
        timetable.redness_gone_by.date(),
    )
    yield Entry(
        "next-session",
        "Next session possible",
        "From this day on the next session can take place.",
        timetable.next_session_from,
    )


def named(zone: tzinfo | None) -> bool:
    """Whether a time zone has a name that a calendar knows; a bare offset has none."""
    return isinstance(zone, ZoneInfo) and bool(zone.key) and zone.key not in ("UTC", "Etc/UTC")


def _ended(hold: Hold) -> str:
    return f"Until now this applied: {hold.tell}"


def _event(entry: Entry, timetable: Timetable, *, made_at: datetime) -> Event:
    event = Event()
    event.add("uid", _id(entry, timetable))
    event.add("dtstamp", made_at.astimezone(UTC))
    event.add("summary", entry.summary)
    event.add("description", entry.tell)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    if isinstance(entry.at, datetime):
        at = entry.at if named(entry.at.tzinfo) else entry.at.astimezone(UTC)
        event.add("dtstart", at)
        event.add("dtend", (at.astimezone(UTC) + A_WHILE).astimezone(at.tzinfo))
    else:
        event.add("dtstart", entry.at)
        event.add("dtend", entry.at + timedelta(days=1))
    return event


def _id(entry: Entry, timetable: Timetable) -> str:
    """From the session and the entry, not from the moment of writing, and readable by nobody."""
    treatment = timetable.treatment
    told = (
        f"{treatment.treated_at.astimezone(UTC).isoformat()} {treatment.deepest_mm:g} {treatment.skin_type}"
    )
    return f"{uuid.uuid5(SPACE, f'{told} {entry.id}')}@needlework"

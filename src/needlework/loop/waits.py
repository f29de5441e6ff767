"""
Who waits for what: everything that stands open about one person, and from when until when it does.

Two of the times are the clinic's own choice (house): a check-in is asked after for a fortnight, and a result
can be photographed for three months from the day on which it may be judged. After that nobody waits any more;
the pages say how many there were.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from needlework.records.recover import Urgency

CHECKED_WITHIN = timedelta(days=14)
PHOTOGRAPHED_WITHIN = timedelta(days=90)


class WaitKind(StrEnum):
    """What somebody waits for; the most pressing first."""

    CALL = "call"
    """A check-in that calls for somebody, and that nobody has taken up."""
    TELL = "tell"
    """They were exposed to what is called back, and were not told."""
    READ = "read"
    """What they answered by themselves is to be read with them."""
    SIGN = "sign"
    COSIGN = "cosign"
    AGAIN = "again"
    """The wait has ended: to be screened again."""
    CONSENT = "consent"
    BEGIN = "begin"
    """Planned and agreed to, and nothing was done of it yet."""
    PHOTOGRAPHS = "photographs"
    CHECK_IN = "check-in"
    """Treated, and nobody knows how they are."""
    ASK = "ask"
    """Nobody has asked them the questions yet."""


class Wait(NamedTuple):
    """One thing that somebody waits for, about one row of their record."""

    kind: WaitKind
    ref: UUID
    since: datetime
    begins: datetime | None = None
    """When it begins to wait; nothing where it waits already, whatever a clock says."""
    until: datetime | None = None
    rank: int = 0
    """Among those of its kind; the lowest first."""


class Noted(NamedTuple):
    """A row that waits for somebody by being there."""

    id: UUID
    at: datetime


class Called(NamedTuple):
    id: UUID
    at: datetime
    urgency: Urgency


class Screened(NamedTuple):
    """The newest screening of somebody."""

    id: UUID
    at: datetime
    until: date | None
    """The day on which its deferral ends, where it defers until one."""
    planned: bool


class Planned(NamedTuple):
    """A plan that no other has replaced."""

    id: UUID
    at: datetime
    screened_on: date
    begun: bool
    agreed: bool


class Treated(NamedTuple):
    """A session."""

    id: UUID
    at: datetime
    signed: bool
    checked_in: bool
    judge_after_days: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one person, from all of their charts."""

    id: UUID
    known_since: datetime
    calls: tuple[Called, ...] = ()
    said: tuple[Noted, ...] = ()
    cosigns: tuple[Noted, ...] = ()
    screened: Screened | None = None
    plans: tuple[Planned, ...] = ()
    sessions: tuple[Treated, ...] = ()
    photographed_on: date | None = None
    """The day of their newest photograph."""
    no_photographs: bool = False
    """They do not want to be photographed."""


def of(person: Standing, *, zone: tzinfo) -> Iterator[Wait]:
    """All that this person waits for, now or from a day on; a day is a day in this zone."""
    for call in person.calls:
        yield Wait(WaitKind.CALL, call.id, call.at, rank=Urgency.EMERGENCY.rank - call.urgency.rank)
    for said in person.said:
        yield Wait(WaitKind.READ, said.id, said.at)
    for session in person.sessions:
        if not session.signed:
            yield Wait(WaitKind.SIGN, session.id, session.at)
    for waits in person.cosigns:
        yield Wait(WaitKind.COSIGN, waits.id, waits.at)
    yield from _asked(person, zone)
    yield from _planned(person)
    yield from _treated(person, zone)


def _asked(person: Standing, zone: tzinfo) -> Iterator[Wait]:
    newest = person.screened
    if newest is None and not person.said:
        yield Wait(WaitKind.ASK, person.id, person.known_since)
    if newest is not None and newest.until is not None and not newest.planned:
        ends = _midnight(newest.until, zone)
        yield Wait(WaitKind.AGAIN, newest.id, ends, ends)


def _planned(person: Standing) -> Iterator[Wait]:
    for plan in person.plans:
        if plan.begun:
            continue
        yield Wait(WaitKind.BEGIN if plan.agreed else WaitKind.CONSENT, plan.id, plan.at)
        before = person.photographed_on is not None and person.photographed_on >= plan.screened_on
        if not before and not person.no_photographs:
            yield Wait(WaitKind.PHOTOGRAPHS, plan.id, plan.at)


def _treated(person: Standing, zone: tzinfo) -> Iterator[Wait]:
    """How they are, and how it came out, after the last session; an open one has not come so far."""
    last = max(person.sessions, key=lambda one: (one.at, one.id), default=None)
    if last is None or not last.signed:
        return
    on = last.at.astimezone(zone).date()
    if not last.checked_in:
        next_day = _midnight(on + timedelta(days=1), zone)
        yield Wait(WaitKind.CHECK_IN, last.id, next_day, next_day, _midnight(on + CHECKED_WITHIN, zone))
    judged = on + timedelta(days=last.judge_after_days)
    after = person.photographed_on is not None and person.photographed_on >= judged
    if not after and not person.no_photographs:
        begins, until = _midnight(judged, zone), _midnight(judged + PHOTOGRAPHED_WITHIN, zone)
        yield Wait(WaitKind.PHOTOGRAPHS, last.id, begins, begins, until, rank=1)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)  # so that two zones compare

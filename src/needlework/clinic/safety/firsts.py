"""
Page through a period in which millions of sessions answer: in the order in which people come into it.

To sort them by person every row would have to be read. Read by time instead, each person stands at their
first session of the period, and a page reads hardly more rows than it shows people.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet

from needlework.clinic import exposed_days
from needlework.clinic.models.exposure import Exposure
from needlework.clinic.safety import matching
from needlework.clinic.safety.asked import Asked, midnight
from needlework.loop.traces import Trace

FEWEST_READ, MOST_READ = 100, 12_800


class First(NamedTuple):
    """Where somebody stands: at their first session of the period."""

    at: datetime
    patient: UUID


def page(
    asked: Asked,
    trace: Trace,
    *,
    after: UUID | None,
    size: int,
    shown: Callable[[QuerySet[Exposure]], QuerySet[Exposure]],
) -> list[dict]:
    """So many people after this one, each with their sessions within the period."""
    last = exposed_days.last_new(trace, since=asked.since, until=asked.until)
    if last is None:
        return []
    rows = shown(matching.rows(asked)).filter(at__lt=midnight(last + timedelta(days=1)))
    found: list[UUID] = []
    for one in _firsts(asked, rows, after=_stands(asked, after)):
        found.append(one.patient)
        if len(found) == size:
            break
    return had(asked, found)


def had(asked: Asked, people: list[UUID]) -> list[dict]:
    """How often each of these people had it, when first and when last, in this order."""
    theirs = matching.of_people(asked, people).values("patient")
    summed = theirs.annotate(sessions=Count("session"), first=Min("at"), last=Max("at"))
    known = {one["patient"]: dict(one) for one in summed}
    return [known[one] for one in people if one in known]


def _stands(asked: Asked, person: UUID | None) -> First | None:
    """Who left the period since they were shown stands nowhere: it begins anew, and nobody is missed."""
    if person is None:
        return None
    first = _first_of(asked, [person]).get(person)
    return First(first, person) if first else None


def _first_of(asked: Asked, people: Collection[UUID]) -> dict[UUID, datetime]:
    """Grouped for one person too: a minimum alone would be looked for from the first day on."""
    return dict(matching.of_people(asked, people).order_by().values_list("patient").annotate(Min("at")))


def _firsts(asked: Asked, rows: QuerySet[Exposure], *, after: First | None) -> Iterator[First]:
    """Each person once, at their first session, from here on."""
    read = FEWEST_READ
    while True:
        found = rows if after is None else rows.filter(_later(after))
        batch = [First(*one) for one in found.order_by("at", "patient").values_list("at", "patient")[:read]]
        firsts = _first_of(asked, {one.patient for one in batch})
        seen = set()
        for one in batch:
            if one.patient not in seen and firsts.get(one.patient) == one.at:
                yield one
            seen.add(one.patient)
        if len(batch) < read:
            return
        after, read = batch[-1], min(read * 2, MOST_READ)


def _later(than: First) -> Q:
    return Q(at__gte=than.at) & (Q(at__gt=than.at) | Q(patient__gt=than.patient))

"""What is older than the clinic keeps it. It lists; a person erases."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet
from django.utils import timezone

from needlework.clinic.models.people import Patient
from needlework.clinic.models.rights import Decision, RetentionRule, What
from needlework.clinic.rights import record

MOST = 500
"""Items of one kind that are listed at a time."""


@dataclass(frozen=True, slots=True)
class Due:
    """One item whose time is over: of whom, of which kind, since when, on which ground it was kept."""

    patient: Patient
    part: record.Part
    item: Any
    since: date
    ground: str


def due(*, on: date) -> Iterator[Due]:
    """What the clinic's periods no longer cover and nobody has decided about, kind by kind."""
    kinds = {part.name: part for part in record.parts()}
    for rule in RetentionRule.objects.all():
        if part := kinds.get(rule.kind):
            yield from _of(part, rule, on)


def _of(part: record.Part, rule: RetentionRule, on: date) -> Iterator[Due]:
    visits = dict(_last_visits())
    before = _years_before(on, rule.years)
    ended = [pk for pk, day in visits.items() if day < before]
    for patient in Patient.objects.with_details().filter(pk__in=ended)[:MOST]:
        items = list(part.of(patient))
        decided = Decision.of(items)
        for item in items:
            last = decided.get(item.pk)
            kept = last is not None and (last.what == What.ERASED or (last.until or on) > on)
            if not kept:
                yield Due(patient, part, item, _years_before(visits[patient.pk], -rule.years), rule.ground)


def _last_visits() -> Iterator[tuple[Any, date]]:
    """The day of each person's last session or screening; where there is none, of their admission."""
    people: QuerySet[Any] = Patient.objects.annotate(
        treated=Max("plans__sessions__created_at"), screened=Max("screenings__created_at")
    )
    for pk, admitted, treated, screened in people.values_list("pk", "created_at", "treated", "screened"):
        last = max(moment for moment in (admitted, treated, screened) if moment is not None)
        yield pk, timezone.localdate(last)


def _years_before(day: date, years: int) -> date:
    """The same day so many years before, or after where they are negative; 28 February for the 29th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)

"""What is older than the clinic keeps it. It lists; a person erases."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from needlework.clinic.models.people import Patient
from needlework.clinic.models.rights import Decision, RetentionRule, What
from needlework.clinic.rights import record

MOST = 500
"""Items of one kind that are listed at a time."""


VISITS = {
    "treated": "plans__sessions__created_at",
    "screened": "screenings__created_at",
    "treated_as_another": "absorbed__patient__plans__sessions__created_at",
    "screened_as_another": "absorbed__patient__screenings__created_at",
}
"""Where somebody's visits stand, in this chart and in those that were merged into it."""


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
    for patient in _last_here(before=_years_before(on, rule.years)):
        items = list(part.of(patient))
        decided = Decision.of(items)
        for item in items:
            last = decided.get(item.pk)
            kept = last is not None and (last.what == What.ERASED or (last.until or on) > on)
            if not kept:
                since = _years_before(timezone.localdate(_last_visit(patient)), -rule.years)
                yield Due(patient, part, item, since, rule.ground)


def _last_here(*, before: date) -> "QuerySet[Any]":
    """The people whose last session or screening, or else their admission, was before a day."""
    moment = timezone.make_aware(datetime.combine(before, time.min))
    people: QuerySet[Any] = Patient.objects.with_details().going_on().filter(created_at__lt=moment)
    seen = people.annotate(**{name: Max(path) for name, path in VISITS.items()})
    return seen.filter(*(Q(**{name: None}) | Q(**{f"{name}__lt": moment}) for name in VISITS))[:MOST]


def _last_visit(patient: Any) -> datetime:
    moments = (patient.created_at, *(getattr(patient, name) for name in VISITS))
    return max(moment for moment in moments if moment is not None)


def _years_before(day: date, years: int) -> date:
    """The same day so many years before, or after where they are negative; 28 February for the 29th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)

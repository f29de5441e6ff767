"""What another edition would mean for this clinic's work in hand: current plans and standing screenings."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse

from needlework.clinic import access, whose
from needlework.clinic.models.people import Patient
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.screening import Screening
from needlework.loop import impact
from needlework.protocol.schema.protocol import Protocol

MOST = 50
"""People shown on the page; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Meant:
    """One person whose plan or screening would change: who, where it stands, what would be otherwise."""

    patient: Patient
    url: str
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """Of so many, so many would change; the first of them by name."""

    of: int
    changed: int
    shown: tuple[Meant, ...]

    @property
    def more(self) -> int:
        return self.changed - len(self.shown)


def effects(request: HttpRequest, old: Protocol, new: Protocol) -> dict[str, Effect]:
    """The effect on plans and on screenings. That they were looked through stands in the log."""
    plans = {str(row.pk): row for row in _current_plans(request)}
    screenings = {str(row.pk): row for row in _standing(request, {row.patient_id for row in plans.values()})}
    meant = impact.impact(
        old,
        new,
        plans=[(key, row.as_record()) for key, row in plans.items()],
        screenings=[(key, row.as_weighed(), row.on) for key, row in screenings.items()],
    )
    found = {}
    for what, rows, page in (("plan", plans, "plan"), ("screening", screenings, "screening")):
        hit = [(rows[one.who], one.says) for one in meant.consequences if one.what == what]
        shown = tuple(_named(request, hit, page))[:MOST]
        found[what] = Effect(of=len(rows), changed=len(hit), shown=shown)
    return found


def _current_plans(request: HttpRequest) -> list[Plan]:
    """The newest plan of each course that has a session to come."""
    signed = Count("sessions__entries", filter=Q(sessions__entries__kind="signed"))
    rows = access.listed(
        request, "edition-effects", Plan.objects.filter(replaced_by=None).annotate(signed=signed)
    )
    return [row for row in rows if row.signed < row.plan["sessions"]]  # type: ignore[attr-defined]


def _standing(request: HttpRequest, treated: set) -> list[Screening]:
    """The newest screening of each person who has a course to come, or none planned yet."""
    newer = Screening.objects.filter(patient=OuterRef("patient"), created_at__gt=OuterRef("created_at"))
    planned = Plan.objects.filter(patient=OuterRef("patient"))
    rows = Screening.objects.filter(~Exists(newer)).annotate(planned=Exists(planned))
    newest = {row.patient_id: row for row in access.listed(request, "edition-effects", rows)}
    return [row for id_, row in newest.items() if id_ in treated or not row.planned]  # type: ignore[attr-defined]


def _named(request: HttpRequest, hit: list, page: str) -> Iterator[Meant]:
    """With the people's names, in one query for all: of those whose record is read where one works."""
    ours = whose.readable(request, Patient.objects.with_details())
    people = ours.in_bulk([row.patient_id for row, _says in hit])
    for row, says in hit:
        if row.patient_id not in people:
            continue
        yield Meant(people[row.patient_id], reverse(page, args=[row.pk]), says)

"""
Everybody who was exposed: counted exactly, and shown person by person.

All of it reads the index of exposures alone (models/exposure.py). Of several kinds the sharpest leads, and
the others are asked of its sessions; pages go on from the last person, so that the last page costs what the
first does. Where every visit of a period answers, or most of them, days that were summed are counted, and
rows only of the hours by which the period differs from those days.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet

from needlework.clinic import exposed_days
from needlework.clinic.models.exposure import Exposure
from needlework.clinic.models.people import Patient, PatientDetails
from needlework.clinic.models.safety import LookBack, Told
from needlework.clinic.models.treatment import SessionEntry
from needlework.clinic.recalled import PERSON
from needlework.clinic.safety.asked import Asked
from needlework.clinic.safety.matching import is_wide, nothing, of_people, rows, summed
from needlework.loop import treat
from needlework.loop.traces import Trace
from needlework.records.treat import EventKind

A_PAGE = 50
NOBODY = UUID(int=0)
"""Before everybody: asked for people from here on, SQLite goes by its index by person, page after page."""
SESSIONS_SHOWN = 6
A_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Seen:
    """One session of a person that is asked for."""

    session: UUID
    at: datetime
    zones: tuple[tuple[str, float], ...]
    """Each zone that was needled, with the deepest set depth. [mm]"""
    struck: bool
    """Whether something in it was charted in error: it stays an exposure, and somebody must read it."""
    late: bool
    """Whether something in it was put down in words, since the chart refused it when it came."""


@dataclass(frozen=True, slots=True)
class Person:
    patient: Patient
    details: PatientDetails
    sessions: int
    first: datetime
    last: datetime
    seen: tuple[Seen, ...]
    told: tuple[Told, ...]

    @property
    def reach(self) -> str:
        return "phone" if self.details.phone.strip() else "email" if self.details.email else "none"

    @property
    def more(self) -> int:
        return self.sessions - len(self.seen)


def counts(asked: Asked) -> tuple[int, int]:
    """How many people, in how many sessions. Exact."""
    if nothing(asked):
        return 0, 0
    if (trace := summed(asked)) is not None:
        return _summed(asked, trace)
    found = rows(asked)
    if len(asked.some) <= 1:
        return _counted(found)
    return found.values("patient").distinct().count(), found.values("session").distinct().count()


def _counted(found: QuerySet[Exposure]) -> tuple[int, int]:
    """Where one row stands for each session."""
    return found.values("patient").distinct().count(), found.count()


def _summed(asked: Asked, trace: Trace) -> tuple[int, int]:
    """The days that lie whole in the period, from their sums; and who came in the hours before and after."""
    since, until = exposed_days.whole_days(asked.from_(), asked.before())
    if since and until and until < since:
        return _counted(rows(asked))
    people, sessions = exposed_days.counted(trace, since=since, until=until)
    begins, ends = exposed_days.span(since, until)
    inside = rows(asked)
    beside: list[UUID] = []
    if begins != asked.from_():
        beside += _of(rows(asked).filter(at__lt=begins))
        inside = inside.filter(at__gte=begins)
    if ends != asked.before():
        beside += _of(rows(asked).filter(at__gte=ends))
        inside = inside.filter(at__lt=ends)
    known: set[UUID] = set()
    for start in range(0, len(beside), A_BATCH):
        known |= set(_of(inside.filter(patient__in=beside[start : start + A_BATCH]).distinct()))
    return people + len(set(beside) - known), sessions + len(beside)


def _of(found: QuerySet[Exposure]) -> QuerySet:
    return found.order_by().values_list("patient", flat=True)


def how_many(asked: Asked) -> int:
    """How many people. Exact."""
    return counts(asked)[0]


def page(
    asked: Asked, *, after: UUID | None = None, case: LookBack | None = None, show: str = ""
) -> list[dict]:
    """The next people, `A_PAGE` and one more where there are more."""
    if nothing(asked):
        return []
    few = _told_of(case, show)
    found = _shown(rows(asked) if few is None else of_people(asked, few), case, show)
    found = found.filter(patient__gt=after or NOBODY)
    sessions = Count("session", distinct=True) if len(asked.some) > 1 else Count("*")  # by the index alone
    people = found.values("patient").annotate(sessions=sessions, first=Min("at"), last=Max("at"))
    return [dict(one) for one in people.order_by("patient")[: A_PAGE + 1]]


def all_of(asked: Asked, *, case: LookBack | None = None) -> Iterator[Person]:
    """Everybody, batch by batch, for a file."""
    after = None
    while found := page(asked, after=after, case=case):
        yield from persons(asked, found[:A_PAGE], case=case)
        if len(found) <= A_PAGE:
            return
        after = found[A_PAGE - 1]["patient"]


def persons(
    asked: Asked,
    found: Sequence[dict],
    *,
    case: LookBack | None = None,
    people: Sequence[Patient] | None = None,
) -> list[Person]:
    """The people of a page with their phones, zones and depths, in six queries however many they are."""
    ids = [one["patient"] for one in found]
    known = {one.pk: one for one in (people or Patient.objects.with_details().filter(pk__in=ids))}
    seen: dict[UUID, list[tuple[UUID, datetime]]] = {}
    there = of_people(asked, ids).order_by("-at", "session")
    for patient, session, at in there.values_list("patient", "session", "at"):
        mine = seen.setdefault(patient, [])
        if len(mine) < SESSIONS_SHOWN and session not in {one for one, _at in mine}:
            mine.append((session, at))
    depths, struck, late = _depths([session for each in seen.values() for session, _at in each])
    told: dict[UUID, list[Told]] = {}
    if case is not None:
        rows_told = case.told.annotate(person=PERSON).filter(person__in=ids)
        for one in rows_told.select_related("created_by"):
            told.setdefault(one.person, []).append(one)
    return [
        Person(
            patient=known[one["patient"]],
            details=known[one["patient"]].details,
            sessions=one["sessions"],
            first=one["first"],
            last=one["last"],
            seen=tuple(
                Seen(
                    session,
                    at,
                    tuple(sorted(depths.get(session, {}).items())),
                    session in struck,
                    session in late,
                )
                for session, at in seen.get(one["patient"], ())
            ),
            told=tuple(told.get(one["patient"], ())),
        )
        for one in found
    ]


def without_phone(asked: Asked) -> int:
    """
    How many of them have no phone. Exact. Where nearly everybody answers, those without are fewer: each is
    looked for by person; else each who answers is looked for among those without.
    """
    if nothing(asked):
        return 0
    now, found = PatientDetails.objects.filter(corrected_by=None, phone=""), rows(asked).order_by()
    if is_wide(asked):
        return now.filter(Exists(found.filter(patient=OuterRef("patient")))).count()
    return found.filter(patient__in=now.values("patient")).values("patient").distinct().count()


def progress(case: LookBack, asked: Asked | None = None) -> tuple[int, int]:
    """How many of those who are found were told, and how many cannot be reached and were not."""
    told, lost = (
        set(_people(case.told.filter(outcome__in=outcomes)).values_list("person", flat=True))
        for outcomes in (Told.REACHED, [Told.Outcome.UNREACHABLE])
    )
    found = of_people(asked or Asked.restored(case.asked), told | lost)
    here = set(found.order_by().values_list("patient", flat=True).distinct())
    return len(told & here), len((lost - told) & here)


def _people(told: QuerySet[Told]) -> QuerySet:
    return told.order_by().annotate(person=PERSON).values("person")


def told_of(cases: Sequence[LookBack]) -> dict[UUID, int]:
    """How many were told of each look-back that anybody was told of."""
    reached = (
        Told.objects.filter(look_back__in=cases, outcome__in=Told.REACHED).order_by().values("look_back")
    )
    return dict(reached.annotate(n=Count(PERSON, distinct=True)).values_list("look_back", "n"))


def _told_of(case: LookBack | None, show: str) -> list[UUID] | None:
    """The few who are asked for by what they were told; None where that is not asked."""
    if case is None or show not in ("told", "unreachable"):
        return None
    return list(_people(case.told.all()).distinct().values_list("person", flat=True))


def _shown(found: QuerySet[Exposure], case: LookBack | None, show: str) -> QuerySet[Exposure]:
    if case is None or not show:
        return found
    told = _people(case.told.filter(outcome__in=Told.REACHED))
    if show == "told":
        return found.filter(patient__in=told)
    if show == "unreachable":
        lost = _people(case.told.filter(outcome=Told.Outcome.UNREACHABLE))
        return found.filter(patient__in=lost).exclude(patient__in=told)
    if show == "unseen":
        seen = _people(case.told.filter(outcome=Told.Outcome.SEEN))
        return found.exclude(patient__in=seen)
    return found.exclude(patient__in=told)


def _depths(sessions: Sequence[UUID]) -> tuple[dict[UUID, dict[str, float]], set[UUID], set[UUID]]:
    """
    The deepest setting by zone of each session, struck passes and such as were put down in words too; which
    have a struck entry, and which one that came late.
    """
    depths: dict[UUID, dict[str, float]] = {}
    struck, late = set(), set()
    wanted = Q(kind__in=[EventKind.PASS, EventKind.STRUCK]) | Q(late__isnull=False)
    charted = SessionEntry.objects.filter(wanted, session__in=sessions)
    for session, kind, data, told, of_late in charted.values_list(
        "session", "kind", "data", "late__kind", "late__data"
    ):
        if kind == EventKind.STRUCK:
            struck.add(session)
        if told is not None:
            late.add(session)
        if EventKind.PASS in (kind, told):
            done = treat.late_pass(of_late if told else data)
            zones = depths.setdefault(session, {})
            zones[done.zone] = max(zones.get(done.zone, 0.0), done.set_depth_mm)
    return depths, struck, late

"""
Keep the index of who waits for what: written with each row that it follows from, reckoned anew to check it.

What waits is said by loop/waits.py and, for those who were exposed to what is called back, by `recalled`.
Everything about one person is reckoned at once, from a dozen short questions about them, so that no action
has a way of its own to keep the index. A row that is written past the models (`bulk_create`, `update`, raw
SQL) is not seen: `needlework manage waiting --mend` finds and mends that.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, Max, Model, OuterRef
from django.db.models.signals import post_save

from needlework.clinic import audit, recalled
from needlework.clinic.models.asked import PatientAnswers
from needlework.clinic.models.consent import ConsentAnswer, ConsentText, PhotoConsent
from needlework.clinic.models.merging import Absorbed
from needlework.clinic.models.people import KnownAt, Patient
from needlework.clinic.models.photographs import Photograph
from needlework.clinic.models.places import Site
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.recovery import NEEDS_SOMEBODY, CheckIn, CheckInTaken
from needlework.clinic.models.safety import Told
from needlework.clinic.models.screening import Screening
from needlework.clinic.models.stock import Recall, RecallWithdrawn, Unit
from needlework.clinic.models.training import CoSignature, Supervision
from needlework.clinic.models.treatment import Session, SessionEntry
from needlework.clinic.models.waiting import Waiting
from needlework.loop import waits
from needlework.loop.traces import Trace, TraceKind
from needlework.loop.waits import Standing, WaitKind
from needlework.records.recover import Urgency
from needlework.records.screen import Outcome
from needlework.records.treat import EventKind

A_BATCH = 400
"""People who are reckoned at once, when all of them are."""
CALLED_BACK = set(TraceKind) - {TraceKind.OPERATOR, TraceKind.ROOM, TraceKind.SITE, TraceKind.VISIT}
"""The traces that a recall can name."""


class Row(NamedTuple):
    """A row of the index, as it should be."""

    site: UUID
    kind: str
    rank: int
    since: datetime
    begins: datetime | None
    until: datetime | None
    patient: UUID
    ref: UUID


class Drift(NamedTuple):
    """Somebody whose index is not what their records say."""

    patient: UUID
    missing: tuple[Row, ...]
    unknown: tuple[Row, ...]


# ── kept ─────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def reckon(charts: Collection[UUID], *, told: bool = True) -> None:
    """
    Write anew what these people wait for, whichever of their charts are named.

    Of what they are `told` nothing changes but where they are known, exposed, told or merged.
    """
    audit.alone()  # two who write about one person: the second sees what the first has written
    whose = _whose(charts)
    there, due = Waiting.objects.filter(patient__in=whose), set(_due(whose))
    if told:
        _write(there, {*due, *_untold(_standing(), whose)})
    else:
        _write(there.exclude(kind=WaitKind.TELL), due)


def exposed(session: Session, found: Iterable[Trace]) -> None:
    """Traces were left that a recall may name: it holds also for what a tablet sends late."""
    if any(one.kind in CALLED_BACK for one in found) and (standing := _standing()):
        _tell(standing, [session.plan.patient_id])


def reached(charts: Collection[UUID]) -> None:
    """Of these people it became known what they were exposed to: a recall may reach them."""
    if charts and (standing := _standing()):
        _tell(standing, charts)


@transaction.atomic
def _tell(of: Collection[Recall], charts: Collection[UUID] | None = None) -> None:
    """Write anew who is still to be told of these recalls: among some people, or among everybody."""
    audit.alone()
    whose = None if charts is None else _whose(charts)
    there = Waiting.objects.filter(kind=WaitKind.TELL, ref__in=[one.pk for one in of])
    if whose is not None:
        there = there.filter(patient__in=whose)
    _write(there, set(_untold([one for one in of if not hasattr(one, "withdrawn")], whose)))


def _write(there: Any, due: set[Row]) -> None:
    """What is there too much goes, what is missing comes; what stays is not touched."""
    found = {Row(*values): pk for pk, *values in there.values_list("pk", *_columns())}
    Waiting.objects.filter(pk__in=[pk for row, pk in found.items() if row not in due]).delete()
    rows = [Waiting(**dict(zip(_columns(), row, strict=True))) for row in due if row not in found]
    Waiting.objects.bulk_create(rows, batch_size=1000)


def _columns() -> tuple[str, ...]:
    return tuple(f"{name}_id" if name in {"site", "patient"} else name for name in Row._fields)


# ── what is due ──────────────────────────────────────────────────────────────────────────────────────


def _whose(charts: Collection[UUID]) -> dict[UUID, UUID]:
    """Every chart of the people whose charts these are, and which of them goes on."""
    ends = dict(Absorbed.objects.filter(patient__in=charts).values_list("patient", "survivor"))
    people = {ends.get(one, one) for one in charts}
    merged = Absorbed.objects.filter(survivor__in=people).values_list("patient", "survivor")
    return {**{one: one for one in people}, **dict(merged)}


def _due(whose: dict[UUID, UUID]) -> Iterator[Row]:
    known, zones = _known(whose), {site.pk: site.zone for site in Site.objects.all()}
    for person in _people(whose):
        for site in known.get(person.id, ()):
            for one in waits.of(person, zone=zones[site]):
                yield Row(site, one.kind, one.rank, one.since, one.begins, one.until, person.id, one.ref)


def _untold(standing: Iterable[Recall], whose: dict[UUID, UUID] | None) -> Iterator[Row]:
    for recall in standing:
        people = set(recalled.untold(recall, among=whose).values_list("patient", flat=True))
        for person, sites in _known(whose or {one: one for one in people}).items():
            for site in sites if person in people else ():
                yield Row(site, WaitKind.TELL, 0, recall.created_at, None, None, person, recall.pk)


def _standing() -> list[Recall]:
    return list(Recall.objects.standing().select_related("unit"))


def _known(whose: dict[UUID, UUID]) -> dict[UUID, set[UUID]]:
    """At which sites each person is known, by any of their charts."""
    found: dict[UUID, set[UUID]] = {}
    charts = list(whose)
    for start in range(0, len(charts), A_BATCH):
        rows = KnownAt.objects.filter(patient__in=charts[start : start + A_BATCH])
        for chart, site in rows.order_by().values_list("patient", "site"):
            found.setdefault(whose[chart], set()).add(site)
    return found


def _people(whose: dict[UUID, UUID]) -> Iterator[Standing]:
    """What is known of each of these people, in as many questions for a batch as for one."""
    known = {name: _by_person(rows(list(whose)), whose) for name, rows in ASKED.items()}
    for id_, since in Patient.objects.filter(pk__in=set(whose.values())).values_list("pk", "created_at"):
        yield _standing_of(id_, since, {name: found.get(id_, []) for name, found in known.items()})


def _by_person(rows: Iterable[tuple], whose: dict[UUID, UUID]) -> dict[UUID, list[tuple]]:
    """Rows that begin with the chart, by the person whose chart it is."""
    found: dict[UUID, list[tuple]] = {}
    for chart, *values in rows:
        found.setdefault(whose[chart], []).append(tuple(values))
    return found


def _standing_of(id_: UUID, since: datetime, known: dict[str, list[tuple]]) -> Standing:
    wanted = max(known["photographs wanted"], default=(None, None, True))
    return Standing(
        id=id_,
        known_since=since,
        calls=tuple(waits.Called(pk, at, Urgency(word)) for pk, at, word in known["calls"]),
        said=tuple(waits.Noted(*one) for one in known["said"]),
        cosigns=tuple(waits.Noted(*one) for one in known["cosigns"]),
        screened=_newest(known["screened"]),
        plans=tuple(waits.Planned(*one) for one in known["plans"]),
        sessions=tuple(waits.Treated(*one) for one in known["sessions"]),
        photographed_on=max((on for (on,) in known["photographed"]), default=None),
        no_photographs=not wanted[-1],
    )


def _newest(rows: Iterable[tuple]) -> waits.Screened | None:
    at, pk, outcome, until, planned = max(rows, default=(None,) * 5, key=lambda one: one[:2])
    if pk is None:
        return None
    defers = outcome == Outcome.DEFER.word and until
    return waits.Screened(pk, at, date.fromisoformat(until) if defers else None, planned)


# What is asked of some charts, each row beginning with the chart.

Charts = Collection[UUID]
Rows = Iterable[tuple]


def _calls(charts: Charts) -> Rows:
    pressing = CheckIn.objects.filter(urgency__in=[one.word for one in NEEDS_SOMEBODY], taken=None)
    rows = pressing.filter(session__plan__patient__in=charts).order_by()
    return rows.values_list("session__plan__patient", "pk", "at", "urgency")


def _said(charts: Charts) -> Rows:
    unread = PatientAnswers.objects.filter(screening=None, patient__in=charts).order_by()
    return unread.values_list("patient", "pk", "created_at")


def _cosigns(charts: Charts) -> Rows:
    rows = Supervision.objects.waiting().filter(session__plan__patient__in=charts).order_by()
    return rows.values_list("session__plan__patient", "pk", "created_at")


def _screened(charts: Charts) -> Rows:
    planned = Exists(Plan.objects.filter(screening=OuterRef("pk")))
    rows = Screening.objects.filter(patient__in=charts).annotate(planned=planned).order_by()
    return rows.values_list("patient", "created_at", "pk", "outcome", "verdict__until", "planned")


def _plans(charts: Charts) -> Rows:
    begun = Exists(Session.objects.filter(plan=OuterRef("pk")))
    standing = Plan.objects.filter(patient__in=charts, replaced_by=None)
    rows = standing.annotate(begun=begun, agreed=Exists(held())).order_by()
    return rows.values_list("patient", "pk", "created_at", "screening__on", "begun", "agreed")


def _sessions(charts: Charts) -> Rows:
    signed = Exists(SessionEntry.objects.filter(session=OuterRef("pk"), kind=EventKind.SIGNED))
    checked_in = Exists(CheckIn.objects.filter(session=OuterRef("pk")))
    held_of = Session.objects.filter(plan__patient__in=charts)
    rows = held_of.annotate(signed=signed, checked_in=checked_in).order_by()
    judged = "plan__plan__judge_after_days"
    return rows.values_list("plan__patient", "pk", "created_at", "signed", "checked_in", judged)


def _photographed(charts: Charts) -> Rows:
    rows = Photograph.objects.filter(patient__in=charts).order_by().values("patient")
    return rows.annotate(on=Max("taken_on")).values_list("patient", "on")


def _photographs_wanted(charts: Charts) -> Rows:
    rows = PhotoConsent.objects.filter(patient__in=charts, purpose="record").order_by()
    return rows.values_list("patient", "created_at", "pk", "given")


ASKED: dict[str, Callable[[Charts], Rows]] = {
    "calls": _calls,
    "said": _said,
    "cosigns": _cosigns,
    "screened": _screened,
    "plans": _plans,
    "sessions": _sessions,
    "photographed": _photographed,
    "photographs wanted": _photographs_wanted,
}


def held() -> Any:
    """
    The text of a plan (`OuterRef("pk")`) that is signed and not taken back, with none newer; whether its
    words are present the page of the plan says.
    """
    texts = ConsentText.objects.filter(plan=OuterRef("pk"))
    newer = ConsentText.objects.filter(plan=OuterRef("plan"), number__gt=OuterRef("number"))
    signed, withdrawn = (
        ConsentAnswer.objects.filter(text=OuterRef("pk"), said=said) for said in ("signed", "withdrawn")
    )
    return texts.filter(~Exists(newer), Exists(signed), ~Exists(withdrawn))


# ── checked ──────────────────────────────────────────────────────────────────────────────────────────


def drift() -> Iterator[Drift]:
    """Each person whose index differs, going through everybody batch by batch."""
    standing = _standing()
    for whose in map(_whose, _batches()):
        due = {*_due(whose), *_untold(standing, whose)}
        there = {Row(*one) for one in Waiting.objects.filter(patient__in=whose).values_list(*_columns())}
        for person in sorted({row.patient for row in due ^ there}):
            missing, unknown = (
                tuple(sorted((row for row in rows if row.patient == person), key=str))
                for rows in (due - there, there - due)
            )
            yield Drift(person, missing, unknown)


def fill() -> None:
    """Write the whole index: of a clinic that had none before, or whose rows were written past the models."""
    for batch in _batches():
        reckon(batch)


def _batches() -> Iterator[list[UUID]]:
    """Everybody's charts, so many at a time."""
    people = Patient.objects.order_by("pk").values_list("pk", flat=True)
    batch = list(people[:A_BATCH])
    while batch:
        yield batch
        batch = list(people.filter(pk__gt=batch[-1])[:A_BATCH])


# ── heard ────────────────────────────────────────────────────────────────────────────────────────────


CHANGES: dict[type[Model], Callable[[Any], UUID]] = {
    KnownAt: lambda row: row.patient_id,
    PatientAnswers: lambda row: row.patient_id,
    Screening: lambda row: row.patient_id,
    Plan: lambda row: row.patient_id,
    ConsentText: lambda row: row.plan.patient_id,
    ConsentAnswer: lambda row: row.text.plan.patient_id,
    Session: lambda row: row.plan.patient_id,
    Supervision: lambda row: row.session.plan.patient_id,
    CoSignature: lambda row: row.session.plan.patient_id,
    CheckIn: lambda row: row.session.plan.patient_id,
    CheckInTaken: lambda row: row.check_in.session.plan.patient_id,
    Photograph: lambda row: row.patient_id,
    PhotoConsent: lambda row: row.patient_id,
}
"""What changes what somebody waits for, and whose chart it is in. A merge says so by itself, at its end."""


def listen() -> None:
    """From now on each row that changes what somebody waits for writes the index in its own transaction."""
    for model in CHANGES:
        post_save.connect(_changed, sender=model)
    post_save.connect(_charted, sender=SessionEntry)
    post_save.connect(_moved, sender=Site)
    post_save.connect(_told, sender=Told)
    post_save.connect(_recalled, sender=Recall)
    post_save.connect(_withdrawn, sender=RecallWithdrawn)
    post_save.connect(_stocked, sender=Unit)


def _changed(sender: type[Model], instance: Any, **signal: Any) -> None:
    reckon([CHANGES[sender](instance)], told=sender is KnownAt)


def _charted(instance: SessionEntry, **signal: Any) -> None:
    if instance.kind == EventKind.SIGNED:
        reckon([instance.session.plan.patient_id], told=False)


def _moved(instance: Site, **signal: Any) -> None:
    """A site whose days begin at another hour than before: what begins on a day begins then."""
    some = (
        Waiting.objects.filter(site=instance, begins__isnull=False).values_list("begins", flat=True).first()
    )
    if some is not None and some.astimezone(instance.zone).time() != time.min:
        fill()


def _told(instance: Told, **signal: Any) -> None:
    if instance.look_back.recall is not None:
        _tell([instance.look_back.recall], [instance.patient_id])


def _recalled(instance: Recall, **signal: Any) -> None:
    _tell([instance])


def _withdrawn(instance: RecallWithdrawn, **signal: Any) -> None:
    Waiting.objects.filter(kind=WaitKind.TELL, ref=instance.recall_id).delete()


def _stocked(instance: Unit, **signal: Any) -> None:
    """The shelf tells which devices a model has: a recall may reach further."""
    further = Recall.objects.standing().filter(lot="", gtin="", topical="")
    if standing := list(further.select_related("unit")):
        _tell(standing)


def after_migration(**signal: Any) -> None:
    """A clinic that had no such index before has one after the update."""
    there = Waiting._meta.db_table in connection.introspection.table_names()
    if there and not Waiting.objects.exists() and Patient.objects.exists():
        fill()

"""
Keep the index of who was exposed to what: written with each entry, reckoned anew to check it.

Nothing is ever taken out of it. A struck entry keeps its row; see loop/traces.py.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.db.models.signals import post_save

from needlework.clinic import articles, audit, exposed_days, waits
from needlework.clinic.exposed_days import Row
from needlework.clinic.models.exposure import WIDE, Exposure
from needlework.clinic.models.merging import Absorbed
from needlework.clinic.models.people import Patient
from needlework.clinic.models.stock import CartridgeIn, UnitUse
from needlework.clinic.models.treatment import CartridgeUse, LateEntry, Session, SessionEntry
from needlework.loop import gs1, recalls, traces
from needlework.loop.traces import Trace, TraceKind
from needlework.records.treat import EventKind

A_BATCH = 500


class Drift(NamedTuple):
    """A session whose index is not what its entries say."""

    session: str
    missing: tuple[Trace, ...]
    unknown: tuple[Trace, ...]
    strayed: bool
    """Whether something of it stands with another person than its own."""


def opened(session: Session) -> None:
    _keep(session, _of_opening(session), at=session.created_at)


def charted(entry: SessionEntry) -> None:
    _left(entry.session, _charted(entry))


def put_down(late: LateEntry) -> None:
    """It leaves what its entry would have left, at the moment when it was done."""
    _left(late.entry.session, _told(late.entry, late))


def _left(session: Session, one: traces.Charted) -> None:
    found = list(traces.entry(one))
    if lots := _lots(found):
        audit.alone()  # or somebody takes the lot in with its code at the same moment, and neither sees it
    _keep(session, [*found, *_implied(session, found, articles.of_lots(lots))], at=one.at)


def used(use: UnitUse) -> None:
    _keep(use.session, [_of_use(use)], at=use.created_at)


def listen() -> None:
    """From now on a code that is read for a lot holds for whoever had the lot before."""
    for model in (CartridgeIn, CartridgeUse):
        post_save.connect(_read, sender=model)


def _read(instance: CartridgeIn | CartridgeUse, **signal: Any) -> None:
    if instance.gtin:
        _of_product(instance.lot, gs1.article(instance.gtin))


@transaction.atomic
def _of_product(lot: str, code: str) -> None:
    """Everybody who had this lot had this product, and a recall of it may reach them."""
    audit.alone()
    known = Exposure.objects.filter(kind=TraceKind.PRODUCT, key=code).values("session")
    had = Exposure.objects.filter(kind=TraceKind.LOT, key=lot).exclude(session__in=known).order_by()
    people = list(had.values_list("patient", flat=True).distinct())
    for start in range(0, len(people), A_BATCH):
        _add_product(had.filter(patient__in=people[start : start + A_BATCH]), code)
    waits.reached(people)


def _add_product(had: QuerySet[Exposure], code: str) -> None:
    new = {Row(one.patient_id, TraceKind.PRODUCT, code, one.at, one.session_id) for one in had}
    people = {one.patient for one in new}
    merged = Absorbed.objects.filter(survivor__in=people).values_list("patient", flat=True)
    before = exposed_days.of({*people, *merged})
    Exposure.objects.bulk_create(
        Exposure(kind=one.kind, key=one.key, at=one.at, patient_id=one.patient, session_id=one.session)
        for one in sorted(new)
    )
    exposed_days.changed(before, before | new)


def belong(charts: Mapping[UUID, Collection[UUID]]) -> None:
    """
    The sessions of these charts are each person's from now on: a look-back finds them once.

    They are told together, all that were of one person before or are now: their days are counted anew.
    """
    audit.alone()
    every = [chart for theirs in charts.values() for chart in theirs]
    before = exposed_days.of(every)
    for person, theirs in charts.items():
        Exposure.objects.filter(session__plan__patient__in=theirs).update(patient_id=person)
    exposed_days.changed(before, exposed_days.of(every))


def drift(sessions: QuerySet[Session] | None = None) -> Iterator[Drift]:
    """Each session whose index differs, going through the archive batch by batch."""
    rows = Session.objects.all() if sessions is None else sessions
    rows = rows.select_related("plan__patient__absorbed_by", "room")
    rows = rows.prefetch_related(
        Prefetch("entries", SessionEntry.objects.select_related("late")), "units__unit", "exposures"
    )
    products = articles.of_lots()
    for session in rows.order_by("pk").iterator(chunk_size=A_BATCH):
        due, there = (
            set(_reckoned(session, products)),
            {Trace(TraceKind(one.kind), one.key) for one in session.exposures.all()},
        )
        strayed = any(one.patient_id != session.patient.survivor.pk for one in session.exposures.all())
        if due != there or strayed:
            more, less = tuple(sorted(due - there)), tuple(sorted(there - due))
            yield Drift(str(session.pk), more, less, strayed)


def mend(found: Drift) -> None:
    """Add what is missing of one session. What is in excess stays: it may be all that is left of it."""
    session = Session.objects.select_related("plan", "room").get(pk=found.session)
    if found.strayed:
        person = session.patient.survivor
        belong({person.pk: person.charts})
    due = _reckoned(session)
    for trace in found.missing:
        _keep(session, [trace], at=due[trace])


def _keep(session: Session, found: Iterable[Trace], *, at: datetime) -> None:
    kept = list(dict.fromkeys(found))
    if not kept:
        return
    audit.alone()  # from here on nobody else merges, recalls or is exposed: what is read now stays
    patient = Patient.objects.get(pk=session.plan.patient_id).survivor
    rows = [Exposure(kind=one.kind, key=one.key, at=at, patient=patient, session=session) for one in kept]
    wide = [one for one in kept if one.kind in WIDE]
    before = exposed_days.of(patient.charts) if wide else set()
    Exposure.objects.bulk_create(rows, ignore_conflicts=True)
    there = {(one.kind, one.key) for one in before if one.session == session.pk}
    new = {Row(patient.pk, *one, at, session.pk) for one in wide if one not in there}
    exposed_days.changed(before, before | new)
    waits.exposed(session, kept)


def _reckoned(session: Session, products: articles.Products | None = None) -> dict[Trace, datetime]:
    units = [(_of_use(use), use.created_at) for use in session.units.all()]
    entries = [one for entry in session.entries.all() for one in _left_by(entry)]
    found = traces.first_at(_of_opening(session), session.created_at, entries, units)
    known = articles.of_lots(_lots(found)) if products is None else products
    for trace, at in list(found.items()):
        for more in _implied(session, [trace], known):
            found.setdefault(more, at)
    return found


def _lots(found: Iterable[Trace]) -> set[str]:
    return {one.key for one in found if one.kind is TraceKind.LOT}


def _implied(session: Session, found: Iterable[Trace], products: articles.Products) -> Iterator[Trace]:
    return recalls.implied(found, device=str(session.plan.plan["device"]), products=products)


def _of_opening(session: Session) -> Iterator[Trace]:
    device, by = str(session.plan.plan["device"]), session.created_by_id
    room, site = str(session.room_id), str(session.room.site_id)
    return traces.visit(device=device, room=room, by=str(by) if by else "", site=site)


def _of_use(use: UnitUse) -> Trace:
    return traces.unit(part=use.unit.part, serial=use.unit.serial)


def _left_by(entry: SessionEntry) -> Iterator[traces.Charted]:
    yield _charted(entry)
    if (late := entry.put_down) is not None:
        yield _told(entry, late)


def _told(entry: SessionEntry, late: LateEntry) -> traces.Charted:
    by = late.made_by_id or entry.created_by_id
    at = entry.at if late.why else entry.session.created_at  # typed days later perhaps, and used on that day
    return traces.Charted(EventKind(late.kind), late.data, at, str(by) if by else "")


def _charted(entry: SessionEntry) -> traces.Charted:
    by = str(entry.created_by_id) if entry.created_by_id else ""
    return traces.Charted(EventKind(entry.kind), entry.data, entry.at, by)

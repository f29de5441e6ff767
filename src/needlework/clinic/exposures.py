"""
Keep the index of who was exposed to what: written with each entry, reckoned anew to check it.

Nothing is ever taken out of it. A struck entry keeps its row; see loop/traces.py.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from needlework.clinic import audit, exposed_days, waits
from needlework.clinic.exposed_days import Row
from needlework.clinic.models.exposure import WIDE, Exposure
from needlework.clinic.models.people import Patient
from needlework.clinic.models.stock import UnitUse
from needlework.clinic.models.treatment import Session, SessionEntry
from needlework.loop import traces
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
    _keep(entry.session, traces.entry(_charted(entry)), at=entry.at)


def used(use: UnitUse) -> None:
    _keep(use.session, [_of_use(use)], at=use.created_at)


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
    rows = rows.prefetch_related("entries", "units__unit", "exposures")
    for session in rows.order_by("pk").iterator(chunk_size=A_BATCH):
        due, there = (
            set(_reckoned(session)),
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


def _reckoned(session: Session) -> dict[Trace, datetime]:
    units = [(_of_use(use), use.created_at) for use in session.units.all()]
    entries = [_charted(entry) for entry in session.entries.all()]
    return traces.first_at(_of_opening(session), session.created_at, entries, units)


def _of_opening(session: Session) -> Iterator[Trace]:
    device, by = str(session.plan.plan["device"]), session.created_by_id
    room, site = str(session.room_id), str(session.room.site_id)
    return traces.visit(device=device, room=room, by=str(by) if by else "", site=site)


def _of_use(use: UnitUse) -> Trace:
    return traces.unit(part=use.unit.part, serial=use.unit.serial)


def _charted(entry: SessionEntry) -> traces.Charted:
    by = str(entry.created_by_id) if entry.created_by_id else ""
    return traces.Charted(EventKind(entry.kind), entry.data, entry.at, by)

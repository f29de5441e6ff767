"""The rows of the index of exposures that answer what is asked, and those of some people among them."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import BooleanField, F, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull

from needlework.clinic import exposed_days, recalled
from needlework.clinic.models.exposure import WIDE, Exposure
from needlework.clinic.models.merging import Absorbed
from needlework.clinic.models.treatment import Session
from needlework.clinic.safety.asked import ORDER, Asked
from needlework.loop.traces import EVERY_VISIT, Trace, TraceKind


def nothing(asked: Asked) -> bool:
    """Whether there is nothing to look for: a recall that fits nothing that was ever used."""
    return not asked.some and not asked.every


def rows(asked: Asked) -> QuerySet[Exposure]:
    """The rows of the index that answer; one for each session, or more where several keys lead."""
    every, site = _every(asked), asked.site
    if site is not None and every == (EVERY_VISIT,):
        every, site = (exposed_days.at_site(EVERY_VISIT, site),), None
    if len(asked.some) > 1:
        found, rest = Exposure.objects.filter(recalled.leads_to(asked.some)), every
    elif every[0].kind in WIDE:
        found, rest = _wide(every[0]), every[1:]
    else:
        found, rest = Exposure.objects.filter(kind=every[0].kind, key=every[0].key), every[1:]
    if (since := asked.from_()) is not None:
        found = found.filter(at__gte=since)
    if (before := asked.before()) is not None:
        found = found.filter(at__lt=before)
    if site is not None:
        found = found.filter(session__room__site=site)
    for trace in rest:
        found = found.filter(_has(trace))
    return found


def _wide(trace: Trace) -> QuerySet[Exposure]:
    """
    Those of a key that many have. Their kind is said as the index by person says it, and not as a parameter:
    for no other words SQLite takes that index.
    """
    said = f"%(expressions)s = '{TraceKind(trace.kind).value}'"
    return Exposure.objects.filter(Func(F("kind"), template=said, output_field=BooleanField()), key=trace.key)


def _has(trace: Trace) -> Q:
    """
    That the session of a row has this as well: one look for each row that leads, however many others have it.

    A limit, so that no engine reads all of the others instead, of which there may be millions.
    """
    also = Exposure.objects.filter(session=OuterRef("session"), kind=trace.kind, key=trace.key)
    return Q(IsNull(Subquery(also.values("pk")[:1]), False))


def is_wide(asked: Asked) -> bool:
    """Whether a good part of everybody may answer, who are found by person."""
    return len(asked.some) <= 1 and _every(asked)[0].kind in WIDE


def _every(asked: Asked) -> tuple[Trace, ...]:
    """What each session has to have: one that has at least one of one has that. The sharpest leads."""
    every = (*asked.some, *asked.every) if len(asked.some) == 1 else asked.every
    put, model = (
        next((one for one in every if one.kind == kind), None)
        for kind in (TraceKind.TOPICAL, TraceKind.MODEL)
    )
    if put and model:
        together = Trace(TraceKind.TOGETHER, f"{put.key}/{model.key}")
        every = (together, *(one for one in every if one not in (put, model)))
    return tuple(sorted(every, key=lambda one: ORDER.index(one.kind)))


def summed(asked: Asked) -> Trace | None:
    """The one key that is asked for, where its sessions are summed by day (clinic/exposed_days.py)."""
    if len(asked.some) > 1 or len(_every(asked)) != 1:
        return None
    (trace,) = _every(asked)
    if trace.kind not in WIDE or (asked.site and trace.kind == TraceKind.SITE) or not exposed_days.kept():
        return None
    return exposed_days.at_site(trace, asked.site) if asked.site else trace


def of_people(asked: Asked, people: Collection[UUID]) -> QuerySet[Exposure]:
    """The rows of these people, found by their sessions: they are few, however many others answer."""
    merged = Absorbed.objects.filter(survivor__in=people).values_list("patient", flat=True)
    sessions = Session.objects.filter(plan__patient__in=[*people, *merged]).order_by()
    return rows(asked).filter(session__in=sessions.values("pk"))

"""The rows of the index of exposures that answer what is asked, and those of some people among them."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet

from needlework.clinic import exposed_days, recalled
from needlework.clinic.models.exposure import WIDE, Exposure
from needlework.clinic.models.merging import Absorbed
from needlework.clinic.models.treatment import Session
from needlework.clinic.safety.asked import Asked
from needlework.loop.traces import EVERY_VISIT, Trace, TraceKind


def nothing(asked: Asked) -> bool:
    """Whether there is nothing to look for: a recall that fits nothing that was ever used."""
    return not asked.some and not asked.every


def rows(asked: Asked) -> QuerySet[Exposure]:
    """The rows of the index that answer; one for each session, or more where several keys lead."""
    every, site = asked.every, asked.site
    if site is not None and every == (EVERY_VISIT,):
        every, site = (exposed_days.at_site(EVERY_VISIT, site),), None
    if asked.some:
        lead, rest = recalled.leads_to(asked.some), every
    else:
        lead, rest = Q(kind=every[0].kind, key=every[0].key), every[1:]
    found = Exposure.objects.filter(lead)
    if (since := asked.from_()) is not None:
        found = found.filter(at__gte=since)
    if (before := asked.before()) is not None:
        found = found.filter(at__lt=before)
    if site is not None:
        found = found.filter(session__room__site=site)
    for trace in rest:
        also = Exposure.objects.filter(kind=trace.kind, key=trace.key)
        found = found.filter(session__in=also.values("session"))
    return found


def summed(asked: Asked) -> Trace | None:
    """The one key that is asked for, where its sessions are summed by day (clinic/exposed_days.py)."""
    if asked.some or len(asked.every) != 1:
        return None
    (trace,) = asked.every
    if trace.kind not in WIDE or (asked.site and trace.kind == TraceKind.SITE) or not exposed_days.kept():
        return None
    return exposed_days.at_site(trace, asked.site) if asked.site else trace


def of_people(asked: Asked, people: Collection[UUID]) -> QuerySet[Exposure]:
    """The rows of these people, found by their sessions: they are few, however many others answer."""
    merged = Absorbed.objects.filter(survivor__in=people).values_list("patient", flat=True)
    sessions = Session.objects.filter(plan__patient__in=[*people, *merged]).order_by()
    return rows(asked).filter(session__in=sessions.values("pk"))

"""The rows of the index of exposures that answer what is asked, and those of some people among them."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import BooleanField, F, Func, QuerySet

from needlework.clinic import exposed_days, recalled
from needlework.clinic.models.exposure import WIDE, Exposure
from needlework.clinic.models.merging import Absorbed
from needlework.clinic.models.treatment import Session
from needlework.clinic.safety.asked import Asked
from needlework.loop.traces import EVERY_VISIT, Trace, TraceKind

AMONG_WIDE = Func(
    F("kind"),
    template=f"%(expressions)s IN ({', '.join(repr(kind.value) for kind in WIDE)})",
    output_field=BooleanField(),
)
"""Said as the index by person says it: SQLite takes that index for no other words, and no parameter."""


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
    else:
        found, rest = Exposure.objects.filter(kind=every[0].kind, key=every[0].key), every[1:]
        found = found.filter(AMONG_WIDE) if every[0].kind in WIDE else found
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


def is_wide(asked: Asked) -> bool:
    """Whether a good part of everybody may answer, who are found by person."""
    return len(asked.some) <= 1 and _every(asked)[0].kind in WIDE


def _every(asked: Asked) -> tuple[Trace, ...]:
    """What each session has to have: one that has at least one of one has that."""
    return (*asked.some, *asked.every) if len(asked.some) == 1 else asked.every


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

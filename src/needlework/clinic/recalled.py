"""What a recall reaches: the traces that it is looked back by, and who of those exposed was not told yet."""

import json
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from needlework.clinic import articles
from needlework.clinic.models.exposure import Exposure
from needlework.clinic.models.safety import Told
from needlework.clinic.models.stock import Recall, Unit
from needlework.loop import gs1, recalls
from needlework.loop.traces import Trace, TraceKind

PERSON = Coalesce("patient__absorbed_by__survivor", "patient")
"""Who somebody is now: told before two charts were merged is told, whichever of them goes on."""


def traces(recall: Recall) -> set[Trace]:
    """The kinds and keys by which those who were exposed to it are found."""
    what = recall.as_record()
    if what.topical:
        if what.topical_lot:
            lots = (what.topical_lot, "")  # one that nobody knows may be it
            return {Trace(TraceKind.TOPICAL_LOT, f"{what.topical}/{lot}") for lot in lots}
        return {Trace(TraceKind.TOPICAL, what.topical)}
    if what.gtin or what.lot:
        return _of_cartridges(recall)
    if recalls.covers_model(what, what.device):
        return {Trace(TraceKind.MODEL, what.device)}
    covered = [
        unit
        for unit in Unit.objects.filter(device=what.device)
        if recalls.covers_unit(what, device=unit.device, serial=unit.serial)
    ]
    kinds = {"device": TraceKind.UNIT, "handpiece": TraceKind.HANDPIECE}
    return {Trace(kinds[unit.part], unit.serial) for unit in covered}


def leads_to(some: Iterable[Trace]) -> Q:
    """The rows of the index of exposures that have one of these traces."""
    by_kind: dict[str, list[str]] = {}
    for trace in some:
        by_kind.setdefault(trace.kind, []).append(trace.key)
    wanted = Q()
    for kind, keys in by_kind.items():
        wanted |= Q(kind=kind, key__in=listed(keys))
    return wanted


def listed(keys: list[str]) -> RawSQL:
    """These keys as one value: a recall of a range of serials may name more than a statement may have."""
    postgres = connection.vendor == "postgresql"
    each = "json_array_elements_text(%s::json)" if postgres else "value FROM json_each(%s)"
    return RawSQL(f"SELECT {each}", [json.dumps(keys)])


def untold(recall: Recall, *, among: Collection[UUID] | None = None) -> QuerySet[Any, Any]:
    """The people who were exposed to it and whom nobody has reached yet, once each: `patient`."""
    found = traces(recall)
    if not found:
        return Exposure.objects.none().values("patient")
    exposed = Exposure.objects.filter(leads_to(found))
    if among is not None:
        exposed = exposed.filter(patient__in=among)
    reached = Told.objects.filter(look_back__recall=recall, outcome__in=Told.REACHED)
    told = reached.order_by().annotate(person=PERSON).values("person")
    return exposed.exclude(patient__in=told).order_by().values("patient").distinct()


def _of_cartridges(recall: Recall) -> set[Trace]:
    """The lot, or the product; with a range, each cartridge of them that was used and is in it."""
    what = recall.as_record()
    if not what.serial_from and not what.serial_to:
        product = Trace(TraceKind.PRODUCT, gs1.article(what.gtin))
        return {Trace(TraceKind.LOT, what.lot) if what.lot else product}
    codes = gs1.packings(what.gtin) if what.gtin and not what.lot else frozenset()
    lots = {what.lot} if what.lot else articles.lots_of(codes)
    used = Exposure.objects.filter(kind=TraceKind.CARTRIDGE)
    keys: set[str] = set()
    for lot in lots:  # a slash is the sign before the nought
        keys |= set(used.filter(key__gte=f"{lot}/", key__lt=f"{lot}0").values_list("key", flat=True))
    if codes:
        with_code = Exposure.objects.filter(kind=TraceKind.GTIN, key__in=codes).values("session")
        keys |= set(used.filter(session__in=with_code).values_list("key", flat=True))
    serials = {key: key.rpartition("/")[2] for key in keys}
    inside = {
        key
        for key, serial in serials.items()
        if recalls.in_range(serial, first=what.serial_from, last=what.serial_to)
    }
    return {Trace(TraceKind.CARTRIDGE, key) for key in inside}

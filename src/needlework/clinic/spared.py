"""The places on somebody's skin that are left out: those that count, on the map, and against a pass."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from needlework.clinic import current
from needlework.clinic.models.marks import Mark
from needlework.clinic.models.people import Patient
from needlework.clinic.models.planning import Plan
from needlework.clinic.templatetags.format import day as written
from needlework.clinic.templatetags.format import number, zone_of
from needlework.loop import nogo
from needlework.protocol import load
from needlework.protocol.schema.treat import MarkKind
from needlework.records.treat import EventKind, SkinMark
from needlework.records.why import Reason


def standing(patient: Patient, *, on: date) -> list[Mark]:
    """The marks that count on a day, oldest first: neither corrected, nor ended, nor past their last day."""
    rows = Mark.objects.filter(patient__in=patient.family, corrected_by=None, since__lte=on).exclude(
        ended__on__lte=on
    )
    rows = rows.filter(Q(until=None) | Q(until__gte=on))
    return list(rows.select_related("created_by").order_by("created_at", "id"))


def as_record(row: Mark) -> SkinMark:
    return SkinMark(
        id=str(row.pk), kind=row.kind, zone=row.zone, side=row.side, since=row.since, until=row.until,
        says=says(row),
    )  # fmt: skip


def says(row: Mark) -> str:
    """What it is and where, in a line: “Tattoo, cheeks, left, 12 mm, since 3 Mar 2027”."""
    size = f"{number(row.size_mm, 1)} mm" if row.size_mm else ""
    since = _("since %s") % written(row.since)
    parts = [row.name, where(row), size, since]
    return ", ".join(part for part in parts if part)


def where(row: Mark) -> str:
    """The zone and its side."""
    side = {"left": _("left"), "right": _("right")}.get(row.side, "")
    return ", ".join(part for part in (zone_of(row.zone).lower(), side) if part)


def kinds() -> tuple[MarkKind, ...]:
    """
    What can be drawn: the kinds of the edition in use, or where it has none yet, those of the one that ships.

    Their names alone are lent: what such an edition does not have stops nothing, and is asked about.
    """
    return current.protocol().treat.mark or load.default().treat.mark


def shown(patient: Patient, *, on: date) -> list[dict[str, Any]]:
    """The marks as the map and its list take them, numbered in the order in which they were drawn."""
    knowledge = current.protocol().treat
    found = []
    for n, row in enumerate(standing(patient, on=on), start=1):
        known = nogo.kind(as_record(row), knowledge)
        at = {"where": where(row), "view": VIEWS.get(row.figure, ""), "radius": _radius(row)}
        found.append({"n": n, "mark": row, "kind": known, **at})
    return found


VIEWS = {
    "front": gettext_lazy("front view"),
    "left": gettext_lazy("left view"),
    "right": gettext_lazy("right view"),
    "body": gettext_lazy("body"),
}
"""On which view of the map a mark was drawn."""


def _radius(row: Mark) -> float:
    """As large as it is, where a face is drawn at two units a millimetre; never too small for its number."""
    return 10 if row.figure == "body" else round(min(60.0, max(10.0, row.size_mm or 0.0)), 1)


def map_of(marks: list[dict[str, Any]]) -> dict[str, Any]:
    """The context of a map that shows nothing but these."""
    zones = [
        {"id": zone.id, "name": zone.name, "state": "none", "value": "", "fill": None}
        for zone in current.protocol().zones.zone
    ]
    return {"marks": marks, "zones": zones}


def against_entry(plan: Plan, kind: EventKind, data: Mapping[str, Any], *, at: datetime) -> Iterator[Reason]:
    """
    What a pass needs for what is left out in its zone.

    A mark that was drawn after the pass was made, as on another tablet while this one was without the
    network, asks nothing of it.
    """
    if kind is not EventKind.PASS:
        return
    on = timezone.localtime(at).date()
    marks = [as_record(row) for row in standing(plan.patient, on=on) if row.created_at <= at]
    yield from nogo.against_pass(data, marks, current.protocol().treat, on=on)

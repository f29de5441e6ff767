"""What else needs a person: recalls, incidents, trainings that end, records opened in an emergency."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count

from needlework.clinic import access, audit, counted, current, fit, permissions
from needlework.clinic.models import safety
from needlework.clinic.models.emergency import EmergencyAccess
from needlework.clinic.models.places import Site
from needlework.clinic.models.safety import Incident
from needlework.clinic.models.stock import Recall
from needlework.clinic.models.training import Training
from needlework.clinic.models.waiting import Waiting
from needlework.loop.waits import WaitKind

MOST = 25
FEW = 8
"""Incidents and recalls on the page; the rest are counted."""


@dataclass(frozen=True, slots=True)
class CalledBack:
    """A recall that is not done with: people exposed and not told, cartridges that still lie there."""

    recall: Recall
    untold: int
    lots: tuple[counted.Lot, ...]

    @property
    def left(self) -> int:
        return sum(lot.left for lot in self.lots)


def of_recalls(request: access.Request, *, at: datetime) -> dict[str, Any]:
    """The recalls that somebody has something to do about, those with people to be told first."""
    found = _called_back(request.user.site, at=at)
    audit.note("list", "today", detail=f"recalls: {len(found)}")
    return {"recalls": found[:FEW], "recalls_in_all": len(found)}


def _called_back(site: Site | None, *, at: datetime) -> Sequence[CalledBack]:
    standing = fit.standing()
    if not standing:
        return ()
    waiting = Waiting.objects.at(site).now(at).filter(kind=WaitKind.TELL).order_by()
    untold = dict(waiting.values("ref").annotate(n=Count("id")).values_list("ref", "n"))
    lots = counted.called_back(standing)
    found = [
        CalledBack(one, untold.get(one.pk, 0), tuple(lot for lot in lots if one in lot.recalls))
        for one in standing
    ]
    return sorted((one for one in found if one.untold or one.left), key=lambda one: not one.untold)


def of_incidents(request: access.Request, *, on: date) -> dict[str, Any]:
    """Incidents that are open, with their nearest deadline."""
    found = safety.waiting(Incident.seen_by(request.user), on=on)
    audit.note("list", "today", detail=f"incidents: {len(found)}")
    return {"incidents": found[:FEW], "incidents_in_all": len(found)}


def of_training(request: access.Request, *, on: date) -> dict[str, Any]:
    """Trainings that end soon: everybody's, or one's own."""
    ending = Training.objects.expiring(on)
    if not permissions.may(request.user, "training.keep"):
        ending = ending.filter(professional=request.user)
    return {
        "expiring": [
            (row, row.called(current.protocol().devices.device))
            for row in access.listed(request, "today", ending[:MOST])
        ],
        "expiring_in_all": ending.count(),
    }


def of_director(request: access.Request) -> dict[str, Any]:
    """Records that were opened in an emergency and that nobody has acknowledged."""
    rows = EmergencyAccess.unread()
    shown = access.listed(request, "today", rows.prefetch_related("patient__versions")[:MOST])
    return {"emergencies": shown, "emergencies_in_all": rows.count()}

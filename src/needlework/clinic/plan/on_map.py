"""The zones as the map takes them: while they are chosen, and once they are planned."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from needlework.protocol.schema.protocol import Protocol
from needlework.records.plan import Plan as Course
from needlework.records.screen import Outcome, Verdict


def choices(
    chosen: tuple[str, ...], proposal: dict | None, verdict: Verdict, protocol: Protocol
) -> list[dict]:
    """The zones while they are being chosen: those that were asked about, each with its proposed depth."""
    shut = {zone.id: _shut(zone.id, verdict) for zone in protocol.zones.zone}
    course = proposal["course"] if proposal else None
    return _zones(course, protocol, marked=chosen, state="selected", shut=shut)


def _shut(zone: str, verdict: Verdict) -> str:
    """Why a zone cannot be chosen; empty where it can."""
    if verdict.zones and zone not in verdict.zones:
        return _("not screened")
    barring = (one.say for one in verdict.speaking_of(zone) if one.outcome is Outcome.ABSOLUTE)
    return next(barring, "")


def planned(course: Course, protocol: Protocol) -> list[dict]:
    """The zones of the map once they are planned."""
    return _zones(course, protocol, marked=[zone.zone for zone in course.zones], state="planned", shut={})


def _zones(
    course: Course | None,
    protocol: Protocol,
    *,
    marked: Collection[str],
    state: str,
    shut: Mapping[str, str],
) -> list[dict]:
    """Every zone as the map takes it; those that are marked in this state, with their depth."""
    depths = {zone.zone: zone.set_depth_mm for zone in course.zones} if course else {}
    return [
        {
            "id": zone.id,
            "name": zone.name,
            "state": "closed" if shut.get(zone.id) else state if zone.id in marked else "none",
            "value": f"{depths[zone.id]:g} mm" if zone.id in depths else "",
            "fill": None,
            "reason": shut.get(zone.id, ""),
        }
        for zone in protocol.zones.zone
    ]

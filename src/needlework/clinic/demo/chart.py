"""The chart of one session of the demo, from its checklist to its signature."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from needlework.clinic import current
from needlework.clinic.demo.people import Treated
from needlework.clinic.models.treatment import Session
from needlework.clinic.treat import actions as treat
from needlework.records.plan import ZonePlan
from needlework.records.treat import EventKind


def entries(session: Session, step: Treated, on: date) -> Iterator[tuple[EventKind, dict[str, Any]]]:
    """The chart of one session: checklist, cartridge, each zone, signature."""
    course = session.plan.as_record()
    for check in current.protocol().treat.check:
        yield EventKind.CHECKED, {"check": check.id}
    lot = f"L{on:%y%m}{session.number}"
    serial = f"{session.plan.patient.ordinal:03d}{session.number:02d}"
    expires = on.replace(month=12, day=31) + timedelta(days=365)
    yield EventKind.CARTRIDGE, {"lot": lot, "serial": serial, "expires": expires.isoformat()}
    device = treat.device_of(session)
    strokes = device.strokes_per_s[0] if device and device.strokes_per_s else 100.0
    for zone in course.zones[: step.zones_done]:
        yield EventKind.PASS, _needled(zone, strokes)
        yield EventKind.ENDPOINT, {"zone": zone.zone, "endpoint": "reached", "bleeding": _bled(zone)}
    if step.signed:
        yield EventKind.SIGNED, {}


def _needled(zone: ZonePlan, strokes_per_s: float) -> dict[str, Any]:
    """The zone as it was planned, the clock a little off as in life."""
    return {
        "zone": zone.zone,
        "set_depth_mm": zone.set_depth_mm,
        "passes": zone.passes,
        "seconds": float(round(zone.needling_s * 0.96)),
        "strokes_per_s": strokes_per_s,
    }


def _bled(zone: ZonePlan) -> str:
    """The grade of bleeding that the endpoint of the plan speaks of: even points, single ones, none."""
    return "2" if "pinpoint" in zone.endpoint else "1" if "points" in zone.endpoint else "0"

"""
What stops the needle in a session that is open already: answers, plan, chart or things have changed.

Whatever was done before the change stays charted, however late it arrives: each condition asks what was known
at the moment of the entry.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from needlework.clinic import current, fit
from needlework.clinic.models.merging import Merge
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.screening import Screening
from needlework.clinic.models.treatment import Session
from needlework.clinic.templatetags.format import moment
from needlework.clinic.treat import opening
from needlework.loop import walls
from needlework.protocol.schema.devices import Device
from needlework.records.plan import Wall, ZonePlan
from needlework.records.treat import EventKind
from needlework.records.why import Reason

LONGEST_VISIT = timedelta(hours=12)
"""House: whoever comes back later has a session of their own, with its checks and its cartridge."""

Condition = Callable[[Session, tuple[str, ...], datetime], Iterator[Reason]]


def against_entry(
    session: Session, kind: EventKind, data: Mapping[str, Any], device: Device, *, at: datetime
) -> Iterator[Reason]:
    """Why nothing may be needled, or opened for it, from this moment on."""
    if kind is EventKind.PASS:
        yield from against(session, (str(data.get("zone", "")),), at=at)
        yield from fit.against_use(session, at=at)
        yield from _against_depth(session.plan, data, device)
    elif kind is EventKind.CARTRIDGE:
        yield from against(session, _planned(session), at=at)


def against(session: Session, zones: tuple[str, ...], *, at: datetime) -> Iterator[Reason]:
    """The same of some zones, whatever they are needled with."""
    for condition in CONDITIONS:
        yield from condition(session, zones, at)


def shown(session: Session, *, at: datetime) -> list[Reason]:
    """For the page of a session that is open: what stops all of it, or a part of it, now."""
    return list(against(session, _planned(session), at=at))


def wall(zone: ZonePlan, plan: Plan, device: Device | None) -> Wall:
    """The lowest wall of a zone: the plan's own, or a lower one of the edition that is in force by now."""
    lowest = zone.walls[0]
    protocol, place = current.protocol(), plan.as_record().place
    known = next((one for one in protocol.zones.zone if one.id == zone.zone), None)
    where = next((one for one in protocol.places.place if one.id == place), None)
    if known is None or where is None or device is None:
        return lowest
    return min(lowest, walls.standing(known, device, where)[0], key=lambda one: one.limit_mm)


def _against_depth(plan: Plan, data: Mapping[str, Any], device: Device) -> Iterator[Reason]:
    """An edition that was signed since the plan was made may bring a wall nearer."""
    depth = data.get("set_depth_mm")
    for zone in plan.as_record().zones:
        now = wall(zone, plan, device)
        if (
            zone.zone == data.get("zone")
            and isinstance(depth, int | float)
            and now.limit_mm < depth <= zone.walls[0].limit_mm
        ):
            words = _("is beyond %(limit)s mm, the limit by now: %(says)s") % {
                "limit": f"{now.limit_mm:g}",
                "says": now.says,
            }
            yield Reason(
                "set_depth_mm", words, _("Set %(limit)s mm or less.") % {"limit": f"{now.limit_mm:g}"}
            )


def _planned(session: Session) -> tuple[str, ...]:
    return tuple(one.zone for one in session.plan.as_record().zones)


# ── the conditions ───────────────────────────────────────────────────────────────────────────────────


def _is_one_visit(session: Session, zones: tuple[str, ...], at: datetime) -> Iterator[Reason]:
    if at - session.created_at > LONGEST_VISIT:
        words = _("was opened on %(when)s, for a visit of that day.") % {"when": moment(session.created_at)}
        yield Reason(_("session"), words, _("Sign what was done then, and open the next session."))


def _the_plan_holds(session: Session, zones: tuple[str, ...], at: datetime) -> Iterator[Reason]:
    newer = Plan.objects.filter(replaces=session.plan, created_at__lte=at).first()
    if newer is not None:
        words = _("was replaced by a newer one on %(when)s.") % {"when": moment(newer.created_at)}
        yield Reason(_("plan"), words, _("Stop needling. Sign what was done, and go on from the newer plan."))


def _the_answers_hold(session: Session, zones: tuple[str, ...], at: datetime) -> Iterator[Reason]:
    """Of a screening that was taken since the opening: what it bars, and what it did not ask about."""
    family = session.plan.patient.family
    newer = Screening.objects.filter(
        patient__in=family, created_at__gt=session.created_at, created_at__lte=at
    ).first()
    if newer is None:
        return
    for finding in newer.bars(on=timezone.localdate(at), zones=zones):
        yield opening.barred_by(finding)
    asked = newer.as_verdict().zones
    for zone in session.plan.as_record().zones if asked else ():
        if zone.zone in zones and zone.zone not in asked:
            yield opening.not_asked(zone.name)


def _is_one_person(session: Session, zones: tuple[str, ...], at: datetime) -> Iterator[Reason]:
    merged = (
        Merge.about(session.plan.patient)
        .filter(created_at__gt=session.created_at, created_at__lte=at)
        .first()
    )
    if merged is not None and opening.screening_of(session.plan).created_at < merged.created_at:
        yield opening.screened_before(merged)


CONDITIONS: tuple[Condition, ...] = (_is_one_visit, _the_plan_holds, _the_answers_hold, _is_one_person)

"""Amend: a plan as a practitioner would have it, each change judged, then all of it reckoned anew."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from needlework.loop.planning import course, judge, notes, reasons
from needlework.loop.planning.course import Use
from needlework.loop.planning.judge import Asked
from needlework.loop.planning.shelf import Shelf
from needlework.records.plan import Changes, Judged, Plan, Weight, ZonePlan

Zones = Mapping[str, ZonePlan]
Judgement = Callable[[str, ZonePlan, float, Use], Judged | None]


def judged(plan: Plan, changes: Changes, shelf: Shelf) -> Iterator[Judged]:
    """What each change needs; what is as it was is no change."""
    if changes == Changes():
        return
    if why := _stale(plan, shelf):
        yield Judged("edition", None, None, Weight.REFUSED, why)
        return
    zones = {zone.zone: zone for zone in plan.zones}
    left = [id_ for id_ in zones if id_ not in changes.without]
    yield from _left_out(plan, changes, zones, left, shelf)
    yield from _in_zones(changes, zones, _use(plan, shelf, plan.concerns))
    yield from _of_course(plan, changes, left or list(zones), shelf)


def wished(plan: Plan, changes: Changes, shelf: Shelf) -> Iterator[Judged]:
    """The depths that somebody asked for and that stay, beside those that the protocol would have set."""
    if _stale(plan, shelf):
        return
    use = _use(plan, shelf, plan.concerns)
    for zone in plan.zones:
        if zone.zone not in changes.depth_mm and zone.zone not in changes.without:
            one = judge.wished(f"{zone.zone}.depth-mm", zone, use)
            if one is not None:
                yield one


def changed(plan: Plan, changes: Changes, shelf: Shelf) -> Plan:
    """The plan with changes that nothing refuses. Zones that they do not name stay as they were."""
    left = [zone for zone in plan.zones if zone.zone not in changes.without]
    use = _use(plan, shelf, shelf.answered(plan.concerns, [zone.zone for zone in left]))
    touched = {*changes.depth_mm, *changes.passes, *changes.area_cm2}
    return course.add_up(
        use,
        tuple(_anew(zone, changes, use) if zone.zone in touched else zone for zone in left),
        sessions=plan.sessions if changes.sessions is None else changes.sessions,
        interval_days=plan.interval_days if changes.interval_days is None else changes.interval_days,
        heard=tuple(note for note in plan.notes if note.id.startswith(notes.SCREENING)),
    )


def _stale(plan: Plan, shelf: Shelf) -> str:
    """Why this protocol cannot change this plan; it would pass its own walls off as another edition's."""
    mark = shelf.protocol.edition.mark
    if plan.edition != mark:
        return f"This plan stands on edition {plan.edition}, and {mark} is in force: propose it anew first."
    known = plan.device in shelf.devices and plan.place in shelf.places
    known = known and all(id_ in shelf.concerns for id_ in plan.concerns)
    if known and all(zone.zone in shelf.zones and shelf.at(zone.zone, plan.concerns) for zone in plan.zones):
        return ""
    return "This plan names what its edition does not hold: propose it anew first."


def _use(plan: Plan, shelf: Shelf, concerns: tuple[str, ...]) -> Use:
    return Use(shelf, shelf.devices[plan.device], shelf.places[plan.place], plan.person, concerns)


# ── what is judged ───────────────────────────────────────────────────────────────────────────────────


def _left_out(
    plan: Plan, changes: Changes, zones: Zones, left: Sequence[str], shelf: Shelf
) -> Iterator[Judged]:
    answered = shelf.answered(plan.concerns, left)
    lost = ", ".join(shelf.concerns[id_].name.lower() for id_ in plan.concerns if id_ not in answered)
    gone = f"No zone is left for {lost}; sessions and interval stay as they are." if lost else ""
    for id_ in dict.fromkeys(changes.without):
        weight, says = Weight.FREE, gone
        if id_ not in zones:
            weight, says = Weight.REFUSED, _no_zone(id_, zones)
        elif not left:
            weight, says = Weight.REFUSED, "No zone would be left: plan nothing rather than this."
        yield Judged(f"{id_}.without", None, None, weight, says)


def _in_zones(changes: Changes, zones: Zones, use: Use) -> Iterator[Judged]:
    numbers: list[tuple[str, Mapping[str, float], Judgement]] = [
        ("depth-mm", changes.depth_mm, judge.depth),
        ("passes", changes.passes, judge.passes),
        ("area-cm2", changes.area_cm2, judge.area),
    ]
    for what, wanted, judgement in numbers:
        for id_, number in wanted.items():
            key = f"{id_}.{what}"
            if why := _strange(id_, changes, zones):
                yield Asked(key, None, number).refused(why)
            elif one := judgement(key, zones[id_], number, use):
                yield one


def _of_course(plan: Plan, changes: Changes, zones: Sequence[str], shelf: Shelf) -> Iterator[Judged]:
    concerns = [shelf.concerns[id_] for id_ in shelf.answered(plan.concerns, zones)]
    leeway = shelf.protocol.plan.leeway
    if changes.sessions is not None and (one := judge.sessions(plan, changes.sessions, concerns, leeway)):
        yield one
    days = changes.interval_days
    if days is not None and (one := judge.interval(plan, days, concerns, leeway)):
        yield one


def _strange(id_: str, changes: Changes, zones: Zones) -> str:
    """Why there cannot be a number for this zone: it is not planned, or is to be left out."""
    if id_ not in zones:
        return _no_zone(id_, zones)
    if id_ in changes.without:
        return f"{zones[id_].name} is to be left out as well: do one or the other."
    return ""


def _no_zone(id_: str, zones: Zones) -> str:
    return f"{id_!r} is not a zone of this plan. {reasons.closest(id_, zones)}"


# ── what is changed ──────────────────────────────────────────────────────────────────────────────────


def _anew(zone: ZonePlan, changes: Changes, use: Use) -> ZonePlan:
    """A depth that is given as it was is no new wish: whose the old one was stays known."""
    wanted_mm = changes.depth_mm.get(zone.zone, zone.set_depth_mm)
    return course.zone_plan(
        zone.zone,
        use,
        asked_mm=zone.asked_mm if wanted_mm == zone.set_depth_mm else wanted_mm,
        passes=changes.passes.get(zone.zone, zone.passes),
        area_cm2=changes.area_cm2.get(zone.zone, zone.area_cm2),
    )

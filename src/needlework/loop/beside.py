"""
Beside: two plans side by side, thing by thing. Plan, Plan → Beside.

Every thing is in it, those that are alike as well, so that nobody has to wonder what was left out. Why
something is otherwise is told from what the plans themselves say: their walls, notes and labels. What was
written as a reason stands in the clinic's record, and is not in here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from needlework.records.beside import Beside, Contrast, Thing
from needlework.records.plan import Plan, ZonePlan


def compare(before: Plan, after: Plan, *, names: Mapping[str, str] | None = None) -> Beside:
    """
    What is otherwise between two plans, and what is not. `names` are those of the concerns, by id.

    It says which number is larger, never which plan is better: nothing here knows what a course achieves.
    """
    was, now = ({zone.zone: zone for zone in plan.zones} for plan in (before, after))
    zones = tuple(
        (id_, (now.get(id_) or was[id_]).name, tuple(_said_once(_zone(was.get(id_), now.get(id_)))))
        for id_ in dict.fromkeys((*was, *now))
    )
    return Beside(
        course=tuple(_course(before, after, names or {})),
        zones=zones,
        gone=_only(_told(before), _told(after)),
        came=_only(_told(after), _told(before)),
        shared=len(set(_told(before)) & set(_told(after))),
    )


def _course(before: Plan, after: Plan, names: Mapping[str, str]) -> Iterator[Contrast]:
    def row(what: str, was: Thing, now: Thing, why: Iterable[str] = ()) -> Contrast:
        return Contrast(what, was, now, tuple(why) if was != now else ())

    def both(what: str, told: Callable[[Plan], Thing], why: Iterable[str] = ()) -> Contrast:
        return row(what, told(before), told(after), why)

    label = _only(_outside(after), _outside(before))
    yield row("device", before.device_name, after.device_name)
    yield both("concerns", lambda plan: ", ".join(names.get(one, one) for one in plan.concerns))
    yield both("label", lambda plan: "off label" if _outside(plan) else "on label", label)
    yield row("sessions", before.sessions, after.sessions)
    yield row("interval-days", before.interval_days, after.interval_days)
    yield both("visit-min", lambda plan: round(plan.minutes.total))
    yield both("needling-min", lambda plan: round(plan.minutes.needling, 1))
    yield both("numbing-min", lambda plan: round(plan.minutes.anaesthetic))
    yield row("recovery-days", before.recovery_days, after.recovery_days)
    yield row("judge-after-days", before.judge_after_days, after.judge_after_days)
    yield row("led-by", before.led_by, after.led_by)
    yield row("skin-type", before.person.skin_type.value, after.person.skin_type.value)
    yield row("edition", before.edition, after.edition)


def _zone(was: ZonePlan | None, now: ZonePlan | None) -> Iterator[Contrast]:
    """The numbers of one zone; None on the side on which it is not planned."""

    def row(what: str, told: Callable[[ZonePlan], Thing], why: Iterable[str] = ()) -> Contrast:
        sides = (told(was) if was else None, told(now) if now else None)
        changed = was is not None and now is not None and sides[0] != sides[1]
        return Contrast(what, *sides, tuple(why) if changed else ())

    walls = [f"{zone.wall.name.capitalize()}: {zone.wall.says}" for zone in (was, now) if zone]
    notes = _only(now.notes if now else (), was.notes if was else ())
    asked = (*dict.fromkeys(walls), *notes, *_asked(was, now))
    yield row("depth-mm", lambda zone: zone.set_depth_mm, asked)
    yield row("wall", _wall, walls)
    yield row("passes", lambda zone: zone.passes, notes)
    yield row("per-cm2", lambda zone: zone.target_per_cm2, _dose(was, now))
    yield row("area-cm2", lambda zone: zone.area_cm2)
    yield row("needling-s", lambda zone: round(zone.needling_s))
    yield row("endpoint", lambda zone: zone.endpoint, notes)


def _said_once(things: Iterable[Contrast]) -> Iterator[Contrast]:
    """A reason that several things have stands with the first of them."""
    said: set[str] = set()
    for one in things:
        yield replace(one, why=tuple(why for why in one.why if why not in said))
        said.update(one.why)


def _asked(was: ZonePlan | None, now: ZonePlan | None) -> Iterator[str]:
    for zone, which in ((was, "first"), (now, "second")):
        if zone and zone.asked_mm is not None:
            yield f"{zone.asked_mm:g} mm was asked for in the {which} plan."


def _wall(zone: ZonePlan) -> str:
    return f"{zone.wall.name} {zone.wall.limit_mm:g} mm"


def _dose(was: ZonePlan | None, now: ZonePlan | None) -> Iterator[str]:
    if was and now and was.passes != now.passes:
        yield "Another number of passes."
    if was and now and None in (was.target_per_cm2, now.target_per_cm2):
        yield "Where the needles or the strokes of a device were not seen, no dose is reckoned."
    elif was and now and was.passes == now.passes:
        yield "Other needles, strokes or speed of the device or the technique."


def _outside(plan: Plan) -> tuple[str, ...]:
    """Why it is outside a label, of the course and of its zones, each once."""
    return tuple(dict.fromkeys((*plan.off_label, *(one for zone in plan.zones for one in zone.off_label))))


def _told(plan: Plan) -> tuple[str, ...]:
    """What goes with a plan beyond its numbers: risks, what is not known, what is outside the label."""
    return (*_outside(plan), *dict.fromkeys(note.say for note in plan.notes))


def _only(these: Iterable[str], those: Iterable[str]) -> tuple[str, ...]:
    known = set(those)
    return tuple(one for one in these if one not in known)

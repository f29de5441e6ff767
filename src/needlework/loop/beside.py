"""
Beside: two plans side by side, thing by thing. Plan, Plan → Beside.

Every thing is in it, those that are alike as well, so that nobody has to wonder what was left out. Why
something is otherwise is told from what the plans themselves say: their walls, notes and labels. What was
written as a reason stands in the clinic's record, and is not in here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from needlework.records import Beside, Contrast, Plan, Thing, ZonePlan


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

    label = _only(_outside(after), _outside(before))
    yield row("device", before.device_name, after.device_name)
    yield row(
        "concerns", *(", ".join(names.get(one, one) for one in plan.concerns) for plan in (before, after))
    )
    yield row("label", *("off label" if _outside(plan) else "on label" for plan in (before, after)), label)
    yield row("sessions", before.sessions, after.sessions)
    yield row("interval-days", before.interval_days, after.interval_days)
    yield row("visit-min", *(round(plan.minutes.total) for plan in (before, after)))
    yield row("needling-min", *(round(plan.minutes.needling, 1) for plan in (before, after)))
    yield row("numbing-min", *(round(plan.minutes.anaesthetic) for plan in (before, after)))
    yield row("recovery-days", before.recovery_days, after.recovery_days)
    yield row("judge-after-days", before.judge_after_days, after.judge_after_days)
    yield row("led-by", before.led_by, after.led_by)
    yield row("skin-type", before.person.skin_type.value, after.person.skin_type.value)
    yield row("edition", before.edition, after.edition)


def _zone(was: ZonePlan | None, now: ZonePlan | None) -> Iterator[Contrast]:
    """The numbers of one zone; None on the side on which it is not planned."""

    def row(what: str, why: Iterable[str] = (), **sides: Thing) -> Contrast:
        changed = was is not None and now is not None and sides["was"] != sides["now"]
        return Contrast(what, sides["was"], sides["now"], tuple(why) if changed else ())

    def both(name: str) -> dict[str, Thing]:
        return {"was": getattr(was, name, None), "now": getattr(now, name, None)}

    walls = [f"{zone.wall.name.capitalize()}: {zone.wall.says}" for zone in (was, now) if zone]
    notes = _only(now.notes if now else (), was.notes if was else ())
    yield row("depth-mm", (*dict.fromkeys(walls), *notes, *_asked(was, now)), **both("set_depth_mm"))
    yield row("wall", walls, was=_wall(was), now=_wall(now))
    yield row("passes", notes, **both("passes"))
    yield row("per-cm2", _dose(was, now), **both("target_per_cm2"))
    yield row("area-cm2", **both("area_cm2"))
    yield row(
        "needling-s",
        was=round(was.needling_s) if was else None,
        now=round(now.needling_s) if now else None,
    )
    yield row("endpoint", notes, **both("endpoint"))


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


def _wall(zone: ZonePlan | None) -> str | None:
    return f"{zone.wall.name} {zone.wall.limit_mm:g} mm" if zone else None


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

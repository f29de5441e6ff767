"""Judge: one number of a plan that somebody would have otherwise, and what that needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from needlework.loop import walls
from needlework.loop.planning import course, notes, numbers
from needlework.loop.planning.course import Use
from needlework.protocol.schema.plan import Concern, Leeway
from needlework.records.plan import Judged, Plan, Weight, ZonePlan
from needlework.records.why import Citation

Sources = tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A number as it is, and as it is wanted."""

    key: str
    before: float | None
    after: float

    def free(self, says: str = "", sources: Sources = ()) -> Judged:
        return Judged(self.key, self.before, self.after, Weight.FREE, says, sources)

    def needs_reason(self, says: str, sources: Sources, roles: tuple[str, ...] = ()) -> Judged:
        return Judged(self.key, self.before, self.after, Weight.REASON, says, sources, roles)

    def refused(self, says: str, sources: Sources = ()) -> Judged:
        return Judged(self.key, self.before, numbers.finite(self.after), Weight.REFUSED, says, sources)


# ── in a zone ────────────────────────────────────────────────────────────────────────────────────────


def depth(key: str, zone: ZonePlan, depth_mm: float, use: Use) -> Judged | None:
    """Refused past a wall or below the lowest setting, with a reason beyond the technique, else free."""
    asked, device = Asked(key, zone.set_depth_mm, depth_mm), use.device
    if depth_mm == zone.set_depth_mm:
        return None
    if not numbers.is_depth(depth_mm):
        return asked.refused(f"{depth_mm:g} mm is no depth. {numbers.GIVE_DEPTH}")
    wall = use.walls(zone.zone)[0]
    if depth_mm > wall.limit_mm:
        past = f"{depth_mm:g} mm is past the wall of {wall.limit_mm:g} mm, {wall.name}: {wall.says}"
        return asked.refused(past, wall.sources)
    set_mm = walls.on_step(device, depth_mm=depth_mm)
    if not walls.settable(device, depth_mm=set_mm):
        low = f"{device.name} has no setting as low as {depth_mm:g} mm: leave the zone out instead."
        return asked.refused(low, device.sources)
    return _set(replace(asked, after=set_mm), zone, use, depth_mm=depth_mm)


def _set(asked: Asked, zone: ZonePlan, use: Use, *, depth_mm: float) -> Judged:
    """A depth that the handpiece can be set to, beside the technique."""
    set_mm, technique = asked.after, use.technique(zone.zone)
    says = []
    if set_mm != depth_mm:
        says.append(f"{depth_mm:g} mm is no setting of {use.device.name}: brought down to {set_mm:g} mm.")
    if set_mm != technique.depth_mm:
        says.append(notes.beside_technique(technique, use.concern(technique), depth_mm=set_mm))
    if set_mm > technique.depth_mm and set_mm != asked.before:
        return asked.needs_reason(" ".join(says), technique.sources)
    return asked.free(" ".join(says), technique.sources if says else ())


def wished(key: str, zone: ZonePlan, use: Use) -> Judged | None:
    """The depth that somebody asked for when it was proposed, beside what the protocol would have set."""
    technique = use.technique(zone.zone)
    _, most_mm = walls.lowest(use.walls(zone.zone), technique)
    unasked_mm = walls.on_step(use.device, depth_mm=most_mm)
    if zone.asked_mm is None or zone.set_depth_mm == unasked_mm:
        return None
    asked = Asked(key, unasked_mm, zone.set_depth_mm)
    says = notes.beside_technique(technique, use.concern(technique), depth_mm=zone.set_depth_mm)
    weigh = asked.needs_reason if zone.set_depth_mm > technique.depth_mm else asked.free
    return weigh(says, technique.sources)


def passes(key: str, zone: ZonePlan, number: float, use: Use) -> Judged | None:
    """Free up to those of the technique, with a reason up to the leeway, refused beyond."""
    if number == zone.passes and numbers.is_count(number):
        return None
    leeway, technique = use.shelf.protocol.plan.leeway, use.technique(zone.zone)
    usual = use.passes(technique)
    whose = f"{usual} of the technique for {use.concern(technique).name.lower()} here"
    asked = Asked(key, zone.passes, number)
    if against := _over(asked, "passes", leeway, most=leeway.most_passes):
        return against
    if number > usual:
        return asked.needs_reason(f"{number} passes are more than the {whose}.", technique.sources)
    return asked.free()


def area(key: str, zone: ZonePlan, area_cm2: float, _: Use) -> Judged | None:
    """Free: how large a zone is on this person is measured, not chosen."""
    asked = Asked(key, zone.area_cm2, area_cm2)
    if area_cm2 == zone.area_cm2:
        return None
    if not numbers.is_area(area_cm2):
        return asked.refused(f"{area_cm2:g} cm² is no area. {numbers.GIVE_AREA}")
    return asked.free()


# ── of the course ────────────────────────────────────────────────────────────────────────────────────


def sessions(plan: Plan, number: int, concerns: Sequence[Concern], leeway: Leeway) -> Judged | None:
    """Free up to those that are proposed, with a reason up to the leeway, refused beyond."""
    if number == plan.sessions:
        return None
    asked, proposed = Asked("sessions", plan.sessions, number), course.most_sessions(concerns)
    if against := _over(asked, "sessions", leeway, most=leeway.most_sessions):
        return against
    if number > proposed:
        more = f"{number} sessions are more than the {proposed} that this edition proposes."
        return asked.needs_reason(more, _cited(concerns))
    return asked.free()


def _over(asked: Asked, noun: str, leeway: Leeway, *, most: int) -> Judged | None:
    """A count that is none, or beyond the leeway."""
    if not numbers.is_count(asked.after):
        do = f"Give a whole number of {noun}, 1 to {most}."
        return asked.refused(f"{asked.after:g} is no number of {noun}. {do}")
    if asked.after > most:
        more = f"{asked.after} {noun} are more than the {most} that this edition allows. {leeway.says}"
        return asked.refused(more, leeway.sources)
    return None


def interval(plan: Plan, days: int, concerns: Sequence[Concern], leeway: Leeway) -> Judged | None:
    """Free from what is proposed on; closer with a reason, then with a role as well, then refused."""
    if days == plan.interval_days:
        return None
    asked, proposed = Asked("interval-days", plan.interval_days, days), course.longest_interval_days(concerns)
    if not numbers.is_count(days, most=numbers.LONGEST_INTERVAL_DAYS):
        do = f"Give whole days, {leeway.closest_interval_days} to {numbers.LONGEST_INTERVAL_DAYS}."
        return asked.refused(f"{str(days)[:12]} is no interval. {do}")
    closer = f"{days} days apart is closer than the"
    if days < leeway.closest_interval_days:
        says = f"{closer} {leeway.closest_interval_days} that this edition allows. {leeway.says}"
        return asked.refused(says, leeway.sources)
    if days >= proposed:
        return asked.free()
    says = f"{closer} {proposed} that this edition proposes."
    if days < leeway.least_interval_days:
        return asked.needs_reason(f"{says} {leeway.says}", leeway.sources, leeway.closer)
    return asked.needs_reason(says, _cited(concerns))


def _cited(concerns: Iterable[Concern]) -> Sources:
    return tuple(dict.fromkeys(source for concern in concerns for source in concern.sources))

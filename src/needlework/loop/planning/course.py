"""Course: from what is wanted to the plan of each zone, and what the zones add up to."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from needlework.loop import dose, healing, label, walls
from needlework.loop.planning import notes
from needlework.loop.planning.shelf import Shelf
from needlework.protocol.schema.devices import Device
from needlework.protocol.schema.places import Place
from needlework.protocol.schema.plan import Concern, Glide, Technique
from needlework.protocol.schema.protocol import Protocol
from needlework.records.plan import Goals, Minutes, Note, Person, Plan, Wall, ZonePlan
from needlework.records.screen import Verdict

LEADS = ("practitioner", "prescriber", "dermatologist")
"""Who may lead a course, least strict first."""


@dataclass(frozen=True, slots=True)
class Use:
    """Whose skin is needled, what for, with what and under which licence."""

    shelf: Shelf
    device: Device
    place: Place
    person: Person
    concerns: tuple[str, ...]

    def technique(self, zone: str) -> Technique:
        """The technique that leads in this zone."""
        return self.shelf.at(zone, self.concerns)[0]

    def passes(self, technique: Technique) -> int:
        """How often a technique goes over the skin with this device."""
        roller = technique.roller_passes if self.device.kind == "roller" else None
        return technique.passes if roller is None else roller

    def concern(self, technique: Technique) -> Concern:
        return self.shelf.concerns[technique.concern]

    def walls(self, zone: str) -> tuple[Wall, ...]:
        return self.shelf.walls(zone, self.device, self.place)


def propose(goals: Goals, person: Person, shelf: Shelf, verdict: Verdict | None = None) -> Plan:
    """The course for goals that nothing stands against. What is named twice counts once."""
    concerns = tuple(dict.fromkeys(goals.concerns))
    use = Use(shelf, shelf.devices[goals.device], shelf.places[goals.place], person, concerns)
    zones = tuple(
        zone_plan(id_, use, asked_mm=goals.depth_mm.get(id_), area_cm2=goals.area_cm2.get(id_))
        for id_ in dict.fromkeys(goals.zones)
    )
    heard = tuple(notes.of_screening(verdict, [zone.zone for zone in zones])) if verdict else ()
    return add_up(use, zones, heard=heard)


# ── all zones ────────────────────────────────────────────────────────────────────────────────────────


def add_up(
    use: Use,
    zones: tuple[ZonePlan, ...],
    *,
    sessions: int | None = None,
    interval_days: int | None = None,
    heard: tuple[Note, ...] = (),
) -> Plan:
    """What the zones add up to; the course is the longest of its concerns unless it was changed."""
    protocol = use.shelf.protocol
    concerns = [use.shelf.concerns[id_] for id_ in use.concerns]
    deepest_mm = max(zone.set_depth_mm for zone in zones)
    redness_hours = healing.redness_hours(protocol.recover.redness, deepest_mm=deepest_mm)
    return Plan(
        device=use.device.id,
        device_name=use.device.name,
        concerns=use.concerns,
        place=use.place.id,
        zones=zones,
        sessions=most_sessions(concerns) if sessions is None else sessions,
        interval_days=longest_interval_days(concerns) if interval_days is None else interval_days,
        minutes=_minutes(zones, protocol, deepest_mm=deepest_mm),
        recovery_days=math.ceil(redness_hours / 24),
        judge_after_days=max(concern.judge_after_days for concern in concerns),
        off_label=tuple(dict.fromkeys(why for zone in zones for why in zone.off_label)),
        notes=(*heard, *notes.of_plan(use.shelf, use.concerns, zones, use.person.skin_type)),
        person=use.person,
        edition=protocol.edition.mark,
        led_by=max((concern.led_by for concern in concerns), key=LEADS.index),
    )


def most_sessions(concerns: Iterable[Concern]) -> int:
    return max(concern.sessions for concern in concerns)


def longest_interval_days(concerns: Iterable[Concern]) -> int:
    return max(concern.interval_days for concern in concerns)


def _minutes(zones: Sequence[ZonePlan], protocol: Protocol, *, deepest_mm: float) -> Minutes:
    visit = protocol.plan.visit
    return Minutes(
        preparation=visit.preparation_min,
        anaesthetic=visit.anaesthetic_min if deepest_mm >= visit.anaesthetic_from_mm else 0.0,
        needling=round(sum(zone.needling_s for zone in zones) / 60, 1),
        aftercare=visit.aftercare_min,
    )


# ── one zone ─────────────────────────────────────────────────────────────────────────────────────────


def zone_plan(
    id_: str,
    use: Use,
    *,
    asked_mm: float | None = None,
    passes: int | None = None,
    area_cm2: float | None = None,
) -> ZonePlan:
    """How one zone is needled: as its leading technique has it, but for what was asked or changed."""
    device, zone, glide = use.device, use.shelf.zones[id_], use.shelf.protocol.plan.glide
    techniques = use.shelf.at(id_, use.concerns)
    leading, hard = techniques[0], use.walls(id_)
    wall, most_mm = walls.lowest(hard, leading, asked_mm=asked_mm)
    depth_mm = walls.on_step(device, depth_mm=most_mm)
    passes = use.passes(leading) if passes is None else passes
    area_cm2 = zone.area_cm2 if area_cm2 is None else area_cm2
    skin_mm = walls.skin_mm(zone, use.person.sex)
    target_per_cm2 = _target_per_cm2(device, glide, passes=passes)
    return ZonePlan(
        zone=zone.id,
        name=zone.name,
        concern=leading.concern,
        set_depth_mm=depth_mm,
        wall=wall,
        walls=hard,
        passes=passes,
        target_per_cm2=target_per_cm2,
        area_cm2=area_cm2,
        needling_s=dose.seconds_for(
            passes=passes,
            area_cm2=area_cm2,
            speed_cm_per_s=glide.speed_cm_per_s,
            width_cm=device.drum.width_cm if device.drum else glide.width_cm,
        ),
        endpoint=leading.endpoint,
        skin_mm=skin_mm,
        off_label=_off_label(id_, techniques, use),
        notes=(
            *notes.of_leading([(one, use.concern(one)) for one in techniques]),
            *notes.of_depth(leading, use.concern(leading), wall, depth_mm=depth_mm, asked_mm=asked_mm),
            *notes.of_skin(device, depth_mm=depth_mm, skin_mm=skin_mm),
            *notes.of_dose(leading, target_per_cm2=target_per_cm2),
        ),
        directions=leading.directions,
        published_per_cm2=leading.published_per_cm2,
        asked_mm=asked_mm,
    )


def _off_label(zone: str, techniques: Iterable[Technique], use: Use) -> tuple[str, ...]:
    """Whichever concern leads here, the label is asked about each of them."""
    found: list[str] = []
    for one in techniques:
        found += label.off_label(use.shelf.zones[zone], use.concern(one), use.device, use.person)
    return tuple(dict.fromkeys(found))


def _target_per_cm2(device: Device, glide: Glide, *, passes: int) -> float | None:
    """
    Punctures per cm² of the planned passes. [1/cm²]

    A pen at its slowest stroke rate and the assumed glide; a roller by the surface of its drum. None where
    the needles, the rate or the drum were not seen.
    """
    if device.needles is None:
        return None
    if (drum := device.drum) is not None:
        return passes * dose.density_per_roll(
            needles=device.needles, diameter_cm=drum.diameter_cm, width_cm=drum.width_cm
        )
    if device.strokes_per_s is None:
        return None
    return passes * dose.density_per_pass(
        needles=device.needles,
        strokes_per_s=device.strokes_per_s[0],
        speed_cm_per_s=glide.speed_cm_per_s,
        width_cm=glide.width_cm,
    )

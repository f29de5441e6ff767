"""Plan: which course, how deep, how often? Person, Goals → Plan."""

import difflib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from needlework.loop import dose, healing
from needlework.protocol.schema import Concern, Device, Indication, Place, PlanNote, Protocol, Technique, Zone
from needlework.records import Goals, Minutes, Note, Person, Plan, Reason, Refusal, Sex, Wall, ZonePlan

SMALLEST_STEP_MM = 0.01
LONGEST_NEEDLE_MM = 5.0
LARGEST_CM2 = 5000.0
"""More than a quarter of an adult's skin: a slip of the hand."""

Entry = TypeVar("Entry", Device, Zone, Place, Concern)


def propose(goals: Goals, person: Person, protocol: Protocol) -> Plan | Refusal:
    """
    The course that the protocol proposes for these goals, or every reason why it proposes none.

    In each zone the first of the concerns that has a technique there leads; the label is asked about each of
    them. The set depth is the smallest of the walls, named; a greater depth that was asked for is brought
    down to the wall and said so. Set depth is how far the needle stands out, not how deep it goes.
    """
    reasons = tuple(_reasons(goals, protocol))
    if reasons:
        return Refusal(reasons)
    device = _by_id(protocol.devices.device)[goals.device]
    place = _by_id(protocol.places.place)[goals.place]
    concerns = [_by_id(protocol.plan.concern)[id_] for id_ in dict.fromkeys(goals.concerns)]
    zones = tuple(
        _zone_plan(_by_id(protocol.zones.zone)[id_], goals, person, device, place, protocol)
        for id_ in dict.fromkeys(goals.zones)
    )
    deepest = max(zone.set_depth_mm for zone in zones)
    return Plan(
        device=device.id,
        device_name=device.name,
        concerns=tuple(concern.id for concern in concerns),
        place=place.id,
        zones=zones,
        sessions=max(concern.sessions for concern in concerns),
        interval_days=max(concern.interval_days for concern in concerns),
        minutes=_minutes(zones, deepest, protocol),
        recovery_days=math.ceil(healing.redness_hours(protocol.recover.redness, deepest_mm=deepest) / 24),
        judge_after_days=max(concern.judge_after_days for concern in concerns),
        off_label=tuple(dict.fromkeys(why for zone in zones for why in zone.off_label)),
        notes=tuple(_note(note) for note in protocol.plan.note if _applies(note, concerns, zones, person)),
        person=person,
        edition=protocol.edition.mark,
    )


def walls(zone: Zone, device: Device, place: Place) -> tuple[Wall, ...]:
    """What no set depth in this zone may pass, lowest first."""
    found = [
        Wall("device range", device.range_mm[1], f"{device.name} reaches no further.", device.sources),
        Wall("evaluated maximum", device.evaluated_mm, device.evaluated_says, device.sources),
        Wall("zone", zone.cap_mm, zone.cap_says, zone.sources),
    ]
    if place.cap_mm is not None:
        found.append(Wall("licence", place.cap_mm, place.says, place.sources))
    return tuple(sorted(found, key=lambda wall: wall.limit_mm))


def off_label(zone: Zone, concern: Concern, device: Device, person: Person) -> tuple[str, ...]:
    """Why this use lies outside the device's label; empty where one line of the label covers it."""
    lines = [line for line in device.indication if line.concern == concern.id]
    if not lines:
        return (f"{device.name} is not labelled for {concern.name.lower()}.",)
    here = [line for line in lines if zone.id in line.zones]
    if not here:
        return (f"{device.name} is not labelled for {concern.name.lower()} on the {zone.name.lower()}.",)
    return min((_outside(line, device, concern, person) for line in here), key=len)


def _outside(line: Indication, device: Device, concern: Concern, person: Person) -> tuple[str, ...]:
    found = []
    if person.skin_type not in line.skin_types:
        label = f"{device.name} is labelled for {concern.name.lower()} on skin types"
        found.append(f"{label} {', '.join(line.skin_types)}, not {person.skin_type}.")
    if person.age_years < line.age_from:
        found.append(f"{device.name} is labelled from {line.age_from} years of age.")
    return tuple(found)


def _reasons(goals: Goals, protocol: Protocol) -> Iterator[Reason]:
    """Everything that stands in the way of a proposal."""
    named: list[tuple[str, Sequence[str], Mapping[str, object]]] = [
        ("device", [goals.device], _by_id(protocol.devices.device)),
        ("place", [goals.place], _by_id(protocol.places.place)),
        ("concern", goals.concerns, _by_id(protocol.plan.concern)),
        ("zone", [*goals.zones, *goals.area_cm2, *goals.depth_mm], _by_id(protocol.zones.zone)),
    ]
    known = True
    for key, wanted, there in named:
        for id_ in dict.fromkeys(wanted):
            if id_ not in there:
                known = False
                yield Reason(key, f"{id_!r} is not a {key} of this protocol.", _closest(id_, there))
    for key, given in (("concern", goals.concerns), ("zone", goals.zones)):
        if not given:
            known = False
            yield Reason(key, "none is chosen.", f"Choose at least one {key}.")
    for zone, area in goals.area_cm2.items():
        if not 0 < area < LARGEST_CM2:
            known = False
            do = f"Give the area in cm², more than 0 and less than {LARGEST_CM2:g}."
            yield Reason(zone, f"has an area of {area:g} cm².", do)
    for zone, depth in goals.depth_mm.items():
        if not 0 < depth <= LONGEST_NEEDLE_MM:
            known = False
            do = f"Give the depth in mm, more than 0 and at most {LONGEST_NEEDLE_MM:g}."
            yield Reason(zone, f"has a depth of {depth:g} mm.", do)
    if known:
        yield from _barred(goals, protocol)


def _barred(goals: Goals, protocol: Protocol) -> Iterator[Reason]:
    place = _by_id(protocol.places.place)[goals.place]
    if not place.may_needle:
        yield Reason("place", place.says, "Plan it for somebody whose licence allows needling.")
    device = _by_id(protocol.devices.device)[goals.device]
    for id_ in dict.fromkeys(goals.zones):
        zone = _by_id(protocol.zones.zone)[id_]
        techniques = _techniques(zone, goals, protocol)
        if not techniques:
            wanted = ", ".join(goals.concerns)
            yield Reason(id_, f"has no technique for {wanted} in this protocol.", "Leave the zone out.")
        else:
            yield from _too_shallow(zone, techniques[0], goals, device, place)
    for concern in dict.fromkeys(goals.concerns):
        if not any(concern == one.concern and set(one.zones) & set(goals.zones)
                   for one in protocol.plan.technique):  # fmt: skip
            do = "Leave the concern out, or choose a zone where it is needled."
            yield Reason(concern, "has no technique in any zone that is chosen.", do)


def _too_shallow(
    zone: Zone, technique: Technique, goals: Goals, device: Device, place: Place
) -> Iterator[Reason]:
    """The handpiece must have a setting that passes neither the wall nor what was asked for."""
    wall = _standing(zone, technique, goals, device, place)[0]
    asked = goals.depth_mm.get(zone.id, math.inf)
    if _on_step(min(wall.limit_mm, asked), device) < max(device.range_mm[0], SMALLEST_STEP_MM):
        limit = f"{min(wall.limit_mm, asked):g} mm"
        why = "as was asked for." if asked < wall.limit_mm else f"as its wall: {wall.says}"
        yield Reason(zone.id, f"{device.name} has no setting as low as {limit}, {why}", "Leave the zone out.")


def _techniques(zone: Zone, goals: Goals, protocol: Protocol) -> tuple[Technique, ...]:
    """The techniques for this zone, in the order of the concerns; the first one leads."""
    return tuple(
        technique
        for concern in dict.fromkeys(goals.concerns)
        for technique in protocol.plan.technique
        if technique.concern == concern and zone.id in technique.zones
    )


def _standing(
    zone: Zone, technique: Technique, goals: Goals, device: Device, place: Place
) -> tuple[Wall, ...]:
    """The walls that this depth stands against, lowest first; the technique's where none was asked."""
    hard = walls(zone, device, place)
    if zone.id in goals.depth_mm:
        return hard
    says = "The depth of the technique for this concern here."
    aim = Wall("technique", technique.depth_mm, says, technique.sources)
    return tuple(sorted((*hard, aim), key=lambda wall: wall.limit_mm))


def _zone_plan(
    zone: Zone, goals: Goals, person: Person, device: Device, place: Place, protocol: Protocol
) -> ZonePlan:
    techniques = _techniques(zone, goals, protocol)
    technique = techniques[0]
    concerns = _by_id(protocol.plan.concern)
    asked = goals.depth_mm.get(zone.id)
    wall = _standing(zone, technique, goals, device, place)[0]
    depth = _on_step(min(wall.limit_mm, math.inf if asked is None else asked), device)
    area = goals.area_cm2.get(zone.id, zone.area_cm2)
    glide = protocol.plan.glide
    return ZonePlan(
        zone=zone.id,
        name=zone.name,
        concern=technique.concern,
        set_depth_mm=depth,
        wall=wall,
        walls=walls(zone, device, place),
        passes=technique.passes,
        target_per_cm2=_target(device, technique, protocol),
        area_cm2=area,
        needling_s=dose.seconds_for(
            passes=technique.passes,
            area_cm2=area,
            speed_cm_per_s=glide.speed_cm_per_s,
            width_cm=glide.width_cm,
        ),
        endpoint=technique.endpoint,
        skin_mm=skin_mm(zone, person.sex),
        off_label=tuple(
            why for one in techniques for why in off_label(zone, concerns[one.concern], device, person)
        ),
        notes=tuple(_zone_notes(zone, depth, asked, wall, device, person)),
    )


def skin_mm(zone: Zone, sex: Sex) -> float | None:
    """Mean epidermis and dermis of a zone; the thinner of both sexes where it is unsure. [mm]"""
    if not zone.thickness:
        return None
    if sex in zone.thickness:
        return round(zone.thickness[sex].total_mm, 3)
    return round(min(thickness.total_mm for thickness in zone.thickness.values()), 3)


def _target(device: Device, technique: Technique, protocol: Protocol) -> float | None:
    """Punctures per cm² of the planned passes at the slowest stroke rate and the assumed glide."""
    if device.strokes_per_s is None:
        return None
    glide = protocol.plan.glide
    return technique.passes * dose.density_per_pass(
        needles=device.needles,
        strokes_per_s=device.strokes_per_s[0],
        speed_cm_per_s=glide.speed_cm_per_s,
        width_cm=glide.width_cm,
    )


def _on_step(depth_mm: float, device: Device) -> float:
    """Down to a setting of the handpiece, less than its least where it has none; 0.75 stays 0.75."""
    step = device.step_mm or SMALLEST_STEP_MM
    low = device.range_mm[0]
    steps = math.floor((depth_mm - low) / step + 1e-9)
    return round(low + steps * step, 3)


def _zone_notes(
    zone: Zone, depth_mm: float, asked_mm: float | None, wall: Wall, device: Device, person: Person
) -> Iterator[str]:
    if asked_mm is not None and asked_mm > wall.limit_mm:
        yield f"{asked_mm:g} mm was asked for; the limit is {wall.limit_mm:g} mm: {wall.says}"
    skin = skin_mm(zone, person.sex)
    if skin is not None and depth_mm > skin:
        yield f"{depth_mm:g} mm is more than the mean thickness of skin here, {skin:.2f} mm."
    elif skin is not None and device.tolerance_mm and depth_mm + device.tolerance_mm > skin:
        yield (
            f"With the device's tolerance of ±{device.tolerance_mm:g} mm a needle may stand out further than "
            f"the mean thickness of skin here, {skin:.2f} mm."
        )


def _minutes(zones: Sequence[ZonePlan], deepest_mm: float, protocol: Protocol) -> Minutes:
    visit = protocol.plan.visit
    return Minutes(
        preparation=visit.preparation_min,
        anaesthetic=visit.anaesthetic_min if deepest_mm >= visit.anaesthetic_from_mm else 0.0,
        needling=round(sum(zone.needling_s for zone in zones) / 60, 1),
        aftercare=visit.aftercare_min,
    )


def _applies(note: PlanNote, concerns: Sequence[Concern], zones: Sequence[ZonePlan], person: Person) -> bool:
    """Whether each thing that a note names is there, a depth in its own zones."""
    ids = {concern.id for concern in concerns}
    here = [zone for zone in zones if not note.zones or zone.zone in note.zones]
    return (
        (not note.concerns or bool(ids & set(note.concerns)))
        and bool(here)
        and (not note.skin_types or person.skin_type in note.skin_types)
        and (note.from_mm is None or any(zone.set_depth_mm >= note.from_mm for zone in here))
    )


def _note(note: PlanNote) -> Note:
    return Note(id=note.id, say=note.say, tell=note.tell, basis=note.basis, sources=note.sources)


def _by_id(entries: Iterable[Entry]) -> dict[str, Entry]:
    return {entry.id: entry for entry in entries}


def _closest(word: str, words: Iterable[str]) -> str:
    known = sorted(words)
    near = difflib.get_close_matches(word, known, n=1)
    return f'Did you mean "{near[0]}"?' if near else f"One of: {', '.join(known)}."

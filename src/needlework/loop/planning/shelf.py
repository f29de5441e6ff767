"""
Shelf: one protocol, looked up by id, with what follows from it for everybody alike.

It knows of no person and of no plan. It is put up once for a protocol and kept, since a clinic plans with the
same edition all day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from needlework.loop import walls
from needlework.loop.kept import Kept
from needlework.protocol.schema.devices import Device
from needlework.protocol.schema.places import Place
from needlework.protocol.schema.plan import Concern, PlanNote, Technique
from needlework.protocol.schema.protocol import Protocol
from needlework.protocol.schema.zones import Excluded, Zone
from needlework.records.plan import Note, Wall
from needlework.records.skin import SkinType

Entry = TypeVar("Entry", Device, Zone, Place, Concern, Excluded)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A note of the protocol, and the concerns, zones and depth that it goes with; empty means any."""

    concerns: frozenset[str]
    zones: frozenset[str]
    from_mm: float | None
    note: Note


@dataclass(frozen=True, slots=True)
class Shelf:
    """The entries of one protocol by id."""

    protocol: Protocol
    devices: Mapping[str, Device]
    places: Mapping[str, Place]
    concerns: Mapping[str, Concern]
    zones: Mapping[str, Zone]
    excluded: Mapping[str, Excluded]
    techniques: Mapping[tuple[str, str], tuple[Technique, ...]]
    """By concern and zone; a sound protocol has one for each."""
    notes: Mapping[SkinType, tuple[Sentence, ...]]
    limits: Mapping[str, Note]
    """What the evidence does not support, by concern."""
    standing: dict[tuple[str, str, str], tuple[Wall, ...]] = field(default_factory=dict)
    """Walls by zone, device and place, once they were asked for."""

    def at(self, zone: str, concerns: Iterable[str]) -> tuple[Technique, ...]:
        """
        The techniques for this zone, the shallowest first, then that of fewest passes; the first one leads.

        Whatever order the concerns were named in: who has melasma and acne scars in one place is needled
        there as melasma allows.
        """
        found = [one for concern in concerns for one in self.techniques.get((concern, zone), ())]
        return tuple(sorted(found, key=_lightest)) if len(found) > 1 else tuple(found)

    def answered(self, concerns: Iterable[str], zones: Iterable[str]) -> tuple[str, ...]:
        """The concerns that have a technique in one of these zones."""
        there = tuple(zones)
        return tuple(id_ for id_ in concerns if any((id_, zone) in self.techniques for zone in there))

    def walls(self, zone: str, device: Device, place: Place) -> tuple[Wall, ...]:
        """What no set depth in this zone may pass, lowest first."""
        key = zone, device.id, place.id
        if key not in self.standing:
            self.standing[key] = walls.standing(self.zones[zone], device, place)
        return self.standing[key]


def _put_up(protocol: Protocol) -> Shelf:
    techniques: dict[tuple[str, str], tuple[Technique, ...]] = {}
    for one in protocol.plan.technique:
        for zone in one.zones:
            techniques[one.concern, zone] = (*techniques.get((one.concern, zone), ()), one)
    return Shelf(
        protocol=protocol,
        devices=_by_id(protocol.devices.device),
        places=_by_id(protocol.places.place),
        concerns=_by_id(protocol.plan.concern),
        zones=_by_id(protocol.zones.zone),
        excluded=_by_id(protocol.zones.excluded),
        techniques=techniques,
        notes={skin: tuple(_sentences(protocol.plan.note, skin)) for skin in SkinType},
        limits={concern.id: _limits(concern) for concern in protocol.plan.concern if concern.limits},
    )


def _lightest(technique: Technique) -> tuple[float, int]:
    return technique.depth_mm, technique.passes


def _by_id(entries: Iterable[Entry]) -> dict[str, Entry]:
    return {entry.id: entry for entry in entries}


def _sentences(notes: Iterable[PlanNote], skin: SkinType) -> Iterable[Sentence]:
    for note in notes:
        if not note.skin_types or skin in note.skin_types:
            general = not (note.concerns or note.zones or note.skin_types) and note.from_mm is None
            shown = Note(note.id, note.say, note.tell, note.basis, note.sources, general)
            yield Sentence(frozenset(note.concerns), frozenset(note.zones), note.from_mm, shown)


def _limits(concern: Concern) -> Note:
    return Note(f"limits-{concern.id}", concern.limits, concern.limits_tell, concern.basis, concern.sources)


of = Kept(_put_up)
"""The shelf of this very protocol, put up once."""

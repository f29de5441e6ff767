"""From two files to what changed: the way that one pair and a batch of them share."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from needlework.cli import answers

if TYPE_CHECKING:
    from needlework.imaging.face import Face
    from needlework.imaging.pair import Cards, Sight
    from needlework.imaging.photo import Photo
    from needlework.imaging.regions import Region
    from needlework.imaging.scale import Scale
    from needlework.imaging.zones import Found
    from needlework.protocol.schema.protocol import Protocol
    from needlework.records.measure import Comparison
    from needlework.records.why import Reason, Refusal

WHOLE = "whole"
FACE = "face"
"""What a region may be besides a file."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a pair is measured."""

    regions: "tuple[Region, ...] | None"
    """None for the whole of the skin."""
    unseen: "tuple[Reason, ...]" = ()
    """Each zone of the face that is not among them, and why."""
    face: "Face | None" = None
    """Of the earlier photograph; None where none was found, or the networks that find one are missing."""
    found: "Found | None" = None
    """What the face shows: eyes, lips and hair, which are no bare skin."""


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """A pair that was looked at, with all that is told of it."""

    before: "Photo"
    after: "Photo"
    where: Where
    cards: "Cards"
    scale: "Scale"
    sight: "Sight | Refusal"
    comparison: "Comparison"


def content(path: Path) -> "bytes | Refusal":
    """The bytes of a photograph, one more than are decoded at the most."""
    from needlework.imaging import photo

    try:
        return answers.read_bytes(path, photo.BYTES_MAX)
    except OSError as error:
        return answers.unreadable(error)


def decoded(found: "bytes | Refusal") -> "Photo | Refusal":
    """A photograph, or why it could not be read."""
    from needlework.imaging import photo

    return photo.decode(found) if isinstance(found, bytes) else found


def drawn(path: Path) -> "bytes | Refusal":
    """The bytes of a file of zones."""
    from needlework.imaging import regions

    try:
        return answers.read_bytes(path, regions.TEXT_MAX)
    except OSError as error:
        return answers.unreadable(error)


def where(region: str, text: "bytes | Refusal | None", before: "Photo") -> "Where | Refusal":
    """The zones of a photograph: all its skin, those of its face, or those of a file that was read."""
    from needlework.imaging import zones
    from needlework.records.why import Refusal

    drawn = None if region in (WHOLE, FACE) else _zones(text, before)
    if isinstance(drawn, Refusal):
        return drawn
    face = _face(before)
    found = face if isinstance(face, Refusal) else zones.of(before, face)
    seen = None if isinstance(face, Refusal) else face
    if region != FACE:
        return Where(drawn, (), seen, None if isinstance(found, Refusal) else found)
    return found if isinstance(found, Refusal) else Where(found.regions, found.unseen, seen, found)


def _face(photo: "Photo") -> "Face | Refusal":
    from needlework.cli import models
    from needlework.imaging import face
    from needlework.records.why import Refusal

    networks = models.load()
    return networks if isinstance(networks, Refusal) else face.find(photo, networks)


def _zones(text: "bytes | Refusal | None", before: "Photo") -> "tuple[Region, ...] | Refusal":
    from needlework.imaging import regions
    from needlework.records.why import Refusal

    found = regions.parse(text or b"") if isinstance(text, bytes | None) else text
    if isinstance(found, Refusal):
        return found
    outside = regions.within(found, width=before.width, height=before.height)
    return Refusal(outside) if outside else found


def look(
    before: "Photo",
    after: "Photo",
    protocol: "Protocol",
    *,
    where: Where,
    mm_per_px: float | None,
    days_since: tuple[int | None, int | None] = (None, None),
    again: "Mapping[str, Photo] | None" = None,
) -> Looked:
    """
    Gate, align, measure, judge.

    `again` are photographs of the unchanged skin by the names of their files, taken again when BEFORE was.
    """
    from needlework.cli import models
    from needlework.imaging import pair, repeats
    from needlework.imaging import scale as scales
    from needlework.loop import measure

    cards = pair.cards(before, after)
    scale = scales.of(before, given=mm_per_px, card=cards.mm_per_px, face=where.face, networks=models.load)
    sight = _sight(before, after, where, scale, cards)
    observation = pair.read(sight, regions=where.regions, days_since=days_since)
    noise = repeats.noise(
        observation,
        (
            repeats.Again(name, pair.read(_sight(before, one, where, scale), regions=where.regions))
            for name, one in (again or {}).items()
            if observation.comparable
        ),
    )
    reasons = (*where.unseen, *observation.reasons, *noise.unused)
    comparison = measure.compare(
        replace(observation, reasons=reasons), protocol.measure, repeats=noise.readings
    )
    return Looked(before, after, where, cards, scale, sight, comparison)


def _sight(
    before: "Photo", after: "Photo", where: Where, scale: "Scale", cards: "Cards | None" = None
) -> "Sight | Refusal":
    """A photograph on the earlier one, without what the face shows to be no bare skin."""
    from needlework.imaging import pair
    from needlework.records.why import Refusal

    other = _face(after) if where.face else None
    return pair.sight(
        before,
        after,
        regions=where.regions,
        mm_per_px=scale.mm_per_px,
        found=cards,
        faces=(where.face, None if isinstance(other, Refusal) else other),
        leave_out=where.found.leave_out if where.found else (),
        cover=where.found.cover if where.found else None,
    )

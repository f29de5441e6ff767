"""From two files to what changed: the way that one pair and a batch of them share."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from needlework.cli import answers

if TYPE_CHECKING:
    from needlework.imaging.pair import Cards, Sight
    from needlework.imaging.photo import Photo
    from needlework.imaging.regions import Region
    from needlework.protocol.schema import Protocol
    from needlework.records import Comparison, Reason, Refusal

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


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """A pair that was looked at, with all that is told of it."""

    before: "Photo"
    after: "Photo"
    where: Where
    cards: "Cards"
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
    if region == WHOLE:
        return Where(None)
    return _face(before) if region == FACE else _zones(text, before)


def _face(before: "Photo") -> "Where | Refusal":
    from needlework.cli import models
    from needlework.imaging import zones
    from needlework.records import Refusal

    networks = models.load()
    if isinstance(networks, Refusal):
        return networks
    found = zones.found(before, networks)
    return found if isinstance(found, Refusal) else Where(found.regions, found.unseen)


def _zones(text: "bytes | Refusal | None", before: "Photo") -> "Where | Refusal":
    from needlework.imaging import regions
    from needlework.records import Refusal

    found = regions.parse(text or b"") if isinstance(text, bytes | None) else text
    if isinstance(found, Refusal):
        return found
    outside = regions.within(found, width=before.width, height=before.height)
    return Refusal(outside) if outside else Where(found)


def look(
    before: "Photo",
    after: "Photo",
    protocol: "Protocol",
    *,
    where: Where,
    mm_per_px: float | None,
    days_since: tuple[int | None, int | None] = (None, None),
) -> Looked:
    """Gate, align, measure, judge."""
    from needlework.imaging import pair
    from needlework.loop import measure

    cards = pair.cards(before, after)
    sight = pair.sight(before, after, regions=where.regions, mm_per_px=mm_per_px, found=cards)
    observation = pair.read(sight, regions=where.regions)
    observation = replace(observation, reasons=(*where.unseen, *observation.reasons))
    comparison = replace(measure.compare(observation, protocol.measure), days_since=days_since)
    return Looked(before, after, where, cards, sight, comparison)

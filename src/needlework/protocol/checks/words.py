"""What is said, and on whose word: nothing without its words, nothing without its source, nobody unheard."""

from collections.abc import Iterator
from typing import Any

from needlework.protocol.checks import walk
from needlework.protocol.load import Fault
from needlework.protocol.schema.protocol import Protocol
from needlework.protocol.schema.sources import Source
from needlework.records.why import Position

UNVERIFIED = ("[U]", "unverified", "to be verified", "TODO")


def worded(protocol: Protocol) -> Iterator[Fault]:
    """Nothing reaches a person without its words."""
    for file, key, entries in walk.lists(protocol):
        for entry in entries:
            for words in ("say", "tell", "ask", "title", "name", "looks", "do"):
                if getattr(entry, words, "words") in ("", ()):
                    yield Fault(file, f"{key} ({walk.name(entry)}).{words}", "is empty", "write the words")


def grounded(protocol: Protocol) -> Iterator[Fault]:
    """A cited or derived sentence names a source; every source is cited somewhere."""
    used: set[str] = set()
    for file, key, entries in walk.lists(protocol):
        for entry in entries:
            used |= set(walk.keys(entry))
            if getattr(entry, "basis", "house") != "house" and not entry.sources:
                yield Fault(
                    file,
                    f"{key} ({walk.name(entry)}).sources",
                    f"is empty, but the basis is {entry.basis}",
                    'name a source, or write basis = "house"',
                )
    for file, key, part in _alone(protocol):
        used |= set(walk.keys(part))
        if part.basis != "house" and not part.sources:
            yield Fault(file, f"{key}.sources", f"is empty, but the basis is {part.basis}", "name a source")
    for zone in protocol.zones.zone:
        if zone.thickness and not zone.thickness_sources:
            yield Fault("zones.toml", f"zone ({zone.id}).thickness-sources", "is empty", "name who measured")
    for key in sorted(protocol.sources.keys() - used):
        yield Fault("sources.toml", key, "is cited nowhere", "cite it or remove it")


def _alone(protocol: Protocol) -> Iterator[tuple[str, str, Any]]:
    """Tables that stand in no list, with their file and key."""
    for key in ("glide", "visit", "leeway"):
        yield "plan.toml", key, getattr(protocol.plan, key)
    for name, noise in protocol.measure.noise.items():
        yield "measure.toml", f"noise.{name}", noise


def fit_for_patients(protocol: Protocol) -> Iterator[Fault]:
    """Nothing from animals, nothing that nobody read, and nothing unverified reaches a patient's words."""
    for file, key, entries in walk.lists(protocol):
        for entry in entries:
            named = f"{key} ({walk.name(entry)})"
            if getattr(entry, "tell", "") or getattr(entry, "limits_tell", ""):
                for source in sorted({*walk.keys(entry)} & protocol.sources.keys()):
                    yield from _told_from(source, protocol.sources[source], file, f"{named}.sources")
            for words in (text for text in walk.texts(entry) if any(mark in text for mark in UNVERIFIED)):
                yield Fault(file, named, f"says {words!r}", "what is unverified does not ship")


def _told_from(source: str, read: Source, file: str, key: str) -> Iterator[Fault]:
    if read.animal:
        problem = f"stands beside words for patients, and {source} is about animals"
        yield Fault(file, key, problem, "take it out, or say it to staff alone")
    if read.seen == "title":
        problem = f"stands on {source}, of which only the title was seen"
        yield Fault(file, key, problem, "read it, or take it out")


def disagreements(protocol: Protocol) -> Iterator[Fault]:
    """Where sources disagree, one side is followed, and a sentence says why."""
    for file, key, entries in walk.lists(protocol):
        for entry in entries:
            for held, why in (
                ("position", "choice"),
                ("thickness_position", "thickness_choice"),
                ("rate", ""),
            ):
                sides = getattr(entry, held, ())
                if sides:
                    told = getattr(entry, why) if why else "the rate that is warned of"
                    named = f"{key} ({walk.name(entry)})"
                    yield from _sides(file, named, held.replace("_", "-"), sides, told)


def _sides(file: str, entry: str, held: str, sides: tuple[Position, ...], choice: str) -> Iterator[Fault]:
    chosen = sum(side.chosen for side in sides)
    if chosen != 1:
        yield Fault(file, f"{entry}.{held}", f"follows {chosen} of {len(sides)}", "one chosen = true")
    if not choice:
        yield Fault(file, f"{entry}.choice", "is empty", "say why this side is followed")
    for side in sides:
        if not side.sources:
            yield Fault(file, f"{entry}.{held}.sources", "is empty", "say whose it is")

"""What is needled where: zones, concerns and measures named anywhere exist, and each concern is answered."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from needlework.protocol.load import Fault
from needlework.protocol.schema.protocol import Protocol


def exist(protocol: Protocol) -> Iterator[Fault]:
    """Zones and concerns named anywhere exist."""
    zones = {zone.id for zone in protocol.zones.zone}
    concerns = {concern.id for concern in protocol.plan.concern}
    for file, key, line in _naming(protocol):
        for zone in sorted({*getattr(line, "zones", ())} - zones):
            yield Fault(file, f"{key}.zones", f"names the zone {zone!r}", "zones.toml has no such id")
        for concern in sorted(
            {getattr(line, "concern", ""), *getattr(line, "concerns", ())} - concerns - {""}
        ):
            yield Fault(file, f"{key}.concern", f"names the concern {concern!r}", "plan.toml has no such id")


def _naming(protocol: Protocol) -> Iterator[tuple[str, str, Any]]:
    """Every table that names zones or concerns, with its file and key."""
    for device in protocol.devices.device:
        for label in device.indication:
            yield "devices.toml", f"device ({device.id}).indication", label
    for technique in protocol.plan.technique:
        yield "plan.toml", f"technique ({technique.concern})", technique
    for note in protocol.plan.note:
        yield "plan.toml", f"note ({note.id})", note
    for trial in protocol.learn.trial:
        yield "learn.toml", f"trial ({trial.concern})", trial


def excluded(protocol: Protocol) -> Iterator[Fault]:
    """Skin that is never needled is no zone."""
    zones = {zone.id for zone in protocol.zones.zone}
    for barred in protocol.zones.excluded:
        if barred.id in zones:
            yield Fault("zones.toml", f"excluded ({barred.id})", "is a zone as well", "give it another id")


def concerns(protocol: Protocol) -> Iterator[Fault]:
    """Every concern has a technique or is barred, and says what is not known of it."""
    planned = {line.concern for line in protocol.plan.technique}
    for concern in protocol.plan.concern:
        named = f"concern ({concern.id})"
        if (concern.support == "not-a-use") == (concern.id in planned):
            problem = "is no use, yet has a technique" if concern.id in planned else "has no technique"
            yield Fault("plan.toml", named, problem, 'a technique, or support = "not-a-use"')
        if concern.support != "trials" and not (concern.limits and concern.limits_tell):
            problem = f"is known by {concern.support}, and nothing says what that leaves open"
            yield Fault("plan.toml", f"{named}.limits", problem, "write limits and limits-tell")


def measures(protocol: Protocol) -> Iterator[Fault]:
    """The measures that speak of a concern exist."""
    known = {noise.measure for noise in protocol.measure.noise.values()}
    for concern in protocol.plan.concern:
        for measure in sorted({*concern.measures} - known):
            key, problem = f"concern ({concern.id}).measures", f"names the measure {measure!r}"
            yield Fault("plan.toml", key, problem, "measure.toml has no such one")


def once(protocol: Protocol) -> Iterator[Fault]:
    """A concern has one technique in a zone."""
    seen = Counter((line.concern, zone) for line in protocol.plan.technique for zone in line.zones)
    for (concern, zone), count in seen.items():
        if count > 1:
            yield Fault("plan.toml", f"technique ({concern})", f"says {count} things for {zone}", "keep one")

"""
Walls: what no set depth may pass, what a handpiece can be set to, and how thick the skin is.

Set depth is how far a needle stands out of the handpiece, not how deep it goes.
"""

import math

from needlework.protocol.schema.devices import Device
from needlework.protocol.schema.places import Place
from needlework.protocol.schema.plan import Technique
from needlework.protocol.schema.zones import Zone
from needlework.records.plan import Wall, ZonePlan
from needlework.records.skin import Sex

SMALLEST_STEP_MM = 0.01
"""Where the steps of a handpiece were not seen, and the least that counts as a depth."""


def standing(zone: Zone, device: Device, place: Place) -> tuple[Wall, ...]:
    """What no set depth in this zone may pass, lowest first."""
    found = [
        Wall("evaluated maximum", device.evaluated_mm, device.evaluated_says, device.sources),
        Wall("zone", zone.cap_mm, zone.cap_says, zone.sources),
    ]
    if device.range_mm is not None:
        says = f"{device.name} reaches no further."
        found.insert(0, Wall("device range", device.deepest_mm, says, device.sources))
    if place.cap_mm is not None:
        found.append(Wall("licence", place.cap_mm, place.says, place.sources))
    return tuple(sorted(found, key=lambda wall: wall.limit_mm))


def lowest(
    hard: tuple[Wall, ...], technique: Technique, *, asked_mm: float | None = None
) -> tuple[Wall, float]:
    """
    The wall that a depth stands against, and the depth that it leaves. [mm]

    Where nothing was asked for, the technique's own depth is a wall like the others. What was asked for
    stands against the hard ones alone.
    """
    wall = hard[0]
    if asked_mm is not None:
        return wall, min(wall.limit_mm, asked_mm)
    if technique.depth_mm < wall.limit_mm:
        says = "The depth of the technique for this concern here."
        wall = Wall("technique", technique.depth_mm, says, technique.sources)
    return wall, wall.limit_mm


def at_wall(zone: ZonePlan) -> bool:
    """Whether what was asked for, or the technique where nothing was, comes up against a wall."""
    if zone.asked_mm is not None:
        return zone.asked_mm >= zone.wall.limit_mm
    return zone.wall.name != "technique"


def on_step(device: Device, *, depth_mm: float) -> float:
    """
    Down to a setting of the handpiece; 0.75 stays 0.75. [mm]

    Misleads below the lowest setting: the answer is then less than any, so ask `settable`.
    """
    step = device.step_mm or SMALLEST_STEP_MM
    low = device.shallowest_mm
    steps = math.floor((depth_mm - low) / step + 1e-9)
    return round(low + steps * step, 3)


def settable(device: Device, *, depth_mm: float) -> bool:
    """Whether a depth that lies on a step is one that the handpiece can be set to."""
    return depth_mm >= max(device.shallowest_mm, SMALLEST_STEP_MM)


def skin_mm(zone: Zone, sex: Sex) -> float | None:
    """Mean epidermis and dermis of a zone; the thinner of both sexes where it is unsure. [mm]"""
    if not zone.thickness:
        return None
    if sex in zone.thickness:
        return round(zone.thickness[sex].total_mm, 3)
    return round(min(thickness.total_mm for thickness in zone.thickness.values()), 3)

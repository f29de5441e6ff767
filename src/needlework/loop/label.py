"""Label: whether a use lies within what a device is cleared for, and why not. A flag, never a refusal."""

from needlework.protocol.schema.devices import Device, Indication
from needlework.protocol.schema.plan import Concern
from needlework.protocol.schema.zones import Zone
from needlework.records.plan import Person


def off_label(zone: Zone, concern: Concern, device: Device, person: Person) -> tuple[str, ...]:
    """Why this use lies outside the device's label; empty where one line of the label covers it."""
    if not device.cleared:
        return (f"No clearance was found for {device.name}: every use of it is outside a label.",)
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

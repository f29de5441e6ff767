"""Devices and their labels."""

from typing import TYPE_CHECKING

from needlework.cli.chapters.words import Lines, ends, reviewed, table, why

if TYPE_CHECKING:
    from needlework.protocol.schema.devices import Device
    from needlework.protocol.schema.protocol import Protocol


def chapter(protocol: "Protocol") -> Lines:
    devices = protocol.devices.device
    yield "### Devices"
    yield from reviewed(protocol.devices)
    yield "Where a figure was not seen nothing is assumed in its place: without a needle count no dose"
    yield "is reckoned."
    yield ""
    heads = (
        "device",
        "maker",
        "cleared",
        "needles",
        "range (mm)",
        "step (mm)",
        "± (mm)",
        "strokes per s",
        "evaluated (mm)",
    )
    yield from table(heads, map(_row, devices), right=("evaluated (mm)",))
    yield ""
    for device in devices:
        remark = f" {device.note}" if device.note else ""
        yield f"- **{device.name}**: {device.evaluated_says}{remark} *{why(device.basis, device.sources)}*"
    yield from ("", "### What the labels say", "")
    lines = [
        (
            device.name,
            line.concern,
            ", ".join(line.zones),
            ", ".join(line.skin_types),
            str(line.age_from),
            line.says,
            ", ".join(f"{source.key} ({source.grade})" for source in line.sources),
        )
        for device in devices
        for line in device.indication
    ]
    label = ("device", "concern", "zones", "skin types", "from age", "", "source")
    yield from table(label, lines, right=("from age",))
    unlabelled = [device.name for device in devices if not device.indication]
    if unlabelled:
        yield from (
            "",
            f"No label line was found for: {', '.join(unlabelled)}. Every use is outside a label.",
        )


def _row(device: "Device") -> tuple[str, ...]:
    rate = ends(device.strokes_per_s, otherwise="by hand" if device.kind == "roller" else "read it off")
    drum = device.drum
    kind = f" roller, drum {drum.diameter_cm:g} × {drum.width_cm:g} cm" if drum else ""
    kind = kind or (" roller" if device.kind == "roller" else "")
    return (
        f"{device.name} (`{device.id}`){kind}",
        device.maker,
        "yes" if device.cleared else "not found",
        str(device.needles or "not seen"),
        ends(device.range_mm),
        f"{device.step_mm:g}" if device.step_mm else "not seen",
        f"{device.tolerance_mm:g}" if device.tolerance_mm else "not seen",
        rate,
        f"{device.evaluated_mm:g}",
    )

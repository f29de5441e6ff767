"""Zones of the body with their walls and how thick the skin is, excluded skin, places and licences."""

from typing import TYPE_CHECKING

from needlework.cli.chapters.words import Lines, brief, positions, reviewed, table, why

if TYPE_CHECKING:
    from needlework.protocol.schema.protocol import Protocol
    from needlework.protocol.schema.zones import Thickness, Zone
    from needlework.records.skin import Sex

COLUMNS = {"female": "women", "male": "men", "unsure": "both"}


def chapter(protocol: "Protocol") -> Lines:
    zones = protocol.zones.zone
    yield "### Zones"
    yield from reviewed(protocol.zones)
    yield "A wall is the deepest setting that this edition allows there, whatever the device can do."
    yield "Set depth is how far needles stand out, not how deep they reach."
    yield ""
    heads = ("zone", "part", "area (cm²)", "wall (mm)", "why")
    rows = [
        (
            f"{zone.name} (`{zone.id}`)",
            zone.where,
            f"{zone.area_cm2:g}",
            f"{zone.cap_mm:g}",
            f"{zone.cap_says} {brief(zone)}",
        )
        for zone in zones
    ]
    yield from table(heads, rows, right=("area (cm²)", "wall (mm)"))
    yield from (
        "",
        "### How thick the skin is",
        "",
        "Epidermis + dermis, mean ± standard deviation, in mm.",
        "",
    )
    yield from table(("zone", "women", "men", "both", "who measured"), map(_thickness, zones))
    for zone in zones:
        yield from _zone(zone)
    yield from ("", "### Never needled", "")
    for one in protocol.zones.excluded:
        yield f"- **{one.name}**: {one.say} *{why(one.basis, one.sources)}*"
        yield f"  - Tell them: {one.tell}"
    yield from ("", "### Places and licences")
    yield from reviewed(protocol.places)
    yield from ("To be checked with the board before it is relied upon.", "")
    for place in protocol.places.place:
        wall = f", wall {place.cap_mm:g} mm" if place.cap_mm is not None else ""
        may = "" if place.may_needle else ", no needling"
        named = f"**{place.name}** (`{place.id}`{wall}{may})"
        yield f"- {named}: {place.says} *{why(place.basis, place.sources)}*"


def _thickness(zone: "Zone") -> tuple[str, ...]:
    by_sex: dict[str, Thickness] = {_word(sex): thick for sex, thick in zone.thickness.items()}
    who = ", ".join(f"{one.key} ({one.grade})" for one in zone.thickness_sources)
    return (
        zone.name,
        *(_layers(by_sex[sex]) if sex in by_sex else "not seen" for sex in COLUMNS.values()),
        who or "no source",
    )


def _word(sex: "Sex") -> str:
    return COLUMNS[str(sex)]


def _layers(thick: "Thickness") -> str:
    """`0.20 ± 0.03 + 0.86 ± 0.16 = 1.06`"""
    parts = (
        (thick.epidermis_mm, thick.epidermis_sd_mm),
        (thick.dermis_mm, thick.dermis_sd_mm),
    )
    shown = [f"{mean:.2f}" + (f" ± {sd:.2f}" if sd is not None else "") for mean, sd in parts]
    return f"{' + '.join(shown)} = {thick.total_mm:.2f}"


def _zone(zone: "Zone") -> Lines:
    """The area, and where sources disagree on depth or on thickness."""
    yield from ("", f"#### {zone.name}", "", f"- Area: {zone.area_says}")
    if zone.area_sources:
        yield f"  - {', '.join(one.key for one in zone.area_sources)}"
    if zone.position or zone.choice:
        yield from ("- Depth", *(f"  {line}" for line in positions(zone.position, zone.choice)))
    if zone.thickness_position or zone.thickness_choice:
        held = positions(zone.thickness_position, zone.thickness_choice)
        yield from ("- Thickness", *(f"  {line}" for line in held))

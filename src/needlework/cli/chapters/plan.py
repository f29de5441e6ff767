"""Which course, how deep, how often? With the devices, zones and places that bound it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from needlework.cli.chapters import devices, zones
from needlework.cli.chapters.words import Lines, brief, ends, positions, reviewed, table, why

if TYPE_CHECKING:
    from needlework.protocol.schema.plan import Concern, Glide, Leeway, Planning, VisitTime
    from needlework.protocol.schema.protocol import Protocol

SUPPORT = {
    "trials": "trials of needling alone",
    "weak": "weak evidence",
    "adjunct": "only beside another treatment",
    "none": "no trial of needling alone gives a number",
    "not-a-use": "not a use of needling",
}


def chapter(protocol: "Protocol") -> Lines:
    planning = protocol.plan
    yield "## Plan"
    yield from reviewed(planning)
    yield from ("### How well each concern is known", "")
    yield from table(("concern", "known from", "led by", "course"), map(_short, planning.concern))
    yield from ("", "### Concerns")
    for concern in planning.concern:
        yield from _concern(concern)
    yield from ("", "### Techniques", "")
    yield from _techniques(planning)
    yield from ("", "### How far a plan may be changed", "")
    yield from _leeway(planning.leeway)
    yield from ("", "### Assumed of the hand and the visit", "")
    yield from _assumed(planning.glide, planning.visit)
    yield from ("", "### Notes on some plans", "")
    for note in planning.note:
        yield f"- `{note.id}`{_scope(note)}: {note.say} *{why(note.basis, note.sources)}*"
        yield f"  - Tell them: {note.tell}"
    yield ""
    yield from devices.chapter(protocol)
    yield ""
    yield from zones.chapter(protocol)


def _short(concern: "Concern") -> tuple[str, ...]:
    sessions = f"{concern.sessions} × every {concern.interval_days} days" if concern.sessions > 1 else "once"
    course = f"{sessions}, judged after {concern.judge_after_days} days"
    if concern.support == "not-a-use":
        course = "none"
    return f"{concern.name} (`{concern.id}`)", SUPPORT[concern.support], concern.led_by, course


def _concern(concern: "Concern") -> Lines:
    yield from ("", f"#### {concern.name} (`{concern.id}`)", "", f"Tell them: {concern.tell}", "")
    yield f"- Known from: {SUPPORT[concern.support]}. Led by: {concern.led_by}."
    if concern.limits:
        yield f"- What the evidence does not show: {concern.limits}"
    if concern.limits_tell:
        yield f"- Tell them so: {concern.limits_tell}"
    many = concern.sessions > 1
    course = f"{concern.sessions} sessions, {concern.interval_days} days apart" if many else "One session"
    yield f"- {course}; judged {concern.judge_after_days} days after the last."
    if published := _published(concern):
        yield f"- Published: {published}."
    yield f"- Measures that speak of it: {', '.join(concern.measures) or 'none yet'}."
    yield f"- {why(concern.basis, concern.sources)}"
    yield from positions(concern.position, concern.choice)


def _published(concern: "Concern") -> str:
    parts = []
    if concern.published_sessions:
        parts.append(f"{ends(concern.published_sessions)} sessions")
    if concern.published_interval_days:
        parts.append(f"{ends(concern.published_interval_days)} days apart")
    return ", ".join(parts)


def _techniques(planning: "Planning") -> Lines:
    yield "The depth is what a practitioner would set if no wall stood lower. A published dose is that"
    yield "of sessions in which punctures could be counted; pass counts of rollers do not carry over to"
    yield "pens."
    yield ""
    rows = [
        (
            one.concern,
            ", ".join(one.zones),
            f"{one.depth_mm:g}",
            f"{one.passes}" + (f", roller {one.roller_passes}" if one.roller_passes else ""),
            ", ".join(one.directions) or "not stated",
            one.endpoint,
            ends(one.published_per_cm2, otherwise="none"),
            _both(one),
        )
        for one in planning.technique
    ]
    heads = (
        "concern",
        "zones",
        "set depth (mm)",
        "passes",
        "directions",
        "endpoint",
        "published per cm²",
        "basis",
    )
    yield from table(heads, rows, right=("set depth (mm)", "passes"))


def _both(technique: Any) -> str:
    """The basis, and whose the published dose is."""
    dose = ", ".join(f"{one.key} ({one.grade})" for one in technique.published_sources)
    return brief(technique) + (f"; dose: {dose}" if dose else "")


def _leeway(leeway: "Leeway") -> Lines:
    yield f"- {leeway.says} *{why(leeway.basis, leeway.sources)}*"
    yield (
        f"- Sessions closer than {leeway.least_interval_days} days need a reason, given by: "
        f"{', '.join(leeway.closer)}. Closer than {leeway.closest_interval_days} days is refused."
    )
    yield f"- More than {leeway.most_sessions} sessions or {leeway.most_passes} passes is refused."


def _assumed(glide: "Glide", visit: "VisitTime") -> Lines:
    hand = f"Glide {glide.speed_cm_per_s:g} cm/s, footprint {glide.width_cm:g} cm wide"
    yield f"- {hand}: {glide.says} *{why(glide.basis, glide.sources)}*"
    rough = (
        f"{glide.overlap:.0%} of a line covered again by the next".replace("%", " %")
        if glide.overlap
        else "",
        f"speed differs by {glide.speed_spread:.0%} from line to line".replace("%", " %")
        if glide.speed_spread
        else "",
        f"lines wander by {glide.wander_cm:g} cm" if glide.wander_cm else "",
        f"and run on {glide.overrun_cm:g} cm beyond the edge" if glide.overrun_cm else "",
    )
    if any(rough):
        yield f"- How unevenly a dose lies is reckoned with: {', '.join(filter(None, rough))}."
    yield (
        f"- Preparation {visit.preparation_min:g} min, numbing {visit.anaesthetic_min:g} min from a set "
        f"depth of {visit.anaesthetic_from_mm:g} mm, aftercare {visit.aftercare_min:g} min: {visit.says} "
        f"*{why(visit.basis, visit.sources)}*"
    )


def _scope(note: Any) -> str:
    """For whom a note is meant, in brackets."""
    lists: Iterable[Iterable[str]] = (note.concerns, note.zones, note.skin_types)
    parts = [", ".join(part) for part in lists if part]
    parts += [f"from {note.from_mm:g} mm"] if note.from_mm is not None else []
    return f" ({'; '.join(parts)})" if parts else ""

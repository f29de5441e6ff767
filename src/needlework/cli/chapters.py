"""What the generated documents say: the protocol for a reader, and every measure."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from needlework.cli.screen import meant, wanted

if TYPE_CHECKING:
    from needlework.imaging.catalogue import Measure
    from needlework.protocol.schema import Device, Flag, HoldRule, Noise, Protocol, Question, Rule
    from needlework.records import Citation, Position

WEIGHTS = {
    "absolute": ("Do not treat", "Nobody may treat while one of these stands."),
    "defer": ("Wait", "Treatment waits until the day or the event named."),
    "caution": ("Caution", "Treatment may go ahead with this in mind."),
    "label": ("Outside the device's label", "A flag beside the verdict, charted with the treatment."),
}
Lines = Iterator[str]


# ── the protocol ─────────────────────────────────────────────────────────────────────────────────────


def protocol(knowledge: "Protocol", *, mend: str) -> Lines:
    """The whole edition for a reader: stage by stage, every sentence with its basis and its sources."""
    edition = knowledge.edition
    yield f"# Protocol handbook: {edition.title}"
    yield ""
    yield f"<!-- Generated from protocol/default/*.toml. To change it, change those files and run: {mend} -->"
    yield ""
    yield f"{edition.note.strip()}"
    yield ""
    yield f"Edition `{edition.mark}` of {edition.on}. As shipped it is unsigned; a medical director"
    yield "signs it in the clinic."
    yield ""
    yield "Every sentence says what it rests on: **cited** (a source says so), **derived** (reckoned from"
    yield "sources) or **house** (this edition's own choice). Sources carry a grade: A regulator or label, B"
    yield "paper, C secondary account, D practice page. They are listed at the end."
    yield ""
    yield "[Screen](#screen) · [Plan](#plan) · [Treat](#treat) · [Recover](#recover) · [Measure](#measure) · "
    yield "[Learn](#learn) · [Sources](#sources)"
    for part in (_screen, _plan, _treat, _recover, _measure, _learn, _sources):
        yield ""
        yield from part(knowledge)


def _screen(protocol: "Protocol") -> Lines:
    screen = protocol.screen
    yield "## Screen"
    yield from _reviewed(screen)
    yield "### Questions"
    yield from _questions(screen.question)
    for weight, (title, means) in WEIGHTS.items():
        yield ""
        yield f"### {title}"
        yield ""
        yield means
        roles = getattr(screen.overrides, weight, ())
        if roles:
            yield f"Unless a rule says otherwise, it may be overridden with a reason by: {', '.join(roles)}."
        for rule in screen.rule:
            if rule.then == weight:
                yield from _rule(rule)


def _questions(questions: "Iterable[Question]") -> Lines:
    topic = ""
    for question in questions:
        if question.topic != topic:
            topic = question.topic
            yield from ("", f"**{topic}**", "", "| id | question | answer |", "| --- | --- | --- |")
        only = " and ".join(meant(key, test) for key, test in question.ask_if.items())
        asked = _cell(f"{question.ask} {question.hint}".strip()) + (f"<br>*only if {only}*" if only else "")
        options = "<br>".join(f"`{option.id}` {_cell(option.words)}" for option in question.options)
        yield f"| `{question.id}` | {asked} | {options or wanted(question)} |"


def _rule(rule: "Rule") -> Lines:
    when = " and ".join(meant(key, test) for key, test in rule.when.items())
    ends = f" Ends: {rule.ends}." if rule.ends else ""
    yield from ("", f"#### `{rule.id}`", "", f"**{rule.say}**{ends}", "", f"- When {when}.")
    yield f"- Tell them: {rule.tell}"
    yield f"- {_why(rule.basis, rule.sources)}"
    if rule.override:
        yield f"- May be overridden, with a reason, by: {', '.join(rule.override)}."
    yield from _positions(rule.position, rule.choice)


def _positions(positions: "tuple[Position, ...]", choice: str) -> Lines:
    if positions:
        yield "- Sources disagree:"
    for one in positions:
        keys = ", ".join(f"{source.key} ({source.grade})" for source in one.sources)
        chosen = "**followed here:** " if one.chosen else ""
        yield f"  - {chosen}{one.says}" + (f" ({keys})" if keys else "")
    if choice:
        yield f"- Why this way: {choice}"


def _plan(protocol: "Protocol") -> Lines:
    planning = protocol.plan
    yield "## Plan"
    yield from _reviewed(planning)
    yield "### Concerns"
    for concern in planning.concern:
        yield from ("", f"#### {concern.name} (`{concern.id}`)", "", concern.tell, "")
        course = f"{concern.sessions} sessions, {concern.interval_days} days apart"
        yield f"- {course}; judged {concern.judge_after_days} days after the last."
        yield f"- Measures that speak of it: {', '.join(concern.measures) or 'none yet'}."
        yield f"- {_why(concern.basis, concern.sources)}"
        yield from _positions(concern.position, concern.choice)
    yield from ("", "### Techniques", "")
    yield "| concern | zones | set depth (mm) | passes | endpoint | basis |"
    yield "| --- | --- | ---: | ---: | --- | --- |"
    for one in planning.technique:
        where = f"{one.concern} | {', '.join(one.zones)}"
        yield f"| {where} | {one.depth_mm:g} | {one.passes} | {_cell(one.endpoint)} | {_brief(one)} |"
    glide, visit = planning.glide, planning.visit
    yield from ("", "### Assumed of the hand and the visit", "")
    hand = f"Glide {glide.speed_cm_per_s:g} cm/s, footprint {glide.width_cm:g} cm wide"
    yield f"- {hand}: {glide.says} *{_why(glide.basis, glide.sources)}*"
    yield (
        f"- Preparation {visit.preparation_min:g} min, numbing {visit.anaesthetic_min:g} min from a set "
        f"depth of {visit.anaesthetic_from_mm:g} mm, aftercare {visit.aftercare_min:g} min: {visit.says} "
        f"*{_why(visit.basis, visit.sources)}*"
    )
    yield from ("", "### Notes on some plans", "")
    for note in planning.note:
        yield f"- `{note.id}`{_scope(note)}: {note.say} *{_why(note.basis, note.sources)}*"
    yield ""
    yield from _devices(protocol)
    yield ""
    yield from _zones(protocol)


def _scope(note: Any) -> str:
    """For whom a note is meant, in brackets."""
    parts = [", ".join(part) for part in (note.concerns, note.zones, note.skin_types) if part]
    parts += [f"from {note.from_mm:g} mm"] if note.from_mm is not None else []
    return f" ({'; '.join(parts)})" if parts else ""


def _devices(protocol: "Protocol") -> Lines:
    yield "### Devices"
    yield from _reviewed(protocol.devices)
    for device in protocol.devices.device:
        yield from _device(device)


def _device(device: "Device") -> Lines:
    yield from ("", f"#### {device.name} (`{device.id}`)", "")
    low, high = device.range_mm
    rate = "not stated: read it off the handpiece"
    if device.strokes_per_s:
        slow, fast = device.strokes_per_s
        rate = f"{slow:g}/s" if slow == fast else f"{slow:g} to {fast:g}/s"
    yield f"- {device.maker}; {device.needles} needles, {low:g} to {high:g} mm, strokes {rate}."
    yield f"- Deepest setting evaluated: {device.evaluated_mm:g} mm. {device.evaluated_says}"
    if device.step_mm:
        yield f"- Steps of {device.step_mm:g} mm."
    if device.tolerance_mm:
        yield f"- Tolerance ±{device.tolerance_mm:g} mm."
    if device.note:
        yield f"- {device.note}"
    yield f"- {_why(device.basis, device.sources)}"
    if not device.indication:
        yield "- No label line was found: every use is outside the label."
    for line in device.indication:
        types = ", ".join(line.skin_types)
        keys = ", ".join(source.key for source in line.sources)
        where = f"{line.concern} on {', '.join(line.zones)}"
        yield f"- Label: {where}; skin types {types}; from {line.age_from} years. {line.says} ({keys})"


def _zones(protocol: "Protocol") -> Lines:
    yield "### Zones"
    yield from _reviewed(protocol.zones)
    yield from (
        "",
        "| zone | area (cm²) | wall (mm) | why | mean skin (mm) |",
        "| --- | ---: | ---: | --- | --- |",
    )
    for zone in protocol.zones.zone:
        skin = (
            ", ".join(f"{sex} {thick.total_mm:.2f}" for sex, thick in zone.thickness.items()) or "no source"
        )
        why = f"{_cell(zone.cap_says)} {_brief(zone)}"
        yield f"| {zone.name} (`{zone.id}`) | {zone.area_cm2:g} | {zone.cap_mm:g} | {why} | {skin} |"
    for zone in protocol.zones.zone:
        if zone.position:
            yield from ("", f"**{zone.name}**", "")
            yield from _positions(zone.position, zone.choice)
    if protocol.zones.excluded:
        yield from ("", "Never needled:", "")
    for one in protocol.zones.excluded:
        yield f"- **{one.name}**: {one.say} *{_why(one.basis, one.sources)}*"
    yield from ("", "### Places and licences")
    yield from _reviewed(protocol.places)
    for place in protocol.places.place:
        wall = f", wall {place.cap_mm:g} mm" if place.cap_mm is not None else ""
        may = "" if place.may_needle else ", no needling"
        why = _why(place.basis, place.sources)
        yield f"- **{place.name}** (`{place.id}`{wall}{may}): {place.says} *{why}*"


def _treat(protocol: "Protocol") -> Lines:
    yield "## Treat"
    yield from _reviewed(protocol.treat)
    yield from ("### Checklist before the first pass", "")
    for check in protocol.treat.check:
        yield f"1. {check.say} *{_why(check.basis, check.sources)}*"
    yield from ("", "### On open channels", "", "| product | | why | basis |", "| --- | --- | --- | --- |")
    for one in protocol.treat.topical:
        word = "allowed" if one.allowed else "**barred**"
        yield f"| {one.name} | {word} | {_cell(one.say)} | {_brief(one)} |"


def _recover(protocol: "Protocol") -> Lines:
    recover = protocol.recover
    yield "## Recover"
    yield from _reviewed(recover)
    yield f"Next session no sooner than {recover.next_session_days} days after the last."
    yield from ("", "### What to do and what to leave alone")
    for hold in recover.hold:
        yield from _hold(hold)
    yield from ("", "### What is normal", "")
    for one in sorted(recover.expect, key=lambda rule: rule.from_h):
        when = _span(one.from_h, one.until_h)
        yield f"- **{one.title}** ({when}): {one.tell} *{_why(one.basis, one.sources)}*"
    yield from (
        "",
        "Redness is expected to be gone:",
        "",
        "| set depth up to (mm) | by | basis |",
        "| ---: | --- | --- |",
    )
    for step in recover.redness:
        yield f"| {step.up_to_mm:g} | {_hours(step.gone_by_h)} | {_brief(step)} |"
    yield from ("", "### Check-in")
    yield from _questions(recover.question)
    yield from ("", "| calls for | what is said |", "| --- | --- |")
    for name in ("expected", "self_care", "call_today", "urgent", "emergency"):
        yield f"| {name.replace('_', '-')} | {_cell(getattr(recover.words, name))} |"
    for flag in recover.flag:
        yield from _flag(flag)


def _hold(hold: "HoldRule") -> Lines:
    yield from (
        "",
        f"#### {hold.title} (`{hold.id}`)",
        "",
        hold.tell,
        "",
        f"- {_span(hold.from_h, hold.until_h)}.",
    )
    for longer in hold.longer:
        for_whom = [
            f"from {longer.from_mm:g} mm" if longer.from_mm is not None else "",
            f"above {longer.above_mm:g} mm" if longer.above_mm is not None else "",
            f"skin types {', '.join(longer.skin_types)}" if longer.skin_types else "",
        ]
        yield f"- Until {_hours(longer.until_h)}: {', '.join(part for part in for_whom if part)}."
    yield f"- {_why(hold.basis, hold.sources)}"
    yield from _positions(hold.position, hold.choice)


def _flag(flag: "Flag") -> Lines:
    when = " and ".join(meant(key, test) for key, test in flag.when.items())
    yield from ("", f"#### `{flag.id}`: {flag.urgency}", "", f"**{flag.say}**", "", f"- When {when}.")
    yield f"- Tell them: {flag.tell}"
    yield f"- {_why(flag.basis, flag.sources)}"


def _measure(protocol: "Protocol") -> Lines:
    yield "## Measure"
    yield from _reviewed(protocol.measure)
    yield "What each measure is, and how it misleads, stands in [measures.md](measures.md). Its noise in this"
    yield "edition:"
    yield ""
    yield from _noises(protocol.measure.noise.values())


def _noises(noises: "Iterable[Noise]") -> Lines:
    yield "| measure | noise of one reading | degrees of freedom | better | what that tells | basis |"
    yield "| --- | ---: | ---: | --- | --- | --- |"
    for one in noises:
        numbers = f"{one.sd:g} | {one.freedom:g} | {one.better}"
        yield f"| {one.title} (`{one.measure}`) | {numbers} | {_cell(one.tells)} | {_brief(one)} |"


def _learn(protocol: "Protocol") -> Lines:
    yield "## Learn"
    yield from _reviewed(protocol.learn)
    yield from ("Published results beside which a clinic's own courses are read:", "")
    yield from ("| concern | study | people | result | sources |", "| --- | --- | ---: | --- | --- |")
    for one in protocol.learn.trial:
        yield f"| {one.concern} | {_cell(one.design)} | {one.people} | {_cell(one.result)} | {_brief(one)} |"


def _sources(protocol: "Protocol") -> Lines:
    yield "## Sources"
    yield from ("", "| key | grade | source | read |", "| --- | --- | --- | --- |")
    for source in sorted(protocol.sources.values(), key=lambda one: one.key):
        named = " ".join(
            f"{part}." for part in (source.authors, source.title, source.published, source.id) if part
        )
        yield f"| {source.key} | {source.grade} | {_cell(named.replace('..', '.'))} | {source.seen} |"


# ── the measures ─────────────────────────────────────────────────────────────────────────────────────


def measures(entries: "Iterable[Measure]", knowledge: "Protocol", *, mend: str) -> Lines:
    """Every measure there is: definition, formula, unit, sources, noise, and how it misleads."""
    yield from ("# Measures", "")
    yield f"<!-- Generated from imaging/catalogue.py and protocol/default/measure.toml by: {mend} -->"
    yield ""
    yield "Each measure reads the same places of an aligned pair in both photographs. A change counts only"
    yield "when it is larger than the noise of the measure on unchanged skin: *no detectable change* is an"
    yield "answer."
    for one in entries:
        yield from ("", f"## {one.title} (`{one.id}`)", "", one.definition, "")
        yield f"- Formula: `{one.formula}`"
        relative = f"; {one.unit_relative} where the scale of the photograph is not known"
        yield f"- Unit: {one.unit}{relative if one.unit_relative != one.unit else ''}."
        yield f"- Better is {one.better}."
        yield f"- Example: {one.example}"
        yield f"- How it misleads: {one.misleads}"
        yield f"- Sources: {'; '.join(one.sources)}."
        noise = knowledge.measure.noise.get(one.id)
        if noise:
            size = f"{noise.sd:g} ({noise.freedom:g} degrees of freedom)"
            yield f"- Noise in edition `{knowledge.edition.mark}`: {size}. {noise.tells}"


# ── small words ──────────────────────────────────────────────────────────────────────────────────────


def _reviewed(part: Any) -> Lines:
    yield from (
        "",
        f"Review: {part.reviewed.by}, {part.reviewed.on}; due again {part.reviewed.again}.",
        "",
    )


def _why(basis: str, sources: "Iterable[Citation]") -> str:
    """`Cited: SKINPEN-CONSENT (A, part).`"""
    named = ", ".join(f"{one.key} ({one.grade}, {one.seen})" for one in sources)
    return f"{basis.capitalize()}: {named}." if named else f"{basis.capitalize()}."


def _brief(entry: Any) -> str:
    keys = ", ".join(f"{one.key} ({one.grade})" for one in entry.sources)
    return f"*{entry.basis}*" + (f" {keys}" if keys else "")


def _cell(text: str) -> str:
    """Text that fits a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def _span(from_h: float, until_h: float) -> str:
    start = "from the last pass" if from_h == 0 else f"from {_hours(from_h)}"
    return f"{start} until {_hours(until_h)}"


def _hours(hours: float) -> str:
    """`12 h`, `3 days`: whole days from two days on."""
    return f"{hours / 24:g} days" if hours >= 48 and hours % 24 == 0 else f"{hours:g} h"

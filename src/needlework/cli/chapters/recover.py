"""Is healing on its way? Timetable, phases, how long skin stays open, harms, check-ins, what to keep."""

from typing import TYPE_CHECKING

from needlework.cli.chapters.words import (
    Lines,
    brief,
    ends,
    hours,
    keys,
    positions,
    questions,
    reviewed,
    span,
    table,
    why,
)
from needlework.cli.screen import meant

if TYPE_CHECKING:
    from needlework.protocol.schema.protocol import Protocol
    from needlework.protocol.schema.recover import Closure, Flag, Harm, HoldRule, Longer, Recovering


def chapter(protocol: "Protocol") -> Lines:
    recover = protocol.recover
    yield "## Recover"
    yield from reviewed(recover)
    yield f"Next session no sooner than {recover.next_session_days} days after the last."
    yield from ("", "### What to do and what to leave alone")
    for hold in recover.hold:
        yield from _hold(hold)
    yield from ("", "### What is normal", "")
    yield from _normal(recover)
    yield from ("", "### Phases of healing")
    for phase in recover.phase:
        when = f"day {phase.from_days:g} to {phase.until_days:g}"
        yield from ("", f"#### {phase.title} (`{phase.id}`, {when})", "", f"- {phase.say}")
        yield f"- Tell them: {phase.tell}"
        yield f"- {why(phase.basis, phase.sources)}"
        yield from positions(phase.position, phase.choice)
    yield from ("", "### How long needled skin stays open", "")
    yield from _closures(recover.closure)
    yield from ("", "### What can go wrong")
    for harm in recover.harm:
        yield from _harm(harm)
    yield from ("", "### Check-in")
    yield from questions(recover.question)
    yield from ("", "| calls for | what is said |", "| --- | --- |")
    for name in ("expected", "self_care", "call_today", "urgent", "emergency"):
        yield f"| {name.replace('_', '-')} | {getattr(recover.words, name)} |"
    yield from ("", "### What an answer calls for")
    for flag in recover.flag:
        yield from _flag(flag)
    yield from ("", "### What a record must hold for years", "")
    for one in recover.look_back:
        yield f"- `{one.id}`: {one.say} *{why(one.basis, one.sources)}*"


def _hold(hold: "HoldRule") -> Lines:
    yield from ("", f"#### {hold.title} (`{hold.id}`)", "", hold.tell, "")
    yield f"- {span(hold.from_h, hold.until_h)}."
    for longer in hold.longer:
        yield f"- Until {hours(longer.until_h)}: {_for_whom(longer)}."
    yield f"- {why(hold.basis, hold.sources)}"
    yield from positions(hold.position, hold.choice)


def _for_whom(longer: "Longer") -> str:
    return ", ".join(
        part
        for part in (
            f"from {longer.from_mm:g} mm" if longer.from_mm is not None else "",
            f"above {longer.above_mm:g} mm" if longer.above_mm is not None else "",
            f"skin types {', '.join(longer.skin_types)}" if longer.skin_types else "",
            f"skin measured darker than an ITA of {longer.ita_below_deg:g}°"
            if longer.ita_below_deg is not None
            else "",
        )
        if part
    )


def _normal(recover: "Recovering") -> Lines:
    for one in sorted(recover.expect, key=lambda rule: rule.from_h):
        when = span(one.from_h, one.until_h)
        yield f"- **{one.title}** ({when}): {one.tell} *{why(one.basis, one.sources)}*"
    yield from ("", "Redness is expected to be gone:", "")
    rows = [
        (f"{step.up_to_mm:g}", hours(step.soonest_h), hours(step.gone_by_h), brief(step))
        for step in recover.redness
    ]
    yield from table(
        ("set depth up to (mm)", "at the soonest", "by", "basis"), rows, right=("set depth up to (mm)",)
    )


def _closures(closures: "tuple[Closure, ...]") -> Lines:
    """Every measurement, side by side: they do not agree, and are not averaged."""
    for shows, what in (("barrier", "The barrier against water"), ("channels", "The channels themselves")):
        some = [one for one in closures if one.shows == shows and one.method != "assertion"]
        if not some:
            continue
        shortest, longest = min(one.hours[0] for one in some), max(one.hours[1] for one in some)
        open_ = sum(one.still_open for one in some)
        tail = f"; {open_} still found it open at the last look" if open_ else ""
        yield f"- {what}: {len(some)} measurements, from {shortest:g} to {longest:g} h{tail}."
    if said := [one.id for one in closures if one.method == "assertion"]:
        yield f"- Said and not measured: {', '.join(f'`{id_}`' for id_ in said)}."
    yield from (
        "",
        "The methods see different things and the skins differ, so this is a range and never one number.",
        "",
    )
    heads = (
        "measurement",
        "method",
        "sees",
        "where",
        "needle (mm)",
        "covered",
        "people",
        "by (h)",
        "",
        "basis",
    )
    yield from table(heads, map(_closure, closures), right=("people",))


def _closure(one: "Closure") -> tuple[str, ...]:
    seen = f"open at {one.hours[1]:g}" if one.still_open else ends(one.hours)
    return (
        f"`{one.id}`{', darker skin' if one.darker else ''}",
        one.method,
        one.shows,
        ", ".join(one.where) or "not stated",
        ends(one.needle_mm, otherwise="not stated"),
        {True: "yes", False: "no", None: "not stated"}[one.covered],
        str(one.people or "not stated"),
        seen,
        one.say,
        brief(one),
    )


def _harm(harm: "Harm") -> Lines:
    yield from ("", f"#### {harm.title} (`{harm.id}`)", "", f"**{harm.say}**", "")
    yield f"- Begins: {harm.onset}"
    yield f"- Do: {harm.action}"
    yield f"- Tell them: {harm.tell}"
    yield f"- {why(harm.basis, harm.sources)}"
    yield "- How often:"
    for rate in harm.rate:
        chosen = "**warned of here:** " if rate.chosen else ""
        yield f"  - {chosen}{rate.says} ({keys(rate.sources)})"


def _flag(flag: "Flag") -> Lines:
    when = " and ".join(meant(key, test) for key, test in flag.when.items())
    yield from ("", f"#### `{flag.id}`: {flag.urgency}", "", f"**{flag.say}**", "", f"- When {when}.")
    yield f"- Tell them: {flag.tell}"
    yield f"- {why(flag.basis, flag.sources)}"

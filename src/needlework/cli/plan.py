"""needlework plan: which course, how deep, how often?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from needlework.cli import answers, options, tell
from needlework.cli.options import AsJson, On

if TYPE_CHECKING:
    from collections.abc import Mapping

    from needlework.records.plan import Alternative, Changes, Goals, Judged, Note, Plan, Review
    from needlework.records.screen import Verdict
    from needlework.records.why import Reason


def plan(
    file: Annotated[
        Path, typer.Argument(metavar="ANSWERS.toml", help="Answers by question, or - for standard input.")
    ],
    concern: Annotated[
        list[str], typer.Option("--concern", metavar="ID", help="A concern; repeat for more.")
    ],
    zone: Annotated[list[str], typer.Option("--zone", metavar="ID", help="A zone; repeat for more.")],
    device: Annotated[
        str | None, typer.Option("--device", metavar="ID", help="The device, by its id; or use --compare.")
    ] = None,
    place: Annotated[
        str, typer.Option("--place", metavar="ID", help="What the licence allows where it is done.")
    ] = "clinician",
    depth: Annotated[
        list[str] | None,
        typer.Option("--depth", metavar="ZONE=MM", help="A set depth asked for; capped by the lowest wall."),
    ] = None,
    area: Annotated[
        list[str] | None,
        typer.Option("--area", metavar="ZONE=CM2", help="An area measured on this person."),
    ] = None,
    passes: Annotated[
        list[str] | None,
        typer.Option("--passes", metavar="ZONE=N", help="Passes other than proposed; says what they need."),
    ] = None,
    sessions: Annotated[
        int | None,
        typer.Option("--sessions", metavar="N", max=9999, help="Sessions other than proposed."),
    ] = None,
    interval_days: Annotated[
        int | None,
        typer.Option("--interval-days", metavar="DAYS", max=9999, help="Days between sessions."),
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Set every device side by side instead, for the same goals.")
    ] = False,
    on: On = None,
    notes: Annotated[bool, typer.Option("--notes", help="Say what goes with every plan as well.")] = False,
    json: AsJson = False,
) -> None:
    """Propose a course: set depth and its wall in each zone, passes, sessions, minutes, recovery."""
    from needlework.loop import plan as stage
    from needlework.loop import screen
    from needlework.protocol import load
    from needlework.records.plan import Changes, Goals
    from needlework.records.why import Refusal

    depth_mm = options.by_zone(depth or [], option="--depth")
    area_cm2 = options.by_zone(area or [], option="--area")
    changes = Changes(passes=_counts(passes or []), sessions=sessions, interval_days=interval_days)
    _usage(device, changes, compare=compare)
    protocol = load.default()
    goals = Goals(options.listed(concern), options.listed(zone), device or "", place, area_cm2, depth_mm)
    today = on or options.today()
    given = answers.read(file, protocol.screen, on=today)
    if isinstance(given, Refusal):
        raise tell.refused(given.reasons, file=str(file), json=json)
    verdict = screen.assess(given, protocol.screen, on=today)
    elsewhere = _elsewhere(goals, changes)
    person = screen.person(given)
    if isinstance(person, Refusal):
        against = (*person.reasons, *stage.barred(goals, verdict), *elsewhere)
        raise tell.refused(against, file=str(file), json=json)
    if compare:
        _compared(stage.compare(goals, person, protocol, verdict), verdict, elsewhere, json=json)
        return None if json else tell.standing(protocol.edition)
    proposed = stage.propose(goals, person, protocol, verdict)
    if isinstance(proposed, Refusal) or elsewhere:
        reasons = proposed.reasons if isinstance(proposed, Refusal) else ()
        raise tell.refused((*reasons, *elsewhere), json=json)
    review = stage.weigh(proposed, changes, protocol)
    if review.plan is None:
        raise tell.refused(_refusals(review), json=json)
    if json:
        return tell.as_json(_shape(review.plan, review, verdict))
    _lines(review.plan, review, verdict, every=notes)
    return tell.standing(protocol.edition)


# ── what was asked ───────────────────────────────────────────────────────────────────────────────────


def _counts(words: list[str]) -> dict[str, int]:
    """`ZONE=N`, N a whole number."""
    found = options.by_zone(words, option="--passes")
    for zone, number in found.items():
        if not number.is_integer():
            raise typer.BadParameter(f"{zone}={number:g}: passes are counted, write --passes {zone}=3.")
    return {zone: int(number) for zone, number in found.items()}


def _usage(device: str | None, changes: "Changes", *, compare: bool) -> None:
    from needlework.records.plan import Changes

    if device is None and not compare:
        raise typer.BadParameter("name a device with --device, or set them side by side with --compare.")
    if compare and changes != Changes():
        raise typer.BadParameter("--compare shows what is proposed: leave out passes, sessions and interval.")


def _elsewhere(goals: "Goals", changes: "Changes") -> "tuple[Reason, ...]":
    """Numbers for a zone that is not planned: left unsaid, they would look as if they counted."""
    from needlework.records.why import Reason

    given: list[tuple[str, Mapping[str, float]]] = [
        ("depth", goals.depth_mm),
        ("area", goals.area_cm2),
        ("passes", changes.passes),
    ]
    return tuple(
        Reason(
            option, f"names {zone!r}, which is not among the zones.", f"Add --zone {zone}, or leave it out."
        )
        for option, numbers in given
        for zone in numbers
        if zone not in goals.zones
    )


def _refusals(review: "Review") -> "tuple[Reason, ...]":
    """The changes that nobody may make; what to do stands in their sentence."""
    from needlework.records.plan import Weight
    from needlework.records.why import Reason

    return tuple(
        Reason(one.key, one.breaks, "Leave it as proposed.")
        for one in review.judged
        if one.weight is Weight.REFUSED
    )


# ── one plan ─────────────────────────────────────────────────────────────────────────────────────────


def _shape(planned: "Plan", review: "Review", verdict: "Verdict") -> tell.Shape:
    """The plan, the screening that it stands on, and what each change of the proposal needs."""
    import msgspec

    return {
        **msgspec.to_builtins(planned),
        "minutes_total": planned.minutes.total,
        "screening": _screening(verdict),
        "review": {"weight": review.weight.word, "judged": msgspec.to_builtins(review.judged)},
    }


def _screening(verdict: "Verdict") -> tell.Shape:
    return {
        "outcome": verdict.outcome.word,
        "until": verdict.until,
        "off_label": verdict.off_label,
        "findings": [one.rule for one in verdict.findings],
    }


def _lines(planned: "Plan", review: "Review", verdict: "Verdict", *, every: bool) -> None:
    here = _here(verdict, tuple(zone.zone for zone in planned.zones))
    tell.say(tell.headline(here))
    tell.by_zone(here)
    tell.say(
        f"{planned.device_name} for {', '.join(planned.concerns)}: {planned.sessions} "
        f"{'session' if planned.sessions == 1 else 'sessions'}, {planned.interval_days} days apart. "
        f"Judge the outcome {planned.judge_after_days} days after the last."
    )
    if planned.led_by != "practitioner":
        tell.say(f"! To be led by a {planned.led_by}.")
    minutes = planned.minutes
    tell.say(
        f"A visit takes about {minutes.total:.0f} min: needling {minutes.needling:g}, preparation "
        f"{minutes.preparation:g}, numbing {minutes.anaesthetic:g}, aftercare {minutes.aftercare:g}. "
        f"Redness for about {planned.recovery_days} {'day' if planned.recovery_days == 1 else 'days'}."
    )
    tell.say()
    names = {zone.zone: zone.name for zone in planned.zones}
    for one in review.judged:
        _change(one, names)
    if review.judged:
        tell.say()
    _zones(planned)
    for why in planned.off_label:
        tell.say(f"! Outside the label: {why}", hang=2)
    for note in sorted(planned.notes, key=lambda note: not note.id.startswith("limits-")):
        if every or not note.general:
            _note(note)
    if not every and (count := sum(note.general for note in planned.notes)):
        tell.say(f"{count} notes that go with every plan: --notes")


def _here(verdict: "Verdict", zones: "tuple[str, ...]") -> "Verdict":
    """The verdict for these zones alone: a filler in the chin holds up no forehead."""
    from dataclasses import replace

    from needlework.records.screen import Outcome, last_day

    findings = tuple(one for one in verdict.findings if not one.zones or not set(one.zones).isdisjoint(zones))
    return replace(
        verdict,
        outcome=max((one.outcome for one in findings), default=Outcome.CLEAR),
        until=last_day(findings),
        off_label=any(one.off_label for one in findings),
        findings=findings,
        zones=zones,
    )


def _change(one: "Judged", names: "Mapping[str, str]") -> None:
    """One change of the proposal, and what it needs."""
    zone, dot, what = one.key.partition(".")
    words = (what if dot else zone).replace("-", " ").removesuffix(" mm").removesuffix(" cm2")
    where = f"{names.get(zone, zone)}, {words}" if dot else words.capitalize()
    needs = "needs a reason" + (f", by: {', '.join(one.roles)}" if one.roles else "")
    mark, weight = ("!", needs) if one.weight.word == "reason" else ("✓", "free")
    keys = ", ".join(source.key for source in one.sources)
    why = f". {one.breaks}" + (f" ({keys})" if keys else "") if one.breaks else ""
    tell.say(f"{mark} {where}: {one.before:g} → {one.after:g}, {weight}{why}", hang=2)


def _zones(planned: "Plan") -> None:
    """The zones as a table, then what stands behind each wall that was met."""
    tell.table(
        ("zone", "set depth", "wall", "passes", "per cm²", "area", "needling"),
        [
            (
                zone.name,
                f"{zone.set_depth_mm:.2f} mm",
                f"{zone.wall.name} {zone.wall.limit_mm:g} mm",
                str(zone.passes),
                "read off" if zone.target_per_cm2 is None else tell.number(zone.target_per_cm2),
                f"{zone.area_cm2:g} cm²",
                f"{zone.needling_s / 60:.1f} min",
            )
            for zone in planned.zones
        ],
        right=frozenset({1, 3, 4, 5, 6}),
    )
    tell.say()
    for wall in dict.fromkeys(zone.wall for zone in planned.zones):
        why = ", ".join(source.key for source in wall.sources) or "house"
        tell.say(f"· {wall.name} {wall.limit_mm:g} mm: {wall.says} ({why})", hang=2)
    for zone in planned.zones:
        lines = f"; lines {', '.join(zone.directions)}" if zone.directions else ""
        tell.say(f"· {zone.name}: stop at {zone.endpoint[:1].lower()}{zone.endpoint[1:]}{lines}", hang=2)
        for note in zone.notes:
            tell.say(f"! {zone.name}: {note}", hang=2)


def _note(note: "Note") -> None:
    """A sentence with its sources by key and grade; the handbook has their titles."""
    mark, limits = ("!", "Limits of the evidence: ") if note.id.startswith("limits-") else ("·", "")
    keys = ", ".join(f"{source.key} {source.grade}" for source in note.sources)
    tell.say(f"{mark} {limits}{note.say} ({note.basis}{f': {keys}' if keys else ''})", hang=2)


# ── every device ─────────────────────────────────────────────────────────────────────────────────────


def _compared(
    found: "tuple[Alternative, ...]", verdict: "Verdict", elsewhere: "tuple[Reason, ...]", *, json: bool
) -> None:
    """Every device that gives a plan, zone by zone; below it why the others give none."""
    import msgspec

    if elsewhere or not any(one.plan for one in found):
        reasons = dict.fromkeys(reason for one in found for reason in one.reasons)
        raise tell.refused((*reasons, *elsewhere), json=json)
    if json:
        return tell.as_json({"alternatives": msgspec.to_builtins(found), "screening": _screening(verdict)})
    zones = tuple(zone.zone for one in found if one.plan for zone in one.plan.zones)
    here = _here(verdict, tuple(dict.fromkeys(zones)))
    tell.say(tell.headline(here))
    tell.by_zone(here)
    tell.say()
    tell.table(
        ("device", "zone", "set depth", "wall", "per cm²", "needling", "label"),
        [row for one in found if one.plan for row in _rows(one, one.plan)],
        right=frozenset({2, 4, 5}),
    )
    tell.say()
    for one in found:
        for reason in one.reasons:
            tell.say(f"✕ {one.device_name}: {reason.key}: {reason.problem} {reason.do}", hang=2)
    tell.say(
        "Cleared and on label first, then the fewest walls met, then the shortest needling. First is not "
        "best: nothing here knows what a device achieves."
    )
    return None


def _rows(one: "Alternative", planned: "Plan") -> "list[tuple[str, ...]]":
    """One line a zone, the device named on the first."""
    label = "outside" if planned.off_label else "on label"
    rows = [
        (
            zone.name,
            f"{zone.set_depth_mm:.2f} mm",
            zone.wall.name,
            "read off" if zone.target_per_cm2 is None else tell.number(zone.target_per_cm2),
            f"{zone.needling_s / 60:.1f} min",
        )
        for zone in planned.zones
    ]
    named = [(one.device_name, label if one.cleared else "not cleared"), *[("", "")] * (len(rows) - 1)]
    return [(name, *row, word) for (name, word), row in zip(named, rows, strict=True)]

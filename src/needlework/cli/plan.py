"""needlework plan: which course, how deep, how often?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from needlework.cli import answers, options, tell
from needlework.cli.options import AsJson, On

if TYPE_CHECKING:
    from needlework.records import Goals, Plan, Reason, Verdict


def plan(
    file: Annotated[
        Path, typer.Argument(metavar="ANSWERS.toml", help="Answers by question, or - for standard input.")
    ],
    device: Annotated[str, typer.Option("--device", metavar="ID", help="The device, by its id.")],
    concern: Annotated[
        list[str], typer.Option("--concern", metavar="ID", help="A concern; repeat for more.")
    ],
    zone: Annotated[list[str], typer.Option("--zone", metavar="ID", help="A zone; repeat for more.")],
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
    on: On = None,
    json: AsJson = False,
) -> None:
    """Propose a course: set depth and its wall in each zone, passes, sessions, minutes, recovery."""
    from needlework.loop import plan as stage
    from needlework.loop import screen
    from needlework.protocol import load
    from needlework.records import Goals, Refusal

    depth_mm = options.by_zone(depth or [], option="--depth")
    area_cm2 = options.by_zone(area or [], option="--area")
    protocol = load.default()
    goals = Goals(options.listed(concern), options.listed(zone), device, place, area_cm2, depth_mm)
    today = on or options.today()
    given = answers.read(file, protocol.screen, on=today)
    if isinstance(given, Refusal):
        raise tell.refused(given.reasons, file=str(file), json=json)
    verdict = screen.assess(given, protocol.screen, on=today)
    against = (*_against(verdict), *_elsewhere(goals))
    person = screen.person(given)
    if isinstance(person, Refusal):
        raise tell.refused((*person.reasons, *against), file=str(file), json=json)
    proposed = stage.propose(goals, person, protocol)
    if isinstance(proposed, Refusal) or against:
        reasons = proposed.reasons if isinstance(proposed, Refusal) else ()
        raise tell.refused((*against, *reasons), json=json)
    if json:
        return tell.as_json(_shape(proposed, verdict))
    _lines(proposed, verdict)
    return tell.standing(protocol.edition)


def _against(verdict: "Verdict") -> "tuple[Reason, ...]":
    """What no plan may pass: nobody can override an absolute finding."""
    from needlework.records import Outcome, Reason

    return tuple(
        Reason(one.rule, one.say, "No course is proposed while this stands.")
        for one in verdict.findings
        if one.outcome is Outcome.ABSOLUTE
    )


def _elsewhere(goals: "Goals") -> "tuple[Reason, ...]":
    """Numbers for a zone that is not planned: left unsaid, they would look as if they counted."""
    from needlework.records import Reason

    return tuple(
        Reason(
            option, f"names {zone!r}, which is not among the zones.", f"Add --zone {zone}, or leave it out."
        )
        for option, given in (("depth", goals.depth_mm), ("area", goals.area_cm2))
        for zone in given
        if zone not in goals.zones
    )


def _shape(proposed: "Plan", verdict: "Verdict") -> tell.Shape:
    """The plan, and the screening that it stands on."""
    import msgspec

    return {
        **msgspec.to_builtins(proposed),
        "minutes_total": proposed.minutes.total,
        "screening": {
            "outcome": verdict.outcome.word,
            "until": verdict.until,
            "off_label": verdict.off_label,
            "findings": [one.rule for one in verdict.findings],
        },
    }


def _lines(proposed: "Plan", verdict: "Verdict") -> None:
    tell.say(tell.headline(verdict))
    tell.say(
        f"{proposed.device_name} for {', '.join(proposed.concerns)}: {proposed.sessions} "
        f"{'session' if proposed.sessions == 1 else 'sessions'}, {proposed.interval_days} days apart. "
        f"Judge the outcome {proposed.judge_after_days} days after the last."
    )
    minutes = proposed.minutes
    tell.say(
        f"A visit takes about {minutes.total:.0f} min: needling {minutes.needling:g}, preparation "
        f"{minutes.preparation:g}, numbing {minutes.anaesthetic:g}, aftercare {minutes.aftercare:g}. "
        f"Redness for about {proposed.recovery_days} {'day' if proposed.recovery_days == 1 else 'days'}."
    )
    tell.say()
    _zones(proposed)
    for why in proposed.off_label:
        tell.say(f"! Outside the label: {why}", hang=2)
    for note in proposed.notes:
        tell.say(f"· {note.say} ({tell.cited(note.basis, note.sources)})", hang=2)


def _zones(proposed: "Plan") -> None:
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
            for zone in proposed.zones
        ],
        right=frozenset({1, 3, 4, 5, 6}),
    )
    tell.say()
    for wall in dict.fromkeys(zone.wall for zone in proposed.zones):
        why = ", ".join(source.key for source in wall.sources) or "house"
        tell.say(f"· {wall.name} {wall.limit_mm:g} mm: {wall.says} ({why})", hang=2)
    for zone in proposed.zones:
        tell.say(f"· {zone.name}: stop at {zone.endpoint[:1].lower()}{zone.endpoint[1:]}", hang=2)
        for note in zone.notes:
            tell.say(f"! {zone.name}: {note}", hang=2)

"""How values become lines of text, or JSON."""

import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from needlework.protocol.schema.edition import Edition
    from needlework.records.measure import Change
    from needlework.records.screen import Finding, Verdict
    from needlework.records.why import Citation, Position, Reason

MARKS = {"clear": "✓", "caution": "!", "defer": "◷", "absolute": "✕"}
WIDEST = 100
BAR = 41
"""Columns of a change bar; odd, so that zero can stand in the middle."""


# ── the two ways out ─────────────────────────────────────────────────────────────────────────────────


def as_json(value: object) -> None:
    """A record, or anything made of records, as JSON on stdout."""
    import msgspec

    encoded = msgspec.json.encode(value)
    typer.echo(msgspec.json.format(encoded, indent=2).decode())


def refused(reasons: Iterable["Reason"], *, file: str = "", json: bool = False) -> typer.Exit:
    """Say why not: to stderr for people, to stdout as JSON. Raise what this returns."""
    return refused_files([(file, reasons)], json=json)


def refused_files(files: Iterable[tuple[str, Iterable["Reason"]]], *, json: bool = False) -> typer.Exit:
    """The same for reasons that lie in several files."""
    named = [
        ({"file": file} if file else {}) | {"key": one.key, "problem": one.problem, "do": one.do}
        for file, reasons in files
        for one in reasons
    ]
    if json:
        as_json({"refused": named})
    else:
        for one in named:
            where = ": ".join(one[key] for key in ("file", "key") if one.get(key))
            typer.echo(f"refused: {where}: {one['problem']} {one['do']}".rstrip(), err=True)
    return typer.Exit(1)


# ── lines ────────────────────────────────────────────────────────────────────────────────────────────


def width() -> int:
    return max(50, min(WIDEST, shutil.get_terminal_size((88, 24)).columns))


def say(text: str = "", *, indent: int = 0, hang: int = 0) -> None:
    """One sentence or paragraph, wrapped to the terminal."""
    typer.echo(
        textwrap.fill(
            text,
            width(),
            initial_indent=" " * indent,
            subsequent_indent=" " * (indent + hang),
            break_long_words=False,
            break_on_hyphens=False,
        )
    )


def table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], *, right: frozenset[int] = frozenset()
) -> None:
    """Columns as wide as their widest word; those in `right` hold numbers."""
    lines = [heads, *rows]
    wide = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    for line in lines:
        cells = [
            cell.rjust(wide[column]) if column in right else cell.ljust(wide[column])
            for column, cell in enumerate(line)
        ]
        typer.echo("  ".join(cells).rstrip())


def day(on: date) -> str:
    """3 Mar 2027"""
    return f"{on.day} {on:%b %Y}"


def moment(at: datetime) -> str:
    """3 Mar 2027 14:30"""
    return f"{day(at)} {at:%H:%M}"


def number(value: float, *, digits: int = 3) -> str:
    """Significant digits without an exponent, thousands with a comma."""
    if value == 0 or abs(value) >= 10**digits:
        return f"{value:,.0f}"
    shown = f"{float(f'{value:.{digits}g}'):f}"
    return shown.rstrip("0").rstrip(".")


def standing(edition: "Edition") -> None:
    """On whose knowledge all this stands."""
    say()
    say(
        f"Edition {edition.mark}, as shipped and unsigned: a medical director signs an edition in the "
        "clinic. Decision support for trained professionals."
    )


# ── why ──────────────────────────────────────────────────────────────────────────────────────────────


def cited(basis: str, sources: Iterable["Citation"]) -> str:
    """`cited: SKINPEN-CONSENT (grade A, part)`"""
    named = ", ".join(f"{one.key} (grade {one.grade}, {one.seen})" for one in sources)
    return f"{basis}: {named}" if named else basis


def positions(held: Iterable["Position"], choice: str, *, indent: int) -> None:
    """What each side of a disagreement says, and which this edition follows."""
    held = tuple(held)
    if held:
        say("Sources disagree:", indent=indent)
    for one in held:
        keys = ", ".join(f"{source.key} {source.grade}" for source in one.sources)
        until = f", until {day(one.until)}" if one.until else ""
        say(
            f"{'→' if one.chosen else '·'} {one.says}{until}" + (f" ({keys})" if keys else ""),
            indent=indent + 2,
            hang=2,
        )
    if held and choice:
        say(f"This edition follows →: {choice}", indent=indent)


# ── verdict ──────────────────────────────────────────────────────────────────────────────────────────


def headline(verdict: "Verdict") -> str:
    """The verdict in one line that can be read out."""
    word = verdict.outcome.word
    flag = " · outside the device's label" if verdict.off_label else ""
    barring = ("defer", "absolute")
    free = word in barring and any(verdict.outcome_in(zone).word not in barring for zone in verdict.zones)
    says = _meaning(verdict)
    says = f"In some zones: {says[0].lower()}{says[1:]}" if free else says
    return f"{MARKS[word]} {says}{flag}"


def _meaning(verdict: "Verdict") -> str:
    match verdict.outcome.word:
        case "clear":
            return "Clear: nothing stands in the way of treatment"
        case "caution" if any(one.to_decide for one in verdict.findings):
            return "Caution: may be treated once a prescriber has decided, with what follows in mind"
        case "caution":
            return "Caution: may be treated, with what follows in mind"
        case "defer" if verdict.until:
            return f"Wait until {day(verdict.until)}"
        case "defer":
            ends = dict.fromkeys(
                one.ends for one in verdict.findings if one.outcome is verdict.outcome and one.ends
            )
            return f"Wait {'; '.join(ends) or 'until what follows has ended'}"
        case _:
            return "Do not treat"


def by_zone(verdict: "Verdict") -> None:
    """What the verdict is in each zone, where the zones differ."""
    rows = [(zone, verdict.outcome_in(zone), verdict.until_in(zone)) for zone in verdict.zones]
    if len({(outcome, until) for _, outcome, until in rows}) > 1:
        for zone, outcome, until in rows:
            say(
                f"{MARKS[outcome.word]} {zone}: {outcome.word}{f' until {day(until)}' if until else ''}",
                indent=2,
            )


def finding(one: "Finding") -> None:
    """One finding: the sentence, when it ends, why, who may decide otherwise, what the person is told."""
    ends = f" Until {day(one.until)}." if one.until else f" {one.ends.capitalize()}." if one.ends else ""
    flag = "label: " if one.off_label else ""
    where = f"{', '.join(one.zones)}: " if one.zones else ""
    say(f"{MARKS[one.outcome.word]} {where}{flag}{one.say}{ends}", hang=2)
    say(f"{one.rule} · {cited(one.basis, one.sources)}", indent=4, hang=2)
    if one.beside:
        say(f"To be read with: {', '.join(one.beside)}; the worse of them decides.", indent=4, hang=2)
    positions(one.positions, one.choice, indent=4)
    if one.override:
        say(f"May be overridden, with a reason, by: {', '.join(one.override)}", indent=4, hang=2)
    say(f"Tell them: {one.tell}", indent=4, hang=2)


# ── change ───────────────────────────────────────────────────────────────────────────────────────────


def bar(change: "Change", *, width: int = BAR) -> str:
    """
    A change as a line: `│` zero, `░` no detectable change, `─` the interval, `●` the change.

    `░` spans the smallest detectable change on both sides, as wide as it is on the side of this change.
    """
    low, high = change.interval
    reach = max(abs(low), abs(high), abs(change.change), abs(change.smallest_detectable)) * 1.1 or 1.0
    middle = width // 2

    def column(value: float) -> int:
        return middle + round(value / reach * middle)

    cells = [" "] * width
    cells[column(-abs(change.smallest_detectable)) : column(abs(change.smallest_detectable)) + 1] = "░" * (
        column(abs(change.smallest_detectable)) - column(-abs(change.smallest_detectable)) + 1
    )
    for at in range(column(low), column(high) + 1):
        cells[at] = "─"
    cells[middle] = "│"
    cells[column(change.change)] = "●"
    return "".join(cells)


def error(words: str) -> None:
    """A line for the person at the terminal that is no part of the answer."""
    print(words, file=sys.stderr)


Shape = dict[str, Any]

"""Small words that every chapter of the handbook uses."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from needlework.cli.screen import meant, wanted

if TYPE_CHECKING:
    from needlework.protocol.schema.questions import Question
    from needlework.records.why import Citation, Position

Lines = Iterator[str]


def reviewed(part: Any) -> Lines:
    yield from (
        "",
        f"Review: {part.reviewed.by}, {part.reviewed.on}; due again {part.reviewed.again}.",
        "",
    )


def why(basis: str, sources: "Iterable[Citation]") -> str:
    """`Cited: SKINPEN-CONSENT (A, part).`"""
    named = ", ".join(f"{one.key} ({one.grade}, {one.seen})" for one in sources)
    return f"{basis.capitalize()}: {named}." if named else f"{basis.capitalize()}."


def brief(entry: Any) -> str:
    shown = keys(entry.sources)
    return f"*{entry.basis}*" + (f" {shown}" if shown else "")


def keys(sources: "Iterable[Citation]") -> str:
    """`ALAM2014 (B), GB2006 (B)`"""
    return ", ".join(f"{one.key} ({one.grade})" for one in sources)


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]], *, right: Iterable[str] = ()) -> Lines:
    """A table; the columns named in `right` hold numbers."""
    numbers = set(right)
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join('---:' if head in numbers else '---' for head in heads)} |"
    for row in rows:
        yield f"| {' | '.join(cell(one) for one in row)} |"


def cell(text: str) -> str:
    """Text that fits a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def span(from_h: float, until_h: float) -> str:
    start = "from the last pass" if from_h == 0 else f"from {hours(from_h)}"
    return f"{start} until {hours(until_h)}"


def hours(number: float) -> str:
    """`12 h`, `3 days`: whole days from two days on."""
    return f"{number / 24:g} days" if number >= 48 and number % 24 == 0 else f"{number:g} h"


def ends(pair: tuple[float, float] | None, *, otherwise: str = "not seen") -> str:
    """`0.25 to 2.5`; a single number where both ends are the same."""
    if pair is None:
        return otherwise
    return f"{pair[0]:g}" if pair[0] == pair[1] else f"{pair[0]:g} to {pair[1]:g}"


def positions(held: "tuple[Position, ...]", choice: str) -> Lines:
    """Each side of a disagreement, with the days that it asks for."""
    if held:
        yield "- Sources disagree:"
    for one in held:
        chosen = "**followed here:** " if one.chosen else ""
        days = "" if one.days is None else f" [{one.days} {'day' if one.days == 1 else 'days'}]"
        shown = keys(one.sources)
        yield f"  - {chosen}{one.says}{days}" + (f" ({shown})" if shown else "")
    if choice:
        yield f"- Why this way: {choice}"


def questions(asked: "Iterable[Question]") -> Lines:
    """By topic; what is asked only of some says of whom, what may differ from zone to zone says so."""
    topic = ""
    for question in asked:
        if question.topic != topic:
            topic = question.topic
            yield from ("", f"**{topic}**", "", "| id | question | answer |", "| --- | --- | --- |")
        only = " and ".join(meant(key, test) for key, test in question.ask_if.items())
        words = cell(f"{question.ask} {question.hint}".strip()) + (f"<br>*only if {only}*" if only else "")
        words += "<br>*may be answered zone by zone*" if question.per_zone else ""
        options = "<br>".join(f"`{option.id}` {cell(option.words)}" for option in question.options)
        yield f"| `{question.id}` | {words} | {options or wanted(question)} |"

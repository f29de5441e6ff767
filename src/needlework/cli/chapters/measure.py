"""What changed, and is it more than noise? Noise, published repeatability, and every measure."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from needlework.cli.chapters.words import Lines, brief, reviewed, table

if TYPE_CHECKING:
    from needlework.imaging import catalogue
    from needlework.protocol.schema import Protocol, Repeatability


def chapter(protocol: "Protocol") -> Lines:
    yield "## Measure"
    yield from reviewed(protocol.measure)
    yield "What each measure is, and how it misleads, stands in [measures.md](measures.md)."
    yield from ("", "### Noise of this edition's measures", "")
    heads = ("measure", "noise of one reading", "degrees of freedom", "better", "what that tells", "basis")
    rows = [
        (
            f"{one.title} (`{one.measure}`)",
            f"{one.sd:g}",
            f"{one.freedom:g}",
            one.better,
            one.tells,
            brief(one),
        )
        for one in protocol.measure.noise.values()
    ]
    yield from table(heads, rows, right=heads[1:3])
    if protocol.measure.repeatability:
        yield from ("", "### How well published instruments and scales repeat", "")
        heads = ("instrument", "speaks of", "figure", "smallest change worth showing", "what to do", "basis")
        yield from table(heads, map(_repeats, protocol.measure.repeatability))


def _repeats(one: "Repeatability") -> tuple[str, ...]:
    smallest = "not known"
    if one.smallest_percent is not None:
        smallest = f"{one.smallest_percent:g} % (two standard deviations)"
    if one.smallest_points is not None:
        smallest = f"{one.smallest_points:g} on its scale"
    return f"{one.instrument} (`{one.id}`)", one.speaks_of, one.figure, smallest, one.do, brief(one)


def measures(entries: "Iterable[catalogue.Measure]", knowledge: "Protocol", *, mend: str) -> Lines:
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

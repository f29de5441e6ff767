"""What changed, and is it more than noise? Noise, published repeatability, and every measure."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from needlework.cli.chapters.words import Lines, brief, reviewed, table

if TYPE_CHECKING:
    from needlework.imaging import catalogue
    from needlework.protocol.schema.measure import Repeatability
    from needlework.protocol.schema.protocol import Protocol


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


Truth = dict[str, Any]
"""What `make bench-truth` found: by measure, then all or by_type, then figure."""


def measures(
    entries: "Iterable[catalogue.Measure]", knowledge: "Protocol", truth: Truth, *, mend: str
) -> Lines:
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
        if one.id in truth:
            yield from ("", *_fairness(truth[one.id]))
    if "pairs" in truth:
        yield from ("", "## Pairs, whatever the measure", "", *_pairs(truth["pairs"]))


ITA = {"I": "over 55°", "II": "41–55°", "III": "28–41°", "IV": "10–28°", "V": "−30–10°", "VI": "under −30°"}
"""Bands of the individual typology angle as which the drawn types are drawn. Source: Chardon 1991."""
FIGURES = {
    "spearman": ("rank correlation with the truth", 0.90, True),
    "sign": ("sign right from 20 % on", 0.95, True),
    "detected": ("detected from 20 % on", 0.80, True),
    "null": ("unchanged called changed", 0.05, False),
    "cross": ("called though another property changed", 0.15, False),
}


def _fairness(figures: Truth) -> Lines:
    """Error and detection by type, with the worst one named."""
    yield "On drawn skin that nothing was tuned on (figure, pairs):"
    yield ""
    heads = (
        "skin type (ITA)",
        *(f"{words} ({'≥' if up else '≤'} {target:g})" for words, target, up in FIGURES.values()),
    )
    rows = [("all", *_row(figures["all"]))]
    rows += [(f"{name} ({ITA[name]})", *_row(each)) for name, each in figures["by_type"].items()]
    yield from table(heads, rows, right=heads[1:])
    yield ""
    yield from table(ERROR_HEADS, _errors(figures), right=ERROR_HEADS[1:])
    yield ""
    yield f"Worst type: {_worst(figures['by_type'])}."
    missed = [
        words
        for key, (words, target, up) in FIGURES.items()
        if (value := figures["all"][key]["value"]) is not None and (value < target if up else value > target)
    ]
    yield f"Targets missed: {'; '.join(missed) or 'none'}."
    yield from _with_card(figures["all"])


ERROR_HEADS = ("skin type", "error: scatter of unchanged", "bias: mean of unchanged", "reads of a change")


def _errors(figures: Truth) -> Iterable[tuple[str, ...]]:
    """
    Error and bias of each type.

    How much is read of a change is set beside what is read on all types, since some measures are logarithms
    and others densities or degrees.
    """
    usual = figures["all"]["slope"]["value"]
    for name, each in (("all", figures["all"]), *figures["by_type"].items()):
        slope = each["slope"]["value"]
        yield (
            name,
            _small(each["error"]),
            _small(each["bias"]),
            "–" if slope is None or not usual else f"{slope / usual:.2f} × all",
        )


def _small(one: Truth) -> str:
    return "–" if one["value"] is None else f"{one['value']:.3g}, {one['of']}"


def _with_card(every: Truth) -> Lines:
    """What the card in the picture does to the scatter, and to changes of colour."""
    card, without = every["card"], every["error"]["value"]
    if card["error"]["value"] is None or not without:
        return
    times = card["error"]["value"] / without
    said = f"With the card in the picture unchanged skin scatters {times:.2f} times as far"
    if card["detected"]["value"] is not None:
        said += f"; rank correlation {_figure(card['spearman'])}; detected {_figure(card['detected'])}"
    yield f"{said}."


def _row(each: Truth) -> tuple[str, ...]:
    return tuple(_figure(each[key]) for key in FIGURES)


def _figure(one: Truth) -> str:
    return "–" if one["value"] is None else f"{one['value']:.2f}, {one['of']}"


def _worst(kinds: Truth) -> str:
    said = []
    for key in ("detected", "null"):
        words, _, up = FIGURES[key]
        known = {name: each[key]["value"] for name, each in kinds.items() if each[key]["value"] is not None}
        if known:
            name = (min if up else max)(known, key=lambda one: known[one])
            said.append(f"{name} ({words}: {known[name]:.2f})")
    return ", ".join(said)


def _pairs(figures: Truth) -> Lines:
    words = {
        "any_null": "unchanged with any measure called changed (≤ 0.10)",
        "careless": "careless pairs refused or without a verdict (≥ 0.90)",
        "refused": "careful pairs refused",
    }
    heads = ("skin type (ITA)", *words.values())
    rows = [("all", *(_figure(figures["all"][key]) for key in words))]
    rows += [
        (f"{name} ({ITA[name]})", *(_figure(each[key]) for key in words))
        for name, each in figures["by_type"].items()
    ]
    yield from table(heads, rows, right=heads[1:])

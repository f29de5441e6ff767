"""How a comparison is told: to a person in lines, to a program in JSON."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

from needlework.cli import tell

if TYPE_CHECKING:
    from needlework.cli.photographs import Looked
    from needlework.imaging.card.record import Card
    from needlework.imaging.pair import Cards
    from needlework.imaging.scale import Scale
    from needlework.records.measure import Change, Comparison, Likeness
    from needlework.records.why import Reason, Refusal

WORDS = {"improved": "improved", "worse": "worse", "no-detectable-change": "no detectable change"}
DEFAULT = "The noise is the protocol's stated default, not taken from repeat photographs of this person."
OWN = "The noise is this person's own: the protocol's stated default and the repeat photographs, pooled."
MANY = 12
"""Readings without a change are counted, not named, when there are more in more than one zone."""


def shape(comparison: "Comparison", cards: "Cards", scale: "Scale") -> tell.Shape:
    """What `measure --json` prints."""
    return {
        "method": comparison.method,
        "comparable": comparison.comparable,
        "reasons": comparison.reasons,
        "changes": comparison.changes,
        "defaults": comparison.defaults,
        "likeness": comparison.likeness,
        "days_since": comparison.days_since,
        "reference": comparison.reference,
        "scale": {"mm_per_px": scale.mm_per_px, "source": scale.source},
        "card": {
            "found": found_in(cards),
            "before": _card_shape(cards.before),
            "after": _card_shape(cards.after),
        },
    }


def lines(comparison: "Comparison", *, details: bool) -> None:
    """The verdict first, then why not, then a line for each measure of each zone."""
    if comparison.comparable:
        for sentence in headline(comparison.changes):
            tell.say(sentence, hang=2)
    else:
        tell.say("✕ Not comparable", hang=2)
    for sentence in reasons(comparison.reasons):
        tell.say(f"· {sentence}", hang=2)
    if comparison.likeness and (details or not comparison.comparable):
        tell.say()
        _alike(comparison.likeness)
    for zone in dict.fromkeys(change.zone for change in comparison.changes):
        tell.say()
        tell.say(zone)
        _zone([change for change in comparison.changes if change.zone == zone], details=details)
    if comparison.changes:
        tell.say()
        tell.say("│ no change at all   ░ no detectable change   ─ 95 % interval   ● this change")
        if not details:
            tell.say("Each with its interval and what it consists of: --details")
    if comparison.changes:
        tell.say(DEFAULT if comparison.defaults else OWN)
    for name, days in zip(("earlier", "later"), comparison.days_since, strict=True):
        if days is not None:
            tell.say(f"The {name} photograph was taken {_days(days)} after the last session.")
    tell.say(f"Method {comparison.method}.")


def _days(days: int) -> str:
    return f"{days} day{'' if days == 1 else 's'}"


def headline(changes: "tuple[Change, ...]") -> tuple[str, ...]:
    """`Improved: redness (left cheek).`, `No detectable change: wrinkles, tone (left cheek).`"""
    said: list[str] = []
    zones = {one.zone for one in changes}
    for verdict, word in WORDS.items():
        found = [(one.measure, one.zone) for one in changes if one.verdict == verdict]
        if verdict == "no-detectable-change" and len(zones) > 1 and len(found) > MANY:
            said.append(f"{word.capitalize()}: {len(found)} {'other ' if said else ''}readings.")
        elif found:
            said.append(f"{word.capitalize()}: {_gathered(found)}.")
    return tuple(said)


def reasons(given: "Iterable[Reason]") -> tuple[str, ...]:
    """Each reason in a sentence; what could not be read for the same reason in one."""
    said: list[str] = []
    unread: dict[str, list[tuple[str, str]]] = {}
    for one in given:
        zone, dot, measure = one.key.removeprefix("zone.").rpartition(".")
        if one.key.startswith("zone.") and dot:
            unread.setdefault(one.do, []).append((measure, zone))
        else:
            said.append(f"{one.problem} {one.do}")
    said += [f"Too little skin is seen to measure {_gathered(found)}. {do}" for do, found in unread.items()]
    return tuple(said)


def _gathered(found: "Iterable[tuple[str, str]]") -> str:
    """Measures with the zones they have in common: `pores, tone (nose, chin); spots (chin)`."""
    zones: dict[str, list[str]] = {}
    for measure, zone in found:
        zones.setdefault(measure, []).append(zone)
    measures: dict[tuple[str, ...], list[str]] = {}
    for measure, where in zones.items():
        measures.setdefault(tuple(where), []).append(measure)
    return "; ".join(f"{', '.join(named)} ({', '.join(where)})" for where, named in measures.items())


def _alike(items: "Iterable[Likeness]") -> None:
    """The nine items of comparability: what is met in one line, what is not in a line each."""
    items = tuple(items)
    for mark, met in (("✓", True), ("?", None)):
        if named := ", ".join(one.title.lower() for one in items if one.met is met):
            tell.say(f"{mark} {'alike' if met else 'cannot be told'}: {named}", hang=2)
    for one in items:
        if one.met is False:
            tell.say(f"✕ {one.title.lower()}: {one.found} {one.do}".rstrip(), hang=2)


def _zone(changes: "list[Change]", *, details: bool) -> None:
    """A line for each measure: its name, its bar, its verdict; below it the numbers of what changed."""
    name = max(len(one.measure) for one in changes)
    word = max(len(WORDS[one.verdict]) for one in changes)
    for one in changes:
        line = f"  {one.measure.ljust(name)}  {tell.bar(one, width=_bar())}  {WORDS[one.verdict].ljust(word)}"
        if details or one.verdict != "no-detectable-change":
            typer.echo(line.rstrip())
            _numbers(one)
        else:
            typer.echo(f"{line}  {tell.number(one.before)} → {tell.number(one.after)}")
        for part in one.details if details else ():
            unit = f" {part.unit}" if part.unit else ""
            seen = f"{tell.number(part.before)} → {tell.number(part.after)}{unit}"
            tell.say(f"{part.name}: {seen}", indent=4, hang=2)


def _bar() -> int:
    """Columns of a bar: an odd number, so that zero can stand in the middle."""
    return 23 if tell.width() < 96 else tell.BAR


def _numbers(change: "Change") -> None:
    low, high = change.interval
    unit = f" {change.unit}" if change.unit else ""
    least = tell.number(abs(change.smallest_detectable))
    tell.say(
        f"{tell.number(change.before)} → {tell.number(change.after)}{unit}: {_signed(change.change)} "
        f"({_signed(low)} to {_signed(high)}), detectable ±{least}",
        indent=4,
        hang=2,
    )


def _signed(value: float) -> str:
    """With a real minus sign, which does not break from its number."""
    shown = tell.number(abs(value))
    return f"+{shown}" if value > 0 else shown if value == 0 else f"−{shown}"


# ── the card ─────────────────────────────────────────────────────────────────────────────────────────


def found_in(cards: "Cards") -> str:
    """both, before, after or none: where a card was found that could be used."""
    from needlework.records.why import Refusal

    seen = [
        name
        for name, one in (("before", cards.before), ("after", cards.after))
        if not isinstance(one, Refusal)
    ]
    return "both" if cards.both else " ".join(seen) or "none"


def told(cards: "Cards", *, mm_per_px: float | None) -> tuple[str, ...]:
    """What the cards of a pair give, or what their absence means, in sentences."""
    from needlework.records.why import Refusal

    if cards.both:
        fits = " and ".join(
            f"{tell.number(one.correction.de_before)} → {tell.number(one.correction.de_after)}"
            for one in cards.both
        )
        colour = f"Card found in both photographs: colours corrected, patches off by ΔE {fits}."
        return (colour, *_scale(cards.both[0].mm_per_px, given=mm_per_px))
    match found_in(cards):
        case "none":
            opening = "No card found: colour is uncalibrated, and only changes against the reference count."
        case "before after":
            opening = "The photographs show cards of two kinds: colour is left uncorrected in both."
        case name:
            opening = f"Card found in the {name} photograph only: colour is left uncorrected in both."
    unusable = [
        f"Card in the {name} photograph: {reason.problem} {reason.do}"
        for name, one in (("before", cards.before), ("after", cards.after))
        if isinstance(one, Refusal)
        for reason in one.reasons
        if reason.key != "card.none"
    ]
    return (opening, *unusable)


def _scale(of_card: float | None, *, given: float | None) -> tuple[str, ...]:
    if of_card is None:
        return ("The chart is made in several sizes, so it gives no scale.",)
    scale = f"{tell.number(of_card)} mm per pixel"
    if given is None:
        return (f"Scale from the card: {scale}.",)
    if abs(given / of_card - 1) > 0.05:
        return (f"! The card says {scale}; your {tell.number(given)} is used.",)
    return ()


def scale(looked: "Looked") -> tuple[str, ...]:
    """What told the size of a pixel, where it was no card; nothing where nothing was compared."""
    if not looked.comparison.comparable:
        return ()
    match looked.scale.source:
        case "given":
            return (f"Scale as given: {tell.number(looked.scale.mm_per_px or 0.0)} mm per pixel.",)
        case "iris":
            of = f"{tell.number(looked.scale.mm_per_px or 0.0)} mm per pixel"
            return (f"Scale from the width of the irises: {of}, within about 5 %; a card is surer.",)
        case "":
            return ("No scale: lengths are relative. A card beside the skin, or --mm-per-px, gives one.",)
    return ()


def _card_shape(one: "Card | Refusal") -> tell.Shape:
    from needlework.records.why import Refusal

    if isinstance(one, Refusal):
        return {"reasons": one.reasons}
    fit = one.correction
    return {
        "kind": one.kind,
        "mm_per_px": one.mm_per_px,
        "tilt_deg": one.tilt_deg,
        "patches": one.used,
        "model": fit.model,
        "de_before": fit.de_before,
        "de_after": fit.de_after,
    }

"""needlework measure: what changed between two photographs, and is it more than noise?"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from needlework.cli import answers, tell
from needlework.cli.options import AsJson

if TYPE_CHECKING:
    from needlework.imaging.card import Card
    from needlework.imaging.pair import Cards, Sight
    from needlework.imaging.photo import Photo
    from needlework.imaging.regions import Region
    from needlework.records import Change, Comparison, Refusal

WORDS = {"improved": "Improved", "worse": "Worse", "no-detectable-change": "No detectable change"}


def measure(
    before: Annotated[Path, typer.Argument(metavar="BEFORE", help="The earlier photograph.")],
    after: Annotated[Path, typer.Argument(metavar="AFTER", help="The later photograph.")],
    region: Annotated[
        str,
        typer.Option(
            "--region", metavar="whole|FILE.json", help="All the skin, or zones in pixels of BEFORE."
        ),
    ] = "whole",
    mm_per_px: Annotated[
        float | None,
        typer.Option("--mm-per-px", metavar="X", help="The scale of BEFORE; else a card's, else relative."),
    ] = None,
    overlay: Annotated[
        Path | None,
        typer.Option("--overlay", metavar="DIR", help="Write the aligned pair and what was counted there."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Compare two photographs of one person: improved, worse, no detectable change, or not comparable."""
    from needlework.imaging import pair
    from needlework.loop import measure as stage
    from needlework.protocol import load
    from needlework.records import Refusal

    protocol = load.default()
    earlier, later = _photo(before), _photo(after)
    if isinstance(earlier, Refusal) or isinstance(later, Refusal):
        unread = [(str(path), one.reasons) for path, one in ((before, earlier), (after, later))
                  if isinstance(one, Refusal)]  # fmt: skip
        raise tell.refused_files(unread, json=json)
    regions = _regions(region, earlier, json=json)
    cards = pair.cards(earlier, later)
    sight = pair.sight(earlier, later, regions=regions, mm_per_px=mm_per_px, found=cards)
    observation = pair.read(sight, regions=regions)
    if wrong := [replace(one, key="mm-per-px") for one in observation.reasons if one.key == "mm_per_px"]:
        raise tell.refused(wrong, json=json)
    comparison = stage.compare(observation, protocol.measure)
    written = _overlay(overlay, sight, regions, json=json) if overlay else ()
    if json:
        return tell.as_json(shape(comparison, cards))
    _lines(comparison)
    for line in told(cards, mm_per_px=mm_per_px):
        tell.say(line)
    for name in written:
        tell.say(f"Written: {name}")
    return tell.standing(protocol.edition)


def shape(comparison: "Comparison", cards: "Cards") -> tell.Shape:
    """What `measure --json` prints."""
    return {
        "method": comparison.method,
        "comparable": comparison.comparable,
        "reasons": comparison.reasons,
        "changes": comparison.changes,
        "card": {
            "found": found_in(cards),
            "before": _card_shape(cards.before),
            "after": _card_shape(cards.after),
        },
    }


def found_in(cards: "Cards") -> str:
    """both, before, after or none: where a card was found that could be used."""
    from needlework.records import Refusal

    seen = [
        name
        for name, one in (("before", cards.before), ("after", cards.after))
        if not isinstance(one, Refusal)
    ]
    return "both" if cards.both else " ".join(seen) or "none"


def told(cards: "Cards", *, mm_per_px: float | None) -> tuple[str, ...]:
    """What the cards of a pair give, or what their absence means, in sentences."""
    from needlework.records import Refusal

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


def _card_shape(one: "Card | Refusal") -> tell.Shape:
    from needlework.records import Refusal

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


def _photo(path: Path) -> "Photo | Refusal":
    """A decoded photograph, or why it could not be read."""
    from needlework.imaging import photo

    try:
        data = answers.read_bytes(path, photo.BYTES_MAX)
    except OSError as error:
        return answers.unreadable(error)
    return photo.decode(data)


def _regions(region: str, before: "Photo", *, json: bool) -> "tuple[Region, ...] | None":
    """None for the whole of the skin, else the zones of a file; refused with the file's name."""
    from needlework.imaging import regions
    from needlework.records import Refusal

    if region == "whole":
        return None
    path = Path(region)
    try:
        found = regions.parse(answers.read_bytes(path, regions.TEXT_MAX))
    except OSError as error:
        found = answers.unreadable(error)
    if isinstance(found, Refusal):
        raise tell.refused(found.reasons, file=region, json=json)
    if outside := regions.within(found, width=before.width, height=before.height):
        raise tell.refused(outside, file=region, json=json)
    return found


def _lines(comparison: "Comparison") -> None:
    if not comparison.comparable:
        tell.say("✕ Not comparable", hang=2)
    else:
        tell.say(headline(comparison.changes))
    for reason in comparison.reasons:
        tell.say(f"· {reason.problem} {reason.do}", hang=2)
    for change in comparison.changes:
        tell.say()
        _change(change)
    if comparison.changes:
        tell.say()
        tell.say("│ no change at all   ░ no detectable change   ─ 95 % interval   ● this change")
    if comparison.changes and comparison.defaults:
        tell.say(
            "The noise is the protocol's stated default, not taken from repeat photographs of this person."
        )
    tell.say(f"Method {comparison.method}.")


def headline(changes: "tuple[Change, ...]") -> str:
    """`Improved: redness (left cheek). No detectable change: wrinkles (left cheek).`"""
    said = []
    for verdict, word in WORDS.items():
        named = [f"{one.measure} ({one.zone})" for one in changes if one.verdict == verdict]
        if named:
            said.append(f"{word}: {', '.join(named)}.")
    return " ".join(said)


def _change(change: "Change") -> None:
    low, high = change.interval
    unit = f" {change.unit}" if change.unit else ""
    tell.say(f"{change.measure} · {change.zone}")
    least = tell.number(abs(change.smallest_detectable))
    tell.say(
        f"{tell.number(change.before)} → {tell.number(change.after)}{unit}, change {_signed(change.change)} "
        f"({_signed(low)} to {_signed(high)}), smallest detectable {least}",
        indent=2,
    )
    typer.echo(f"  {tell.bar(change)}  {WORDS[change.verdict].lower()}")


def _signed(value: float) -> str:
    """With a real minus sign, which does not break from its number."""
    shown = tell.number(abs(value))
    return f"+{shown}" if value > 0 else shown if value == 0 else f"−{shown}"


def _overlay(
    folder: Path, sight: "Sight | Refusal", regions: "tuple[Region, ...] | None", *, json: bool
) -> tuple[str, ...]:
    """The pictures of a measurement, never in place of a file that is not ours."""
    from needlework.cli import overlay
    from needlework.records import Refusal

    if isinstance(sight, Refusal):
        tell.error(f"Nothing written to {folder}: a pair that cannot be laid on each other has no pictures.")
        return ()
    drawn = overlay.drawn(sight, regions=regions)
    written = overlay.write(drawn, folder)
    if isinstance(written, Refusal):
        raise tell.refused(written.reasons, file=str(folder), json=json)
    return written

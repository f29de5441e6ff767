"""needlework photo check: is a photograph good enough to be measured, and if not, what to do?"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from needlework.cli import helpflag, models, photographs, tell
from needlework.cli.options import AsJson

if TYPE_CHECKING:
    from needlework.imaging.card.record import Card
    from needlework.imaging.face import Face
    from needlework.imaging.items import Item
    from needlework.imaging.photo import Photo
    from needlework.imaging.quality import Quality
    from needlework.records.why import Refusal

MARKS = {"fine": "✓", "caution": "!", "refused": "✕", "unknown": "·"}


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """One photograph, and what was found in it."""

    file: Path
    photo: "Photo"
    card: "Card | Refusal"
    face: "Face | Refusal"
    quality: "Quality"

    @property
    def verdict(self) -> str:
        """fine, caution or refused: the worst of its items."""
        marks = {item.mark.value for item in self.quality.items}
        return next(mark for mark in ("refused", "caution", "fine") if mark in marks)


class View(StrEnum):
    FRONT = "front"
    LEFT = "left-oblique"
    RIGHT = "right-oblique"


app = typer.Typer(
    cls=helpflag.Group,
    help="Photographs before they are measured.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.command("check", cls=helpflag.Command, short_help="Is it good enough, and if not, what to do?")
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="One photograph or several.")],
    mm_per_px: Annotated[
        float | None,
        typer.Option("--mm-per-px", metavar="X", help="The scale of the photographs; else a card's."),
    ] = None,
    view: Annotated[
        View | None, typer.Option("--view", help="The view that was asked for, to be held to.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Judge photographs one by one: sharp, well lit, near enough, held well, untouched by the camera."""
    from needlework.imaging.items import Mark
    from needlework.records.why import Reason, Refusal

    if mm_per_px is not None and not 0.001 <= mm_per_px <= 5:
        do = "Give the size of one pixel in millimetres, such as 0.08."
        wrong = Reason("mm-per-px", f"{mm_per_px} mm per pixel cannot be.", do)
        raise tell.refused([wrong], json=json)
    asked = view.value.replace("-", " ") if view else ""
    refused, shapes = [], []
    for number, file in enumerate(files):
        one = _looked(file, mm_per_px=mm_per_px, view=asked)
        if isinstance(one, Refusal):
            refused.append((str(file), one.reasons))
            continue
        if reasons := one.quality.marked(Mark.REFUSED):
            refused.append((str(file), reasons))
        if json:
            shapes.append(_shape(one))
        else:
            tell.say() if number else None
            _lines(one)
    if json:
        named = [
            {"file": name, "key": one.key, "problem": one.problem, "do": one.do}
            for name, reasons in refused
            for one in reasons
        ]
        tell.as_json({"photographs": shapes, "refused": named})
        if refused:
            raise typer.Exit(1)
    elif refused:
        raise tell.refused_files(refused)


def _looked(file: Path, *, mm_per_px: float | None, view: str) -> "Looked | Refusal":
    from needlework.imaging import card, face, quality
    from needlework.records.why import Refusal

    seen = photographs.decoded(photographs.content(file))
    if isinstance(seen, Refusal):
        return seen
    own, networks = card.find(seen), models.load()
    head = networks if isinstance(networks, Refusal) else face.find(seen, networks)
    found = quality.examine(
        seen, mm_per_px=mm_per_px, card=None if isinstance(own, Refusal) else own, face=head, view=view
    )
    return Looked(file, seen, own, head, found)


# ── as JSON ──────────────────────────────────────────────────────────────────────────────────────────


def _shape(one: Looked) -> tell.Shape:
    from needlework.records.why import Refusal

    seen, head = one.photo, one.face
    return {
        "file": str(one.file),
        "sha256": seen.sha256,
        "format": seen.format,
        "width": seen.width,
        "height": seen.height,
        "shot": seen.shot,
        "verdict": one.verdict,
        "card": None if isinstance(one.card, Refusal) else one.card.kind,
        "face": None
        if isinstance(head, Refusal)
        else {
            "view": head.view,
            "yaw_deg": head.yaw_deg,
            "pitch_deg": head.pitch_deg,
            "roll_deg": head.roll_deg,
        },
        "items": one.quality.items,
    }


# ── as lines ─────────────────────────────────────────────────────────────────────────────────────────


def _lines(one: Looked) -> None:
    """The verdict, then a line for each item with its number and its limit, and what to do under it."""
    seen = one.photo
    cautions = sum(item.mark.value == "caution" for item in one.quality.items)
    word = {
        "fine": "fit to be measured",
        "caution": f"fit to be measured, with {cautions} caution{'s' if cautions > 1 else ''}",
        "refused": "not fit to be measured",
    }[one.verdict]
    tell.say(f"{MARKS[one.verdict]} {one.file}: {word}", hang=2)
    when = f", taken {tell.moment(seen.taken_at)}" if seen.taken_at else ""
    tell.say(f"{seen.format}, {seen.width} × {seen.height} pixels{when}", indent=2)
    tell.say()
    wide = max(len(item.title) for item in one.quality.items)
    for item in one.quality.items:
        typer.echo(f"{MARKS[item.mark]} {item.title:<{wide}}  {_number(item):>10}  {_limit(item)}".rstrip())
        if item.mark.value != "refused" and item.says:  # what is refused is told at the end
            tell.say(f"{item.says} {item.do}".rstrip(), indent=4)


def _number(item: "Item") -> str:
    if item.value is None:
        return ""
    glued = item.unit in ("°", "×")
    return f"{tell.number(round(item.value, 3))}{'' if glued or not item.unit else ' '}{item.unit}"


def _limit(item: "Item") -> str:
    """The limit that was passed, or the first that would be."""
    limit = item.refuse if item.mark.value == "refused" or item.caution is None else item.caution
    if limit is None:
        return ""
    return f"{'at most' if item.at_most else 'at least'} {tell.number(limit)}"

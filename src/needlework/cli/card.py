"""needlework card: the card that tells a photograph's scale and colour, to be printed."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from needlework.cli import answers, tell
from needlework.cli.options import AsJson

if TYPE_CHECKING:
    from needlework.records.why import Refusal


class Paper(StrEnum):
    A4 = "a4"
    LETTER = "letter"


TITLE = "Needlework card 1"
ADVICE = (
    "Print at 100 % (actual size), in colour, on matt white paper. Not “fit to page”.",
    "Then check the scale with a ruler: it must be 50 mm from end to end.",
    "Cut it out and glue it to stiff board: a bent card is refused.",
    "Lay it beside the skin, at the same height and in the same light, without a finger on it.",
    "Use the same card for both photographs: what the printer got wrong then drops out.",
    "Levels of colour are only as true as the print. Print a new card when it fades or is stained.",
)


def card(
    file: Annotated[Path, typer.Argument(metavar="CARD.pdf", help="Where to write it.")],
    paper: Annotated[Paper, typer.Option("--paper", help="The paper of the printer.")] = Paper.A4,
    json: AsJson = False,
) -> None:
    """Write the card that tells the scale and the colour of a photograph, as a PDF at true size."""
    from needlework.imaging.card import design as own
    from needlework.records.why import Refusal

    written = _written(file, drawn(paper.value))
    if isinstance(written, Refusal):
        raise tell.refused(written.reasons, file=str(file), json=json)
    if json:
        return tell.as_json(
            {"file": str(file), "paper": paper.value, "width_mm": own.WIDTH_MM, "height_mm": own.HEIGHT_MM}
        )
    tell.say(f"{file}: one card of {own.WIDTH_MM:.0f} × {own.HEIGHT_MM:.0f} mm on {_named(paper)}.")
    for line in ADVICE:
        tell.say(f"· {line}", hang=2)
    return None


def drawn(paper: str) -> bytes:
    """The PDF of the card on a paper."""
    from needlework.exchange import cardsheet
    from needlework.imaging.card import design as own

    return cardsheet.write(
        own.rectangles(),
        own.words(),
        width_mm=own.WIDTH_MM,
        height_mm=own.HEIGHT_MM,
        paper="letter" if paper == "letter" else "a4",
        title=TITLE,
        advice=ADVICE,
    )


def _named(paper: Paper) -> str:
    return "A4 paper" if paper is Paper.A4 else "letter paper"


def _written(file: Path, content: bytes) -> "Refusal | None":
    """Write the card, in place of nothing but a card."""
    from needlework.records.why import Reason, Refusal

    try:
        if file.exists() and answers.read_bytes(file, len(content) * 4) not in [drawn(p) for p in Paper]:
            problem = "is there, and is not this card."
            return Refusal((Reason("file", problem, "Name another file, or move it."),))
        file.write_bytes(content)
    except OSError as error:
        return answers.unwritable(error, key="file")
    return None

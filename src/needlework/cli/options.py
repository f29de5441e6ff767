"""What several commands take, and how the words of an option become a value."""

from datetime import UTC, date, datetime
from typing import Annotated

import typer

LAST_YEAR = 9000
"""A deferral is counted on from a day, and has to end before the calendar does."""


def day(text: str) -> date:
    """A day such as 2026-11-20."""
    try:
        given = date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day. Write it as 2026-11-20.") from None
    if given.year > LAST_YEAR:
        raise typer.BadParameter(f"{text!r}: check the year.")
    return given


def moment(text: str) -> datetime:
    """A moment such as 2026-11-20T14:30+01:00; without an offset, on the clock of this computer."""
    try:
        given = datetime.fromisoformat(text)
        given.astimezone(UTC)  # near the ends of the calendar an offset leads out of it
        return given if given.tzinfo else given.astimezone()
    except (ValueError, OverflowError):
        raise typer.BadParameter(f"{text!r} is no moment. Write it as 2026-11-20T14:30+01:00.") from None


def listed(words: list[str]) -> tuple[str, ...]:
    """`--zone cheeks --zone neck` and `--zone cheeks,neck` are the same."""
    return tuple(part.strip() for word in words for part in word.split(",") if part.strip())


def by_zone(words: list[str], *, option: str) -> dict[str, float]:
    """`ZONE=NUMBER`, as often as wanted."""
    found: dict[str, float] = {}
    for word in listed(words):
        zone, sign, number = word.partition("=")
        try:
            found[zone.strip()] = float(number)
        except ValueError:
            sign = ""
        if not sign or not zone.strip():
            raise typer.BadParameter(f"{word!r}: write {option} ZONE=NUMBER, such as {option} neck=0.5.")
    return found


def today() -> date:
    """The day on this computer's own clock; only the outermost layers ask for it."""
    return datetime.now().astimezone().date()


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON of a stable shape, see docs/commands.md.")]
On = Annotated[
    date | None,
    typer.Option("--on", parser=day, metavar="DATE", help="The day of treatment; today unless given."),
]

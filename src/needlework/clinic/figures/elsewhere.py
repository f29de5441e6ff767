"""
What lies in the zones of a figure and was drawn on another one.

Where in its zone it lies is known on the figure on which it was drawn, and is not guessed on the others:
there its sign says that it lies somewhere in the zone.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from needlework.clinic.figures import drawn, place
from needlework.clinic.figures.path import Point

APART = 26
"""As near as two signs may stand and both be read."""


class Placed(Protocol):
    """A mark: its zone and side, and the figure and the place on which it was drawn."""

    zone: str
    side: str
    figure: str
    x: float
    y: float


def signs(figure: str, marks: Sequence[Placed]) -> Iterator[tuple[int, Point | None]]:
    """
    Which of the marks lie in a zone of this figure though drawn elsewhere, and where their signs stand.

    None where the zone is to be seen, and the side on which the mark lies is not.
    """
    taken = [(one.x, one.y) for one in marks if one.figure == figure]
    for n, one in enumerate(marks):
        pieces = drawn.drawn(one.zone, figure)
        if one.figure == figure or not pieces:
            continue
        at = _free([piece for piece in pieces if not one.side or piece.side == one.side], taken)
        taken += [at] if at else []
        yield n, at


def _free(pieces: Sequence[drawn.Drawn], taken: Sequence[Point]) -> Point | None:
    """The first place within them at which no other sign stands; where all are taken, the least crowded."""
    spots = [place.within(piece, spot) for piece in pieces for spot, _words in place.SPOTS]
    return max(spots, key=lambda at: min((APART, *(_apart(at, other) for other in taken))), default=None)


def _apart(a: Point, b: Point) -> float:
    return float(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5)

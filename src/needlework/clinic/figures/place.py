"""A place within a zone by words, so that nobody needs to point: “upper”, “outer”."""

from functools import cache

from django.utils.translation import gettext_lazy as _

from needlework.clinic.figures import drawn, outlines
from needlework.clinic.figures.path import Point

SPOTS = [
    ("middle", _("In its middle")),
    ("upper", _("In its upper part")),
    ("lower", _("In its lower part")),
    ("inner", _("Towards the midline")),
    ("outer", _("Away from the midline")),
]
TOWARDS = {
    "middle": (0.5, 0.5),
    "upper": (0.5, 0.2),
    "lower": (0.5, 0.8),
    "inner": (0.2, 0.5),
    "outer": (0.8, 0.5),
}
"""How far from the midline outwards, and from the top downwards, as shares of the zone."""
GRID = 24


@cache
def of(zone: str, side: str, spot: str) -> tuple[str, float, float]:
    """A figure and a place on it: the point inside the zone that is nearest to what the words say."""
    figure = "body" if zone in outlines.BODY else "front"
    found = drawn.drawn(zone, figure)
    return figure, *within(next((piece for piece in found if piece.side == side), found[0]), spot)


@cache
def within(one: drawn.Drawn, spot: str) -> Point:
    """The point inside an outline that is nearest to what the word says."""
    rings = one.on_figure()
    xs, ys = [x for x, _y in rings[0]], [y for _x, y in rings[0]]
    left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
    across, down = TOWARDS.get(spot, TOWARDS["middle"])
    if left + right < 2 * one.dx:
        across = 1 - across
    wanted = (left + across * (right - left), top + down * (bottom - top))
    x, y = min(_inside(one, left, right, top, bottom), key=lambda at: _apart(at, wanted))
    return round(x, 1), round(y, 1)


def _inside(one: drawn.Drawn, left: float, right: float, top: float, bottom: float) -> list[Point]:
    steps = [(n + 0.5) / GRID for n in range(GRID)]
    grid = [(left + a * (right - left), top + b * (bottom - top)) for a in steps for b in steps]
    return [at for at in grid if drawn.lies_in(one, *at)]


def _apart(a: Point, b: Point) -> float:
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2

"""Path data of the outlines as polygons: enough of SVG's for the outlines that we draw ourselves."""

import re
from collections.abc import Callable, Iterator
from functools import cache

Point = tuple[float, float]
Ring = tuple[Point, ...]

STEPS = 10
"""Straight pieces for one curve: no further than half a unit from it at our sizes."""
ENDS = {"M": 1, "L": 1, "C": 3, "Q": 2}
"""How many points each command takes. All of them are absolute."""


@cache
def points(path: str) -> tuple[Ring, ...]:
    """
    The closed rings of an outline.

    >>> points("M0 0L4 0 4 4Z")
    (((0.0, 0.0), (4.0, 0.0), (4.0, 4.0)),)
    """
    rings: list[list[Point]] = []
    for command, numbers in _commands(path):
        places = list(zip(numbers[::2], numbers[1::2], strict=True))
        if command == "M":
            rings.append([])
            command = "L"
        for begin in range(0, len(places), ENDS[command]):
            _draw(rings[-1], command, places[begin : begin + ENDS[command]])
    return tuple(tuple(ring) for ring in rings)


def inside(ring: Ring | list[Point], x: float, y: float) -> bool:
    """
    Whether a point lies within a ring: how often a ray to the right crosses it.

    >>> inside(((0, 0), (4, 0), (4, 4), (0, 4)), 1, 1), inside(((0, 0), (4, 0), (4, 4), (0, 4)), 5, 1)
    (True, False)
    """
    crossed = False
    for (ax, ay), (bx, by) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            crossed = not crossed
    return crossed


def _commands(path: str) -> Iterator[tuple[str, list[float]]]:
    for command, numbers in re.findall(r"([MLCQ])([^MLCQZ]*)", path):
        yield command, [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", numbers)]


def _draw(ring: list[Point], command: str, to: list[Point]) -> None:
    if command == "L":
        ring.append(to[0])
        return
    curve = _cubic(ring[-1], *to) if command == "C" else _quadratic(ring[-1], *to)
    ring.extend(curve(step / STEPS) for step in range(1, STEPS + 1))


def _cubic(a: Point, b: Point, c: Point, d: Point) -> Callable[[float], Point]:
    def at(t: float) -> Point:
        u = 1 - t
        p, q, r, s = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
        return p * a[0] + q * b[0] + r * c[0] + s * d[0], p * a[1] + q * b[1] + r * c[1] + s * d[1]

    return at


def _quadratic(a: Point, b: Point, c: Point) -> Callable[[float], Point]:
    def at(t: float) -> Point:
        u = 1 - t
        p, q, r = u * u, 2 * u * t, t * t
        return p * a[0] + q * b[0] + r * c[0], p * a[1] + q * b[1] + r * c[1]

    return at

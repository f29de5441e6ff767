"""A signature as it was drawn: strokes of points, and what is no signature."""

import json
from itertools import pairwise

from django.utils.translation import gettext as _

from needlework.records.why import Reason

LONGEST = 200_000
"""Characters of a signature; a long name written slowly has about 20,000."""
MOST_STROKES = 300
EDGE = 4000
"""The furthest that a point may lie, in thousandths of the pad's width."""
SHORTEST = 80
"""What all strokes together must come to, in the same unit: less is a slip of the finger."""

Strokes = list[list[list[int]]]


def read(sent: str) -> Strokes | Reason:
    """The strokes that the pad sent, or why they are none."""
    if len(sent) > LONGEST:
        return _wrong(_("is far longer than a signature."))
    try:
        strokes = json.loads(sent or "[]")
    except (ValueError, RecursionError):
        return _wrong(_("did not arrive as it was drawn."))
    if not isinstance(strokes, list) or len(strokes) > MOST_STROKES or not all(map(_is_stroke, strokes)):
        return _wrong(_("did not arrive as it was drawn."))
    if sum(map(_length, strokes)) < SHORTEST:
        return _wrong(_("is empty."))
    return strokes


def path(stroke: list[list[int]]) -> str:
    """As SVG draws it."""
    return "M" + " L".join(f"{point[0]} {point[1]}" for point in stroke)


def _is_stroke(stroke: object) -> bool:
    return isinstance(stroke, list) and bool(stroke) and all(map(_is_point, stroke))


def _is_point(point: object) -> bool:
    return (
        isinstance(point, list)
        and len(point) in {2, 3}
        and all(type(number) is int and 0 <= number <= EDGE for number in point)
    )


def _length(stroke: list[list[int]]) -> float:
    pairs = pairwise(stroke)
    return sum(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5 for a, b in pairs)


def _wrong(problem: str) -> Reason:
    return Reason("strokes", problem, _("Sign once more in the box, or type your name and tick."))

"""
Which figure shows which zone, by which outlines, and what lies where on it.

Four figures: the front (face, neck, hands), the left and the right oblique, and the body from the front and
from behind. A place on a figure is two numbers in its view box; a zone and a word for where in it ("upper,
outer") give one as well, so that nobody needs to point.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from needlework.clinic.figures import outlines
from needlework.clinic.figures.path import Point, inside, points

FIGURES = ("front", "left", "right", "body")
BOXES = {"front": (-200, 16, 400, 612), "body": (-212, 6, 424, 430)}
"""View boxes: left, top, width, height. The obliques have the front's."""
TWO_SIDED = frozenset({"temples", "periorbital", "cheeks", "jawline", "hands", "arms", "thighs"})
SMALL = frozenset({"glabella", "temples", "periorbital", "nose", "upper-lip", "arms"})
"""Too small to hit with a finger: these get a wider edge."""
HALVES = {"arms": (-106, 106), "back": (106,)}
"""Where on the body's figure a zone is drawn: in the half from the front unless it stands here."""
FROM_THE_FRONT = (-106,)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One outline of a zone on a figure: moved, turned (the hands hang down), mirrored."""

    path: str
    side: str
    """left or right, of the patient; of a zone of one piece, left."""
    dx: int = 0
    mirrored: bool = False
    turned: bool = False

    @property
    def transform(self) -> str:
        """As SVG takes it."""
        says = [f"translate({self.dx} 0)"] if self.dx else []
        says += ["scale(-1 1)"] if self.mirrored else []
        says += ["translate(202 620) rotate(180)"] if self.turned else []
        return " ".join(says)

    def on_figure(self) -> list[list[Point]]:
        """Its polygons, in the figure's own units."""
        return [[self._placed(x, y) for x, y in ring] for ring in points(self.path)]

    def _placed(self, x: float, y: float) -> Point:
        x, y = (202 - x, 620 - y) if self.turned else (x, y)
        return (self.dx + (-x if self.mirrored else x), y)


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a zone outside the figure: where its line begins, and where it bends."""

    x: int
    y: int
    bend_x: int
    bend_y: int

    def mirrored(self) -> "Label":
        return Label(-self.x, self.y, -self.bend_x, self.bend_y)

    @property
    def line(self) -> str:
        end = self.text_x - (6 if self.bend_x > 0 else -6)
        return f"M{self.x} {self.y}L{self.bend_x} {self.bend_y}H{end}"

    @property
    def text_x(self) -> int:
        """Where the words stand: beyond the line's end."""
        far = 222 if abs(self.bend_x) >= 198 else 212
        return far if self.bend_x > 0 else -far

    @property
    def text_y(self) -> int:
        return self.bend_y + 5

    @property
    def anchor(self) -> str:
        return "start" if self.bend_x > 0 else "end"


@cache
def drawn(zone: str, figure: str) -> tuple[Drawn, ...]:
    """The outlines of a zone on a figure; none where it is not shown there."""
    return tuple(_drawn(zone, figure))


def _drawn(zone: str, figure: str) -> Iterator[Drawn]:
    if figure in ("left", "right"):
        near, far = outlines.OBLIQUE.get(zone), outlines.OBLIQUE_FAR.get(zone)
        away = {"left": "right", "right": "left"}[figure]
        if far:
            yield Drawn(far, away, mirrored=figure == "right")
        if near:
            yield Drawn(near, figure, mirrored=figure == "right")
        return
    path = (outlines.BODY if figure == "body" else outlines.FACE).get(zone)
    if path is None:
        return
    for dx in HALVES.get(zone, FROM_THE_FRONT) if figure == "body" else (0,):
        # from behind, the patient's left is on the left
        sides = ("left", "right") if dx <= 0 else ("right", "left")
        yield Drawn(path, sides[0], dx, turned=zone == "hands")
        if zone in TWO_SIDED:
            yield Drawn(path, sides[1], dx, mirrored=True, turned=zone == "hands")


@cache
def label(zone: str, figure: str) -> Label | None:
    """Where the name of a zone stands beside a figure."""
    known = outlines.OBLIQUE_LABELS if figure in ("left", "right") else outlines.LABELS
    if zone not in known or not drawn(zone, figure):
        return None
    found = Label(*known[zone])
    return found.mirrored() if figure == "right" else found


def box(figure: str) -> tuple[int, int, int, int]:
    return BOXES.get(figure, BOXES["front"])


def shown(zones: Sequence[str]) -> list[str]:
    """The figures on which one of these zones is drawn, in their order."""
    return [figure for figure in FIGURES if any(drawn(zone, figure) for zone in zones)]


def first(marked: Sequence[str]) -> str:
    """The figure to begin with: the body where all that is marked lies there, else the front."""
    return "body" if marked and all(zone in outlines.BODY for zone in marked) else "front"


# ── what lies where ──────────────────────────────────────────────────────────────────────────────────


def zone_at(figure: str, x: float, y: float, zones: Sequence[str]) -> tuple[str, str] | None:
    """The zone, of these, in which a place lies, and its side; None where it lies beside all of them."""
    for zone in zones:
        for one in drawn(zone, figure):
            if lies_in(one, x, y):
                return zone, one.side if zone in TWO_SIDED else ""
    return None


def lies_in(one: Drawn, x: float, y: float) -> bool:
    """By the even-odd rule over all rings: the hole of the eyelids is not around the eyes."""
    return sum(inside(ring, x, y) for ring in one.on_figure()) % 2 == 1

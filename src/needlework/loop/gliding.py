"""
Gliding: a pen drawn over a zone in lines, as `glide` simulates it: what is given, what can be, and in words.

It draws nothing itself, and needs no arrays.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from needlework.loop import dose
from needlework.protocol.schema.plan import Glide
from needlework.records.why import Reason

Layout = Literal["ring", "rings", "grid"]
Held = Literal["still", "line", "stroke"]

DIRECTIONS = {"horizontal": (1.0, 0.0), "vertical": (0.0, 1.0), "oblique": (math.sqrt(0.5), math.sqrt(0.5))}
"""How far a line goes along and up for each centimetre of it."""

NEEDLES_STAND = {
    "ring": "on the rim of a plate",
    "rings": "two thirds on the rim of a plate and a third on a ring half as wide",
    "grid": "on a square grid",
}
PLATE_IS_HELD = {
    "still": "held the same way all along",
    "line": "turned anew on each line",
    "stroke": "turned anew at each stroke",
}


@dataclass(frozen=True, slots=True)
class Gliding:
    """How a zone is needled: the pen, the zone and the hand."""

    needles: int
    strokes_per_s: float
    passes: int
    area_cm2: float
    glide: Glide
    aspect: float = 1.5
    """Length of the zone as a multiple of its height."""
    directions: tuple[str, ...] = tuple(DIRECTIONS)
    """Of the passes, in turn."""
    layout: Layout = "rings"
    """Where the needles stand: on the rim, on the rim and a ring half as wide, or on a square grid."""
    held: Held = "line"
    """How the plate is turned: always alike to the line, at random on each line, or at each stroke."""

    @property
    def length_cm(self) -> float:
        return math.sqrt(self.area_cm2 * self.aspect)

    @property
    def height_cm(self) -> float:
        return math.sqrt(self.area_cm2 / self.aspect)

    @property
    def closed_form_per_cm2(self) -> float:
        """Passes × density of a pass, as if every line met its neighbour exactly. [1/cm²]"""
        return self.passes * dose.density_per_pass(
            needles=self.needles,
            strokes_per_s=self.strokes_per_s,
            speed_cm_per_s=self.glide.speed_cm_per_s,
            width_cm=self.glide.width_cm,
        )


def words(gliding: Gliding, *, cell_cm: float = 0.2) -> tuple[str, ...]:
    """What the simulation assumes, in sentences."""
    hand = gliding.glide
    passes = "pass" if gliding.passes == 1 else "passes"
    apart_cm = hand.width_cm * (1 - hand.overlap)
    return (
        f"The zone is taken as a flat rectangle of {gliding.length_cm:.1f} × {gliding.height_cm:.1f} cm.",
        f"{gliding.passes} {passes} in straight lines, {', '.join(gliding.directions)} in turn.",
        (
            f"The lines lie {apart_cm:g} cm apart ({100 * hand.overlap:.0f} % overlap), off their place by "
            f"{hand.wander_cm:g} cm (standard deviation), and run {hand.overrun_cm:g} cm beyond the edge."
        ),
        (
            f"The pen moves at {hand.speed_cm_per_s:.3g} cm/s, from line to line "
            f"± {100 * hand.speed_spread:.0f} %, at {gliding.strokes_per_s:g} strokes/s."
        ),
        (
            f"{gliding.needles} needles stand {NEEDLES_STAND[gliding.layout]}, {hand.width_cm:g} cm across, "
            f"{PLATE_IS_HELD[gliding.held]}."
        ),
        "Every needle enters at every stroke, and the skin does not stretch.",
        f"The local dose is counted in squares of {cell_cm:g} cm.",
        "How a hand really moves is not published: these are assumptions, not a measurement of anybody.",
    )


# ── what can be ──────────────────────────────────────────────────────────────────────────────────────


def amiss(gliding: Gliding, *, cell_cm: float) -> Iterator[Reason]:
    """Numbers out of bounds, and names that are not known; what is too much for a machine `glide` tells."""
    yield from _out_of_bounds(gliding, cell_cm)
    yield from _unknown(gliding)


def _out_of_bounds(gliding: Gliding, cell_cm: float) -> Iterator[Reason]:
    hand = gliding.glide
    for key, value, least, most, unit in (
        ("needles", gliding.needles, 1, 1000, ""),
        ("strokes-per-s", gliding.strokes_per_s, 1, 500, " strokes/s"),
        ("passes", gliding.passes, 1, 100, ""),
        ("area-cm2", gliding.area_cm2, 0.1, 5000, " cm²"),
        ("aspect", gliding.aspect, 0.05, 20, ""),
        ("speed-cm-per-s", hand.speed_cm_per_s, 0.05, 50, " cm/s"),
        ("width-cm", hand.width_cm, 0.05, 5, " cm"),
        ("overlap", hand.overlap, 0, 0.9, ""),
        ("speed-spread", hand.speed_spread, 0, 1, ""),
        ("wander-cm", hand.wander_cm, 0, 2, " cm"),
        ("overrun-cm", hand.overrun_cm, 0, 5, " cm"),
        ("cell-cm", cell_cm, 0.02, 5, " cm"),
    ):
        if not least <= value <= most:  # also true of what is no number
            yield Reason(key, f"is {value:g}.", f"Give {least:g} to {most:g}{unit}.")
    for key, count in (("needles", gliding.needles), ("passes", gliding.passes)):
        if math.isfinite(count) and count != int(count):
            yield Reason(key, f"is {count:g}, and is counted in whole ones.", "Give a whole number.")


def _unknown(gliding: Gliding) -> Iterator[Reason]:
    named = (
        ("direction", gliding.directions or ("",), tuple(DIRECTIONS)),
        ("layout", (gliding.layout,), get_args(Layout)),
        ("held", (gliding.held,), get_args(Held)),
    )
    for key, given, known in named:
        for one in given:
            if one not in known:
                yield Reason(key, f"{one!r} is not known.", f"One of: {', '.join(known)}.")

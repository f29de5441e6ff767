"""
Glide: how evenly a pen drawn over a zone in lines spreads its punctures.

A simulation, and no more than that. It assumes

- a flat rectangular zone; each pass covers it in straight parallel lines, `width × (1 − overlap)` apart, and
  the passes take the directions in turn (oblique is 45°);
- a line whose middle runs from edge to edge, and `overrun` beyond on both sides; it lies off its place by a
  normal error, the same along its whole length (`wander`);
- a speed that is constant along a line and differs from line to line (log-normal, mean `speed`, standard
  deviation `speed_spread`). A hand of uneven speed lays down more than an even one of the same mean speed,
  by the square of the spread;
- strokes at a constant rate whose clock knows nothing of the line, each needle of the plate piercing at every
  stroke, at its own place on the plate (`layout`, `held`);
- skin that neither stretches nor bends, and a pen that is lifted between lines.

How a hand really moves nobody has published: what the numbers of `Glide` are is the edition's own choice. The
closed form of `dose.density_per_pass` is the check: with a perfect hand the mean comes out the same, but for
what falls outside at the ends of the lines.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from needlework.loop.gliding import DIRECTIONS, Gliding, Layout, amiss
from needlework.records.dose import Spread
from needlework.records.why import Reason

MOST_PUNCTURES = 100_000_000
MOST_CELLS = 1_000_000
CHUNK = 1 << 18
"""Punctures that are in memory at once."""
PERCENTILES = (5, 25, 50, 75, 95)

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Laid:
    """Where the punctures of a simulated treatment came to lie."""

    strokes: int
    beyond: int
    """Punctures outside the zone."""
    cells: NDArray[np.int64]
    """Punctures in each cell of the zone, by row."""
    cell_cm2: float

    @property
    def per_cm2(self) -> NDArray[np.float64]:
        return self.cells / self.cell_cm2


def simulate(
    gliding: Gliding,
    *,
    target_per_cm2: float,
    low: float = 0.5,
    high: float = 2.0,
    cell_cm: float = 0.2,
    seed: int = 1,
) -> Spread:
    """
    How evenly a dose lies over a zone: mean, percentiles, shares under and over. [1/cm², shares]

    The same seed gives the same answer. The smaller the cell, the more chance alone scatters the local dose:
    at 250/cm² a cell of 0.2 cm holds ten punctures. It tells how the pattern of lines spreads a dose, not how
    a given hand does. Raises ValueError for what cannot be; ask `reasons_against` first.

    >>> from needlework.protocol.schema.plan import Glide
    >>> even = Glide(speed_cm_per_s=2.0, width_cm=1.0, says="", basis="house", overrun_cm=0.5)
    >>> spread = simulate(Gliding(14, 116.7, 2, 100.0, even, aspect=1.0), target_per_cm2=1600.0)
    >>> round(spread.mean_per_cm2), round(spread.closed_form_per_cm2)
    (1634, 1634)
    """
    laid = lay(gliding, cell_cm=cell_cm, seed=seed)
    return spread(laid, gliding, target_per_cm2=target_per_cm2, low=low, high=high, cell_cm=cell_cm)


def lay(gliding: Gliding, *, cell_cm: float = 0.2, seed: int = 1) -> Laid:
    """Every puncture, counted where it lies; cells are stretched a little so that they fill the zone."""
    if reasons := reasons_against(gliding, cell_cm=cell_cm, seed=seed):
        raise ValueError(" ".join(f"{one.key} {one.problem} {one.do}" for one in reasons))
    lines = _lines(gliding, np.random.default_rng(seed))
    columns, rows = _cells(gliding, cell_cm)
    counts, pad = _counted(lines, gliding, columns, rows, np.random.default_rng(seed + 1))
    cells = counts[pad : pad + rows, pad : pad + columns]
    return Laid(
        strokes=lines.strokes_in_all,
        beyond=int(counts.sum() - cells.sum()),
        cells=cells,
        cell_cm2=gliding.area_cm2 / (columns * rows),
    )


def spread(
    laid: Laid,
    gliding: Gliding,
    *,
    target_per_cm2: float,
    low: float = 0.5,
    high: float = 2.0,
    cell_cm: float = 0.2,
) -> Spread:
    """What was laid, against a target."""
    if not (0 < target_per_cm2 < math.inf and 0 <= low < high < math.inf):
        raise ValueError("The target must be more than 0, and low less than high: give such numbers.")
    local = laid.per_cm2
    at = np.percentile(local, PERCENTILES)
    return Spread(
        punctures=laid.strokes * gliding.needles,
        mean_per_cm2=float(local.mean()),
        closed_form_per_cm2=gliding.closed_form_per_cm2,
        target_per_cm2=target_per_cm2,
        under=float((local < low * target_per_cm2).mean()),
        over=float((local > high * target_per_cm2).mean()),
        low=low,
        high=high,
        percentiles_per_cm2={name: float(value) for name, value in zip(PERCENTILES, at, strict=True)},
        cell_cm=cell_cm,
    )


def shares(laid: Laid, *, edges_per_cm2: tuple[float, ...]) -> tuple[float, ...]:
    """Share of the zone between each two neighbouring edges; the last one takes all that lies beyond."""
    place = np.searchsorted(edges_per_cm2, laid.per_cm2.ravel(), side="right") - 1
    counts = np.bincount(np.clip(place, 0, None), minlength=len(edges_per_cm2))
    return tuple(float(share) for share in counts / laid.cells.size)


def pattern(laid: Laid, *, steps: int = 20) -> tuple[float, ...]:
    """
    The local dose as multiples of its mean, from the least to the most in so many equal steps of area.

    It tells how the lines spread any dose; times a mean it is the dose of each twentieth of the zone.
    """
    local = laid.per_cm2
    mean = float(local.mean()) or 1.0
    return tuple(float(one) / mean for one in np.quantile(local, np.linspace(0, 1, steps + 1)))


# ── what can be ──────────────────────────────────────────────────────────────────────────────────────


def reasons_against(gliding: Gliding, *, cell_cm: float = 0.2, seed: int = 1) -> tuple[Reason, ...]:
    """Why this cannot be simulated; empty where it can."""
    reasons = [*amiss(gliding, cell_cm=cell_cm)]
    if seed < 0:
        reasons.append(Reason("seed", f"is {seed}.", "Give 0 or more."))
    return tuple(reasons) or tuple(_too_much(gliding, cell_cm, seed))


def _too_much(gliding: Gliding, cell_cm: float, seed: int) -> Iterator[Reason]:
    columns, rows = _cells(gliding, cell_cm)
    if columns * rows > MOST_CELLS // 4:
        yield Reason("cell-cm", f"makes {columns * rows:,} cells of this zone.", "Give a larger cell.")
    strokes = _lines(gliding, np.random.default_rng(seed)).strokes_in_all
    if strokes * gliding.needles > MOST_PUNCTURES:
        problem = f"would take {strokes * gliding.needles:,} punctures, more than {MOST_PUNCTURES:,}."
        yield Reason("passes", problem, "Simulate fewer passes or a smaller area: the spread is alike.")


# ── lines ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Lines:
    """All lines of all passes: where the first stroke falls, how far the next, how many, and the plate."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    step_x: NDArray[np.float64]
    step_y: NDArray[np.float64]
    strokes: NDArray[np.int64]
    turn: NDArray[np.float64]

    @property
    def strokes_in_all(self) -> int:
        return int(self.strokes.sum())


def _lines(gliding: Gliding, draw: np.random.Generator) -> _Lines:
    passes = [
        _pass(gliding, DIRECTIONS[gliding.directions[n % len(gliding.directions)]], draw)
        for n in range(gliding.passes)
    ]
    parts = (np.concatenate(part) for part in zip(*passes, strict=True))
    x, y, step_x, step_y, strokes, turn = parts
    return _Lines(x, y, step_x, step_y, strokes.astype(np.int64), turn)


def _pass(
    gliding: Gliding, direction: tuple[float, float], draw: np.random.Generator
) -> tuple[NDArray[np.float64], ...]:
    hand, (along_x, along_y) = gliding.glide, direction
    aim = _aim(gliding, direction)
    start, end = _reach(gliding, direction, aim)
    off = aim + hand.wander_cm * draw.standard_normal(aim.size)
    log_sd = math.sqrt(math.log1p(hand.speed_spread**2))
    speed = hand.speed_cm_per_s * np.exp(log_sd * draw.standard_normal(aim.size) - log_sd**2 / 2)
    step, first = speed / gliding.strokes_per_s, draw.random(aim.size)
    strokes = np.ceil((end - start) / step - first).clip(0)
    at = start + first * step
    turn = draw.random(aim.size) * math.tau
    if gliding.held == "still":
        turn = np.full(aim.size, math.atan2(along_y, along_x))
    return (
        at * along_x - off * along_y,
        at * along_y + off * along_x,
        step * along_x,
        step * along_y,
        strokes,
        turn,
    )


def _aim(gliding: Gliding, direction: tuple[float, float]) -> NDArray[np.float64]:
    """Where the lines of a pass should lie, across their direction: as many as cover the zone, centred."""
    along_x, along_y = direction
    width = gliding.glide.width_cm
    pitch = width * (1 - gliding.glide.overlap)
    reach = gliding.length_cm * along_y + gliding.height_cm * along_x
    count = max(1, math.ceil((reach - width) / pitch - 1e-9) + 1)
    middle = (gliding.height_cm * along_x - gliding.length_cm * along_y) / 2
    places = np.arange(count, dtype=np.float64) - (count - 1) / 2
    return middle + pitch * places


def _reach(
    gliding: Gliding, direction: tuple[float, float], aim: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    From where to where along its direction a line meets the zone, anywhere in its width.

    Along a line off by t, the zone begins at max(t·tan, −t·cot) and ends at min((L + t·sin)/cos,
    (H − t·cos)/sin). The first is least in the corner at t = 0, the second greatest in the one opposite.
    """
    along_x, along_y = direction
    length, height, half = gliding.length_cm, gliding.height_cm, gliding.glide.width_cm / 2
    begins, ends = np.full(aim.size, -np.inf), np.full(aim.size, np.inf)
    edges = -length * along_y, height * along_x
    low, high = np.clip(aim - half, *edges), np.clip(aim + half, *edges)
    near = np.clip(0.0, low, high)
    far = np.clip(height * along_x - length * along_y, low, high)
    if along_x:
        begins = np.maximum(begins, near * along_y / along_x)
        ends = np.minimum(ends, (length + far * along_y) / along_x)
    if along_y:
        begins = np.maximum(begins, -near * along_x / along_y)
        ends = np.minimum(ends, (height - far * along_x) / along_y)
    return begins - gliding.glide.overrun_cm, ends + gliding.glide.overrun_cm


# ── punctures ────────────────────────────────────────────────────────────────────────────────────────


def _cells(gliding: Gliding, cell_cm: float) -> tuple[int, int]:
    """Columns and rows of cells that fill the zone."""
    return max(1, round(gliding.length_cm / cell_cm)), max(1, round(gliding.height_cm / cell_cm))


def _counted(
    lines: _Lines, gliding: Gliding, columns: int, rows: int, draw: np.random.Generator
) -> tuple[NDArray[np.int64], int]:
    """Punctures by cell, with a margin of `pad` cells around the zone that takes all that lies beyond."""
    per_x, per_y = columns / gliding.length_cm, rows / gliding.height_cm
    pad = _margin(lines, gliding, per_x, per_y)
    wide, tall = columns + 2 * pad, rows + 2 * pad
    x, y = _f32(lines.x * per_x + pad), _f32(lines.y * per_y + pad)
    step_x, step_y = _f32(lines.step_x * per_x), _f32(lines.step_y * per_y)
    plate_x, plate_y = plate(gliding.needles, gliding.layout, width_cm=gliding.glide.width_cm)
    ends = np.cumsum(lines.strokes)
    starts = ends - lines.strokes
    counts = np.zeros(wide * tall, np.int64)
    for begin in range(0, lines.strokes_in_all, size := max(1, CHUNK // gliding.needles)):
        stroke = np.arange(begin, min(begin + size, lines.strokes_in_all))
        line = np.searchsorted(ends, stroke, side="right")
        since = _f32(stroke - starts[line])
        turn = _f32(draw.random(line.size) * math.tau if gliding.held == "stroke" else lines.turn[line])
        across, up = _f32(np.cos(turn))[:, None], _f32(np.sin(turn))[:, None]
        at_x = across * (plate_x * np.float32(per_x)) - up * (plate_y * np.float32(per_x))
        at_y = up * (plate_x * np.float32(per_y)) + across * (plate_y * np.float32(per_y))
        at_x += (x[line] + since * step_x[line])[:, None]
        at_y += (y[line] + since * step_y[line])[:, None]
        np.floor(at_x, out=at_x)
        np.floor(at_y, out=at_y)
        at_y *= np.float32(wide)  # exact: there are far fewer cells than a float of 32 bits can count
        at_y += at_x
        counts += np.bincount(at_y.ravel().astype(np.intp), minlength=counts.size)
    return counts.reshape(tall, wide), pad


def _margin(lines: _Lines, gliding: Gliding, per_x: float, per_y: float) -> int:
    """Cells around the zone in which the furthest puncture still lies."""
    last = np.maximum(lines.strokes - 1, 0)
    furthest = gliding.glide.width_cm
    for at, step, side in (
        (lines.x, lines.step_x, gliding.length_cm),
        (lines.y, lines.step_y, gliding.height_cm),
    ):
        ends = np.concatenate([at, at + step * last])
        furthest = max(furthest, gliding.glide.width_cm + max(-ends.min(), ends.max() - side))
    return math.ceil(furthest * max(per_x, per_y)) + 1


def plate(needles: int, layout: Layout, *, width_cm: float) -> tuple[Floats, Floats]:
    """Where the needles stand on the plate, from its middle; none beyond the square of its width. [cm]"""
    half = width_cm / 2
    if layout == "grid":
        rows = max(1, round(math.sqrt(needles)))
        columns = math.ceil(needles / rows)
        y, x = np.divmod(np.arange(rows * columns), columns)
        x, y = (x + 0.5) / columns - 0.5, (y + 0.5) / rows - 0.5
        kept = np.sort(np.argsort(np.hypot(x, y), kind="stable")[:needles])
        return _f32(x[kept] * width_cm), _f32(y[kept] * width_cm)
    if needles == 1:
        return _f32(np.zeros(1)), _f32(np.zeros(1))
    inner = needles // 3 if layout == "rings" else 0
    outer = needles - inner
    angle = np.concatenate([np.arange(outer) / outer, np.arange(inner) / max(inner, 1)]) * math.tau
    radius = np.concatenate([np.full(outer, half), np.full(inner, half / 2)])
    return _f32(radius * np.cos(angle)), _f32(radius * np.sin(angle))


def _f32(values: NDArray[np.generic]) -> Floats:
    return values.astype(np.float32)

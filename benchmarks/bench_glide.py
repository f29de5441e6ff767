"""
Ten million simulated punctures, beside the same counting in a plain Python loop.

    python benchmarks/bench_glide.py [--punctures 10000000] [--plain 300000]

The loop takes the same lines and counts each puncture on its own, as one would write it first. It counts
fewer of them, and its time is scaled by their number. Both end with the same cells, but for punctures that
lie within rounding of a border.
"""

import argparse
import math
import time
import tracemalloc

import numpy as np

from needlework.loop import glide
from needlework.loop.gliding import Gliding
from needlework.protocol.schema.plan import Glide

HAND = Glide(
    speed_cm_per_s=2.0, width_cm=1.0, says="", basis="house", overlap=0.1, speed_spread=0.2, wander_cm=0.1,
    overrun_cm=0.3,
)  # fmt: skip


def gliding(*, punctures: int) -> Gliding:
    """Four passes of a pen of 14 needles over an area that takes about so many punctures."""
    area_cm2 = punctures / (4 * 14 * 116.7 / (2.0 * 1.0 * 0.9)) / 1.06  # speed and overrun add the rest
    return Gliding(14, 116.7, 4, area_cm2, HAND)


def plain(given: Gliding, *, cell_cm: float) -> tuple[list[list[int]], int]:
    """Cells and punctures, one puncture after the other."""
    lines = glide._lines(given, np.random.default_rng(1))
    xs, ys = glide.plate(given.needles, given.layout, width_cm=given.glide.width_cm)
    needles = list(zip(xs.tolist(), ys.tolist(), strict=True))
    columns, rows = round(given.length_cm / cell_cm), round(given.height_cm / cell_cm)
    wide, tall = given.length_cm / columns, given.height_cm / rows
    cells = [[0] * columns for _ in range(rows)]
    made = 0
    for x, y, step_x, step_y, strokes, turn in zip(
        lines.x.tolist(), lines.y.tolist(), lines.step_x.tolist(), lines.step_y.tolist(),
        lines.strokes.tolist(), lines.turn.tolist(), strict=True,
    ):  # fmt: skip
        cos, sin = math.cos(turn), math.sin(turn)
        for stroke in range(strokes):
            for needle_x, needle_y in needles:
                column = math.floor((x + stroke * step_x + cos * needle_x - sin * needle_y) / wide)
                row = math.floor((y + stroke * step_y + sin * needle_x + cos * needle_y) / tall)
                made += 1
                if 0 <= column < columns and 0 <= row < rows:
                    cells[row][column] += 1
    return cells, made


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--punctures", type=int, default=10_000_000)
    options.add_argument("--plain", type=int, default=300_000)
    given = options.parse_args()
    large, small = gliding(punctures=given.punctures), gliding(punctures=given.plain)
    times = []
    for _ in range(4):
        start = time.perf_counter()
        laid = glide.lay(large)
        times.append(time.perf_counter() - start)
    made, fast = laid.strokes * large.needles, min(times[1:])
    tracemalloc.start()
    glide.lay(large)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    print(
        f"needlework: {made:,} punctures over {large.area_cm2:,.0f} cm² in {fast:.2f} s "
        f"({made / fast / 1e6:.0f} million a second), peak {peak:.0f} MB"
    )
    start = time.perf_counter()
    cells, counted = plain(small, cell_cm=0.2)
    slow = time.perf_counter() - start
    apart = int(np.abs(glide.lay(small).cells - np.array(cells)).sum())
    print(f"plain loop: {counted:,} punctures in {slow:.2f} s; {apart} of them counted in another cell")
    print(f"plain loop, scaled to {made:,}: {slow * made / counted:.1f} s")
    print(f"ratio: {slow * made / counted / fast:.0f} ×")


if __name__ == "__main__":
    main()

"""
A batch of pairs by one worker and by two, and the same pairs by a plain loop of single commands.

    python benchmarks/bench_batch.py [--pairs 8]

The pairs are drawn (tests/skins.py), a person each. Both batches must give the same file byte for byte. The
baseline is how somebody would do it without `--batch`: one command after the other, a process each. One
pair is measured before anything is timed, so that nobody pays for compiling.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import timed

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import skins

ZONE = {"zones": [{"name": "zone", "polygon": [list(point) for point in skins.ZONE]}]}
MEASURE = [sys.executable, "-m", "needlework.server.main", "measure"]


def drawn(folder: Path, pairs: int) -> Path:
    """The photographs, and the table that names them."""
    (folder / "zone.json").write_text(json.dumps(ZONE))
    rows = ["before,after"]
    for number in range(pairs):
        skin = skins.Skin(skins.TYPES[number % len(skins.TYPES)], 500 + number)
        for name, data in zip(("a", "b"), skins.pair(skin, 900 + number, wrinkles=0.7), strict=True):
            (folder / f"{number}{name}.jpg").write_bytes(data)
        rows.append(f"{number}a.jpg,{number}b.jpg")
    table = folder / "pairs.csv"
    table.write_text("\n".join(rows) + "\n")
    return table


def took(words: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun


def batch(table: Path, workers: int) -> tuple[float, str]:
    """Seconds, and the hash of what was written."""
    out = table.with_name(f"by-{workers}.parquet")
    words = ["--batch", str(table), "--out", str(out), "--workers", str(workers)]
    return took([*MEASURE, *words, *where(table.parent)]), hashlib.sha256(out.read_bytes()).hexdigest()


def singles(table: Path, pairs: int) -> float:
    return sum(took(single(table.parent, number)) for number in range(pairs))


def single(folder: Path, number: int) -> list[str]:
    before, after = (str(folder / f"{number}{side}.jpg") for side in "ab")
    return [*MEASURE, before, after, *where(folder)]


def where(folder: Path) -> list[str]:
    return ["--region", str(folder / "zone.json"), "--mm-per-px", str(skins.MM_PER_PX)]


def lines(folder: Path, pairs: int) -> Iterator[str]:
    table = drawn(folder, pairs)
    took(single(folder, 0))
    one, first = batch(table, 1)
    two, second = batch(table, 2)
    plain = singles(table, pairs)
    yield f"{pairs} pairs of {skins.SIDE_PX} px; {timed.machine()}"
    for name, seconds in {"one worker": one, "two workers": two, "single commands (baseline)": plain}.items():
        rate, times = pairs / seconds, plain / seconds
        yield f"{name:<28}{seconds:>7.1f} s{rate:>7.2f} pairs/s{times:>7.2f} × the baseline"
    alike = "the same bytes" if first == second else "THE FILES DIFFER"
    yield f"two workers are {one / two:.2f} times as fast as one; {alike}"


def main() -> None:
    wanted = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    wanted.add_argument("--pairs", type=int, default=8)
    given = wanted.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for line in lines(Path(folder), given.pairs):
            print(line, flush=True)


if __name__ == "__main__":
    main()

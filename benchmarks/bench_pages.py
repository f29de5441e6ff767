"""
Pages of the clinic in a small archive and in a full one, beside the plainest page there is.

    python benchmarks/bench_pages.py [--people 10000] [--sessions 100000] [--seconds 4] [--folder FOLDER]

The small archive has a hundredth of the people, each with as many sessions. Both are served at once, as
`needlework serve` does, and each page is asked of one and then of the other by four who ask at once, so that
a busy machine slows both: the ratio is what to trust. The plainest page is the login: no person's data, no
line in the log. A folder that is named keeps the archives for next time; making the full one takes minutes.
"""

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import timed

ARCHIVE = str(Path(__file__).with_name("archive.py"))
SMALLER = 100


@contextmanager
def archives(where: str, *, people: int, sessions: int) -> Iterator[tuple[Path, Path]]:
    """The folders of the small clinic and the full one; made where they are not there yet."""
    with tempfile.TemporaryDirectory() as passing:
        kept = Path(where or passing)
        demo = _made(kept / "demo")
        small = _made(kept / f"{people // SMALLER}-{sessions // SMALLER}", of=demo)
        yield small, _made(kept / f"{people}-{sessions}", of=demo)


def _made(folder: Path, *, of: Path | None = None) -> Path:
    """The clinic of this folder, whose name says how many people and sessions."""
    if folder.exists():
        return folder
    print(f"making {folder.name} …", flush=True)
    making = folder.with_name(f"{folder.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    if of is None:
        making.mkdir(parents=True)
        timed.run(timed.environment(making), "-m", "needlework.server.main", "demo")
    else:
        shutil.copytree(of, making)
        people, sessions = folder.name.split("-")
        timed.run(timed.environment(making), ARCHIVE, "--people", people, "--sessions", sessions)
    return making.rename(folder)


def table(few: timed.Served, many: timed.Served, *, seconds: float) -> Iterator[str]:
    """A line for each page; the ratio is of the medians, the full archive's to the small one's."""
    yield f"{'':<20}{'queries':>12}{'pages/s':>12}{'p50 ms':>14}{'p95 ms':>14}{'ratio':>7}{'of login':>10}"
    for name, small in few.pages.items():
        full = many.pages[name]
        for one, page in ((few, small), (many, full)):
            one.speed(page["path"], seconds=0.5)
        plain = many.speed("/login/", seconds=seconds / 2, signed_in=False)
        a, b = (one.speed(page["path"], seconds=seconds) for one, page in ((few, small), (many, full)))
        yield (
            f"{name:<20}{small['queries']:>6}{full['queries']:>6}{a.per_s:>6.0f}{b.per_s:>6.0f}"
            f"{a.p50_ms:>7.0f}{b.p50_ms:>7.0f}{a.p95_ms:>7.0f}{b.p95_ms:>7.0f}{b.p50_ms / a.p50_ms:>7.2f}"
            f"{b.per_s / plain.per_s:>10.2f}"
        )


def say(few: timed.Served, many: timed.Served, *, seconds: float) -> None:
    """The table, and on what machine it was taken, how busy before and after."""
    print(f"{few.size}; {many.size}; {timed.CLIENTS} clients, {seconds:g} s a page; {timed.machine()}")
    for line in table(few, many, seconds=seconds):
        print(line, flush=True)
    print(timed.machine())


def main() -> None:
    wanted = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    wanted.add_argument("--people", type=int, default=10_000)
    wanted.add_argument("--sessions", type=int, default=100_000)
    wanted.add_argument("--seconds", type=float, default=4.0)
    wanted.add_argument("--folder", default="")
    given = wanted.parse_args()
    with (
        archives(given.folder, people=given.people, sessions=given.sessions) as (small, full),
        timed.served(timed.environment(small)) as few,
        timed.served(timed.environment(full)) as many,
    ):
        say(few, many, seconds=given.seconds)


if __name__ == "__main__":
    main()

"""needlework measure --batch: many pairs to one file, through any end of the program."""

import os
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from needlework.cli import answers, models, tell
from needlework.cli.photographs import FACE

if TYPE_CHECKING:
    from needlework.cli.batch.crew import Task
    from needlework.cli.batch.journal import Journal
    from needlework.cli.batch.one import Done, Row
    from needlework.cli.batch.pairs import Pair
    from needlework.records.why import Refusal

NAMED_MAX = 8
"""Pairs without a reading that are named one by one; all of them stand in the result."""
WORKERS_MAX = 8
"""Unless more are asked for: a pair of large photographs takes about a gigabyte in each."""


@dataclass(slots=True)
class Count:
    """What is told of a batch at its end."""

    pairs: int
    measured: int = 0
    """By this run; the others were known, and their files are still the same."""
    compared: int = 0
    rows: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    silent: list[tuple[str, str]] = field(default_factory=list)
    """The first pairs without a reading: id and reason."""


def batch(
    csv: Path,
    out: Path,
    *,
    region: str,
    mm_per_px: float | None,
    workers: int | None,
    scheduler: str | None,
    json: bool,
) -> None:
    """Measure every pair of a CSV; ends with what came of it, or refuses."""
    from needlework.cli.batch import journal, pairs
    from needlework.records.why import Refusal

    asked = pairs.read(csv, region=region, mm_per_px=mm_per_px)
    if isinstance(asked, Refusal):
        raise tell.refused(asked.reasons, file=str(csv), json=json)
    if any(pair.region == FACE for pair in asked) and isinstance(networks := models.load(), Refusal):
        raise tell.refused(networks.reasons, json=json)
    if spare := pairs.spare(csv):
        tell.error(f"Columns left aside: {', '.join(spare)}.")
    place = out.absolute()
    kept = journal.open_at(place.with_name(place.name + ".part"))
    if isinstance(kept, Refusal):
        raise tell.refused(kept.reasons, file=str(out), json=json)
    with closing(kept):
        found = _written(asked, place, kept, workers=workers, scheduler=scheduler)
    if isinstance(found, Refusal):
        where = str(out) if found.reasons[0].key == "out" else ""
        raise tell.refused(found.reasons, file=where, json=json)
    _tell(out, found, json=json)


def _written(
    asked: "tuple[Pair, ...]", out: Path, kept: "Journal", *, workers: int | None, scheduler: str | None
) -> "Count | Refusal":
    """The result in its place; or why not, with what is done kept in the journal."""
    from needlework.cli.batch import table
    from needlework.records.why import Reason, Refusal

    if out.exists() and not (out.is_file() and table.ours(out)):
        problem = "is there, and is not the result of a batch."
        return Refusal((Reason("out", problem, "Name another file, or move it."),))
    count = Count(len(asked))
    try:
        _take_up(out, kept)
        if failed := _measure(asked, kept, count, workers=workers, scheduler=scheduler):
            return failed
        count.rows = table.write(out, _rows(asked, kept, count))
    except KeyboardInterrupt:
        tell.error(
            f"Stopped, with {_many(len(kept.places), 'pair')} kept. The same command goes on from there."
        )
        raise
    except OSError as error:
        return answers.unwritable(error, key="out")
    kept.close(done=True)
    return count


def _take_up(out: Path, kept: "Journal") -> None:
    """What an earlier batch has written there, so that a longer CSV measures only what is new."""
    from needlework.cli.batch import table

    if out.exists():
        for name, fingerprint, rows in table.read(out):
            if name not in kept.places:
                kept.add(name, fingerprint, rows, at_once=False)


def _measure(
    asked: "tuple[Pair, ...]", kept: "Journal", count: Count, *, workers: int | None, scheduler: str | None
) -> "Refusal | None":
    """Every pair into the journal."""
    from needlework.cli.batch import progress
    from needlework.records.why import Refusal

    tasks = ((pair, kept.known(pair.id)) for pair in asked)
    crew = min(workers or _cores(), len(asked))
    with (
        closing(_results(tasks, workers=crew, scheduler=scheduler)) as results,
        progress.shown(len(asked)) as advance,
    ):
        for one in results:
            if isinstance(one, Refusal):
                return one
            pair, done = one
            if apart := _apart(done):
                return apart
            if done.rows:
                kept.add(pair.id, done.fingerprint, done.rows)
                count.measured += 1
            advance()
    return None


def _results(
    tasks: "Iterator[Task]", *, workers: int, scheduler: str | None
) -> "Generator[tuple[Pair, Done] | Refusal]":
    from needlework.cli.batch import cluster, crew
    from needlework.records.why import Refusal

    if scheduler is None:
        yield from crew.run(tasks, workers=workers)
        return
    with cluster.joined(scheduler) as client:
        if isinstance(client, Refusal):
            yield client
        else:
            yield from cluster.run(client, tasks)


def _cores() -> int:
    """Cores that this process may use, within reason."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(cores or 1, WORKERS_MAX)


def _apart(done: "Done") -> "Refusal | None":
    """Why a worker on another computer does not answer as this one would; None where it does."""
    from needlework.cli.batch import one
    from needlework.records.why import Reason, Refusal

    if done.by != one.means():
        problem = f"The workers measure with {done.by}, this computer with {one.means()}."
        return Refusal((Reason("scheduler", problem, "Install the same version of Needlework there."),))
    if unseen := [name for name in done.missing if Path(name).exists()]:
        do = "Put the photographs where every worker sees them under the same path."
        return Refusal((Reason("scheduler", f"The workers do not see {unseen[0]}.", do),))
    return None


def _rows(asked: "tuple[Pair, ...]", kept: "Journal", count: Count) -> "Iterator[Row]":
    """All rows in the order of the CSV, counted on their way."""
    for pair in asked:
        rows = kept.rows(pair.id)
        verdicts = [row["verdict"] for row in rows if row["verdict"]]
        count.verdicts.update(verdicts)
        count.compared += bool(verdicts)
        if not verdicts and len(count.silent) < NAMED_MAX:
            count.silent.append((pair.id, _why(rows[0])))
        yield from rows


def _why(row: "Row") -> str:
    """The first reason of a pair without a reading, with the file that it speaks of."""
    for one in row["reasons"]:
        side, _, _ = one["key"].partition(".")
        of = side if side in ("before", "after", "region") else ""
        of += (" " if one["problem"][0].islower() else ": ") if of else ""
        return f"{of}{one['problem']} {one['do']}"
    return "Nothing could be read."


# ── what came of it ──────────────────────────────────────────────────────────────────────────────────


def _tell(out: Path, count: Count, *, json: bool) -> None:
    from needlework.cli.batch import one
    from needlework.protocol import load

    silent = count.pairs - count.compared
    if json:
        return tell.as_json(
            {
                "out": str(out),
                "pairs": count.pairs,
                "measured": count.measured,
                "compared": count.compared,
                "without_reading": silent,
                "rows": count.rows,
                "verdicts": {trend: count.verdicts[trend] for trend in WORDS},
                "measured_with": one.means(),
            }
        )
    known = count.pairs - count.measured
    before = f", {known:,} of them measured before" if known else ""
    tell.say(
        f"{_many(count.pairs, 'pair')}{before}: {count.compared:,} compared, {silent:,} without a reading."
    )
    if count.compared:
        tell.say("; ".join(f"{word} {count.verdicts[trend]:,}" for trend, word in WORDS.items()) + ".")
    for name, why in count.silent:
        tell.say(f"· {name}: {why}", hang=2)
    if silent > len(count.silent):
        tell.say(f"· and {silent - len(count.silent):,} more, see the column reasons")
    tell.say(f"Written: {out} ({_many(count.rows, 'row')})")
    return tell.standing(load.default().edition)


WORDS = {"improved": "Improved", "worse": "worse", "no-detectable-change": "no detectable change"}


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"

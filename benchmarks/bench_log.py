"""
Is the log whole? How long `needlework audit verify` takes for it, and how much memory.

    python benchmarks/bench_log.py                      100,000 and 1,000,000 lines in SQLite
    python benchmarks/bench_log.py --lines 10000        so many

Every second line tells of a row that was added, which is compared with the row as it is now; the others of
reads. The baseline reads the same lines and does what no check can go without: spell each as JSON, hash it,
compare. It looks at no row, no trigger and no number that was given out. Each runs in a process of its own.
"""

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

MANY = (100_000, 1_000_000)
A_BATCH = 20_000
ACTOR, AT = "user:01a2200c-af2f-72a7-9fc3-c400573332ed", "2026-11-20T12:00:00.000000Z"

PLAIN = """
import hashlib, json, sqlite3, sys
before, lines = "", 0
asked = "SELECT seq, at, actor, action, table_name, row_id, columns, row_sha256, detail, previous, hash"
for line in sqlite3.connect(sys.argv[1]).execute(asked + " FROM clinic_auditline ORDER BY seq"):
    text = json.dumps(line[:-1], ensure_ascii=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode("ascii")).hexdigest() == line[-1] and line[-2] == before
    before, lines = line[-1], lines + 1
print(json.dumps({"whole": True, "lines": lines, "head": before}))
"""


def clinic(folder: Path) -> Path:
    """An empty clinic's database, as `needlework manage migrate` makes it."""
    run = {**os.environ, "NEEDLEWORK_DATA": str(folder), "NEEDLEWORK_DATABASE": ""}
    words = [sys.executable, "-m", "needlework.server.main", "manage", "migrate", "--verbosity", "0"]
    subprocess.run(words, env=run, check=True)
    (found,) = folder.glob("*.sqlite3")
    return found


def grown(database: Path, lines: int) -> None:
    """So many lines more or less: each but the first few about a person who was admitted, or read."""
    from needlework.clinic.ledger import sqlite as ledger
    from needlework.clinic.ledger.chain import FIELDS, TABLE, digest

    with closing(sqlite3.connect(database, isolation_level=None)) as raw:
        ledger.equip(raw)
        standing = [row[0] for row in raw.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]
        ledger.remove(raw)
        raw.execute("BEGIN")
        last = raw.execute(f"SELECT seq, hash FROM {TABLE} ORDER BY seq DESC LIMIT 1").fetchone()
        seq, previous = last or (0, "")
        columns = ledger.tables(raw)["clinic_patient"]
        spelt = ", ".join(f"'{name}', {name}" for name in columns)

        def told() -> Iterator[tuple]:
            nonlocal seq, previous
            for row, sha in raw.execute(f"SELECT id, needlework_sha256({spelt}) FROM clinic_patient"):
                for action, now in (("insert", sha), ("read", "")):
                    line = (seq + 1, AT, ACTOR, action, "clinic_patient", row, "[]", now, "", previous)
                    seq, previous = seq + 1, digest(*line)
                    yield *line, previous

        _admitted(raw, lines // 2)
        marks = ", ".join("?" for _name in (*FIELDS, "hash"))
        raw.executemany(f"INSERT INTO {TABLE} ({', '.join(FIELDS)}, hash) VALUES ({marks})", told())
        raw.execute("COMMIT")
        for sql in standing:
            raw.execute(sql)


def _admitted(raw: sqlite3.Connection, people: int) -> None:
    """Rows of people, in the order of their keys."""
    known = {"id": "printf('%012x70008000%012x', n, n)", "ordinal": "n + 1000", "created_at": "'2026-11-20'"}
    fields = list(raw.execute("PRAGMA table_info(clinic_patient)"))
    values = [known.get(row[1], "NULL" if not row[3] else "''") for row in fields]
    upto = (
        f"WITH RECURSIVE series(n) AS (VALUES(0) UNION ALL SELECT n + 1 FROM series WHERE n < {people - 1})"
    )
    names = ", ".join(row[1] for row in fields)
    raw.execute(f"INSERT INTO clinic_patient ({names}) {upto} SELECT {', '.join(values)} FROM series")


def measured(words: list[str]) -> tuple[float, int, dict]:
    """Seconds, the most memory that the process had at once [MB], and what it found."""
    with tempfile.TemporaryFile() as out:
        began = time.perf_counter()
        process = subprocess.Popen(words, stdout=out)
        _pid, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        out.seek(0)
        said = json.loads(out.read())
    if os.waitstatus_to_exitcode(status) or not said["whole"]:
        raise SystemExit(f"The log is not whole: {said}")
    return seconds, used.ru_maxrss // 1024, said


def timed(lines: int, say: Callable[[str], None]) -> dict:
    with tempfile.TemporaryDirectory(prefix="needlework-log-") as folder:
        database = clinic(Path(folder))
        grown(database, lines)
        verify = [sys.executable, "-m", "needlework.server.main", "audit", "verify", "--json"]
        seconds, memory, said = measured([*verify, "--database", str(database)])
        plain, plain_memory, plainly = measured([sys.executable, "-c", PLAIN, str(database)])
        size = shutil.os.stat(database).st_size // 2**20
    assert said["head"] == plainly["head"] and said["lines"] == plainly["lines"] >= lines
    ratio = seconds / plain
    figures = {
        "lines": said["lines"], "seconds": round(seconds, 2), "megabytes": memory,
        "baseline_seconds": round(plain, 2), "baseline_megabytes": plain_memory, "ratio": round(ratio, 2),
    }  # fmt: skip
    say(f"{said['lines']:>10,} lines, {size:,} MB")
    for told, took, held in (("verify", seconds, memory), ("plain loop (baseline)", plain, plain_memory)):
        say(f"{told:>28}: {took:6.1f} s, {said['lines'] / took:>9,.0f} lines/s, {held:>4} MB")
    say(f"{'':>28}  {ratio:.1f} × as long")
    return figures


def main() -> None:
    wanted = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    wanted.add_argument("--lines", type=int, nargs="+", default=MANY)
    wanted.add_argument("--json", action="store_true")
    given = wanted.parse_args()

    def say(line: str) -> None:
        print(line, flush=True, file=sys.stderr if given.json else sys.stdout)

    found = [timed(lines, say) for lines in given.lines]
    if given.json:
        print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()

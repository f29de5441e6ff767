"""The result of a batch: one Parquet file, written whole or not at all, and read again to go on from."""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from needlework.cli.batch.one import Row

if TYPE_CHECKING:
    import duckdb

MARK = "needlework-batch"
FORMAT = "2"
COLUMNS = {
    "id": "VARCHAR",
    "before_sha256": "VARCHAR",
    "after_sha256": "VARCHAR",
    "zone": "VARCHAR",
    "measure": "VARCHAR",
    "unit": "VARCHAR",
    "before": "DOUBLE",
    "after": "DOUBLE",
    "change": "DOUBLE",
    "low": "DOUBLE",
    "high": "DOUBLE",
    "smallest_detectable": "DOUBLE",
    "verdict": "VARCHAR",
    "comparable": "BOOLEAN",
    "reasons": 'STRUCT("key" VARCHAR, problem VARCHAR, "do" VARCHAR)[]',
    "likeness": 'STRUCT(id VARCHAR, met BOOLEAN, found VARCHAR, "do" VARCHAR)[]',
    "details": "STRUCT(name VARCHAR, unit VARCHAR, before DOUBLE, after DOUBLE)[]",
    "reference": "VARCHAR",
    "mm_per_px": "DOUBLE",
    "scale_from": "VARCHAR",
    "days_before": "INTEGER",
    "days_after": "INTEGER",
    "method": "VARCHAR",
    "edition": "VARCHAR",
    "fingerprint": "VARCHAR",
}
"""What a row holds, in the order in which it is written; docs/commands.md says what each means."""


def ours(path: Path) -> bool:
    """Whether a file is the result of a batch."""
    import duckdb

    try:
        with _shut_in(path) as sheet:
            said = sheet.execute("SELECT key, value FROM parquet_kv_metadata(?)", [str(path)]).fetchall()
    except duckdb.Error:
        return False
    return (MARK.encode(), FORMAT.encode()) in said


def read(path: Path) -> Iterator[tuple[str, str, list[Row]]]:
    """Each pair of a result with its fingerprint and its rows, in order."""
    with _shut_in(path) as sheet:
        found = sheet.execute("SELECT * FROM read_parquet(?)", [str(path)])
        rows = (
            dict(zip(COLUMNS, row, strict=True))
            for some in iter(lambda: found.fetchmany(2000), [])
            for row in some
        )
        for (name, print_of), group in groupby(rows, key=lambda row: (row["id"], row["fingerprint"])):
            yield (
                name,
                print_of,
                [{key: row[key] for key in row if key not in ("id", "fingerprint")} for row in group],
            )


def write(path: Path, rows: Iterable[Row]) -> int:
    """
    Write all rows in place of the file that may be there; how many they were.

    The rows wait in a file of lines, so that a long batch takes no memory. The same rows give the same file,
    byte by byte.
    """
    lines, draft = beside(path, "rows"), beside(path, "new")
    try:
        with lines.open("w", encoding="utf-8") as file:
            count = 0
            for count, row in enumerate(rows, start=1):  # noqa: B007  the last one is their number
                file.write(json.dumps({name: row[name] for name in COLUMNS}) + "\n")
        with _shut_in(lines, draft) as sheet:
            sheet.execute(
                f"COPY (SELECT * FROM read_json(?, format = 'newline_delimited', columns = {COLUMNS!r}, "
                f"maximum_object_size = 100000000)) TO {_quoted(draft)} (FORMAT parquet, COMPRESSION zstd, "
                f"USE_TMP_FILE false, KV_METADATA {{'{MARK}': '{FORMAT}'}})",
                [str(lines)],
            )
        draft.replace(path)
    finally:
        lines.unlink(missing_ok=True)
        draft.unlink(missing_ok=True)
    return count


def beside(path: Path, what: str) -> Path:
    """A file that is there while the result is written."""
    return path.with_name(f".{path.name}.{what}")


def _shut_in(*files: Path) -> "duckdb.DuckDBPyConnection":
    """A database in memory that may touch these files and nothing else, on one thread for one order."""
    import duckdb

    sheet = duckdb.connect(
        ":memory:",
        config={
            "threads": 1,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    sheet.execute(f"SET allowed_paths = [{', '.join(map(_quoted, files))}]")
    sheet.execute("SET enable_external_access = false")
    sheet.execute("SET lock_configuration = true")
    return sheet


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"

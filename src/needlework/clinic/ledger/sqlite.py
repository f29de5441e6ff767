"""
The log on SQLite: triggers that call functions which only the program registers.

A connection without them can write nothing. A line's hash is computed inside the INSERT, and SQLite has one
writer at a time, so the chain cannot fork.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from needlework.clinic.ledger.chain import (
    ALSO,
    DECISIONS,
    ERASED,
    FIELDS,
    TABLE,
    UNLOGGED,
    WRITES,
    Fault,
    Report,
    Sealed,
    bare,
    digest,
    erasures,
    strayed,
    verify,
)

# ── what the database asks of the program ────────────────────────────────────────────────────────────


def _changed(names: str, *values: Any) -> str:
    """Which columns differ, as a JSON list; after the names come old and new value of each in turn."""
    pairs = zip(json.loads(names), values[0::2], values[1::2], strict=True)
    return json.dumps([name for name, old, new in pairs if old != new])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def alone(raw: Any) -> None:
    """Nothing: a transaction is IMMEDIATE, so its writer is alone from the start."""


def hold(raw: Any, key: UUID) -> None:
    """Nothing, as for `alone`."""


def equip(raw: Any, *, actor: Callable[[], str] = str) -> None:
    """Give a connection what the triggers call. Without it no row of the clinic can be written."""
    raw.create_function("needlework_sha256", -1, digest, deterministic=True)
    raw.create_function("needlework_changed", -1, _changed, deterministic=True)
    raw.create_function("needlework_now", 0, _now)
    raw.create_function("needlework_actor", 0, actor)
    raw.execute("PRAGMA recursive_triggers=ON")  # or INSERT OR REPLACE would delete past the triggers


# ── the triggers ─────────────────────────────────────────────────────────────────────────────────────

# sqlite_sequence remembers the highest number ever given, so that lines cut off at the end leave a gap.
_NEXT = (
    f"1 + max(coalesce((SELECT max(seq) FROM {TABLE}), 0),"
    f" coalesce((SELECT seq FROM sqlite_sequence WHERE name = '{TABLE}'), 0))"
)
_LAST = f"coalesce((SELECT hash FROM {TABLE} ORDER BY seq DESC LIMIT 1), '')"


def _append(
    *, action: str, table: str, row: str, columns: str = "'[]'", sha: str = "''", detail: str = "''"
) -> str:
    """
    The statement that adds a line; every part is an SQL expression.

    DISTINCT keeps SQLite from merging the inner SELECT into the outer, which would ask the clock twice.
    """
    return (
        f"INSERT INTO {TABLE} ({', '.join(FIELDS)}, hash) "
        f"SELECT {', '.join(FIELDS)}, needlework_sha256({', '.join(FIELDS)}) FROM ("
        f"SELECT DISTINCT {_NEXT} AS seq, needlework_now() AS at, needlework_actor() AS actor,"
        f" {action} AS action, {table} AS table_name, {row} AS row_id, {columns} AS columns,"
        f" {sha} AS row_sha256, {detail} AS detail, {_LAST} AS previous)"
    )


def _row_sha(columns: Sequence[str], of: str = "") -> str:
    """The SQL expression for a row's hash: names and values in turn, in alphabetical order."""
    return "needlework_sha256({})".format(", ".join(f"'{name}', {of}\"{name}\"" for name in columns))


def _refusal(name: str, when: str, table: str, words: str, condition: str = "") -> str:
    only = f"WHEN {condition} " if condition else ""
    return f"CREATE TRIGGER {name} {when} ON {table} {only}BEGIN SELECT RAISE(ABORT, '{words}'); END"


def watching(table: str, columns: Sequence[str], key: str = "id") -> dict[str, str]:
    """The triggers that log a table, by name."""
    names = json.dumps(list(columns))
    both = ", ".join(f'OLD."{name}", NEW."{name}"' for name in columns)
    differs = " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in columns)
    new, old = f'CAST(NEW."{key}" AS TEXT)', f'CAST(OLD."{key}" AS TEXT)'
    inserted = _append(action="'insert'", table=f"'{table}'", row=new, sha=_row_sha(columns, "NEW."))
    updated = _append(
        action="'update'", table=f"'{table}'", row=new, sha=_row_sha(columns, "NEW."),
        columns=f"needlework_changed('{names}', {both})",
    )  # fmt: skip
    deleted = _append(action="'delete'", table=f"'{table}'", row=old)
    start = f"CREATE TRIGGER audit_{table}"
    return {
        f"audit_{table}_insert": f"{start}_insert AFTER INSERT ON {table} BEGIN {inserted}; END",
        f"audit_{table}_update": (
            f"{start}_update AFTER UPDATE ON {table} WHEN {differs} BEGIN {updated}; END"
        ),
        f"audit_{table}_delete": f"{start}_delete AFTER DELETE ON {table} BEGIN {deleted}; END",
        f"audit_{table}_key": _refusal(
            f"audit_{table}_key", "BEFORE UPDATE", table, f"a row of {table} keeps its key",
            condition=f'OLD."{key}" IS NOT NEW."{key}"',
        ),
    }  # fmt: skip


def sealing(
    table: str, *, columns: Sequence[str] = (), erases: Mapping[str, Any] | None = None
) -> dict[str, str]:
    """
    The triggers that refuse to change or delete a row, by name.

    A row may lose what `erases` names, put to the blank that it names, where a decision says so.
    """
    words = f"rows of {table} are added, never edited"
    changing = _not_erased(table, columns, erases) if erases else ""
    return {
        f"sealed_{table}_update": _refusal(
            f"sealed_{table}_update", "BEFORE UPDATE", table, words, condition=changing
        ),
        f"sealed_{table}_delete": _refusal(f"sealed_{table}_delete", "BEFORE DELETE", table, words),
    }


def _not_erased(table: str, columns: Sequence[str], erases: Mapping[str, Any]) -> str:
    """The SQL condition of an update that does anything else than erase what was decided to be erased."""
    decided = (
        f"SELECT 1 FROM {DECISIONS} WHERE table_name = '{table}' AND what = 'erased'"
        ' AND row_id = CAST(OLD."id" AS TEXT)'
    )
    changes = [
        f'NEW."{name}" IS NOT OLD."{name}"'
        + (f' AND NEW."{name}" IS NOT {_blank(erases[name])}' if name in erases else "")
        for name in columns
    ]
    return f"NOT EXISTS ({decided}) OR " + " OR ".join(f"({one})" for one in changes)


def _blank(value: Any) -> str:
    """A blank as an SQL literal: text as it is, everything else as the JSON that Django writes."""
    text = value if isinstance(value, str) else json.dumps(value)
    return "'" + text.replace("'", "''") + "'"


def guarding() -> dict[str, str]:
    """The triggers of the log itself: it grows at its end, by lines that fit, and in no other way."""
    new = ", ".join(f"NEW.{name}" for name in FIELDS)
    forged = (
        f"NEW.seq IS NOT {_NEXT} OR NEW.previous IS NOT {_LAST} OR NEW.hash IS NOT needlework_sha256({new})"
    )
    words = "the log grows at its end only"
    return {
        "sealed_log_insert": _refusal("sealed_log_insert", "BEFORE INSERT", TABLE, words, condition=forged),
        **sealing(TABLE),
    }


# ── where they are put ───────────────────────────────────────────────────────────────────────────────


def tables(raw: Any) -> dict[str, list[str]]:
    """The clinic's tables as they stand in the file, each with the columns that are logged."""
    also = ", ".join("?" for _name in ALSO)
    found = raw.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        f" AND (name LIKE 'clinic\\_%' ESCAPE '\\' OR name IN ({also}))"
        " AND sql NOT LIKE 'CREATE VIRTUAL%' AND name <> ? ORDER BY name",
        [*ALSO, TABLE],
    )
    names = [name for (name,) in found]
    return {name: sorted(_columns(raw, name) - UNLOGGED.get(name, set())) for name in names}


def _columns(raw: Any, table: str) -> set[str]:
    return {row[1] for row in raw.execute(f'PRAGMA table_info("{table}")')}


def _standing(raw: Any) -> dict[str, str]:
    return dict(
        raw.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            " AND (name LIKE 'audit\\_%' ESCAPE '\\' OR name LIKE 'sealed\\_%' ESCAPE '\\')"
        )
    )


def _wanted(raw: Any, sealed: Sealed) -> dict[str, str]:
    """Every trigger that this file should have."""
    wanted, here = guarding(), tables(raw)
    for table, columns in here.items():
        wanted |= watching(table, columns)
    for table, erases in sealed.items():
        wanted |= sealing(table, columns=here[table], erases=erases) if table in here else {}
    return wanted


def gaps(raw: Any, *, sealed: Sealed) -> list[str]:
    """The triggers that are missing from this file, or are not what they should be."""
    standing = _standing(raw)
    return sorted(name for name, sql in _wanted(raw, sealed).items() if standing.get(name) != sql)


def remove(raw: Any) -> None:
    """Take the triggers away: before a migration, since SQLite rebuilds a table that it alters."""
    with _at_once(raw):
        for name in _standing(raw):
            raw.execute(f"DROP TRIGGER {name}")


def install(raw: Any, *, sealed: Sealed) -> None:
    """Put every trigger in place, as the tables now are; `sealed` are those whose rows are only added."""
    standing, wanted = _standing(raw), _wanted(raw, sealed)
    with _at_once(raw):
        for name in [name for name, sql in standing.items() if wanted.get(name) != sql]:
            raw.execute(f"DROP TRIGGER {name}")
        for sql in [sql for name, sql in wanted.items() if standing.get(name) != sql]:
            raw.execute(sql)


@contextmanager
def _at_once(raw: Any) -> Iterator[None]:
    """All of it or nothing; inside a transaction that is open already, as part of that."""
    if raw.in_transaction:
        yield
        return
    raw.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        raw.execute("ROLLBACK")
        raise
    raw.execute("COMMIT")


def begun(raw: Any) -> bool:
    """Whether this database has a log at all."""
    return bool(raw.execute("SELECT 1 FROM sqlite_master WHERE type='table' AND name=?", [TABLE]).fetchone())


# ── lines that only the program can write ────────────────────────────────────────────────────────────

ENTRY = _append(action="%s", table="%s", row="%s", sha="%s", detail="%s")
"""Adds a line from the action, the table, the row, the row's hash and a detail."""


def emptied(statements: Sequence[str]) -> list[str]:
    """What empties these tables between two tests, with the numbers that the log gave out."""
    return [*statements, f"DELETE FROM sqlite_sequence WHERE name = '{TABLE}'"]


# ── is it whole? ─────────────────────────────────────────────────────────────────────────────────────


def drift(raw: Any) -> Iterator[Fault]:
    """Each row that is not as the log last saw it: changed, added or removed behind its back."""
    here = tables(raw)
    logged = [name for (name,) in raw.execute(f"SELECT DISTINCT table_name FROM {TABLE} ORDER BY 1")]
    for table in [*here, *(name for name in logged if name not in here)]:
        yield from _drift(raw, table, here.get(table))


def _drift(raw: Any, table: str, columns: Sequence[str] | None) -> Iterator[Fault]:
    """Both in the order of their keys, one beside the other: what is held at once is a row of each."""
    marks = ", ".join(f"'{action}'" for action in WRITES)
    said = raw.execute(
        f"SELECT row_id, row_sha256, max(seq) FROM {TABLE} WHERE table_name = ? AND row_id <> ''"
        f" AND action IN ({marks}) GROUP BY row_id ORDER BY row_id",
        [table],
    )
    rows = _rows(raw, table, columns) if columns else iter(())
    for row, was, now in _side_by_side(((row, sha) for row, sha, _seq in said), rows):
        if was != now:
            yield strayed(table, row, said=was, now=now)


def _rows(raw: Any, table: str, columns: Sequence[str]) -> Any:
    """The rows as they are, in the order of their keys as text: by the index, where the keys are text."""
    (texts,) = raw.execute(f"SELECT coalesce(min(typeof(id) = 'text'), 0) FROM \"{table}\"").fetchone()
    order = "id" if texts else "1"
    return raw.execute(f'SELECT CAST(id AS TEXT), {_row_sha(columns)} FROM "{table}" ORDER BY {order}')


def _side_by_side(
    some: Iterable[tuple[str, str]], others: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, str, str]]:
    """
    Each key of either, in order, with what each says of it; both come in order.

    >>> list(_side_by_side([("a", "1"), ("c", "2")], [("b", "3"), ("c", "4")]))
    [('a', '1', ''), ('b', '', '3'), ('c', '2', '4')]
    """
    one, other = iter(some), iter(others)
    left, right = next(one, None), next(other, None)
    while left or right:
        if left and (right is None or left[0] < right[0]):
            yield left[0], left[1], ""
            left = next(one, None)
        elif right and (left is None or right[0] < left[0]):
            yield right[0], "", right[1]
            right = next(other, None)
        elif left and right:
            yield left[0], left[1], right[1]
            left, right = next(one, None), next(other, None)


def examine(raw: Any, *, sealed: Sealed, head: str | None = None) -> Report:
    """Everything about one open database: its chain, its rows against the log, its triggers."""
    equip(raw)
    raw.execute("BEGIN")  # one moment of it, whoever writes meanwhile
    try:
        last = raw.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", [TABLE]).fetchone()
        lines = raw.execute(f"SELECT {', '.join(FIELDS)}, hash FROM {TABLE} ORDER BY seq")
        chain = verify(lines, last_seq=last[0] if last else 0, head=head)
        rows = tuple(drift(raw))
        missing = bare(gaps(raw, sealed=sealed))
        erased = erasures(raw.execute(ERASED)) if DECISIONS in tables(raw) else ()
    finally:
        raw.execute("ROLLBACK")
    faults = chain.faults + rows + missing
    return Report(chain.lines, chain.first_at, chain.last_at, chain.head, faults, erased)

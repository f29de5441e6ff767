"""
The log: who did what to which row, written by the database itself, chained, and never edited.

Every table of the clinic carries triggers that add a line for each row inserted, updated or deleted, whoever
wrote it and by whatever path: bulk_create, QuerySet.update and raw SQL as well. They call functions that only
the program registers (`equip`), so a connection without them can write nothing. What only the program knows,
a read or a login, is added by `read` and `note`. A line's hash covers the line and the hash before it; it is
computed inside the INSERT, and SQLite has one writer at a time, so the chain cannot fork.

The log holds no personal data: a row's content appears as its SHA-256 alone. Left out on purpose: sessions
(`django_session`, a cookie's bookkeeping, rewritten at each login), Django's own tables of names and
permissions, which we do not use, the queue of tasks, a worker's bookkeeping, and `last_login`, since the
login has a line of its own.

Nothing here imports a model, so that `needlework audit verify` needs neither settings nor a web server.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, models, transaction

TABLE = "clinic_auditline"
FIELDS = (
    "seq", "at", "actor", "action", "table_name", "row_id", "columns", "row_sha256", "detail", "previous"
)  # fmt: skip
WRITES = ("insert", "update", "delete", "migrate")
UNLOGGED = {"clinic_user": {"last_login"}}

_actor: ContextVar[str] = ContextVar("actor", default="console")


class Unlogged(Exception):
    """A read could not be entered in the log, so it is not given."""


# ── who acts ─────────────────────────────────────────────────────────────────────────────────────────


def label(who: models.Model | str | None) -> str:
    """How somebody is called in the log: `user:<id>`, `link:<id>`, or the word given."""
    if who is None:
        return "anonymous"
    if isinstance(who, str):
        return who
    kind = "link" if who._meta.model_name == "patientlink" else who._meta.model_name
    return f"{kind}:{who.pk}"


@contextmanager
def acting(who: models.Model | str | None) -> Iterator[None]:
    """All that is written inside is logged as this person's. Requests do it by themselves."""
    token = _actor.set(label(who))
    try:
        yield
    finally:
        _actor.reset(token)


# ── what the database asks of the program ────────────────────────────────────────────────────────────


def digest(*values: Any) -> str:
    """
    SHA-256 over a JSON list, which tells ("ab", "c") from ("a", "bc"), 1 from "1", and NULL from "".

    >>> digest("ab", "c") == digest("a", "bc")
    False
    """
    text = json.dumps(
        values, ensure_ascii=True, separators=(",", ":"), default=lambda raw: {"hex": raw.hex()}
    )
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _changed(names: str, *values: Any) -> str:
    """Which columns differ, as a JSON list; after the names come old and new value of each in turn."""
    pairs = zip(json.loads(names), values[0::2], values[1::2], strict=True)
    return json.dumps([name for name, old, new in pairs if old != new])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def equip(raw: Any) -> None:
    """Give an SQLite connection what the triggers call. Without it no row of the clinic can be written."""
    raw.create_function("needlework_sha256", -1, digest, deterministic=True)
    raw.create_function("needlework_changed", -1, _changed, deterministic=True)
    raw.create_function("needlework_now", 0, _now)
    raw.create_function("needlework_actor", 0, _actor.get)
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


def sealing(table: str) -> dict[str, str]:
    """The triggers that refuse to change or delete a row, by name."""
    words = f"rows of {table} are added, never edited"
    return {
        f"sealed_{table}_{verb}": _refusal(f"sealed_{table}_{verb}", f"BEFORE {verb.upper()}", table, words)
        for verb in ("update", "delete")
    }


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
    found = raw.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'clinic\\_%' ESCAPE '\\'"
        " AND sql NOT LIKE 'CREATE VIRTUAL%' AND name <> ? ORDER BY name",
        [TABLE],
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


def _wanted(raw: Any) -> dict[str, str]:
    """Every trigger that this file should have. Which tables are sealed the models say, where loaded."""
    wanted = guarding()
    for table, columns in tables(raw).items():
        wanted |= watching(table, columns)
    if apps.models_ready:
        from needlework.clinic.models.base import Appended

        here = tables(raw)
        sealed = (
            m._meta.db_table for m in apps.get_app_config("clinic").get_models() if issubclass(m, Appended)
        )
        for table in sealed:
            wanted |= sealing(table) if table in here else {}
    return wanted


def gaps(raw: Any) -> list[str]:
    """The triggers that are missing from this file, or are not what they should be."""
    standing = _standing(raw)
    return sorted(name for name, sql in _wanted(raw).items() if standing.get(name) != sql)


def remove(raw: Any) -> None:
    """Take the triggers away: before a migration, since SQLite rebuilds a table that it alters."""
    with _at_once(raw):
        for name in _standing(raw):
            raw.execute(f"DROP TRIGGER {name}")


def install(raw: Any) -> None:
    """
    Put every trigger in place, as the tables now are. Run after each migration, so no model can be forgotten.
    """
    if not _exists(raw, TABLE):
        return
    standing, wanted = _standing(raw), _wanted(raw)
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


def _exists(raw: Any, table: str) -> bool:
    return bool(raw.execute("SELECT 1 FROM sqlite_master WHERE type='table' AND name=?", [table]).fetchone())


# ── a migration, which changes rows with the triggers away ───────────────────────────────────────────


def before_migration(*, plan: Sequence[Any] = (), **signal: Any) -> None:
    """Make sure that what is about to be changed is what the log says, then take the triggers away."""
    raw = _raw()
    if not plan or not _exists(raw, TABLE):
        return
    if not _unfinished(raw):
        if faults := list(drift(raw)):
            raise CommandError(
                f"{faults[0].problem} The migration was not begun. `needlework audit verify` tells more."
            )
        install(raw)
        note("migrate-begin", "migration")
    remove(raw)


def after_migration(*, plan: Sequence[Any] = (), **signal: Any) -> None:
    """Put the triggers back, and enter what the migration did to each row."""
    raw = _raw()
    with transaction.atomic():
        install(raw)
        if not _exists(raw, TABLE) or not _unfinished(raw):
            return
        line = _append(action="'migrate'", table="?", row="?", sha="?")
        for fault in list(drift(raw)):
            raw.execute(line, [fault.table, fault.row, fault.row_sha256])
        note("migrate-end", "migration")


def _unfinished(raw: Any) -> bool:
    """Whether the last migration begun has not come to its end, as after a crash."""
    last = raw.execute(
        f"SELECT action FROM {TABLE} WHERE table_name = '' AND row_id = 'migration' ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    return bool(last) and last[0] == "migrate-begin"


def _raw() -> Any:
    connection.ensure_connection()
    return connection.connection


# ── lines that only the program can write ────────────────────────────────────────────────────────────


def note(
    action: str, what: models.Model | type[models.Model] | str, *, by: Any = None, detail: str = ""
) -> None:
    """
    Enter an act that is no write: a login, a signature, an export, a refusal.

    `what` is a row, a model (all its rows) or a label. `detail` is for counts and codes; it must not name
    a patient. `by` defaults to who is acting.
    """
    table, row = _named(what)
    entry = _append(action="%s", table="%s", row="%s", detail="%s")
    try:
        with acting(_actor.get() if by is None else by), connection.cursor() as cursor:
            cursor.execute(entry, [action, table, row, detail])
    except DatabaseError as error:
        raise Unlogged(f"The log could not be written ({error}).") from error


def read(what: models.Model | type[models.Model] | str, *, by: Any = None, detail: str = "") -> None:
    """Enter that something was read. Raises Unlogged where it cannot be: then it must not be shown."""
    note("read", what, by=by, detail=detail)


def _named(what: models.Model | type[models.Model] | str) -> tuple[str, str]:
    if isinstance(what, str):
        return "", what
    if isinstance(what, type):
        return what._meta.db_table, ""
    key = what._meta.pk.get_db_prep_value(what.pk, connection) if what._meta.pk else what.pk
    return what._meta.db_table, str(key)


# ── is it whole? ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not fit. `seq` is the line at which it shows, where it is a line."""

    problem: str
    seq: int | None = None
    table: str = ""
    row: str = ""
    row_sha256: str = ""
    """What the row's hash is now; empty when the row is gone."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. `head` is the last line's hash: noted elsewhere, it proves the log later."""

    lines: int
    first_at: str
    last_at: str
    head: str
    faults: tuple[Fault, ...]

    @property
    def whole(self) -> bool:
        return not self.faults


def verify(lines: Iterable[Sequence[Any]], *, last_seq: int | None = None, head: str | None = None) -> Report:
    """
    Whether these lines, each FIELDS and then its hash, are a whole log: from the first, in order, unchanged.

    `last_seq` is the highest number that the database ever gave, which shows a cut-off end; `head` is a hash
    noted earlier, which must be the hash of some line.
    """
    count, expected, previous, first_at, last_at, found = 0, 1, "", "", "", head is None
    faults: list[Fault] = []
    for line in lines:
        seq, at, said, own = line[0], line[1], line[len(FIELDS) - 1], line[len(FIELDS)]
        if problem := _misfit(line, seq=seq, expected=expected, follows=said == previous, own=own):
            faults.append(Fault(problem, seq=seq))
        count, expected, previous = count + 1, seq + 1, own
        first_at, last_at, found = first_at or at, at, found or own == head
    if last_seq is not None and last_seq != expected - 1:
        faults.append(Fault(f"Lines {expected} to {last_seq} were given out and are gone.", seq=expected))
    if not found:
        faults.append(
            Fault(f"No line has the hash {head}: the log was cut or written anew since it was noted.")
        )
    return Report(count, first_at, last_at, previous, tuple(faults))


def _misfit(line: Sequence[Any], *, seq: int, expected: int, follows: bool, own: str) -> str:
    if seq > expected:
        return f"Line {expected} is missing: line {seq} stands in its place."
    if seq < expected:
        return f"Line {seq} stands out of order: line {expected} was to come."
    if digest(*line[: len(FIELDS)]) != own:
        return f"Line {seq} was changed: its hash is not that of what it says."
    if not follows:
        return f"Line {seq} does not follow from the line before it: one was changed, removed or moved."
    return ""


def drift(raw: Any) -> Iterator[Fault]:
    """Each row that is not as the log last saw it: changed, added or removed behind its back."""
    logged: dict[str, dict[str, str]] = {}
    marks = ", ".join(f"'{action}'" for action in WRITES)
    for table, row, sha, _seq in raw.execute(
        f"SELECT table_name, row_id, row_sha256, max(seq) FROM {TABLE} WHERE action IN ({marks})"
        " GROUP BY table_name, row_id"
    ):
        logged.setdefault(table, {})[row] = sha
    for table, columns in tables(raw).items():
        yield from _drift(raw, table, columns, logged.pop(table, {}))
    for table, rows in logged.items():
        yield from _gone(table, rows)


def _drift(raw: Any, table: str, columns: Sequence[str], logged: dict[str, str]) -> Iterator[Fault]:
    for row, sha in raw.execute(f'SELECT CAST(id AS TEXT), {_row_sha(columns)} FROM "{table}"'):
        said = logged.pop(row, "")
        if not said:
            yield Fault(f"{table} {row} is not in the log.", table=table, row=row, row_sha256=sha)
        elif said != sha:
            yield Fault(f"{table} {row} was changed behind the log.", table=table, row=row, row_sha256=sha)
    yield from _gone(table, logged)


def _gone(table: str, rows: Mapping[str, str]) -> Iterator[Fault]:
    for row, sha in rows.items():
        if sha:
            yield Fault(f"{table} {row} was removed behind the log.", table=table, row=row)


def examine(raw: Any, *, head: str | None = None) -> Report:
    """Everything about one open database: its chain, its rows against the log, its triggers."""
    equip(raw)
    raw.execute("BEGIN")  # one moment of it, whoever writes meanwhile
    try:
        last = raw.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", [TABLE]).fetchone()
        lines = raw.execute(f"SELECT {', '.join(FIELDS)}, hash FROM {TABLE} ORDER BY seq")
        chain = verify(lines, last_seq=last[0] if last else 0, head=head)
        rows = tuple(drift(raw))
        bare = tuple(
            Fault(f"The trigger {name} is missing or altered: what it watches may have been changed unseen.")
            for name in gaps(raw)
        )
    finally:
        raw.execute("ROLLBACK")
    return Report(chain.lines, chain.first_at, chain.last_at, chain.head, chain.faults + rows + bare)

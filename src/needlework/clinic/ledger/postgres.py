"""
The log on PostgreSQL: the same lines, the same hashes, made by functions inside the database.

Many write at once here, and a chain has one end. So a line is first set aside, with who acted and when, and
joins the chain as its transaction commits, under a lock that nothing is awaited under: transactions queue for
the length of a commit, and none waits for the other's rows. The lines of one transaction follow each other.
"""

import importlib.resources
import json
import struct
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
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
    erasures,
    strayed,
    verify,
)

ENTRY = (
    "INSERT INTO needlework_pending (action, table_name, row_id, row_sha256, detail)"
    " VALUES (%s, %s, %s, %s, %s)"
)
"""Adds a line from the action, the table, the row, the row's hash and a detail."""

LOCK = 7309940836411106925
"""The advisory lock under which a line is written, as in postgres.sql."""
ALL_AT_ONCE = 5000
"""Lines fetched from the server in one go."""


@cache
def _functions() -> str:
    return (importlib.resources.files(__package__) / "postgres.sql").read_text(encoding="utf-8")


def equip(raw: Any, *, actor: Callable[[], str] = str) -> None:
    """Nothing: the functions live in the database, and `tell` says who acts before each write."""


def tell(raw: Any, actor: str) -> None:
    """Say who acts, for the lines that are written next. A transaction that is undone undoes this as well."""
    raw.execute("SELECT set_config('needlework.actor', %s, false)", [actor])


def alone(raw: Any) -> None:
    """Take the log's own lock now, before anything is read that must not change until it is written."""
    raw.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def hold(raw: Any, key: UUID) -> None:
    """
    A lock of this key's own, taken before any other: who waits for it holds nothing that another waits for.

    Two numbers never meet the log's lock, which is one. Of two keys with one end the second waits, no more.
    """
    raw.execute("SELECT pg_advisory_xact_lock(%s, %s)", struct.unpack(">8xii", key.bytes))


# ── the triggers ─────────────────────────────────────────────────────────────────────────────────────


def watching(table: str, *, unlogged: Collection[str] = ()) -> dict[str, str]:
    """The trigger that logs a table, as PostgreSQL itself spells it."""
    name = f"audit_{table}"
    return {
        name: f"CREATE TRIGGER {name} AFTER INSERT OR DELETE OR UPDATE ON {table} FOR EACH ROW"
        f" EXECUTE FUNCTION needlework_watch('{_array(unlogged)}')",
        f"sealed_{table}_truncate": _statement(f"sealed_{table}_truncate", table),
    }


def sealing(table: str, *, erases: Mapping[str, Any] | None = None) -> dict[str, str]:
    """The trigger that refuses to change or delete a row, but to lose what was decided to be erased."""
    name = f"sealed_{table}_rows"
    blanks = json.dumps(erases).replace("'", "''") if erases else ""
    does = f"needlework_seal('{blanks}')" if erases else "needlework_refuse()"
    return {
        name: f"CREATE TRIGGER {name} BEFORE DELETE OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {does}"
    }


def guarding() -> dict[str, str]:
    """The triggers of the log itself: it grows at its end, by lines that fit, and in no other way."""
    return {
        "sealed_log_insert": f"CREATE TRIGGER sealed_log_insert BEFORE INSERT ON {TABLE} FOR EACH ROW"
        " EXECUTE FUNCTION needlework_fits()",
        f"sealed_{TABLE}_truncate": _statement(f"sealed_{TABLE}_truncate", TABLE),
        **sealing(TABLE),
        "audit_chain": "CREATE CONSTRAINT TRIGGER audit_chain AFTER INSERT ON needlework_pending"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION needlework_chain()",
    }


def _statement(name: str, table: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"
        " EXECUTE FUNCTION needlework_refuse()"
    )


# ── where they are put ───────────────────────────────────────────────────────────────────────────────


def tables(raw: Any) -> dict[str, list[str]]:
    """The clinic's tables as they stand in the database, each with the columns that are logged."""
    found = raw.execute(
        "SELECT c.relname, array_agg(a.attname::text ORDER BY a.attname::text)"
        " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
        " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')"
        " AND (c.relname LIKE 'clinic\\_%%' OR c.relname = ANY(%s)) AND c.relname <> %s"
        " GROUP BY c.relname ORDER BY c.relname",
        [list(ALSO), TABLE],
    ).fetchall()
    return {name: sorted(set(columns) - UNLOGGED.get(name, set())) for name, columns in found}


def _standing(raw: Any) -> dict[str, str]:
    """Name and text of each trigger of ours that is switched on."""
    found = raw.execute(
        "SELECT t.tgname, pg_get_triggerdef(t.oid, true) FROM pg_trigger t"
        " JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND t.tgenabled = 'O'"
        " AND c.relnamespace = current_schema()::regnamespace"
        " AND (t.tgname LIKE 'audit\\_%' OR t.tgname LIKE 'sealed\\_%')"
    )
    return dict(found.fetchall())


def _bodies(raw: Any) -> list[str]:
    """The functions of ours, as they stand: a trigger is worth what its function does."""
    found = raw.execute(
        "SELECT p.proname || '()', p.prosrc FROM pg_proc p"
        " WHERE p.pronamespace = current_schema()::regnamespace AND p.proname LIKE 'needlework\\_%'"
    ).fetchall()
    return sorted(name for name, body in found if body.strip() and body not in _functions())


def _wanted(raw: Any, sealed: Sealed) -> dict[str, str]:
    wanted, here = guarding(), tables(raw)
    for table in here:
        wanted |= watching(table, unlogged=UNLOGGED.get(table, set()))
    for table, erases in sealed.items():
        wanted |= sealing(table, erases=erases) if table in here else {}
    return wanted


def gaps(raw: Any, *, sealed: Sealed) -> list[str]:
    """The triggers that are missing, switched off or altered, and the functions that were altered."""
    standing = _standing(raw)
    missing = [name for name, sql in _wanted(raw, sealed).items() if standing.get(name) != sql]
    return sorted(missing) + _bodies(raw)


def remove(raw: Any) -> None:
    """Take the triggers away: before a migration, which may rewrite rows that are sealed."""
    found = raw.execute(
        "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
        " AND (t.tgname LIKE 'audit\\_%' OR t.tgname LIKE 'sealed\\_%') AND t.tgname <> 'audit_chain'"
    ).fetchall()
    for name, table in found:
        raw.execute(f'DROP TRIGGER "{name}" ON "{table}"')


def install(raw: Any, *, sealed: Sealed) -> None:
    """Put functions and triggers in place, as the tables now are, all of it or nothing."""
    with raw.transaction():
        raw.execute(_functions())
        standing = _standing(raw)
        for name, sql in _wanted(raw, sealed).items():
            if standing.get(name) != sql:
                raw.execute(f'DROP TRIGGER IF EXISTS "{name}" ON {sql.split(" ON ")[1].split()[0]}')
                raw.execute(sql)


def begun(raw: Any) -> bool:
    """Whether this database has a log at all."""
    return bool(raw.execute("SELECT to_regclass(%s) IS NOT NULL", [TABLE]).fetchone()[0])


def emptied(statements: Sequence[str]) -> list[str]:
    """What empties these tables between two tests, with the numbers that the log gave out."""
    return [*statements, "UPDATE needlework_head SET seq = 0"]


# ── is it whole? ─────────────────────────────────────────────────────────────────────────────────────


def drift(raw: Any) -> Iterator[Fault]:
    """Each row that is not as the log last saw it, found where the rows are: none travels but those."""
    here = tables(raw)
    for table in here:
        yield from _strayed(
            raw, table, f"(SELECT * FROM needlework_rows('{table}', '{_array(UNLOGGED.get(table, set()))}'))"
        )
    for (table,) in raw.execute(f"SELECT DISTINCT table_name FROM {TABLE} WHERE table_name <> ''").fetchall():
        if table not in here:
            yield from _strayed(raw, table, "(SELECT '' AS row_id, '' AS sha WHERE false)")


def _strayed(raw: Any, table: str, rows: str) -> Iterator[Fault]:
    marks = ", ".join(f"'{action}'" for action in WRITES)
    found = raw.execute(
        "SELECT row_id, coalesce(said.sha, ''), coalesce(now.sha, '') FROM ("
        f" SELECT DISTINCT ON (row_id) row_id, row_sha256 AS sha FROM {TABLE}"
        f" WHERE table_name = '{table}' AND row_id <> '' AND action IN ({marks})"
        f" ORDER BY row_id, seq DESC) said FULL JOIN {rows} now USING (row_id)"
        " WHERE coalesce(said.sha, '') <> coalesce(now.sha, '')"
    )
    for row, said, now in found:
        yield strayed(table, row, said=said, now=now)


def _array(names: Collection[str]) -> str:
    """As PostgreSQL writes an array of names."""
    return "{" + ",".join(sorted(names)) + "}"


def examine(raw: Any, *, sealed: Sealed, head: str | None = None) -> Report:
    """Everything about one open database: its chain, its rows against the log, its triggers."""
    with raw.transaction():
        raw.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")  # one moment of it
        last = raw.execute("SELECT seq FROM needlework_head").fetchone()
        chain = verify(_lines(raw), last_seq=last[0] if last else 0, head=head)
        rows, missing = tuple(drift(raw)), bare(gaps(raw, sealed=sealed))
        erased = erasures(raw.execute(ERASED).fetchall()) if DECISIONS in tables(raw) else ()
    faults = chain.faults + rows + missing
    return Report(chain.lines, chain.first_at, chain.last_at, chain.head, faults, erased)


def _lines(raw: Any) -> Iterator[Sequence[Any]]:
    with raw.cursor(name="needlework_lines") as cursor:
        cursor.itersize = ALL_AT_ONCE
        cursor.execute(f"SELECT {', '.join(FIELDS)}, hash FROM {TABLE} ORDER BY seq")
        yield from cursor

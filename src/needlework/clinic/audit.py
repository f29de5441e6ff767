"""
The log: who did what to which row, written by the database itself, chained, and never edited.

Every table of the clinic carries triggers that add a line for each row inserted, updated or deleted, whoever
wrote it and by whatever path: bulk_create, QuerySet.update and raw SQL as well. How, differs with the engine:
`ledger.sqlite`, `ledger.postgres`. What only the program knows, a read or a login, is added by `read` and
`note`. A line's hash covers the line and the hash before it.

The log holds no personal data: a row's content appears as its SHA-256 alone. Left out on purpose: sessions
(`django_session`, a cookie's bookkeeping, rewritten at each login), Django's own tables of names and
permissions, which we do not use, the queue of tasks, a worker's bookkeeping, and `last_login`, since the
login has a line of its own.

Nothing here imports a model, so that `needlework audit verify` needs neither settings nor a web server.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, models, transaction

from needlework.clinic.ledger import postgres, sqlite
from needlework.clinic.ledger.chain import TABLE, Fault, Report

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
    try:
        with acting(_actor.get() if by is None else by), connection.cursor() as cursor:
            cursor.execute(_engine(_raw()).ENTRY, [action, table, row, "", detail])
    except DatabaseError as error:
        raise Unlogged(f"The log could not be written ({error}).") from error


def read(what: models.Model | type[models.Model] | str, *, by: Any = None, detail: str = "") -> None:
    """Enter that something was read. Raises Unlogged where it cannot be: then it must not be shown."""
    note("read", what, by=by, detail=detail)


def alone() -> None:
    """Nobody else writes from here to the end of this transaction, whatever the engine."""
    with connection.cursor() as cursor:
        _engine(_raw()).alone(cursor)


def hold(key: UUID) -> None:
    """Nobody else holds this key from here to the end of this transaction: of two, the second waits here."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A key is held to the end of a transaction: begin one.")
    with connection.cursor() as cursor:
        _engine(_raw()).hold(cursor, key)


def row_id(row: models.Model) -> str:
    """How a row is called in the log, whatever the engine calls it."""
    return str(getattr(row.pk, "hex", row.pk))


def _named(what: models.Model | type[models.Model] | str) -> tuple[str, str]:
    if isinstance(what, str):
        return "", what
    if isinstance(what, type):
        return what._meta.db_table, ""
    return what._meta.db_table, row_id(what)


# ── the database's part ──────────────────────────────────────────────────────────────────────────────


def _engine(raw: Any) -> Any:
    return postgres if type(raw).__module__.startswith("psycopg") else sqlite


def _raw() -> Any:
    connection.ensure_connection()
    return connection.connection


def equip(raw: Any) -> None:
    """Give a new connection what the log needs of it."""
    _engine(raw).equip(raw, actor=_actor.get)


def told(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Around each statement on PostgreSQL: one that writes is told first who acts."""
    if sql.lstrip()[:6].upper() in {"INSERT", "UPDATE", "DELETE"}:
        postgres.tell(context["connection"].connection, _actor.get())
    return execute(sql, params, many, context)


def tables(raw: Any) -> dict[str, list[str]]:
    """The clinic's tables as they stand in the database, each with the columns that are logged."""
    return _engine(raw).tables(raw)


def gaps(raw: Any) -> list[str]:
    """The triggers that are missing, or are not what they should be."""
    return _engine(raw).gaps(raw, sealed=_sealed())


def install(raw: Any) -> None:
    """Put every trigger in place, as the tables now are. Run after each migration, so none is forgotten."""
    if _engine(raw).begun(raw):
        _engine(raw).install(raw, sealed=_sealed())


def remove(raw: Any) -> None:
    """Take the triggers away, before a migration: it alters tables and may rewrite rows."""
    _engine(raw).remove(raw)


def drift(raw: Any) -> Iterator[Fault]:
    """Each row that is not as the log last saw it: changed, added or removed behind its back."""
    return _engine(raw).drift(raw)


def examine(raw: Any, *, head: str | None = None) -> Report:
    """Everything about one open database: its chain, its rows against the log, its triggers."""
    return _engine(raw).examine(raw, sealed=_sealed(), head=head)


def emptied(raw: Any, statements: Sequence[str]) -> list[str]:
    """What empties tables between two tests, with the numbers that the log gave out."""
    return _engine(raw).emptied(statements)


def _sealed() -> dict[str, dict[str, Any]]:
    """
    The tables whose rows are added and never edited, as the models say, where they are loaded; each with
    what a row may lose by a decision (`models.rights`).
    """
    if not apps.models_ready:
        return {}
    from needlework.clinic.models.base import Appended

    ours = apps.get_app_config("clinic").get_models()
    return {m._meta.db_table: dict(getattr(m, "ERASES", {})) for m in ours if issubclass(m, Appended)}


# ── a migration, which changes rows with the triggers away ───────────────────────────────────────────


def before_migration(*, plan: Sequence[Any] = (), **signal: Any) -> None:
    """Make sure that what is about to be changed is what the log says, then take the triggers away."""
    raw = _raw()
    if not plan or not _engine(raw).begun(raw):
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
        if not _engine(raw).begun(raw) or not _unfinished(raw):
            return
        with connection.cursor() as cursor:
            for fault in list(drift(raw)):
                line = ["migrate", fault.table, fault.row, fault.row_sha256, ""]
                cursor.execute(_engine(raw).ENTRY, line)
        note("migrate-end", "migration")


def _unfinished(raw: Any) -> bool:
    """Whether the last migration begun has not come to its end, as after a crash."""
    last = raw.execute(
        f"SELECT action FROM {TABLE} WHERE table_name = '' AND row_id = 'migration' ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    return bool(last) and last[0] == "migrate-begin"

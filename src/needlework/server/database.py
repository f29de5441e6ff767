"""Where a clinic's rows lie: a file in its folder, or the PostgreSQL of a chain."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from needlework.server import folder, sqlite


def chosen(address: str) -> dict[str, Any]:
    """
    Django's entry for this address; the file where there is none.

    The address is libpq's own: a URI, or words such as "host=/run/postgresql dbname=needlework".
    """
    return {**(_postgres(address) if address else _file()), "CONN_MAX_AGE": None}


def file() -> Path:
    """The file that is this clinic's database, where it is one."""
    return folder.database()


@contextmanager
def looked_at(path: Path, address: str) -> Iterator[Any]:
    """A connection to look with, without Django: to this address, or to the file where there is none."""
    raw = _psycopg().connect(address, autocommit=True) if address else _opened(path)
    try:
        yield raw
    finally:
        raw.close()


def failures(address: str) -> tuple[type[Exception], ...]:
    """What the driver raises where a database cannot be read."""
    if address:
        return (_psycopg().Error,)
    sqlite.install()
    import sqlite3

    return (sqlite3.Error,)


def _opened(path: Path) -> Any:
    """Read-only, and as a file that nobody writes where even the WAL's index may not be made."""
    sqlite.install()
    import sqlite3

    where = path.absolute().as_uri()
    try:
        raw = sqlite3.connect(f"{where}?mode=ro", uri=True, isolation_level=None)
        raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        raw = sqlite3.connect(f"{where}?mode=ro&immutable=1", uri=True, isolation_level=None)
    return raw


def _file() -> dict[str, Any]:
    # Closing the last connection folds the WAL into the file: once a request would be a needless sync.
    return {
        "ENGINE": "django.db.backends.sqlite3",  # Django itself switches foreign keys on
        "NAME": folder.database(),
        "OPTIONS": sqlite.options(sqlite.version()),
    }


def _postgres(address: str) -> dict[str, Any]:
    said = _read(address)
    named = {ours: said.pop(theirs, "") for ours, theirs in (
        ("NAME", "dbname"), ("USER", "user"), ("PASSWORD", "password"), ("HOST", "host"), ("PORT", "port")
    )}  # fmt: skip
    if not named["NAME"]:
        raise ImproperlyConfigured("NEEDLEWORK_DATABASE names no database. Add its name: …/needlework")
    return {"ENGINE": "django.db.backends.postgresql", **named, "CONN_HEALTH_CHECKS": True, "OPTIONS": said}


def _read(address: str) -> dict[str, Any]:
    psycopg = _psycopg()
    try:
        return dict(psycopg.conninfo.conninfo_to_dict(address))
    except psycopg.ProgrammingError as error:
        raise ImproperlyConfigured(f"NEEDLEWORK_DATABASE cannot be read: {error}") from None


def _psycopg() -> Any:
    try:
        return importlib.import_module("psycopg")
    except ImportError:
        raise ImproperlyConfigured(
            "NEEDLEWORK_DATABASE asks for PostgreSQL, whose driver is not installed. "
            "Install it: pip install 'needlework[postgres]'"
        ) from None

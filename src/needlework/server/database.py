"""Where a clinic's rows lie: a file in its folder, or the PostgreSQL of a chain."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from needlework.server import folder, sqlite


def chosen(address: str) -> dict[str, Any]:
    """
    Django's entry for this address; the file where there is none.

    The address is libpq's own: a URI, or words such as "host=/run/postgresql dbname=needlework".
    """
    return {**(_postgres(address) if address else _file()), "CONN_MAX_AGE": None}


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
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict
    except ImportError:
        raise ImproperlyConfigured(
            "NEEDLEWORK_DATABASE asks for PostgreSQL, whose driver is not installed. "
            "Install it: pip install 'needlework[postgres]'"
        ) from None
    try:
        return dict(conninfo_to_dict(address))
    except ProgrammingError as error:
        raise ImproperlyConfigured(f"NEEDLEWORK_DATABASE cannot be read: {error}") from None

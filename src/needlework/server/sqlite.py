"""
Which SQLite answers, and how it is asked.

Python's own `sqlite3` is linked to whatever the distribution ships, often a version with the WAL-reset race.
On Linux the wheel `pysqlite3` brings a sound one; it has to be in place before Django imports a database.
"""

import importlib
import sys
from typing import Any

Version = tuple[int, int, int]


def install() -> None:
    """Put pysqlite3 where `import sqlite3` looks. Elsewhere than on Linux Python's own stays."""
    if sys.platform != "linux":
        return
    bundled = importlib.import_module("pysqlite3")
    sys.modules["sqlite3"] = bundled
    sys.modules["sqlite3.dbapi2"] = bundled.dbapi2


def version() -> Version:
    """The SQLite that a connection opened now would use."""
    major, minor, patch = importlib.import_module("sqlite3").sqlite_version_info
    return int(major), int(minor), int(patch)


def affected(of: Version) -> bool:
    """
    Whether this version has the WAL-reset race, which can corrupt a file in journal mode WAL.

    3.7.0 to 3.51.2 have it, apart from the two that were mended afterwards.

    >>> affected((3, 40, 1)), affected((3, 50, 7)), affected((3, 53, 4))
    (True, False, False)
    """
    return (3, 7, 0) <= of <= (3, 51, 2) and of not in {(3, 50, 7), (3, 44, 6)}


def options(of: Version) -> dict[str, Any]:
    """
    What Django passes to each connection.

    IMMEDIATE, because a deferred transaction that turns into a write fails at once when another one writes;
    FULL, because what was acknowledged has to survive a power cut; DELETE where WAL cannot be trusted.

    >>> options((3, 40, 1))["init_command"]
    'PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL;'
    """
    journal = "DELETE" if affected(of) else "WAL"
    return {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": f"PRAGMA journal_mode={journal}; PRAGMA synchronous=FULL;",
    }


def check(app_configs: Any = None, *, of: Version | None = None, **rest: Any) -> list[Any]:
    """Django's system check: say that this SQLite is affected, and what is done about it."""
    from django.core.checks import Warning as Notice

    of = of or version()
    if not affected(of):
        return []
    number = ".".join(str(part) for part in of)
    return [
        Notice(
            f"SQLite {number} has the WAL-reset race, so the journal mode DELETE is used, which is slower.",
            hint="Install pysqlite3 0.6.1 or later, or a Python linked to SQLite 3.51.3 or later.",
            id="needlework.W001",
        )
    ]

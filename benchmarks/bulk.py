"""Rows by the million: what PostgreSQL keeps beside a table is made once at the end, not row by row."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection

BESIDE = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisprimary
  AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
ORDER BY 1
"""


@contextmanager
def indexed_later(tables: Iterable[str]) -> Iterator[None]:
    """The indexes of these tables that hold no constraint are dropped, and made anew at the end."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute(BESIDE, [list(tables)])
        beside = cursor.fetchall()
        for name, _made in beside:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for _name, made in beside:
            cursor.execute(made)

"""
Pages of a chain of clinics on PostgreSQL, beside the same pages of a hundredth of it. Opt-in.

    NEEDLEWORK_BENCH_DATABASE=postgresql://… python benchmarks/bench_chain.py [--people 1000000]
        [--sessions 10000000] [--seconds 4] [--keep]

The address is of a server where this user may create databases and is a superuser; what was made is dropped
at the end, unless it is to be kept for next time. The full chain takes about 65 GB and hours to pour. Visits
are thin, see `pour.py`: the session's page has less to show than a real one. Look-back at this size beside
its baseline is `bench_look_back.py --postgres`.
"""

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bench_pages
import timed

ADDRESS = "NEEDLEWORK_BENCH_DATABASE"
POUR = str(Path(__file__).with_name("pour.py"))


DEMO = "needlework_bench_demo"


@contextmanager
def database(address: str, name: str, *, like: str = "template1", keep: bool) -> Iterator[str]:
    """The address of the database of this name on that server."""
    import psycopg
    from psycopg import conninfo, sql

    here, there = sql.Identifier(name), sql.Identifier(like)
    with psycopg.connect(address, autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(here, there))
        try:
            yield conninfo.make_conninfo(address, dbname=name)
        finally:
            if not keep:
                server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(here))


@contextmanager
def chain(address: str, folder: Path, *, people: int, sessions: int, keep: bool) -> Iterator[timed.Served]:
    """A chain of this size, served; poured where it is not there yet."""
    with database(address, f"needlework_bench_{people}", like=DEMO, keep=keep) as where:
        environ = timed.environment(folder, NEEDLEWORK_DATABASE=where)
        timed.run(environ, "-m", "needlework.server.main", "manage", "migrate", "-v0")
        timed.run(environ, POUR, "--people", str(people), "--sessions", str(sessions))
        with timed.served(environ) as served:
            yield served


def main() -> None:
    wanted = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    wanted.add_argument("--people", type=int, default=1_000_000)
    wanted.add_argument("--sessions", type=int, default=10_000_000)
    wanted.add_argument("--seconds", type=float, default=4.0)
    wanted.add_argument("--keep", action="store_true")
    given = wanted.parse_args()
    address = os.environ.get(ADDRESS, "")
    if not address:
        print(f"left out: it needs a PostgreSQL, named by {ADDRESS}")
        return
    n, keep = bench_pages.SMALLER, given.keep
    with tempfile.TemporaryDirectory() as folder, database(address, DEMO, keep=keep) as demo:
        where = Path(folder)
        timed.run(timed.environment(where, NEEDLEWORK_DATABASE=demo), "-m", "needlework.server.main", "demo")
        small = {"people": given.people // n, "sessions": given.sessions // n}
        full = {"people": given.people, "sessions": given.sessions}
        with (
            chain(address, where, keep=keep, **small) as few,
            chain(address, where, keep=keep, **full) as many,
        ):
            bench_pages.say(few, many, seconds=given.seconds)


if __name__ == "__main__":
    main()

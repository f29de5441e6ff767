"""A PostgreSQL of the test's own, on a socket in a folder that goes; none where the machine has none."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, which Debian keeps off the path."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


@contextmanager
def cluster() -> Iterator[str]:
    """The address of an empty database, as libpq spells it; the server is stopped afterwards."""
    where = programs()
    if where is None:
        pytest.skip("No PostgreSQL on this machine: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="needlework-pg-"))
    data, asked = folder / "data", [str(where / "pg_ctl"), "-D", str(folder / "data"), "-w"]
    _hand_over(folder)
    _run(str(where / "initdb"), "-D", str(data), "-U", "needlework", "-A", "trust", "-E", "UTF8", "--no-sync")
    started = f"-k {folder} -c listen_addresses='' -c fsync=off"
    _run(*asked, "-l", str(folder / "log"), "-o", started, "start")
    try:
        yield f"host={folder} user=needlework dbname=postgres"
    finally:
        _run(*asked, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _run(*words: str) -> None:
    done = subprocess.run([*_somebody(), *words], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def _somebody() -> list[str]:
    """PostgreSQL refuses root: it runs as another user of the machine."""
    return ["runuser", "-u", _owner(), "--"] if os.getuid() == 0 else []


def _owner() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _hand_over(folder: Path) -> None:
    if os.getuid() == 0:
        shutil.chown(folder, _owner())

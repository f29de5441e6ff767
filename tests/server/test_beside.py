"""The worker beside the server: a process of its own that falls and rises, and never outlives the server."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from served import served

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads processes in /proc")


def _running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def _workers(server: int) -> list[int]:
    """The processes that work for this server, by their own ids."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"work" in words and words[-2:] == [str(server).encode(), b""]:
            found.append(int(place.name))
    return [pid for pid in found if _running(pid)]


def _until(is_so, what: str, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.1)


def test_a_worker_that_falls_is_started_again_and_stops_with_the_server(tmp_path):
    with served(tmp_path) as clinic:
        server = clinic.process.pid
        _until(lambda: len(_workers(server)) == 1, "a worker beside the server")
        (first,) = _workers(server)
        os.kill(first, signal.SIGKILL)
        _until(lambda: _workers(server) not in ([], [first]), "another worker")
        (second,) = _workers(server)
        clinic.stop()
        assert not _running(second)


def test_a_worker_ends_by_itself_when_its_server_is_killed(tmp_path):
    with served(tmp_path) as clinic:
        server = clinic.process
        _until(lambda: len(_workers(server.pid)) == 1, "a worker beside the server")
        (worker,) = _workers(server.pid)
        os.kill(server.pid, signal.SIGKILL)  # the server alone, not its group
        server.wait(30)
        _until(lambda: not _running(worker), "the worker's end")
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)  # the processes that answered requests
        clinic.process = None

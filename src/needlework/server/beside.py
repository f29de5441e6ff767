"""The worker that runs beside the server: a child process, started again when it falls, stopped with it."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

AGAIN_S = 2.0
"""Before a worker that has fallen is started again."""
STOPPING_S = 5.0
"""What it gets to leave its task behind in order."""


@contextmanager
def worker() -> Iterator[None]:
    """While this lasts, a worker takes what is put into the queue."""
    over = threading.Event()
    watching = threading.Thread(target=_watch, args=(over,), daemon=True)
    watching.start()
    try:
        yield
    finally:
        over.set()
        watching.join()


def _watch(over: threading.Event) -> None:
    while not over.is_set():
        process = _started()
        while process.poll() is None and not over.wait(0.2):
            pass
        if over.is_set():
            _stop(process)
        else:
            over.wait(AGAIN_S)


def _started() -> "subprocess.Popen[bytes]":
    """
    It watches its parent as well: a server that is killed cannot stop anybody.

    Without closing descriptors Python spawns instead of forking: the server forks processes of its own at the
    same time, and one of those would hold the pipe open on whose end a fork waits.
    """
    command = [sys.executable, "-m", "needlework.server.main", "manage", "work", "--beside", str(os.getpid())]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, close_fds=False)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOPPING_S)
        return
    process.kill()
    process.wait()

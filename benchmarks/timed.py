"""A clinic that is served as `needlework serve` serves it, and how fast it answers."""

import http.client
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CLIENTS = 4
Environ = dict[str, str]


@dataclass(frozen=True, slots=True)
class Speed:
    per_s: float
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Served:
    """A clinic on a port, with what opens it and the pages that are asked of it (`looked_at.py`)."""

    port: int
    headers: Mapping[str, str]
    pages: Mapping[str, Mapping[str, Any]]
    size: str

    def speed(self, path: str, *, seconds: float, signed_in: bool = True) -> Speed:
        """How fast a page comes to a few who ask at once."""
        times: list[float] = []
        failed: list[str] = []
        until = time.perf_counter() + seconds

        def ask() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
            while not failed and (start := time.perf_counter()) < until:
                connection.request("GET", path, headers=dict(self.headers) if signed_in else {})
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    failed.append(f"{path}: {answer.status} {answer.headers.get('Location', '')}")
                times.append(time.perf_counter() - start)
            connection.close()

        threads = [threading.Thread(target=ask) for _ in range(CLIENTS)]
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failed:
            raise SystemExit(failed[0])
        ordered, elapsed = sorted(times), time.perf_counter() - begun
        slow = ordered[int(len(ordered) * 0.95)]
        return Speed(len(times) / elapsed, statistics.median(ordered) * 1000, slow * 1000)


@contextmanager
def served(environ: Environ) -> Iterator[Served]:
    """The clinic of this environment, on a free port."""
    script = Path(__file__).with_name("looked_at.py")
    opened = json.loads(run(environ, str(script)))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "needlework.server.main", "serve", "--port", str(port)]
    server = subprocess.Popen(words, env=environ, stdout=subprocess.DEVNULL)
    try:
        _wait(port)
        yield Served(port, {"Cookie": opened["cookie"]}, opened["pages"], opened["size"])
    finally:
        server.terminate()
        server.wait(60)


def run(environ: Environ, *words: str) -> str:
    """What a Python program says in this environment; what it complains of is shown."""
    done = subprocess.run(
        [sys.executable, *words], env=environ, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def environment(folder: Path, **also: str) -> Environ:
    """As a clinic whose folder this is."""
    settings = {"NEEDLEWORK_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "needlework.server.settings"}
    return {**os.environ, **settings, **also}


def machine() -> str:
    """On what it was measured, and how busy that was before it began."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, load {load}"


def _wait(port: int) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the server did not come up")

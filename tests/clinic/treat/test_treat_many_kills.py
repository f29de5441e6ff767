"""
Two tablets chart while the server is killed at random, again and again: every entry that was acknowledged is
in the chart once, in the order of its tablet, and the log is whole.

    NEEDLEWORK_KILLS=200 python -m pytest tests/clinic/treat/test_treat_many_kills.py     minutes
"""

import http.client
import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from uuid import uuid4

import pytest

from clinic.treat.test_treat_killed_server import Browser, Served

KILLS = int(os.environ.get("NEEDLEWORK_KILLS", "5"))
SHORTEST_S, LONGEST_S = 0.05, 1.2
"""How long a server lives once both tablets chart."""


class Tablet(Browser):
    """A tablet with entries to send: each until it is answered, the next only then."""

    def __init__(self, port: int, username: str, session: str) -> None:
        super().__init__(port, username)
        self.name, self.path = str(uuid4()), f"/sessions/{session}/"
        self.acknowledged: list[int] = []
        self.entries = self._entries()
        self.waiting: dict[str, str] | None = None

    def _entries(self) -> Iterator[dict[str, str]]:
        for n in range(1, 100_000):
            yield {"kind": "note", "text": f"{self.name} {n}", "once": str(uuid4()), "n": str(n)}

    def send(self) -> bool:
        """Whether an answer came; without one the same entry is sent in the server's next life."""
        self.waiting = self.waiting or next(self.entries)
        try:
            status, said = self.post(self.path, tablet=self.name, **self.waiting)
        except (OSError, http.client.HTTPException):
            return False
        assert status == 201, said
        assert json.loads(said)["charted"]["once"] == self.waiting["once"]
        self.acknowledged.append(int(self.waiting["n"]))
        self.waiting = None
        return True


def chart(tablets: list[Tablet], dead: threading.Event) -> None:
    def go_on(tablet: Tablet) -> None:
        while tablet.send() and not dead.is_set():
            pass

    threads = [threading.Thread(target=go_on, args=(tablet,)) for tablet in tablets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.fixture
def served(tmp_path):
    server = Served(tmp_path)
    server.made = server.filled()
    server.start()
    yield server
    server.kill()


def test_what_was_acknowledged_is_there_once_in_order_and_the_log_is_whole(served):
    rng, session = random.Random(20261120), served.made["sessions"][0]
    tablets = [Tablet(served.port, user, session) for user in served.made["users"][:2]]
    for tablet in tablets:
        tablet.opener.addheaders = [*tablet.opener.addheaders, ("Accept", "application/json")]
    for _life in range(KILLS):
        dead = threading.Event()
        dying = threading.Timer(
            rng.uniform(SHORTEST_S, LONGEST_S), lambda dead=dead: (served.kill(), dead.set())
        )
        dying.start()
        chart(tablets, dead)
        dying.join()
        served.start()
    for tablet in tablets:
        assert tablet.send(), "the last server lives"
    told = json.loads(tablets[0].get(f"/sessions/{session}/"))["entries"]
    notes = [entry["data"]["text"].split() for entry in told if entry["kind"] == "note"]
    for tablet in tablets:
        there = [int(n) for name, n in notes if name == tablet.name]
        assert there == sorted(set(there)) == tablet.acknowledged == list(range(1, len(there) + 1))
    assert [entry["number"] for entry in told] == list(range(1, len(told) + 1))
    verified = subprocess.run(
        [sys.executable, "-m", "needlework.server.main", "audit", "verify"], env=served.environ,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert verified.returncode == 0, verified.stdout
    print(
        f"{KILLS} kills, {len(notes)} entries acknowledged, none lost, none twice; {verified.stdout.strip()}"
    )

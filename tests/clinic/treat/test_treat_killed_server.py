"""
A real server on a real file, killed between two entries and in the middle of them.

What was acknowledged is there, once; what was not is sent again with the same key, and is there once as well.
"""

import http.client
import http.cookiejar
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from uuid import uuid4

import pytest

TESTS = Path(__file__).parents[2]
STARTS_WITHIN_S = 60


class Served:
    """The clinic's server as a process group of its own, over a data folder."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environ = {
            **os.environ,
            "NEEDLEWORK_DATABASE": "",
            "NEEDLEWORK_DATA": str(folder),
            "PYTHONPATH": os.pathsep.join(filter(None, (str(TESTS), os.environ.get("PYTHONPATH")))),
        }
        self.environ["DJANGO_SETTINGS_MODULE"] = "needlework.server.settings"
        self.process: subprocess.Popen | None = None

    def filled(self) -> dict:
        made = subprocess.run(
            [sys.executable, TESTS / "clinic/charted.py"], env=self.environ, check=True, capture_output=True
        )
        return json.loads(made.stdout)

    def start(self) -> None:
        command = [sys.executable, "-m", "needlework.server.main", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, env=self.environ, start_new_session=True, stdout=subprocess.DEVNULL
        )
        end = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/login/", timeout=5).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("the server did not start")

    def kill(self) -> None:
        """SIGKILL, to the process and its workers: nothing is told, nothing is tidied."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


class Browser:
    """Somebody signed in, with cookies and the form's token."""

    def __init__(self, port: int, username: str) -> None:
        self.base = f"http://127.0.0.1:{port}"
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)
        self.token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', self.get("/login/"))[1]
        page = self.post("/login/", username=username, password="needle-and-thread")[1]
        self.token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page)[1]

    def get(self, path: str) -> str:
        with self.opener.open(self.base + path, timeout=30) as answer:
            return answer.read().decode()

    def post(self, path: str, **data) -> tuple[int, str]:
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": self.token, **data}).encode()
        try:
            with self.opener.open(self.base + path, data=body, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()

    def note(self, session: str, text: str, once: str) -> int:
        return self.post(f"/sessions/{session}/", kind="note", text=text, once=once)[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("clinic")


@pytest.fixture(scope="module")
def made(folder):
    served = Served(folder)
    return served, served.filled()


@pytest.fixture
def served(made):
    made[0].start()
    yield made[0]
    made[0].kill()


def charted_notes(browser: Browser, session: str) -> list[str]:
    return re.findall(r"note-\d+-\d+", browser.get(f"/sessions/{session}/"))


def test_a_server_killed_between_and_within_entries_loses_nothing(served, made):
    session, user = made[1]["sessions"][0], made[1]["users"][0]
    acknowledged: list[str] = []
    for life in range(2):
        browser = Browser(served.port, user)
        sent = [(f"note-{life}-{number}", str(uuid4())) for number in range(200)]
        dying = threading.Timer(1.0, served.kill)
        dying.start()
        unanswered = ("", "")
        for text, once in sent:
            try:
                assert browser.note(session, text, once) == 200
            except (OSError, http.client.HTTPException):
                unanswered = (text, once)
                break
            acknowledged.append(text)
        dying.join()
        assert unanswered[0], "the server was to die before all was sent"
        served.start()
        browser = Browser(served.port, user)
        found = charted_notes(browser, session)
        assert set(acknowledged) <= set(found)
        assert all(browser.note(session, *unanswered) == 200 for _twice in range(2))
        acknowledged.append(unanswered[0])
        found = charted_notes(browser, session)
        assert sorted(found) == sorted(acknowledged)


def test_two_browsers_sign_one_session_over_the_network(served, made):
    session, users = made[1]["sessions"][1], made[1]["users"]
    browsers = [Browser(served.port, user) for user in users]
    given = {"zone": "cheeks", "set_depth_mm": 0.5, "passes": 2, "seconds": 60, "strokes_per_s": 116.7}
    assert browsers[0].post(f"/sessions/{session}/", kind="pass", once=str(uuid4()), **given)[0] == 200
    together, answers = threading.Barrier(2), {}

    def sign(place: int) -> None:
        together.wait()
        answers[place] = browsers[place].post(f"/sessions/{session}/", kind="signed", once=str(uuid4()))

    threads = [threading.Thread(target=sign, args=(place,)) for place in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(status for status, _page in answers.values()) == [200, 422]
    told = next(page for status, page in answers.values() if status == 422)
    winner = next(place for place, (status, _page) in answers.items() if status == 200)
    assert f"was signed by {('Ines Duarte', 'Mara Weiss')[winner]} on" in told
    assert browsers[0].get(f"/sessions/{session}/").count("Signed and locked") == 1

"""
Pages per second of the clinic, served as `needlework serve` serves it, beside the plainest page there is.

    python benchmarks/bench_pages.py [--people 2000] [--seconds 4]

The baseline is the login page: the same server, middleware and template engine, and no person's data, no
log line, no synced write. Each page is asked for in turn with the baseline, so that a busy machine slows
both; the ratio is what to trust.
"""

import argparse
import http.client
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

PASSWORD = "bench-only-4711"
CLINIC = """
import json, sys
from datetime import date, timedelta
import needlework.server.settings, django
django.setup()
from django.utils import timezone
from uuid_utils.compat import uuid7
from needlework.clinic import audit
from needlework.clinic.models.people import Clinic, PatientDetails, User
from needlework.clinic.patients import actions as patients
from needlework.clinic.screen import actions as screen
from needlework.protocol import load
from needlework.records import Answers
count, password = int(sys.argv[1]), sys.argv[2]
Clinic.objects.create(name="Bench")
by = User.objects.create_user("bench", password, full_name="Ben Ch", role="medical-director")
now = timezone.now()
last = None
with audit.acting(by):
    for n in range(count):
        details = {"full_name": f"Person {n}", "born_on": date(1960, 1, 1) + timedelta(days=n % 15000),
                   "sex": "unsure", "phone": f"0{n:08d}", "email": "", "note": ""}
        person = patients.admit(details=details, once=uuid7(), by=by, at=now)
        if n % 10 == 0:
            answers = Answers({"age-years": 40, "sex": "female", "skin-type": "III"})
            screen.submit(patient=person, answers=answers, once=uuid7(), by=by, at=now)
            last = person
print(json.dumps({"patient": str(last.pk), "number": last.number}))
"""


@contextmanager
def clinic(*, people: int) -> Iterator[tuple[int, dict[str, str]]]:
    """A clinic of so many people, served on a free port; its folder goes when it is done."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {
            **os.environ,
            "NEEDLEWORK_DATA": folder,
            "DJANGO_SETTINGS_MODULE": "needlework.server.settings",
        }
        command = [str(Path(sys.executable).with_name("needlework"))]
        subprocess.run([*command, "manage", "migrate", "-v0"], env=environ, check=True)
        made = subprocess.run(
            [sys.executable, "-c", CLINIC, str(people), PASSWORD],
            env=environ,
            check=True,
            capture_output=True,
            text=True,
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = subprocess.Popen(
            [*command, "serve", "--port", str(port)], env=environ, stdout=subprocess.DEVNULL
        )
        try:
            _wait(port)
            yield port, json.loads(made.stdout)
        finally:
            server.terminate()
            server.wait(30)


def _wait(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the server did not come up")


def signed_in(port: int) -> dict[str, str]:
    """The cookie header of somebody who has signed in."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/login/")
    answer = connection.getresponse()
    page = answer.read().decode()
    cookies = _cookies(answer)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    body = urlencode({"csrfmiddlewaretoken": token, "username": "bench", "password": PASSWORD})
    headers = {"Cookie": _header(cookies), "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/login/", body, headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 302:
        raise SystemExit(f"could not sign in: {answer.status}")
    return {"Cookie": _header({**cookies, **_cookies(answer)})}


def _cookies(answer: http.client.HTTPResponse) -> dict[str, str]:
    return dict(line.split(";")[0].split("=", 1) for line in answer.headers.get_all("Set-Cookie") or [])


def _header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def rate(
    port: int, path: str, headers: dict[str, str], *, seconds: float, clients: int = 4
) -> tuple[float, float, float]:
    """Pages per second from a few clients, the median answer and the slowest twentieth. [1/s, ms, ms]"""
    times: list[float] = []
    until = time.perf_counter() + seconds

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while (start := time.perf_counter()) < until:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise SystemExit(f"{path}: {answer.status}")
            times.append(time.perf_counter() - start)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - begun
    ordered = sorted(times)
    return len(times) / elapsed, statistics.median(ordered) * 1000, ordered[int(len(ordered) * 0.95)] * 1000


def main() -> None:
    wanted = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    wanted.add_argument("--people", type=int, default=2000)
    wanted.add_argument("--seconds", type=float, default=4.0)
    given = wanted.parse_args()
    with clinic(people=given.people) as (port, named):
        headers = signed_in(port)
        pages = {
            "today": "/",
            "patients, first page": "/patients/",
            "search by name": "/patients/?q=Person+19",
            "patient": f"/patients/{named['patient']}/",
            "screening form": f"/patients/{named['patient']}/screen/",
            "learn": "/learn/",
        }
        print(f"{given.people} people, 4 clients, {given.seconds:g} s a page")
        print(f"{'page':<24}{'pages/s':>9}{'median ms':>11}{'p95 ms':>9}{'of login':>10}")
        for name, path in pages.items():
            rate(port, path, headers, seconds=0.5)
            plain, *_ = rate(port, "/login/", {}, seconds=given.seconds / 2)
            found, median, slow = rate(port, path, headers, seconds=given.seconds)
            print(f"{name:<24}{found:>9.0f}{median:>11.1f}{slow:>9.1f}{found / plain:>10.2f}")


if __name__ == "__main__":
    main()

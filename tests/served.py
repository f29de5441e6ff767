"""A clinic served for real: its own data folder, its own process, on a free port of the loopback."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

NEEDLEWORK = str(Path(sys.executable).with_name("needlework"))
PASSWORD = "needle-and-thread"
STAFF = """
import needlework.server.settings, django
django.setup()
from needlework.clinic.models.people import Clinic, User
from needlework.clinic.models.account import SignInRules
from needlework.clinic.models.training import Training
Clinic.objects.create(name="Linden Clinic")
SignInRules.objects.create(second_factor=[])  # a clinic may; what ships is shown by a journey of its own
for name, full, role in (
    ("director", "Dr Mara Weiss", "medical-director"),
    ("prescriber", "Dr Tomas Okafor", "prescriber"),
    ("practitioner", "Ines Duarte", "practitioner"),
    ("frontdesk", "Sam Petrov", "front-desk"),
):
    made = User.objects.create_user(name, PASSWORD, full_name=full, role=role)
    if role != "front-desk":
        Training.objects.create(
            professional=made, device="kind:pen", level="trained", on="2020-01-01", expires="2090-01-01",
            given_by="The tests",
        )
"""


@dataclass
class Served:
    """A served clinic that can be killed and started again, on the same folder and port."""

    folder: Path
    port: int
    process: subprocess.Popen | None = field(default=None)
    said: str = ""
    """What `needlework demo` said."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        settings = "needlework.server.settings"
        return {
            **os.environ,
            "NEEDLEWORK_DATABASE": "",
            "NEEDLEWORK_DATA": str(self.folder),
            "DJANGO_SETTINGS_MODULE": settings,
        }

    def run(self, *words: str) -> subprocess.CompletedProcess:
        """One command of the clinic, such as run("audit", "verify")."""
        return subprocess.run(
            [NEEDLEWORK, *words], env=self.environ, capture_output=True, text=True, timeout=400
        )

    def script(self, text: str) -> str:
        """Some Python inside the clinic; what it prints."""
        done = subprocess.run(
            [sys.executable, "-c", text], env=self.environ, capture_output=True, text=True, timeout=400
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        # A session of its own, so that a kill reaches the server and its workers and nobody else.
        self.process = subprocess.Popen(
            [NEEDLEWORK, "serve", "--port", str(self.port), "--workers", "1"],
            env=self.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        for _ in range(900):  # a busy machine takes its time
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self.process.poll() is None, "the server has stopped by itself"
            time.sleep(0.1)
        raise AssertionError("the server did not come up")

    def stop(self, sign: int = signal.SIGTERM) -> None:
        """Stop it, or with SIGKILL kill it and its workers where they stand."""
        if self.process is None:
            return
        if sign == signal.SIGKILL:
            os.killpg(self.process.pid, sign)
        else:
            self.process.send_signal(sign)
        self.process.wait(30)
        self.process = None


@contextmanager
def served(folder: Path, *, demo: bool = False, filled_by: str = "") -> Iterator[Served]:
    """
    A new clinic, served until the test is done: with one user a role, whose password is PASSWORD; or the
    demo clinic, whose logins `said` tells; or filled by a script, `said` being what it prints.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        clinic = Served(folder, probe.getsockname()[1])
    made = clinic.run("demo") if demo else clinic.run("manage", "migrate", "-v0")
    assert made.returncode == 0, made.stderr
    clinic.said = (
        made.stdout if demo else clinic.script(filled_by or STAFF.replace("PASSWORD", repr(PASSWORD)))
    )
    clinic.start()
    try:
        yield clinic
    finally:
        clinic.stop()

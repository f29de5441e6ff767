"""The entry point: quick where it is pure, careful where it serves, and the log's verification by itself."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from needlework.clinic import audit
from needlework.server import main


def _run(*arguments, data, **environment):
    """The command as a person would call it, in a process and a data folder of its own."""
    clean = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    return subprocess.run(
        [sys.executable, "-m", "needlework.server.main", *map(str, arguments)],
        capture_output=True, text=True, timeout=60, check=False,
        env={**clean, "NEEDLEWORK_DATA": str(data), **environment},
    )  # fmt: skip


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    """A data folder with an up-to-date database and one account."""
    data = tmp_path_factory.mktemp("clinic")
    made = _run("manage", "migrate", "--no-input", "-v0", data=data)
    assert made.returncode == 0, made.stderr
    account = _run(
        "manage", "createsuperuser", "--no-input", "--username=mara", "--full_name=Dr Mara Weiss", data=data,
        DJANGO_SUPERUSER_PASSWORD="a-long-enough-secret",
    )  # fmt: skip
    assert account.returncode == 0, account.stderr
    return data


PURE = """
import sys
from needlework.server import main
try:
    main.app(sys.argv[1:])
except SystemExit as end:
    assert end.code == 0
heavy = {'django', 'numpy', 'cv2', 'granian'} & set(sys.modules)
assert not heavy, heavy
"""


@pytest.mark.parametrize("arguments", [["--help"], ["dose", "--help"], ["audit", "--help"]])
def test_help_does_not_load_django_nor_the_measures(arguments):
    seen = subprocess.run(
        [
            sys.executable, "-c",
            PURE,
            *arguments,
        ],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert seen.returncode == 0, seen.stderr
    assert "Usage" in seen.stdout


def test_help_names_the_commands_of_both_sides():
    shown = _run("--help", data="unused").stdout
    for command in ("screen", "plan", "dose", "recover", "measure", "protocol", "serve", "demo", "audit"):
        assert command in shown


def test_wrong_usage_is_status_two():
    assert _run("no-such-command", data="unused").returncode == 2
    assert _run("serve", "--port", "0", data="unused").returncode == 2


def test_manage_passes_on_to_django(clinic):
    shown = _run("manage", "showmigrations", "clinic", data=clinic)
    assert "[X] 0001_initial" in shown.stdout


# ── audit verify ─────────────────────────────────────────────────────────────────────────────────────


def test_a_whole_log_in_words_and_as_json(clinic):
    words = _run("audit", "verify", data=clinic)
    assert words.returncode == 0
    assert "3 lines, chain unbroken from " in words.stdout and ", head " in words.stdout
    report = json.loads(_run("audit", "verify", "--json", data=clinic).stdout)
    assert set(report) == {"whole", "lines", "from", "to", "head", "faults", "erased"}
    assert report["whole"] is True and report["head"] in words.stdout
    by_name = _run("audit", "verify", "--database", clinic / "needlework.sqlite3", data="elsewhere")
    assert by_name.stdout == words.stdout


def test_a_head_is_compared(clinic):
    head = json.loads(_run("audit", "verify", "--json", data=clinic).stdout)["head"]
    assert _run("audit", "verify", "--head", head, data=clinic).returncode == 0
    other = _run("audit", "verify", "--head", "0" * 64, data=clinic)
    assert other.returncode == 1 and "written anew" in other.stdout


def test_a_broken_log_is_status_one_and_says_where(clinic, tmp_path):
    copy = _copy(clinic, tmp_path)
    audit.remove(copy)
    copy.execute("UPDATE clinic_auditline SET actor = 'somebody else'")
    copy.close()
    before = (tmp_path / "needlework.sqlite3").read_bytes()
    found = _run("audit", "verify", data=tmp_path)
    assert found.returncode == 1 and "Line 1 was changed" in found.stdout
    assert (tmp_path / "needlework.sqlite3").read_bytes() == before


@pytest.mark.parametrize("content", [None, b"", b"x", b"not a database" * 100])
def test_a_file_that_is_no_clinics_database_is_named(tmp_path, content):
    path = tmp_path / "file.sqlite3"
    if content is not None:
        path.write_bytes(content)
    found = _run("audit", "verify", "--database", path, data=tmp_path)
    assert found.returncode == 1 and str(path) in found.stderr and "Traceback" not in found.stderr
    assert path.exists() is (content is not None), "looking makes no file"


# ── serve ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("host", "near"),
    [
        ("127.0.0.1", True), ("127.0.0.2", True), ("::1", True), ("localhost", True),
        ("0.0.0.0", False), ("::", False), ("192.168.1.10", False), ("clinic.example", False),
    ],
)  # fmt: skip
def test_what_is_this_machine(host, near):
    assert main._loopback(host) is near


def test_a_database_that_is_not_up_to_date_is_not_served(tmp_path):
    refused = _run("serve", data=tmp_path)
    assert refused.returncode == 1 and "needlework manage migrate" in refused.stderr


def _copy(clinic, folder):
    """A copy of the clinic's database in another data folder, open."""
    import sqlite3

    raw = sqlite3.connect(clinic / "needlework.sqlite3", isolation_level=None)
    raw.execute("VACUUM INTO ?", [str(folder / "needlework.sqlite3")])
    raw.close()
    return sqlite3.connect(folder / "needlework.sqlite3", isolation_level=None)


def test_a_clinic_whose_log_lost_its_triggers_is_not_served(clinic, tmp_path):
    copy = _copy(clinic, tmp_path)
    copy.execute("DROP TRIGGER sealed_clinic_patientdetails_update")
    copy.close()
    refused = _run("serve", data=tmp_path)
    assert refused.returncode == 1 and "sealed_clinic_patientdetails_update" in refused.stderr


def test_a_demo_clinic_is_served_to_this_machine_only(clinic, tmp_path):
    copy = _copy(clinic, tmp_path)
    audit.equip(copy)
    copy.execute(
        "INSERT INTO clinic_clinic (id, created_at, name, phone, is_demo, only)"
        " VALUES (?, '2027-03-01', 'D', '', 1, 1)",
        ["0" * 32],
    )
    copy.close()
    refused = _run("serve", "--host", "0.0.0.0", data=tmp_path)
    assert refused.returncode == 1 and "127.0.0.1 only" in refused.stderr


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_port_that_is_taken_is_said_to_be(clinic):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        refused = _run("serve", "--port", other.getsockname()[1], data=clinic)
    assert refused.returncode == 1 and "Choose another with --port" in refused.stderr


def _fetch(port):
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    return 0, "no answer"


def test_it_serves_and_stops_when_told(clinic):
    port = _free_port()
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    server = subprocess.Popen(
        [sys.executable, "-m", "needlework.server.main", "serve", "--port", str(port)],
        env={**environment, "NEEDLEWORK_DATA": str(clinic)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        status, page = _fetch(port)
        assert status == 200 and "<form" in page
        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=30)
        assert server.returncode == 0
        assert f"http://127.0.0.1:{port}/" in said
    finally:
        if server.poll() is None:
            server.kill()
            server.communicate()
    assert _run("audit", "verify", data=clinic).returncode == 0

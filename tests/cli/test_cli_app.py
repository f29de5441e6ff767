"""What holds for every command: quiet ends, cheap help, no traceback."""

import os
import subprocess
import sys
from typing import NoReturn

import pytest
from typer.testing import CliRunner

from cli.run import DAY, INES, needlework
from needlework.cli import app as cli
from needlework.protocol import load

HEAVY = (
    "django numpy cv2 PIL msgspec pydantic rich icalendar "
    "needlework.records needlework.protocol needlework.imaging"
)
COMMANDS = [
    "", "screen", "plan", "dose", "numb", "recover", "measure", "forecast", "card", "protocol",
    "protocol check", "protocol show", "protocol diff", "protocol copy", "protocol overdue",
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_help_loads_nothing_heavy(command: str) -> None:
    program = f"""
import sys
from needlework.server.main import app
try:
    app({[*command.split(), "--help"]!r}, prog_name="needlework")
except SystemExit as end:
    assert not end.code, end.code
loaded = [name for name in {HEAVY!r}.split() if name in sys.modules]
assert not loaded, loaded
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Usage: needlework {command}".rstrip())


def test_a_pure_command_never_loads_django() -> None:
    program = f"""
import sys
from needlework.server.main import app
try:
    app(["screen", {INES!r}, "--on", {DAY!r}], prog_name="needlework")
except SystemExit as end:
    assert not end.code, end.code
assert "django" not in sys.modules and "numpy" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_closed_pipe_is_quiet() -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "needlework.cli", "protocol", "show"],
            stdout=write, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    finally:
        os.close(write)
    assert done.stderr == ""
    assert done.returncode in (0, 1)


def test_a_terminal_without_the_marks_shows_something_else() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "needlework.cli", "screen", INES, "--on", DAY],
        capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "latin-1"},
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stdout.startswith(b"? In some zones: wait until 4 Mar 2027")


def test_ctrl_c_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "default", lambda: _raise(KeyboardInterrupt()))
    result = CliRunner().invoke(cli.app, ["protocol", "show"])
    assert (result.exit_code, result.output) == (130, "")


def test_a_fault_of_the_program_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "default", lambda: _raise(ZeroDivisionError("by nought")))
    result = CliRunner().invoke(cli.app, ["protocol", "show"])
    assert result.exit_code == cli.FAULT_OF_OURS
    assert result.stderr.startswith("needlework: a fault of the program")
    assert "ZeroDivisionError: by nought" in result.stderr
    assert "Traceback" not in result.output


def test_a_protocol_that_does_not_load_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = load.Fault("screen.toml", "rule[1] (x).then", "is 'never'", "one of: absolute")
    monkeypatch.setattr(load, "default", lambda: _raise(load.Faulty((fault,))))
    result = needlework("screen", INES)
    assert result.exit_code == 1
    assert "screen.toml: rule[1] (x).then: is 'never'" in result.stderr
    assert "protocol check" in result.stderr


def _raise(error: BaseException) -> NoReturn:
    raise error


@pytest.mark.parametrize(
    "words",
    [
        ("screen", INES, "--on", "9999-12-31"),
        ("recover", "--depth-mm", "1", "--skin-type", "I", "--treated-at", "2026-11-20T10:00Z",
         "--at", "9999-12-31T23:59-12:00"),
        ("recover", "--depth-mm", "1", "--skin-type", "I", "--treated-at", "0001-01-01T00:00+12:00"),
    ],
)  # fmt: skip
def test_a_moment_at_the_end_of_the_calendar_is_wrong_usage(words: tuple[str, ...]) -> None:
    assert needlework(*words).exit_code == 2

"""Runs a command as a terminal would, in this process."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from needlework.cli.app import app

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
INES = str(EXAMPLES / "ines.toml")
"""Filler eleven weeks before the day."""
NOOR = str(EXAMPLES / "noor.toml")
"""Skin type IV and nothing else."""
DAY = "2026-11-22"


def needlework(*words: object, stdin: str | bytes | None = None) -> Result:
    """A command, which must end without an exception that reached nobody."""
    result = CliRunner(env={"COLUMNS": "100"}).invoke(
        app, [str(word) for word in words], input=stdin, prog_name="needlework"
    )
    assert result.exit_code in (0, 1, 2), result.output
    assert "Traceback" not in result.output
    return result


def told(*words: object) -> Any:
    """The JSON of a command that must succeed."""
    result = needlework(*words, "--json")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return json.loads(result.stdout)


def refused(*words: object) -> list[dict[str, str]]:
    """The reasons of a command that must refuse, the same in JSON and in words."""
    result = needlework(*words, "--json")
    assert result.exit_code == 1, result.output
    reasons: list[dict[str, str]] = json.loads(result.stdout)["refused"]
    assert reasons, "a refusal has a reason"
    spoken = needlework(*words)
    assert spoken.exit_code == 1
    assert spoken.stdout == ""
    for reason in reasons:
        assert {"key", "problem", "do"} <= reason.keys() <= {"file", "key", "problem", "do"}
        parts = (reason.get("file", ""), reason["key"], reason["problem"], reason["do"])
        assert any(all(part in line for part in parts) for line in spoken.stderr.splitlines()), reason
    return reasons

"""The import contracts of pyproject.toml are kept, and each of them can be broken."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

FORBIDDEN = {
    "Arrows point inwards": {"records/plan.py": "from needlework.imaging import photo\n"},
    "Stages share the physics, never each other": {"loop/screen.py": "from needlework.loop import treat\n"},
    "A plan is built from the shelf up": {
        "loop/planning/shelf.py": "from needlework.loop.planning import amend\n"
    },
    "Pages of a stage stand on the models alone": {
        "clinic/models/base.py": "from needlework.clinic import access\n"
    },
    "A page asks an action": {
        "clinic/screen/__init__.py": "",
        "clinic/screen/views.py": "",
        "clinic/screen/actions.py": "from needlework.clinic.screen import views\n",
    },
    "Each format stands alone": {
        "exchange/paper.py": "",
        "exchange/stone.py": "from needlework.exchange import paper\n",
    },
    "The core touches no world": {"loop/dose.py": "import random\n"},
    "Django lives in two places": {"imaging/photo.py": "import django\n"},
    "No cycles at any depth": {
        "imaging/here.py": "from needlework.imaging import there\n",
        "imaging/there.py": "from needlework.imaging import here\n",
    },
}
"""For each contract the lines that break it, by file: added to the file, or the file made of them."""


def lint(root: Path) -> dict[str, str]:
    """The verdict on each contract for the package under root/src: KEPT or BROKEN."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as go; go()"]
    run = subprocess.run(
        [*command, "--no-cache", "--no-logo", "--config", str(root / "pyproject.toml")],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "src"), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    plain = re.sub(r"\x1b\[[0-9;]*m", "", run.stdout)
    verdicts = dict(re.findall(r"^(.+?) (KEPT|BROKEN)\b", plain, flags=re.MULTILINE))
    assert verdicts, run.stdout + run.stderr
    return verdicts


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(
        ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_is_kept():
    assert lint(ROOT) == {contract["name"]: "KEPT" for contract in CONTRACTS}


def test_every_contract_has_an_import_that_it_forbids():
    assert list(FORBIDDEN) == [contract["name"] for contract in CONTRACTS]


@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_forbidden_import_breaks_its_contract(name, copy):
    for path, lines in FORBIDDEN[name].items():
        file = copy / "src" / "needlework" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        before = file.read_text() if file.exists() else ""
        file.write_text(before + "\n" + lines)
    assert lint(copy)[name] == "BROKEN"


def test_nobody_looks_for_a_sender_s_key_without_holding_it():
    """Else the second of two equal forms is refused by what the first wrote: `once.kept` holds and looks."""
    clinic = ROOT / "src" / "needlework" / "clinic"
    looks = re.compile(r"\.(?:filter|get|get_or_create|exclude)\([^()]*\bonce=")
    found = {
        str(file.relative_to(clinic))
        for file in clinic.rglob("actions.py")
        if looks.search(file.read_text(encoding="utf-8"))
    }
    assert looks.search((clinic / "once.py").read_text(encoding="utf-8")) and not found

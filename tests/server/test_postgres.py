"""A chain's clinic lies in PostgreSQL: the pages and the log do there what they do in a file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from needlework.server import database
from postgres import cluster

TESTS = Path(__file__).parents[1]
BOTH = ("clinic/test_ledger_postgres.py", "clinic/test_races_postgres.py", "clinic/treat", "clinic/screen")
"""What is run again there: the log, and what is written at once. `make test-postgres` runs all."""


CHAIN = {"DJANGO_SETTINGS_MODULE": "needlework.server.settings"}


def needlework(address, *words):
    return subprocess.run(
        [sys.executable, "-m", "needlework.server.main", *words],
        env={**os.environ, **CHAIN, "NEEDLEWORK_DATABASE": address}, timeout=300, capture_output=True,
        text=True,
    )  # fmt: skip


def test_the_clinic_s_tests_pass_there():
    with cluster() as address:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(TESTS / one for one in BOTH)],
            env={**os.environ, "NEEDLEWORK_DATABASE": address}, cwd=TESTS.parent, timeout=900,
            capture_output=True, text=True,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:]


def test_it_is_set_up_and_its_log_verified_by_command(tmp_path, monkeypatch):
    monkeypatch.setenv("NEEDLEWORK_DATA", str(tmp_path))
    with cluster() as address:
        assert needlework(address, "manage", "migrate", "-v0").returncode == 0
        whole = needlework(address, "audit", "verify")
        assert whole.returncode == 0 and "chain unbroken" in whole.stdout
        again = needlework(address, "manage", "migrate", "-v0")
        assert again.returncode == 0, again.stderr
    gone = needlework(address, "audit", "verify")
    assert gone.returncode == 1 and "cannot be verified" in gone.stderr


def test_an_address_that_cannot_be_read_says_so():
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        database.chosen("postgresql://[")
    with pytest.raises(ImproperlyConfigured, match="names no database"):
        database.chosen("host=/run/postgresql")


def test_what_an_address_says_is_passed_on():
    chosen = database.chosen("postgresql://ada:secret@db.example:5433/needlework?sslmode=require")
    assert (chosen["NAME"], chosen["USER"], chosen["HOST"], chosen["PORT"]) == (
        "needlework", "ada", "db.example", "5433"
    )  # fmt: skip
    assert chosen["OPTIONS"] == {"sslmode": "require"}


def test_without_an_address_it_is_the_file():
    assert database.chosen("")["NAME"] == database.file()

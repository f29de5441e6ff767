"""The database engine: which SQLite, which options, and what eight writers at once do to it."""

import sys
import threading

import pytest
from django.db import connection, transaction

from needlework.clinic.models.people import Clinic, Patient
from needlework.server import sqlite


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Python's own SQLite is used")
def test_the_bundled_sqlite_answers(db):
    import pysqlite3

    assert connection.Database is pysqlite3.dbapi2
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()")
        assert cursor.fetchone()[0] == pysqlite3.sqlite_version
    assert not sqlite.affected(sqlite.version())


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 6), False),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
    ],
)
def test_an_affected_version_is_reported_and_falls_back_to_delete(version, affected):
    assert sqlite.affected(version) is affected
    assert bool(sqlite.check(of=version)) is affected
    assert ("journal_mode=DELETE" in sqlite.options(version)["init_command"]) is affected


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("busy_timeout", 20_000),
        ("recursive_triggers", 1),
    ],
)
def test_each_connection_has_its_options(db, pragma, value):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        assert cursor.fetchone()[0] == value


@pytest.mark.django_db(transaction=True)
def test_a_transaction_takes_the_write_lock_when_it_begins():
    other = connection.copy()
    try:
        other.settings_dict = {**other.settings_dict, "OPTIONS": {"timeout": 0}}
        with transaction.atomic(), other.cursor() as cursor, pytest.raises(Exception, match="locked"):
            cursor.execute("BEGIN IMMEDIATE")
    finally:
        other.close()


def _in_threads(count, work):
    errors = []

    def run():
        try:
            work()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


@pytest.mark.django_db(transaction=True)
def test_eight_threads_read_modify_and_write_without_an_error_or_a_lost_update():
    Clinic.objects.create(name="0")

    def add():
        for _ in range(20):
            with transaction.atomic():
                clinic = Clinic.objects.get()
                clinic.name = str(int(clinic.name) + 1)
                clinic.save()

    assert _in_threads(8, add) == []
    assert Clinic.objects.get().name == "160"


@pytest.mark.django_db(transaction=True)
def test_eight_threads_admit_patients_and_every_number_is_given_once():
    assert _in_threads(8, lambda: [Patient.objects.admit() for _ in range(5)]) == []
    assert list(Patient.objects.values_list("ordinal", flat=True)) == list(range(1, 41))

"""The log: what it catches, what it refuses, and what its verification finds."""

import itertools
import sqlite3

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from needlework.clinic import audit
from needlework.clinic.ledger.chain import ALSO, FIELDS, TABLE, Report, digest, verify
from needlework.clinic.models.audit import AuditLine
from needlework.clinic.models.base import Appended, NeverEdited
from needlework.clinic.models.exposure import Exposure, ExposureDay, ExposureZone
from needlework.clinic.models.finding import SearchKey
from needlework.clinic.models.merging import Absorbed
from needlework.clinic.models.people import Clinic, Patient, PatientDetails, User
from needlework.clinic.models.waiting import Waiting


def lines(**wanted):
    return list(AuditLine.objects.filter(**wanted).order_by("seq"))


def examined():
    return audit.examine(connection.connection) if not connection.in_atomic_block else _chain()


def _chain():
    found = AuditLine.objects.order_by("seq").values_list(*FIELDS, "hash")
    faults = (*verify(found).faults, *audit.drift(connection.connection))
    return Report(len(found), "", "", "", faults)


# ── every way of writing ─────────────────────────────────────────────────────────────────────────────


def test_a_row_made_is_logged_with_who_made_it(director):
    with audit.acting(director):
        patient = Patient.objects.admit(created_by=director)
    (line,) = lines(table_name="clinic_patient")
    assert (line.action, line.row_id, line.actor) == ("insert", patient.id.hex, f"user:{director.id}")
    assert len(line.row_sha256) == 64 and examined().whole


def test_rows_made_in_bulk_are_logged_one_by_one(db):
    made = User.objects.bulk_create(User(username=f"u{i}", full_name="U") for i in range(3))
    assert [line.row_id for line in lines(action="insert")] == [user.id.hex for user in made]
    assert examined().whole


def test_a_queryset_update_is_logged_with_the_columns_that_changed(users):
    User.objects.exclude(memberships__role="front-desk").update(
        place="utah-master-aesthetician", is_active=True
    )
    found = lines(action="update")
    assert len(found) == 3
    assert {line.columns for line in found} == {'["place"]'}
    assert examined().whole


def test_raw_sql_is_logged(director):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_user SET full_name = 'Somebody Else', place = 'elsewhere'")
    (line,) = lines(action="update")
    assert (line.row_id, line.columns) == (director.id.hex, '["full_name", "place"]')
    assert examined().whole


def test_a_delete_is_logged(db):
    nobody = User.objects.create_user("nobody", full_name="N")  # of whom nothing else speaks
    key = nobody.id.hex
    User.objects.filter(pk=nobody.pk).delete()
    (line,) = lines(action="delete")
    assert (line.row_id, line.row_sha256) == (key, "")
    assert examined().whole


def test_insert_or_replace_does_not_slip_past(director):
    with connection.cursor() as cursor:
        cursor.execute("INSERT OR REPLACE INTO clinic_user SELECT * FROM clinic_user")
    assert [line.action for line in lines(row_id=director.id.hex)][-2:] == ["delete", "insert"]
    assert examined().whole


def test_a_write_that_changes_nothing_and_a_login_day_are_no_events(director):
    before = AuditLine.objects.count()
    director.save()
    User.objects.update(last_login="2027-03-01T10:00:00Z")
    assert AuditLine.objects.count() == before
    assert examined().whole


def test_what_is_rolled_back_was_not(director):
    before = AuditLine.objects.count()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Patient.objects.admit()
        raise ZeroDivisionError
    assert AuditLine.objects.count() == before


def test_the_log_says_what_changed_but_not_to_what(patient):
    said = " ".join(str(value) for line in lines() for value in vars(line).values())
    assert "Lindqvist" not in said and "7946" not in said and "1986" not in said


def test_every_table_of_the_clinic_is_watched(db):
    watched = audit.tables(connection.connection)
    tables = {model._meta.db_table for model in apps.get_app_config("clinic").get_models()}
    # Indexes over rows that are watched, each checked by a command.
    kept = (Exposure, ExposureDay, ExposureZone, SearchKey, Absorbed, Waiting)
    reckoned = {model._meta.db_table for model in kept}
    assert set(watched) == (tables | set(ALSO)) - {TABLE} - reckoned
    assert audit.gaps(connection.connection) == []


# ── reads and acts ───────────────────────────────────────────────────────────────────────────────────


def test_a_read_names_the_row_as_its_writes_do(patient, director):
    audit.read(patient, by=director)
    first, last = lines(row_id=patient.id.hex)
    assert (first.action, last.action, last.actor) == ("insert", "read", f"user:{director.id}")
    assert examined().whole


def test_an_act_may_concern_a_kind_or_a_label(director):
    with audit.acting(director):
        audit.note("export", Patient, detail="rows: 12")
        audit.read("today")
    export, read = lines()[-2:]
    assert (export.table_name, export.row_id, export.detail) == ("clinic_patient", "", "rows: 12")
    assert (read.table_name, read.row_id) == ("", "today")


def test_a_read_that_cannot_be_logged_says_so(patient):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only=ON")
        try:
            with pytest.raises(audit.Unlogged, match="log could not be written"):
                audit.read(patient)
        finally:
            cursor.execute("PRAGMA query_only=OFF")
            transaction.set_rollback(True)


def test_login_logout_and_a_failed_login_are_logged(client, director):
    client.post("/login/", {"username": "director", "password": "wrong"})
    client.post("/login/", {"username": "nobody", "password": "my password"})
    client.post("/login/", {"username": "director", "password": "needle-and-thread"})
    client.post("/logout/")
    found = [line for line in lines() if line.action in {"login", "logout", "login-failed"}]
    assert [(line.action, line.row_id) for line in found] == [
        ("login-failed", director.id.hex),
        ("login-failed", "unknown user name"),
        ("login", director.id.hex),
        ("logout", director.id.hex),
    ]
    assert [line.actor for line in found[:2]] == ["anonymous", "anonymous"]
    assert not any("nobody" in str(vars(line)) for line in lines())


# ── what is refused ──────────────────────────────────────────────────────────────────────────────────


def test_an_appended_row_is_never_edited_nor_deleted_by_its_class(patient):
    details = patient.details
    details.phone = "2"
    with pytest.raises(NeverEdited, match="Add a row"):
        details.save()
    with pytest.raises(NeverEdited, match="Add a row"):
        details.delete()


APPENDED = [model for model in apps.get_app_config("clinic").get_models() if issubclass(model, Appended)]


@pytest.mark.parametrize("model", APPENDED, ids=lambda model: model._meta.model_name)
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_has_a_refusal_for_every_appended_table(db, model, verb):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE name = %s", [f"sealed_{model._meta.db_table}_{verb}"]
        )
        assert "RAISE(ABORT" in cursor.fetchone()[0]


@pytest.mark.parametrize(
    "write",
    [
        lambda: PatientDetails.objects.update(phone="2"),
        lambda: PatientDetails.objects.all().delete(),
        lambda: PatientDetails.objects.bulk_update(
            [_with(details, phone="2") for details in PatientDetails.objects.all()], ["phone"]
        ),
        lambda: _sql("INSERT OR REPLACE INTO clinic_patientdetails SELECT * FROM clinic_patientdetails"),
        lambda: AuditLine.objects.update(actor="somebody else"),
        lambda: AuditLine.objects.all().delete(),
        lambda: _sql("INSERT OR REPLACE INTO clinic_auditline SELECT * FROM clinic_auditline"),
        lambda: AuditLine.objects.create(seq=9999, at="", actor="", action="", previous="", hash=""),
    ],
)
def test_the_database_refuses_to_rewrite_what_was_recorded(patient, write):
    with pytest.raises(DatabaseError, match=r"never edited|at its end only"), transaction.atomic():
        write()
    assert examined().whole


def test_a_row_keeps_its_key(director):
    with pytest.raises(DatabaseError, match="keeps its key"), transaction.atomic():
        _sql("UPDATE clinic_user SET id = 'ff'")


def _with(row, **changes):
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def _sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


# ── what is found ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def written(transactional_db, tmp_path):
    """A file with a log of eleven lines, and a connection to it that knows nothing of the log."""
    Clinic.objects.create(name="Thread Street")
    for ordinal in range(1, 9):
        Patient.objects.create(ordinal=ordinal)
    Clinic.objects.update(name="Needle Street")
    audit.read("today")
    path = tmp_path / "clinic.sqlite3"
    _sql(f"VACUUM INTO '{path}'")
    raw = sqlite3.connect(path, isolation_level=None)
    yield raw
    raw.close()


def test_a_connection_that_does_not_know_the_log_can_write_nothing(written):
    for statement in (
        "INSERT INTO clinic_patient (id, created_at, ordinal) VALUES ('a', '2027-03-01', 99)",
        "UPDATE clinic_clinic SET name = 'x'",
        "DELETE FROM clinic_clinic",
        "INSERT INTO clinic_auditline SELECT seq + 99, " + ", ".join(FIELDS[1:]) + ", hash"
        " FROM clinic_auditline LIMIT 1",
    ):
        with pytest.raises(sqlite3.DatabaseError, match=r"no such function"):
            written.execute(statement)


def _behind(raw, *statements):
    """What somebody does who has the file: triggers away, the deed, triggers back."""
    audit.remove(raw)
    for statement in statements:
        raw.execute(statement)
    audit.install(raw)
    return audit.examine(raw)


def test_a_whole_log_is_found_whole(written):
    report = audit.examine(written)
    assert report.whole and report.lines == 11
    assert report.head == written.execute("SELECT hash FROM clinic_auditline WHERE seq = 11").fetchone()[0]


TAMPERING = {
    "a line changed": (["UPDATE clinic_auditline SET actor = 'x' WHERE seq = 4"], 4, "Line 4 was changed"),
    "a line removed": (["DELETE FROM clinic_auditline WHERE seq = 4"], 5, "Line 4 is missing"),
    "the first removed": (["DELETE FROM clinic_auditline WHERE seq = 1"], 2, "Line 1 is missing"),
    "the end cut": (["DELETE FROM clinic_auditline WHERE seq > 9"], 10, "Lines 10 to 11 were given out"),
    "all removed": (["DELETE FROM clinic_auditline"], 1, "Lines 1 to 11 were given out"),
    "two lines exchanged": (
        [
            "UPDATE clinic_auditline SET seq = -4 WHERE seq = 4",
            "UPDATE clinic_auditline SET seq = 4 WHERE seq = 5",
            "UPDATE clinic_auditline SET seq = 5 WHERE seq = -4",
        ],
        4,
        "Line 4 was changed",
    ),
    "numbers closed up": (
        [
            "DELETE FROM clinic_auditline WHERE seq = 4",
            "UPDATE clinic_auditline SET seq = seq - 1 WHERE seq > 4",
        ],
        4,
        "Line 4 was changed",
    ),
}


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering_with_the_log_is_found_and_where(written, name):
    statements, seq, problem = TAMPERING[name]
    report = _behind(written, *statements)
    assert not report.whole
    assert report.faults[0].seq == seq
    assert report.faults[0].problem.startswith(problem)


def test_a_line_changed_together_with_its_hash_breaks_the_next(written):
    named = dict(zip(FIELDS, _fields(written, 4), strict=True)) | {"actor": "somebody else"}
    forged = digest(*named.values())
    report = _behind(
        written, f"UPDATE clinic_auditline SET actor = 'somebody else', hash = '{forged}' WHERE seq = 4"
    )
    assert report.faults[0].seq == 5 and "does not follow" in report.faults[0].problem


def test_a_log_written_anew_is_found_by_a_head_noted_elsewhere(written):
    noted = _hash(written, 11)
    assert audit.examine(written, head=noted).whole
    assert audit.examine(written, head=_hash(written, 7)).whole, "a head noted earlier is in the log still"
    fresh = list(_rewritten([_fields(written, seq) for seq in range(1, 12)]))
    assert verify(fresh, last_seq=11).whole
    assert "written anew" in verify(fresh, last_seq=11, head=noted).faults[0].problem


def test_lines_cut_and_new_ones_written_leave_a_gap(written):
    report = _behind(written, "DELETE FROM clinic_auditline WHERE seq > 9")
    assert not report.whole
    written.execute("UPDATE clinic_clinic SET name = 'Third Street'")
    assert "Line 10 is missing" in audit.examine(written).faults[0].problem


ROWS = {
    "changed": ("UPDATE clinic_clinic SET name = 'Other'", "was changed behind the log"),
    "removed": ("DELETE FROM clinic_patient WHERE ordinal = 3", "was removed behind the log"),
    "added": (
        "INSERT INTO clinic_patient (id, created_at, ordinal) VALUES ('aa', '2027-03-01', 99)",
        "is not in the log",
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_handled_behind_the_log_is_found(written, name):
    statement, problem = ROWS[name]
    (fault,) = _behind(written, statement).faults
    assert problem in fault.problem


def test_missing_triggers_are_found(written):
    written.execute("DROP TRIGGER audit_clinic_patient_insert")
    written.execute("DROP TRIGGER sealed_clinic_auditline_delete")
    assert [fault.problem.split()[2] for fault in audit.examine(written).faults] == [
        "audit_clinic_patient_insert",
        "sealed_clinic_auditline_delete",
    ]


def _fields(raw, seq):
    return raw.execute(f"SELECT {', '.join(FIELDS)} FROM clinic_auditline WHERE seq = ?", [seq]).fetchone()


def _hash(raw, seq):
    return raw.execute("SELECT hash FROM clinic_auditline WHERE seq = ?", [seq]).fetchone()[0]


def _rewritten(fields):
    previous = ""
    for line in fields:
        changed = [*line[:2], "somebody else", *line[3:-1], previous]
        previous = digest(*changed)
        yield [*changed, previous]


def test_the_digest_tells_apart_what_looks_alike():
    values = [
        ("ab", "c"),
        ("a", "bc"),
        ("abc",),
        (1,),
        ("1",),
        (1.0,),
        (None,),
        ("",),
        (b"\x01",),
        ("\\u0001",),
    ]
    assert not any(digest(*a) == digest(*b) for a, b in itertools.combinations(values, 2))


# ── migrations ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_what_a_migration_does_to_rows_is_entered_in_the_log():
    Clinic.objects.create(name="Thread Street")
    audit.before_migration(plan=["a step"])
    assert audit.gaps(connection.connection), "the triggers are away"
    _sql("UPDATE clinic_clinic SET name = 'Renamed'")
    audit.after_migration(plan=["a step"])
    assert [line.action for line in lines()] == ["insert", "migrate-begin", "migrate", "migrate-end"]
    assert examined().whole


@pytest.mark.django_db(transaction=True)
def test_a_migration_does_not_begin_on_rows_changed_behind_the_log():
    Clinic.objects.create(name="Thread Street")
    audit.remove(connection.connection)
    _sql("UPDATE clinic_clinic SET name = 'Renamed'")
    with pytest.raises(CommandError, match="changed behind the log"):
        audit.before_migration(plan=["a step"])


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_broke_off_can_be_taken_up_again():
    Clinic.objects.create(name="Thread Street")
    audit.before_migration(plan=["a step"])
    _sql("UPDATE clinic_clinic SET name = 'Renamed'")
    audit.before_migration(plan=["the next step"])
    audit.after_migration(plan=["the next step"])
    assert examined().whole


@pytest.mark.django_db(transaction=True)
def test_migrate_puts_missing_triggers_back():
    connection.ensure_connection()
    audit.remove(connection.connection)
    call_command("migrate", verbosity=0, skip_checks=True)
    assert audit.gaps(connection.connection) == []


def test_a_chain_of_drawn_lines_is_whole_and_every_single_change_to_it_is_found():
    fields = [[seq, "at", "actor", "read", "t", str(seq), "[]", "", "", ""] for seq in range(1, 8)]
    chain = list(_rewritten(fields))
    assert verify(chain, last_seq=7).whole
    for row, column in itertools.product(range(7), range(1, len(FIELDS) + 1)):
        broken = [list(line) for line in chain]
        broken[row][column] += "x"
        assert verify(broken, last_seq=7).faults[0].seq in {row + 1, row + 2}
    for order in itertools.islice(itertools.permutations(range(7)), 1, 200):
        assert not verify([chain[place] for place in order], last_seq=7).whole

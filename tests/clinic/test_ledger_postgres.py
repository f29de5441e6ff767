"""The log on PostgreSQL: what it catches and refuses, and that it is chained whoever writes at once."""

import threading

import pytest
from django.db import DatabaseError, connection, connections, transaction

from needlework.clinic import audit
from needlework.clinic.ledger.chain import FIELDS, digest
from needlework.clinic.models.audit import AuditLine
from needlework.clinic.models.people import Patient, PatientDetails, User

pytestmark = [
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="asks for PostgreSQL: tests/server/test_postgres"
    ),
    pytest.mark.django_db(transaction=True),
]


def lines(**wanted):
    return list(AuditLine.objects.filter(**wanted).order_by("seq"))


def examined(**asked):
    return audit.examine(connection.connection, **asked)


def execute(sql, *said):
    with connection.cursor() as cursor:
        cursor.execute(sql, said)


def test_rows_made_changed_and_taken_away_are_logged_by_whatever_path(director):
    with audit.acting(director):
        User.objects.bulk_create(User(username=f"u{i}", full_name="U") for i in range(3))
    User.objects.filter(username="u1").update(full_name="Somebody Else", is_active=False)
    execute("DELETE FROM clinic_user WHERE username = 'u2'")
    made = lines(action="insert", actor=f"user:{director.pk}")
    (changed,), (gone,) = lines(action="update"), lines(action="delete")
    assert len(made) == 3 and changed.columns == '["full_name", "is_active"]'
    assert changed.row_id == made[1].row_id and (gone.row_id, gone.row_sha256) == (made[2].row_id, "")
    assert examined().whole


def test_a_row_is_named_as_the_program_names_it(patient):
    audit.read(patient)
    assert [line.action for line in lines(row_id=audit.row_id(patient))] == ["insert", "read"]


def test_a_login_day_is_no_event_and_neither_is_a_write_that_changes_nothing(director):
    before = AuditLine.objects.count()
    director.save()
    User.objects.update(last_login="2027-03-01T10:00:00Z")
    assert AuditLine.objects.count() == before and examined().whole


def test_what_is_undone_was_not_and_who_acts_is_told_anew(director, front_desk):
    before = AuditLine.objects.count()
    with pytest.raises(ZeroDivisionError), audit.acting(director), transaction.atomic():
        Patient.objects.admit()
        raise ZeroDivisionError
    assert AuditLine.objects.count() == before
    with audit.acting(front_desk):
        Patient.objects.admit()
    assert lines()[-1].actor == f"user:{front_desk.pk}"


def test_somebody_beside_the_program_is_named_as_the_database_knows_them(patient):
    execute("SELECT set_config('needlework.actor', '', false)")
    execute(f"/* by hand, so that nobody is told who acts */ {ADDED}")
    assert lines()[-1].actor.startswith("database:")


@pytest.mark.parametrize("said", ["plain", 'quo"te \\ back', "tab\tline\nfeed\r\f\b\x01\x7f", "Ünï → 𝔘", ""])
def test_the_database_hashes_a_line_as_the_program_does(db, said):
    audit.note("tried", "label", detail=said)
    line = lines()[-1]
    assert line.detail == said
    assert line.hash == digest(*(getattr(line, name) for name in FIELDS))


@pytest.mark.parametrize(
    "write",
    [
        "UPDATE clinic_patient SET ordinal = 9", "DELETE FROM clinic_patientdetails",
        "TRUNCATE clinic_patient CASCADE", "UPDATE clinic_auditline SET actor = 'nobody'",
        "DELETE FROM clinic_auditline", "TRUNCATE clinic_auditline",
        f"INSERT INTO clinic_auditline SELECT seq + 99, {', '.join(FIELDS[1:])}, hash FROM clinic_auditline",
        "UPDATE clinic_user SET id = gen_random_uuid()",
    ],
)  # fmt: skip
def test_the_database_refuses_to_rewrite_what_was_recorded(patient, director, write):
    with pytest.raises(DatabaseError, match=r"added, never edited|grows at its end|keeps its key"):
        execute(write)
    assert examined().whole


ADDED = (
    'INSERT INTO clinic_clinic (id, created_at, name, phone, is_demo, "only")'
    " VALUES (gen_random_uuid(), now(), 'x', '', false, true)"
)
TAMPERED = {
    "a line changed": ("UPDATE clinic_auditline SET actor = 'x' WHERE seq = 2", "Line 2 was changed"),
    "a line removed": ("DELETE FROM clinic_auditline WHERE seq = 1", "Line 1 is missing"),
    "the end cut off": (
        "DELETE FROM clinic_auditline WHERE seq = (SELECT max(seq) FROM clinic_auditline)",
        "given out and are gone"
    ),
    "a row changed": ("UPDATE clinic_patientdetails SET phone = '1'", "was changed behind the log"),
    "a row removed": ("DELETE FROM clinic_patientdetails", "was removed behind the log"),
    "a row added": (ADDED, "is not in the log"),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERED)
def test_what_an_owner_does_with_the_triggers_off_is_found(patient, name):
    tampering, said = TAMPERED[name]
    execute(f"SET session_replication_role = replica; {tampering}; SET session_replication_role = origin")
    assert any(said in fault.problem for fault in examined().faults)


def test_a_trigger_switched_off_and_a_function_altered_are_found(patient):
    assert audit.gaps(connection.connection) == []
    execute("ALTER TABLE clinic_patient DISABLE TRIGGER audit_clinic_patient")
    execute(
        "CREATE OR REPLACE FUNCTION needlework_refuse() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RETURN NEW; END $$"
    )
    assert audit.gaps(connection.connection) == ["audit_clinic_patient", "needlework_refuse()"]
    audit.install(connection.connection)
    assert audit.gaps(connection.connection) == []


def test_a_head_noted_earlier_must_be_in_the_log(patient):
    noted = lines()[-1].hash
    audit.note("later", "label")
    assert examined(head=noted).whole
    assert "No line has the hash" in examined(head="0" * 64).faults[0].problem


def test_eight_who_write_at_once_make_one_chain(patient):
    def write(n):
        try:
            for i in range(15):
                with transaction.atomic():
                    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
                    PatientDetails.objects.create(
                        patient=patient, corrects=_newest(patient), full_name=f"{n}-{i}",
                        born_on="1990-01-01", phone="1",
                    )  # fmt: skip
                audit.read(patient)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert PatientDetails.objects.count() == 1 + 8 * 15 and len(lines(action="read")) == 8 * 15
    assert examined().whole


def _newest(patient):
    return PatientDetails.objects.filter(patient=patient).order_by("-id").first()

"""Today, the list, the search, and the page of one person."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic import charted
from needlework.clinic.models.finding import SearchKey
from needlework.clinic.models.people import Patient, PatientDetails


@pytest.fixture
def others(patient):
    for name, phone in (("Yusuf Demir", "0551 234"), ("Zoë Ångström", "0777 888")):
        somebody = Patient.objects.admit()
        PatientDetails.objects.create(patient=somebody, full_name=name, born_on="1970-01-01", phone=phone)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["Ada Lindqvist", "Yusuf Demir", "Zoë Ångström"]),
        ("yusuf", ["Yusuf Demir"]),
        ("N-0003", ["Zoë Ångström"]),
        ("2", ["Yusuf Demir"]),
        ("0777", ["Zoë Ångström"]),
        ("+777-888", ["Zoë Ångström"]),
        ("551 23", ["Yusuf Demir"]),
        ("zoe", ["Zoë Ångström"]),
        ("ANGST zo", ["Zoë Ångström"]),
        ("1.1.1970", ["Yusuf Demir", "Zoë Ångström"]),
        ("yusuf angstrom", []),
        ("33", []),
        ("'; --", []),
        ("nobody of that name", []),
        ("%", []),
    ],
)
def test_somebody_is_found_by_name_number_or_phone(as_front_desk, others, asked, found):
    shown = as_front_desk.get("/patients/", {"q": asked}).content.decode()
    names = ["Ada Lindqvist", "Yusuf Demir", "Zoë Ångström"]
    assert [name for name in names if name in shown] == found


def test_the_keys_are_checked_and_mended(others, capsys):
    call_command("search-keys")
    SearchKey.objects.filter(key="n:yusuf").delete()
    with pytest.raises(CommandError, match="1 people differ"):
        call_command("search-keys")
    call_command("search-keys", mend=True)
    assert SearchKey.objects.filter(key="n:yusuf").exists()
    assert "N-0002" in capsys.readouterr().out


def test_a_search_reads_the_index_and_not_everybody(others):
    with CaptureQueriesContext(connection) as asked:
        assert len(Patient.objects.asked_for("yus dem")) == 1
    assert len(asked) == 2  # the number, the keys
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgres:
            cursor.execute("SET LOCAL enable_seqscan = off")  # so few rows it would rather read
        cursor.execute(f"EXPLAIN {'' if postgres else 'QUERY PLAN'} {asked[-1]['sql']}")
        plan = " ".join(str(row) for row in cursor.fetchall())
    assert plan.count("by_a_key" if postgres else "COVERING INDEX found_by_a_key") == 2
    assert "SCAN patient_search" not in plan and "Seq Scan" not in plan


def test_a_name_that_was_corrected_is_no_longer_found(as_front_desk, patient):
    old = patient.details
    PatientDetails.objects.create(
        patient=patient, corrects=old, full_name="Ada Berg", born_on=old.born_on, phone="1"
    )
    assert "N-0001" not in as_front_desk.get("/patients/", {"q": "Lindqvist"}).content.decode()
    assert "N-0001" in as_front_desk.get("/patients/", {"q": "Berg"}).content.decode()


def test_the_front_desk_sees_who_somebody_is_and_nothing_of_their_treatment(
    as_front_desk, patient, practitioner
):
    charted.screened(patient, by=practitioner, changed={"isotretinoin": "now"})
    shown = as_front_desk.get(f"/patients/{patient.pk}/").content.decode()
    assert "Ada Lindqvist" in shown and "skin type" not in shown and "Screened" not in shown


def test_the_page_tells_what_happened_newest_first_on_the_days_it_happened(
    as_practitioner, patient, practitioner
):
    charted.signed(charted.planned(patient, by=practitioner), by=practitioner)
    shown = as_practitioner.get(f"/patients/{patient.pk}/").content.decode()
    assert "Session 1, signed" in shown and "20 Nov 2026" in shown and "Planned: 4 sessions" in shown


def test_today_shows_who_needs_somebody_the_most_pressing_first(as_practitioner, patient, practitioner):
    from needlework.clinic.recover import actions

    session = charted.signed(charted.planned(patient, by=practitioner), by=practitioner)
    later = charted.NOON + timedelta(days=2)
    actions.check_in(
        session=session,
        answers=charted.cast.well({"pus": True}),
        once=session.pk,
        by=None,
        at=later,
        now=later,
    )
    Patient.objects.admit()
    PatientDetails.objects.create(
        patient=Patient.objects.last(), full_name="Ben Okafor", born_on="1980-01-01", phone="1"
    )
    with time_machine.travel(later, tick=False):
        shown = as_practitioner.get("/").content.decode()
    assert shown.index("Needs a person now") < shown.index("Not screened yet")
    assert "Sunday, 22 November" in shown.replace("\xa0", " ")


def test_today_tells_the_front_desk_nothing_of_treatments(as_front_desk, patient, practitioner):
    charted.planned(patient, by=practitioner)
    shown = as_front_desk.get("/").content.decode()
    assert "Planned, not begun" not in shown and "Ada Lindqvist" in shown


def test_what_was_erased_finds_nobody(as_front_desk, patient, director):
    from needlework.clinic.models.rights import What
    from needlework.clinic.rights import actions

    actions.decide(
        patient=patient, item=patient.details, what=What.ERASED, ground="asked for", until=None,
        once=patient.pk, by=director, at=charted.NOON,
    )  # fmt: skip
    assert not SearchKey.objects.filter(key__startswith="n:") and not SearchKey.objects.filter(
        key__startswith="p:"
    )
    assert not Patient.objects.asked_for("Lindqvist")


def test_a_clinic_that_was_there_before_is_filled_as_it_would_be_now(others):
    from importlib import import_module

    from django.apps import apps

    now = set(SearchKey.objects.values_list("patient", "key"))
    SearchKey.objects.all().delete()
    import_module("needlework.clinic.migrations.0016_search_keys").filled(apps, None)
    assert set(SearchKey.objects.values_list("patient", "key")) == now and now

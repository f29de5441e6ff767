"""Users, patients, their numbers and their details."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import IntegrityError, transaction

from needlework.clinic.models.people import Clinic, Patient, PatientDetails, User
from needlework.clinic.templatetags import format as written


def test_patients_are_numbered_in_order(db):
    assert [Patient.objects.admit().number for _ in range(3)] == ["N-0001", "N-0002", "N-0003"]
    assert Patient(ordinal=12345).number == "N-12345"


@pytest.mark.parametrize(
    ("typed", "ordinal"), [("N-0012", 12), ("n12", 12), (" 12 ", 12), ("Ada", None), ("N-", None), ("", None)]
)
def test_a_number_is_read_as_people_type_it(typed, ordinal):
    assert Patient.ordinal_of(typed) == ordinal


def test_a_key_sorts_by_the_time_it_was_made(db):
    made = [Patient.objects.admit().pk for _ in range(20)]
    assert made == sorted(made) and {key.version for key in made} == {7}


def test_a_correction_is_a_new_version_and_both_can_be_read(patient, practitioner):
    first = patient.details
    corrected = PatientDetails.objects.create(
        patient=patient, corrects=first, full_name="Ada Lindquist", born_on=date(1986, 5, 12), sex="female",
        phone=first.phone, created_by=practitioner,
    )  # fmt: skip
    assert patient.details == corrected
    assert [version.full_name for version in patient.versions.all()] == ["Ada Lindquist", "Ada Lindqvist"]
    assert first.corrected_by == corrected


def test_two_corrections_of_one_version_cannot_both_stand(patient):
    def correct(name):
        PatientDetails.objects.create(
            patient=patient, corrects=first, full_name=name, born_on=first.born_on, phone="1"
        )

    first = patient.details
    correct("Ada B")
    with pytest.raises(IntegrityError), transaction.atomic():
        correct("Ada C")
    with pytest.raises(IntegrityError), transaction.atomic():
        PatientDetails.objects.create(patient=patient, full_name="D", born_on=first.born_on, phone="1")


def test_a_list_of_patients_takes_two_queries_however_long(patient, django_assert_num_queries):
    for name in ("Bo", "Cy"):
        somebody = Patient.objects.admit()
        PatientDetails.objects.create(patient=somebody, full_name=name, born_on=date(1990, 1, 1), phone="1")
    with django_assert_num_queries(2):
        found = [each.details.full_name for each in Patient.objects.with_details()]
    assert found == ["Ada Lindqvist", "Bo", "Cy"]


def test_what_is_not_a_role_or_a_sex_the_database_refuses(patient):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("x", full_name="X", role="owner")
    with pytest.raises(IntegrityError), transaction.atomic():
        PatientDetails.objects.create(
            patient=Patient.objects.admit(), full_name="X", born_on=date(1990, 1, 1), phone="1", sex="x"
        )


def test_there_is_one_clinic(db):
    assert Clinic.current().name == "Needlework"
    Clinic.objects.create(name="Thread Street")
    assert Clinic.current().name == "Thread Street"
    with pytest.raises(IntegrityError), transaction.atomic():
        Clinic.objects.create(name="Needle Street")


def test_the_first_account_is_the_directors(db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a-long-enough-secret")
    call_command(
        "createsuperuser", username="mara", full_name="Dr Mara Weiss", interactive=False, verbosity=0
    )
    user = User.objects.get(username="mara")
    assert user.check_password("a-long-enough-secret")
    assert user.role == "medical-director" and user.place == "clinician"
    assert get_user_model() is User and str(user) == user.get_full_name() == "Dr Mara Weiss"


def test_somebody_who_left_cannot_sign_in(client, director):
    User.objects.update(is_active=False)
    answer = client.post("/login/", {"username": "director", "password": "needle-and-thread"})
    assert answer.status_code == 200 and "sessionid" not in answer.cookies


def test_the_page_about_oneself(as_prescriber):
    text = as_prescriber.get("/me/").content.decode()
    assert "Dr Tomas Okafor" in text and "Prescriber" in text


def test_leaving_takes_a_press_of_a_button(as_prescriber):
    assert as_prescriber.get("/logout/").status_code == 405
    assert as_prescriber.post("/logout/")["Location"] == "/login/"
    assert as_prescriber.get("/me/").status_code == 302


# ── how things are written ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2027, 3, 3), "3 Mar 2027"),
        (datetime(2027, 3, 3, 23, 30, tzinfo=UTC), "3 Mar 2027"),
        (None, ""),
    ],
)
def test_a_day(value, text):
    assert written.day(value) == text


def test_a_moment_is_in_the_clinics_time_zone(settings):
    value = datetime(2027, 3, 3, 23, 30, tzinfo=UTC)
    assert written.moment(value) == "3 Mar 2027, 23:30"
    settings.TIME_ZONE = "Asia/Tokyo"
    assert written.moment(value) == "4 Mar 2027, 08:30"
    assert written.day(value) == "4 Mar 2027" and written.clock(value) == "08:30"


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.5, "1.5"), (1.0, "1"), (0.126, "0.13"), (-0.001, "0"), (-2.5, "−2.5"), (100.0, "100")],
)
def test_a_number_has_two_decimals_at_most(value, text):
    assert written.number(value) == text


def test_a_unit_stands_in_quiet_and_what_is_text_is_escaped():
    assert written.mm(1.25) == '<span class="value">1.25</span>\u202f<span class="unit">mm</span>'
    assert "&lt;b&gt;" in written.unit("<b>", "cm²")
    assert written.mm(None) == ""

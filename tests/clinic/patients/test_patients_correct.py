"""Correcting details: a new version that names the old one, and never over somebody else's."""

from datetime import date
from uuid import uuid4

import pytest

from needlework.clinic.models.people import PatientDetails


@pytest.fixture
def address(patient):
    return f"/patients/{patient.pk}/details/"


def _form(patient, **changed):
    return {
        "once": str(uuid4()), "seen": str(patient.versions.all()[0].pk), "full_name": "Ada Lindquist",
        "born_on": "1986-05-12", "sex": "female", "phone": "+44 20 7946 0001", "email": "", "note": "",
        **changed,
    }  # fmt: skip


def test_the_form_holds_what_is_known(as_front_desk, address):
    shown = as_front_desk.get(address).content.decode()
    assert 'value="Ada Lindqvist"' in shown and 'value="1986-05-12"' in shown


def test_a_correction_is_added_and_the_old_version_stays_readable(as_front_desk, patient, address):
    answer = as_front_desk.post(address, _form(patient))
    assert answer["Location"] == f"/patients/{patient.pk}/"
    new, old = patient.versions.all()
    assert (new.full_name, old.full_name, new.corrects) == ("Ada Lindquist", "Ada Lindqvist", old)
    shown = as_front_desk.get(address).content.decode()
    assert "Ada Lindqvist" in shown and "Ada Lindquist" in shown


def test_the_same_form_sent_twice_is_one_correction(as_front_desk, patient, address):
    form = _form(patient)
    assert [as_front_desk.post(address, form).status_code for _ in range(2)] == [302, 302]
    assert patient.versions.count() == 2


def test_two_who_correct_at_once_do_not_undo_each_other(as_front_desk, as_practitioner, patient, address):
    mine, theirs = _form(patient, phone="111"), _form(patient, phone="222")
    assert as_front_desk.post(address, mine).status_code == 302
    late = as_practitioner.post(address, theirs)
    assert late.status_code == 422 and "corrected by somebody else meanwhile" in late.content.decode()
    assert 'value="222"' in late.content.decode()
    assert PatientDetails.objects.first().phone == "111"


def test_a_day_yet_to_come_is_refused_and_nothing_changes(as_front_desk, patient, address):
    answer = as_front_desk.post(address, _form(patient, born_on=f"{date.max:%Y-%m-%d}"))
    assert answer.status_code == 422 and patient.versions.count() == 1


def test_whatever_key_a_form_brings_the_last_correction_is_what_is_known(as_front_desk, patient, address):
    keys = ("ffffffff-ffff-4fff-bfff-ffffffffffff", "00000000-0000-4000-8000-000000000000")
    for phone, key in zip(("111", "222"), keys, strict=True):
        assert as_front_desk.post(address, _form(patient, phone=phone, once=key)).status_code == 302
        assert patient.versions.first().phone == phone
    assert as_front_desk.post(address, _form(patient, phone="333")).status_code == 302
    assert PatientDetails.objects.get(corrected_by=None).phone == "333"

"""Admitting somebody: once, with details that can be true."""

from uuid import uuid4

import pytest

from needlework.clinic.models.people import Patient

GOOD = {
    "full_name": "  Noor   van Dijk ",
    "born_on": "1990-02-28",
    "sex": "female",
    "phone": "+31 20 555 0101",
    "email": "",
    "note": "",
}


def _form(**changed):
    return {"once": str(uuid4()), "seen": "", **GOOD, **changed}


def test_somebody_is_admitted_with_the_next_number(as_front_desk, patient):
    answer = as_front_desk.post("/patients/new/", _form())
    made = Patient.objects.get(ordinal=2)
    assert answer["Location"] == f"/patients/{made.pk}/"
    assert made.details.full_name == "Noor van Dijk"
    assert made.details.created_by.username == "frontdesk"


def test_the_same_form_sent_twice_admits_one_person(as_front_desk):
    form = _form()
    first, second = (as_front_desk.post("/patients/new/", form) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Patient.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"born_on": "2999-01-01"}, "yet to come"),
        ({"born_on": "1790-01-01"}, "more than 120 years ago"),
        ({"born_on": "1990-02-30"}, "valid date"),
        ({"born_on": "", "full_name": ""}, "required"),
        ({"sex": "x"}, "valid choice"),
        ({"full_name": "n" * 300}, "at most 120"),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_is_kept(as_front_desk, changed, words):
    answer = as_front_desk.post("/patients/new/", _form(**changed))
    shown = answer.content.decode()
    assert answer.status_code == 422 and words in shown
    assert "Please look at this again" in shown and "+31 20 555 0101" in shown
    assert not Patient.objects.exists()


def test_a_name_is_text_and_never_markup(as_front_desk):
    answer = as_front_desk.post("/patients/new/", _form(full_name="<script>alert(1)</script>"), follow=True)
    assert b"<script>alert" not in answer.content and b"&lt;script&gt;" in answer.content


def test_a_form_that_says_somebody_else_under_the_same_key_is_not_taken_for_sent(as_front_desk):
    form = _form()
    as_front_desk.post("/patients/new/", form)
    other = as_front_desk.post(
        "/patients/new/", {**form, "full_name": "Bram van Dijk", "somebody_else": "yes"}
    )
    assert other.status_code == 422 and "Bram van Dijk" in other.content.decode()
    assert "was sent before, with something else in it" in other.content.decode()
    assert Patient.objects.count() == 1

"""Somebody new: a user name of their own, a role, a licence, and a first password that holds."""

from uuid import uuid4

import pytest

from needlework.clinic.models.audit import AuditLine
from needlework.clinic.models.people import User

SECRET = "seven-linden-trees"


def form(**changed):
    return {
        "once": str(uuid4()), "full_name": "Lea  Brandt", "username": "lea", "role": "practitioner",
        "place": "utah-master-aesthetician", "password1": SECRET, "password2": SECRET, **changed,
    }  # fmt: skip


def test_somebody_is_added_and_signs_in(as_director, director, client):
    assert as_director.post("/clinic/staff/new/", form())["Location"] == "/clinic/"
    lea = User.objects.get(username="lea")
    assert (lea.full_name, lea.role, lea.place) == ("Lea Brandt", "practitioner", "utah-master-aesthetician")
    assert lea.created_by == director and lea.is_active
    assert client.post("/login/", {"username": "lea", "password": SECRET})["Location"] == "/"
    assert (
        client.get("/patients/")["Location"] == "/me/"
    )  # the director knows the password, so it is changed first
    own = {"now": SECRET, "password1": "something of her own", "password2": "something of her own"}
    assert client.post("/me/", own)["Location"] == "/me/"
    assert client.get("/patients/").status_code == 200
    line = AuditLine.objects.get(action="insert", table_name="clinic_user", row_id=lea.pk.hex)
    assert line.actor == f"user:{director.pk}"


def test_the_password_appears_nowhere(as_director):
    as_director.post("/clinic/staff/new/", form())
    shown = as_director.get("/clinic/").content.decode()
    refused = as_director.post("/clinic/staff/new/", form(username="")).content.decode()
    assert SECRET not in shown + refused
    assert not User.objects.filter(password__contains=SECRET).exists()


def test_the_same_form_sent_twice_is_one_person(as_director):
    sent = form()
    for _ in range(2):
        assert as_director.post("/clinic/staff/new/", sent).status_code == 302
    assert User.objects.filter(username="lea").count() == 1


def test_the_form_sent_again_with_another_name_is_somebody_else(as_director):
    sent = form()
    as_director.post("/clinic/staff/new/", sent)
    as_director.post("/clinic/staff/new/", {**sent, "username": "leo"})
    assert User.objects.filter(username__in=["lea", "leo"]).count() == 2


@pytest.mark.parametrize("role", ["practitioner", "prescriber", "medical-director"])
def test_who_needles_needs_a_licence(as_director, role):
    answer = as_director.post("/clinic/staff/new/", form(role=role, place=""))
    assert answer.status_code == 422 and "Choose the licence" in answer.content.decode()
    assert not User.objects.filter(username="lea").exists()


def test_the_front_desk_needs_none(as_director):
    assert as_director.post("/clinic/staff/new/", form(role="front-desk", place="")).status_code == 302
    assert User.objects.get(username="lea").place == ""


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"password2": "another"}, "didn’t match"),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password1": "password123", "password2": "password123"}, "too common"),
        ({"username": "lea-brandt", "password1": "lea-brandt1", "password2": "lea-brandt1"}, "too similar"),
        ({"username": "director"}, "belongs to somebody already"),
        ({"username": "Director"}, "belongs to somebody already"),
        ({"username": "lea brandt"}, "Enter a valid username"),
        ({"full_name": ""}, "This field is required."),
        ({"role": "owner"}, "not one of the available choices"),
        ({"place": "atlantis"}, "not one of the available choices"),
        ({"once": "nonsense"}, "Enter a valid UUID"),
    ],
)
def test_what_cannot_be_is_asked_again_with_what_was_typed(as_director, changed, words):
    answer = as_director.post("/clinic/staff/new/", form(**changed))
    shown = answer.content.decode()
    assert answer.status_code == 422 and words in shown
    assert User.objects.count() == 1
    assert "full_name" in changed or "Lea" in shown


def test_only_the_director_adds(as_prescriber, as_practitioner, as_front_desk, client):
    for browser in (as_prescriber, as_practitioner, as_front_desk):
        assert browser.get("/clinic/staff/new/").status_code == 403
        assert browser.post("/clinic/staff/new/", form()).status_code == 403
    assert client.post("/clinic/staff/new/", form())["Location"].startswith("/login/")
    assert not User.objects.filter(username="lea").exists()


def test_a_wrong_method(as_director):
    assert as_director.put("/clinic/staff/new/").status_code == 405

"""A role, a licence, or leaving: sessions end at once, and the last medical director stays."""

import threading
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from needlework.clinic.models.audit import AuditLine
from needlework.clinic.models.people import User
from needlework.clinic.staff import actions
from needlework.records.why import Refusal

MAY = {"is_active": "on"}


def form(user, **changed):
    return {"role": user.role, "place": user.place, **MAY, **changed}


def send(browser, user, **changed):
    sent = form(user, **changed)
    return browser.post(f"/clinic/staff/{user.pk}/", {key: value for key, value in sent.items() if value})


def test_a_new_role_and_licence_hold_from_the_next_page_on(as_director, practitioner, signed_in, director):
    theirs = signed_in(practitioner)
    assert theirs.get("/learn/").status_code == 200
    answer = send(as_director, practitioner, role="front-desk", place="")
    assert answer["Location"] == "/clinic/" and theirs.get("/learn/").status_code == 403
    practitioner.refresh_from_db()
    assert (practitioner.role, practitioner.place, practitioner.is_active) == ("front-desk", "", True)
    line = AuditLine.objects.filter(action="update", table_name="clinic_user").first()
    assert (line.actor, line.row_id) == (f"user:{director.pk}", practitioner.pk.hex)
    assert "place" in line.columns
    assert [one.role for one in practitioner.memberships.all()] == ["practitioner", "front-desk"]


def test_who_leaves_is_signed_out_everywhere_at_once(as_director, practitioner, signed_in):
    tablet, desk = signed_in(practitioner), signed_in(practitioner)
    assert tablet.get("/").status_code == desk.get("/").status_code == 200
    send(as_director, practitioner, is_active="")
    for browser in (tablet, desk):
        assert browser.get("/")["Location"].startswith("/login/")
        assert browser.post("/patients/new/", {})["Location"].startswith("/login/")
    shown = as_director.get("/clinic/").content.decode()
    assert "Ines Duarte" in shown and "has left" in shown


def test_who_comes_back_may_sign_in_again(as_director, practitioner, client):
    send(as_director, practitioner, is_active="")
    login = {"username": "practitioner", "password": "needle-and-thread"}
    assert client.post("/login/", login).status_code == 200
    send(as_director, practitioner)
    assert client.post("/login/", login).status_code == 302


@pytest.mark.parametrize("changed", [{"is_active": ""}, {"role": "prescriber"}])
def test_the_last_medical_director_stays(as_director, director, practitioner, changed):
    answer = send(as_director, director, **changed)
    assert answer.status_code == 422 and "the last medical director" in answer.content.decode()
    director.refresh_from_db()
    assert director.is_active and director.role == "medical-director"


def test_a_director_who_left_does_not_count(as_director, director):
    User.objects.create_user("gone", full_name="G", role="medical-director", is_active=False)
    assert send(as_director, director, is_active="").status_code == 422


def test_with_another_one_a_director_may_go(as_director, director):
    User.objects.create_user("next", full_name="N", role="medical-director")
    assert send(as_director, director, role="prescriber")["Location"] == "/"
    assert as_director.get("/clinic/").status_code == 403 and as_director.get("/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_two_directors_who_send_each_other_away_one_stays():
    for turn in range(4):
        User.objects.update(is_active=False)
        pair = [
            User.objects.create_user(f"{name}{turn}", full_name=name, role="medical-director")
            for name in ("a", "b")
        ]
        together, answers = threading.Barrier(2), []

        def send_away(other, by, together=together, answers=answers):
            try:
                together.wait()
                standing = {"role": other.role, "place": other.place, "is_active": False}
                answers.append(actions.change(user=other, **standing, by=by, at=timezone.now()))
            finally:
                connection.close()

        threads = [
            threading.Thread(target=send_away, args=way) for way in (pair, (pair[1], pair[0]))
        ]  # fmt: skip
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(isinstance(one, Refusal) for one in answers) == [False, True]
        assert User.objects.filter(is_active=True).count() == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"role": ""}, "This field is required."),
        ({"role": "owner"}, "not one of the available choices"),
        ({"place": "atlantis"}, "not one of the available choices"),
        ({"place": ""}, "Choose the licence"),
    ],
)
def test_what_is_no_standing_is_asked_again(as_director, practitioner, changed, words):
    answer = send(as_director, practitioner, **changed)
    assert answer.status_code == 422 and words in answer.content.decode()


def test_a_name_is_never_changed(as_director, practitioner):
    send(as_director, practitioner, full_name="Somebody Else", username="other")
    practitioner.refresh_from_db()
    assert (practitioner.full_name, practitioner.username) == ("Ines Duarte", "practitioner")


def test_nobody_else_changes_anything(as_prescriber, as_front_desk, client, practitioner):
    for browser in (as_prescriber, as_front_desk):
        assert browser.get(f"/clinic/staff/{practitioner.pk}/").status_code == 403
        assert send(browser, practitioner, is_active="").status_code == 403
    assert send(client, practitioner, is_active="")["Location"].startswith("/login/")
    practitioner.refresh_from_db()
    assert practitioner.is_active


def test_nobodys_id_and_a_wrong_method(as_director, practitioner):
    assert as_director.get(f"/clinic/staff/{uuid4()}/").status_code == 404
    assert as_director.delete(f"/clinic/staff/{practitioner.pk}/").status_code == 405

"""A new password: from the director where it was lost, or one's own; what was open with the old one ends."""

from uuid import uuid4

import pytest

from needlework.clinic.models.audit import AuditLine

OLD, NEW = "needle-and-thread", "seven-linden-trees"


def typed(**changed):
    return {"password1": NEW, "password2": NEW, **changed}


def own(**changed):
    return typed(**{"now": OLD, **changed})


def signs_in(client, name, password):
    return client.post("/login/", {"username": name, "password": password}).status_code == 302


# ── from the director ────────────────────────────────────────────────────────────────────────────────


def test_a_lost_password_is_replaced_and_open_sessions_end(
    as_director, as_practitioner, practitioner, client
):
    assert as_practitioner.get("/").status_code == 200
    where = f"/clinic/staff/{practitioner.pk}/password/"
    assert as_director.post(where, typed())["Location"] == "/clinic/"
    assert as_practitioner.get("/").status_code == 302
    assert not signs_in(client, "practitioner", OLD) and signs_in(client, "practitioner", NEW)


def test_the_log_says_who_gave_it_and_not_what_it_is(as_director, director, practitioner):
    as_director.post(f"/clinic/staff/{practitioner.pk}/password/", typed())
    line = AuditLine.objects.filter(action="update", table_name="clinic_user").first()
    assert (line.actor, line.columns) == (f"user:{director.pk}", '["password"]')


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"password2": "x"}, "didn’t match"), ({"password1": "1", "password2": "1"}, "too short")],
)
def test_a_bad_one_is_asked_again(as_director, practitioner, client, changed, words):
    answer = as_director.post(f"/clinic/staff/{practitioner.pk}/password/", typed(**changed))
    assert answer.status_code == 422 and words in answer.content.decode()
    assert signs_in(client, "practitioner", OLD)


def test_the_directors_own_takes_the_old_one(as_director, director, client):
    answer = as_director.post(f"/clinic/staff/{director.pk}/password/", typed())
    assert answer["Location"] == "/me/" and signs_in(client, "director", OLD)


def test_nobody_else_gives_one(as_prescriber, as_front_desk, practitioner, client):
    where = f"/clinic/staff/{practitioner.pk}/password/"
    for browser in (as_prescriber, as_front_desk):
        assert browser.get(where).status_code == browser.post(where, typed()).status_code == 403
    assert client.post(where, typed())["Location"].startswith("/login/")
    assert signs_in(client, "practitioner", OLD)


def test_nobodys_id_and_a_wrong_method(as_director, practitioner):
    assert as_director.get(f"/clinic/staff/{uuid4()}/password/").status_code == 404
    assert as_director.put(f"/clinic/staff/{practitioner.pk}/password/").status_code == 405


# ── one's own ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("role", ["front-desk", "practitioner", "prescriber", "medical-director"])
def test_everybody_changes_their_own_and_stays_signed_in_here_alone(users, signed_in, client, role):
    here, elsewhere = signed_in(users[role]), signed_in(users[role])
    answer = here.post("/me/", own(), follow=True)
    assert "Your password is changed" in answer.content.decode()
    assert here.get("/me/").status_code == 200 and elsewhere.get("/me/").status_code == 302
    name = users[role].username
    assert not signs_in(client, name, OLD) and signs_in(client, name, NEW)
    line = AuditLine.objects.filter(action="update", table_name="clinic_user").first()
    assert line.actor == f"user:{users[role].pk}"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"now": "a guess"}, "This is not your password"),
        ({"now": ""}, "This field is required."),
        ({"password2": "x"}, "didn’t match"),
        ({"password1": "frontdesk1", "password2": "frontdesk1"}, "too similar"),
    ],
)
def test_without_the_old_one_or_with_a_bad_one_nothing_changes(as_front_desk, client, changed, words):
    answer = as_front_desk.post("/me/", own(**changed))
    assert answer.status_code == 422 and words in answer.content.decode()
    assert signs_in(client, "frontdesk", OLD) and as_front_desk.get("/me/").status_code == 200


def test_a_stranger_changes_nothing(client, db):
    assert client.post("/me/", own())["Location"].startswith("/login/")


def test_the_one_that_one_has_is_not_found_out_by_trying(as_practitioner, practitioner):
    for _n in range(5):
        assert as_practitioner.post("/me/", own(now="a guess at it")).status_code == 422
    assert as_practitioner.post("/me/", own()).status_code == 429
    practitioner.refresh_from_db()
    assert practitioner.check_password(OLD)
    wrong = AuditLine.objects.filter(action="login-failed", row_id=practitioner.pk.hex)
    assert wrong.count() == 5 and wrong[0].actor == f"user:{practitioner.pk}"

"""A shared tablet: locked, unlocked by PIN, handed on to a colleague, and closed to everybody else."""

import json
import threading
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from clinic.account.door import PIN, enter, entered, locked, unlock, with_app, with_pin
from needlework.clinic.account.actions import guessable
from needlework.clinic.models.account import PIN_TRIES, Pin, SignIn
from needlework.clinic.models.audit import AuditLine


@pytest.fixture
def tablet(practitioner):
    """A tablet on which Ines has signed in; she has a PIN."""
    with_pin(practitioner)
    return entered(practitioner)


# ── locked ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_locked_tablet_opens_no_page_and_shows_nothing_of_a_patient(tablet, patient):
    where = f"/patients/{patient.pk}/"
    assert "Ada Lindqvist" in tablet.get(where).content.decode()
    session = tablet.cookies["sessionid"].value
    locked(tablet, where=where)
    for address in (where, "/", "/patients/?q=Ada", "/me/"):
        assert tablet.get(address)["Location"] == "/lock/"
    page = tablet.get("/lock/").content.decode()
    assert "Ada" not in page and str(patient.pk) not in page and "Ines Duarte" in page
    thief = Client()
    thief.cookies["sessionid"] = session  # the session itself is gone, not only this tablet's cookie
    assert thief.get(where).status_code == 302


def test_a_program_is_told_423_and_what_to_do(tablet):
    locked(tablet)
    for answer in (
        tablet.get("/patients/", headers={"Accept": "application/json"}),
        tablet.post("/patients/new/", {}, headers={"Accept": "application/json"}),
    ):
        told = answer.json()
        assert answer.status_code == 423 and told["locked"] and told["unlock"] == "/lock/" and told["says"]
    by_script = tablet.get("/patients/", headers={"Sec-Fetch-Mode": "cors"})
    assert by_script.status_code == 423 and b"Nothing was saved here" in by_script.content
    by_form = tablet.post("/patients/new/", {})
    assert by_form.status_code == 423 and b"Nothing was saved here" in by_form.content
    by_htmx = tablet.get("/patients/?q=a", headers={"HX-Request": "true"})
    assert by_htmx.status_code == 423 and by_htmx["HX-Redirect"] == "/lock/"


def test_a_program_without_any_sign_in_is_told_401(client, db):
    told = client.post("/patients/new/", {}, headers={"Accept": "application/json"})
    assert told.status_code == 401 and told.json()["sign_in"] == "/login/"
    assert client.get("/patients/", headers={"Accept": "application/json"}).status_code == 401


def test_a_proof_of_who_one_is_does_not_outlast_the_lock(director):
    with_pin(director)
    browser = entered(director)
    assert browser.get("/clinic/staff/new/").status_code == 200
    unlock(locked(browser), who=director)
    assert browser.get("/clinic/staff/new/")["Location"].startswith("/me/confirm/")


def test_the_pin_leads_back_to_where_one_was(tablet, practitioner):
    locked(tablet, where="/patients/?q=a")
    before = tablet.cookies["sessionid"].value
    assert unlock(tablet)["Location"] == "/patients/?q=a"
    assert tablet.get("/patients/").status_code == 200
    assert tablet.cookies["sessionid"].value not in {before, ""}
    assert SignIn.objects.count() == 1  # the same one goes on
    acts = AuditLine.objects.filter(row_id=practitioner.pk.hex, action__in=("login", "lock", "unlock"))
    assert list(acts.order_by("seq").values_list("action", flat=True)) == ["login", "lock", "unlock"]


@pytest.mark.parametrize(
    "where",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/no-such-page/",
        "javascript:alert(1)",
        "",
        "\\\\x",
    ],
)
def test_it_leads_nowhere_else(tablet, where):
    locked(tablet, where=where)
    assert unlock(tablet)["Location"] == "/"


def test_what_stood_typed_comes_back_once_and_to_the_same_person(tablet, director):
    typed = json.dumps([["note 0", "half a sentence"]])
    tablet.post("/lock/", {"where": "/patients/new/", "draft": typed})
    assert unlock(tablet)["Location"] == "/patients/new/#kept"
    assert tablet.get("/lock/draft/").json() == {"draft": typed, "where": "/patients/new/"}
    assert tablet.get("/lock/draft/").json()["draft"] == ""
    tablet.post("/lock/", {"where": "/", "draft": "x" * 20_001})  # too much is not kept
    assert unlock(tablet)["Location"] == "/"


# ── the PIN ──────────────────────────────────────────────────────────────────────────────────────────


def test_five_wrong_pins_end_the_sign_in(tablet):
    locked(tablet)
    for left in range(PIN_TRIES - 1, 0, -1):
        answer = unlock(tablet, pin="918273")
        assert answer.status_code == 422 and f"Tries left: {left}" in answer.content.decode()
    assert "wrong too often" in unlock(tablet, pin="918273").content.decode()
    assert unlock(tablet)["Location"] == "/login/"
    assert tablet.get("/")["Location"].startswith("/login/")
    assert SignIn.objects.get().end_reason == "pin"
    assert AuditLine.objects.filter(action="pin-failed").count() == PIN_TRIES


def test_a_right_pin_gives_all_tries_back(tablet):
    for _turn in range(2):
        locked(tablet)
        for _try in range(PIN_TRIES - 1):
            unlock(tablet, pin="918273")
        assert unlock(tablet).status_code == 302


def test_a_pin_is_worth_nothing_on_another_device(tablet, practitioner):
    locked(tablet)
    elsewhere = Client()
    assert unlock(elsewhere)["Location"] == "/login/"
    elsewhere.cookies["device"] = "x" * 43
    assert unlock(elsewhere)["Location"] == "/login/"
    assert SignIn.objects.get().pin_tries == 0


def test_a_pin_opens_nothing_that_was_not_locked_here(tablet, practitioner, director):
    """A sign-in of hers on another device is not reached by naming it."""
    other = entered(practitioner)
    locked(other)
    theirs = SignIn.objects.exclude(
        device_sha256=SignIn.objects.order_by("created_at")[0].device_sha256
    ).get()
    locked(tablet)
    answer = tablet.post("/lock/", {"who": str(theirs.pk), "pin": PIN})
    assert answer.status_code == 422
    assert SignIn.objects.get(pk=theirs.pk).locked_at is not None


def test_without_a_pin_only_the_password_helps(practitioner):
    tablet = locked(entered(practitioner))
    assert "is not set for you" in unlock(tablet).content.decode()
    assert entered(practitioner, client=tablet).get("/").status_code == 200
    assert SignIn.objects.filter(ended_at=None).count() == 1


def test_when_the_day_is_over_the_pin_is_not_enough(tablet):
    locked(tablet)
    with time_machine.travel(timezone.now() + timedelta(hours=12, minutes=1)):
        assert unlock(tablet)["Location"] == "/login/"


def test_whoever_has_left_does_not_come_back_by_pin(tablet, practitioner, as_director):
    locked(tablet)
    form = {"role": practitioner.role, "place": practitioner.place}
    assert as_director.post(f"/clinic/staff/{practitioner.pk}/", form).status_code == 302
    assert unlock(tablet)["Location"] == "/login/"


def test_a_new_password_ends_what_a_pin_could_open(tablet, practitioner, as_director):
    locked(tablet)
    new = {"password1": "quite another sentence", "password2": "quite another sentence"}
    assert as_director.post(f"/clinic/staff/{practitioner.pk}/password/", new).status_code == 302
    assert unlock(tablet)["Location"] == "/login/"


@pytest.mark.parametrize(
    "pin",
    [
        "",
        "12345",
        "1234567",
        "12345a",
        "１２３４５６",
        "402 18",
        "000000",
        "123456",
        "987654",
        "121212",
        "123123",
        "112112",
        "123321",
    ],
)
def test_a_pin_that_is_none_or_that_everybody_tries_is_refused(as_practitioner, pin):
    assert as_practitioner.post("/me/pin/", {"pin": pin, "again": pin}).status_code == 422
    assert not Pin.objects.exists()


def test_few_pins_are_refused_for_being_guessable():
    refused = sum(bool(guessable(f"{n:06d}")) for n in range(0, 1_000_000, 7))
    assert 0.005 < refused / (1_000_000 / 7) < 0.03


def test_a_pin_is_set_twice_alike_and_only_its_hash_is_kept(as_practitioner, practitioner):
    assert as_practitioner.post("/me/pin/", {"pin": PIN, "again": "402919"}).status_code == 422
    assert as_practitioner.post("/me/pin/", {"pin": PIN, "again": PIN})["Location"] == "/me/factors/"
    first = Pin.objects.get()
    assert PIN not in first.hash and first.user == practitioner
    as_practitioner.post("/me/pin/", {"pin": "739154", "again": "739154"})
    assert Pin.objects.get().pk == first.pk and Pin.objects.get().hash != first.hash


# ── another colleague ────────────────────────────────────────────────────────────────────────────────


def test_a_colleague_who_signed_in_here_today_takes_over_by_their_own_pin(tablet, practitioner, prescriber):
    with_pin(prescriber, pin="739154")
    locked(tablet, where="/patients/")
    entered(prescriber, client=tablet)
    locked(tablet, where="/learn/")
    page = tablet.get("/lock/").content.decode()
    assert "Ines Duarte" in page and "Dr Tomas Okafor" in page
    assert unlock(tablet, who=practitioner, pin="739154").status_code == 422  # not with another's
    assert unlock(tablet, who=practitioner)["Location"] == "/patients/"
    assert "Ines Duarte" in tablet.get("/").content.decode()
    locked(tablet)
    assert unlock(tablet, who=prescriber, pin="739154")["Location"] == "/learn/"
    assert "Dr Tomas Okafor" in tablet.get("/").content.decode()


def test_who_signs_out_leaves_the_others_locked_and_is_not_among_them(tablet, practitioner, prescriber):
    with_pin(prescriber)
    locked(tablet)
    entered(prescriber, client=tablet)
    out = tablet.post("/logout/")
    assert out["Location"] == "/lock/" and out["Clear-Site-Data"] == '"cache"'
    page = tablet.get("/lock/").content.decode()
    assert "Ines Duarte" in page and "Dr Tomas Okafor" not in page


def test_a_second_factor_is_not_passed_by_signing_in_on_a_locked_tablet(tablet, director):
    with_app(director)
    locked(tablet)
    _client, answer = enter(director, client=tablet)
    assert answer["Location"] == "/login/second/"
    assert tablet.get("/")["Location"] == "/lock/"
    assert unlock(tablet)["Location"] == "/patients/"


# ── left lying ───────────────────────────────────────────────────────────────────────────────────────


def test_left_untouched_it_locks_itself(tablet):
    start = timezone.now()
    with time_machine.travel(start + timedelta(minutes=14)):
        assert tablet.get("/").status_code == 200
    with time_machine.travel(start + timedelta(minutes=28)):
        assert tablet.get("/patients/").status_code == 200
    with time_machine.travel(start + timedelta(minutes=44)):
        assert tablet.get("/patients/?q=x")["Location"] == "/lock/"
        assert unlock(tablet)["Location"] == "/patients/?q=x"


def test_a_page_that_looks_for_news_by_itself_keeps_no_tablet_open(tablet):
    start = timezone.now()
    for minutes in (5, 10, 14):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            for by_itself in ({"Accept": "application/json"}, {"Sec-Fetch-Mode": "cors"}):
                assert tablet.get("/", headers=by_itself).status_code == 200
    with time_machine.travel(start + timedelta(minutes=16)):
        assert tablet.get("/", headers={"Accept": "application/json"}).status_code == 423


def test_every_page_of_staff_has_the_lock(tablet):
    page = tablet.get("/").content.decode()
    assert 'data-lock-after="15"' in page and ">Lock<" in page and "clinic/lock.js" in page
    assert "data-lock-after" not in Client().get("/login/").content.decode()


def test_two_tries_at_once_are_two_tries(tablet):
    locked(tablet)
    one = SignIn.objects.get()
    assert [one.take_a_try() for _try in range(PIN_TRIES + 1)] == [True] * PIN_TRIES + [False]


def test_a_second_tap_on_unlock_locks_nothing(tablet):
    locked(tablet, where="/patients/")
    sent = {"who": str(SignIn.objects.get().pk), "pin": PIN}
    assert tablet.post("/lock/", sent)["Location"] == "/patients/"
    assert tablet.post("/lock/", sent)["Location"] == "/patients/"
    assert tablet.get("/patients/").status_code == 200


def test_what_nobody_came_back_to_is_gone_the_next_day(tablet, prescriber):
    tablet.post("/lock/", {"where": "/patients/new/", "draft": '[["note 0", "half a sentence"]]'})
    assert SignIn.objects.get().draft
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        entered(prescriber)
        left = SignIn.objects.get(end_reason="time")
        assert left.draft == "" and Session.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_pins_tried_at_once_are_five_tries(practitioner):
    """Each has a connection of its own, as two browsers have; none is let off without being counted."""
    with_pin(practitioner)
    tablet = locked(entered(practitioner))
    key, cookies = SignIn.objects.get().pk, tablet.cookies
    together, answers = threading.Barrier(10), []

    def guess(number):
        client = Client()
        client.cookies = cookies.copy()
        try:
            together.wait()
            answers.append(client.post("/lock/", {"who": str(key), "pin": f"91827{number}"}))
        finally:
            connection.close()

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 10
    assert all(answer.status_code == 422 or answer["Location"] == "/login/" for answer in answers)
    assert AuditLine.objects.filter(action="pin-failed").count() == PIN_TRIES
    assert SignIn.objects.get().end_reason == "pin"

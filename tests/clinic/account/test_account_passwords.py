"""Passwords: long, not on the list of stolen ones, no short one in disguise; else whatever one likes."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from clinic.account.door import enter, entered


@pytest.mark.parametrize(
    "password",
    [
        "needle-and-threa",
        "correct horse battery staple",
        "drei Wörter und ein Satz",
        "kleine rote lampe",
        "aufrichtig mittwochs nachmittag",
        "        spaces count too        ",
        "x7#" * 3 + "Lindwurmstrasse",
        "ein Satz, der so lang ist, dass ihn niemand errät, und noch länger " * 4,
    ],
)
def test_what_is_long_and_not_guessed_is_taken(db, password):
    validate_password(password)


@pytest.mark.parametrize(
    "password",
    [
        "fourteen-signs",
        "passwordpassword",
        "password1password1",
        "qwertyuiopasdfghjkl",
        "1234567890123456",
        "aaaaaaaaaaaaaaaaaaaa",
        "needlework-2026-clinic!",
        "!!!!welcome2027!!!!",
        "abcdefghijklmnopq",
        "lkjhgfdsapoiuytrewq",
        "abcabcabcabcabcabc",
    ],
)
def test_what_everybody_tries_is_refused(db, password):
    with pytest.raises(ValidationError):
        validate_password(password)


def test_the_name_of_the_clinic_and_ones_own_do_not_count(director):
    from needlework.clinic.models.people import Clinic

    Clinic.objects.create(name="Linden Dermatology")
    for password in ("linden-dermatology-27", "Weiss.Weiss.Weiss.1"):
        with pytest.raises(ValidationError):
            validate_password(password, director)


# ── handed over by somebody else ─────────────────────────────────────────────────────────────────────

HANDED = "handed over in person"
OWN = {"now": HANDED, "password1": "something of my own", "password2": "something of my own"}


@pytest.fixture
def handed(practitioner, as_director):
    sent = {"password1": HANDED, "password2": HANDED}
    assert as_director.post(f"/clinic/staff/{practitioner.pk}/password/", sent).status_code == 302
    return practitioner


def test_a_password_that_another_knows_opens_only_the_page_to_change_it(handed):
    client = entered(handed, password=HANDED)
    for address in ("/", "/patients/", "/me/factors/", "/me/pin/"):
        assert client.get(address)["Location"] == "/me/", address
    assert "Somebody else knows your password" in client.get("/me/").content.decode()
    same = {"now": HANDED, "password1": HANDED, "password2": HANDED}
    assert client.post("/me/", same).status_code == 422
    assert client.get("/")["Location"] == "/me/"
    assert client.post("/me/", OWN).status_code == 302
    assert client.get("/").status_code == 200
    assert entered(handed, password=OWN["password1"]).get("/").status_code == 200


def test_it_is_good_for_a_week(handed):
    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23)):
        assert enter(handed, password=HANDED)[1].status_code == 302
    with time_machine.travel(timezone.now() + timedelta(days=7, hours=1)):
        answer = enter(handed, password=HANDED)[1]
        assert answer.status_code == 200 and "too long ago" in answer.content.decode()


def test_the_right_second_comes_after_ones_own_password(handed, settings):
    settings.SECOND_FACTOR_REQUIRED = ["practitioner"]
    client = entered(handed, password=HANDED)
    assert client.get("/")["Location"] == "/me/"
    client.post("/me/", OWN)
    assert client.get("/")["Location"] == "/me/factors/"

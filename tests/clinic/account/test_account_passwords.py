"""Passwords: long, not on the list of stolen ones, no short one in disguise; else whatever one likes."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


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

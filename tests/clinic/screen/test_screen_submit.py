"""Screening: every answer kept, every impossible one refused, an open question said."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

import cast
from clinic import charted
from needlework.clinic.models.screening import Screening
from needlework.records import Answers


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(charted.NOON, tick=False):
        yield


def typed(answers: Answers):
    """Answers as the form sends them."""
    told = {True: "yes", False: "no"}
    return {
        key: told[value] if isinstance(value, bool) else str(value) for key, value in answers.given.items()
    }


def _sent(browser, patient, changed=None, *, without=(), once=None, raw=None):
    form = {**typed(cast.answers("freya", changed)), "once": str(once or uuid4()), **(raw or {})}
    return browser.post(
        f"/patients/{patient.pk}/screen/", {key: value for key, value in form.items() if key not in without}
    )


def test_the_form_asks_every_question_of_the_protocol(as_practitioner, patient):
    shown = as_practitioner.get(f"/patients/{patient.pk}/screen/").content.decode()
    assert 'name="isotretinoin"' in shown and 'name="filler-on"' in shown and 'value="40"' in shown


def test_nothing_stands_in_the_way(as_practitioner, patient):
    answer = _sent(as_practitioner, patient)
    (row,) = Screening.objects.all()
    assert answer["Location"] == f"/screenings/{row.pk}/"
    assert row.outcome == "clear" and row.created_by.username == "practitioner"
    assert row.as_answers() == cast.answers("freya")
    assert "Nothing stands in the way" in as_practitioner.get(answer["Location"]).content.decode()


def test_a_deferral_says_its_day(as_practitioner, patient):
    recent = (charted.DAY - timedelta(days=30)).isoformat()
    answer = _sent(as_practitioner, patient, {"filler": True}, raw={"filler-on": recent})
    shown = as_practitioner.get(answer["Location"]).content.decode()
    assert "Wait until" in shown and "2027" in shown


def test_a_question_left_open_bars_and_names_itself(as_practitioner, patient):
    answer = _sent(as_practitioner, patient, without=("keloid",))
    (row,) = Screening.objects.all()
    assert row.outcome == "defer" and any("keloid" in f.asks for f in row.as_verdict().findings)
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"isotretinoin": "sometimes"}, "valid choice"),
        ({"filler": "yes", "filler-on": "2026-02-30"}, "valid date"),
        ({"filler": "yes", "filler-on": "2999-01-01"}, "Please look at this again"),
        ({"age-years": "forty"}, "number"),
        ({"age-years": "-3"}, "Please look at this again"),
        ({"age-years": "nan"}, "Please look at this again"),
    ],
)
def test_an_impossible_answer_is_refused_and_what_was_typed_is_kept(as_practitioner, patient, raw, words):
    answer = _sent(as_practitioner, patient, raw={**raw, "skin-type": "IV"})
    shown = answer.content.decode()
    assert answer.status_code == 422 and words in shown
    assert re.search('value="IV"[^>]*checked', shown)
    assert not Screening.objects.exists()
    for value in raw.values():
        if value not in ("yes", "sometimes"):
            assert f'value="{value}"' in shown


def test_what_was_typed_under_a_question_that_no_longer_matters_is_left_out(as_practitioner, patient):
    _sent(as_practitioner, patient, raw={"filler": "no", "filler-on": "2026-11-01"})
    (row,) = Screening.objects.all()
    assert "filler-on" not in row.answers and row.outcome == "clear"


def test_the_same_form_sent_twice_is_one_screening(as_practitioner, patient):
    once = uuid4()
    first, second = (_sent(as_practitioner, patient, once=once) for _ in range(2))
    assert first["Location"] == second["Location"] and Screening.objects.count() == 1


def test_a_key_that_belongs_to_other_answers_keeps_nothing_and_says_so(as_practitioner, patient):
    key = uuid4()
    assert _sent(as_practitioner, patient, once=key).status_code == 302
    answer = _sent(as_practitioner, patient, {"keloid": True}, once=key)
    assert answer.status_code == 422 and "sent before" in answer.content.decode()
    assert Screening.objects.count() == 1


def test_a_number_is_asked_for_with_its_unit(as_practitioner, patient):
    shown = as_practitioner.get(f"/patients/{patient.pk}/screen/").content.decode()
    assert re.search(r'name="age-years"[^>]*> <span class="unit">years</span>', shown)

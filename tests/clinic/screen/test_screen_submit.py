"""Screening: every answer kept, every impossible one refused, an open question said."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

import cast
from clinic import charted
from needlework.clinic.models.screening import Screening
from needlework.protocol import load
from needlework.records.screen import Answers


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(charted.NOON, tick=False):
        yield


def typed(answers: Answers):
    """Answers as the form sends them."""
    return {key: _typed(value) for key, value in answers.given.items()}


def _typed(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    return list(value) if isinstance(value, tuple) else str(value)


def _sent(browser, patient, changed=None, *, without=(), once=None, raw=None):
    form = {**typed(cast.answers("freya", changed)), "once": str(once or uuid4()), **(raw or {})}
    return browser.post(
        f"/patients/{patient.pk}/screen/", {key: value for key, value in form.items() if key not in without}
    )


def test_the_form_asks_every_question_of_the_protocol(as_practitioner, patient):
    shown = as_practitioner.get(f"/patients/{patient.pk}/screen/?zones=cheeks").content.decode()
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
    shown = as_practitioner.get(f"/patients/{patient.pk}/screen/?zones=cheeks").content.decode()
    assert re.search(r'name="age-years"[^>]*> <span class="unit">years</span>', shown)


# ── zone by zone ─────────────────────────────────────────────────────────────────────────────────────


def test_the_first_question_is_where(as_practitioner, patient):
    shown = as_practitioner.get(f"/patients/{patient.pk}/screen/").content.decode()
    assert 'name="zones"' in shown and 'name="isotretinoin"' not in shown
    answer = as_practitioner.get(f"/patients/{patient.pk}/screen/?asked=1")
    assert answer.status_code == 422 and "No zone is chosen" in answer.content.decode()


def _two_zones(browser, patient, changed, *, raw=None):
    """Somebody who wants cheeks and chin treated, answered as the form asks it: zone by zone."""
    form, said = {}, cast.answers("freya", {"zones": ("cheeks", "chin"), **changed})
    per_zone = {question.id: question for question in load.default().screen.question if question.per_zone}
    for key, value in said.given.items():
        if key not in per_zone:
            form[key] = _typed(value)
        elif per_zone[key].kind == "yes-no":
            form[key] = {True: ["cheeks", "chin"], False: ["nowhere"]}.get(value) or list(value)
        else:
            form |= {f"{key}.cheeks": value, f"{key}.chin": value}
    form = {**form, "once": str(uuid4()), **(raw or {})}
    return browser.post(f"/patients/{patient.pk}/screen/", form)


FILLED_CHIN = {
    "treated-before": ("chin",),
    "filler": ("chin",),
    "filler-on.chin": charted.DAY - timedelta(days=30),
}


def test_one_zone_may_wait_while_the_other_may_be_treated(as_practitioner, patient):
    answer = _two_zones(as_practitioner, patient, FILLED_CHIN)
    (row,) = Screening.objects.all()
    verdict = row.as_verdict()
    assert [(one.rule, one.zones) for one in verdict.findings] == [("filler-recent", ("chin",))]
    assert verdict.outcome_in("chin").word == "defer" and verdict.outcome_in("cheeks").word == "clear"
    assert [one.rule for one in row.bars(on=charted.DAY, zones=["chin"])] == ["filler-recent"]
    assert row.bars(on=charted.DAY, zones=["cheeks"]) == ()
    shown = as_practitioner.get(answer["Location"]).content.decode()
    assert "verdict-zones" in shown and "Chin:" in shown


def test_nowhere_and_a_place_at_once_is_asked_again(as_practitioner, patient):
    answer = _two_zones(as_practitioner, patient, FILLED_CHIN, raw={"filler": ["chin", "nowhere"]})
    assert answer.status_code == 422 and "In none of these" in answer.content.decode()
    assert not Screening.objects.exists()


def test_a_day_for_a_zone_that_had_none_is_left_out(as_practitioner, patient):
    _two_zones(as_practitioner, patient, FILLED_CHIN, raw={"filler-on.cheeks": "2026-11-01"})
    (row,) = Screening.objects.all()
    assert "filler-on.chin" in row.answers and "filler-on.cheeks" not in row.answers


def test_a_zone_that_is_none_is_no_zone(as_practitioner, patient):
    answer = as_practitioner.get(f"/patients/{patient.pk}/screen/?zones=elbow&zones=")
    assert 'name="isotretinoin"' not in answer.content.decode()

"""Comparing two photographs, from the upload to the slider and the verdict."""

import json
from uuid import uuid4

import pytest
import time_machine

from clinic import charted
from clinic.measure import shots, worked
from needlework.clinic.measure import actions
from needlework.clinic.models.measuring import Measuring
from needlework.clinic.models.people import Patient, PatientDetails
from needlework.clinic.models.photographs import Comparison
from needlework.imaging.catalogue import MEASURES

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("photographed")]

FOREHEAD = [[420, 390], [780, 390], [780, 520], [420, 520]]


@pytest.fixture(autouse=True)
def on_the_day(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(charted.NOON, tick=False):
        yield


def _kept(patient, data, by):
    return actions.keep(patient=patient, data=data, taken_on=None, once=uuid4(), by=by, at=charted.NOON)


@pytest.fixture
def pair(patient, practitioner):
    return [_kept(patient, data, practitioner) for data in (shots.before(), shots.after())]


def _address(pair):
    return f"/patients/{pair[0].patient_id}/measure/compare/?before={pair[0].pk}&after={pair[1].pk}"


def _form(**changed):
    return {"once": str(uuid4()), "area": "whole", "zones": "", "mm_per_px": "", **changed}


def test_a_zone_that_was_drawn_is_measured_and_the_change_told(as_practitioner, pair):
    zones = json.dumps({"zones": [{"name": "forehead", "polygon": FOREHEAD}]})
    form = _form(area="drawn", zones=zones, mm_per_px="0.227")
    answer = as_practitioner.post(_address(pair), form)
    worked.off()
    (row,) = Comparison.objects.all()
    assert answer["Location"] == f"/comparisons/{row.pk}/"
    told = {change.measure: change.verdict.value for change in row.as_record().changes}
    assert set(told) <= set(MEASURES) and told["redness"] == told["wrinkles"] == "improved"
    shown = as_practitioner.get(answer["Location"]).content.decode()
    assert "given by whoever measured" in shown and row.mm_per_px == 0.227
    assert "improved" in shown and "forehead" in shown and "aligned-before.jpg" in shown
    for which in row.pictures:
        picture = as_practitioner.get(f"/comparisons/{row.pk}/{which}.jpg")
        assert picture.status_code == 200 and picture.content[:2] == b"\xff\xd8"
    assert as_practitioner.post(_address(pair), form)["Location"] == answer["Location"]
    assert Comparison.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"area": "drawn", "zones": ""}, "No zone is drawn yet"),
        ({"area": "drawn", "zones": "{"}, "not JSON"),
        ({"area": "drawn", "zones": '{"zones": [{"name": "x", "polygon": [[0, 0], [1, 1]]}]}'}, "zones"),
        ({"mm_per_px": "0"}, "0.001"),
        ({"mm_per_px": "wide"}, "number"),
        ({"once": "x"}, "UUID"),
    ],
)
def test_what_cannot_be_measured_is_refused_and_what_was_drawn_is_kept(as_practitioner, pair, changed, words):
    answer = as_practitioner.post(_address(pair), _form(**changed))
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not Measuring.objects.exists()


def test_the_later_photograph_cannot_be_the_one_before(as_practitioner, pair):
    for wrong in (pair[::-1], [pair[0], pair[0]]):
        assert as_practitioner.post(_address(wrong), _form()).status_code == 422
    assert not Measuring.objects.exists()


def test_a_pair_is_of_one_person(as_practitioner, pair, practitioner):
    other = Patient.objects.admit()
    PatientDetails.objects.create(patient=other, full_name="Ben", born_on="1980-01-01", phone="1")
    charted.agreed(other, by=practitioner)
    theirs = _kept(other, shots.after(), practitioner)
    answer = as_practitioner.get(_address([pair[0], theirs]))
    assert answer["Location"] == f"/patients/{pair[0].patient_id}/measure/"


def test_a_picture_that_was_not_kept_is_a_404(as_practitioner, pair):
    as_practitioner.post(_address(pair), _form())
    worked.off()
    row = Comparison.objects.get()
    for which in ("nothing", "..%2f..%2fsecret-key"):
        assert as_practitioner.get(f"/comparisons/{row.pk}/{which}.jpg").status_code == 404


def test_days_since_the_last_session_stand_beside_the_photographs(
    as_practitioner, pair, patient, practitioner
):
    charted.signed(
        charted.planned(patient, by=practitioner), by=practitioner, at=charted.NOON.replace(month=8)
    )
    shown = as_practitioner.get(f"/patients/{patient.pk}/measure/").content.decode()
    assert "4 May 2026, before treatment" in shown and "16 Nov 2026, 88 days after a session" in shown


def test_on_the_day_of_a_session_nobody_knows_which_came_first(as_practitioner, pair, patient, practitioner):
    at = charted.NOON.replace(month=5, day=4)
    charted.signed(charted.planned(patient, by=practitioner), by=practitioner, at=at)
    shown = as_practitioner.get(f"/patients/{patient.pk}/measure/").content.decode()
    assert "4 May 2026, the day of a session" in shown


def test_a_measure_that_is_silent_does_not_make_the_pair_incomparable(as_practitioner, pair):
    as_practitioner.post(_address(pair), _form())
    worked.off()
    row = Comparison.objects.get()
    seen = {**row.comparison, "reasons": [{"key": "zone", "problem": "Too little skin.", "do": "Draw more."}]}
    quiet = Comparison(
        patient=row.patient, before=row.before, after=row.after, comparison=seen, method=row.method,
        edition=row.edition, pictures=row.pictures,
    )  # fmt: skip
    quiet.save()
    shown = as_practitioner.get(f"/comparisons/{quiet.pk}/").content.decode()
    assert "Not comparable" not in shown and "Too little skin. Draw more." in shown

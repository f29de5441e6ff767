"""Planning: what is proposed is what is taken, with its walls, and off the label only by those who may."""

from uuid import uuid4

import pytest
import time_machine

from clinic import charted
from needlework.clinic.models.people import Patient, PatientDetails
from needlework.clinic.models.planning import Plan

REASON = "No pen is labelled for this; shallow, one test area first."


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(charted.NOON, tick=False):
        yield


@pytest.fixture
def screening(patient, practitioner):
    return charted.screened(patient, by=practitioner)


def _form(**changed):
    return {
        "once": str(uuid4()),
        "concerns": ["acne-scars"],
        "zones": ["cheeks", "chin"],
        "device": "skinpen-precision",
        "off_label_reason": "",
        "step": "take",
        **changed,
    }


OFF_LABEL = {"concerns": ["wrinkles"], "zones": ["hands"]}


def _post(browser, screening, form, query=""):
    return browser.post(f"/patients/{screening.patient_id}/plan/{query}", form)


def test_without_a_screening_the_questions_come_first(as_practitioner, patient):
    answer = as_practitioner.get(f"/patients/{patient.pk}/plan/")
    assert answer["Location"] == f"/patients/{patient.pk}/screen/"


def test_the_map_and_the_list_offer_every_zone(as_practitioner, screening):
    shown = as_practitioner.get(f"/patients/{screening.patient_id}/plan/").content.decode()
    for zone in ("forehead", "periorbital", "neck", "hands"):
        assert f'name="zones" value="{zone}"' in shown and f'data-zone="{zone}"' in shown


def test_a_proposal_shows_the_course_and_saves_nothing(as_practitioner, screening):
    answer = _post(as_practitioner, screening, _form(step="show"))
    shown = answer.content.decode()
    assert answer.status_code == 200 and not Plan.objects.exists()
    assert "4 sessions" in shown and "1.5 mm were not evaluated" in shown and 'name="depth-cheeks"' in shown


def test_it_is_taken_as_proposed(as_practitioner, screening):
    answer = _post(as_practitioner, screening, _form())
    (row,) = Plan.objects.all()
    assert answer["Location"] == f"/plans/{row.pk}/"
    assert {zone.zone: zone.set_depth_mm for zone in row.as_record().zones} == {"cheeks": 1.5, "chin": 1.0}
    shown = as_practitioner.get(answer["Location"]).content.decode()
    assert "Ines Duarte" in shown and "Start a session" in shown


@pytest.mark.parametrize(("typed", "depth"), [("0.75", 0.75), ("0,75", 0.75), ("9", None), ("2.5", 1.5)])
def test_a_depth_is_taken_as_far_as_its_wall(as_practitioner, screening, typed, depth):
    answer = _post(as_practitioner, screening, _form(**{"depth-cheeks": typed}))
    if depth is None:
        assert answer.status_code == 422 and not Plan.objects.exists()
    else:
        assert Plan.objects.get().as_record().zones[0].set_depth_mm == depth


@pytest.mark.parametrize(
    "changed",
    [
        {"zones": []},
        {"concerns": []},
        {"device": "dermaroller"},
        {"zones": ["eyelid"]},
        {"depth-cheeks": "deep"},
        {"area-cheeks": "-4"},
        {"once": "nonsense"},
    ],
)
def test_what_cannot_be_planned_is_refused_and_what_was_chosen_is_kept(as_practitioner, screening, changed):
    answer = _post(as_practitioner, screening, _form(**changed))
    assert answer.status_code == 422 and not Plan.objects.exists()
    shown = answer.content.decode()
    assert "Please look at this again" in shown
    if "zones" not in changed:
        assert 'value="chin" checked' in shown


def test_outside_the_label_a_practitioner_asks_somebody_who_may(as_practitioner, screening):
    answer = _post(as_practitioner, screening, _form(**OFF_LABEL, off_label_reason=REASON))
    assert answer.status_code == 422 and not Plan.objects.exists()
    assert "prescriber, medical-director" in answer.content.decode()


def test_outside_the_label_it_takes_a_reason_which_stays(as_prescriber, screening):
    assert _post(as_prescriber, screening, _form(**OFF_LABEL)).status_code == 422
    taken = _post(as_prescriber, screening, _form(**OFF_LABEL, off_label_reason=REASON))
    shown = as_prescriber.get(taken["Location"]).content.decode()
    assert REASON in shown and "not labelled" in shown
    assert Plan.objects.get().off_label_reason == REASON


def test_the_same_form_sent_twice_is_one_plan(as_practitioner, screening):
    form = _form()
    first, second = (_post(as_practitioner, screening, form) for _ in range(2))
    assert first["Location"] == second["Location"] and Plan.objects.count() == 1


def test_a_changed_plan_is_a_new_one_that_names_the_old(as_practitioner, screening):
    _post(as_practitioner, screening, _form())
    old = Plan.objects.get()
    query = f"?replaces={old.pk}"
    assert (
        'value="chin" checked'
        in as_practitioner.get(f"/patients/{screening.patient_id}/plan/{query}").content.decode()
    )
    _post(as_practitioner, screening, _form(zones=["cheeks"]), query)
    new = Plan.objects.exclude(pk=old.pk).get()
    assert new.replaces == old
    assert "has been replaced" in as_practitioner.get(f"/plans/{old.pk}/").content.decode()
    again = _post(as_practitioner, screening, _form(zones=["chin"]), query)
    assert again.status_code == 422 and "replaced already" in again.content.decode()


def test_nobody_elses_plan_can_be_replaced(as_practitioner, screening, practitioner):
    other = Patient.objects.admit()
    PatientDetails.objects.create(patient=other, full_name="Ben", born_on="1980-01-01", phone="1")
    theirs = charted.planned(other, by=practitioner)
    assert _post(as_practitioner, screening, _form(), f"?replaces={theirs.pk}").status_code == 404


def test_who_may_not_be_treated_can_be_planned_for_but_no_session_is_offered(
    as_practitioner, patient, practitioner
):
    screening = charted.screened(patient, by=practitioner, changed={"isotretinoin": "now"})
    taken = _post(as_practitioner, screening, _form())
    shown = as_practitioner.get(taken["Location"]).content.decode()
    assert "Not today" in shown and "Start a session" not in shown


def test_types_four_to_six_get_their_notes(as_practitioner, patient, practitioner):
    screening = charted.screened(patient, by=practitioner, who="amara")
    taken = _post(as_practitioner, screening, _form())
    shown = as_practitioner.get(taken["Location"]).content.decode()
    assert "dark marks" in shown and "skin type VI" in shown

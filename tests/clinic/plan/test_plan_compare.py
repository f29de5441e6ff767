"""Two plans side by side: of one person only, each difference in words, with the reasons as written."""

import html
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic import charted
from needlework.clinic.models.people import Patient, PatientDetails
from needlework.clinic.models.planning import Plan
from needlework.clinic.plan import actions
from needlework.records.plan import Changes, Goals


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(charted.NOON, tick=False):
        yield


def _taken(screening, *, by, replaces=None, zones=("cheeks",), **changes):
    made = actions.take(
        screening=screening, goals=Goals(("acne-scars",), zones, charted.DEVICE), off_label_reason="",
        once=uuid4(), by=by, at=charted.NOON, replaces=replaces, changes=Changes(**changes),
        change_reason="She heals slowly.",
    )  # fmt: skip
    assert isinstance(made, Plan), made
    return made


@pytest.fixture
def plans(patient, prescriber):
    screening = charted.screened(patient, by=prescriber, who="priya")
    first = _taken(screening, by=prescriber)
    second = _taken(
        screening, by=prescriber, replaces=first, zones=("cheeks", "chin"), passes={"cheeks": 6}, sessions=5
    )
    return first, second


def _page(browser, plan, query=""):
    answer = browser.get(f"/plans/{plan.pk}/compare/{query}")
    return answer.status_code, html.unescape(answer.content.decode())


def test_what_became_another_is_said_in_words_with_its_reason(as_practitioner, plans):
    first, second = plans
    status, shown = _page(as_practitioner, second, f"?with={first.pk}")
    assert status == 200
    for said in (
        "Chin: only in the second.", "more by 2", "passes more by 2", "the same", "She heals slowly.",
        "Dr Tomas Okafor", "Sessions: 4 → 5", "Taken as proposed.",
    ):  # fmt: skip
        assert said in shown, said
    assert shown.index(f"/plans/{first.pk}/") < shown.rindex(f"/plans/{second.pk}/")


def test_unasked_it_stands_beside_the_one_that_it_replaced(as_practitioner, plans):
    first, second = plans
    shown = _page(as_practitioner, second)[1]
    assert f'<option value="{first.pk}" selected>' in shown and "Chin: only in the second." in shown
    assert "What became another" in as_practitioner.get(f"/plans/{second.pk}/").content.decode()


def test_one_plan_alone_offers_the_devices_and_nothing_is_compared(as_practitioner, patient, practitioner):
    plan = charted.planned(patient, by=practitioner, consent=False)
    status, shown = _page(as_practitioner, plan)
    assert status == 200 and "The same goals, with" in shown and "Difference" not in shown
    status, shown = _page(as_practitioner, plan, "?with=device:exceed")
    assert status == 200 and "as it would be proposed now" in shown and "another" in shown
    assert Plan.objects.count() == 1


@pytest.mark.parametrize("nothing", ["device:nonsense", "nonsense", f"{UUID(int=7)}", "0", "device:"])
def test_what_there_is_not_is_not_found(as_practitioner, plans, nothing):
    assert _page(as_practitioner, plans[0], f"?with={nothing}")[0] == 404


def test_somebody_elses_plan_is_not_shown_beside_it(as_practitioner, plans, practitioner):
    other = Patient.objects.admit()
    PatientDetails.objects.create(patient=other, full_name="Ben", born_on=charted.DAY, phone="1")
    theirs = charted.planned(other, by=practitioner, consent=False)
    assert _page(as_practitioner, plans[0], f"?with={theirs.pk}")[0] == 404


def test_only_those_who_treat_compare(plans, users, signed_in, client):
    address = f"/plans/{plans[1].pk}/compare/"
    assert [signed_in(user).get(address).status_code for user in users.values()] == [200, 200, 200, 403]
    assert signed_in(users["practitioner"]).post(address).status_code == 405
    assert client.get(address).status_code == 302


def _form(**changed):
    return {
        "once": str(uuid4()), "concerns": ["acne-scars"], "zones": ["cheeks"], "device": charted.DEVICE,
        "passes-cheeks": "6", **changed,
    }  # fmt: skip


def test_in_the_editor_a_device_is_compared_and_nothing_typed_is_lost(as_practitioner, patient, practitioner):
    charted.screened(patient, by=practitioner, who="priya")
    address = f"/patients/{patient.pk}/plan/"
    answer = as_practitioner.post(address, _form(step="compare:exceed"))
    shown = html.unescape(answer.content.decode())
    assert answer.status_code == 200 and not Plan.objects.exists()
    assert "Go on with Exceed" in shown and 'name="passes-cheeks" value="6"' in shown
    refused = as_practitioner.post(address, _form(step="compare:nonsense")).content.decode()
    assert "Back to the proposal" in refused and 'name="device" value="skinpen-precision"' in refused


def test_its_queries_do_not_grow_with_the_plans(as_practitioner, plans, prescriber):
    def count():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            _page(as_practitioner, plans[1], f"?with={plans[0].pk}")
        return len(asked)

    few, last = count(), plans[1]
    for _n in range(5):
        last = _taken(last.screening, by=prescriber, replaces=last)
    assert count() <= few

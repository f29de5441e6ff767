"""The clinic's own devices: services, in and out of use, and what that means when a session is opened."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from clinic import charted
from needlework.clinic import fit
from needlework.clinic.models.exposure import Exposure
from needlework.clinic.models.stock import Service, Unit
from needlework.clinic.models.treatment import Session
from needlework.clinic.stock import actions
from needlework.records.why import Refusal

YESTERDAY, TODAY = charted.DAY - timedelta(days=1), charted.DAY


@pytest.fixture
def plan(patient, practitioner):
    return charted.planned(patient, by=practitioner)


def serviced(unit, by, **said):
    return actions.serviced(unit=unit, once=uuid4(), by=by, at=charted.NOON, **said)


def set_use(unit, by, **said):
    said = {"in_use": False, "retired": False, "reason": "Dropped.", "on": TODAY, **said}
    return actions.set_use(unit=unit, once=uuid4(), by=by, at=charted.NOON, **said)


def stands(unit):
    return Unit.objects.with_standing().get(pk=unit.pk).standing()


def test_a_clinic_that_entered_no_device_opens_as_before(plan, practitioner):
    assert isinstance(charted.opened(plan, by=practitioner), Session)


def test_what_is_past_its_service_is_refused_on_the_day_after(plan, practitioner):
    unit = charted.a_unit(by=practitioner, due_on=YESTERDAY)
    refused = charted.opened(plan, by=practitioner)
    assert isinstance(refused, Refusal) and "19 Nov 2026" in refused.reasons[0].problem
    serviced(unit, practitioner, done_on=TODAY, due_on=date(2027, 11, 20), done_by="Maker")
    assert isinstance(charted.opened(plan, by=practitioner), Session)


def test_on_the_day_itself_it_is_fit(plan, practitioner):
    charted.a_unit(by=practitioner, due_on=TODAY)
    assert isinstance(charted.opened(plan, by=practitioner), Session)


def test_a_clinic_may_choose_a_warning(plan, practitioner, director):
    charted.a_unit(by=practitioner, due_on=YESTERDAY)
    actions.keep_rules(by=director, past_due="warn")
    assert isinstance(charted.opened(plan, by=practitioner), Session)
    assert fit.warnings(Unit.objects.all(), on=TODAY) == ["SN-1 should have been serviced by 19 Nov 2026."]


def test_a_correction_of_a_service_counts_and_what_was_wrong_stays(practitioner):
    unit = charted.a_unit(by=practitioner)
    wrong = serviced(unit, practitioner, done_on=TODAY, due_on=date(2037, 1, 1), done_by="Maker")
    right = serviced(
        unit, practitioner, done_on=TODAY, due_on=date(2027, 1, 1), done_by="Maker", corrects=wrong
    )
    assert stands(unit).due_on == date(2027, 1, 1)
    assert Service.objects.count() == 2 and right.corrects == wrong
    twice = serviced(unit, practitioner, done_on=TODAY, done_by="Maker", corrects=wrong)
    assert isinstance(twice, Refusal)


def test_out_of_use_and_back(plan, practitioner):
    unit = charted.a_unit(by=practitioner)
    set_use(unit, practitioner)
    refused = charted.opened(plan, by=practitioner)
    assert isinstance(refused, Refusal) and "Dropped" in refused.reasons[0].problem
    set_use(unit, practitioner, in_use=True, reason="Looked at.")
    assert isinstance(charted.opened(plan, by=practitioner), Session)


def test_what_was_given_up_does_not_come_back(practitioner):
    unit = charted.a_unit(by=practitioner)
    set_use(unit, practitioner, retired=True)
    assert isinstance(set_use(unit, practitioner, in_use=True), Refusal)


def test_one_serial_of_a_model_is_one_device(practitioner):
    charted.a_unit(by=practitioner)
    assert isinstance(charted.a_unit(by=practitioner), Refusal)
    assert isinstance(charted.a_unit(by=practitioner, part="handpiece"), Unit)


def opened_by_page(client, plan, **sent):
    with time_machine.travel(charted.NOON, tick=False):
        return client.post(reverse("treat", args=[plan.pk]), {"once": str(uuid4()), **sent})


def test_the_only_fit_device_is_taken_without_a_question(plan, practitioner, as_practitioner):
    unit = charted.a_unit(by=practitioner)
    assert opened_by_page(as_practitioner, plan).status_code == 302
    assert Session.objects.get().units.get().unit == unit
    assert Exposure.objects.filter(kind="unit", key="SN-1").count() == 1


def test_of_two_one_is_chosen(plan, practitioner, as_practitioner):
    _one, two = (charted.a_unit(by=practitioner, serial=serial) for serial in ("SN-1", "SN-2"))
    asked = opened_by_page(as_practitioner, plan)
    assert asked.status_code == 200 and not Session.objects.exists()
    assert "SN-2" in asked.content.decode()
    assert opened_by_page(as_practitioner, plan, device=str(two.pk)).status_code == 302
    assert Session.objects.get().units.get().unit == two


def test_a_device_that_went_out_of_use_meanwhile_is_refused(plan, practitioner, as_practitioner):
    units = [charted.a_unit(by=practitioner, serial=serial) for serial in ("SN-1", "SN-2", "SN-3")]
    set_use(units[0], practitioner)
    refused = opened_by_page(as_practitioner, plan, device=str(units[0].pk))
    assert refused.status_code == 422 and not Session.objects.exists()


def test_handpieces_may_be_left_out_by_saying_so(plan, practitioner, as_practitioner):
    charted.a_unit(by=practitioner)
    for serial in ("H1", "H2"):
        charted.a_unit(by=practitioner, serial=serial, part="handpiece")
    assert opened_by_page(as_practitioner, plan).status_code == 200
    assert opened_by_page(as_practitioner, plan, handpiece="no-handpiece").status_code == 302
    assert [use.unit.serial for use in Session.objects.get().units.all()] == ["SN-1"]


def test_a_device_of_another_site_is_not_offered(plan, practitioner, as_practitioner):
    elsewhere = charted.a_room("Room 9", site="Elsewhere")
    charted.a_room()
    charted.a_unit(by=practitioner, serial="SN-9", site=elsewhere.site)
    here = charted.a_unit(by=practitioner, serial="SN-1")
    room = charted.a_room()
    assert opened_by_page(as_practitioner, plan, room=str(room.pk)).status_code == 302
    assert Session.objects.get().units.get().unit == here


def test_a_service_is_entered_on_the_page(as_practitioner, practitioner):
    unit = charted.a_unit(by=practitioner)
    sent = {"once": str(uuid4()), "done_on": "2026-11-19", "due_on": "2027-11-19", "done_by": "Maker"}
    with time_machine.travel(charted.NOON, tick=False):
        for _n in range(2):
            assert as_practitioner.post(reverse("unit", args=[unit.pk]), sent).status_code == 302
        assert Service.objects.count() == 1
        ahead = {**sent, "once": str(uuid4()), "done_on": "2026-11-21"}
        assert as_practitioner.post(reverse("unit", args=[unit.pk]), ahead).status_code == 422

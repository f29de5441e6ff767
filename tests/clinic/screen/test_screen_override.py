"""Treating in spite of a finding: who may, with a reason, once; an absolute never."""

from uuid import uuid4

import pytest

from clinic import charted
from needlework.clinic.models.screening import Override

REASON = "Prevention prescribed from the day before."


@pytest.fixture
def cold_sores(patient, practitioner):
    return charted.screened(patient, by=practitioner, changed={"cold-sore-history": True})


def _decide(browser, screening, rule="cold-sore-history", **changed):
    form = {"once": str(uuid4()), "rule": rule, "reason": REASON, **changed}
    return browser.post(f"/screenings/{screening.pk}/", form)


def test_a_prescriber_decides_and_it_stays_under_their_name(as_prescriber, cold_sores):
    assert _decide(as_prescriber, cold_sores).status_code == 302
    shown = as_prescriber.get(f"/screenings/{cold_sores.pk}/").content.decode()
    assert "Dr Tomas Okafor" in shown and REASON in shown
    assert cold_sores.standing() == ()


def test_a_practitioner_may_not_and_is_not_offered_it(as_practitioner, cold_sores):
    shown = as_practitioner.get(f"/screenings/{cold_sores.pk}/").content.decode()
    assert "Treat in spite" not in shown and "May be decided by: Prescriber" in shown
    answer = _decide(as_practitioner, cold_sores)
    assert answer.status_code == 422 and not Override.objects.exists()


def test_without_a_reason_nothing_is_decided(as_prescriber, cold_sores):
    answer = _decide(as_prescriber, cold_sores, reason="   ")
    assert answer.status_code == 422 and not Override.objects.exists()


def test_an_absolute_has_no_override_for_anybody(users, signed_in, patient, practitioner):
    screening = charted.screened(patient, by=practitioner, changed={"isotretinoin": "now"})
    for role in ("practitioner", "prescriber", "medical-director"):
        answer = _decide(signed_in(users[role]), screening, "isotretinoin-now")
        assert answer.status_code == 422, role
    assert "nobody may treat in spite of it" in answer.content.decode()
    assert "Nobody may treat in spite of it." in answer.content.decode()
    assert not Override.objects.exists() and screening.bars(on=charted.DAY)


@pytest.mark.parametrize("rule", ["no-such-rule", "", "filler-recent"])
def test_only_a_finding_of_this_screening_can_be_decided(as_director, cold_sores, rule):
    assert _decide(as_director, cold_sores, rule).status_code == 422
    assert not Override.objects.exists()


def test_the_front_desk_and_a_stranger_decide_nothing(as_front_desk, client, cold_sores):
    assert _decide(as_front_desk, cold_sores).status_code == 403
    assert _decide(client, cold_sores)["Location"].startswith("/login/")
    assert not Override.objects.exists()


def test_the_same_form_sent_twice_is_one_decision_and_another_is_told(as_prescriber, cold_sores):
    once = str(uuid4())
    assert [_decide(as_prescriber, cold_sores, once=once).status_code for _ in range(2)] == [302, 302]
    again = _decide(as_prescriber, cold_sores)
    assert again.status_code == 422 and "decided before" in again.content.decode()
    assert Override.objects.count() == 1

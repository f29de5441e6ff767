"""A session is opened when nothing stands in the way, and otherwise it is said what does."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine

from clinic import charted
from needlework.clinic.merging import actions as merging
from needlework.clinic.models.people import Patient
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.treatment import Session
from needlework.clinic.treat import actions, opening
from needlework.protocol import load
from needlework.records.screen import Outcome
from needlework.records.treat import EventKind
from needlework.records.why import Refusal

DAY = charted.DAY


@pytest.fixture
def plan(patient, practitioner):
    return charted.planned(patient, by=practitioner)


def reasons(answer):
    assert isinstance(answer, Refusal)
    return [f"{reason.key} {reason.problem} {reason.do}" for reason in answer.reasons]


@time_machine.travel(charted.NOON, tick=False)
def test_the_first_session_is_opened(as_practitioner, plan):
    answer = as_practitioner.post(f"/plans/{plan.pk}/treat/", {"once": uuid4()})
    session = plan.sessions.get()
    assert session.number == 1 and session.created_by.username == "practitioner"
    assert answer.status_code == 302 and answer["Location"] == f"/sessions/{session.pk}/"


@time_machine.travel(charted.NOON, tick=False)
def test_a_form_sent_twice_opens_one_session(as_practitioner, plan):
    once = uuid4()
    both = [as_practitioner.post(f"/plans/{plan.pk}/treat/", {"once": once})["Location"] for _ in range(2)]
    assert len(set(both)) == 1 and plan.sessions.count() == 1


@time_machine.travel(charted.NOON, tick=False)
def test_an_open_session_is_gone_to_instead(as_practitioner, practitioner, plan):
    session = charted.opened(plan, by=practitioner)
    answer = as_practitioner.post(f"/plans/{plan.pk}/treat/", {"once": uuid4()}, follow=True)
    assert answer.redirect_chain == [(f"/sessions/{session.pk}/", 302)]
    assert "not signed yet" in answer.content.decode()
    assert plan.sessions.count() == 1


def test_the_second_session_waits_for_the_protocols_interval(practitioner, plan):
    charted.signed(plan, by=practitioner)
    first_day = DAY + timedelta(days=load.default().recover.next_session_days)
    early = charted.opened(plan, by=practitioner, on=first_day - timedelta(days=1))
    assert "18 Dec 2026" in reasons(early)[0]
    second = charted.opened(plan, by=practitioner, on=first_day)
    assert second.number == 2


def test_what_bars_a_treatment_bars_the_session(patient, practitioner):
    screening = charted.screened(patient, by=practitioner, changed={"cold-sore-now": True})
    assert screening.as_verdict().outcome >= Outcome.DEFER
    plan = charted.planned(patient, by=practitioner, screening=screening)
    found = reasons(charted.opened(plan, by=practitioner))
    assert found and all(one.startswith("screening ") for one in found)
    assert not Session.objects.exists()


def test_the_newest_screening_counts(patient, practitioner, plan):
    charted.screened(patient, by=practitioner, changed={"cold-sore-now": True})
    assert reasons(charted.opened(plan, by=practitioner))


def test_a_replaced_plan_opens_nothing(patient, practitioner, plan):
    charted.planned(patient, by=practitioner, screening=plan.screening, replaces=plan)
    assert "replaced" in reasons(charted.opened(plan, by=practitioner))[0]


@time_machine.travel(charted.NOON, tick=False)
def test_a_refusal_says_why_and_leads_to_the_screening(as_practitioner, patient, practitioner):
    screening = charted.screened(patient, by=practitioner, changed={"cold-sore-now": True})
    plan = charted.planned(patient, by=practitioner, screening=screening)
    answer = as_practitioner.post(f"/plans/{plan.pk}/treat/", {"once": uuid4()})
    page = answer.content.decode()
    assert answer.status_code == 422 and screening.bars(on=DAY)[0].say in page
    assert f"/screenings/{screening.pk}/" in page


def test_a_key_of_another_plan_is_refused(patient, practitioner, plan):
    once = uuid4()
    actions.open_session(plan=plan, once=once, by=practitioner, at=charted.NOON)
    other = charted.planned(patient, by=practitioner, screening=plan.screening)
    assert reasons(actions.open_session(plan=other, once=once, by=practitioner, at=charted.NOON))


def test_only_post_opens(as_practitioner, plan):
    assert as_practitioner.get(f"/plans/{plan.pk}/treat/").status_code == 405


@time_machine.travel(charted.NOON, tick=False)
def test_every_clinical_role_may_and_the_front_desk_may_not(users, signed_in, plan):
    for role, user in users.items():
        answer = signed_in(user).post(f"/plans/{plan.pk}/treat/", {"once": uuid4()})
        assert answer.status_code == (403 if role == "front-desk" else 302), role


def test_a_stranger_is_sent_to_the_login_and_an_unknown_plan_is_a_404(client, as_practitioner, plan):
    assert client.post(f"/plans/{plan.pk}/treat/").headers["Location"].startswith("/login/")
    assert as_practitioner.post(f"/plans/{uuid4()}/treat/").status_code == 404
    assert date(2026, 11, 20) == DAY and not Session.objects.exists()


def test_a_visit_at_which_nothing_was_done_hides_no_session_before_it(patient, practitioner, plan):
    """As of two charts that were merged: the later session of the one was ended before a pass."""
    charted.signed(plan, by=practitioner)
    other = Patient.objects.admit()
    second = charted.planned(other, by=practitioner)
    ended = charted.opened(second, by=practitioner, on=charted.DAY + timedelta(days=5))
    at = charted.NOON + timedelta(days=5)
    charted.chart(ended, EventKind.NOTE, {"text": "Felt unwell: nothing done."}, by=practitioner, at=at)
    charted.chart(ended, EventKind.SIGNED, {}, by=practitioner, at=at)
    merging.merge(patient=other, into=patient, reason="One person", once=uuid4(), by=practitioner, at=at)
    later = opening.against(Plan.objects.get(pk=plan.pk), by=practitioner, on=charted.DAY + timedelta(days=6))
    assert "interval" in {reason.key for reason in later}

"""A visit that ends before the first pass is signed from wherever it stands, with a note that says why."""

from uuid import uuid4

import pytest
import time_machine

from clinic import charted
from needlework.records.treat import EventKind

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def at_noon():
    with time_machine.travel(charted.NOON, tick=False):
        yield


@pytest.fixture
def session(patient, practitioner):
    return charted.opened(charted.planned(patient, by=practitioner), by=practitioner)


@pytest.fixture(params=["check", "cartridge", "needle"])
def step(request, session, practitioner):
    if request.param == "cartridge":
        charted.ticked(session, by=practitioner)
    if request.param == "needle":
        charted.prepared(session, by=practitioner)
    return request.param


def send(client, session, kind, **data):
    return client.post(f"/sessions/{session.pk}/", {"kind": kind, "once": uuid4(), **data})


def test_the_signature_is_in_reach_at_every_step_once(as_practitioner, session, step):
    page = as_practitioner.get(f"/sessions/{session.pk}/")
    shown = page.content.decode()
    assert page.context["step"] == step
    assert shown.count('<button class="big">Sign and lock</button>') == 1
    assert "once a note says why" in shown


def test_without_a_note_it_says_what_to_do_at_the_form(as_practitioner, session, step):
    answer = send(as_practitioner, session, "signed")
    assert answer.status_code == 422 and answer.context["lone"] is None
    assert "a note that says why nothing was" in answer.content.decode()
    assert session.signature() is None


def test_with_a_note_it_is_signed_and_leads_to_the_patient(as_practitioner, session, step, patient):
    send(as_practitioner, session, "note", text="She felt unwell, so we did not begin.")
    assert send(as_practitioner, session, "signed").status_code == 302
    shown = as_practitioner.get(f"/sessions/{session.pk}/").content.decode()
    assert "Signed by Ines Duarte" in shown and "On to recovery" not in shown
    assert f'href="/patients/{patient.pk}/">Back to the patient</a>' in shown


def test_its_recovery_says_that_there_is_none(as_practitioner, session, practitioner):
    charted.chart(session, EventKind.NOTE, {"text": "Felt unwell."}, by=practitioner)
    charted.chart(session, EventKind.SIGNED, {}, by=practitioner)
    answer = as_practitioner.get(f"/sessions/{session.pk}/recover/", follow=True)
    assert "nothing to recover from" in answer.content.decode()


def test_a_session_with_a_pass_leads_on_to_recovery(as_practitioner, session, practitioner):
    charted.needled(session, by=practitioner)
    charted.chart(session, EventKind.SIGNED, {}, by=practitioner)
    shown = as_practitioner.get(f"/sessions/{session.pk}/").content.decode()
    assert "On to recovery" in shown and "Back to the patient" not in shown

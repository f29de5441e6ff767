"""The patient's own page: opened by a link alone, showing one recovery and nothing else."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils.html import escape

import cast
from clinic import charted
from clinic.recover.test_recover_check_in import form
from needlework.clinic import links
from needlework.clinic.models.people import Patient, PatientLink
from needlework.clinic.models.recovery import CheckIn
from needlework.clinic.recover import actions

LATER = charted.NOON + timedelta(days=2)

pytestmark = pytest.mark.usefixtures("two_days_later")


@pytest.fixture
def two_days_later():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def session(patient, practitioner):
    return charted.signed(charted.planned(patient, by=practitioner), by=practitioner)


@pytest.fixture
def token(session, practitioner):
    return actions.invite(session=session, by=practitioner, at=LATER)


PAGES = ("", "check-in/", "calendar.ics")


def test_it_opens_without_an_account_and_names_nobody(client, token):
    for page in PAGES:
        answer = client.get(f"/r/{token}/{page}")
        assert answer.status_code == 200, page
        shown = answer.content.decode()
        assert not any(word in shown for word in ("Ada", "Lindqvist", "N-0001", "1986", "Ines", "Duarte"))
        assert "no-store" in answer["Cache-Control"] and answer["X-Robots-Tag"] == "noindex"


def test_it_says_what_is_normal_what_waits_until_when_and_when_to_call(client, token):
    answer = client.get(f"/r/{token}/")
    shown = answer.content.decode().replace("&#x27;", "'")
    assert answer.context["normal"] and answer.context["normal"][0].tell in shown
    for one in answer.context["running"]:
        assert f"Until {one['until']}" in shown and one["hold"].tell in shown
    assert "Call the emergency services now" in shown
    assert "Is it hard to breathe" in shown and "pus" in shown


def test_the_holds_that_run_stand_before_those_that_are_over(client, token):
    shown = client.get(f"/r/{token}/").context
    assert shown["running"] and shown["over"]
    ends = [one["hold"].until_at for one in shown["running"]]
    assert ends == sorted(ends)


def test_it_tells_the_phase_and_the_open_skin_in_the_patients_words_alone(client, token):
    answer = client.get(f"/r/{token}/")
    shown = answer.content.decode()
    (phase,) = answer.context["phases"]
    assert escape(phase.tell) in shown and escape(phase.say) not in shown
    open_skin = answer.context["open"]
    assert f"from {open_skin['low_h']} to {open_skin['high_h']} hours" in shown
    for one in open_skin["not_yet"]:
        assert one["until"] in shown
    for one in open_skin["skin"].evidence:
        assert escape(one.say) not in shown
    for source in open_skin["sources"]:
        assert source.key in shown  # whose it is, behind one click
    assert not any(escape(sentence) in shown for sentence in open_skin["skin"].why)
    assert not any(word in shown for word in ("Black", "White", "Asian", "Latino"))


def test_beside_a_red_flag_the_page_reassures_of_nothing(client, token):
    calm = client.get(f"/r/{token}/").content.decode()
    assert "Normal now" in calm and "Expected redness" in calm
    client.post(f"/r/{token}/check-in/", form({"pus": True, "redness": "fading"}))
    answer = client.get(f"/r/{token}/")
    shown = answer.content.decode()
    assert answer.context["triage"].urgency.word == "urgent"
    assert "Normal now" not in shown and "Expected redness" not in shown
    assert answer.context["phases"][0].tell not in shown
    assert "No vitamin C" in shown and "When to call" in shown


def test_a_check_in_ends_on_what_to_do_and_the_clinic_sees_it(client, token, session):
    answer = client.post(f"/r/{token}/check-in/", form({"breathing-or-face": True, "redness": "fading"}))
    row = CheckIn.objects.get()
    assert row.created_by is None and answer["Location"] == f"/r/{token}/check-in/?sent={row.pk}"
    shown = client.get(answer["Location"]).content.decode()
    assert "Call the emergency services now" in shown and "Redness like this is normal" not in shown
    assert list(actions.waiting()) == [row]
    assert (
        "Call the emergency services now"
        in client.get(f"/r/{token}/").content.decode().split("Normal now")[0]
    )


def test_a_calmer_check_in_does_not_cover_a_red_flag(client, token, session, practitioner):
    client.post(f"/r/{token}/check-in/", form({"fever": True}))
    with time_machine.travel(LATER + timedelta(hours=1), tick=False):
        client.post(f"/r/{token}/check-in/", form())
        assert client.get(f"/r/{token}/").context["triage"].urgency.word == "urgent"
        urgent = actions.waiting().get()
        actions.take(check_in=urgent, note="Seen.", once=uuid4(), by=practitioner, at=charted.NOON)
        page = client.get(f"/r/{token}/")
        assert page.context["triage"] is None and "Seen." not in page.content.decode()


def test_an_open_question_is_asked_again_with_the_answers_kept(client, token):
    sent = form({"bumps": "few"})
    del sent["fever"]
    answer = client.post(f"/r/{token}/check-in/", sent)
    shown = answer.content.decode()
    assert answer.status_code == 422 and "is not answered" in shown and not CheckIn.objects.exists()
    assert 'value="few" required' in shown or 'value="few"' in shown
    assert answer.context["form"]["bumps"].value() == "few"


def test_sent_twice_it_is_one(client, token):
    sent = form({"itch-or-flaking": True})
    both = {client.post(f"/r/{token}/check-in/", sent)["Location"] for _ in range(2)}
    assert len(both) == 1 and CheckIn.objects.count() == 1


def test_unknown_expired_and_ended_links_are_the_same_404(client, token, session, practitioner):
    _made, other_purpose = links.make(
        patient=session.patient, purpose="screen", expires_at=LATER + timedelta(days=1), by=None,
        object_id=session.pk,
    )  # fmt: skip
    _made, expired = links.make(
        patient=session.patient, purpose="recover", expires_at=LATER - timedelta(days=1), by=None,
        object_id=session.pk,
    )  # fmt: skip
    unknown = [client.get(f"/r/{'x' * 43}/{page}") for page in PAGES]
    actions.revoke(session=session, at=LATER)
    for wrong in (token, expired, other_purpose):
        for page, same in zip(PAGES, unknown, strict=True):
            answer = client.get(f"/r/{wrong}/{page}")
            assert answer.status_code == same.status_code == 404 and answer.content == same.content


def test_a_link_opens_its_own_session_alone(client, token, session, practitioner):
    other = Patient.objects.admit()
    elsewhere = charted.signed(charted.planned(other, by=practitioner), by=practitioner)
    theirs = actions.check_in(
        session=elsewhere, answers=cast.well(), once=uuid4(), by=None, at=LATER, now=LATER
    )
    assert client.get(f"/r/{token}/check-in/?sent={theirs.pk}").status_code == 404
    assert client.get(f"/r/{token}/check-in/?sent=nonsense").status_code == 404
    _made, crossed = links.make(
        patient=other, purpose="recover", expires_at=LATER + timedelta(days=1), by=None, object_id=session.pk
    )
    assert client.get(f"/r/{crossed}/").status_code == 404
    _made, empty = links.make(patient=other, purpose="recover", expires_at=LATER + timedelta(days=1), by=None)
    assert client.get(f"/r/{empty}/").status_code == 404


def test_wrong_methods(client, token):
    assert client.post(f"/r/{token}/").status_code == 405
    assert client.post(f"/r/{token}/calendar.ics").status_code == 405
    assert client.put(f"/r/{token}/check-in/").status_code == 405


def test_the_address_is_shown_once_and_a_new_one_ends_the_old(as_practitioner, client, session):
    where, page = f"/sessions/{session.pk}/link/", f"/sessions/{session.pk}/recover/"
    first = as_practitioner.post(where, {"do": "invite"}).context["address"]
    assert client.get(first).status_code == 200
    assert first not in as_practitioner.get(page).content.decode()
    second = as_practitioner.post(where, {"do": "invite"}).context["address"]
    assert client.get(first).status_code == 404 and client.get(second).status_code == 200
    assert as_practitioner.post(where, {"do": "revoke"})["Location"] == page
    assert client.get(second).status_code == 404
    assert not PatientLink.objects.filter(revoked_at=None).exists()
    assert as_practitioner.post(where, {"do": "magic"}).status_code == 400

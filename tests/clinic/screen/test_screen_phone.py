"""The questions on somebody's own phone: kept as typed, shown to nobody else, sent once, read with staff."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

import cast
from clinic import charted
from clinic.screen.test_screen_submit import typed
from needlework.clinic.models.asked import Draft, PatientAnswers
from needlework.clinic.models.people import PatientLink
from needlework.clinic.models.screening import Screening
from needlework.clinic.screen import asking

ANSWERED = {**typed(cast.answers("freya")), "do": "send"}
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(charted.NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def address(patient, front_desk):
    return f"/a/{asking.invite(patient=patient, by=front_desk, at=charted.NOON)}/"


@pytest.fixture
def phone(address):
    """A phone on which the zones were chosen."""
    browser = Client()
    assert browser.post(address, {"do": "zones", "zones": ["cheeks"]}).status_code == 302
    return browser


def said(answer):
    return answer.content.decode()


def test_it_asks_where_then_the_questions_and_names_nobody(address, patient):
    browser = Client()
    first = said(browser.get(address))
    assert "where would you like to be treated" in first
    then = said(browser.post(address, {"do": "zones", "zones": ["cheeks"]}, follow=True))
    assert 'name="isotretinoin"' in then
    for page in (first, then):
        assert "Lindqvist" not in page and "7946" not in page and 'value="40"' not in page, (
            "nothing but the form"
        )


def test_what_is_typed_is_kept_and_there_after_the_browser_was_closed(phone, address, on_the_day):
    kept = phone.post(
        address, {"do": "save", "isotretinoin": "never", "age-years": "not a num"}, headers=HTMX
    )
    assert "Kept at the clinic at 12:00" in said(kept) and "<html" not in said(kept)
    on_the_day.shift(timedelta(days=3))
    again = Client()
    again.cookies = phone.cookies  # what a browser keeps when it is closed
    page = said(again.get(address))
    assert re.search(r'name="isotretinoin" value="never"[^>]* checked', page) and 'value="not a num"' in page
    assert not PatientAnswers.objects.exists(), "a draft is no answer"


def test_another_browser_sees_nothing_of_it_and_changes_nothing(phone, address):
    phone.post(address, {"do": "save", "isotretinoin": "never"})
    stranger = Client()
    shown = stranger.get(address)
    assert shown.status_code == 403 and "never" not in said(shown) and "another browser" in said(shown)
    assert stranger.post(address, ANSWERED).status_code == 403
    assert stranger.post(address, {"do": "save", "isotretinoin": "now"}).status_code == 403
    assert Draft.objects.get().typed["isotretinoin"] == ["never"] and not PatientAnswers.objects.exists()


def test_of_two_browsers_that_begin_at_once_one_goes_on(phone, address, monkeypatch):
    before = Draft.objects.get().typed
    monkeypatch.setattr(Draft.objects, "filter", lambda **_where: Draft.objects.none())  # it looked too early
    late = Client().post(address, {"do": "zones", "zones": ["chin"]})
    monkeypatch.undo()
    assert late.status_code == 403 and "another browser" in said(late) and Draft.objects.get().typed == before


def test_a_messenger_that_looks_the_link_up_ties_it_to_nothing(address):
    assert Client().get(address).status_code == 200 and not Draft.objects.exists()


def test_sent_it_arrives_once_and_the_link_is_used_up(phone, address, patient):
    once = str(uuid4())
    for _twice in range(2):
        answer = phone.post(address, {**ANSWERED, "once": once}, follow=True)
        assert "Your answers arrived" in said(answer)
    (row,) = PatientAnswers.objects.all()
    assert (row.patient, row.created_by) == (patient, None) and row.as_answers() == cast.answers("freya")
    assert Draft.objects.get().typed == {}, "what was typed is kept once"
    for browser in (phone, Client()):
        shown = said(browser.get(address))
        assert "used up" in shown and "isotretinoin" not in shown
    other = phone.post(address, {**ANSWERED, "isotretinoin": "now", "once": str(uuid4())}, follow=True)
    assert other.status_code == 200 and PatientAnswers.objects.get().answers["isotretinoin"] == "never"


def test_open_questions_are_named_and_may_be_sent_open(phone, address):
    few = {"do": "send", "isotretinoin": "never", "age-years": "34"}
    asked = phone.post(address, few)
    assert asked.status_code == 422 and "still open" in said(asked) and not PatientAnswers.objects.exists()
    assert Draft.objects.get().typed["age-years"] == ["34"], "kept, whether it is sent or not"
    phone.post(address, {**few, "anyway": "1"})
    assert set(PatientAnswers.objects.get().answers) == {"zones", "isotretinoin", "age-years"}


def test_an_impossible_answer_is_said_at_its_question_and_kept(phone, address):
    answer = phone.post(address, {**ANSWERED, "filler": "yes", "lately": "yes", "age-years": "999"})
    assert answer.status_code == 422 and "has-error" in said(answer) and not PatientAnswers.objects.exists()
    assert Draft.objects.get().typed["age-years"] == ["999"]


def test_no_zone_is_asked_again(address):
    answer = Client().post(address, {"do": "zones", "zones": ["the-moon"]})
    assert answer.status_code == 422 and "Nothing is chosen yet" in said(answer)


def test_hostile_and_huge_forms_are_bounded(phone, address):
    huge = {"do": "save", **{f"x{i}": "y" * 1500 for i in range(900)}}
    assert phone.post(address, huge).status_code == 302
    kept = Draft.objects.get().typed
    assert len(kept) <= asking.MOST_CONTROLS + 1
    assert max(len(value) for values in kept.values() for value in values) <= asking.LONGEST
    assert phone.get(address).status_code == 200
    assert phone.post(address, {"do": "dance"}).status_code == 400


@pytest.mark.parametrize("end", ["expired", "revoked", "replaced"])
def test_a_link_that_has_ended_says_what_to_do(phone, address, end, on_the_day, patient, front_desk):
    match end:
        case "expired":
            on_the_day.shift(timedelta(days=asking.LINK_DAYS, minutes=1))
        case "revoked":
            asking.withdraw(patient=patient, at=charted.NOON)
        case "replaced":
            asking.invite(patient=patient, by=front_desk, at=charted.NOON)
    shown = phone.get(address)
    assert shown.status_code == 404 and "Ask the clinic for a new one" in said(shown)
    assert phone.post(address, ANSWERED).status_code == 404


def test_the_front_desk_sends_it_and_sees_how_far_it_is_but_no_answer(as_front_desk, patient):
    made = said(as_front_desk.post(f"/patients/{patient.pk}/answers/link/", {"do": "invite"}))
    address = re.search(r'value="http://testserver(/a/[^"]+/)"', made)[1]
    assert 'class="qr"' in made and "until 4 Dec 2026" in made
    page = f"/patients/{patient.pk}/"
    assert "waits for an answer" in said(as_front_desk.get(page))
    browser = Client()
    browser.post(address, {"do": "zones", "zones": ["cheeks"]})
    assert "Begun; last kept" in said(as_front_desk.get(page))
    browser.post(address, ANSWERED)
    shown = said(as_front_desk.get(page))
    assert "nobody has read it with them yet" in shown and "Read it with them" not in shown
    assert as_front_desk.get(f"/patients/{patient.pk}/screen/").status_code == 403


def test_staff_read_it_with_them_and_both_sides_stay(phone, address, patient, as_practitioner):
    phone.post(address, {**ANSWERED, "blood-thinner": "yes"})
    sent = PatientAnswers.objects.get()
    assert f"?said={sent.pk}" in said(as_practitioner.get("/"))
    form = said(as_practitioner.get(f"/patients/{patient.pk}/screen/?said={sent.pk}"))
    assert re.search(r'name="blood-thinner" value="yes"[^>]* checked', form) and "their own phone" in form
    read = {**ANSWERED, "said": str(sent.pk), "once": str(uuid4())}
    answer, twice = (as_practitioner.post(f"/patients/{patient.pk}/screen/", read) for _n in range(2))
    screening = Screening.objects.get()
    assert answer["Location"] == twice["Location"]
    assert screening.said == sent and not PatientAnswers.waiting().exists()
    shown = said(as_practitioner.get(answer["Location"]))
    assert "Answered by phone on" in shown and "<td>Yes</td><td>No</td>" in shown
    again = as_practitioner.post(
        f"/patients/{patient.pk}/screen/", {**ANSWERED, "said": str(sent.pk), "once": str(uuid4())}
    )
    assert again.status_code == 404, "it is read once"


def test_nobody_reads_the_answers_of_somebody_else_into_a_screening(phone, address, as_practitioner, patient):
    from needlework.clinic.models.people import Patient, PatientDetails

    phone.post(address, ANSWERED)
    other = Patient.objects.admit()
    PatientDetails.objects.create(patient=other, full_name="Ben Stone", born_on="1990-01-01", phone="1")
    sent = PatientAnswers.objects.get()
    assert as_practitioner.get(f"/patients/{other.pk}/screen/?said={sent.pk}").status_code == 404


def test_a_link_for_something_else_opens_no_questions(patient, practitioner):
    from needlework.clinic import links

    later = charted.NOON + timedelta(days=1)
    _made, token = links.make(patient=patient, purpose=PatientLink.RECOVER, expires_at=later, by=practitioner)
    assert Client().get(f"/a/{token}/").status_code == 404

"""A check-in is judged, kept in the words that were shown, and stands on the list until somebody takes it."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

import cast
from clinic import charted
from needlework.clinic.models.recovery import CheckIn
from needlework.clinic.recover import actions
from needlework.records.recover import Urgency
from needlework.records.why import Refusal

LATER = charted.NOON + timedelta(days=2)


@pytest.fixture
def session(patient, practitioner):
    return charted.signed(charted.planned(patient, by=practitioner), by=practitioner)


def say(session, changed=None, *, by=None, at=LATER, once=None, given=None):
    return actions.check_in(
        session=session, answers=given or cast.well(changed), once=once or uuid4(), by=by, at=at, now=LATER
    )


def form(answers=None, **also):
    """Answers as a browser sends them."""
    given = cast.well(answers).given
    sent = {key: ("no", "yes")[value] if isinstance(value, bool) else value for key, value in given.items()}
    return {**sent, "once": uuid4(), **also}


def words(answer):
    assert isinstance(answer, Refusal)
    return " ".join(f"{reason.key} {reason.problem}" for reason in answer.reasons)


def test_all_well_is_as_expected_and_waits_for_nobody(session):
    row = say(session)
    assert row.urgency == "expected" and not actions.waiting().exists()


def test_what_was_shown_stays_with_it(session):
    row = CheckIn.objects.get(pk=say(session, {"fever": True}).pk)
    triage = row.as_triage()
    assert triage.urgency is Urgency.URGENT and triage.tell and triage.signs[0].sources is not None
    assert row.as_record().answers == cast.well({"fever": True})


def test_the_worst_waits_first_and_of_these_the_newest(session):
    said = (("dark-patches", 0), ("fever", 3), ("breathing-or-face", 2), ("fever", 1))
    for sign, hours in said:
        say(session, {sign: True}, at=LATER - timedelta(hours=hours))
    say(session)
    found = [(row.urgency, (LATER - row.at).seconds // 3600) for row in actions.waiting()]
    assert found == [("emergency", 2), ("urgent", 1), ("urgent", 3), ("call-today", 0)]


def test_one_that_is_taken_up_leaves_the_list(session, practitioner, prescriber):
    row, once = say(session, {"fever": True}), uuid4()
    for _twice in range(2):
        taken = actions.take(check_in=row, note="Seen at 16:00.", once=once, by=practitioner, at=charted.NOON)
        assert taken.note == "Seen at 16:00."
    assert not actions.waiting().exists()
    late = actions.take(check_in=row, note="Me too.", once=uuid4(), by=prescriber, at=charted.NOON)
    assert "taken up by Ines Duarte" in words(late)


def test_taking_up_needs_a_word(session, practitioner):
    row = say(session, {"fever": True})
    assert "empty" in words(
        actions.take(check_in=row, note=" ", once=uuid4(), by=practitioner, at=charted.NOON)
    )
    assert actions.waiting().count() == 1


def test_before_the_session_and_in_the_future_it_cannot_be(session):
    assert "before the session" in words(say(session, at=charted.NOON - timedelta(minutes=1)))
    assert "still to come" in words(say(session, at=LATER + timedelta(minutes=1)))


def test_sent_twice_it_is_one_and_sent_anew_with_other_answers_it_is_another(session):
    once = uuid4()
    assert say(session, once=once) == say(session, once=once)
    changed = [say(session, {"fever": True}, once=once) for _twice in range(2)]
    assert changed[0] == changed[1] and changed[0].urgency == "urgent"
    assert CheckIn.objects.count() == 2


def test_an_open_question_is_asked_again(session):
    given = dict(cast.well().given)
    del given["fever"], given["pus"]
    said = words(say(session, given=cast.Answers(given)))
    assert "fever" in said and "pus" in said and not CheckIn.objects.exists()


def test_a_red_flag_does_not_wait_for_the_rest(session):
    row = say(session, given=cast.Answers({"breathing-or-face": True}))
    assert row.urgency == "emergency"


def test_an_answer_that_is_not_offered_is_refused(session):
    assert "not offered" in words(say(session, {"redness": "purple"}))
    assert "not a question" in words(say(session, {"mood": True, "fever": True}))


def test_an_unsigned_session_takes_none(patient, practitioner):
    plan = charted.planned(patient, by=practitioner)
    open_one = charted.needled(charted.opened(plan, by=practitioner), by=practitioner)
    assert "not signed" in words(say(open_one))


@time_machine.travel(LATER, tick=False)
def test_staff_enter_one_and_take_it_up(as_practitioner, session):
    page = as_practitioner.get(f"/sessions/{session.pk}/check-in/")
    assert page.status_code == 200 and 'value="2026-11-22T12:00"' in page.content.decode()
    answer = as_practitioner.post(
        f"/sessions/{session.pk}/check-in/", form({"fever": True}, at="2026-11-22T09:00")
    )
    row = CheckIn.objects.get()
    assert answer.status_code == 302 and row.created_by.username == "practitioner" and row.at.hour == 9
    shown = as_practitioner.get(f"/sessions/{session.pk}/recover/").content.decode()
    assert "See urgently" in shown and "I have taken this up" in shown
    taken = as_practitioner.post(
        f"/check-ins/{row.pk}/take/", {"once": uuid4(), "note": "Called, comes at 3."}
    )
    assert taken.status_code == 302
    assert "Called, comes at 3." in as_practitioner.get(f"/sessions/{session.pk}/recover/").content.decode()


@time_machine.travel(LATER, tick=False)
def test_staff_are_told_what_is_wrong_and_keep_what_they_typed(as_practitioner, session):
    answer = as_practitioner.post(
        f"/sessions/{session.pk}/check-in/", form({"pain": 3, "pain-rising": False}, at="2026-11-19T09:00")
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and "before the session" in page and 'value="3"' in page
    row = say(session, {"fever": True})
    empty = as_practitioner.post(f"/check-ins/{row.pk}/take/", {"once": uuid4(), "note": ""})
    assert empty.status_code == 422 and "is empty" in empty.content.decode()


@time_machine.travel(LATER, tick=False)
def test_methods_roles_and_strangers(as_practitioner, as_front_desk, as_director, client, session):
    row = say(session, {"fever": True})
    assert as_practitioner.get(f"/check-ins/{row.pk}/take/").status_code == 405
    assert as_practitioner.put(f"/sessions/{session.pk}/check-in/").status_code == 405
    for page in (f"/sessions/{session.pk}/check-in/", f"/sessions/{session.pk}/recover/"):
        assert as_front_desk.get(page).status_code == 403
        assert as_director.get(page).status_code == 200
        assert client.get(page)["Location"].startswith("/login/")
    assert as_director.post(f"/check-ins/{uuid4()}/take/").status_code == 404
    assert as_director.get(f"/sessions/{uuid4()}/recover/").status_code == 404


@pytest.mark.parametrize("at", ["0001-01-01T00:00+14:00", "1999-12-31T23:59"])
def test_a_moment_before_anybody_was_treated_is_refused(as_practitioner, session, at):
    with time_machine.travel(LATER, tick=False):
        answer = as_practitioner.post(f"/sessions/{session.pk}/check-in/", form(at=at))
    assert answer.status_code == 422 and "Check the year" in answer.content.decode()
    assert not CheckIn.objects.exists()


def test_a_key_that_took_another_check_in_up_takes_nothing(session, practitioner):
    key = uuid4()
    one, other = (say(session, {"fever": True}) for _ in range(2))
    actions.take(check_in=one, note="Called.", once=key, by=practitioner, at=charted.NOON)
    assert "sent before" in words(
        actions.take(check_in=other, note="Called.", once=key, by=practitioner, at=charted.NOON)
    )

"""What a tablet kept and sends: once each, when it was made, by whom; and what a wrong clock says."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import connection

from clinic import charted
from needlework.clinic.models.treatment import SessionEntry
from needlework.clinic.rights import actions as rights
from needlework.clinic.treat import actions, sheet, views
from needlework.records.treat import EventKind

JSON = {"HTTP_ACCEPT": "application/json"}
LATER = charted.NOON + timedelta(minutes=20)


@pytest.fixture
def session(patient, practitioner):
    with time_machine.travel(charted.NOON, tick=False):
        return charted.ticked(charted.opened(charted.planned(patient, by=practitioner), by=practitioner),
                             by=practitioner)  # fmt: skip


@pytest.fixture(autouse=True)
def later(session):  # the session was opened twenty minutes ago
    with time_machine.travel(LATER, tick=False):
        yield


def kept(user, *, minutes_ago=10, n=1, once=None, device="tablet-a", **fields):
    """An entry as a tablet sends it."""
    return {
        "kind": "note", "text": "Paused for a call.", "once": str(once or uuid4()),
        "tablet": device, "n": str(n), "at": (LATER - timedelta(minutes=minutes_ago)).isoformat(),
        "clock": LATER.isoformat(), "by": str(user.pk), **fields,
    }  # fmt: skip


def send(browser, session, entry):
    return browser.post(f"/sessions/{session.pk}/", entry, **JSON)


def test_it_is_charted_when_it_was_made_and_says_so(as_practitioner, practitioner, session):
    answer = send(as_practitioner, session, kept(practitioner))
    assert answer.status_code == 201
    said = answer.json()["charted"]
    row = SessionEntry.objects.get(once=said["once"])
    assert row.at == LATER - timedelta(minutes=10) and row.created_at == LATER and row.said_at is None
    assert (row.tablet, row.n, said["by"]) == ("tablet-a", 1, "Ines Duarte")


def test_sent_again_it_is_one_and_the_same_answer(as_practitioner, practitioner, session):
    entry = kept(practitioner)
    first, second = (send(as_practitioner, session, entry).json() for _ in range(2))
    assert first == second and SessionEntry.objects.filter(kind="note").count() == 1


def test_one_number_of_a_tablet_is_one_entry(as_practitioner, practitioner, session):
    assert send(as_practitioner, session, kept(practitioner, n=7)).status_code == 201
    again = send(as_practitioner, session, kept(practitioner, n=7, text="Another."))
    assert again.status_code == 422 and "number of another entry" in again.json()["refused"][0]["problem"]
    assert send(as_practitioner, session, kept(practitioner, n=7, device="tablet-b")).status_code == 201


def test_a_refusal_names_its_reasons_and_charts_nothing(as_practitioner, practitioner, session):
    answer = send(as_practitioner, session, kept(practitioner, kind="pass", **charted.a_pass()))
    assert answer.status_code == 422 and answer.json()["refused"][0]["do"]
    assert not SessionEntry.objects.filter(kind="pass").exists()
    nothing = send(as_practitioner, session, kept(practitioner, text=" "))
    assert nothing.status_code == 422 and nothing.json()["refused"][0]["key"] == "text"


def test_only_who_made_it_can_send_it(as_prescriber, practitioner, session):
    answer = send(as_prescriber, session, kept(practitioner))
    assert answer.status_code == 409 and answer.json()["of_another"]
    assert not SessionEntry.objects.filter(kind="note").exists()


def test_signed_out_it_is_told_so_and_nothing_is_lost(client, practitioner, session):
    assert send(client, session, kept(practitioner)).status_code == 401
    assert not SessionEntry.objects.filter(kind="note").exists()


def test_what_is_in_the_clinic_is_told_by_key(as_practitioner, practitioner, session):
    entry = kept(practitioner)
    send(as_practitioner, session, entry)
    said = as_practitioner.get(f"/sessions/{session.pk}/", **JSON).json()
    assert entry["once"] in [one["once"] for one in said["entries"]] and said["token"] and not said["signed"]
    seen = {"HTTP_IF_NONE_MATCH": f'"{len(said["entries"])}"'}
    assert as_practitioner.get(f"/sessions/{session.pk}/", **JSON, **seen).status_code == 304
    send(as_practitioner, session, kept(practitioner, n=2))
    assert as_practitioner.get(f"/sessions/{session.pk}/", **JSON, **seen).status_code == 200


def test_a_page_counts_no_entry_that_it_does_not_show(as_practitioner, practitioner, session, monkeypatch):
    """A tablet that believed so would never ask for it again."""
    n = session.entries.count()

    def overtaken(*args, **named):
        shown = sheet.sheet(*args, **named)
        charted.chart(session, EventKind.NOTE, {"text": "From another tablet."}, by=practitioner, at=LATER)
        return shown

    monkeypatch.setattr(views, "sheet", overtaken)
    shown = as_practitioner.get(f"/sessions/{session.pk}/").content.decode()
    assert f'data-entries="{n}"' in shown and "From another tablet" not in shown


def test_a_count_is_told_to_nobody_who_may_not_open_the_session(
    as_practitioner, as_prescriber, prescriber, director, session
):
    address, seen = f"/sessions/{session.pk}/", {"HTTP_IF_NONE_MATCH": f'"{session.entries.count()}"'}
    prescriber.memberships.update(site=charted.a_room("Two", site="The other house").site)
    assert as_practitioner.get(address, **JSON, **seen).status_code == 304
    assert as_prescriber.get(address, **JSON, **seen).status_code == 403
    shut = {"what": "restricted", "ground": "Art. 18", "until": None, "once": uuid4()}
    rights.decide(patient=session.patient, item=session, by=director, at=LATER, **shut)
    assert as_practitioner.get(address, **JSON, **seen).status_code == 404


def test_another_session_is_a_404_and_a_stranger_s_role_is_refused(
    as_practitioner, as_front_desk, practitioner, session
):
    assert as_practitioner.post(f"/sessions/{uuid4()}/", kept(practitioner), **JSON).status_code == 404
    assert send(as_front_desk, session, kept(practitioner)).status_code == 403


@pytest.mark.parametrize("step", ["cartridge", "needle"])
def test_the_pages_of_later_steps_can_be_fetched_ahead(as_practitioner, session, step):
    shown = as_practitioner.get(f"/sessions/{session.pk}/?kit={step}&zone=cheeks").content.decode()
    assert f'name="kind" value="{"pass" if step == "needle" else step}"' in shown
    charted.chart(session, charted.EventKind.NOTE, {"text": "x"}, by=session.created_by)


def test_the_worker_reaches_no_further_than_sessions(client):
    answer = client.get("/sessions/worker.js")
    assert answer["Content-Type"].startswith("text/javascript") and answer["Cache-Control"] == "no-cache"
    assert b"/^\\/sessions\\/" in answer.content


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_clock_that_no_database_can_keep_says_nothing(as_practitioner, practitioner, session, at):
    answer = send(as_practitioner, session, kept(practitioner, at=at, clock=at))
    assert answer.status_code == 201
    row = SessionEntry.objects.get(once=answer.json()["charted"]["once"])
    assert (row.at, row.said_at) == (LATER, None)


@pytest.mark.django_db(transaction=True)
def test_of_one_entry_that_comes_twice_at_once_both_are_told_that_it_is_charted(practitioner, session):
    entry, start = kept(practitioner), Barrier(2)
    told = {"kind": EventKind.NOTE, "data": {"text": entry["text"]}, "once": UUID(entry["once"])}

    def sent(_n):
        start.wait()
        try:
            return actions.chart(session=session, **told, by=practitioner, at=LATER, tablet="tablet-a", n=1)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(sent, range(2)))
    assert isinstance(both[0], SessionEntry) and both[0] == both[1]

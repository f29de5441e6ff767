"""The timeline of one person: everything once, newest first, a page at a time, as fast at many as at few."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic import charted
from needlework.clinic.models.people import PatientDetails
from needlework.clinic.models.rights import Decision, What
from needlework.clinic.models.treatment import SessionEntry
from needlework.clinic.patients import timeline
from needlework.records.treat import EventKind

LATER = charted.NOON + timedelta(days=1)


def _texts(shown):
    """The line of each entry, by page of the timeline."""
    lines = re.findall(r'<div class="timeline-what">.*?</div>', shown, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in lines]


def _more_screenings(patient, by, n):
    first = charted.screened(patient, by=by)
    for i in range(n):
        first.pk, first.once, first._state.adding = uuid4(), uuid4(), True
        first.created_at = charted.NOON - timedelta(minutes=i)
        first.save()


def _more_sessions(session, n):
    """Copies of a session with all that was charted in it."""
    entries = list(session.entries.all())
    for number in range(2, 2 + n):
        session.pk, session.once, session.number, session._state.adding = uuid4(), uuid4(), number, True
        session.save()
        for entry in entries:
            entry.pk, entry.once, entry.session = uuid4(), uuid4(), session
        SessionEntry.objects.bulk_create(entries)


@pytest.fixture
def treated(patient, practitioner):
    """Somebody at every stage, of whose session a note was struck and an addendum made."""
    session = charted.opened(charted.planned(patient, by=practitioner), by=practitioner)
    note = charted.chart(session, EventKind.NOTE, {"text": "Left and right mixed up"}, by=practitioner)
    struck = {"corrects": str(note.pk), "reason": "It was the other side"}
    charted.chart(session, EventKind.STRUCK, struck, by=practitioner)
    adverse = {"zone": "cheeks", "what": "She fainted"}
    charted.chart(session, EventKind.ADVERSE, adverse, by=practitioner)
    return session


def test_each_stage_stands_in_it_once_newest_first(as_practitioner, treated, patient):
    page = timeline.page(patient)
    moments = [entry["at"] for entry in page.entries]
    assert moments == sorted(moments, reverse=True) and page.older == ""
    shown = _texts(as_practitioner.get(f"/patients/{patient.pk}/").content.decode())
    for words in ("Screened: clear", "Planned:", "Consent given", "Consent, version 1: signed", "Session 1"):
        assert sum(line.startswith(words) for line in shown) == 1, words


def test_a_correction_says_what_it_corrects_and_both_can_be_read(as_practitioner, treated, patient):
    was = patient.details
    PatientDetails.objects.create(
        patient=patient, corrects=was, full_name=was.full_name, born_on=was.born_on, phone="0700 9"
    )
    shown = as_practitioner.get(f"/patients/{patient.pk}/").content.decode()
    assert re.search(
        r"Struck, a note of 20 Nov 2026, \d\d:00, 20 Nov 2026:</span> It was the other side", shown
    )
    assert "Adverse event, 20 Nov 2026:</span> She fainted" in shown
    assert f"phone: {was.phone} → 0700 9" in shown
    chart = as_practitioner.get(f"/sessions/{treated.pk}/").content.decode()
    assert "Left and right mixed up" in chart and "It was the other side" in chart


def test_a_plan_that_was_replaced_names_its_heir_and_the_heir_names_it(
    as_practitioner, patient, practitioner
):
    first = charted.planned(patient, by=practitioner)
    charted.planned(patient, by=practitioner, zones=("chin",), screening=first.screening, replaces=first)
    shown = as_practitioner.get(f"/patients/{patient.pk}/").content.decode()
    assert "Replaces the plan of " in shown and "Replaced, " in shown


def test_pages_follow_each_other_without_a_gap_also_where_moments_are_equal(patient, practitioner):
    _more_screenings(patient, practitioner, 60)
    same = charted.screened(patient, by=practitioner)
    for _ in range(30):
        same.pk, same.once, same._state.adding = uuid4(), uuid4(), True
        same.created_at = charted.NOON
        same.save()
    urls, before, pages = [], "", 0
    while pages == 0 or before:
        page = timeline.page(patient, before=before)
        urls += [entry["url"] for entry in page.entries]
        before, pages = page.older, pages + 1
    assert pages == 4 and len(urls) == len(set(urls)) == 1 + 92


def test_what_is_added_meanwhile_moves_nothing(patient, practitioner):
    _more_screenings(patient, practitioner, 40)
    first = timeline.page(patient)
    rest = timeline.page(patient, before=first.older).entries
    charted.screened(patient, by=practitioner)
    assert timeline.page(patient, before=first.older).entries == rest


@pytest.mark.parametrize(
    "before", ["", "~", "x~y", "2026-11-20~" + "0" * 32, "2026-99-20T00:00~" + "0" * 32, "é" * 90]
)
def test_a_place_that_is_none_is_the_newest_page(as_practitioner, treated, patient, before):
    answer = as_practitioner.get(f"/patients/{patient.pk}/", {"before": before, "show": "nothing"})
    assert answer.status_code == 200 and "Session 1" in answer.content.decode()


def test_one_kind_is_shown_alone(as_practitioner, treated, patient):
    shown = _texts(as_practitioner.get(f"/patients/{patient.pk}/?show=papers").content.decode())
    assert shown and all(line.startswith("Consent") for line in shown)


def test_the_next_page_alone_is_sent_to_a_script_that_asks(as_practitioner, patient, practitioner):
    _more_screenings(patient, practitioner, 30)
    older = timeline.page(patient).older
    answer = as_practitioner.get(f"/patients/{patient.pk}/", {"before": older}, HTTP_HX_REQUEST="true")
    shown = answer.content.decode()
    assert "<html" not in shown and len(_texts(shown)) == len(timeline.page(patient, before=older).entries)


def _queries(client, patient):
    with CaptureQueriesContext(
        connection,
    ) as counted:
        assert client.get(f"/patients/{patient.pk}/").status_code == 200
    return len(counted)


def test_five_hundred_events_are_asked_for_as_five_are(as_practitioner, patient, practitioner):
    with time_machine.travel(LATER, tick=False):
        plan = charted.planned(patient, by=practitioner)
        charted.signed(plan, by=practitioner)
        as_practitioner.get(f"/patients/{patient.pk}/")
        few = _queries(as_practitioner, patient)
        _more_sessions(plan.sessions.get(), 10)
        _more_screenings(patient, practitioner, 500)
        many = _queries(as_practitioner, patient)
    assert many <= few


def test_what_is_restricted_is_told_as_that_and_opens_to_the_director_alone(
    as_practitioner, as_director, treated, patient, director
):
    plan = treated.plan
    ground = "Article 18, at her request"
    Decision(
        patient=patient, table_name=plan._meta.db_table, row_id=plan.pk.hex, what=What.RESTRICTED,
        ground=ground, created_by=director,
    ).save()  # fmt: skip
    shown, seen = (
        browser.get(f"/patients/{patient.pk}/").content.decode() for browser in (as_practitioner, as_director)
    )
    line = next(one for one in _texts(shown) if one.startswith("Plan: "))
    assert line.startswith("Plan: restricted") and ground in shown
    assert f'<a href="/plans/{plan.pk}/">Plan: restricted' in seen
    assert f'<a href="/plans/{plan.pk}/">Plan: ' not in shown


def test_the_front_desk_sees_nothing_of_it(as_front_desk, treated, patient):
    for address in (f"/patients/{patient.pk}/", f"/patients/{patient.pk}/?show=treat"):
        for headers in ({}, {"HTTP_HX_REQUEST": "true"}):
            shown = as_front_desk.get(address, **headers).content.decode()
            assert "Session 1" not in shown and "fainted" not in shown and "What each zone" not in shown


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "yesterday"])
def test_a_place_in_time_that_no_database_can_keep_is_the_newest_page(as_practitioner, patient, at):
    page = as_practitioner.get(f"/patients/{patient.pk}/", {"before": f"{at}~{patient.pk.hex}"})
    assert page.status_code == 200 and page.context["timeline"].begins

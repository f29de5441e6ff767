"""Incidents that are open stand on Today by their nearest deadline; what the chart says leads to them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import cast
from clinic import charted
from needlework.clinic.models import safety
from needlework.clinic.models.people import Membership, User
from needlework.clinic.models.safety import Incident
from needlework.clinic.recover import actions as recover
from needlework.clinic.safety import actions
from needlework.records.treat import EventKind

pytestmark = pytest.mark.usefixtures("at_noon")

LATER = charted.NOON + timedelta(minutes=10)


def an_incident(by, severity="serious", known_on=charted.DAY, **about):
    return actions.report_incident(
        about=about, once=uuid4(), by=by, at=charted.NOON, severity=severity, happened_on=known_on,
        known_on=known_on, said={"what": f"{severity} harm."},
    )  # fmt: skip


def a_clock(by, name, days, serious=("serious",)):
    return actions.keep_clock(
        clock=None, by=by, name=name, whom="The maker", serious=list(serious), days=days, work_days=False,
        source="house", is_on=True,
    )  # fmt: skip


def waiting():
    return safety.waiting(Incident.objects.all(), on=charted.DAY)


def test_the_nearest_deadline_comes_first_and_what_was_reported_is_not_owed(patient, director):
    mild = an_incident(director, "other", patient=patient)
    far = an_incident(director, patient=patient)
    near = an_incident(director, known_on=charted.DAY - timedelta(days=5), patient=patient)
    a_clock(director, "Maker", 10), a_clock(director, "Director", 30)
    assert [row.incident for row in waiting()] == [near, far, mild]
    assert [str(row.next.due_on) if row.next else "" for row in waiting()] == ["2026-11-25", "2026-11-30", ""]
    actions.close(incident=near, reason="Told.", once=uuid4(), by=director, at=charted.NOON)
    assert [row.incident for row in waiting()] == [far, mild]


def test_today_tells_it_with_its_day_and_the_desk_is_told_nothing(
    patient, practitioner, director, as_practitioner, as_front_desk
):
    an_incident(practitioner, patient=patient)
    a_clock(director, "Tell the maker", 2)
    page = as_practitioner.get(reverse("today")).content.decode()
    assert "Tell the maker by 22 Nov 2026" in page
    assert "Tell the maker" not in as_front_desk.get(reverse("today")).content.decode()


def test_many_incidents_ask_no_more_of_the_database_than_one(patient, director):
    a_clock(director, "Maker", 10)

    def asked():
        with CaptureQueriesContext(connection) as told:
            assert waiting()
        return len(told)

    an_incident(director, patient=patient)
    one = asked()
    for _n in range(12):
        an_incident(director, patient=patient)
    assert asked() == one


def test_an_incident_of_a_person_seen_here_is_seen_by_their_colleagues_alone(
    patient, practitioner, prescriber
):
    found = an_incident(practitioner, patient=patient)
    assert list(Incident.seen_by(prescriber)) == [found]
    away = User.objects.create_user("away", "needle-and-thread", full_name="Ana Way")
    elsewhere, begins = charted.a_room("Room 9", site="Elsewhere").site, charted.NOON - timedelta(days=1)
    Membership.objects.create(user=away, site=elsewhere, role="practitioner", begins_at=begins)
    assert list(Incident.seen_by(away)) == []


def test_an_urgent_check_in_leads_to_the_form_with_what_was_said(patient, practitioner, as_practitioner):
    session = charted.signed(charted.planned(patient, by=practitioner), by=practitioner)
    row = urgent(session, practitioner)
    page = as_practitioner.get(reverse("recover", args=[session.pk])).content.decode()
    assert f"{reverse('incident-new')}?check_in={row.pk}" in page
    form = as_practitioner.get(reverse("incident-new"), {"check_in": row.pk}).context["form"]
    assert form["what"].value() and form["lot"].value() == "L1"
    assert form["happened_on"].value() == charted.DAY


def urgent(session, by):
    said = cast.well({"fever": True})
    return recover.check_in(session=session, answers=said, once=uuid4(), by=by, at=LATER, now=LATER)


def test_the_form_says_what_is_open_already_of_the_same_session(patient, practitioner, as_practitioner):
    session = charted.needled(
        charted.opened(charted.planned(patient, by=practitioner), by=practitioner), by=practitioner
    )
    entry = charted.chart(session, EventKind.ADVERSE, {"zone": "cheeks", "what": "A burn."}, by=practitioner)
    page = as_practitioner.get(reverse("incident-new"), {"entry": entry.pk}).content.decode()
    assert "there is an incident already" not in page
    an_incident(practitioner, patient=patient, session=session, entry=entry)
    page = as_practitioner.get(reverse("incident-new"), {"entry": entry.pk}).content.decode()
    assert "there is an incident already" in page

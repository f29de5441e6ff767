"""A record opened in an emergency: with a reason, for an hour, to read, and told to the director."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from clinic import charted
from needlework.clinic.emergency import actions
from needlework.clinic.models.audit import AuditLine
from needlework.clinic.models.emergency import EmergencyAccess
from needlework.clinic.models.people import KnownAt
from needlework.clinic.models.treatment import SessionEntry

WHY = "She has collapsed in the waiting room"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(charted.NOON, tick=False) as that_day:
        yield that_day


@pytest.fixture
def other_site(prescriber):
    """The prescriber works at another site."""
    site = charted.a_room("Two", site="The other house").site
    prescriber.memberships.update(site=site)
    return site


@pytest.fixture
def session(patient, practitioner):
    return charted.opened(charted.planned(patient, by=practitioner), by=practitioner)


def said(response):
    return response.content.decode()


def broken(browser, patient, reason=WHY):
    return browser.post(reverse("emergency-open", args=[patient.pk]), {"reason": reason, "once": uuid4()})


def test_another_sites_record_is_shut_and_the_page_names_nobody(other_site, patient, as_prescriber):
    answer = as_prescriber.get(reverse("patient", args=[patient.pk]))
    assert answer.status_code == 403 and "Not known at this site" in said(answer)
    assert "Ada" not in said(answer) and "1986" not in said(answer)
    assert AuditLine.objects.filter(action="refused", row_id=patient.pk.hex, detail="elsewhere").exists()


def test_in_an_emergency_it_opens_to_read_and_every_read_is_marked(
    other_site, patient, session, as_prescriber
):
    assert broken(as_prescriber, patient).status_code == 302
    opened = EmergencyAccess.objects.get()
    for name, id_ in (
        ("patient", patient.pk), ("session", session.pk), ("plan", session.plan_id),
        ("screening", session.plan.screening_id),
    ):  # fmt: skip
        answer = as_prescriber.get(reverse(name, args=[id_]))
        assert answer.status_code == 200 and "Opened in an emergency" in said(answer), name
        read = AuditLine.objects.filter(action="read", row_id=id_.hex).first()
        assert read.detail == f"emergency {opened.pk}", name


def test_nothing_is_changed_in_an_emergency_but_an_adverse_event(other_site, patient, session, as_prescriber):
    broken(as_prescriber, patient)
    address = reverse("session", args=[session.pk])
    note = {"kind": "note", "text": "Calm", "once": uuid4()}
    assert as_prescriber.post(address, note).status_code == 403
    details = reverse("patient-details", args=[patient.pk])
    assert as_prescriber.post(details, {"full_name": "X"}).status_code == 403
    assert not SessionEntry.objects.exists()
    adverse = {"kind": "adverse", "zone": "cheeks", "what": "Fainted", "once": uuid4()}
    as_prescriber.post(address, adverse)
    assert SessionEntry.objects.get().kind == "adverse"


def test_the_front_desk_reads_a_record_in_an_emergency_and_charts_nothing(patient, session, as_front_desk):
    address = reverse("session", args=[session.pk])
    assert as_front_desk.get(address).status_code == 403
    broken(as_front_desk, patient)
    assert as_front_desk.get(address).status_code == 200
    shown = said(as_front_desk.get(reverse("patient", args=[patient.pk])))
    assert "What happened" in shown and "Opened in an emergency" in shown
    marked = AuditLine.objects.filter(action="read", row_id=patient.pk.hex, detail__startswith="emergency")
    assert marked.exists()
    adverse = {"kind": "adverse", "zone": "cheeks", "what": "Fainted", "once": uuid4()}
    assert as_front_desk.post(address, adverse).status_code == 403
    assert as_front_desk.get(reverse("learn")).status_code == 403, "and no list"


def test_it_opens_one_record_and_nobody_elses(patient, session, as_front_desk, practitioner):
    from needlework.clinic.models.people import Patient, PatientDetails

    other = Patient.objects.admit()
    PatientDetails.objects.create(patient=other, full_name="Ben", born_on="1990-01-01", phone="1")
    broken(as_front_desk, other)
    assert as_front_desk.get(reverse("session", args=[session.pk])).status_code == 403
    assert as_front_desk.get(reverse("screening", args=[session.plan.screening_id])).status_code == 403


def test_it_is_nobody_elses_emergency(other_site, patient, as_prescriber, as_front_desk, session):
    broken(as_prescriber, patient)
    assert as_front_desk.get(reverse("session", args=[session.pk])).status_code == 403


def test_it_ends_after_an_hour(other_site, patient, as_prescriber, clock):
    broken(as_prescriber, patient)
    page = reverse("patient", args=[patient.pk])
    clock.shift(timedelta(minutes=59))
    as_prescriber.force_login(other_site.memberships.get().user)
    assert as_prescriber.get(page).status_code == 200
    clock.shift(timedelta(minutes=1))
    assert as_prescriber.get(page).status_code == 403


def test_it_ends_with_the_last_role(patient, session, as_front_desk, front_desk):
    broken(as_front_desk, patient)
    address = reverse("session", args=[session.pk])
    assert as_front_desk.get(address).status_code == 200
    front_desk.memberships.update(ends_at=charted.NOON)
    assert as_front_desk.get(address).status_code == 403


def test_what_is_refused_in_an_emergency_is_in_the_log(other_site, patient, as_prescriber):
    broken(as_prescriber, patient)
    assert as_prescriber.post(reverse("patient-details", args=[patient.pk]), {}).status_code == 403
    assert AuditLine.objects.filter(action="refused", row_id=patient.pk.hex).exists()


@pytest.mark.parametrize("reason", ["", "   ", "help", "." * 9])
def test_without_a_reason_nothing_opens(other_site, patient, as_prescriber, reason):
    assert broken(as_prescriber, patient, reason).status_code == 422
    assert not EmergencyAccess.objects.exists()


def test_sent_twice_it_is_one(prescriber, patient, other_site):
    once = uuid4()
    for _twice in range(2):
        actions.open_record(patient=patient, reason=WHY, once=once, by=prescriber, at=charted.NOON)
    assert EmergencyAccess.objects.count() == 1


def test_the_director_is_told_until_they_acknowledge(other_site, patient, as_prescriber, as_director):
    broken(as_prescriber, patient)
    assert WHY in said(as_director.get("/"))
    assert WHY not in said(as_prescriber.get("/"))
    opened = EmergencyAccess.objects.get()
    for _twice in range(2):
        as_director.post(
            reverse("emergency-acknowledge", args=[opened.pk]), {"note": "Right", "once": uuid4()}
        )
    assert WHY not in said(as_director.get("/"))
    shown = said(as_director.get(reverse("emergencies")))
    assert WHY in shown and "Acknowledged by Dr Mara Weiss" in shown and "Right" in shown


def test_nobody_acknowledges_their_own(director, patient, as_director):
    opened = actions.open_record(patient=patient, reason=WHY, once=uuid4(), by=director, at=charted.NOON)
    answer = as_director.post(reverse("emergency-acknowledge", args=[opened.pk]), follow=True)
    assert "You opened it yourself" in said(answer)
    assert EmergencyAccess.unread().count() == 1


# ── received at another site ──


def test_who_comes_here_says_when_they_were_born_and_is_known_from_then_on(
    other_site, patient, as_prescriber, prescriber
):
    address, page = reverse("patient-receive", args=[patient.pk]), reverse("patient", args=[patient.pk])
    for wrong in ("1986-05-13", "", "yesterday"):
        answer = as_prescriber.post(address, {"born_on": wrong}, follow=True)
        assert answer.status_code == 403 and "not their date of birth" in said(answer)
    for _twice in range(2):
        assert as_prescriber.post(address, {"born_on": "1986-05-12"}).status_code == 302
    assert as_prescriber.get(page).status_code == 200
    assert KnownAt.objects.filter(patient=patient, created_by=prescriber).count() == 1


def test_a_day_of_birth_is_not_found_out_by_trying(other_site, patient, as_prescriber, clock):
    address = reverse("patient-receive", args=[patient.pk])
    for day in range(1, 6):
        as_prescriber.post(address, {"born_on": f"1986-05-0{day}"})
    answer = as_prescriber.post(address, {"born_on": "1986-05-12"}, follow=True)
    assert answer.status_code == 403 and "wrong day was given 5 times" in said(answer)
    clock.shift(timedelta(minutes=61))
    as_prescriber.force_login(other_site.memberships.get().user)
    as_prescriber.post(address, {"born_on": "1986-05-12"})
    assert KnownAt.objects.filter(patient=patient, site=other_site).exists()


def test_a_list_of_every_site_tells_no_day_of_birth(other_site, patient, as_prescriber, as_director):
    here = said(as_prescriber.get("/patients/?q=Ada"))
    assert "everywhere=1" in here and "Ada" not in here.split("found")[-1].split("Nobody")[0]
    shown = said(as_prescriber.get("/patients/?q=Ada&everywhere=1"))
    assert "Ada Lindqvist" in shown and "1986" not in shown and "at another site" in shown
    assert "Ada Lindqvist" not in said(as_prescriber.get("/patients/?q=12.5.1986&everywhere=1"))
    assert "12 May 1986" in said(as_director.get("/patients/?q=12.5.1986&everywhere=1"))
    alike = {"full_name": "Ada Lindqvist", "born_on": "1990-01-01", "sex": "female",
             "phone": "+44 20 7946 0001", "once": uuid4()}  # fmt: skip
    likely = said(as_prescriber.post(reverse("patient-new"), alike))
    assert "May be the same person" in likely and "1986" not in likely


def test_lists_are_of_ones_own_site(other_site, patient, as_prescriber, as_practitioner):
    assert "Ada Lindqvist" in said(as_practitioner.get("/"))
    assert "Ada Lindqvist" not in said(as_prescriber.get("/"))
    assert "Ada Lindqvist" not in said(as_prescriber.get("/patients/?q=Ada"))
    assert "Ada Lindqvist" in said(as_prescriber.get("/patients/?q=Ada&everywhere=1"))

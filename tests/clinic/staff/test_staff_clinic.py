"""The clinic is named by its medical director, and patients read its name and phone."""

from datetime import timedelta

import pytest
import time_machine

from clinic import charted
from needlework.clinic.models.audit import AuditLine
from needlework.clinic.models.people import Clinic
from needlework.clinic.recover import actions as recover

NAMED = {"name": "Thread Street Clinic", "phone": "+44 20 7946 0100"}


def test_before_it_is_named_the_page_asks_for_it(as_director):
    shown = as_director.get("/clinic/").content.decode()
    assert "has no name yet" in shown and 'value="Needlework"' not in shown


def test_it_is_named_once_and_named_anew_later(as_director, director):
    assert as_director.post("/clinic/", NAMED)["Location"] == "/clinic/"
    assert as_director.post("/clinic/", {**NAMED, "name": "Needle Lane"})["Location"] == "/clinic/"
    clinic = Clinic.objects.get()
    assert (clinic.name, clinic.phone, clinic.created_by) == ("Needle Lane", NAMED["phone"], director)
    shown = as_director.get("/clinic/").content.decode()
    assert "Needle Lane" in shown and "has no name yet" not in shown
    lines = AuditLine.objects.filter(table_name="clinic_clinic")
    assert {line.actor for line in lines} == {f"user:{director.pk}"}
    assert [line.action for line in lines] == ["update", "insert"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": " "}, "This field is required."),
        ({"name": "x" * 121}, "at most 120 characters"),
        ({"phone": "javascript:alert(1)"}, "Give digits"),
        ({"phone": "1" * 41}, "at most 40 characters"),
    ],
)
def test_what_is_no_name_or_phone_is_asked_again_with_the_rest_kept(as_director, changed, words):
    answer = as_director.post("/clinic/", {**NAMED, **changed})
    shown = answer.content.decode()
    assert answer.status_code == 422 and words in shown and not Clinic.objects.exists()
    kept = ({*NAMED} - {*changed}).pop()
    assert f'value="{NAMED[kept]}"' in shown


def test_the_phone_may_be_left_out(as_director):
    assert as_director.post("/clinic/", {"name": "Needle Lane", "phone": ""}).status_code == 302


def test_patients_read_the_phone_on_their_own_page(as_director, client, patient, practitioner):
    session = charted.signed(charted.planned(patient, by=practitioner), by=practitioner)
    later = charted.NOON + timedelta(days=1)
    with time_machine.travel(later, tick=False):
        token = recover.invite(session=session, by=practitioner, at=later)
        assert "tel:" not in client.get(f"/r/{token}/").content.decode()
        Clinic.objects.create(**NAMED)
        shown = client.get(f"/r/{token}/").content.decode()
    assert 'href="tel:+44 20 7946 0100"' in shown and "Thread Street Clinic" in shown


def test_the_page_is_the_directors_and_so_is_the_way_to_it(
    as_director, as_prescriber, as_practitioner, as_front_desk
):
    assert 'href="/clinic/"' in as_director.get("/").content.decode()
    for browser in (as_prescriber, as_practitioner, as_front_desk):
        assert 'href="/clinic/"' not in browser.get("/").content.decode()
        assert browser.get("/clinic/").status_code == browser.post("/clinic/", NAMED).status_code == 403
    assert as_director.put("/clinic/").status_code == 405
    assert not Clinic.objects.exists()


def test_who_works_here_is_listed_and_reading_it_is_logged(as_director, users, director):
    users["practitioner"].place = "arizona-aesthetician"
    users["practitioner"].save()
    shown = as_director.get("/clinic/").content.decode()
    for user in users.values():
        assert user.full_name in shown and f"/clinic/staff/{user.pk}/" in shown
    assert "Arizona, aesthetician" in shown
    line = AuditLine.objects.get(action="list", row_id="staff")
    assert (line.actor, line.detail) == (f"user:{director.pk}", "clinic_user: 4")

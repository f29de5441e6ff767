"""Where the clinic works: sites and rooms, and the room that each session keeps."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from clinic import charted
from needlework.clinic.consent import actions as consent
from needlework.clinic.models.people import Clinic
from needlework.clinic.models.places import Room, Site
from needlework.clinic.models.treatment import Session
from needlework.clinic.models.visits import Visit

LISBON = {"name": "Rua do Ouro", "time_zone": "Europe/Lisbon", "phone": "+351 21 000 0000",
          "emergency_phone": "112", "is_open": "on"}  # fmt: skip


def said(response):
    return response.content.decode()


def test_a_clinic_that_names_nothing_works_at_one_site_with_one_room(db, request):
    Clinic.objects.create(name="Linden Clinic", phone="+44 20 7946 0100")
    practitioner, patient = map(request.getfixturevalue, ("practitioner", "patient"))
    session = charted.opened(charted.planned(patient, by=practitioner), by=practitioner)
    assert (session.room.name, session.room.site.name) == ("Treatment room", "Linden Clinic")
    assert session.room.site.phone == "+44 20 7946 0100"
    assert Site.objects.count() == Room.objects.count() == 1


def test_a_site_is_added_with_a_first_room_and_shown(as_director):
    answer = as_director.post(reverse("site-new"), LISBON, follow=True)
    site = Site.objects.get(name="Rua do Ouro")
    assert [room.name for room in site.rooms.all()] == ["Treatment room"]
    assert "Rua do Ouro" in said(answer)
    shown = said(as_director.get(reverse("sites")))
    assert "Europe/Lisbon" in shown and "112" in shown and "Treatment room" in shown


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"time_zone": "Lisbon"}, "There is no such time zone"),
        ({"phone": "call us"}, "Give digits"),
        ({"name": "   "}, "required"),
        ({"name": "x" * 121}, "at most 120"),
    ],
)
def test_what_is_wrong_with_a_site_is_said_and_nothing_kept(as_director, wrong, says):
    answer = as_director.post(reverse("site-new"), {**LISBON, **wrong})
    assert answer.status_code == 422 and says in said(answer)
    assert Site.objects.count() == 1, "the director's own"


def test_two_sites_have_two_names(as_director):
    as_director.post(reverse("site-new"), LISBON)
    answer = as_director.post(reverse("site-new"), {**LISBON, "name": "rua do ouro"})
    assert answer.status_code == 422 and "belongs to another site" in said(answer)
    assert Site.objects.count() == 2


def test_the_last_site_and_the_last_room_stay_in_use(as_director):
    room = charted.a_room()
    answer = as_director.post(reverse("site", args=[room.site_id]), {**LISBON, "is_open": ""})
    assert answer.status_code == 422 and "last site" in said(answer)
    answer = as_director.post(reverse("room", args=[room.pk]), {"name": "One"})
    assert answer.status_code == 422 and "last room" in said(answer)
    assert Room.objects.open().count() == 1


def test_a_room_in_which_somebody_is_treated_is_not_closed(as_director, patient, practitioner):
    session = charted.opened(charted.planned(patient, by=practitioner), by=practitioner)
    Room.objects.create(site=session.room.site, name="Two")
    answer = as_director.post(reverse("room", args=[session.room_id]), {"name": "One"})
    assert answer.status_code == 422 and "A session is open in it" in said(answer)


def test_with_two_rooms_the_room_is_asked_for_and_kept(as_practitioner, patient, practitioner):
    first = charted.a_room()
    second = charted.a_room("Two")
    plan = charted.planned(patient, by=practitioner)
    asked = as_practitioner.post(reverse("treat", args=[plan.pk]))
    assert asked.status_code == 200 and "Which room?" in said(asked)
    assert first.name in said(asked) and not Session.objects.exists()
    once = asked.context["once"]
    for _again in range(2):
        answer = as_practitioner.post(reverse("treat", args=[plan.pk]), {"room": second.pk, "once": once})
        assert answer.status_code == 302
    assert Session.objects.get().room == second


@pytest.mark.parametrize("room", ["", "nonsense", "01990000-0000-7000-8000-000000000009"])
def test_a_room_that_is_none_opens_no_session(as_practitioner, patient, practitioner, room):
    charted.a_room(), charted.a_room("Two")
    plan = charted.planned(patient, by=practitioner)
    as_practitioner.post(reverse("treat", args=[plan.pk]), {"room": room})
    assert not Session.objects.exists()


def test_a_closed_room_is_not_offered(as_practitioner, patient, practitioner):
    charted.a_room()
    closed = charted.a_room("Two")
    Room.objects.filter(pk=closed.pk).update(is_open=False)
    plan = charted.planned(patient, by=practitioner)
    as_practitioner.post(reverse("treat", args=[plan.pk]), {"room": closed.pk})
    assert Session.objects.get().room.name == "Treatment room"


# ── whose day it is ──

FIVE_IN_THE_EVENING = charted.NOON.replace(hour=17)
"""In Tokyo it is two in the night of the next day."""


@pytest.fixture
def tokyo(practitioner, patient):
    room = charted.a_room()
    Site.objects.filter(pk=room.site_id).update(time_zone="Asia/Tokyo", phone="+81 3 0000")
    with time_machine.travel(FIVE_IN_THE_EVENING, tick=False):
        yield room.site


def test_a_day_of_a_visit_is_the_day_at_its_site(tokyo, patient, as_front_desk, as_practitioner):
    form = {"once": str(uuid4()), "day": "2026-11-21", "clock": "08:00", "minutes": "30", "kind": "talk"}
    booked = as_front_desk.post(f"/patients/{patient.pk}/visits/new/", form)
    assert booked["Location"] == "/visits/?day=2026-11-21"
    assert Visit.objects.get().starts_at == FIVE_IN_THE_EVENING.replace(hour=23)
    today = as_practitioner.get("/")
    assert today.context["day"] == charted.DAY + timedelta(days=1) and "08:00" in said(today)
    yesterday = {**form, "once": str(uuid4()), "day": "2026-11-20"}
    assert "This day is over" in said(as_front_desk.post(f"/patients/{patient.pk}/visits/new/", yesterday))


def test_a_link_and_a_file_speak_of_the_days_of_the_site(tokyo, patient, practitioner, client, as_director):
    plan = charted.planned(patient, by=practitioner, consent=False)
    text = charted.given(plan, by=practitioner, at=FIVE_IN_THE_EVENING)
    token = consent.invite(text=text, by=practitioner, at=FIVE_IN_THE_EVENING)
    address = f"/c/{token}/"
    signed = {"do": "sign", "once": str(uuid4()), "sha256": text.sha256, "name": "Ada", "agree": "on",
              "strokes": charted.SIGNATURE}  # fmt: skip
    answered = said(client.post(address, signed))
    assert "21 Nov 2026, 02:00" in answered and "+81 3 0000" in answered
    page = as_director.post(f"/patients/{patient.pk}/rights/export/", {"as": "page"})
    assert "2026-11-21" in page["Content-Disposition"] and "21 Nov 2026" in page.getvalue().decode()

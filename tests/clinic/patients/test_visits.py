"""Who is expected today, what came of it, and what each visit waits for."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic import charted
from needlework.clinic.merging import actions as merging
from needlework.clinic.models.people import Patient, PatientDetails
from needlework.clinic.models.visits import State, Visit, VisitEvent
from needlework.clinic.visits import actions
from needlework.records.why import Refusal


@pytest.fixture(autouse=True)
def that_day():
    with time_machine.travel(charted.NOON, tick=False):
        yield


def somebody(name="Ben Okafor", born="1980-01-01", phone="1"):
    made = Patient.objects.admit()
    PatientDetails.objects.create(patient=made, full_name=name, born_on=born, phone=phone)
    return made


def booking(**changed):
    return {
        "once": str(uuid4()), "day": "2026-11-20", "clock": "15:30", "minutes": "45", "kind": "talk",
        "practitioner": "", "room": "", **changed,
    }  # fmt: skip


def happened(visit, what, *, by, once=None):
    return actions.happened(visit=visit, what=what, once=once or uuid4(), by=by, at=charted.NOON)


def test_the_front_desk_books_a_visit_and_sees_it_today_once(as_front_desk, patient, practitioner):
    form = booking(practitioner=str(practitioner.pk), room=str(charted.a_room().pk))
    page = f"/patients/{patient.pk}/visits/new/"
    assert [as_front_desk.post(page, form)["Location"] for _ in range(2)] == ["/visits/?day=2026-11-20"] * 2
    shown = as_front_desk.get("/").content.decode()
    assert all(
        one in shown for one in ("15:30", "Ada Lindqvist", "12 May 1986", "Ines Duarte", "Treatment room")
    )
    assert Visit.objects.get().site == charted.a_room().site


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"day": "2026-11-19"}, "This day is over"),
        ({"day": "2029-11-19"}, "two years ahead"),
        ({"clock": "25:00"}, "valid time"),
        ({"minutes": "0"}, "greater than or equal to 5"),
        ({"kind": "x"}, "valid choice"),
        ({"practitioner": str(uuid4())}, "valid choice"),
    ],
)
def test_what_cannot_be_booked_is_refused(as_front_desk, patient, changed, words):
    answer = as_front_desk.post(f"/patients/{patient.pk}/visits/new/", booking(**changed))
    assert answer.status_code == 422 and words in answer.content.decode() and not Visit.objects.exists()


def test_a_visit_goes_from_here_to_done_and_what_was_a_mistake_is_taken_back(
    as_front_desk, patient, front_desk
):
    visit = charted.a_visit(patient, by=front_desk)
    page = f"/visits/{visit.pk}/"
    assert as_front_desk.post(page, {"do": "done"}).status_code == 422
    for do in ("arrived", "back", "arrived", "arrived", "done"):
        assert as_front_desk.post(page, {"do": do, "back": "/"})["Location"] == "/"
    assert [one.what for one in VisitEvent.objects.all()] == ["arrived", "back", "arrived", "done"]
    assert "Taken back" in as_front_desk.get(page).content.decode()
    for back in ("https://elsewhere.example/", "//elsewhere.example", "nonsense", "/\\elsewhere.example"):
        went = as_front_desk.post(page, {"do": "done", "back": back})["Location"]
        assert went.startswith("/visits/"), back


def test_a_visit_that_is_moved_stands_at_its_new_time_and_says_so_at_the_old(
    as_front_desk, patient, front_desk
):
    visit = charted.a_visit(patient, by=front_desk)
    form = {**booking(day="2026-12-01", clock="09:00"), "do": "moved"}
    page = f"/visits/{visit.pk}/"
    assert [as_front_desk.post(page, form)["Location"] for _ in range(2)] == ["/visits/?day=2026-12-01"] * 2
    assert Visit.objects.count() == 2 and visit.state == State.MOVED
    assert "09:00" in as_front_desk.get("/visits/?day=2026-12-01").content.decode()
    assert "visit-moved" in as_front_desk.get("/").content.decode()
    assert isinstance(happened(visit, "arrived", by=front_desk), Refusal)
    assert as_front_desk.post(page, {**form, "once": str(uuid4())}).status_code == 422
    for nonsense in ("x", "2026-02-31", "9999-12-31"):
        assert as_front_desk.get(f"/visits/?day={nonsense}").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_who_receive_somebody_at_once_receive_them_once(patient, front_desk):
    from concurrent.futures import ThreadPoolExecutor

    visit = charted.a_visit(patient, by=front_desk)

    def one(_n):
        try:
            return happened(visit, "arrived", by=front_desk)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert len({answer.pk for answer in pool.map(one, range(2))}) == 1
    assert VisitEvent.objects.count() == 1


def test_two_at_the_same_time_in_one_room_are_marked(as_front_desk, patient, front_desk):
    room, later = charted.a_room(), charted.NOON + timedelta(minutes=30)
    charted.a_visit(patient, by=front_desk, room=room)
    second = charted.a_visit(somebody(), by=front_desk, room=room, starts_at=later)
    assert as_front_desk.get("/").content.decode().count("At the same time as another") == 2
    happened(second, "cancelled", by=front_desk)
    assert "At the same time as another" not in as_front_desk.get("/").content.decode()


def test_each_visit_says_what_it_waits_for_and_what_was_found_to_those_who_treat_alone(
    as_practitioner, as_front_desk, patient, practitioner
):
    def waits(browser=as_practitioner):
        shown = browser.get("/").content.decode()
        return shown.split('class="visit-needs"')[1].split("</ul>")[0] if "visit-needs" in shown else ""

    charted.a_visit(patient, by=practitioner)
    assert "Answers" in waits() and "Photographs" in waits()
    assert "Answers" in waits(as_front_desk) and f'/patients/{patient.pk}/"' in waits(as_front_desk)
    charted.screened(patient, by=practitioner, changed={"isotretinoin": "now"})
    assert "Takes isotretinoin" in waits() and "Plan" in waits()
    assert "isotretinoin" not in waits(as_front_desk) and "Plan" not in waits(as_front_desk)
    plan = charted.planned(patient, by=practitioner, consent=False)
    assert "Consent" in waits() and "Consent" in waits(as_front_desk)
    charted.consented(plan, by=practitioner)
    assert "Consent" not in waits()


def test_what_a_merged_chart_lacks_and_has_counts_for_the_one_that_goes_on(
    as_practitioner, patient, practitioner
):
    other = somebody("Ada Old")
    charted.a_visit(other, by=practitioner)
    charted.screened(patient, by=practitioner)
    merging.merge(
        patient=other, into=patient, reason="Same passport", once=uuid4(), by=practitioner, at=charted.NOON
    )
    shown = as_practitioner.get("/").content.decode()
    needs = shown.split('class="visit-needs"')[1].split("</ul>")[0]
    assert "Answers" not in needs and "Ada Lindqvist" in shown.split('class="visits"')[1]


def test_today_asks_as_often_for_many_as_for_one(as_director, patient, director):
    def world(person):
        plan = charted.planned(person, by=director)
        charted.a_visit(person, by=director, room=charted.a_room())
        charted.needled(charted.opened(plan, by=director), by=director)
        again = somebody("Once more", born="1970-01-01", phone="9")
        charted.a_visit(again, by=director)
        said = {"reason": "Same passport", "once": uuid4(), "by": director, "at": charted.NOON}
        merging.merge(patient=again, into=person, **said)

    world(patient)
    as_director.get("/")
    with CaptureQueriesContext(connection) as one:
        as_director.get("/")
    for n in range(4):
        world(somebody(f"Somebody {n}", phone=f"0{n}"))
    with CaptureQueriesContext(connection) as many:
        shown = as_director.get("/").content.decode()
    assert "Somebody 3" in shown and len(many) == len(one), [q["sql"] for q in many]


def test_another_visit_under_the_same_key_is_not_taken_for_booked(as_front_desk, patient):
    form = booking()
    assert as_front_desk.post(f"/patients/{patient.pk}/visits/new/", form).status_code == 302
    other = as_front_desk.post(f"/patients/{patient.pk}/visits/new/", {**form, "clock": "16:45"})
    assert other.status_code == 422 and "was sent before, with something else" in other.content.decode()

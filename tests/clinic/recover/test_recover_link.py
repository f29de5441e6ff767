"""The front desk sends links from the patient's page, and sees nothing of the record while it does."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from clinic import charted
from needlework.clinic.models.audit import AuditLine
from needlework.clinic.models.people import PatientLink
from needlework.clinic.recover import actions
from needlework.records.treat import EventKind

LATER = charted.NOON + timedelta(days=2)
CLINICAL = (
    "skin type",
    "Skin type",
    "SkinPen",
    'class="unit"',
    "punctures",
    "Screened",
    "Planned",
    "redness",
    "Cheeks",
)

pytestmark = pytest.mark.usefixtures("two_days_later")


@pytest.fixture
def two_days_later():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def session(patient, practitioner):
    return charted.signed(charted.planned(patient, by=practitioner), by=practitioner)


@pytest.fixture
def where(session):
    return f"/sessions/{session.pk}/link/"


@pytest.fixture
def theirs(patient):
    return f"/patients/{patient.pk}/"


def test_the_patients_page_says_whether_a_link_is_open(as_front_desk, session, theirs, where, practitioner):
    shown = as_front_desk.get(theirs).content.decode()
    assert "Recovery after session 1" in shown and "No link opens it at present." in shown
    assert f'action="{where}"' in shown and "End this link" not in shown
    actions.invite(session=session, by=practitioner, at=LATER)
    shown = as_front_desk.get(theirs).content.decode()
    assert "A link made on 22 Nov 2026" in shown and "End this link" in shown
    assert "No link opens it at present." not in shown


def test_the_front_desk_makes_one_which_is_shown_once_and_opens_the_page(
    as_front_desk, client, where, theirs, front_desk
):
    answer = as_front_desk.post(where, {"do": "invite"})
    address = answer.context["address"]
    assert answer.status_code == 200 and address in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert client.get(address).status_code == 200
    assert address not in as_front_desk.get(theirs).content.decode()
    link = PatientLink.objects.get()
    assert link.created_by == front_desk
    assert AuditLine.objects.filter(action="insert", table_name="clinic_patientlink").first().actor == (
        f"user:{front_desk.pk}"
    )


def test_it_sees_nothing_of_the_record_on_either_page(as_front_desk, where, theirs):
    for answer in (as_front_desk.get(theirs), as_front_desk.post(where, {"do": "invite"})):
        shown = answer.content.decode()
        main = shown[shown.index("<main") : shown.index("</main>")]
        assert "Ada Lindqvist" in main and "stitches" not in answer.context
        assert not [word for word in CLINICAL if word in main]


def test_a_new_one_ends_the_old_and_one_can_be_ended(as_front_desk, client, where, theirs):
    first, second = (as_front_desk.post(where, {"do": "invite"}).context["address"] for _ in range(2))
    assert client.get(first).status_code == 404 and client.get(second).status_code == 200
    assert as_front_desk.post(where, {"do": "revoke"})["Location"] == theirs
    assert client.get(second).status_code == 404


def test_who_treats_comes_back_to_the_recovery(as_practitioner, where, session, theirs):
    recover = f"/sessions/{session.pk}/recover/"
    assert as_practitioner.post(where, {"do": "invite"}).context["back"] == recover
    assert as_practitioner.post(where, {"do": "revoke"})["Location"] == recover
    assert f'action="{where}"' in as_practitioner.get(recover).content.decode()
    assert f'action="{where}"' in as_practitioner.get(theirs).content.decode()


def test_a_session_without_a_recovery_has_no_link(as_front_desk, patient, practitioner, theirs):
    session = charted.opened(charted.planned(patient, by=practitioner), by=practitioner)
    for _ in ("open", "signed without a pass"):
        assert "Recovery after session" not in as_front_desk.get(theirs).content.decode()
        assert as_front_desk.post(f"/sessions/{session.pk}/link/", {"do": "invite"}).status_code == 404
        charted.chart(session, EventKind.NOTE, {"text": "Felt unwell before we began."}, by=practitioner)
        charted.chart(session, EventKind.SIGNED, {}, by=practitioner)
    assert session.signature() is not None and not PatientLink.objects.exists()


def test_nonsense_a_wrong_method_a_stranger_and_nobodys_session(as_front_desk, client, where):
    assert as_front_desk.post(where, {"do": "magic"}).status_code == 400
    assert as_front_desk.get(where).status_code == 405
    assert client.post(where, {"do": "invite"})["Location"].startswith("/login/")
    assert as_front_desk.post(f"/sessions/{uuid4()}/link/", {"do": "invite"}).status_code == 404
    assert not PatientLink.objects.exists()

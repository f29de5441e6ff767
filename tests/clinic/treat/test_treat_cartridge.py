"""A cartridge serves one person, once; the database decides, whoever asks at the same time."""

import threading
from uuid import uuid4

import pytest
import time_machine
from django.db import connection

from clinic import charted
from needlework.clinic.models.people import Patient, PatientDetails
from needlework.clinic.models.treatment import CartridgeUse, SessionEntry
from needlework.records.treat import EventKind
from needlework.records.why import Refusal


def another_patient(name="Ben Okafor"):
    somebody = Patient.objects.admit()
    PatientDetails(patient=somebody, full_name=name, born_on=charted.DAY.replace(year=1980), phone="1").save()
    return somebody


def session_of(patient, by):
    return charted.opened(charted.planned(patient, by=by), by=by)


def open_cartridge(session, by, **changed):
    data = {**charted.cartridge(), **changed}
    return charted.chart(session, EventKind.CARTRIDGE, data, by=by)


def words(answer):
    assert isinstance(answer, Refusal)
    return " ".join(f"{reason.key} {reason.problem} {reason.do}" for reason in answer.reasons)


def test_it_is_charted_with_lot_serial_and_expiry(patient, practitioner):
    session = session_of(patient, practitioner)
    entry = open_cartridge(session, practitioner, lot="a 1", serial="s-9")
    assert entry.data == {"lot": "A1", "serial": "S-9", "expires": charted.EXPIRES}
    assert CartridgeUse.objects.get().session == session


def test_an_expired_one_is_refused_and_its_last_day_is_not(patient, practitioner):
    session = session_of(patient, practitioner)
    assert "expired" in words(open_cartridge(session, practitioner, expires="2026-11-19"))
    assert not CartridgeUse.objects.exists()
    assert isinstance(open_cartridge(session, practitioner, expires="2026-11-20"), SessionEntry)


def test_the_same_for_somebody_else_is_refused_without_naming_them(patient, practitioner):
    open_cartridge(session_of(patient, practitioner), practitioner)
    other = session_of(another_patient(), practitioner)
    said = words(open_cartridge(other, practitioner, lot=" l1", serial="s1 "))
    assert "somebody else" in said and "Ada" not in said and "N-0001" not in said
    assert other.entries.count() == 0 and CartridgeUse.objects.count() == 1


def test_the_same_in_a_later_session_of_the_same_person_is_refused(patient, practitioner):
    plan = charted.planned(patient, by=practitioner)
    first = charted.signed(plan, by=practitioner)
    later = charted.opened(plan, by=practitioner, on=charted.DAY.replace(year=2027))
    said = words(open_cartridge(later, practitioner, **charted.cartridge(str(first.pk))))
    assert "for this person" in said and "session 1" in said


def test_the_same_twice_in_one_session_is_nothing_to_do(patient, practitioner):
    session = session_of(patient, practitioner)
    open_cartridge(session, practitioner)
    assert "already opened in this session" in words(open_cartridge(session, practitioner))


@pytest.mark.parametrize("changed", [{"lot": " "}, {"serial": ""}, {"expires": "soon"}, {"lot": "L" * 41}])
def test_what_cannot_be_read_off_a_pack_is_refused(patient, practitioner, changed):
    assert words(open_cartridge(session_of(patient, practitioner), practitioner, **changed))
    assert not CartridgeUse.objects.exists()


@time_machine.travel(charted.NOON, tick=False)
def test_the_page_keeps_what_was_typed(as_practitioner, patient, practitioner):
    open_cartridge(session_of(patient, practitioner), practitioner)
    other = charted.opened(charted.planned(another_patient(), by=practitioner), by=practitioner)
    charted.ticked(other, by=practitioner)
    sent = {"kind": "cartridge", "once": uuid4(), **charted.cartridge()}
    answer = as_practitioner.post(f"/sessions/{other.pk}/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and "somebody else" in page
    assert 'value="S1"' in page and 'value="2027-12-31"' in page


@pytest.mark.django_db(transaction=True)
def test_of_two_sessions_at_once_one_gets_it(patient, practitioner):
    """Twenty cartridges, each asked for by two sessions at the same moment, on the database file."""
    sessions = [session_of(one, practitioner) for one in (patient, another_patient())]
    answers = {session.pk: [] for session in sessions}
    together = threading.Barrier(2)

    def chart_all(session):
        try:
            for number in range(20):
                together.wait()
                code = {"gtin": "09506000134352"} if number % 2 and session is sessions[0] else {}  # or typed
                answers[session.pk].append(open_cartridge(session, practitioner, serial=f"R{number}", **code))
        finally:
            connection.close()

    threads = [threading.Thread(target=chart_all, args=(session,)) for session in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for both in zip(*answers.values(), strict=True):
        won = [one for one in both if isinstance(one, SessionEntry)]
        lost = [one for one in both if isinstance(one, Refusal)]
        assert len(won) == len(lost) == 1 and "somebody else" in words(lost[0])
    assert CartridgeUse.objects.count() == 20
    for session in sessions:
        charted_here = session.entries.filter(kind="cartridge")
        assert charted_here.count() == session.cartridges.count()
        assert [one.number for one in session.entries.all()] == list(range(1, session.entries.count() + 1))

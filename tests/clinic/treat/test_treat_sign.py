"""One signature locks a session; what comes after it is told who signed and when, and is not lost."""

import threading
from uuid import uuid4

import pytest
import time_machine
from django.db import connection

from clinic import charted
from needlework.clinic.models.audit import AuditLine
from needlework.clinic.models.treatment import SessionEntry
from needlework.records.treat import EventKind
from needlework.records.why import Refusal


@pytest.fixture
def session(patient, practitioner):
    plan = charted.planned(patient, by=practitioner)
    session = charted.prepared(charted.opened(plan, by=practitioner), by=practitioner)
    charted.chart(session, EventKind.PASS, charted.a_pass(), by=practitioner)
    return session


def sign(session, by):
    return charted.chart(session, EventKind.SIGNED, {}, by=by)


def test_it_is_signed_once_and_the_log_says_so(session, practitioner, prescriber):
    assert isinstance(sign(session, practitioner), SessionEntry)
    second = sign(session, prescriber)
    assert isinstance(second, Refusal)
    assert "signed by Ines Duarte on 20 Nov 2026, 12:00" in second.reasons[0].problem
    assert session.entries.filter(kind="signed").count() == 1
    assert AuditLine.objects.filter(action="sign", row_id__icontains=session.pk.hex[:8]).count() == 1


def test_without_a_pass_there_is_nothing_to_sign(patient, practitioner):
    session = charted.prepared(
        charted.opened(charted.planned(patient, by=practitioner), by=practitioner), by=practitioner
    )
    assert isinstance(sign(session, practitioner), Refusal)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (EventKind.PASS, charted.a_pass()),
        (EventKind.NOTE, {"text": "late"}),
        (EventKind.STRUCK, {"corrects": "x", "reason": "late"}),
        (EventKind.CARTRIDGE, charted.cartridge("late")),
    ],
)
def test_after_it_only_addenda_are_taken(session, practitioner, kind, data):
    sign(session, practitioner)
    before = session.entries.count()
    refused = charted.chart(session, kind, data, by=practitioner)
    assert isinstance(refused, Refusal) and refused.reasons[0].do == "Add an addendum instead."
    assert session.entries.count() == before
    added = charted.chart(session, EventKind.ADDENDUM, {"text": "Lot read wrongly."}, by=practitioner)
    assert isinstance(added, SessionEntry)


@time_machine.travel(charted.NOON, tick=False)
@pytest.mark.parametrize(
    ("kind", "data", "kept"),
    [
        ("note", {"text": "She asked about swimming."}, "She asked about swimming."),
        ("pass", charted.a_pass("forehead", seconds=33), "Forehead: set 0.5 mm, 2 passes, 33 s at 116.7"),
    ],
)
def test_what_came_after_the_signature_begins_an_addendum(
    as_prescriber, session, practitioner, kind, data, kept
):
    sign(session, practitioner)
    answer = as_prescriber.post(f"/sessions/{session.pk}/", {"kind": kind, "once": uuid4(), **data})
    assert answer.status_code == 422 and "signed by Ines Duarte" in answer.content.decode()
    assert answer.context["addendum"]["text"].value().startswith(kept)


@pytest.mark.django_db(transaction=True)
def test_of_two_browsers_at_once_one_signs_and_one_is_told(patient, practitioner, prescriber):
    """Four sessions, each signed by two people at the same moment, on the database file."""
    for turn in range(4):
        plan = charted.planned(patient, by=practitioner, zones=("cheeks",))
        session = charted.opened(plan, by=practitioner, on=charted.DAY.replace(year=2028 + turn))
        at = charted.NOON.replace(year=2028 + turn)
        charted.needled(session, by=practitioner, at=at)
        together, answers = threading.Barrier(2), []

        def sign_now(by, session=session, at=at, together=together, answers=answers):
            try:
                together.wait()
                answers.append(charted.chart(session, EventKind.SIGNED, {}, by=by, at=at))
            finally:
                connection.close()

        threads = [threading.Thread(target=sign_now, args=(by,)) for by in (practitioner, prescriber)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        signed = next(one for one in answers if isinstance(one, SessionEntry))
        told = next(one for one in answers if isinstance(one, Refusal))
        assert signed.created_by.full_name in told.reasons[0].problem
        assert session.entries.filter(kind="signed").count() == 1

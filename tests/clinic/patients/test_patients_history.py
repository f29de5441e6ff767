"""What was decided or done about something stands under it, in the word for what it was."""

from datetime import timedelta
from uuid import uuid4

import time_machine

import cast
from clinic import charted
from needlework.clinic.recover import actions as recover
from needlework.clinic.screen import actions as screen

LATER = charted.NOON + timedelta(days=2)


def test_a_check_in_is_taken_up_not_corrected(as_practitioner, patient, practitioner):
    session = charted.signed(charted.planned(patient, by=practitioner), by=practitioner)
    with time_machine.travel(LATER, tick=False):
        called = recover.check_in(
            session=session, answers=cast.well({"fever": True}), once=uuid4(), by=None, at=LATER, now=LATER
        )
        recover.take(check_in=called, note="Rang her.", once=uuid4(), by=practitioner, at=LATER)
        shown = as_practitioner.get(f"/patients/{patient.pk}/").content.decode()
    assert "Taken up, 22 Nov 2026:</span> Rang her." in shown and "Corrected" not in shown


def test_a_finding_is_treated_in_spite_of_not_corrected(as_director, patient, director):
    with time_machine.travel(charted.NOON, tick=False):
        row = charted.screened(patient, by=director, changed={"actives": True, "actives-on": charted.DAY})
        finding = next(one for one in row.as_verdict().findings if screen.may_override(one, director))
        screen.override(
            screening=row,
            rule=finding.rule,
            reason="Stopped early.",
            once=uuid4(),
            by=director,
            at=charted.NOON,
        )
        shown = as_director.get(f"/patients/{patient.pk}/").content.decode()
    assert "Treats in spite of it, 20 Nov 2026:</span> Stopped early." in shown and "Corrected" not in shown

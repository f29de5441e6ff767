"""Two charts that are one person's: exposed once, told once, whichever chart was told before the merge."""

from uuid import uuid4

import pytest

from clinic import charted
from needlework.clinic.merging import actions as merging
from needlework.clinic.models.people import Patient, PatientDetails
from needlework.clinic.safety import actions, asked, exposed
from needlework.clinic.safety.asked import Asked
from needlework.records.treat import EventKind


def treated(patient, by, serial):
    session = charted.ticked(charted.opened(charted.planned(patient, by=by), by=by), by=by)
    charted.chart(session, EventKind.CARTRIDGE, charted.cartridge(serial), by=by)
    return session


@pytest.fixture
def twice(patient, practitioner):
    """Ada, who was admitted a second time and treated under both numbers."""
    again = Patient.objects.admit()
    PatientDetails.objects.create(
        patient=again, full_name="Ada Lindquist", born_on="1986-05-12", phone="+44 1"
    )
    treated(patient, practitioner, "S1"), treated(again, practitioner, "S2")
    return patient, again


def begun(by):
    return actions.begin(
        asked=asked.of({"lot": "L1"}), title="L1", letter="Dear patient", recall=None, once=uuid4(), by=by,
        at=charted.NOON,
    )  # fmt: skip


def tell(case, patient, by, outcome="told"):
    return actions.tell(
        case=case,
        patient=patient,
        once=uuid4(),
        by=by,
        at=charted.NOON,
        how="phone",
        outcome=outcome,
        answer="",
    )


def test_a_merged_person_is_exposed_once_and_stays_told(twice, practitioner, director):
    first, again = twice
    case = begun(practitioner)
    what = Asked.restored(case.asked)
    assert exposed.counts(what) == (2, 2)
    tell(case, again, practitioner)
    merge = merging.merge(
        patient=again, into=first, reason="Same person, same day of birth.", once=uuid4(), by=director,
        at=charted.NOON,
    )  # fmt: skip
    assert exposed.counts(what) == (1, 2) and exposed.progress(case) == (1, 0)
    assert exposed.told_of([case]) == {case.pk: 1}
    assert exposed.page(what, case=case, show="untold") == []
    (person,) = exposed.all_of(what, case=case)
    assert (
        person.patient == first and person.sessions == 2 and [one.outcome for one in person.told] == ["told"]
    )
    tell(case, first, practitioner, "seen")
    assert exposed.progress(case) == (1, 0)
    merging.undo(merge=merge, reason="They are cousins.", once=uuid4(), by=director, at=charted.NOON)
    assert exposed.counts(what) == (2, 2) and exposed.progress(case) == (2, 0)

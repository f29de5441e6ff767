"""A numbing cream is found by its lot, and refused where it is called back, as a topical is."""

from datetime import timedelta

from clinic import charted
from needlework.clinic import fit
from needlework.clinic.safety import asked, exposed
from needlework.records.treat import EventKind
from needlework.records.why import Refusal

CREAM = {"anaesthetic": "lidocaine-prilocaine-2.5", "grams": 10.0, "area_cm2": 100.0, "minutes": 45.0}


def numbed(session, by, *, lot, at=charted.NOON):
    return charted.chart(session, EventKind.NUMBED, {**CREAM, "lot": lot}, by=by, at=at)


def test_whoever_had_the_lot_is_found_and_it_is_refused_from_then_on(patient, practitioner):
    session = charted.ticked(
        charted.opened(charted.planned(patient, by=practitioner), by=practitioner), by=practitioner
    )
    assert not isinstance(numbed(session, practitioner, lot="n 7"), Refusal)
    what = {"topical": "numbing", "topical_lot": "N7"}
    assert [one["patient"] for one in exposed.page(asked.of(what))] == [patient.pk]
    assert exposed.page(asked.of({**what, "topical_lot": "N8"})) == []

    later = charted.NOON + timedelta(minutes=2)
    recall = charted.recalled(by=practitioner, at=later, **what)
    assert exposed.counts(asked.by_recall(recall)) == (1, 1) and fit.of_session(session) == [recall]
    refused = numbed(session, practitioner, lot="N7", at=later)
    assert isinstance(refused, Refusal) and refused.reasons[0].key == "lot"
    assert not list(fit.against_entry(EventKind.NUMBED, {**CREAM, "lot": "N8"}, at=later))

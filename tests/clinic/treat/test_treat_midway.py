"""What changes while a session is open stops the needle from then on; what was done before it is charted."""

import dataclasses
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from clinic import charted
from needlework.clinic import current
from needlework.clinic.merging import actions as merging
from needlework.clinic.models.people import Patient
from needlework.clinic.models.treatment import Session
from needlework.clinic.treat import midway
from needlework.protocol import load
from needlework.records.treat import EventKind
from needlework.records.why import Refusal

pytestmark = pytest.mark.usefixtures("at_noon")

BEFORE, CHANGED, AFTER = (charted.NOON + timedelta(minutes=n) for n in (10, 20, 30))


@pytest.fixture
def session(patient, practitioner):
    plan = charted.planned(patient, by=practitioner)
    return charted.prepared(charted.opened(plan, by=practitioner), by=practitioner)


def screened_anew(session, by):
    """While they lie there they say that they are pregnant."""
    charted.screened(session.patient, by=by, changed={"pregnant-or-nursing": "pregnant"})


def planned_anew(session, by):
    charted.planned(session.patient, by=by, screening=session.plan.screening, replaces=session.plan)


def merged(session, by):
    other = Patient.objects.admit()
    merging.merge(patient=other, into=session.patient, reason="One person", once=uuid4(), by=by, at=CHANGED)


def recalled_cartridge(session, by):
    charted.recalled(by=by, at=CHANGED, lot="L1")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (screened_anew, "screening"),
        (planned_anew, "was replaced by a newer one"),
        (merged, "is older than the merge"),
        (recalled_cartridge, "is recalled"),
    ],
)
def test_a_change_stops_the_needle_from_then_on(session, practitioner, change, says):
    with time_machine.travel(CHANGED, tick=False):
        change(session, practitioner)
    late = charted.chart(session, EventKind.PASS, charted.a_pass(), by=practitioner, at=BEFORE)
    assert not isinstance(late, Refusal), "it was done before anybody knew"
    refused = charted.chart(session, EventKind.PASS, charted.a_pass(), by=practitioner, at=AFTER)
    assert isinstance(refused, Refusal)
    assert any(says in f"{one.key} {one.problem}" for one in refused.reasons)
    anew = Session.objects.get(pk=session.pk)  # as a page finds it: whose charts are one's is asked once
    assert midway.shown(anew, at=AFTER) or change is recalled_cartridge, "a recall has its own words"
    for kind, data in ((EventKind.ADVERSE, {"what": "Faint"}), (EventKind.SIGNED, {})):
        assert not isinstance(charted.chart(session, kind, data, by=practitioner, at=AFTER), Refusal)


def test_another_cartridge_goes_on_where_one_was_recalled(session, practitioner):
    recalled_cartridge(session, practitioner)
    charted.chart(session, EventKind.CARTRIDGE, charted.cartridge("S9", lot="L9"), by=practitioner, at=AFTER)
    done = charted.chart(session, EventKind.PASS, charted.a_pass(), by=practitioner, at=AFTER)
    assert not isinstance(done, Refusal)


def test_a_session_that_was_left_open_is_not_gone_on_with_at_the_next_visit(session, practitioner):
    later = charted.NOON + timedelta(days=28)
    for kind, data in ((EventKind.PASS, charted.a_pass()), (EventKind.CARTRIDGE, charted.cartridge("S2"))):
        refused = charted.chart(session, kind, data, by=practitioner, at=later)
        assert isinstance(refused, Refusal)
        assert any("for a visit of that day" in one.problem for one in refused.reasons)
    (shown,) = midway.shown(session, at=later)
    assert "open the next session" in shown.do


def test_an_edition_that_brings_a_wall_nearer_holds_for_the_plans_that_stand(
    session, practitioner, monkeypatch
):
    now = load.default()
    nearer = tuple(
        dataclasses.replace(zone, cap_mm=0.4) if zone.id == "cheeks" else zone for zone in now.zones.zone
    )
    edition = dataclasses.replace(now, zones=dataclasses.replace(now.zones, zone=nearer))
    monkeypatch.setattr(current, "protocol", lambda: edition)
    refused = charted.chart(session, EventKind.PASS, charted.a_pass(), by=practitioner)
    assert isinstance(refused, Refusal) and "0.4 mm, the limit by now" in refused.reasons[0].problem
    shallow = charted.a_pass(set_depth_mm=0.4)
    assert not isinstance(charted.chart(session, EventKind.PASS, shallow, by=practitioner), Refusal)

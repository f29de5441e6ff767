"""How long it still takes, how evenly it lies, and the phrases that a note is put together from."""

import json

import pytest

from clinic import charted
from needlework.clinic.models.treatment import NotePhrases
from needlework.clinic.treat import even, phrases
from needlework.loop import treat
from needlework.protocol import load
from needlework.records.treat import EventKind

pytestmark = pytest.mark.usefixtures("at_noon")

EDITION = load.default()


@pytest.fixture
def session(patient, practitioner):
    return charted.opened(charted.planned(patient, by=practitioner), by=practitioner)


def left(session):
    plan = session.plan.as_record()
    return treat.minutes_left(treat.chart(session.as_events(), plan), plan, EDITION.treat, at=charted.NOON)


def test_what_is_left_begins_as_the_plan_and_shrinks_by_what_is_charted(session, practitioner):
    plan = session.plan.as_record()
    assert left(session).total == pytest.approx(plan.minutes.total, abs=0.6)
    charted.ticked(session, by=practitioner)
    assert left(session).preparation == 0
    before = left(session).needling
    charted.chart(session, EventKind.CARTRIDGE, charted.cartridge(), by=practitioner)
    charted.chart(session, EventKind.PASS, charted.a_pass(seconds=90.0), by=practitioner)
    now = left(session)
    assert now.needling == pytest.approx(before - 1.5) and now.anaesthetic == 0
    charted.chart(session, EventKind.PASS, charted.a_pass(seconds=3000.0), by=practitioner)
    assert 0 < left(session).needling < now.needling  # the other zone is still to come
    assert left(session).aftercare == plan.minutes.aftercare


def test_more_passes_lie_more_evenly_and_a_pattern_is_worked_out_once():
    device = next(one for one in EDITION.devices.device if one.id == charted.DEVICE)
    found = even.patterns(device, EDITION.plan.glide, passes=4)
    assert len(found) == 6 and all(list(one) == sorted(one) and len(one) == 21 for one in found)
    assert all(one[0] < 1 < one[-1] for one in found)
    spread = [one[19] - one[1] for one in found]
    assert spread[3] < spread[0]
    before = even._pattern.cache_info().misses
    even.patterns(device, EDITION.plan.glide, passes=4)
    assert even._pattern.cache_info().misses == before


def test_the_page_says_both(as_practitioner, session, practitioner):
    charted.prepared(session, by=practitioner)
    page = as_practitioner.get(f"/sessions/{session.pk}/?zone=cheeks")
    assert page.context["left"]["minutes"] > 0 and set(json.loads(page.context["left"]["zones"])) == set(
        charted.ZONES
    )
    assert "data-spread=" in page.content.decode() and "simulated hand" in page.content.decode()


def test_the_phrases_are_the_clinics_own_once_it_has_some(as_director, as_practitioner, session):
    shown = as_practitioner.get(f"/sessions/{session.pk}/").content.decode()
    assert str(phrases.SHIPPED[0]) in shown
    answer = as_director.post("/notes/phrases/", {"phrases": "One.\n\n Two. \nOne.\n<b>three</b>"})
    assert answer.status_code == 302
    assert NotePhrases.objects.get().phrases == ["One.", "Two.", "<b>three</b>"]
    shown = as_practitioner.get(f"/sessions/{session.pk}/").content.decode()
    assert "&lt;b&gt;three" in shown and str(phrases.SHIPPED[0]) not in shown
    assert as_director.post("/notes/phrases/", {"phrases": "x" * 161}).status_code == 422
    assert as_director.post("/notes/phrases/", {"phrases": "\n".join(map(str, range(41)))}).status_code == 422
    as_director.post("/notes/phrases/", {"phrases": ""})
    assert phrases.now() == [str(one) for one in phrases.SHIPPED]

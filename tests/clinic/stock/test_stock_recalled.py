"""A recall is effective at once: in the chart, at the opening, on the page of an open session."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from clinic import charted
from needlework.clinic import fit
from needlework.clinic.models.stock import Recall
from needlework.clinic.models.treatment import CartridgeUse, SessionEntry
from needlework.clinic.stock import actions
from needlework.clinic.treat import opening
from needlework.records.treat import EventKind
from needlework.records.why import Refusal

LATER = charted.NOON + timedelta(minutes=5)
GTIN = "09506000134352"


@pytest.fixture
def plan(patient, practitioner):
    return charted.planned(patient, by=practitioner)


@pytest.fixture
def session(plan, practitioner):
    return charted.ticked(charted.opened(plan, by=practitioner), by=practitioner)


def charted_cartridge(session, by, *, at=LATER, **changed):
    data = {**charted.cartridge(), **changed}
    return charted.chart(session, EventKind.CARTRIDGE, data, by=by, at=at)


def test_a_recalled_lot_is_refused_with_what_to_do(session, practitioner):
    charted.recalled(by=practitioner, lot="L1")
    refused = charted_cartridge(session, practitioner, lot=" l1")
    assert isinstance(refused, Refusal)
    assert [(one.key, one.do) for one in refused.reasons] == [("lot", "Set it aside.")]
    assert "FSN 12/26" in refused.reasons[0].problem
    assert not CartridgeUse.objects.exists()


def test_a_recall_entered_between_the_page_and_the_entry_counts(session, practitioner, as_practitioner):
    with time_machine.travel(LATER, tick=False):
        page = as_practitioner.get(reverse("session", args=[session.pk]))
        assert page.status_code == 200
        charted.recalled(by=practitioner, at=LATER, lot="L1")
        sent = {"kind": "cartridge", "once": str(uuid4()), **charted.cartridge()}
        refused = as_practitioner.post(reverse("session", args=[session.pk]), sent)
    assert refused.status_code == 422
    assert "FSN 12/26" in refused.content.decode()
    assert not SessionEntry.objects.filter(kind="cartridge").exists()


@pytest.mark.parametrize("code", ["09506000134353", "9506000134325", "\u0660" * 8])
def test_a_recall_of_a_code_that_no_pack_has_is_refused(as_practitioner, code):
    sent = {"gtin": code, "source": "FSN", "issued_on": "2026-11-20", "todo": "Stop.", "once": uuid4()}
    with time_machine.travel(LATER, tick=False):
        assert as_practitioner.post(reverse("recall-new"), sent).status_code == 422
        assert not Recall.objects.exists()
        assert as_practitioner.post(reverse("recall-new"), {**sent, "gtin": GTIN}).status_code == 302


def test_what_was_done_before_the_recall_is_kept_though_it_arrives_later(session, practitioner):
    charted.recalled(by=practitioner, at=LATER, lot="L1")
    assert not isinstance(charted_cartridge(session, practitioner, at=charted.NOON), Refusal)


def test_only_the_range_of_serials_is_refused(session, practitioner):
    charted.recalled(by=practitioner, lot="L1", serial_from="S2", serial_to="S9")
    assert isinstance(charted_cartridge(session, practitioner, serial="S2"), Refusal)
    assert not isinstance(charted_cartridge(session, practitioner, serial="S10"), Refusal)


def test_a_product_code_that_was_taken_in_tells_a_typed_cartridge_apart(session, practitioner):
    charted.recalled(by=practitioner, gtin=GTIN)
    assert isinstance(charted_cartridge(session, practitioner), Refusal)
    said = {"lot": "L1", "serial": "", "quantity": 10, "expires": "2027-12-31", "gtin": "00000000000017"}
    actions.take_in(once=uuid4(), by=practitioner, at=charted.NOON, **said)
    assert not isinstance(charted_cartridge(session, practitioner), Refusal)


def test_a_recalled_topical_is_refused(session, practitioner):
    charted.chart(session, EventKind.CARTRIDGE, charted.cartridge(), by=practitioner)
    topical = next(one for one in _topicals() if one.allowed).id
    charted.recalled(by=practitioner, topical=topical, topical_lot="T1")
    put = {"topical": topical, "lot": "t1"}
    assert isinstance(charted.chart(session, EventKind.TOPICAL, put, by=practitioner, at=LATER), Refusal)
    put = {"topical": topical, "lot": "T2"}
    assert not isinstance(charted.chart(session, EventKind.TOPICAL, put, by=practitioner, at=LATER), Refusal)


def _topicals():
    from needlework.protocol import load

    return load.default().treat.topical


def test_a_recalled_model_is_refused_at_the_opening(plan, practitioner):
    charted.recalled(by=practitioner, device=charted.DEVICE)
    refused = charted.opened(plan, by=practitioner)
    assert isinstance(refused, Refusal)
    assert refused.reasons[0].do == "Set it aside."


def test_one_recalled_device_leaves_the_others(plan, practitioner):
    bad, good = (charted.a_unit(by=practitioner, serial=one) for one in ("SN-1", "SN-2"))
    charted.recalled(by=practitioner, unit=bad)
    assert isinstance(charted.opened(plan, by=practitioner, units=[bad]), Refusal)
    assert not isinstance(charted.opened(plan, by=practitioner, units=[good]), Refusal)


def test_an_open_session_shows_what_was_recalled_of_it(session, practitioner, as_practitioner):
    charted.chart(session, EventKind.CARTRIDGE, charted.cartridge(), by=practitioner)
    assert fit.of_session(session) == []
    recall = charted.recalled(by=practitioner, at=LATER, lot="L1")
    page = as_practitioner.get(reverse("session", args=[session.pk])).content.decode()
    assert "Set it aside." in page
    assert f"{reverse('safety')}?recall={recall.pk}" in page


def test_a_withdrawn_recall_refuses_nothing_and_both_rows_stay(session, practitioner, director):
    recall = charted.recalled(by=practitioner, lot="L1")
    row = actions.withdraw(
        recall=recall, once=uuid4(), by=director, at=LATER, reason="Wrong lot, says the maker."
    )
    assert row.recall == recall and Recall.objects.count() == 1
    assert not isinstance(charted_cartridge(session, practitioner), Refusal)
    again = actions.withdraw(recall=recall, once=uuid4(), by=director, at=LATER, reason="Twice")
    assert isinstance(again, Refusal)


def test_a_recall_of_nothing_and_of_two_things_is_not_taken(as_practitioner):
    sent = {"once": str(uuid4()), "source": "x", "issued_on": "2026-11-20", "todo": "y"}
    for what in ({}, {"lot": "L1", "device": charted.DEVICE}, {"serial_from": "1"}, {"topical_lot": "T"}):
        assert as_practitioner.post(reverse("recall-new"), sent | what).status_code == 422
    assert not Recall.objects.exists()


def test_a_recall_sent_twice_is_one(as_practitioner):
    sent = {"once": str(uuid4()), "source": "x", "issued_on": "2026-11-20", "todo": "y", "lot": "l 1"}
    places = {as_practitioner.post(reverse("recall-new"), sent)["Location"] for _n in range(2)}
    assert len(places) == 1
    assert Recall.objects.get().lot == "L1"


def test_a_practitioner_does_not_withdraw(as_practitioner, practitioner):
    recall = charted.recalled(by=practitioner, lot="L1")
    sent = {"once": str(uuid4()), "reason": "x"}
    assert as_practitioner.post(reverse("recall", args=[recall.pk]), sent).status_code == 403


def test_the_condition_of_the_opening_is_asked(plan, practitioner):
    assert opening.against(plan, by=practitioner, on=charted.DAY) == ()


@pytest.mark.parametrize("recalled", [GTIN, "00614141007349"])
def test_of_two_articles_with_one_lot_either_may_be_the_recalled_one(session, practitioner, recalled):
    for gtin in (GTIN, "00614141007349"):
        said = {"lot": "L1", "serial": "", "quantity": 10, "expires": "2027-12-31", "gtin": gtin}
        actions.take_in(once=uuid4(), by=practitioner, at=charted.NOON, sure=True, **said)
    charted.recalled(by=practitioner, gtin=recalled)
    assert isinstance(charted_cartridge(session, practitioner), Refusal)

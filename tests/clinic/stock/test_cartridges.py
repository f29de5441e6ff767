"""Cartridges in stock: taken in, used by the chart, counted, soon past their day."""

from datetime import date, timedelta
from uuid import uuid4

import time_machine
from django.urls import reverse

from clinic import charted
from needlework.clinic import counted
from needlework.clinic.models.stock import CartridgeIn
from needlework.clinic.stock import actions
from needlework.records.treat import EventKind
from needlework.records.why import Refusal

BEFORE = charted.NOON - timedelta(hours=1)


def taken(
    by, *, lot="L1", serial="", quantity=10, expires=date(2027, 12, 31), gtin="", at=BEFORE, sure=False
):
    said = {
        "lot": lot,
        "serial": serial,
        "quantity": quantity,
        "expires": expires,
        "gtin": gtin,
        "sure": sure,
    }
    return actions.take_in(once=uuid4(), by=by, at=at, **said)


def left():
    return {lot.lot: lot.left for lot in counted.lots(on=charted.DAY)}


def test_what_is_charted_is_taken_off(patient, practitioner):
    taken(practitioner)
    session = charted.ticked(
        charted.opened(charted.planned(patient, by=practitioner), by=practitioner), by=practitioner
    )
    charted.chart(session, EventKind.CARTRIDGE, charted.cartridge(), by=practitioner)
    assert left() == {"L1": 9}


def test_a_cartridge_that_was_never_taken_in_is_used_and_said(patient, practitioner, as_practitioner):
    session = charted.ticked(
        charted.opened(charted.planned(patient, by=practitioner), by=practitioner), by=practitioner
    )
    assert not isinstance(
        charted.chart(session, EventKind.CARTRIDGE, charted.cartridge(), by=practitioner), Refusal
    )
    assert counted.never_taken_in() == 1
    page = as_practitioner.get(reverse("stock")).content.decode()
    assert "One cartridge was used of a lot that nobody took in." in page


def test_what_was_used_before_the_lot_was_taken_in_is_not_counted_against_it(patient, practitioner):
    session = charted.ticked(
        charted.opened(charted.planned(patient, by=practitioner), by=practitioner), by=practitioner
    )
    charted.chart(session, EventKind.CARTRIDGE, charted.cartridge(), by=practitioner)
    taken(practitioner, quantity=5, at=charted.NOON + timedelta(hours=1))
    assert left() == {"L1": 5}


PIECE, BOX, OTHER = "09506000134352", "19506000134359", "00012345678905"


def test_two_products_with_one_lot_are_counted_apart(patient, practitioner, as_practitioner):
    taken(practitioner, gtin=BOX, quantity=10)
    taken(practitioner, gtin=PIECE, serial="S9", quantity=1, sure=True)
    assert [(lot.gtin, lot.left, lot.alike) for lot in counted.lots(on=charted.DAY)] == [(PIECE, 11, False)]
    kept = taken(practitioner, gtin=OTHER, quantity=5)
    assert counted.left_of(kept) == 5
    session = charted.ticked(
        charted.opened(charted.planned(patient, by=practitioner), by=practitioner), by=practitioner
    )
    for n, code in enumerate((PIECE, OTHER, "")):
        data = {**charted.cartridge(f"U{n}"), "gtin": code}
        assert not isinstance(charted.chart(session, EventKind.CARTRIDGE, data, by=practitioner), Refusal)
    assert {lot.gtin: lot.left for lot in counted.lots(on=charted.DAY)} == {PIECE: 10, OTHER: 4, "": -1}
    assert counted.never_taken_in() == 0
    with time_machine.travel(charted.NOON, tick=False):
        page = as_practitioner.get(reverse("stock")).content.decode()
        assert OTHER in page and "of which product cannot be told" in page
        sent = {"change": "-1", "once": str(uuid4()), "lot": "L1", "reason": "Fell down."}
        assert "2 products have this lot" in as_practitioner.post(reverse("stock"), sent).content.decode()
        assert as_practitioner.post(reverse("stock"), {**sent, "gtin": "012345678905"}).status_code == 302
    assert {lot.gtin: lot.left for lot in counted.lots(on=charted.DAY)} == {PIECE: 10, OTHER: 3, "": -1}
    charted.recalled(by=practitioner, gtin=OTHER)
    tones = {lot.gtin: lot.tone(charted.DAY, days=60) for lot in counted.lots(on=charted.DAY)}
    assert tones[PIECE] == "" and tones[OTHER] == "absolute" == tones[""]  # it may be one of them


def test_what_one_product_was_before_it_came_is_not_taken_off_another(patient, practitioner):
    taken(practitioner, gtin=PIECE, quantity=10)
    session = charted.ticked(
        charted.opened(charted.planned(patient, by=practitioner), by=practitioner), by=practitioner
    )
    data = {**charted.cartridge("U1"), "gtin": OTHER}
    charted.chart(session, EventKind.CARTRIDGE, data, by=practitioner)
    assert counted.never_taken_in() == 1
    taken(practitioner, gtin=OTHER, quantity=5, at=charted.NOON + timedelta(hours=1))
    assert {lot.gtin: lot.left for lot in counted.lots(on=charted.DAY)} == {PIECE: 10, OTHER: 5}


def test_a_count_corrects(practitioner):
    taken(practitioner)
    actions.change(once=uuid4(), by=practitioner, at=charted.NOON, lot="L1", change=-3, reason="Fell down.")
    assert left() == {"L1": 7}


def test_a_serial_is_one_cartridge_and_is_taken_in_once(practitioner):
    assert isinstance(taken(practitioner, serial="S1", quantity=2), Refusal)
    taken(practitioner, serial="S1", quantity=1)
    assert isinstance(taken(practitioner, serial="S1", quantity=1), Refusal)
    assert left() == {"L1": 1}


def test_one_lot_has_one_day(practitioner):
    taken(practitioner)
    assert isinstance(taken(practitioner, expires=date(2028, 1, 31)), Refusal)


def test_the_warning_comes_within_the_days_of_the_clinic(practitioner):
    taken(practitioner, lot="SOON", expires=charted.DAY + timedelta(days=60))
    taken(practitioner, lot="LATER", expires=charted.DAY + timedelta(days=61))
    assert counted.pressing(counted.lots(on=charted.DAY), on=charted.DAY, days=60) == 1
    tones = {lot.lot: lot.tone(charted.DAY, days=60) for lot in counted.lots(on=charted.DAY)}
    assert tones == {"SOON": "caution", "LATER": ""}


def test_a_recalled_lot_is_marked(practitioner):
    taken(practitioner)
    charted.recalled(by=practitioner, lot="L1")
    assert [lot.tone(charted.DAY, days=60) for lot in counted.lots(on=charted.DAY)] == ["absolute"]


def test_the_desk_takes_a_delivery_in_once(as_front_desk):
    sent = {
        "once": str(uuid4()),
        "lot": "l 7",
        "expires": "2027-12-31",
        "quantity": "12",
        "gtin": "9506000134352",
    }
    with time_machine.travel(charted.NOON, tick=False):
        for _n in range(2):
            assert as_front_desk.post(reverse("stock"), sent).status_code == 302
        kept = CartridgeIn.objects.get()
        assert (kept.lot, kept.gtin, kept.quantity) == ("L7", "09506000134352", 12)
        for wrong in ({"quantity": "0"}, {"lot": ""}, {"expires": "31.2.2027"}, {"gtin": "12"}):
            again = {**sent, "once": str(uuid4()), **wrong}
            assert as_front_desk.post(reverse("stock"), again).status_code == 422


def test_the_page_asks_no_more_of_the_database_with_more_lots(
    practitioner, as_practitioner, django_assert_max_num_queries
):
    for n in range(30):
        taken(practitioner, lot=f"L{n}")
    with django_assert_max_num_queries(60):
        as_practitioner.get(reverse("stock"))

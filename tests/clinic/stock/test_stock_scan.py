"""A delivery is taken in by the codes on its packs: nothing that cannot be used, and nothing twice."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from clinic import charted
from needlework.clinic import counted
from needlework.clinic.models.stock import CartridgeIn, Recall
from needlework.loop import gs1
from needlework.records.treat import EventKind

pytestmark = pytest.mark.usefixtures("at_noon")

GS = gs1.SEPARATOR
GTIN, BOX = "09506000134352", "19506000134359"


def code(*, serial="7", lot="ab-1", day="270300", gtin=GTIN):
    """As the symbol of a pack holds it."""
    return f"]d201{gtin}17{day}10{lot}" + (f"{GS}21{serial}" if serial else "")


def scan(client, text=None, **said):
    sent = {"once": str(uuid4()), "scan": code() if text is None else text, **said}
    return client.post(reverse("stock-scan"), sent, headers={"HX-Request": "true"})


def state(answer):
    return answer.context["answer"].state, answer.status_code


def kept():
    return [
        (one.lot, one.serial, one.gtin, str(one.expires), one.quantity) for one in CartridgeIn.objects.all()
    ]


def test_one_scan_is_one_pack(as_front_desk):
    assert state(scan(as_front_desk)) == ("in", 200)
    assert kept() == [("AB-1", "7", GTIN, "2027-03-31", 1)]
    assert counted.left_of(CartridgeIn.objects.filter(lot="AB-1").first()) == 1


def test_the_same_pack_scanned_twice_is_counted_once_and_says_who_counted_it(as_front_desk, as_practitioner):
    scan(as_front_desk)
    again = scan(as_practitioner)
    assert state(again) == ("before", 200)
    assert "Sam Petrov" in again.content.decode()
    typed = scan(as_practitioner, "(10)AB-1(21)7(17)270331")
    assert state(typed) == ("before", 200)  # the same pack, its product code not read
    assert len(kept()) == 1


def test_a_line_sent_again_after_the_network_was_gone_is_the_same_line(as_front_desk):
    key = str(uuid4())
    assert [state(scan(as_front_desk, once=key)) for _n in range(2)] == [("in", 200)] * 2
    assert len(kept()) == 1


def test_without_a_script_the_page_does_the_same(as_front_desk):
    sent = {"once": str(uuid4()), "scan": code()}
    assert as_front_desk.post(reverse("stock-scan"), sent).status_code == 302
    page = as_front_desk.get(reverse("stock-scan")).content.decode()
    assert "lot AB-1" in page and "serial 7" in page
    asked = as_front_desk.post(reverse("stock-scan"), {"once": str(uuid4()), "scan": code(serial="")})
    assert asked.status_code == 422 and "How many" in asked.content.decode()


def test_a_code_without_a_serial_asks_how_many_and_a_second_box_is_asked_about(as_front_desk):
    box = code(serial="", gtin=BOX)
    assert state(scan(as_front_desk, box)) == ("ask", 422)
    assert state(scan(as_front_desk, box, quantity="10")) == ("in", 200)
    again = scan(as_front_desk, box, quantity="10")
    assert state(again) == ("ask", 422) and "10 of this lot were taken in" in again.content.decode()
    assert state(scan(as_front_desk, box, quantity="10", sure="on")) == ("in", 200)
    assert counted.left_of(CartridgeIn.objects.filter(lot="AB-1").first()) == 20


def test_a_pack_out_of_a_box_that_was_counted_is_asked_about(as_front_desk):
    scan(as_front_desk, code(serial=""), quantity="10")
    assert state(scan(as_front_desk)) == ("ask", 422)
    assert counted.left_of(CartridgeIn.objects.filter(lot="AB-1").first()) == 10


def test_what_the_code_does_not_say_is_asked_for(as_front_desk):
    bare = f"(01){GTIN}(21)7"
    asked = scan(as_front_desk, bare)
    assert [field.name for field in asked.context["answer"].form.more()] == ["lot", "expires"]
    assert state(scan(as_front_desk, bare, lot="ab 1", expires="2027-03-31")) == ("in", 200)
    assert kept() == [("AB1", "7", GTIN, "2027-03-31", 1)]


def test_a_day_that_differs_from_the_lots_is_looked_at(as_front_desk):
    scan(as_front_desk)
    other = code(serial="8", day="270430")
    assert state(scan(as_front_desk, other)) == ("ask", 422)
    assert state(scan(as_front_desk, other, sure="on")) == ("in", 200)


def test_what_is_expired_is_not_shelved_and_the_last_day_is(as_front_desk):
    refused = scan(as_front_desk, code(day="261119"))
    assert state(refused) == ("refused", 422)
    assert "Do not shelve it" in refused.content.decode()
    assert kept() == []
    assert state(scan(as_front_desk, code(day="261120"))) == ("in", 200)


@pytest.mark.parametrize(
    "what", [{"lot": "AB-1"}, {"gtin": GTIN}, {"gtin": BOX}, {"lot": "AB-1", "serial_to": "9"}]
)
def test_what_is_called_back_is_not_shelved(what, practitioner, as_front_desk):
    charted.recalled(by=practitioner, at=charted.NOON - timedelta(minutes=1), **what)
    refused = scan(as_front_desk, sure="on")
    assert state(refused) == ("refused", 422) and "Set it aside." in refused.content.decode()
    assert kept() == []


def test_a_recall_of_other_serials_stops_nothing(practitioner, as_front_desk):
    charted.recalled(by=practitioner, lot="AB-1", serial_from="8", serial_to="20")
    assert state(scan(as_front_desk)) == ("in", 200)


def test_a_pack_that_was_opened_for_somebody_is_not_shelved(patient, practitioner, as_front_desk):
    plan = charted.planned(patient, by=practitioner)
    session = charted.ticked(charted.opened(plan, by=practitioner), by=practitioner)
    charted.chart(session, EventKind.CARTRIDGE, charted.cartridge("7", lot="AB-1"), by=practitioner)
    assert state(scan(as_front_desk)) == ("refused", 422)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "01" + GTIN[:-1] + "9",
        code()[:20],
        "]d2" + "9" * 400,
        "<script>alert(1)</script>",
        "(21)",
    ],
)
def test_half_a_code_and_nonsense_take_nothing_in(text, as_front_desk):
    assert state(scan(as_front_desk, text)) == ("refused", 422)
    assert kept() == []


def test_a_code_scanned_into_the_number_is_no_number(as_front_desk):
    asked = scan(as_front_desk, code(serial=""), quantity="0109506000134352")
    assert state(asked) == ("ask", 422) and "It is not read off a code" in asked.content.decode()


def test_a_recall_entered_by_the_box_stops_its_packs_in_the_chart(patient, practitioner):
    plan = charted.planned(patient, by=practitioner)
    session = charted.ticked(charted.opened(plan, by=practitioner), by=practitioner)
    charted.recalled(by=practitioner, at=charted.NOON - timedelta(minutes=1), gtin=BOX)
    assert Recall.objects.get().gtin == BOX
    opened = {**charted.cartridge("7", lot="AB-1"), "gtin": GTIN}
    charted.chart(session, EventKind.CARTRIDGE, opened, by=practitioner)
    assert not session.entries.filter(kind="cartridge").exists()


def test_a_line_asks_no_more_of_the_database_with_a_full_shelf(
    practitioner, as_front_desk, django_assert_max_num_queries
):
    CartridgeIn.objects.bulk_create(
        CartridgeIn(lot="AB-1", serial=f"S{n}", gtin=GTIN, expires="2027-03-31", created_by=practitioner)
        for n in range(200)
    )
    with django_assert_max_num_queries(40):
        scan(as_front_desk)

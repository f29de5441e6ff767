"""A cartridge is charted by the code on its pack; what was typed beside it must say the same."""

from uuid import uuid4

import pytest

from clinic import charted
from needlework.clinic.models.treatment import CartridgeUse
from needlework.loop import gs1

pytestmark = pytest.mark.usefixtures("at_noon")

CODE = f"]d201095060001343521727033110ab-1{gs1.SEPARATOR}210007"


@pytest.fixture
def session(patient, practitioner):
    plan = charted.planned(patient, by=practitioner)
    return charted.ticked(charted.opened(plan, by=practitioner), by=practitioner)


def scanned(client, session, code=CODE, **typed):
    sent = {"kind": "cartridge", "once": uuid4(), "scan": code, **typed}
    return client.post(f"/sessions/{session.pk}/", sent)


def opened(session):
    return [entry.data for entry in session.entries.filter(kind="cartridge")]


def test_one_scan_charts_the_pack(as_practitioner, session):
    assert scanned(as_practitioner, session).status_code == 302
    said = {"lot": "AB-1", "serial": "0007", "expires": "2027-03-31", "gtin": "09506000134352"}
    assert opened(session) == [said]
    use = CartridgeUse.objects.get()
    assert (use.lot, use.serial, str(use.expires)) == ("AB-1", "0007", "2027-03-31")


def test_the_same_pack_typed_is_the_same_pack(as_practitioner, session):
    scanned(as_practitioner, session)
    again = scanned(as_practitioner, session, "", lot="ab-1", serial="0007", expires="2027-03-31")
    assert again.status_code == 422 and len(opened(session)) == 1


def test_a_code_without_a_serial_is_completed_by_hand(as_practitioner, session):
    code = "(01)09506000134352(17)270300(10)AB-1"
    assert scanned(as_practitioner, session, code).status_code == 422 and not opened(session)
    assert scanned(as_practitioner, session, code, serial="S-9").status_code == 302
    assert opened(session)[0]["serial"] == "S-9" and opened(session)[0]["expires"] == "2027-03-31"


@pytest.mark.parametrize(
    ("code", "typed", "told"),
    [
        (CODE, {"lot": "AB-2"}, "The code says ab-1"),
        (CODE, {"expires": "2028-03-31"}, "The code says 2027-03-31"),
        (CODE.replace("352", "353", 1), {}, "check digit"),
        ("(01)09506000134352(17)261119(10)A(21)1", {}, "has expired"),
        ("<script>", {}, "identifier"),
        ("", {}, "This is missing"),
    ],
)
def test_what_does_not_fit_is_refused(as_practitioner, session, code, typed, told):
    answer = scanned(as_practitioner, session, code, **typed)
    assert answer.status_code == 422 and told in answer.content.decode() and not opened(session)
    assert not CartridgeUse.objects.exists()


def test_a_recalled_product_is_refused_by_its_code_alone(as_practitioner, practitioner, session):
    charted.recalled(by=practitioner, gtin="09506000134352")
    answer = scanned(as_practitioner, session)
    assert answer.status_code == 422 and "is recalled" in answer.content.decode()

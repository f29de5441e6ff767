"""A pack by camera, by scanner, typed: one cartridge for one person, also where two makers number alike."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from clinic import charted
from clinic.treat.test_treat_cartridge import another_patient, session_of
from clinic.treat.test_treat_chart import kinds, send
from imaging.test_codes import AS_SCANNED, CODE, drawn, jpeg, on_a_pack
from needlework.clinic.models.exposure import Exposure
from needlework.imaging import codes

pytestmark = pytest.mark.usefixtures("at_noon")

OTHERS = "(01)09506000134369(17)270300(10)AB-1(21)7"
BOX = "(01)19506000134359(17)270300(10)AB-1(21)7"
TYPED = {"lot": "AB-1", "serial": "7", "expires": "2027-03-31"}


@pytest.fixture
def sessions(patient, practitioner):
    return [
        charted.ticked(session_of(one, practitioner), by=practitioner) for one in (patient, another_patient())
    ]


def photographed(client, data):
    return client.post("/packs/read/", {"photograph": SimpleUploadedFile("pack.jpg", data)})


def test_a_photograph_gives_what_a_scanner_would(as_front_desk):
    answer = photographed(as_front_desk, jpeg(on_a_pack(drawn(), turn=8)))
    assert answer.status_code == 200 and answer.json() == {"scan": AS_SCANNED}


@pytest.mark.parametrize("data", [b"x", b"\xff\xd8" + b"0" * codes.BYTES_MAX, jpeg(on_a_pack())])
def test_what_is_no_photograph_of_a_code_is_told_in_words(as_practitioner, data):
    answer = photographed(as_practitioner, data)
    assert answer.status_code == 422 and len(answer.json()["says"]) > 20
    assert as_practitioner.post("/packs/read/", {"photograph": "text"}).status_code == 422


@pytest.mark.parametrize(("first", "second", "taken"), [
    ({"scan": CODE}, {"scan": CODE}, False),
    ({"scan": CODE}, {"scan": BOX}, False),  # the same article in its box
    ({"scan": CODE}, TYPED, False),  # nobody can tell these apart
    (TYPED, {"scan": CODE}, False),
    (TYPED, TYPED, False),
    ({"scan": CODE}, {"scan": OTHERS}, True),  # another maker's
])  # fmt: skip
def test_a_cartridge_serves_one_person_whichever_way_it_was_read(
    as_practitioner, sessions, first, second, taken
):
    one, other = sessions
    assert send(as_practitioner, one, "cartridge", **first).status_code == 302
    answer = send(as_practitioner, other, "cartridge", **second)
    assert answer.status_code == (302 if taken else 422)
    assert ("cartridge" in kinds(other)) is taken
    if not taken:
        assert "was opened for somebody else" in answer.content.decode()


def test_a_handpiece_that_is_charted_is_found_again_and_one_out_of_use_is_refused(
    as_practitioner, sessions, practitioner
):
    session = sessions[0]
    send(as_practitioner, session, "cartridge", **TYPED, handpiece="hp 12-a")
    assert Exposure.objects.filter(session=session, kind="handpiece", key="HP12-A").exists()
    shown = as_practitioner.get(f"/sessions/{session.pk}/").content.decode()
    assert "handpiece HP12-A" in shown
    unit = charted.a_unit(by=practitioner, part="handpiece", serial="HP-9")
    charted.recalled(by=practitioner, unit=unit)
    answer = send(as_practitioner, session, "cartridge", **{**TYPED, "serial": "8"}, handpiece="HP-9")
    assert answer.status_code == 422 and "is recalled" in answer.content.decode()

"""Signing the edition: the director alone, the very edition that was read, and the banner until then."""

from html import unescape

import pytest

from needlework.clinic.models.editions import EditionSignature
from needlework.protocol import load

BANNER = "This protocol has not been signed"


@pytest.fixture
def digest():
    return load.default().edition.digest


def test_until_it_is_signed_every_page_says_so_and_the_director_is_led_to_it(as_director, as_practitioner):
    for page in ("/", "/patients/", "/learn/", "/protocol/"):
        assert BANNER in as_practitioner.get(page).content.decode(), page
    assert "Read and sign" in as_director.get("/").content.decode()
    assert "Read and sign" not in as_practitioner.get("/").content.decode()


def test_the_director_signs_and_the_banner_goes(as_director, as_practitioner, digest, director):
    assert as_director.post("/protocol/sign/", {"digest": digest})["Location"] == "/protocol/"
    (made,) = EditionSignature.objects.all()
    assert (made.digest, made.created_by) == (digest, director)
    assert BANNER not in as_practitioner.get("/").content.decode()
    assert "Dr Mara Weiss" in as_practitioner.get("/protocol/").content.decode()


def test_signing_twice_is_one_signature(as_director, digest):
    for _ in range(2):
        as_director.post("/protocol/sign/", {"digest": digest})
    assert EditionSignature.objects.count() == 1


@pytest.mark.parametrize("read", ["", "0" * 64])
def test_an_edition_that_was_not_read_is_not_signed(as_director, read):
    answer = as_director.post("/protocol/sign/", {"digest": read}, follow=True)
    assert "it has changed since" in answer.content.decode()
    assert not EditionSignature.objects.exists()


def test_nobody_else_signs(as_practitioner, as_prescriber, as_front_desk, digest):
    for browser in (as_practitioner, as_prescriber, as_front_desk):
        assert browser.post("/protocol/sign/", {"digest": digest}).status_code == 403
    assert not EditionSignature.objects.exists()
    assert "Sign this edition" not in as_prescriber.get("/protocol/").content.decode()


def test_a_signature_stands_under_one_edition_only(as_director, digest, director, as_practitioner):
    EditionSignature(edition="2020.01", digest="0" * 64, created_by=director).save()
    assert BANNER in as_practitioner.get("/").content.decode()


def test_the_protocol_can_be_read_whole_with_its_sources(as_practitioner):
    protocol = load.default()
    shown = as_practitioner.get("/protocol/").content.decode()
    assert all(f"/protocol/sources/{key}/" in shown for key in protocol.sources)
    for rule in protocol.screen.rule[:5]:
        assert rule.id and str(rule.then) in shown
    source = as_practitioner.get("/protocol/sources/DEN160029/").content.decode()
    assert "DEN160029" in source


def test_every_sentence_of_it_stands_on_the_page_that_is_signed(as_practitioner):
    protocol = load.default()
    shown = unescape(as_practitioner.get("/protocol/").content.decode())
    told = (
        *protocol.screen.rule, *protocol.plan.note, *protocol.treat.check, *protocol.treat.topical,
        *protocol.treat.anaesthetic, *protocol.treat.numbing_limit, *protocol.recover.phase,
        *protocol.recover.closure, *protocol.recover.harm, *protocol.recover.look_back,
        *protocol.recover.flag, *protocol.zones.excluded,
    )  # fmt: skip
    assert [one.id for one in told if one.say not in shown] == []
    assert [one.id for one in protocol.screen.question if one.ask not in shown] == []
    named = (*protocol.devices.device, *protocol.places.place, *protocol.zones.zone, *protocol.plan.concern)
    assert [one.id for one in named if one.name not in shown] == []
    assert [one.id for one in protocol.treat.adverse if not all(step in shown for step in one.do)] == []


def test_the_director_reads_the_log_and_reading_it_is_logged(as_director, patient):
    as_director.get(f"/patients/{patient.pk}/")
    shown = as_director.get("/audit/").content.decode()
    assert "Dr Mara Weiss" in shown and "<td>Patient " in shown and "clinic_patient" not in shown
    assert as_director.get("/audit/?page=999").status_code == 200
    assert "log" in as_director.get("/audit/").content.decode()

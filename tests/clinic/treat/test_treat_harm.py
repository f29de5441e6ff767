"""Something goes wrong: two taps chart it and say what to do now, by whose word, and whom to call."""

from html import unescape

import pytest

from clinic import charted
from clinic.treat.test_treat_chart import send
from needlework.protocol import load
from needlework.records.treat import EventKind

pytestmark = pytest.mark.usefixtures("at_noon")

SIGNS = load.default().treat.adverse


@pytest.fixture
def session(patient, practitioner):
    return charted.opened(charted.planned(patient, by=practitioner), by=practitioner)


def page(client, session, query=""):
    return unescape(client.get(f"/sessions/{session.pk}/{query}").content.decode())


def test_every_step_of_every_sign_is_on_the_page_before_anything_has_happened(as_practitioner, session):
    shown = page(as_practitioner, session)
    for sign in SIGNS:
        assert sign.name in shown and sign.looks in shown
        assert all(step in shown for step in sign.do)
        assert all(source.key in shown for source in sign.sources)


def test_a_tapped_sign_is_charted_without_a_zone_and_opens_its_steps(as_practitioner, session):
    answer = send(as_practitioner, session, "adverse", sign="faint", zone="", what="Faint or dizzy")
    assert answer.status_code == 302 and answer["Location"].endswith("?now=faint#harm")
    entry = session.entries.get()
    assert entry.data == {"sign": "faint", "zone": "", "what": "Faint or dizzy"}
    context = as_practitioner.get(answer["Location"]).context
    assert context["harm"]["shown"] == "faint" and context["harm"]["open"]


def test_a_sign_that_the_edition_no_longer_has_is_charted_all_the_same(as_practitioner, session):
    answer = send(as_practitioner, session, "adverse", sign="gone", zone="", what="Told by an old tablet")
    assert as_practitioner.get(answer["Location"]).context["harm"]["shown"] == ""
    assert session.entries.get().data["what"] == "Told by an old tablet"


def test_the_numbers_to_call_are_those_of_the_site_of_the_room(as_practitioner, session):
    assert "No emergency number is set" in page(as_practitioner, session)
    site = session.room.site
    site.emergency_phone, site.phone = "1 1 2", "+351 21 000 00 00"
    site.save()
    shown = page(as_practitioner, session)
    assert 'href="tel:112"' in shown and 'href="tel:+351210000000"' in shown
    assert "No emergency number" not in shown


def test_harm_after_the_signature_is_charted_and_the_rest_stays_locked(
    as_practitioner, session, practitioner
):
    charted.chart(session, EventKind.NOTE, {"text": "Sent home."}, by=practitioner)
    charted.chart(session, EventKind.SIGNED, {}, by=practitioner)
    assert "Something is wrong" in page(as_practitioner, session)
    answer = send(as_practitioner, session, "adverse", sign="faint", zone="", what="Fainted at the desk")
    assert answer.status_code == 302
    assert send(as_practitioner, session, "note", text="late").status_code == 422
    harm = as_practitioner.get(f"/sessions/{session.pk}/").context["harm"]
    assert {one["done"].kind for one in harm["signs"]} == {EventKind.ADDENDUM}, (
        "what was done is taken as well"
    )
    assert [one.kind for one in session.entries.all()] == ["note", "signed", "adverse"]


def test_an_incident_is_made_of_the_newest_of_its_kind(as_practitioner, session):
    where = f"/sessions/{session.pk}/incident/?sign=bleeding"
    assert as_practitioner.get(where)["Location"] == f"/sessions/{session.pk}/"  # not arrived yet
    send(as_practitioner, session, "adverse", sign="bleeding", zone="cheeks", what="Bleeding")
    send(as_practitioner, session, "adverse", sign="faint", zone="", what="Faint")
    bleeding, faint = session.entries.all()
    assert as_practitioner.get(where)["Location"] == f"/safety/incidents/new/?entry={bleeding.pk}"
    assert f"/safety/incidents/new/?entry={faint.pk}" in page(as_practitioner, session)
    assert as_practitioner.get(where, follow=True).context["form"]["what"].value() == "Bleeding"


def test_what_is_told_in_words_and_refused_keeps_its_words(as_practitioner, session):
    answer = send(as_practitioner, session, "adverse", zone="knee", what="A scratch")
    assert answer.status_code == 422 and answer.context["harm"]["open"]
    assert "A scratch" in answer.content.decode()

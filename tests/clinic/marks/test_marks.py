"""Moles and no-go areas: drawn, corrected and ended by further rows, shown wherever somebody is needled."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from clinic import charted
from needlework.clinic.figures import drawn, elsewhere, place
from needlework.clinic.models.marks import Mark, MarkEnded
from needlework.loop import nogo
from needlework.protocol import load
from needlework.records.treat import EventKind
from needlework.records.why import Refusal

ZONES = [zone.id for zone in load.default().zones.zone]


@pytest.fixture(autouse=True)
def on_that_day():
    with time_machine.travel(charted.NOON, tick=False):
        yield


def _form(**changed):
    return {
        "once": str(uuid4()), "kind": "raised-lesion", "zone": "cheeks", "side": "left", "spot": "outer",
        "size_mm": "4.5", "since": "2026-11-01", "until": "", "note": "Hairy", "figure": "", "x": "", "y": "",
        **changed,
    }  # fmt: skip


def _drawn(client, patient, **changed):
    answer = client.post(f"/patients/{patient.pk}/marks/", _form(**changed))
    assert answer.status_code == 302, answer.content.decode()
    return Mark.objects.get(corrected_by=None)


@pytest.mark.parametrize("spot", [spot for spot, _words in place.SPOTS])
@pytest.mark.parametrize("zone", ZONES)
def test_words_lead_to_a_place_within_the_zone_and_on_its_side(zone, spot):
    for side in ("left", "right") if zone in drawn.TWO_SIDED else ("",):
        figure, x, y = place.of(zone, side, spot)
        assert drawn.zone_at(figure, x, y, [zone]) == (zone, side)


def test_outer_is_further_from_the_midline_on_either_side():
    for side in ("left", "right"):
        inner, outer = (abs(place.of("cheeks", side, spot)[1]) for spot in ("inner", "outer"))
        assert outer > inner


def test_a_mark_by_words_is_on_the_map_with_what_was_said(as_practitioner, patient):
    made = _drawn(as_practitioner, patient)
    assert (made.zone, made.side, made.size_mm, made.created_by.username) == (
        "cheeks",
        "left",
        4.5,
        "practitioner",
    )
    shown = as_practitioner.get(f"/patients/{patient.pk}/").content.decode()
    assert "<title>1: Raised mole or other raised spot, cheeks, left</title>" in shown
    assert "Hairy" in shown and "since 1 Nov 2026" in shown and "Ines Duarte" in shown


def test_a_tap_decides_the_side_and_what_a_browser_says_of_it_does_not(as_practitioner, patient):
    tap = {"figure": "front", "x": "-104", "y": "306", "side": "left"}
    made = _drawn(as_practitioner, patient, **tap)
    assert (made.side, made.x, made.y) == ("right", -104, 306)


@pytest.mark.parametrize(
    "tap", [("front", "0", "0"), ("moon", "1", "1"), ("front", "nan", "inf"), ("left", "9e99", "1")]
)
def test_a_tap_beside_the_zone_falls_back_to_the_words(as_practitioner, patient, tap):
    answer = as_practitioner.post(
        f"/patients/{patient.pk}/marks/", _form(**dict(zip(("figure", "x", "y"), tap, strict=True)))
    )
    if answer.status_code == 302:
        made = Mark.objects.get()
        assert drawn.zone_at(made.figure, made.x, made.y, ["cheeks"]) == ("cheeks", "left")
    else:
        assert answer.status_code == 422 and not Mark.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [{"kind": "x"}, {"zone": "knees"}, {"since": "2027-01-01"}, {"since": ""}, {"until": "2026-10-01"},
     {"size_mm": "-1"}, {"size_mm": "5000"}, {"side": ""}, {"note": "n" * 2000}, {"once": "x"}],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_what_was_typed_is_kept(as_practitioner, patient, changed):
    answer = as_practitioner.post(f"/patients/{patient.pk}/marks/", _form(**changed))
    assert answer.status_code == 422 and not Mark.objects.exists()
    assert "Hairy" in answer.content.decode() or "note" in changed


def test_the_same_form_sent_twice_draws_one(as_practitioner, patient):
    form = _form()
    for _ in range(2):
        assert as_practitioner.post(f"/patients/{patient.pk}/marks/", form).status_code == 302
    assert Mark.objects.count() == 1


def test_a_correction_names_what_it_corrects_and_both_stay_readable(as_practitioner, patient):
    first = _drawn(as_practitioner, patient)
    assert as_practitioner.post(f"/marks/{first.pk}/", _form(kind="tattoo")).status_code == 302
    second = Mark.objects.get(corrects=first)
    page = as_practitioner.get(f"/patients/{patient.pk}/marks/").content.decode()
    assert "<title>1: Tattoo" in page and "What counts no more" in page and "corrected 20 Nov 2026" in page
    history = as_practitioner.get(f"/patients/{patient.pk}/?show=person").content.decode()
    assert "Corrects: Raised mole" in history and "Corrected, 20 Nov 2026:</span> Tattoo" in history
    late = as_practitioner.post(f"/marks/{first.pk}/", _form(kind="piercing"))
    assert late.status_code == 422 and "was corrected meanwhile" in late.content.decode()
    assert not Mark.objects.filter(corrects=second).exists()


def test_an_ended_one_counts_no_more_from_its_day_and_says_why(as_practitioner, patient):
    mark = _drawn(as_practitioner, patient)
    sent = {"do": "end", "end-once": str(uuid4()), "end-on": "2026-11-20", "end-why": "Removed by her doctor"}
    for _ in range(2):
        assert as_practitioner.post(f"/marks/{mark.pk}/", sent).status_code == 302
    assert MarkEnded.objects.count() == 1
    page = as_practitioner.get(f"/patients/{patient.pk}/marks/").content.decode()
    assert "skin-mark-new" not in page and "<title>1:" not in page and "Removed by her doctor" in page
    early = {**sent, "end-once": str(uuid4()), "end-on": "2026-10-01"}
    assert as_practitioner.post(f"/marks/{mark.pk}/", early).status_code == 422


# ── on every view ──────────────────────────────────────────────────────────────────────────────────────


def _views(page):
    """The signs on each view of the first map of a page, and the words under it."""
    found = {}
    for figure in drawn.FIGURES:
        view = re.search(rf'<svg class="zones-svg[^"]* zones-view-{figure}".*?</svg>', page, re.DOTALL)
        words = re.search(rf'<div class="zones-elsewhere zones-view-{figure}">.*?</div>', page, re.DOTALL)
        if view:
            signs = [sign.strip() for sign in re.findall(r'class="skin-mark([^"]*)"', view[0])]
            found[figure] = signs, re.sub(r"<[^>]+>|\s+", " ", words[0] if words else "")
    return found


@pytest.mark.parametrize("figure", drawn.FIGURES)
@pytest.mark.parametrize("zone", ZONES)
def test_a_mark_is_told_on_every_view_that_shows_its_zone_and_its_sign_lies_in_it(zone, figure):
    for side in ("left", "right") if zone in drawn.TWO_SIDED else ("",):
        at, x, y = place.of(zone, side, "middle")
        rows = [Mark(zone=zone, side=side, figure=at, x=x, y=y) for _ in range(7)]
        told = dict(elsewhere.signs(figure, rows))
        shown = at != figure and bool(drawn.drawn(zone, figure))
        assert set(told) == (set(range(7)) if shown else set())
        for sign in told.values():
            seen = side in ("", *(one.side for one in drawn.drawn(zone, figure)))
            assert (sign is not None) == seen
            assert sign is None or drawn.zone_at(figure, *sign, [zone]) == (zone, side)


def test_whoever_looks_at_another_view_learns_of_a_mark_before_the_needle(as_practitioner, patient, session):
    tap = {"figure": "left", "x": "20", "y": "290", "kind": "undiagnosed-spot"}
    made = _drawn(as_practitioner, patient, **tap)
    assert (made.figure, made.side) == ("left", "left")
    pages = ("/patients/{0}/", "/patients/{0}/marks/", "/plans/{1}/", "/plans/{1}/print/", "/sessions/{2}/")
    for address in pages:
        page = as_practitioner.get(address.format(patient.pk, session.plan_id, session.pk)).content.decode()
        views = _views(page)
        assert views["left"] == (["skin-mark-stop"], "")
        signs, words = views["front"]
        assert signs == ["skin-mark-carried skin-mark-stop"]
        assert "cheeks, left" in words and "no needling in this zone" in words and "left view" in words
        assert views["right"][0] == [] or "carried" in views["right"][0][0]
        assert "cheeks, left" in views["right"][1]
    assert re.search(
        'aria-label="Cheeks[^"]*, no-go area 1: Spot that nobody has diagnosed, cheeks, left"', page
    )


# ── in a session ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def session(patient, practitioner):
    opened = charted.opened(charted.planned(patient, by=practitioner), by=practitioner)
    return charted.prepared(opened, by=practitioner)


def _pass(session, by, *, at=charted.NOON, **changed):
    return charted.chart(session, EventKind.PASS, charted.a_pass(**changed), by=by, at=at)


def test_a_pass_over_a_mole_is_charted_with_a_word_and_not_without(
    as_practitioner, patient, practitioner, session
):
    _drawn(as_practitioner, patient)
    refused = _pass(session, practitioner)
    assert isinstance(refused, Refusal) and [one.key for one in refused.reasons] == [nogo.WORD]
    assert not isinstance(_pass(session, practitioner, zone="forehead"), Refusal)
    assert not isinstance(_pass(session, practitioner, spared="Covered with a patch"), Refusal)
    shown = as_practitioner.get(f"/sessions/{session.pk}/?zone=cheeks").content.decode()
    assert "There is a no-go area in this zone" in shown and re.search(r'name="spared"[^>]* required', shown)
    assert "Left out: Covered with a patch" in shown


def test_the_page_refuses_it_at_its_field_and_keeps_what_was_typed(as_practitioner, patient, session):
    _drawn(as_practitioner, patient)
    sent = {"once": str(uuid4()), "kind": "pass", **charted.a_pass(), "seconds": "61"}
    answer = as_practitioner.post(f"/sessions/{session.pk}/?zone=cheeks", sent)
    shown = answer.content.decode()
    assert answer.status_code == 422 and "Say how it is left out." in shown and 'value="61' in shown


def test_a_spot_that_nobody_has_diagnosed_stops_its_zone(as_practitioner, patient, practitioner, session):
    _drawn(as_practitioner, patient, kind="undiagnosed-spot")
    assert isinstance(_pass(session, practitioner, spared="I was careful"), Refusal)
    shown = as_practitioner.get(f"/sessions/{session.pk}/?zone=cheeks").content.decode()
    assert "no needling in this zone" in shown


def test_a_pass_that_was_made_before_a_mark_was_drawn_is_kept_however_late_it_arrives(
    as_practitioner, patient, practitioner, session
):
    _drawn(as_practitioner, patient)
    before = charted.NOON - timedelta(minutes=1)
    assert not isinstance(_pass(session, practitioner, at=before), Refusal)


def test_no_session_asks_of_what_was_over_before_it(as_practitioner, patient, practitioner, session):
    _drawn(as_practitioner, patient, until="2026-11-19", since="2026-11-01")
    assert not isinstance(_pass(session, practitioner), Refusal)
    shown = as_practitioner.get(f"/sessions/{session.pk}/?zone=cheeks").content.decode()
    assert 'name="spared"' not in shown


def test_it_is_shown_in_the_plan_its_editor_and_with_the_photographs(as_practitioner, patient, session):
    _drawn(as_practitioner, patient)
    for address in (
        f"/plans/{session.plan_id}/",
        f"/patients/{patient.pk}/plan/",
        f"/patients/{patient.pk}/measure/",
    ):
        shown = as_practitioner.get(address).content.decode()
        assert "<title>1: Raised mole or other raised spot, cheeks, left</title>" in shown, address


def test_a_mark_on_the_body_brings_the_body_to_a_map_of_the_face(as_practitioner, patient, session):
    _drawn(as_practitioner, patient, zone="back", side="")
    shown = as_practitioner.get(f"/plans/{session.plan_id}/").content.decode()
    assert "zones-view-body" in shown


def test_the_front_desk_and_a_stranger_draw_nothing(as_front_desk, client, patient):
    assert as_front_desk.post(f"/patients/{patient.pk}/marks/", _form()).status_code == 403
    assert client.post(f"/patients/{patient.pk}/marks/", _form()).status_code == 302
    assert not Mark.objects.exists()

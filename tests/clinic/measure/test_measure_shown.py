"""How a comparison is shown: by zone, on the map, with what it rests on; and how it leaves the clinic."""

from dataclasses import replace

import pytest
import time_machine

from clinic import charted
from clinic.measure import shots
from needlework.clinic import storage
from needlework.clinic.measure import shown
from needlework.clinic.models.audit import AuditLine
from needlework.clinic.models.measuring import Measuring
from needlework.clinic.models.photographs import Comparison, Photograph
from needlework.records.measure import Change, Detail, Likeness, Trend
from needlework.records.measure import Comparison as Seen


def _change(zone, measure, verdict):
    details = (Detail("pores", "", 120.0, 96.0),)
    return Change(zone, measure, "OD", 0.4, 0.3, -0.1, (-0.14, -0.06), 0.03, verdict, details)


SEEN = Seen(
    "pair-1",
    comparable=True,
    reasons=(),
    changes=(
        _change("left cheek", "redness", Trend.IMPROVED),
        _change("right cheek", "redness", Trend.WORSE),
        _change("Forehead", "redness", Trend.NO_DETECTABLE_CHANGE),
        _change("Forehead", "pores", Trend.IMPROVED),
        _change("that scar", "scars", Trend.IMPROVED),
    ),
    defaults=True,
    likeness=(
        Likeness("position", "Position", True, "The head is turned alike."),
        Likeness("lighting", "Lighting", False, "The light came from the left.", "Turn the lamp back."),
        Likeness("styling", "Make-up", None, "It cannot be seen."),
    ),
    days_since=(None, 9),
    reference="background",
)


@pytest.fixture
def found(patient, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    pair = [
        Photograph.objects.create(
            patient=patient, sha256=name * 64, format="JPEG", width=900, height=900, taken_on=day
        )
        for name, day in (("a", shots.BEFORE_ON), ("b", shots.AFTER_ON))
    ]
    names = [f"{id_}-{which}" for id_ in ("aligned", "redness") for which in ("before", "after")]
    row = Comparison.from_record(*pair, SEEN, edition="x", pictures=[*names, "redness-change"])
    row.save()
    for name in row.pictures:
        storage.keep(row.picture(name), shots.too_small())
    with time_machine.travel(charted.NOON, tick=False):
        yield row


def test_the_map_knows_zones_by_their_names_and_their_sides(db):
    zones = {zone["id"]: zone for zone in shown.on_map(SEEN)}
    assert zones["cheeks"]["state"] == "worse"
    assert (zones["cheeks"]["left"], zones["cheeks"]["right"]) == ("improved", "worse")
    assert zones["cheeks"]["value"] == "left improved; right worse"
    assert zones["forehead"]["value"] == "1 improved"
    assert zones["chin"]["state"] == "none"
    assert shown.off_map(SEEN) == ["that scar"]


def test_the_map_of_one_measure_shows_only_that(db):
    zones = {zone["id"]: zone for zone in shown.on_map(SEEN, "redness")}
    assert zones["forehead"]["state"] == "same" and zones["forehead"]["value"] == "no detectable change"


def test_every_picture_that_was_kept_can_be_laid_under_the_slider(found):
    layers = shown.layers(found)
    assert [layer["id"] for layer in layers] == ["aligned", "redness"]
    assert layers[1]["change"]["after"].endswith("redness-change.jpg")
    assert shown.laid(layers, "redness-change")["before"].endswith("aligned-before.jpg")
    assert shown.laid(layers, "nonsense") == layers[0]


def test_the_page_tells_zone_by_zone_and_what_it_rests_on(as_practitioner, found):
    page = as_practitioner.get(f"/comparisons/{found.pk}/").content.decode()
    for words in (
        "left cheek", "Not on the map: that scar", "The light came from the left. Turn the lamp back.",
        "cannot be told", "compared with the background", "9 days after a session", "pores",
    ):  # fmt: skip
        assert words in page, words


def test_without_scripts_a_layer_is_an_address(as_practitioner, found):
    page = as_practitioner.get(f"/comparisons/{found.pk}/?show=redness").content.decode()
    assert f'<img src="/comparisons/{found.pk}/redness-after.jpg"' in page and "Where: Redness" in page


@pytest.mark.usefixtures("photographed")
def test_the_report_leaves_with_a_line_in_the_log(as_practitioner, practitioner, found):
    answer = as_practitioner.get(f"/comparisons/{found.pk}/report.pdf")
    assert answer.content.startswith(b"%PDF-") and answer["Content-Type"] == "application/pdf"
    assert "N-0001-2026-05-04-2026-11-16.pdf" in answer["Content-Disposition"]
    (line,) = AuditLine.objects.filter(action="export")
    assert (line.actor, line.detail) == (f"user:{practitioner.pk}", "report.pdf")


def _asked(found, by, mm_per_px):
    found.mm_per_px = 0.0834
    Measuring.objects.create(
        pk=found.pk, patient=found.patient, before=found.before, after=found.after, mm_per_px=mm_per_px,
        created_by=by, created_at=charted.NOON,
    )  # fmt: skip


def test_the_scale_is_told_with_what_gave_it(found, practitioner):
    assert shown.scale(found, SEEN) == "Without a scale, lengths are relative."
    _asked(found, practitioner, None)
    assert "0.0834 mm per pixel" in shown.scale(found, SEEN) and "irises, within about 5 %;" in shown.scale(
        found, SEEN
    )
    assert "that of the card" in shown.scale(found, replace(SEEN, reference="card"))


def test_a_scale_that_was_given_is_told_as_given(found, practitioner):
    _asked(found, practitioner, 0.0834)
    assert "given by whoever measured" in shown.scale(found, SEEN)


def test_a_card_whose_scale_was_not_kept_is_not_told_as_no_scale(found):
    assert shown.scale(found, replace(SEEN, reference="card")) == ""

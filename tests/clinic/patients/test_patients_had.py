"""What each zone has had: added up over sessions, without what was struck, with the verdict's own words."""

from datetime import timedelta

import pytest

from clinic import charted
from needlework.clinic import had
from needlework.clinic.models.photographs import Comparison, Photograph
from needlework.records.measure import Change, Trend
from needlework.records.measure import Comparison as Seen
from needlework.records.treat import EventKind


def _passed(session, depth, by):
    return charted.chart(session, EventKind.PASS, charted.a_pass(set_depth_mm=depth), by=by)


@pytest.fixture
def course(patient, practitioner):
    """A session on the cheeks, of which one pass was struck."""
    session = charted.opened(charted.planned(patient, by=practitioner), by=practitioner)
    charted.prepared(session, by=practitioner)
    _passed(session, 0.25, practitioner)
    wrong = _passed(session, 0.4, practitioner)
    struck = {"corrects": str(wrong.pk), "reason": "The clock ran on"}
    charted.chart(session, EventKind.STRUCK, struck, by=practitioner)
    return session


def _change(zone, measure, verdict):
    return Change(zone, measure, "x", 2.0, 1.0, -1.0, (-1.5, -0.5), 0.4, verdict)


def _compared(patient, *changes, comparable=True, days=0):
    day = charted.DAY + timedelta(days=days)
    pair = [
        Photograph.objects.create(
            patient=patient, sha256=f"{days}{n}" * 8, format="JPEG", width=9, height=9, taken_on=day
        )
        for n in "ab"
    ]
    seen = Seen("pair-3", comparable=comparable, reasons=(), changes=changes, defaults=True)
    row = Comparison.from_record(*pair, seen, edition="x")
    row.save()
    return row


def test_a_pass_that_was_struck_was_not_had(course, patient):
    (row,) = had.rows(patient)
    assert (row.id, row.had.sessions, row.had.deepest_mm) == ("cheeks", 1, 0.25)
    assert row.had.last_on == charted.DAY and row.measured is None


def test_the_page_and_its_table_say_the_same_as_the_map(course, patient, as_practitioner):
    _compared(
        patient, _change("left cheek", "redness", Trend.WORSE), _change("cheeks", "pores", Trend.IMPROVED)
    )
    shown = as_practitioner.get(f"/patients/{patient.pk}/").content.decode()
    assert "Cheeks · 1 session, worse" in shown
    assert '<th role="rowheader" scope="row">Cheeks</th>' in shown
    assert "20 Nov 2026" in shown and "<b>worse</b>" in shown and "<b>improved</b>" in shown


def test_worse_comes_before_improved_and_nothing_detectable_is_said(course, patient):
    _compared(
        patient,
        _change("cheeks", "pores", Trend.IMPROVED),
        _change("cheeks", "redness", Trend.NO_DETECTABLE_CHANGE),
        _change("cheeks", "pigmentation", Trend.WORSE),
    )
    (row,) = had.rows(patient)
    assert [word for word, _names in row.measured.words] == ["worse", "improved", "no detectable change"]
    assert row.measured.worst == "worse"


def test_what_cannot_be_compared_changes_nothing_and_the_newest_that_can_decides(course, patient):
    _compared(patient, _change("cheeks", "pores", Trend.IMPROVED))
    newest = _compared(patient, _change("cheeks", "pores", Trend.NO_DETECTABLE_CHANGE), days=1)
    _compared(patient, comparable=False, days=2)
    (row,) = had.rows(patient)
    assert row.measured.comparison == newest and row.measured.worst == "no-detectable-change"


def test_a_zone_that_was_measured_and_never_needled_stands_there_without_a_dose(patient, as_practitioner):
    _compared(patient, _change("forehead", "wrinkles", Trend.NO_DETECTABLE_CHANGE))
    shown = as_practitioner.get(f"/patients/{patient.pk}/").content.decode()
    assert "no detectable change" in shown and "Forehead" in shown

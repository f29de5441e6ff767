"""Learning: dose beside change, and an export that names nobody."""

import csv
import io
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from clinic import charted
from needlework.clinic.learn import forecasts, views
from needlework.clinic.learn.courses import courses
from needlework.clinic.models.audit import AuditLine
from needlework.clinic.models.photographs import Comparison, Photograph
from needlework.loop import learn
from needlework.protocol import load
from needlework.records.measure import WHOLE, Change, Trend
from needlework.records.measure import Comparison as ComparisonRecord
from needlework.records.plan import Goals
from needlework.records.treat import EventKind


@pytest.fixture
def course(patient, practitioner):
    """A course against wrinkles of the neck: one session, and photographs a hundred days later."""
    from needlework.clinic.plan import actions

    screening = charted.screened(patient, by=practitioner, who="lucia", changed={"zones": ("neck",)})
    goals = Goals(concerns=("wrinkles",), zones=("neck",), device="skinpen-precision")
    plan = actions.take(
        screening=screening, goals=goals, off_label_reason="", once=uuid4(), by=practitioner, at=charted.NOON
    )
    charted.consented(plan, by=practitioner)
    session = charted.prepared(charted.opened(plan, by=practitioner), by=practitioner)
    charted.chart(session, EventKind.PASS, charted.a_pass("neck"), by=practitioner)
    charted.chart(session, EventKind.SIGNED, {}, by=practitioner)
    return plan


def _compared(plan, *, zone=WHOLE, days=100, change=-0.4):
    pair = [
        Photograph(
            patient=plan.patient, sha256=letter * 64, format="JPEG", width=9, height=9,
            taken_on=charted.DAY + timedelta(days=after),
        )
        for letter, after in (("a", -1), ("b", days))
    ]  # fmt: skip
    for one in pair:
        one.save()
    found = Change(
        zone=zone, measure="wrinkles", unit="OD·mm/cm²", before=2.0, after=2.0 + change, change=change,
        interval=(change - 0.1, change + 0.1), smallest_detectable=-0.2, verdict=Trend.IMPROVED,
    )  # fmt: skip
    seen = ComparisonRecord("pair-1", comparable=True, reasons=(), changes=(found,), defaults=True)
    Comparison.from_record(*pair, seen, plan=plan, edition="x").save()


def _rows(browser):
    answer = browser.get("/learn/courses.csv")
    assert answer["Content-Type"].startswith("text/csv") and "attachment" in answer["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_a_course_stands_with_its_dose_and_its_change(as_practitioner, course):
    _compared(course)
    shown = as_practitioner.get("/learn/").content.decode()
    assert "improved" in shown and "−0.400" in shown and "whole skin area" in shown and "Neck" in shown


def test_the_export_says_what_the_table_says(as_director, course):
    _compared(course, zone="neck")
    (row,) = _rows(as_director)
    assert (row["zone"], row["measure"], row["verdict"], row["sessions"]) == (
        "neck",
        "wrinkles",
        "improved",
        "1",
    )
    assert (row["change"], row["days_since_last"], row["too_early"]) == ("-0.4", "100", "no")
    assert float(row["punctures_per_cm2"]) > 0 and row["skin_type"] == "III"


def test_the_export_names_nobody_and_no_day(as_director, course, patient):
    _compared(course)
    text = as_director.get("/learn/courses.csv").content.decode()
    for word in ("Ada", "Lindqvist", "1986", "N-0001", "7946", "2026", str(patient.pk), str(course.pk)):
        assert word not in text, word
    assert AuditLine.objects.filter(action="list", row_id="courses.csv").count() == 1


def test_a_course_keeps_its_name_from_one_export_to_the_next(as_director, course):
    assert _rows(as_director)[0]["course"] == _rows(as_director)[0]["course"] != ""


@pytest.mark.parametrize("typed", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_spreadsheet_takes_a_zone_for_a_formula(as_director, course, typed, monkeypatch):
    _compared(course, zone="neck")
    lessons = views._lessons

    def typed_by_hand(request, label):
        from dataclasses import replace

        return tuple(replace(lesson, measured_on=typed) for lesson in lessons(request, label))

    monkeypatch.setattr(views, "_lessons", typed_by_hand)
    answer = as_director.get("/learn/courses.csv")
    (row,) = list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))
    assert row["measured_on"] == f"'{typed}"


def test_a_session_that_is_not_signed_teaches_nothing_yet(patient, practitioner, as_practitioner):
    charted.needled(
        charted.opened(charted.planned(patient, by=practitioner), by=practitioner), by=practitioner
    )
    assert list(courses()) == []
    assert "will stand here" in as_practitioner.get("/learn/").content.decode()


def test_a_course_without_photographs_keeps_its_row(as_practitioner, course):
    assert "not measured yet" in as_practitioner.get("/learn/").content.decode()


def test_only_the_director_takes_data_away(as_practitioner, as_prescriber, course):
    for browser in (as_practitioner, as_prescriber):
        assert browser.get("/learn/courses.csv").status_code == 403
        assert "Export as CSV" not in browser.get("/learn/").content.decode()


# ── the forecast beside it ───────────────────────────────────────────────────────────────────────────


def _article(page, concern):
    """What stands under the heading of a concern that the clinic has treated."""
    found = re.search(rf'<article aria-labelledby="forecast-{concern}">(.*?)</article>', page, re.DOTALL)
    assert found, f"no forecast of {concern} with results of our own"
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split()), found[1]


def test_a_concern_that_was_treated_has_its_forecast_beside_its_own_results(as_practitioner, course):
    _compared(course)
    words, html = _article(as_practitioner.get("/learn/").content.decode(), "wrinkles")
    assert (
        "Here: 1 course. Of 1 that can be judged: 1 improved, 0 with no detectable change, 0 worse." in words
    )
    assert learn.forecast("wrinkles", load.default()).say in words.replace("&#x27;", "'")
    assert html.count("<circle") == 1 and 'cx="68.8%"' in html, (
        "each pooled study is drawn where its number lies"
    )
    assert 'class="change-band" x1="0.0%" x2="82.09%"' in html
    shown = {trial.design for trial in load.default().learn.trial if trial.concern == "wrinkles"}
    assert all(design in html for design in shown) and len(shown) == 7


def test_what_is_too_early_or_not_measured_is_counted_apart(as_practitioner, course):
    assert (
        "None can be judged yet. Not measured: 1."
        in _article(as_practitioner.get("/learn/").content.decode(), "wrinkles")[0]
    )
    _compared(course, days=30)
    words, _ = _article(as_practitioner.get("/learn/").content.decode(), "wrinkles")
    assert "None can be judged yet. Too early to judge: 1." in words and "Not measured" not in words


def test_every_other_concern_stands_folded_below(as_practitioner, course):
    page = as_practitioner.get("/learn/").content.decode()
    for concern in load.default().plan.concern:
        assert (f"<summary>{concern.name}</summary>" in page) == (concern.id != "wrinkles")
    assert "Needling is not meant for this." in page and "beside another treatment" in page
    assert "n not stated" in page, "a number that was not seen is not shown as none"
    assert "<script" not in page.split("<main")[1].split("</main>")[0] and "style=" not in page


def test_a_change_is_drawn_from_all_gone_past_no_change(as_practitioner):
    page = as_practitioner.get("/learn/").content.decode()
    row = next(one for one in forecasts.beside((), load.default()) if one["forecast"].concern == "acne-scars")
    band = row["bands"][0]
    assert (band["left"], band["pooled"].of) == (-100.0, "change") and band["right"] > 20
    assert 0 < band["low"] < band["point"] < band["zero"] < band["high"] == 100
    assert len(band["studies"]) == 4 and f'cx="{band["studies"][0]["at"]}%"' in page


@pytest.mark.parametrize(
    "pattern, new", [(r"^needles = \d+", "needles = 28"), (r'"skinpen-precision"', '"x"')]
)
def test_a_later_edition_counts_no_old_dose_anew(as_director, course, director, pattern, new):
    """Another needle count, or no such device: what was given stays what it was."""
    from clinic.edition import own
    from needlework.clinic.edition import actions
    from needlework.clinic.treat.sheet import sheet

    before = [row["punctures_per_cm2"] for row in _rows(as_director)]
    assert before and all(before)
    text = re.sub(pattern, new, own.sound()["devices.toml"].decode(), flags=re.MULTILINE)
    kept = own.kept({**own.sound(), "devices.toml": text.encode()}, by=director)
    actions.sign(digest=kept.digest, by=director, at=charted.NOON)
    assert [row["punctures_per_cm2"] for row in _rows(as_director)] == before
    session = course.sessions.get()
    shown = sheet(session, None, load.default(), zone="", refused=None)
    assert [f"{line['dose'].per_cm2:.0f}" for line in shown["doses"]] == before


def test_a_session_of_the_evening_is_of_that_day_here(course):
    with timezone.override("Pacific/Auckland"):  # noon there is past midnight
        ((given,),) = [one.given for one in courses()]
    assert given.on == charted.DAY + timedelta(days=1)

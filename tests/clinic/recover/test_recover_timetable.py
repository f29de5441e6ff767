"""The timetable that follows from a session: the staff's page, the calendar, the expected course."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.template.loader import render_to_string
from django.utils.html import escape
from icalendar import Calendar

import cast
from clinic import charted
from needlework.clinic.recover import actions, course, days, skin
from needlework.loop import healing, recover
from needlework.protocol import load

DAY_2 = charted.NOON + timedelta(days=2)


@pytest.fixture
def session(patient, practitioner):
    return charted.signed(charted.planned(patient, by=practitioner), by=practitioner)


def timetable(session):
    return recover.timetable(session.as_treatment(), load.default().recover)


@time_machine.travel(DAY_2, tick=False)
def test_staff_read_the_loops_timetable(as_practitioner, session):
    page = as_practitioner.get(f"/sessions/{session.pk}/recover/")
    shown = page.content.decode()
    for hold in timetable(session).holds:
        assert hold.title.replace("'", "&#x27;") in shown
    states = {
        one["hold"].id: one["state"] for key in ("running", "to_come", "over") for one in page.context[key]
    }
    assert states == {
        hold.id: "over" if hold.until_at <= DAY_2 else "to-come" if hold.from_at > DAY_2 else "running"
        for hold in timetable(session).holds
    }


@time_machine.travel(DAY_2, tick=False)
def test_before_the_signature_there_is_none(as_practitioner, patient, practitioner):
    plan = charted.planned(patient, by=practitioner)
    session = charted.needled(charted.opened(plan, by=practitioner), by=practitioner)
    answer = as_practitioner.get(f"/sessions/{session.pk}/recover/")
    assert answer.status_code == 302 and answer["Location"] == f"/sessions/{session.pk}/"
    assert as_practitioner.get(f"/sessions/{session.pk}/calendar.ics").status_code == 404


@time_machine.travel(DAY_2, tick=False)
def test_the_calendar_is_a_calendar_and_names_nobody(as_practitioner, as_front_desk, session):
    answer = as_practitioner.get(f"/sessions/{session.pk}/calendar.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    assert Calendar.from_ical(answer.content).walk("VEVENT") and b"Lindqvist" not in answer.content
    assert as_front_desk.get(f"/sessions/{session.pk}/calendar.ics").status_code == 403
    assert as_practitioner.post(f"/sessions/{session.pk}/calendar.ics").status_code == 405


@pytest.mark.parametrize(
    ("hours", "says"),
    [(0, "today, 12:00"), (24, "tomorrow, 12:00"), (-24, "yesterday, 12:00"), (72, "Monday 23 Nov, 12:00"),
     (24 * 60, "Tuesday 19 Jan 2027, 12:00")],
)  # fmt: skip
def test_a_moment_is_said_in_plain_days(hours, says):
    assert days.plainly(charted.NOON + timedelta(hours=hours), now=charted.NOON) == says


def drawn(session, *said, now=DAY_2):
    for level, hours in said:
        at = charted.NOON + timedelta(hours=hours)
        actions.check_in(
            session=session, answers=cast.well({"redness": level}), once=uuid4(), by=None, at=at, now=at
        )
    rows = [row.as_record() for row in session.check_ins.all()]
    return course.course(timetable(session), rows, load.default().recover, now=now)


def test_the_band_ends_when_redness_should_be_gone(session):
    shown = drawn(session)
    gone_h = (timetable(session).redness_gone_by - charted.NOON) / timedelta(hours=1)
    total_h = 24 * 5
    assert shown["band"][0] == (0.0, shown["first_y"])
    assert max(x for x, _y in shown["band"]) == pytest.approx(100 * gone_h / total_h)
    assert (pytest.approx(100 * gone_h / total_h), 0.0) in shown["band"]
    assert shown["today_x"] == pytest.approx(40)


def test_the_band_is_the_loops(session):
    """Both edges at every corner, as far as a place of two decimals can tell them."""
    treatment, knowledge = session.as_treatment(), load.default().recover
    shown = drawn(session)
    half = len(shown["band"]) // 2
    for edge, corners in (("high", shown["band"][:half]), ("low", shown["band"][half:])):
        for x, y in corners:
            hours = x * 24 * 5 / 100
            band = healing.redness(knowledge.redness, hours=hours, deepest_mm=treatment.deepest_mm)
            assert y / shown["first_y"] == pytest.approx(getattr(band, edge), abs=0.01)


def test_a_word_is_drawn_as_all_that_it_can_mean(session):
    shown = drawn(session, ("none", 60), ("fading", 24), ("same", 12), ("rising", 30))
    spans = {dot["label"]: (dot["y_low"], dot["y_high"]) for dot in shown["dots"]}
    first_y = shown["first_y"]
    assert spans == {
        "day 2: none": (0, 0), "day 1: fading": (0, first_y), "day 0: same": (first_y, first_y),
        "day 1: rising": (spans["day 1: rising"][0],) * 2,
    }  # fmt: skip
    assert first_y < spans["day 1: rising"][0] < 100


def test_a_dot_outside_the_band_is_named(session):
    shown = drawn(session, ("fading", 24), ("same", 96))
    by_label = {dot["label"]: dot["outside"] for dot in shown["dots"]}
    assert by_label == {"day 1: fading": False, "day 4: same": True}


def test_the_drawing_is_told_in_words_as_well(session):
    shown = drawn(session, ("fading", 24))
    assert [(line["day"], line["most"], len(line["said"])) for line in shown["words"]] == [
        (0, 100, 0), (1, 100, 1), (2, 100, 0), (3, 0, 0), (4, 0, 0),
    ]  # fmt: skip


@pytest.mark.parametrize("deepest", [0.5, 1.0, 1.5, 2.5])
def test_band_and_triage_never_contradict_each_other(session, deepest):
    """
    What a word can mean meets the band wherever the word calls for nobody, and nowhere else.

    Redness gone early lies under the band and is no worry, so "none" is left out.
    """
    knowledge = load.default().recover
    treatment = replace(session.as_treatment(), deepest_mm=deepest)
    for level in ("fading", "same", "rising"):
        low, high = course.MEANS[level]
        for hour in range(1, 8 * 24, 2):
            band = healing.redness(knowledge.redness, hours=hour, deepest_mm=deepest)
            meets = low <= band.high and band.low <= high if low == high else low < band.high
            at = charted.NOON + timedelta(hours=hour)
            assert meets == course.expected(level, at, treatment, knowledge), (level, hour)


# ── phase and open skin ──────────────────────────────────────────────────────────────────────────────


@time_machine.travel(DAY_2, tick=False)
def test_staff_read_the_phase_and_whose_measurements_disagree(as_practitioner, session):
    page = as_practitioner.get(f"/sessions/{session.pk}/recover/")
    shown = page.content.decode()
    (phase,) = page.context["phases"]
    assert phase.id == "inflammation" and phase.say in shown
    assert page.context["open"]["skin"].evidence
    for one in page.context["open"]["skin"].evidence:
        assert escape(one.say) in shown
    assert "methods disagree" in shown and "SCHWARZ2011" in shown
    assert "style=" not in shown.split("<main", 1)[1]


@time_machine.travel(DAY_2, tick=False)
def test_open_skin_is_that_of_the_part_that_was_needled(as_practitioner, session):
    zones = load.default().zones.zone
    planned = {one.zone for one in session.plan.as_record().zones}
    parts = {zone.where for zone in zones if zone.id in planned}
    treatment = replace(session.as_treatment(), where=tuple(sorted(parts)))
    assert parts == {"face"}
    page = as_practitioner.get(f"/sessions/{session.pk}/recover/")
    assert page.context["open"]["skin"] == recover.open_skin(treatment, load.default().recover)


def test_open_skin_is_told_in_whole_hours_and_only_while_it_may_be_open(session):
    knowledge, treatment = load.default().recover, session.as_treatment()
    plan = timetable(session)

    def told(hours):
        now = charted.NOON + timedelta(hours=hours)
        outlook = recover.expect(treatment, at=now, knowledge=knowledge)
        return skin.reading(outlook, plan, now=now)

    first = told(1)
    low, high = skin.range_h(first["skin"])
    assert (first["low_h"], first["high_h"]) == (low, high) and low < high == int(high)
    assert first["open_now"] and not told(high)["open_now"]
    assert {one["hold"].id for one in first["not_yet"]} == set(skin.APPLIED)
    assert {one["hold"].id for one in told(60)["not_yet"]} == {"retinoid-and-acid", "vitamin-c"}


def test_what_nobody_measured_is_said_so(session):
    empty = replace(load.default().recover, closure=())
    outlook = recover.expect(session.as_treatment(), at=DAY_2, knowledge=empty)
    shown = skin.reading(outlook, timetable(session), now=DAY_2)
    assert (shown["high_h"], shown["ends"], shown["open_now"]) == (None, "", True)
    page = render_to_string("clinic/recover/open_skin.html", {"open": shown, "voice": "patient"})
    assert "Nobody has measured how long" in page
    page = render_to_string("clinic/recover/open_skin.html", {"open": shown, "voice": "staff"})
    assert "inf" not in page

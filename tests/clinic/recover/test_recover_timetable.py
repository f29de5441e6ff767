"""The timetable that follows from a session: the staff's page, the calendar, the expected course."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from icalendar import Calendar

import cast
from clinic import charted
from needlework.clinic.recover import actions, course, days
from needlework.loop import recover
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
    first, last = shown["bands"][0], shown["bands"][-1]
    assert first["x0"] == 0 and shown["bands"][-2]["x1"] == pytest.approx(100 * gone_h / total_h)
    assert last["x1"] == 100 and last["y_high"] < first["y_high"]
    assert shown["today_x"] == pytest.approx(40)


def test_a_dot_outside_the_band_is_named(session):
    shown = drawn(session, ("fading", 24), ("same", 96))
    by_label = {dot["label"]: dot["outside"] for dot in shown["dots"]}
    assert by_label == {"day 1: fading": False, "day 4: same": True}


def test_band_and_triage_never_contradict_each_other(session):
    """Whatever redness is drawn inside the band calls for nobody, and what calls for somebody is outside."""
    knowledge, treatment = load.default().recover, session.as_treatment()
    shown = drawn(session)
    days_ = 5
    levels = [option.id for one in knowledge.question if one.id == "redness" for option in one.options]
    for hour in range(6, days_ * 24, 12):
        for place, level in enumerate(levels):
            x, y = 100 * hour / (24 * days_), 100 * place / (len(levels) - 1)
            inside = any(
                band["x0"] <= x < band["x1"] and band["y_low"] <= y <= band["y_high"]
                for band in shown["bands"]
            )
            assert inside == course.expected(
                level, charted.NOON + timedelta(hours=hour), treatment, knowledge
            )

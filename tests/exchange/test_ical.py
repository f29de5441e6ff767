"""The calendar of a recovery, read back."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import icalendar
import pytest

from needlework.exchange import ical
from needlework.loop import recover
from needlework.protocol import load
from needlework.records.recover import Hold, Timetable, Treatment
from needlework.records.skin import SkinType
from needlework.records.why import Citation

MADE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TITLE = "After your treatment"


def timetable(zone: tzinfo = UTC) -> Timetable:
    treatment = Treatment(datetime(2026, 11, 20, 14, 30, tzinfo=zone), 1.5, SkinType.IV)
    return recover.timetable(treatment, load.default().recover)


def read(content: bytes) -> tuple[icalendar.Calendar, dict[str, icalendar.Event]]:
    calendar = icalendar.Calendar.from_ical(content)
    return calendar, {str(event["summary"]): event for event in calendar.events}


def test_each_end_and_each_beginning_to_come_is_an_event() -> None:
    plan = timetable()
    calendar, events = read(ical.write(plan, title=TITLE, made_at=MADE))
    ends = {f"Ends: {hold.title}": hold.until_at for hold in plan.holds}
    starts = {
        f"From now: {hold.title}": hold.from_at
        for hold in plan.holds
        if hold.from_at > plan.treatment.treated_at
    }
    assert starts, "the edition has something that begins later"
    assert {name: event.start for name, event in events.items() if ":" in name} == ends | starts
    assert all(event.end - event.start == timedelta(minutes=15) for event in events.values() if ":" in event)
    assert str(calendar["x-wr-calname"]) == TITLE
    assert str(calendar["prodid"]) == ical.PRODUCT


def test_whole_days_are_days() -> None:
    plan = timetable()
    _, events = read(ical.write(plan, title=TITLE, made_at=MADE))
    redness, following = events["Redness should be gone"], events["Next session possible"]
    assert (redness.start, redness.end) == (
        plan.redness_gone_by.date(),
        plan.redness_gone_by.date() + timedelta(days=1),
    )
    assert following.start == plan.next_session_from
    assert type(following.start) is date


def test_ids_stay_when_it_is_made_again_and_differ_between_sessions() -> None:
    first, again, other = (
        {event["uid"] for event in icalendar.Calendar.from_ical(content).events}
        for content in (
            ical.write(timetable(), title=TITLE, made_at=MADE),
            ical.write(timetable(), title="Another", made_at=MADE + timedelta(days=3)),
            ical.write(timetable(ZoneInfo("Europe/Paris")), title=TITLE, made_at=MADE),
        )
    )
    assert len(first) == len(timetable().holds) + 2 + sum(
        hold.from_at > timetable().treatment.treated_at for hold in timetable().holds
    )
    assert first == again
    assert not first & other


def test_the_same_session_told_in_another_zone_has_the_same_ids() -> None:
    plan = timetable()
    treatment = plan.treatment
    moved = treatment.treated_at.astimezone(timezone(timedelta(hours=5)))
    elsewhere = recover.timetable(Treatment(moved, 1.5, SkinType.IV), load.default().recover)
    here, there = (
        {event["uid"]: event.start for event in icalendar.Calendar.from_ical(content).events if ":" in event}
        for content in (ical.write(one, title=TITLE, made_at=MADE) for one in (plan, elsewhere))
    )
    assert here == there


@pytest.mark.parametrize("zone", [UTC, ZoneInfo("UTC"), timezone(timedelta(hours=-3, minutes=-30))])
def test_a_bare_offset_becomes_utc(zone: tzinfo) -> None:
    plan = timetable(zone)
    content = ical.write(plan, title=TITLE, made_at=MADE)
    assert b"TZID" not in content and b"VTIMEZONE" not in content
    _, events = read(content)
    hold = plan.holds[0]
    assert events[f"Ends: {hold.title}"].start == hold.until_at
    assert events[f"Ends: {hold.title}"].start.utcoffset() == timedelta(0)


def test_a_named_zone_is_kept_and_explained_across_the_change_of_clocks() -> None:
    zone = ZoneInfo("Europe/Berlin")
    treatment = Treatment(datetime(2026, 10, 24, 14, 30, tzinfo=zone), 1.5, SkinType.II)
    plan = recover.timetable(treatment, load.default().recover)
    calendar, events = read(ical.write(plan, title=TITLE, made_at=MADE))
    assert [str(zone["tzid"]) for zone in calendar.timezones] == ["Europe/Berlin"]
    hold = next(hold for hold in plan.holds if hold.id == "touch")
    told = events[f"Ends: {hold.title}"]
    assert told["dtstart"].params["TZID"] == "Europe/Berlin"
    assert told.start.astimezone(UTC) == hold.until_at.astimezone(UTC)
    assert told.start.astimezone(UTC) - treatment.treated_at.astimezone(UTC) == timedelta(hours=72)
    assert told.start.hour == 13, "an hour earlier on the clock, since the clocks went back"
    assert told.end.astimezone(UTC) - told.start.astimezone(UTC) == timedelta(minutes=15)


def test_long_and_awkward_words_come_back_as_they_were() -> None:
    start = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
    words = "No sun; no sauna, no \\ slash.\nSecond line: ünïcödé ✓ " + "very " * 60
    hold = Hold(
        "odd",
        "A; B, C",
        words,
        start,
        start + timedelta(hours=5),
        "house",
        (Citation("K", "A", "t", "part"),),
    )
    plan = timetable()
    odd = Timetable(plan.treatment, (), (hold,), plan.redness_gone_by, plan.next_session_from, plan.edition)
    content = ical.write(odd, title=TITLE, made_at=MADE)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\r\n" in content and b"\n" not in content.replace(b"\r\n", b"")
    _, events = read(content)
    assert words.strip() in str(events["Ends: A; B, C"]["description"])


def test_it_blocks_no_time_and_is_marked_private() -> None:
    _, events = read(ical.write(timetable(), title=TITLE, made_at=MADE))
    assert {(str(event["transp"]), str(event["class"])) for event in events.values()} == {
        ("TRANSPARENT", "PRIVATE")
    }
    assert all(event["dtstamp"].dt == MADE for event in events.values())

"""Learn: one row for each needled zone and measure; what is missing stays visible and nothing is averaged."""

from dataclasses import replace
from datetime import date

import pytest

from needlework.loop import learn
from needlework.protocol.schema.edition import Reviewed
from needlework.protocol.schema.plan import Concern, Glide, Leeway, Planning, VisitTime
from needlework.records.dose import ZoneDose
from needlework.records.learn import Course, Given, Lesson, Seen
from needlework.records.measure import Change, Comparison, Trend
from needlework.records.plan import Minutes, Person, Plan, Wall, ZonePlan
from needlework.records.recover import Urgency
from needlework.records.skin import Sex, SkinType

WALL = Wall("zone", 1.5, "", ())
FIRST, SECOND, LATER = date(2026, 6, 1), date(2026, 7, 1), date(2026, 10, 1)


def planned(zone: str, concern: str) -> ZonePlan:
    return ZonePlan(
        zone=zone, name=zone.title(), concern=concern, set_depth_mm=1.0, wall=WALL, walls=(WALL,), passes=3,
        target_per_cm2=None, area_cm2=50, needling_s=75, endpoint="", skin_mm=None,
    )  # fmt: skip


PLAN = Plan(
    device="pen", device_name="Pen", concerns=("lines", "scars"), place="clinician",
    zones=(planned("cheek", "lines"), planned("brow", "lines"), planned("chin", "scars")), sessions=4,
    interval_days=30, minutes=Minutes(15, 20, 2, 10), recovery_days=3, judge_after_days=90, off_label=(),
    notes=(), person=Person(34, Sex.FEMALE, SkinType.V), edition="small-1",
)  # fmt: skip
REVIEWED = Reviewed("test", FIRST, LATER)


def concern(id_: str, *measures: str) -> Concern:
    return Concern(id_, id_, "", 4, 30, 90, measures, "house", ())


KNOWLEDGE = Planning(
    REVIEWED,
    concern=(concern("lines", "wrinkles", "texture"), concern("scars")),
    technique=(),
    glide=Glide(2, 1, "", "house"),
    visit=VisitTime(15, 20, 10, 1.0, "", "house"),
    leeway=Leeway(28, 7, ("prescriber",), 12, 15, "", "house"),
)


def dose(zone: str, mm: float = 1.0, per_cm2: float = 500.0) -> ZoneDose:
    return ZoneDose(zone, mm, 3, 60.0, per_cm2, None)


def change(zone: str, measure: str = "wrinkles", size: float = -0.2) -> Change:
    return Change(zone, measure, "1", 1.0, 1.0 + size, size, (size - 0.1, size + 0.1), 0.15, Trend.IMPROVED)


def seen(on: date, *changes: Change, comparable: bool = True) -> Seen:
    return Seen(on, Comparison("m1", comparable, (), changes, True))


def course(*given: Given, seen: tuple[Seen, ...] = ()) -> Course:
    return Course("c1", PLAN, given, seen)


TWICE = (
    Given(FIRST, (dose("cheek"), dose("brow", 0.5)), Urgency.SELF_CARE),
    Given(SECOND, (dose("cheek", 1.5, 700.0),), Urgency.CALL_TODAY),
)


def review(one: Course) -> tuple[Lesson, ...]:
    return learn.review((one,), KNOWLEDGE)


def test_one_row_for_each_needled_zone_and_measure_that_speaks_of_its_concern():
    photographs = seen(
        LATER, change("cheek"), change("cheek", "texture"), change("cheek", "redness"), change("brow")
    )
    rows = review(course(*TWICE, seen=(photographs,)))
    assert [(row.zone, row.measure, row.measured_on) for row in rows] == [
        ("cheek", "wrinkles", "cheek"),
        ("cheek", "texture", "cheek"),
        ("brow", "wrinkles", "brow"),
    ]


def test_a_row_in_full():
    row = review(course(*TWICE, seen=(seen(LATER, change("cheek")),)))[0]
    assert row == Lesson(
        course="c1", zone="cheek", concern="lines", device="pen", skin_type=SkinType.V, sessions=2,
        deepest_mm=1.5, per_cm2=1200.0, measure="wrinkles", measured_on="cheek", days_since_last=92,
        too_early=False, change=change("cheek"), worst_urgency=Urgency.CALL_TODAY,
    )  # fmt: skip


def test_each_zone_counts_from_its_own_last_session():
    rows = review(course(*TWICE, seen=(seen(LATER, change("cheek"), change("brow")),)))
    assert {row.zone: (row.sessions, row.days_since_last) for row in rows} == {
        "cheek": (2, 92),
        "brow": (1, 122),
    }


def test_a_course_without_photographs_keeps_its_rows():
    rows = review(course(*TWICE))
    assert [(row.zone, row.measure, row.change, row.days_since_last) for row in rows] == [
        ("cheek", "", None, None),
        ("brow", "", None, None),
    ]
    assert not any(row.too_early for row in rows)


def test_a_concern_that_nothing_measures_yet_keeps_its_row():
    rows = review(course(Given(FIRST, (dose("chin"),), None), seen=(seen(LATER, change("whole")),)))
    assert [(row.zone, row.measure, row.change) for row in rows] == [("chin", "", None)]


def test_a_zone_planned_but_never_needled_has_no_row():
    assert review(course(Given(FIRST, (dose("brow"),), None)))[0].zone == "brow"
    assert review(course()) == ()


@pytest.mark.parametrize(
    ("day", "days", "too_early"),
    [
        (date(2026, 9, 28), 89, True),
        (date(2026, 9, 29), 90, False),
        (date(2026, 6, 15), -16, True),  # between the sessions
    ],
)
def test_too_early_is_before_the_day_on_which_it_can_be_judged(day, days, too_early):
    row = review(course(*TWICE, seen=(seen(day, change("cheek")),)))[0]
    assert (row.days_since_last, row.too_early) == (days, too_early)


def test_a_zone_not_measured_on_its_own_is_read_from_the_whole_and_says_so():
    rows = review(course(*TWICE, seen=(seen(LATER, change("whole"), change("cheek", size=-0.5)),)))
    assert [(row.zone, row.measured_on, row.change.change) for row in rows] == [
        ("cheek", "cheek", -0.5),
        ("brow", "whole", -0.2),
    ]


def test_another_zone_is_never_read_in_its_place():
    rows = review(course(*TWICE, seen=(seen(LATER, change("cheek")),)))
    assert [(row.zone, row.change is None) for row in rows] == [("cheek", False), ("brow", True)]


def test_the_last_comparable_pair_counts():
    early, late = seen(date(2026, 9, 1), change("cheek", size=-0.1)), seen(LATER, change("cheek"))
    blurred = replace(seen(date(2026, 11, 1), comparable=False))
    for order in ((early, late, blurred), (blurred, late, early)):
        row = review(course(*TWICE, seen=order))[0]
        assert (row.change.change, row.days_since_last) == (-0.2, 92)
    assert learn.latest(course(*TWICE, seen=(blurred,))) is None
    assert review(course(*TWICE, seen=(blurred,)))[0].change is None


def test_nobody_checked_in():
    assert review(course(Given(FIRST, (dose("cheek"),), None)))[0].worst_urgency is None


def test_the_worst_urgency_is_the_worst_of_the_course_even_where_it_is_the_mildest_word():
    given = Given(FIRST, (dose("cheek"),), Urgency.EXPECTED)
    assert review(course(given))[0].worst_urgency is Urgency.EXPECTED


def test_courses_stand_in_the_order_given_and_are_never_mixed():
    one, two = course(*TWICE), replace(course(TWICE[0]), id="c2")
    rows = learn.review((one, two), KNOWLEDGE)
    assert [(row.course, row.zone, row.sessions) for row in rows] == [
        ("c1", "cheek", 2), ("c1", "brow", 1), ("c2", "cheek", 1), ("c2", "brow", 1),
    ]  # fmt: skip

"""By which day a report is owed."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from needlework.loop import deadlines

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1))
HOLIDAYS = st.sets(DAYS, max_size=5)
FRIDAY = date(2026, 11, 20)


def work(days, *, known_on=FRIDAY, holidays=()):
    return deadlines.due(known_on=known_on, days=days, work_days=True, holidays=holidays)


def test_calendar_days_count_the_week_end():
    assert deadlines.due(known_on=FRIDAY, days=2, work_days=False) == date(2026, 11, 22)


def test_work_days_leave_out_the_week_end_and_holidays():
    assert work(1) == date(2026, 11, 23)
    assert work(10) == date(2026, 12, 4)
    assert work(10, holidays={date(2026, 11, 26)}) == date(2026, 12, 7)


def test_what_is_known_on_a_saturday_counts_from_monday():
    assert work(1, known_on=date(2026, 11, 21)) == date(2026, 11, 23)


def test_no_days_is_the_same_day():
    assert work(0) == FRIDAY


@given(DAYS, st.integers(min_value=1, max_value=60), HOLIDAYS)
def test_exactly_so_many_work_days_lie_up_to_the_deadline(known_on, days, holidays):
    last = work(days, known_on=known_on, holidays=holidays)
    between = [known_on + timedelta(days=n + 1) for n in range((last - known_on).days)]
    assert sum(deadlines.is_work_day(day, holidays) for day in between) == days
    assert deadlines.is_work_day(last, holidays)


@given(DAYS, st.integers(min_value=0, max_value=60), HOLIDAYS)
def test_a_holiday_that_nobody_entered_never_makes_a_deadline_later(known_on, days, holidays):
    assert work(days, known_on=known_on) <= work(days, known_on=known_on, holidays=holidays)

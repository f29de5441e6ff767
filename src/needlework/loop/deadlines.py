"""Deadlines: by which day a report is owed, in calendar days or in work days."""

from collections.abc import Collection
from datetime import date, timedelta

SATURDAY = 5


def due(*, known_on: date, days: int, work_days: bool, holidays: Collection[date] = ()) -> date:
    """
    The last day for a report, counted from the day after one knew.

    Holidays that nobody entered count as work days: the deadline told is then earlier than the law's, never
    later.

    >>> due(known_on=date(2026, 11, 20), days=10, work_days=True)
    datetime.date(2026, 12, 4)
    """
    if not work_days:
        return known_on + timedelta(days=days)
    day, left = known_on, days
    while left > 0:
        day += timedelta(days=1)
        left -= is_work_day(day, holidays)
    return day


def is_work_day(day: date, holidays: Collection[date] = ()) -> bool:
    """Monday to Friday, and no holiday."""
    return day.weekday() < SATURDAY and day not in holidays

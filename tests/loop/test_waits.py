"""Who waits for what, and from when until when."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from needlework.loop import waits
from needlework.loop.waits import Called, Noted, Planned, Screened, Standing, Treated, WaitKind
from needlework.records.recover import Urgency

WHO, ROW, OTHER = (UUID(int=n) for n in (1, 2, 3))
NOON, DAY = datetime(2026, 11, 20, 12, tzinfo=UTC), date(2026, 11, 20)
SCREENED = Screened(ROW, NOON, None, planned=True)
PLAN = Planned(ROW, NOON, DAY, begun=False, agreed=True)
TREATED = Treated(ROW, NOON, signed=True, checked_in=True, judge_after_days=90)


def midnight(day):
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def waiting(**known):
    return list(waits.of(Standing(WHO, NOON, **known), zone=UTC))


def kinds(**known):
    return [one.kind for one in waiting(**known)]


def test_whoever_was_asked_nothing_waits_for_the_questions_until_they_answer():
    assert kinds() == [WaitKind.ASK]
    assert kinds(said=(Noted(ROW, NOON),)) == [WaitKind.READ]
    assert kinds(screened=SCREENED) == []


def test_a_deferral_waits_from_the_day_on_which_it_ends_unless_they_were_planned():
    until = DAY + timedelta(days=30)
    (one,) = waiting(screened=Screened(ROW, NOON, until, planned=False))
    assert (one.kind, one.since, one.begins) == (WaitKind.AGAIN, midnight(until), midnight(until))
    assert kinds(screened=Screened(ROW, NOON, until, planned=True)) == []


@pytest.mark.parametrize(
    ("plan", "photographed", "found"),
    [
        (PLAN, DAY, [WaitKind.BEGIN]),
        (PLAN._replace(agreed=False), DAY, [WaitKind.CONSENT]),
        (PLAN, None, [WaitKind.BEGIN, WaitKind.PHOTOGRAPHS]),
        (PLAN, DAY - timedelta(days=1), [WaitKind.BEGIN, WaitKind.PHOTOGRAPHS]),
        (PLAN._replace(begun=True), None, []),
    ],
)
def test_a_plan_waits_for_consent_and_for_photographs_until_it_is_begun(plan, photographed, found):
    assert kinds(screened=SCREENED, plans=(plan,), photographed_on=photographed) == found


def test_after_the_last_session_they_are_asked_how_they_are_and_photographed_when_it_can_be_judged():
    how, photograph = waiting(screened=SCREENED, sessions=(TREATED._replace(checked_in=False),))
    assert (how.kind, how.begins, how.until) == (
        WaitKind.CHECK_IN, midnight(date(2026, 11, 21)), midnight(date(2026, 12, 4)),
    )  # fmt: skip
    judged = DAY + timedelta(days=90)
    assert (photograph.kind, photograph.begins) == (WaitKind.PHOTOGRAPHS, midnight(judged))
    assert photograph.until == midnight(judged + timedelta(days=90))
    early, in_time = judged - timedelta(days=1), judged
    for on, found in ((early, [WaitKind.PHOTOGRAPHS]), (in_time, [])):
        assert kinds(screened=SCREENED, sessions=(TREATED,), photographed_on=on) == found
    assert kinds(screened=SCREENED, sessions=(TREATED,), plans=(PLAN,), no_photographs=True) == [
        WaitKind.BEGIN
    ]


def test_an_open_session_waits_to_be_signed_and_for_nothing_else():
    later = TREATED._replace(id=OTHER, at=NOON + timedelta(days=28), signed=False, checked_in=False)
    assert [(one.kind, one.ref) for one in waiting(screened=SCREENED, sessions=(TREATED, later))] == [
        (WaitKind.SIGN, OTHER)
    ]


def test_the_worst_check_in_ranks_first():
    called = tuple(Called(ROW, NOON, one) for one in (Urgency.CALL_TODAY, Urgency.EMERGENCY, Urgency.URGENT))
    assert [one.rank for one in waiting(screened=SCREENED, calls=called)] == [2, 0, 1]

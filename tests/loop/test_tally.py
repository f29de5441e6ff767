"""What a zone has had over several sessions, and what nobody can add up."""

from dataclasses import replace
from datetime import date

from needlework.loop import tally
from needlework.records.dose import ZoneDose
from needlework.records.learn import Given

CHIN = ZoneDose("chin", deepest_mm=1.0, passes=4, seconds=60, per_cm2=200.0, target_per_cm2=250.0)
FIRST, SECOND = date(2026, 9, 1), date(2026, 11, 1)


def test_sessions_add_up_whatever_their_order():
    given = [
        Given(SECOND, (replace(CHIN, deepest_mm=0.5, per_cm2=100.0),), None),
        Given(FIRST, (CHIN,), None),
    ]
    chin = tally.by_zone(given)["chin"]
    assert (chin.sessions, chin.first_on, chin.last_on) == (2, FIRST, SECOND)
    assert (chin.deepest_mm, chin.last_deepest_mm, chin.last_per_cm2, chin.sum_per_cm2) == (
        1.0,
        0.5,
        100.0,
        300.0,
    )


def test_a_sum_of_which_one_part_is_not_known_is_not_told():
    given = [Given(FIRST, (replace(CHIN, per_cm2=None),), None), Given(SECOND, (CHIN,), None)]
    chin = tally.by_zone(given)["chin"]
    assert chin.sum_per_cm2 is None and chin.last_per_cm2 == 200.0


def test_nothing_given_is_no_zone():
    assert tally.by_zone([Given(FIRST, (), None)]) == {}

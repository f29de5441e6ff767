"""Treat: a numbing cream in the chart: what bars it, and that no needle comes before it is off."""

import dataclasses
import math
from datetime import timedelta

import pytest

from loop.test_treat import CARTRIDGE, CHECKS, PASS, PEN, PLAN, START, TODAY, event
from needlework.loop import numbing, treat
from needlework.protocol import load
from needlework.records.numbing import Numbing, NumbingRisk
from needlework.records.treat import EventKind, Late
from needlework.records.why import Reason

EDITION = load.default().treat
EMLA, OTC, STRONG = "lidocaine-prilocaine-2.5", "lidocaine-4", "lidocaine-23-tetracaine-7"


def cream(anaesthetic=EMLA, *, minute=0, **changed):
    said = {"lot": "N1", "grams": 10.0, "area_cm2": 100.0, "minutes": 60.0, **changed}
    return event(EventKind.NUMBED, minute=minute, anaesthetic=anaesthetic, **said)


def wiped(*, minute=60):
    return event(EventKind.WIPED, minute=minute)


def against(one, *before, risk=treat.NO_RISK):
    found = treat.reasons_against(one, before, PLAN, PEN, EDITION, on=TODAY, risk=risk)
    return {reason.key for reason in found if reason.key != "checklist"}


def test_a_calm_use_is_charted_with_when_it_came_on_and_off():
    chart = treat.chart((cream(minute=10, ago_min=5), wiped(minute=50)), PLAN)
    (one,) = chart.numbed
    assert one.on_at == START + timedelta(minutes=5) and one.off_at == START + timedelta(minutes=50)
    assert not against(cream()) and not treat.on_the_skin(chart)


@pytest.mark.parametrize(
    ("changed", "risk"),
    [
        ({"near_eyes": True}, treat.NO_RISK),
        ({"warmed": True}, treat.NO_RISK),
        ({"broken_skin": True}, treat.NO_RISK),
        ({"anaesthetic": STRONG, "covered": True}, treat.NO_RISK),
        ({"anaesthetic": STRONG, "area_cm2": 401.0}, treat.NO_RISK),
        ({}, NumbingRisk(at_risk=True)),
        ({}, NumbingRisk(allergic=True)),
    ],
)
def test_what_the_protocol_refuses_is_refused(changed, risk):
    assert against(cream(**changed), risk=risk) == {"anaesthetic"}


NO_CM2 = (Reason("area_cm2", "is 0 cm².", "Give more."),)


@pytest.mark.parametrize(
    "said",
    [
        {"area_cm2": 0.0}, {"area_cm2": -400.0}, {"minutes": 5e9}, {"grams": 1e308}, {"area_cm2": math.nan},
        {"grams": None, "area_cm2": None, "minutes": None, "anaesthetic": ""},
    ],
)  # fmt: skip
def test_a_cream_that_was_put_down_with_numbers_of_no_use_is_on_the_skin(said):
    whole = {"anaesthetic": EMLA, "lot": "N1", "grams": 10.0, "area_cm2": 100.0, "minutes": 60.0, **said}
    late = Late(EventKind.NUMBED, {name: value for name, value in whole.items() if value is not None}, NO_CM2)
    note = dataclasses.replace(event(EventKind.NOTE, text="Numbed."), late=late)
    chart = treat.chart((note,), PLAN)
    (one,) = treat.on_the_skin(chart)
    assert not list(numbing._impossible(one.use)) and one.use.area_cm2 > 0
    assert one.told is ("grams" not in said and "area_cm2" not in said)
    assert "cream" in against(PASS, *CHECKS, CARTRIDGE, note)
    assert treat.minutes_left(chart, PLAN, EDITION, at=START).anaesthetic <= numbing.LONGEST_MIN
    assert numbing.longest(one.use, EDITION) or said.get("anaesthetic") == ""
    assert not treat.on_the_skin(treat.chart((note, wiped()), PLAN))


def test_a_pack_that_is_named_after_the_signature_stops_no_clock():
    typed = Late(EventKind.NUMBED, {"lot": "N1"})
    later = dataclasses.replace(event(EventKind.ADDENDUM, text="EMLA."), late=typed)
    assert not treat.chart((later,), PLAN).numbed


def test_no_limit_is_passed_in_two_halves():
    half = cream(STRONG, grams=20.0, area_cm2=250.0)
    assert not against(half)
    assert against(cream(STRONG, grams=20.0, area_cm2=250.0), half) == {"anaesthetic"}


def test_a_half_that_was_struck_counts_no_more():
    half = cream(STRONG, grams=20.0, area_cm2=250.0)
    struck = event(EventKind.STRUCK, corrects=half.id, reason="Never put on.")
    assert not against(cream(STRONG, grams=20.0, area_cm2=250.0), half, struck)


def test_no_needle_and_no_signature_before_it_is_off():
    ready = (*CHECKS, CARTRIDGE, cream())
    assert "cream" in against(PASS, *ready)
    assert "cream" not in against(PASS, *ready, wiped())
    assert "cream" in against(event(EventKind.SIGNED), *ready, event(EventKind.NOTE, text="Left."))


def test_one_wiping_takes_all_that_is_on_and_a_later_cream_is_on_again():
    first, second = cream(), cream(OTC)
    assert not treat.on_the_skin(treat.chart((first, second, wiped()), PLAN))
    again = treat.chart((first, wiped(), second), PLAN)
    assert [one.id for one in treat.on_the_skin(again)] == [second.id]


def test_a_wiping_charted_in_error_puts_it_back():
    off = wiped()
    struck = event(EventKind.STRUCK, corrects=off.id, reason="Only half of it.")
    assert "cream" in against(PASS, cream(), off, struck)


def test_nothing_is_wiped_that_is_not_on():
    assert against(wiped()) == {"cream"} and not against(wiped(), cream())


def test_none_once_needling_has_begun():
    assert against(cream(), CARTRIDGE, PASS) == {"anaesthetic"}


@pytest.mark.parametrize(
    ("key", "value", "named"),
    [
        ("grams", 0.0, "grams"),
        ("grams", float("nan"), "grams"),
        ("area_cm2", -1.0, "area_cm2"),
        ("minutes", 1e9, "minutes"),
        ("anaesthetic", "honey", "anaesthetic"),
        ("ago_min", -5.0, "ago_min"),
        ("ago_min", float("inf"), "ago_min"),
    ],
)
def test_numbers_that_mean_nothing_are_refused_at_their_field(key, value, named):
    assert named in against(cream(**{key: value}))


def test_a_missing_number_is_a_refusal():
    assert against(event(EventKind.NUMBED, anaesthetic=EMLA, lot="N1")) == {"grams"}


@pytest.mark.parametrize(
    ("anaesthetic", "atopic", "longest"),
    [(EMLA, False, 300), (EMLA, True, 30), (OTC, False, 60), (STRONG, False, 60)],
)
def test_the_clock_runs_against_the_limit_that_comes_first(anaesthetic, atopic, longest):
    use = Numbing(anaesthetic, grams=10, area_cm2=100, minutes=10, atopic=atopic)
    assert numbing.longest(use, EDITION).above == longest


def test_a_cream_that_nobody_lists_has_no_limit():
    assert numbing.longest(Numbing("honey", grams=1, area_cm2=1, minutes=1), EDITION) is None

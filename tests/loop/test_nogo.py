"""What is left out of a zone is asked about before a pass over it, or stops it."""

from datetime import date, timedelta

import pytest

from needlework.loop import nogo
from needlework.protocol import load
from needlework.records.treat import SkinMark

DAY = date(2026, 11, 20)
KNOWLEDGE = load.default().treat


def _mark(kind="raised-lesion", *, zone="cheeks", until=None):
    says = f"{kind}, {zone}, left"
    return SkinMark("1", kind=kind, zone=zone, side="left", since=DAY, until=until, says=says)


def _against(*marks, on=DAY, **data):
    return list(nogo.against_pass({"zone": "cheeks", **data}, marks, KNOWLEDGE, on=on))


def test_a_mole_asks_for_a_word_and_says_what_it_is_and_by_which_source():
    (reason,) = _against(_mark())
    assert reason.key == nogo.WORD and "raised-lesion, cheeks, left" in reason.problem
    assert "EXCEED-IFU" in reason.do and "Say how it is left out" in reason.do


@pytest.mark.parametrize(("word", "asked"), [("Worked around it", 0), ("", 1), ("  \t", 1)])
def test_a_word_lets_it_pass_and_blanks_are_no_word(word, asked):
    assert len(_against(_mark(), spared=word)) == asked


@pytest.mark.parametrize("kind", [one.id for one in KNOWLEDGE.mark if one.then == "stop"])
def test_what_stops_a_zone_is_stopped_whatever_is_said(kind):
    (reason,) = _against(_mark(kind), _mark(), spared="I am careful")
    assert reason.key != nogo.WORD and kind in reason.problem


def test_another_zone_is_not_asked_about():
    assert _against(_mark(zone="chin")) == []


@pytest.mark.parametrize(("days", "asked"), [(-1, 0), (0, 1), (1, 1)])
def test_its_last_day_is_the_last_on_which_it_counts(days, asked):
    assert len(_against(_mark(until=DAY + timedelta(days=days)))) == asked


def test_a_kind_that_the_protocol_no_longer_has_is_asked_about_all_the_same():
    assert len(_against(_mark("of-an-older-edition"))) == 1


def test_each_of_several_is_named():
    assert len(_against(_mark(), _mark("tattoo"))) == 2


def test_every_kind_but_those_of_the_house_cites_a_source():
    assert all(one.sources or one.basis == "house" for one in KNOWLEDGE.mark)
    assert {one.then for one in KNOWLEDGE.mark} == {"ask", "stop"}

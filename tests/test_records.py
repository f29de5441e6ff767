"""The records themselves: frozen, ordered, and with units that add up."""

import dataclasses
import itertools
from enum import Enum

import pytest

from needlework.records.plan import Minutes
from needlework.records.ranked import Ranked
from needlework.records.recover import Urgency
from needlework.records.screen import Outcome
from nouns import NOUNS


@pytest.mark.parametrize(
    "noun", [one for one in NOUNS if not issubclass(one, Enum)], ids=lambda noun: noun.__name__
)
def test_every_noun_is_a_frozen_dataclass_with_slots_and_says_what_it_is(noun):
    assert dataclasses.is_dataclass(noun)
    assert noun.__dataclass_params__.frozen
    assert "__slots__" in vars(noun)
    assert noun.__doc__ and not noun.__doc__.startswith(f"{noun.__name__}(")  # not the one Python makes up


@pytest.mark.parametrize(
    ("words", "order"),
    [
        (Outcome, ["clear", "caution", "defer", "absolute"]),
        (Urgency, ["expected", "self-care", "call-today", "urgent", "emergency"]),
    ],
)
def test_ranked_words_are_ordered_least_first(words: type[Ranked], order):
    assert [word.word for word in words] == order
    for low, high in itertools.combinations(words, 2):
        assert low < high and low <= high and high > low and high >= low
        assert not high < low and not high <= low and not low > high and not low >= high
        assert max(low, high) is max(high, low) is high
    for word in words:
        assert word <= word and word >= word and not word < word and not word > word


def test_words_of_two_orders_are_not_one_word():
    assert Outcome("defer") is Outcome.DEFER
    assert Outcome.CLEAR != Urgency.EXPECTED


def test_the_minutes_of_a_visit_are_the_sum_of_its_parts():
    assert Minutes(preparation=15, anaesthetic=20, needling=4.5, aftercare=10).total == 49.5

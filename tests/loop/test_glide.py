"""Glide: a simulated hand against the closed form, and what overlap, wander and edges do to a dose."""

import dataclasses
import math

import numpy as np
import pytest

from needlework.loop import glide
from needlework.loop.gliding import DIRECTIONS, Gliding, words
from needlework.protocol.schema.plan import Glide

PERFECT = Glide(speed_cm_per_s=2.0, width_cm=1.0, says="", basis="house")
PAST_THE_EDGE = dataclasses.replace(PERFECT, overrun_cm=0.5)
CHEEK = Gliding(14, 116.7, 3, 100.0, PERFECT)
TARGET = 2450.0


def with_hand(gliding: Gliding = CHEEK, **hand: float) -> Gliding:
    return dataclasses.replace(gliding, glide=dataclasses.replace(gliding.glide, **hand))


def spread(gliding: Gliding, **given: float):
    return glide.simulate(gliding, **{"target_per_cm2": TARGET, **given})


# ── against the closed form ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("directions", [("horizontal",), ("vertical",), ("oblique",), tuple(DIRECTIONS)])
@pytest.mark.parametrize("layout", ["ring", "rings", "grid"])
def test_a_perfect_hand_that_runs_past_the_edge_gives_the_closed_form(directions, layout):
    one = dataclasses.replace(CHEEK, glide=PAST_THE_EDGE, directions=directions, layout=layout)
    found = spread(one)
    assert found.closed_form_per_cm2 == pytest.approx(3 * 14 * 116.7 / 2)
    assert found.mean_per_cm2 == pytest.approx(found.closed_form_per_cm2, rel=0.03)


def test_a_hand_that_stops_at_the_edge_comes_within_some_per_cent_below():
    found = spread(CHEEK)
    assert 0.93 * found.closed_form_per_cm2 < found.mean_per_cm2 < found.closed_form_per_cm2


@pytest.mark.parametrize(("needles", "strokes_per_s"), [(14, 116.7), (6, 150.0), (6, 100.0), (36, 50.0)])
@pytest.mark.parametrize("speed_cm_per_s", [1.0, 2.0, 5.0])
def test_a_slower_hand_and_more_needles_lay_down_more_in_proportion(needles, strokes_per_s, speed_cm_per_s):
    hand = dataclasses.replace(PAST_THE_EDGE, speed_cm_per_s=speed_cm_per_s)
    found = spread(Gliding(needles, strokes_per_s, 2, 100.0, hand))
    assert found.mean_per_cm2 == pytest.approx(2 * needles * strokes_per_s / speed_cm_per_s, rel=0.03)


def test_an_uneven_speed_lays_down_more_by_the_square_of_its_spread():
    many = dataclasses.replace(with_hand(overrun_cm=0.5, speed_spread=0.3), passes=40, area_cm2=400.0)
    found = spread(many)
    assert found.mean_per_cm2 / found.closed_form_per_cm2 == pytest.approx(1 + 0.3**2, rel=0.03)


# ── nothing is lost ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "hand", [{}, {"overrun_cm": 2.0, "wander_cm": 1.0}, {"speed_spread": 0.5, "overlap": 0.5}]
)
@pytest.mark.parametrize("held", ["still", "line", "stroke"])
def test_every_puncture_lies_in_a_cell_or_beyond_the_edge(hand, held):
    one = dataclasses.replace(with_hand(**hand), held=held)
    laid = glide.lay(one)
    assert laid.cells.sum() + laid.beyond == laid.strokes * one.needles
    assert spread(one).punctures == laid.strokes * one.needles
    assert laid.beyond > 0
    assert spread(one).mean_per_cm2 == pytest.approx(laid.cells.sum() / one.area_cm2)


def test_strokes_are_the_time_on_the_skin_times_the_rate():
    one = dataclasses.replace(CHEEK, directions=("horizontal",), aspect=1.0)
    assert glide.lay(one).strokes == pytest.approx(3 * 10 * 10 / 2 * 116.7, rel=0.01)


def test_more_punctures_than_fit_into_one_chunk_are_counted_alike(monkeypatch):
    whole = glide.lay(CHEEK)
    monkeypatch.setattr(glide, "CHUNK", 1000)
    assert np.array_equal(glide.lay(CHEEK).cells, whole.cells)


# ── what a hand does to a dose ───────────────────────────────────────────────────────────────────────


def test_more_overlap_raises_the_mean_above_the_closed_form():
    means = [spread(with_hand(overlap=overlap, overrun_cm=0.5)).mean_per_cm2 for overlap in (0, 0.2, 0.5)]
    assert means == sorted(means)
    assert means[2] == pytest.approx(2 * means[0], rel=0.1)


def test_wander_and_uneven_speed_raise_the_unevenness():
    def coefficient(**hand: float) -> float:
        local = glide.lay(with_hand(overrun_cm=0.5, **hand)).per_cm2
        return float(local.std() / local.mean())

    assert coefficient(wander_cm=0.3) > 1.2 * coefficient()
    assert coefficient(speed_spread=0.4) > 1.2 * coefficient()


def test_edges_are_underdosed_by_a_hand_that_stops_there_and_not_by_one_that_runs_on():
    def at_the_ends(hand: Glide) -> float:
        one = dataclasses.replace(CHEEK, glide=hand, directions=("horizontal",), held="stroke")
        local = glide.lay(one).per_cm2
        return float(local[:, :2].mean() / local[:, 10:-10].mean())

    assert at_the_ends(PERFECT) < 0.85
    assert at_the_ends(PAST_THE_EDGE) == pytest.approx(1.0, abs=0.05)


def test_lines_beside_each_other_leave_no_bare_strip():
    found = spread(dataclasses.replace(CHEEK, glide=PAST_THE_EDGE))
    assert found.percentiles_per_cm2[5] > 0.4 * found.mean_per_cm2


def test_half_the_dose_is_under_and_five_times_the_dose_is_over():
    assert spread(CHEEK, target_per_cm2=10 * TARGET).under == 1.0
    assert spread(CHEEK, target_per_cm2=TARGET / 10).over == 1.0
    middling = spread(CHEEK)
    assert middling.under < 0.1
    assert middling.over < 0.1
    assert list(middling.percentiles_per_cm2) == [5, 25, 50, 75, 95]
    values = list(middling.percentiles_per_cm2.values())
    assert values == sorted(values)


def test_the_shares_of_a_histogram_add_up_to_the_zone():
    laid = glide.lay(CHEEK)
    found = glide.shares(laid, edges_per_cm2=(0.0, TARGET / 2, TARGET, 2 * TARGET))
    assert sum(found) == pytest.approx(1.0)
    below = spread(CHEEK).under
    assert found[0] == pytest.approx(below)


# ── the plate ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("layout", ["ring", "rings", "grid"])
@pytest.mark.parametrize("needles", [1, 2, 6, 12, 14, 16, 36])
def test_a_plate_has_its_needles_apart_and_within_its_width(needles, layout):
    x, y = glide.plate(needles, layout, width_cm=0.8)
    assert len({(round(float(a), 5), round(float(b), 5)) for a, b in zip(x, y, strict=True)}) == needles
    assert max(abs(x).max(), abs(y).max()) <= 0.4 + 1e-6


# ── the same again ───────────────────────────────────────────────────────────────────────────────────


def test_a_seed_gives_the_same_again_and_another_seed_something_else():
    uneven = with_hand(wander_cm=0.2, speed_spread=0.2)
    assert spread(uneven, seed=7) == spread(uneven, seed=7)
    assert spread(uneven, seed=7) != spread(uneven, seed=8)


def test_assumptions_are_told_with_their_numbers():
    told = " ".join(words(with_hand(overlap=0.2, wander_cm=0.15, speed_spread=0.25, overrun_cm=0.3)))
    for number in ("12.2 × 8.2 cm", "3 passes", "0.8 cm apart", "20 % overlap", "0.3 cm beyond", "0.15 cm",
                   "± 25 %", "14 needles", "116.7 strokes/s", "squares of 0.2 cm"):  # fmt: skip
        assert number in told


# ── what cannot be ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf, 1e12])
@pytest.mark.parametrize("key", ["needles", "strokes_per_s", "passes", "area_cm2", "aspect"])
def test_impossible_numbers_are_refused_with_what_to_do(key, value):
    one = dataclasses.replace(CHEEK, **{key: value})
    (reason,) = glide.reasons_against(one)
    assert reason.key == key.replace("_", "-")
    with pytest.raises(ValueError, match="Give"):
        glide.lay(one)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("speed_cm_per_s", 0.0), ("speed_cm_per_s", math.nan), ("width_cm", 0.0), ("width_cm", -1.0),
        ("overlap", 1.0), ("overlap", -0.1), ("overlap", math.nan), ("speed_spread", -0.1),
        ("speed_spread", math.inf), ("wander_cm", -1.0), ("wander_cm", 1e9), ("overrun_cm", math.nan),
    ],
)  # fmt: skip
def test_impossible_hands_are_refused(key, value):
    (reason,) = glide.reasons_against(with_hand(**{key: value}))
    assert reason.key == key.replace("_", "-")
    assert reason.do.startswith("Give ")


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"needles": 6.5}, "needles"), ({"passes": 2.5}, "passes"), ({"directions": ()}, "direction"),
        ({"directions": ("sideways",)}, "direction"), ({"layout": "heap"}, "layout"),
        ({"held": "loosely"}, "held"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused(change, key):
    assert [one.key for one in glide.reasons_against(dataclasses.replace(CHEEK, **change))] == [key]


def test_a_seed_below_nothing_and_cells_without_number_are_refused():
    assert [one.key for one in glide.reasons_against(CHEEK, seed=-1)] == ["seed"]
    assert [one.key for one in glide.reasons_against(CHEEK, cell_cm=0)] == ["cell-cm"]
    whole_body = dataclasses.replace(CHEEK, area_cm2=5000.0)
    assert [one.key for one in glide.reasons_against(whole_body, cell_cm=0.02)] == ["cell-cm"]


def test_more_than_a_hundred_million_punctures_are_refused_before_they_are_made():
    endless = dataclasses.replace(with_hand(speed_cm_per_s=0.1), area_cm2=5000.0, passes=30)
    (reason,) = glide.reasons_against(endless)
    assert reason.key == "passes"
    assert "100,000,000" in reason.problem


@pytest.mark.parametrize(
    "given",
    [{"target_per_cm2": 0.0}, {"target_per_cm2": math.nan}, {"low": 2.0, "high": 1.0}, {"low": -1.0},
     {"high": math.inf}],
)  # fmt: skip
def test_an_impossible_target_is_refused(given):
    with pytest.raises(ValueError, match="target"):
        spread(CHEEK, **given)


def test_the_smallest_zone_that_is_taken_has_a_dose():
    speck = dataclasses.replace(CHEEK, area_cm2=0.1, glide=PAST_THE_EDGE)
    assert spread(speck).mean_per_cm2 > 0

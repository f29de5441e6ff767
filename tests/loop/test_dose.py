"""Dose and redness: the formulae, checked against figures of the sources and against each other."""

import pytest

from needlework.loop import dose, healing
from needlework.protocol import load
from needlework.protocol.schema.recover import RednessRule


def test_density_is_needles_times_strokes_times_seconds_over_area():
    assert dose.density(needles=12, strokes_per_s=100.0, seconds=10.0, area_cm2=30.0) == 400.0


@pytest.mark.parametrize(
    ("needles", "strokes_per_s", "per_pass"), [(14, 116.7, 817), (6, 150, 450), (6, 100, 300)]
)
def test_one_pass_lays_down_what_the_evidence_table_derives(needles, strokes_per_s, per_pass):
    found = dose.density_per_pass(
        needles=needles, strokes_per_s=strokes_per_s, speed_cm_per_s=2.0, width_cm=1.0
    )
    assert round(found) == per_pass


@pytest.mark.parametrize(
    ("needles", "strokes_per_s", "seconds"), [(14, 116.7, 15), (6, 150, 28), (6, 100, 42)]
)
def test_seconds_for_250_per_cm2_over_100_cm2_are_those_of_the_evidence_table(
    needles, strokes_per_s, seconds
):
    per_second = dose.density(needles=needles, strokes_per_s=strokes_per_s, seconds=1, area_cm2=100)
    assert round(250 / per_second) == seconds


@pytest.mark.parametrize(
    ("needles", "strokes_per_s", "seconds"), [(14, 116.7, 15), (6, 150, 28), (6, 100, 42), (12, 50, 42)]
)
def test_the_time_for_a_dose_is_the_way_back_from_the_density(needles, strokes_per_s, seconds):
    takes = dose.seconds_for_target(
        target_per_cm2=250, area_cm2=100, needles=needles, strokes_per_s=strokes_per_s
    )
    assert round(takes) == seconds
    given = dose.density(needles=needles, strokes_per_s=strokes_per_s, seconds=takes, area_cm2=100)
    assert given == pytest.approx(250)


@pytest.mark.parametrize(("passes", "per_cm2"), [(1, 15.3), (10, 153), (15, 229)])
def test_a_roller_lays_down_what_the_evidence_derives_from_its_drum(passes, per_cm2):
    once = dose.density_per_roll(needles=192, diameter_cm=2.0, width_cm=2.0)
    assert passes * once == pytest.approx(per_cm2, rel=0.003)


@pytest.mark.parametrize(("needles", "strokes_per_s", "per_second"), [(14, 7000 / 60, 1633), (16, 120, 1920)])
def test_punctures_a_second_are_those_of_the_evidence_table(needles, strokes_per_s, per_second):
    made = dose.punctures(needles=needles, strokes_per_s=strokes_per_s, seconds=1)
    assert round(made) == per_second


def test_a_pass_over_an_area_takes_the_time_that_gives_the_density_of_a_pass():
    """Two roads to one number: density of the planned seconds, and passes times density of a pass."""
    glide = {"speed_cm_per_s": 1.7, "width_cm": 0.8}
    seconds = dose.seconds_for(passes=4, area_cm2=95, **glide)
    by_time = dose.density(needles=14, strokes_per_s=116.7, seconds=seconds, area_cm2=95)
    by_pass = 4 * dose.density_per_pass(needles=14, strokes_per_s=116.7, **glide)
    assert by_time == pytest.approx(by_pass)


STEPS = tuple(
    RednessRule(up_to_mm=depth, gone_by_h=hours, basis="house")
    for depth, hours in ((1.0, 72), (1.5, 120), (5.0, 168))
)


@pytest.mark.parametrize(
    ("deepest_mm", "hours"),
    [(0.0, 72), (1.0, 72), (1.01, 120), (1.5, 120), (1.51, 168), (2.5, 168), (9, 168)],
)
def test_redness_lasts_by_the_first_step_that_reaches_the_depth(deepest_mm, hours):
    assert healing.redness_hours(STEPS, deepest_mm=deepest_mm) == hours


def test_the_edition_lists_redness_in_order_of_depth_and_never_shorter_when_deeper():
    steps = load.default().recover.redness
    depths = [step.up_to_mm for step in steps]
    hours = [step.gone_by_h for step in steps]
    assert depths == sorted(set(depths))
    assert hours == sorted(hours)
    assert depths[-1] >= max(device.deepest_mm for device in load.default().devices.device)

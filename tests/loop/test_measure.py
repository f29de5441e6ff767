"""When is a change more than noise? Records in, records out."""

import math
from dataclasses import replace
from datetime import date

import pytest

from needlework.loop import measure, student
from needlework.protocol.schema.edition import Reviewed
from needlework.protocol.schema.measure import Measure, Noise
from needlework.records.measure import Discord, Observation, Reading, Trend
from needlework.records.why import Reason

ALIKE = Discord(light=0, exposure=0, cast=0, focus=0, scale=0, turn_deg=0, misalignment_px=0)


def noise(
    name: str, *, sd: float = 0.05, freedom: float = 20.0, better: str = "lower", **per: float
) -> Noise:
    none = dict.fromkeys(("light", "exposure", "cast", "focus", "scale", "turn"), 0.0)
    widths = {f"per_{item}": value for item, value in (none | per).items()}
    return Noise(
        measure=name, title=name, better=better, sd=sd, freedom=freedom, tells="", basis="house", **widths
    )  # type: ignore[arg-type]


def knowledge(*entries: Noise) -> Measure:
    reviewed = Reviewed(by="test", on=date(2026, 11, 20), again=date(2027, 11, 20))
    return Measure(reviewed=reviewed, noise={entry.measure: entry for entry in entries})


def seen(*readings: Reading, discord: Discord = ALIKE) -> Observation:
    return Observation("pair-1", True, (), readings, discord)


def red(before: float, after: float, *, zone: str = "cheek") -> Reading:
    return Reading(zone, "redness", "OD", before, after, ratio=False, floor=0.0)


def lines(before: float, after: float) -> Reading:
    return Reading("brow", "wrinkles", "OD·mm/cm²", before, after, ratio=True, floor=0.1)


BOTH = knowledge(noise("redness"), noise("wrinkles", sd=0.06))


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        (0.2, Trend.IMPROVED),
        (0.8, Trend.WORSE),
        (0.45, Trend.NO_DETECTABLE_CHANGE),
        (0.5, Trend.NO_DETECTABLE_CHANGE),
    ],
)
def test_verdict_of_a_difference(after: float, verdict: Trend) -> None:
    (change,) = measure.compare(seen(red(0.5, after)), BOTH).changes
    assert change.verdict is verdict
    assert change.change == pytest.approx(after - 0.5)
    reach = 2.086 * math.sqrt(2) * 0.05  # t with 20 degrees of freedom
    assert change.smallest_detectable == pytest.approx(reach, rel=1e-3)
    assert change.interval == pytest.approx((after - 0.5 - reach, after - 0.5 + reach), rel=1e-3)


def test_a_ratio_is_judged_as_a_logarithm_and_told_in_its_unit() -> None:
    (change,) = measure.compare(seen(lines(2.0, 1.2)), BOTH).changes
    assert change.verdict is Trend.IMPROVED
    reach = 2.086 * math.sqrt(2) * 0.06
    moved = math.log(1.3 / 2.1)
    expected = (2.1 * math.expm1(moved - reach), 2.1 * math.expm1(moved + reach))
    assert change.interval == pytest.approx(expected, rel=1e-3)
    assert change.smallest_detectable == pytest.approx(2.1 * -math.expm1(-reach), rel=1e-3)
    assert change.interval[0] < change.change < change.interval[1]


def test_direction_comes_from_the_protocol() -> None:
    higher = knowledge(noise("redness", better="higher"))
    assert measure.compare(seen(red(0.5, 0.9)), higher).changes[0].verdict is Trend.IMPROVED


def test_what_sets_the_pair_apart_widens_the_interval() -> None:
    wide = knowledge(noise("redness", light=1.0))
    assert measure.compare(seen(red(0.5, 0.7)), wide).changes[0].verdict is Trend.WORSE
    slanting = seen(red(0.5, 0.7), discord=replace(ALIKE, light=0.1))
    change = measure.compare(slanting, wide).changes[0]
    assert change.verdict is Trend.NO_DETECTABLE_CHANGE
    assert change.smallest_detectable == pytest.approx(2.086 * math.sqrt(2) * math.hypot(0.05, 0.1), rel=1e-3)


def test_own_repeats_take_the_place_of_the_default() -> None:
    observed = seen(red(0.5, 0.65))
    default = measure.compare(observed, BOTH)
    steady = measure.compare(observed, BOTH, repeats={"redness": tuple([0.5, 0.502] * 20)})
    restless = measure.compare(observed, BOTH, repeats={"redness": (0.3, 0.5, 0.7, 0.45, 0.62)})
    assert default.defaults and not steady.defaults and not restless.defaults
    assert steady.changes[0].smallest_detectable < default.changes[0].smallest_detectable
    assert restless.changes[0].verdict is Trend.NO_DETECTABLE_CHANGE
    assert measure.compare(observed, BOTH, repeats={"redness": (0.5,)}).defaults


def test_many_zones_ask_for_more() -> None:
    just = 0.5 + 1.03 * 2.086 * math.sqrt(2) * 0.05
    alone = measure.compare(seen(red(0.5, just)), BOTH).changes[0]
    assert alone.verdict is Trend.WORSE
    others = [red(0.5, 0.5 + 0.001 * n, zone=f"zone {n}") for n in range(9)]
    among = measure.compare(seen(red(0.5, just), *others), BOTH).changes[0]
    assert among.verdict is Trend.NO_DETECTABLE_CHANGE
    assert among.smallest_detectable > just - 0.5
    all_ = measure.compare(seen(*[red(0.5, just, zone=f"zone {n}") for n in range(9)]), BOTH)
    assert {change.verdict for change in all_.changes} == {Trend.WORSE}


def test_a_pair_that_is_not_comparable_has_no_verdict() -> None:
    why = Reason("pair.light", "Other light.", "Same lamps.")
    found = measure.compare(Observation("pair-1", False, (why,), (red(0.5, 0.9),), ALIKE), BOTH)
    assert (found.comparable, found.changes, found.reasons) == (False, (), (why,))


def test_a_measure_of_unknown_noise_is_not_judged() -> None:
    found = measure.compare(seen(red(0.5, 0.9), lines(2.0, 1.0)), knowledge(noise("wrinkles")))
    assert [change.measure for change in found.changes] == ["wrinkles"]
    assert found.reasons[0].key == "measure.redness"


def test_nothing_to_nothing_is_no_change() -> None:
    nothing = replace(lines(0.0, 0.0), floor=0.0)
    (change,) = measure.compare(seen(nothing), BOTH).changes
    assert change.verdict is Trend.NO_DETECTABLE_CHANGE


@pytest.mark.parametrize(
    ("level", "freedom", "t"), [(0.05, 1, 12.706), (0.05, 4, 2.776), (0.05, 30, 2.042), (0.01, 10, 3.169)]
)
def test_quantiles_of_student(level: float, freedom: float, t: float) -> None:
    """Tables as printed everywhere since Fisher and Yates."""
    assert student.t_quantile(level, freedom=freedom) == pytest.approx(t, abs=6e-4)
    assert student.t_tail(t, freedom=freedom) == pytest.approx(level, rel=2e-3)

"""needlework dose."""

import pytest

from cli.run import needlework, refused, told

SKINPEN = ("dose", "--device", "skinpen-precision", "--area-cm2", "110", "--seconds", "60")


def test_dose_is_needles_times_strokes_times_seconds_over_area() -> None:
    dose = told(*SKINPEN)
    assert list(dose) == [
        "device", "device_name", "needles", "strokes_per_s", "area_cm2", "seconds", "per_cm2", "passes",
        "target_per_cm2", "seconds_for_target", "passes_for_target", "basis", "sources", "simulated",
        "edition",
    ]  # fmt: skip
    assert dose["strokes_per_s"] == [116.7, 116.7]
    assert dose["per_cm2"] == [pytest.approx(14 * 116.7 * 60 / 110)] * 2
    said = needlework(*SKINPEN).stdout
    assert said.startswith("891 punctures per cm²\n")
    assert "116.7 strokes/s" in said


def test_a_device_with_a_range_gives_a_range() -> None:
    exceed = ("dose", "--device", "exceed", "--area-cm2", "110", "--seconds", "60")
    low, high = told(*exceed)["per_cm2"]
    assert (low, high) == (pytest.approx(327.27, abs=0.01), pytest.approx(490.91, abs=0.01))
    assert needlework(*exceed).stdout.startswith("327 to 491 punctures per cm²\n")
    assert told(*exceed, "--strokes-per-s", "120")["per_cm2"] == [pytest.approx(392.73, abs=0.01)] * 2


def test_a_rate_that_no_paper_states_is_asked_for() -> None:
    rejuvapen = ("dose", "--device", "rejuvapen-nxt", "--area-cm2", "10", "--seconds", "10")
    (reason,) = refused(*rejuvapen)
    assert reason["key"] == "strokes-per-s"
    assert "handpiece" in reason["do"]
    assert told(*rejuvapen, "--strokes-per-s", "100")["strokes_per_s"] == [100.0, 100.0]


@pytest.mark.parametrize(
    ("option", "value", "key"),
    [
        ("--area-cm2", "0", "area-cm2"),
        ("--area-cm2", "nan", "area-cm2"),
        ("--seconds", "-3", "seconds"),
        ("--seconds", "inf", "seconds"),
        ("--strokes-per-s", "500", "strokes-per-s"),
        ("--strokes-per-s", "nan", "strokes-per-s"),
        ("--strokes-per-s", "0", "strokes-per-s"),
        ("--device", "toothbrush", "device"),
        ("--device", "dermapen-4", "device"),
        ("--device", "roller-standard", "device"),
        ("--passes", "0", "passes"),
        ("--passes", "101", "passes"),
        ("--target-per-cm2", "nan", "target-per-cm2"),
        ("--target-per-cm2", "-1", "target-per-cm2"),
    ],
)
def test_impossible_values_are_refused(option: str, value: str, key: str) -> None:
    (reason,) = refused(*SKINPEN, option, value)
    assert reason["key"] == key
    assert reason["do"]


@pytest.mark.parametrize("words", [SKINPEN[:-2], (*SKINPEN, "--seconds", "long")])
def test_wrong_usage_of_dose_is_two(words: tuple[str, ...]) -> None:
    assert needlework(*words).exit_code == 2


# ── passes, targets, rollers ─────────────────────────────────────────────────────────────────────────

PEN = ("dose", "--device", "skinpen-precision", "--area-cm2", "110")
MF8 = ("dose", "--device", "roller-mf8", "--area-cm2", "110")


def test_passes_of_a_pen_take_the_time_of_the_editions_speed() -> None:
    found = told(*PEN, "--passes", "4")
    assert found["seconds"] == pytest.approx(220)
    assert found["per_cm2"][0] == pytest.approx(4 * 14 * 116.7 / 2)
    assert "4 passes in lines 1 cm wide, at 2 cm/s." in needlework(*PEN, "--passes", "4").stdout


def test_a_target_says_how_long_it_takes() -> None:
    found = told(*PEN, "--target-per-cm2", "250")
    assert found["seconds_for_target"] == [pytest.approx(250 * 110 / (14 * 116.7))] * 2
    assert found["per_cm2"] is None
    assert needlework(*PEN, "--target-per-cm2", "250").stdout.startswith("16.8 s for 250 per cm²")
    shortest, longest = told("dose", "--device", "exceed", "--area-cm2", "100", "--target-per-cm2", "250")[
        "seconds_for_target"
    ]
    assert (round(shortest), round(longest)) == (28, 42)


def test_a_roller_is_counted_by_passes() -> None:
    found = told(*MF8, "--passes", "10", "--target-per-cm2", "250")
    assert found["per_cm2"] == [pytest.approx(152.8, abs=0.1)] * 2
    assert (found["passes_for_target"], found["strokes_per_s"], found["seconds"]) == (17, None, None)
    said = needlework(*MF8, "--passes", "10").stdout
    assert said.startswith("153 punctures per cm²\n")
    assert "drum of 2 cm × 2 cm" in said


@pytest.mark.parametrize(
    ("more", "key"),
    [
        (("--seconds", "60"), "seconds"),
        (("--strokes-per-s", "100"), "strokes-per-s"),
        (("--simulate",), "simulate"),
    ],
)
def test_what_a_roller_has_not_is_refused(more: tuple[str, ...], key: str) -> None:
    (reason,) = refused(*MF8, "--passes", "10", *more)
    assert reason["key"] == key


# ── simulated ────────────────────────────────────────────────────────────────────────────────────────

DRAWN = (*PEN, "--passes", "3", "--simulate")
PERFECT = ("--overlap", "0", "--speed-spread", "0", "--wander-cm", "0", "--overrun-cm", "0.5")


def test_a_perfect_hand_comes_to_the_closed_form() -> None:
    drawn = told(*DRAWN, *PERFECT)["simulated"]
    assert list(drawn) == [
        "punctures", "mean_per_cm2", "closed_form_per_cm2", "target_per_cm2", "under", "over", "low", "high",
        "percentiles_per_cm2", "cell_cm", "passes", "seconds", "seed", "histogram", "assumes",
    ]  # fmt: skip
    assert drawn["mean_per_cm2"] == pytest.approx(drawn["closed_form_per_cm2"], rel=0.03)
    assert drawn["target_per_cm2"] == drawn["closed_form_per_cm2"]
    assert list(drawn["percentiles_per_cm2"]) == ["5", "25", "50", "75", "95"]
    assert sum(line["share"] for line in drawn["histogram"]) == pytest.approx(1)
    assert drawn["punctures"] == pytest.approx(14 * 116.7 * drawn["seconds"])


def test_it_says_how_evenly_the_dose_lies_and_what_it_assumes() -> None:
    said = needlework(*DRAWN, "--target-per-cm2", "2000").stdout
    flat = " ".join(said.split())
    assert "of the zone has less than half of 2,000 per cm²" in flat
    assert "█" in said
    for sentence in told(*DRAWN)["simulated"]["assumes"]:
        assert f"· {sentence}" in flat


def test_a_seed_draws_the_same_again() -> None:
    uneven = (*DRAWN, "--wander-cm", "0.2", "--speed-spread", "0.2")
    assert told(*uneven, "--seed", "7") == told(*uneven, "--seed", "7")
    assert told(*uneven, "--seed", "7")["simulated"] != told(*uneven, "--seed", "8")["simulated"]


def test_a_wandering_hand_leaves_more_of_the_zone_under_its_target() -> None:
    steady, wandering = (
        told(*DRAWN, *PERFECT[:-4], "--wander-cm", wander, "--overrun-cm", "0.5")["simulated"]["under"]
        for wander in ("0", "0.8")
    )
    assert wandering > steady


def test_seconds_set_the_speed_and_the_passes() -> None:
    drawn = told(*PEN, "--seconds", "165", "--simulate", *PERFECT)
    assert drawn["simulated"]["passes"] == 3
    assert drawn["per_cm2"][0] == pytest.approx(drawn["simulated"]["closed_form_per_cm2"])


def test_a_target_alone_is_simulated_in_the_time_that_it_takes() -> None:
    drawn = told(*PEN, "--target-per-cm2", "800", "--simulate", *PERFECT)["simulated"]
    assert drawn["closed_form_per_cm2"] == pytest.approx(800)


@pytest.mark.parametrize(
    ("option", "value", "key"),
    [
        ("--aspect", "0", "aspect"), ("--aspect", "nan", "aspect"), ("--overlap", "1", "overlap"),
        ("--speed-spread", "-1", "speed-spread"), ("--wander-cm", "inf", "wander-cm"),
        ("--overrun-cm", "99", "overrun-cm"), ("--seed", "-1", "seed"), ("--area-cm2", "1e9", "area-cm2"),
    ],
)  # fmt: skip
def test_an_impossible_simulation_is_refused(option: str, value: str, key: str) -> None:
    (reason,) = refused(*DRAWN, option, value)
    assert reason["key"] == key


def test_more_punctures_than_can_be_drawn_are_refused() -> None:
    (reason,) = refused(*DRAWN, "--passes", "100", "--area-cm2", "4000")
    assert "100,000,000" in reason["problem"]


def test_seconds_and_targets_beyond_any_hand_are_refused() -> None:
    """A dose without end is no answer, nor is one of three hundred digits."""
    pen = ("dose", "--device", "skinpen-precision", "--area-cm2", "100")
    assert refused(*pen, "--seconds", "1e308")[0]["key"] == "seconds"
    assert refused(*pen, "--passes", "3", "--target-per-cm2", "1e300")[0]["key"] == "target-per-cm2"

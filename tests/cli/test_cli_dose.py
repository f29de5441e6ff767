"""needlework dose."""

import pytest

from cli.run import needlework, refused, told

SKINPEN = ("dose", "--device", "skinpen-precision", "--area-cm2", "110", "--seconds", "60")


def test_dose_is_needles_times_strokes_times_seconds_over_area() -> None:
    dose = told(*SKINPEN)
    assert list(dose) == [
        "device", "device_name", "needles", "strokes_per_s", "area_cm2", "seconds", "per_cm2", "basis",
        "sources", "edition",
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
    ],
)
def test_impossible_values_are_refused(option: str, value: str, key: str) -> None:
    (reason,) = refused(*SKINPEN, option, value)
    assert reason["key"] == key
    assert reason["do"]


@pytest.mark.parametrize("words", [SKINPEN[:-2], (*SKINPEN, "--seconds", "long")])
def test_wrong_usage_of_dose_is_two(words: tuple[str, ...]) -> None:
    assert needlework(*words).exit_code == 2

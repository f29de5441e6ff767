"""needlework numb."""

import pytest

from cli.run import needlework, refused, told

EMLA = ("numb", "--cream", "lidocaine-prilocaine-2.5", "--grams", "10", "--area-cm2", "60", "--minutes", "60")
STRONG = (
    "numb", "--cream", "lidocaine-23-tetracaine-7", "--grams", "30", "--area-cm2", "400", "--minutes", "90",
)  # fmt: skip


def test_milligrams_are_grams_times_per_cent_times_ten() -> None:
    found = told(*EMLA)
    assert list(found) == [
        "cream", "cream_name", "percent", "grams", "area_cm2", "minutes", "milligrams", "grams_per_10cm2",
        "alerts", "basis", "sources", "edition",
    ]  # fmt: skip
    assert found["milligrams"] == {"lidocaine": 250.0, "prilocaine": 250.0}
    assert found["grams_per_10cm2"] == pytest.approx(1.667, abs=0.001)
    assert found["alerts"] == []


def test_it_is_said_as_one_would_read_it_out() -> None:
    said = needlework(*EMLA).stdout
    assert said.startswith(
        "250 mg of lidocaine and 250 mg of prilocaine on the skin; no limit of this edition"
    )
    assert "over 60 cm² for 60 min" in said
    assert "Wipe all of it off before needling." in said


def test_each_limit_that_is_passed_says_what_to_do_and_whose_it_is() -> None:
    alerts = told(*STRONG)["alerts"]
    assert [alert["limit"] for alert in alerts] == ["compounded-time", "large-area", "strong-lidocaine"]
    assert list(alerts[0]) == ["limit", "refuse", "say", "do", "basis", "sources"]
    said = " ".join(needlework(*STRONG).stdout.split())
    assert "3 limits are passed" in said
    for alert in alerts:
        assert f"! {alert['say']} Do: {alert['do']} {alert['limit']} · {alert['basis']}: " in said
    one = " ".join(needlework(*EMLA, "--covered").stdout.split())
    assert "one limit is passed" in one


@pytest.mark.parametrize(
    "option", ["--warmed", "--broken-skin", "--near-eyes", "--after-needling", "--at-risk"]
)
def test_what_must_not_be_done_is_refused_with_its_source(option: str) -> None:
    (reason,) = refused(*EMLA, option)
    assert reason["key"] == option.removeprefix("--")
    assert reason["do"].endswith(")")


def test_atopic_skin_is_numbed_for_half_an_hour_at_most() -> None:
    assert [alert["limit"] for alert in told(*EMLA, "--atopic")["alerts"]] == ["atopic-time"]
    assert told(*EMLA, "--atopic", "--minutes", "30")["alerts"] == []


@pytest.mark.parametrize(
    ("option", "value", "key"),
    [
        ("--cream", "toothpaste", "cream"), ("--grams", "0", "grams"), ("--grams", "nan", "grams"),
        ("--area-cm2", "-3", "area-cm2"), ("--minutes", "inf", "minutes"),
    ],
)  # fmt: skip
def test_impossible_uses_are_refused(option: str, value: str, key: str) -> None:
    (reason,) = refused(*EMLA, option, value)
    assert reason["key"] == key


@pytest.mark.parametrize("words", [EMLA[:-2], (*EMLA, "--grams", "much")])
def test_wrong_usage_of_numb_is_two(words: tuple[str, ...]) -> None:
    assert needlework(*words).exit_code == 2

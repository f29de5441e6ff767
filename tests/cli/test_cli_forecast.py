"""needlework forecast."""

import pytest

from cli.run import needlework, refused, told
from needlework.cli import forecast
from needlework.protocol import load
from needlework.records.learn import Pooled

CONCERNS = {one.id: one for one in load.default().plan.concern}


def test_without_a_concern_all_are_listed_with_how_well_they_are_known() -> None:
    said = needlework("forecast").stdout
    for one in CONCERNS.values():
        line = next(line for line in said.splitlines() if line.startswith(f"{one.id} "))
        assert one.name in line and forecast.SUPPORT[one.support] in line
    listed = told("forecast")["concerns"]
    assert [one["concern"] for one in listed] == list(CONCERNS)
    assert {"name", "support", "trials"} < listed[0].keys()


def test_a_forecast_is_a_sentence_a_band_and_every_study() -> None:
    short = needlework("forecast", "acne-scars").stdout
    assert "· acne-scars-alam2014:" not in short and "with its sources: --trials" in short
    said = " ".join(needlework("forecast", "acne-scars", "--trials").stdout.split())
    assert said.startswith("Acne scars: trials of needling alone. Tell them: In 4 studies of 110 people")
    assert "Nobody can say beforehand" in said
    assert "░ another study: −98.4 % to 52.3 %" in said
    assert " ".join(CONCERNS["acne-scars"].limits.split()) in said
    assert "Judge no sooner than 90 days after the last session." in said
    for trial in load.default().learn.trial:
        assert (f"· {trial.id}:" in said) == (trial.concern == "acne-scars")
    assert "cited: MNCP2021 (grade B, abstract)" in said and "unsigned" in said


def test_what_was_not_seen_is_not_shown_as_none() -> None:
    lines = needlework("forecast", "acne-scars").stdout.splitlines()
    (line,) = (line for line in lines if line.startswith("acne-scars-dalwig2020 "))
    assert line.split()[1] == "?"


def test_json_is_the_forecast_with_its_studies_in_full() -> None:
    found = told("forecast", "other-scars")
    assert list(found) == [
        "concern", "name", "support", "limits", "pooled", "trials", "say", "tell", "judge_after_days",
        "sources", "edition", "studies",
    ]  # fmt: skip
    (one,) = found["pooled"]
    assert list(one) == ["of", "percent", "band", "trials", "people", "says"]
    assert one["band"] == [0.0, 89.0] and one["trials"] == ["other-scars-k200044"]
    assert [study["id"] for study in found["studies"]] == found["trials"]
    assert found["studies"][0]["effect"][0]["interval"] == [58.0, 89.0]


def test_what_is_not_a_use_says_so_and_names_no_day_to_judge() -> None:
    said = needlework("forecast", "absorption").stdout
    assert "Needling is not meant for this." in said and "Judge no sooner" not in said


def test_an_unknown_concern_is_refused_with_the_closest() -> None:
    assert refused("forecast", "wrinkle") == [
        {
            "key": "concern",
            "problem": "'wrinkle' is not a concern of this protocol.",
            "do": 'Did you mean "wrinkles"?',
        }
    ]


@pytest.mark.parametrize(
    ("one", "percents", "drawn"),
    [
        (("share-better", 50.0, (0.0, 100.0)), [70.0, 70.2], {0: "│", 30: "◆", 42: "2", 60: "░"}),
        (("change", -25.0, (-50.0, 20.0)), [-40.0], {0: "·", 25: "░", 30: "●", 38: "◆", 50: "│", 60: "░"}),
        (("change", 0.0, (0.0, 80.0)), [80.0], {0: "·", 33: "◆", 60: "●"}),
    ],
)
def test_a_bar_puts_each_study_where_its_number_lies(one, percents, drawn) -> None:
    of, percent, band = one
    bar = forecast.bar(Pooled(of, percent, band, (), 10, ""), percents)
    assert len(bar) == forecast.BAR
    assert {at: bar[at] for at in drawn} == drawn

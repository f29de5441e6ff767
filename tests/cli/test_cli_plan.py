"""needlework plan."""

from pathlib import Path

import pytest

from cli.run import DAY, INES, NOOR, needlework, refused, told

COURSE = ("plan", NOOR, "--device", "skinpen-precision", "--on", DAY)
WRINKLES = (*COURSE, "--concern", "wrinkles", "--zone", "cheeks,neck")


def test_a_plan_is_a_table_with_the_wall_of_each_zone() -> None:
    said = needlework(*WRINKLES).stdout
    lines = said.splitlines()
    assert lines[0].startswith("! Caution")
    assert "SkinPen Precision for wrinkles: " in lines[1]
    head = next(line for line in lines if line.startswith("zone "))
    cheeks = next(line for line in lines if line.startswith("Cheeks "))
    assert head.split() == ["zone", "set", "depth", "wall", "passes", "per", "cm²", "area", "needling"]
    assert head.index("wall") == cheeks.index("technique")
    assert "set depth" in said and "depth reached" not in said
    assert "! Outside the label: SkinPen Precision is not labelled for wrinkles" in said
    assert "unsigned" in said


def test_json_is_the_plan_with_the_screening_it_stands_on() -> None:
    plan = told(*WRINKLES)
    assert list(plan) == [
        "device", "device_name", "concerns", "place", "zones", "sessions", "interval_days", "minutes",
        "recovery_days", "judge_after_days", "off_label", "notes", "person", "edition", "minutes_total",
        "screening",
    ]  # fmt: skip
    assert list(plan["zones"][0]) == [
        "zone", "name", "concern", "set_depth_mm", "wall", "walls", "passes", "target_per_cm2", "area_cm2",
        "needling_s", "endpoint", "skin_mm", "off_label", "notes",
    ]  # fmt: skip
    assert plan["person"] == {"age_years": 41, "sex": "female", "skin_type": "IV"}
    assert plan["minutes_total"] == pytest.approx(sum(plan["minutes"].values()))
    assert plan["screening"]["outcome"] == "caution"


def test_zones_may_be_repeated_or_listed() -> None:
    assert told(*COURSE, "--concern", "wrinkles", "--zone", "cheeks", "--zone", "neck") == told(*WRINKLES)


def test_a_depth_that_was_asked_for_stops_at_the_wall_and_says_so() -> None:
    neck = told(*WRINKLES, "--depth", "neck=2.5")["zones"][1]
    assert neck["set_depth_mm"] == neck["wall"]["limit_mm"] < 2.5
    assert any("2.5 mm was asked for" in note for note in neck["notes"])
    assert "2.5 mm was asked for; the limit is" in needlework(*WRINKLES, "--depth", "neck=2.5").stdout


def test_an_area_measured_on_the_person_counts() -> None:
    small = told(*WRINKLES, "--area", "neck=50")["zones"][1]
    assert small["area_cm2"] == 50.0
    assert small["needling_s"] < told(*WRINKLES)["zones"][1]["needling_s"]


def test_a_licence_is_a_wall_too() -> None:
    plan = told(*WRINKLES, "--place", "utah-master-aesthetician")
    assert "licence" in {wall["name"] for zone in plan["zones"] for wall in zone["walls"]}


def test_a_wait_is_said_before_the_plan() -> None:
    said = needlework("plan", INES, *WRINKLES[2:]).stdout
    assert said.splitlines()[0] == "◷ Wait until 4 Mar 2027"
    assert "sessions, " in said


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────


def test_no_course_is_proposed_where_nobody_may_treat(tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(Path(NOOR).read_text(encoding="utf-8").replace("keloid = false", "keloid = true"))
    reasons = refused("plan", file, *WRINKLES[2:])
    assert [reason["key"] for reason in reasons] == ["keloid"]


def test_what_a_plan_must_know_of_a_person_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text("keloid = false\n")
    reasons = refused("plan", file, *WRINKLES[2:])
    assert {reason["key"] for reason in reasons} == {"age-years", "sex", "skin-type"}
    assert {reason["file"] for reason in reasons} == {str(file)}


def test_every_unknown_name_is_refused_at_once() -> None:
    reasons = refused(
        "plan", NOOR, "--device", "skinpen", "--concern", "wrinkels", "--zone", "cheeck", "--place", "mars"
    )
    assert [reason["key"] for reason in reasons] == ["device", "place", "concern", "zone"]
    assert '"wrinkles"' in reasons[2]["do"] and '"cheeks"' in reasons[3]["do"]


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (("--depth", "neck=-1"), "neck"),
        (("--depth", "neck=nan"), "neck"),
        (("--depth", "neck=9"), "neck"),
        (("--area", "neck=0"), "neck"),
        (("--area", "chin=30"), "area"),
        (("--depth", "chin=0.5"), "depth"),
    ],
)
def test_impossible_numbers_are_refused(words: tuple[str, ...], key: str) -> None:
    assert key in {reason["key"] for reason in refused(*WRINKLES, *words)}


def test_a_zone_without_a_technique_is_refused() -> None:
    assert "hands" in {one["key"] for one in refused(*COURSE, "--concern", "acne-scars", "--zone", "hands")}


@pytest.mark.parametrize(
    "words",
    [
        ("plan", NOOR, "--device", "skinpen-precision", "--concern", "wrinkles"),
        ("plan", "--device", "skinpen-precision", "--concern", "wrinkles", "--zone", "neck"),
        (*WRINKLES, "--depth", "neck"),
        (*WRINKLES, "--depth", "neck=deep"),
        (*WRINKLES, "--area", "=3"),
    ],
)
def test_wrong_usage_of_plan_is_two(words: tuple[str, ...]) -> None:
    result = needlework(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: " in result.stderr

"""needlework plan."""

import json
from datetime import date
from pathlib import Path

import pytest

import cast
from cli.run import DAY, needlework, refused, told
from needlework.cli import tell
from needlework.records.screen import AnswerValue

ASKED = {"zones": ("cheeks", "neck")}
FILLER = {"filler": ("neck",), "filler-on.neck": date(2026, 9, 3)}


def written(file: Path, changed: dict[str, AnswerValue]) -> str:
    """Priya's answers, asked about cheeks and neck, but for what is changed."""
    given = cast.answers("priya", {**ASKED, **changed}).given
    lines = [f'"{key}" = {_toml(value)}' for key, value in given.items()]
    file.write_text("\n".join(lines), encoding="utf-8")
    return str(file)


def _toml(value: AnswerValue) -> str:
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)


@pytest.fixture
def priya(tmp_path: Path) -> str:
    return written(tmp_path / "priya.toml", {})


@pytest.fixture
def wrinkles(priya: str) -> tuple[str, ...]:
    return (
        "plan", priya, "--device", "skinpen-precision", "--on", DAY, "--concern", "wrinkles",
        "--zone", "cheeks,neck",
    )  # fmt: skip


def test_a_plan_is_a_table_with_the_wall_of_each_zone(wrinkles) -> None:
    said = needlework(*wrinkles).stdout
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


def test_a_plan_says_its_limits_before_its_notes_the_minutes_and_the_directions(wrinkles) -> None:
    short = needlework(*wrinkles).stdout
    assert "· Set depth is how far" not in short and "notes that go with every plan: --notes" in short
    said = needlework(*wrinkles, "--notes").stdout
    assert said.index("! Limits of the evidence: ") < said.index("· Set depth is how far")
    assert "needling 5.1, preparation 15, numbing 20, aftercare 10." in " ".join(said.split())
    assert "lines horizontal, vertical, oblique" in " ".join(said.split())
    assert "To be led by" not in said


def test_json_is_the_plan_with_the_screening_it_stands_on(wrinkles) -> None:
    plan = told(*wrinkles)
    assert list(plan) == [
        "device", "device_name", "concerns", "place", "zones", "sessions", "interval_days", "minutes",
        "recovery_days", "judge_after_days", "off_label", "notes", "person", "edition", "led_by",
        "minutes_total", "screening", "review",
    ]  # fmt: skip
    assert list(plan["zones"][0]) == [
        "zone", "name", "concern", "set_depth_mm", "wall", "walls", "passes", "target_per_cm2", "area_cm2",
        "needling_s", "endpoint", "skin_mm", "off_label", "notes", "directions", "published_per_cm2",
        "asked_mm",
    ]  # fmt: skip
    assert plan["person"] == {"age_years": 31, "sex": "female", "skin_type": "IV"}
    assert plan["minutes_total"] == pytest.approx(sum(plan["minutes"].values()))
    assert plan["screening"]["outcome"] == "caution"
    assert plan["review"] == {"weight": "free", "judged": []}


def test_zones_may_be_repeated_or_listed(wrinkles) -> None:
    assert told(*wrinkles[:-2], "--zone", "cheeks", "--zone", "neck") == told(*wrinkles)


def test_a_depth_that_was_asked_for_stops_at_the_wall_and_says_so(wrinkles) -> None:
    neck = told(*wrinkles, "--depth", "neck=2.5")["zones"][1]
    assert neck["set_depth_mm"] == neck["wall"]["limit_mm"] < 2.5
    assert neck["asked_mm"] == 2.5
    assert any("2.5 mm was asked for" in note for note in neck["notes"])
    assert "2.5 mm was asked for; the limit is" in needlework(*wrinkles, "--depth", "neck=2.5").stdout


def test_an_area_measured_on_the_person_counts(wrinkles) -> None:
    small = told(*wrinkles, "--area", "neck=50")["zones"][1]
    assert small["area_cm2"] == 50.0
    assert small["needling_s"] < told(*wrinkles)["zones"][1]["needling_s"]


def test_a_licence_is_a_wall_too(wrinkles) -> None:
    plan = told(*wrinkles, "--place", "utah-master-aesthetician")
    assert "licence" in {wall["name"] for zone in plan["zones"] for wall in zone["walls"]}


def test_a_wait_is_said_before_the_plan_and_only_for_the_zones_that_are_planned(tmp_path: Path) -> None:
    file = written(tmp_path / "answers.toml", FILLER)
    course = ("plan", file, "--device", "skinpen-precision", "--on", DAY, "--concern", "wrinkles")
    until = tell.day(date.fromisoformat(told("screen", file, "--on", DAY)["until"]))
    both = needlework(*course, "--zone", "cheeks,neck").stdout.splitlines()
    assert both[0] == f"◷ In some zones: wait until {until}"
    assert both[1:3] == ["  ! cheeks: caution", f"  ◷ neck: defer until {until}"]
    cheeks = needlework(*course, "--zone", "cheeks").stdout
    assert cheeks.startswith("! Caution") and until not in cheeks


def test_who_must_lead_a_course_is_said(tmp_path: Path) -> None:
    said = needlework(
        "plan", written(tmp_path / "answers.toml", {}), "--device", "skinpen-precision", "--on", DAY,
        "--concern", "melasma", "--zone", "cheeks",
    ).stdout  # fmt: skip
    assert "! To be led by a prescriber." in said


# ── changes ──────────────────────────────────────────────────────────────────────────────────────────


def test_changes_are_judged_one_by_one_and_reckoned_in(wrinkles) -> None:
    changed = (*wrinkles, "--passes", "cheeks=5,neck=2", "--sessions", "3", "--interval-days", "20")
    plan = told(*changed)
    assert (plan["sessions"], plan["interval_days"]) == (3, 20)
    assert [zone["passes"] for zone in plan["zones"]] == [5, 2]
    assert plan["review"]["weight"] == "reason"
    judged = {one["key"]: (one["before"], one["after"], one["weight"]) for one in plan["review"]["judged"]}
    assert judged == {
        "cheeks.passes": (3, 5, "reason"),
        "neck.passes": (3, 2, "free"),
        "sessions": (4, 3, "free"),
        "interval-days": (30, 20, "reason"),
    }
    said = " ".join(needlework(*changed).stdout.split())
    assert "! Cheeks, passes: 3 → 5, needs a reason. 5 passes are more than the 3 of the technique" in said
    assert "! Interval days: 30 → 20, needs a reason, by: prescriber, medical-director. 20 days" in said
    assert "✓ Sessions: 4 → 3, free" in said


def test_a_change_that_nobody_may_make_is_refused(wrinkles) -> None:
    reasons = refused(*wrinkles, "--passes", "cheeks=50", "--sessions", "99", "--interval-days", "2")
    assert [reason["key"] for reason in reasons] == ["cheeks.passes", "sessions", "interval-days"]
    assert "50 passes are more than the 15 that this edition allows." in reasons[0]["problem"]


# ── every device ─────────────────────────────────────────────────────────────────────────────────────


def test_devices_stand_side_by_side_cleared_and_on_label_first(priya: str) -> None:
    course = ("plan", priya, "--compare", "--on", DAY, "--concern", "acne-scars", "--zone", "cheeks")
    lines = needlework(*course).stdout.splitlines()
    head = next(index for index, line in enumerate(lines) if line.startswith("device "))
    assert " ".join(lines[head].split()) == "device zone set depth wall per cm² needling label"
    labels = [line.split("min")[1].strip() for line in lines[head + 1 : lines.index("", head)]]
    assert labels == sorted(labels, key=["on label", "outside", "not cleared"].index)
    assert {"on label", "outside", "not cleared"} == set(labels)
    compared = told(*course)
    assert list(compared) == ["alternatives", "screening"]
    assert list(compared["alternatives"][0]) == ["device", "device_name", "cleared", "plan", "reasons"]
    assert compared["alternatives"][0]["plan"]["off_label"] == []


def test_a_device_that_gives_no_plan_says_why_below_the_others(priya: str) -> None:
    said = needlework(
        "plan", priya, "--compare", "--on", DAY, "--concern", "wrinkles", "--zone", "neck"
    ).stdout
    assert "✕ Roller MF8: neck: Roller MF8 has no setting as low as 1 mm" in said


def test_what_no_device_can_do_is_refused_once(priya: str) -> None:
    course = ("plan", priya, "--compare", "--on", DAY, "--concern", "wrinkels", "--zone", "neck")
    assert [reason["key"] for reason in refused(*course)] == ["concern"]
    elsewhere = refused(*course[:-3], "wrinkles", "--zone", "neck", "--depth", "cheeks=1")
    assert [reason["key"] for reason in elsewhere if reason["key"] != "neck"] == ["depth"]


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────


def test_no_course_is_proposed_where_nobody_may_treat(wrinkles, tmp_path: Path) -> None:
    file = written(tmp_path / "answers.toml", {"keloid": True})
    reasons = refused("plan", file, *wrinkles[2:])
    assert [reason["key"] for reason in reasons] == ["keloid"]


def test_a_zone_that_was_not_asked_about_is_refused(wrinkles) -> None:
    (only,) = refused(*wrinkles[:-1], "cheeks,chin")
    assert (only["key"], only["problem"], only["do"]) == (
        "chin", "is not screened.", "Ask about this zone first.",
    )  # fmt: skip


def test_what_a_plan_must_know_of_a_person_is_asked_for(wrinkles, tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text("keloid = false\n")
    reasons = refused("plan", file, *wrinkles[2:])
    assert {reason["key"] for reason in reasons} == {"age-years", "sex", "skin-type"}
    assert {reason["file"] for reason in reasons} == {str(file)}


def test_every_unknown_name_is_refused_at_once(priya: str) -> None:
    reasons = refused(
        "plan", priya, "--device", "skinpen", "--concern", "wrinkels", "--zone", "cheeck", "--place", "mars"
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
        (("--passes", "chin=3"), "passes"),
    ],
)
def test_impossible_numbers_are_refused(wrinkles, words: tuple[str, ...], key: str) -> None:
    assert key in {reason["key"] for reason in refused(*wrinkles, *words)}


def test_skin_that_is_never_needled_and_what_is_no_use_are_refused(wrinkles) -> None:
    assert {one["key"] for one in refused(*wrinkles[:-1], "cheeks,eyelids")} == {"eyelids"}
    assert [one["key"] for one in refused(*wrinkles, "--concern", "absorption")] == ["absorption"]


def test_a_zone_without_a_technique_is_refused(wrinkles, tmp_path: Path) -> None:
    file = written(tmp_path / "answers.toml", {"zones": ("hands",)})
    course = ("plan", file, "--device", "skinpen-precision", "--on", DAY)
    assert "hands" in {one["key"] for one in refused(*course, "--concern", "acne-scars", "--zone", "hands")}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--device", "skinpen-precision", "--concern", "wrinkles"), "--zone"),
        (("--concern", "wrinkles", "--zone", "neck"), "--compare"),
        (("--device", "skinpen-precision", "--zone", "neck"), "--concern"),
        (("--compare", "--concern", "wrinkles", "--zone", "neck", "--sessions", "3"), "leave out"),
    ],
)
def test_what_a_plan_needs_is_asked_for(priya: str, words: tuple[str, ...], says: str) -> None:
    result = needlework("plan", priya, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("--depth", "neck"),
        ("--depth", "neck=deep"),
        ("--area", "=3"),
        ("--passes", "neck=2.5"),
        ("--passes", "neck=nan"),
        ("--sessions", "many"),
    ],
)
def test_wrong_usage_of_plan_is_two(wrinkles, words: tuple[str, ...]) -> None:
    result = needlework(*wrinkles, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: " in result.stderr

"""needlework measure, on drawn skin of known truth."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import skins
from cli.run import needlework, refused, told
from needlework.cli import comparison, tell
from needlework.cli import overlay as writing
from needlework.imaging.catalogue import MEASURES
from needlework.records.measure import Change, Comparison, Detail, Likeness, Trend
from needlework.records.why import Reason, Refusal

ZONE = {"zones": [{"name": "cheek", "polygon": [list(point) for point in skins.ZONE]}]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pair in which the cheek became less red, one photograph of another place, and the zone."""
    folder = tmp_path_factory.mktemp("photographs")
    before, after = skins.pair(skins.Skin(type="II", seed=3, redness=1.6), 5, redness=0.7)
    (folder / "before.jpg").write_bytes(before)
    (folder / "after.jpg").write_bytes(after)
    (folder / "other.jpg").write_bytes(skins.photograph(skins.Skin(type="II", seed=77), skins.Shot()))
    (folder / "zone.json").write_text(json.dumps(ZONE))
    return folder


def words(folder: Path) -> tuple[object, ...]:
    return (
        "measure", folder / "before.jpg", folder / "after.jpg", "--region", folder / "zone.json",
        "--mm-per-px", skins.MM_PER_PX,
    )  # fmt: skip


@pytest.fixture(scope="module")
def overlay(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("overlay") / "pictures"


@pytest.fixture(scope="module")
def said(folder: Path, overlay: Path) -> str:
    """What a person reads."""
    report = folder / "report.pdf"
    result = needlework(*words(folder), "--overlay", overlay, "--report", report)
    assert (result.exit_code, result.stderr) == (0, "")
    assert report.read_bytes().startswith(b"%PDF")
    assert str(report) in result.stdout
    return result.stdout


def test_json_has_exactly_this_shape(folder: Path) -> None:
    seen = told(*words(folder), "--days-after", 28)
    assert list(seen) == [
        "method", "comparable", "reasons", "changes", "defaults", "likeness", "days_since", "reference",
        "scale", "card",
    ]  # fmt: skip
    assert seen["card"]["found"] == "none"
    assert seen["scale"] == {"mm_per_px": skins.MM_PER_PX, "source": "given"}
    assert (seen["comparable"], seen["defaults"]) == (True, True)
    assert seen["days_since"] == [None, 28]
    assert [change["measure"] for change in seen["changes"]] == list(MEASURES)
    for change in seen["changes"]:
        assert list(change) == [
            "zone", "measure", "unit", "before", "after", "change", "interval", "smallest_detectable",
            "verdict", "details",
        ]  # fmt: skip
        low, high = change["interval"]
        assert low <= change["change"] <= high
        assert change["zone"] == "cheek"
    redness = next(change for change in seen["changes"] if change["measure"] == "redness")
    assert (redness["verdict"], redness["change"] < 0) == ("improved", True)
    assert abs(redness["change"]) > redness["smallest_detectable"] > 0


def test_a_person_reads_the_verdict_first_and_then_a_bar_for_each_change(said: str) -> None:
    lines = said.splitlines()
    assert lines[0].startswith("Improved: ")
    assert "redness" in lines[0]
    bar = next(line for line in lines if line.startswith("  redness "))
    assert bar.endswith("  improved")
    assert bar.index("●") < bar.index("│"), "less redness lies to the left of no change"
    assert lines[lines.index(bar) + 1].startswith("    0."), "the numbers of what has changed"
    assert any(line.startswith("Method ") for line in lines)
    assert "unsigned" in said


def test_the_overlay_holds_the_aligned_pair_and_what_was_counted(said: str, overlay: Path) -> None:
    names = {file.name for file in overlay.iterdir()}
    pictures = names - {"needlework-overlay.json"}
    assert {"aligned-before.jpg", "aligned-after.jpg", "redness-change.jpg"} <= pictures
    assert all(
        (overlay / name).read_bytes().startswith(b"\xff\xd8\xff") and name in said for name in pictures
    )


def test_two_places_are_not_comparable_which_is_an_answer(folder: Path) -> None:
    result = needlework("measure", folder / "before.jpg", folder / "other.jpg")
    assert result.exit_code == 0
    first, second, *_ = result.stdout.splitlines()
    assert first == "✕ Not comparable"
    assert second.startswith("· ")
    seen = told("measure", folder / "before.jpg", folder / "other.jpg")
    assert (seen["comparable"], seen["changes"]) == (False, [])
    assert list(seen["reasons"][0]) == ["key", "problem", "do"]


def test_repeats_make_the_noise_the_persons_own(folder: Path) -> None:
    _, again = skins.pair(skins.Skin(type="II", seed=3, redness=1.6), 9)
    (folder / "again.jpg").write_bytes(again)
    shown = needlework(*words(folder), "--repeat", folder / "again.jpg", "--repeat", folder / "other.jpg")
    assert comparison.OWN in " ".join(shown.stdout.split())
    assert f"The repeat photograph {folder / 'other.jpg'} could not be used" in " ".join(shown.stdout.split())


def test_a_copy_is_no_repeat(folder: Path) -> None:
    (reason,) = refused(*words(folder), "--repeat", folder / "before.jpg")
    assert (reason["file"], reason["key"]) == (str(folder / "before.jpg"), "repeat")


# ── pictures in a folder ─────────────────────────────────────────────────────────────────────────────


def test_pictures_are_renewed_but_nothing_else_is_replaced(tmp_path: Path) -> None:
    there = tmp_path / "new" / "overlay"
    assert writing.write({"a.jpg": b"1", "b.jpg": b"2"}, there) == (
        str(there / "a.jpg"),
        str(there / "b.jpg"),
    )
    assert writing.write({"a.jpg": b"3", "b.jpg": b"4"}, there) == (
        str(there / "a.jpg"),
        str(there / "b.jpg"),
    )
    (there / "b.jpg").write_bytes(b"a holiday")
    refusal = writing.write({"a.jpg": b"5", "b.jpg": b"6"}, there)
    assert isinstance(refusal, Refusal)
    assert [reason.key for reason in refusal.reasons] == ["b.jpg"]
    assert (there / "a.jpg").read_bytes() == b"3", "all or nothing"
    assert (there / "b.jpg").read_bytes() == b"a holiday"


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / writing.LIST).write_text("shopping")
    refusal = writing.write({"a.jpg": b"1"}, tmp_path)
    assert isinstance(refusal, Refusal)
    assert [reason.key for reason in refusal.reasons] == [writing.LIST]
    assert {file.name for file in tmp_path.iterdir()} == {writing.LIST}


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "overlay").write_text("a file")
    refusal = writing.write({"a.jpg": b"1"}, tmp_path / "overlay")
    assert isinstance(refusal, Refusal)
    assert refusal.reasons[0].key == "overlay"


# ── the bar ──────────────────────────────────────────────────────────────────────────────────────────


def change(moved: float, low: float, high: float, least: float) -> Change:
    return Change("z", "redness", "OD", 1.0, 1.0 + moved, moved, (low, high), least, Trend.IMPROVED)


def test_the_bar_has_zero_in_the_middle_and_everything_at_its_place() -> None:
    assert tell.bar(change(-0.8, -1.0, -0.6, 0.4)) == "  ───●────   ░░░░░░░│░░░░░░░" + " " * 13
    assert tell.bar(change(0.1, -0.2, 0.4, 1.0)) == "  ░░░░░░░░░░░░░░────│─●─────░░░░░░░░░░░  "
    assert len(tell.bar(change(0.0, 0.0, 0.0, 0.0))) == tell.BAR

    assert len(tell.bar(change(0.0, 0.0, 0.0, 0.0), width=23)) == 23


# ── words ────────────────────────────────────────────────────────────────────────────────────────────


def several(verdict: Trend, *, measure: str, zones: str) -> list[Change]:
    return [Change(zone, measure, "OD", 1.0, 1.1, 0.1, (0.0, 0.2), 0.3, verdict) for zone in zones.split()]


def test_the_headline_gathers_zones_and_counts_what_is_too_much_to_name() -> None:
    improved = several(Trend.IMPROVED, measure="pores", zones="nose chin")
    improved += several(Trend.IMPROVED, measure="tone", zones="nose chin")
    worse = several(Trend.WORSE, measure="spots", zones="chin")
    still = several(Trend.NO_DETECTABLE_CHANGE, measure="scars", zones="nose chin")
    assert comparison.headline((*improved, *worse, *still)) == (
        "Improved: pores, tone (nose, chin).",
        "Worse: spots (chin).",
        "No detectable change: scars (nose, chin).",
    )
    assert comparison.headline((*worse, *still * 7))[-1] == "No detectable change: 14 other readings."
    assert comparison.headline(tuple(still * 7)) == ("No detectable change: 14 readings.",)


def test_what_could_not_be_read_is_told_together() -> None:
    unread = [
        Reason(f"zone.{zone}.{measure}", f"In “{zone}” too little skin is seen.", "Draw it larger.")
        for zone in ("chin", "left cheek")
        for measure in ("pores", "tone")
    ]
    hidden = Reason("zone.left temple", "It is covered by hair.", "Show it.")
    assert comparison.reasons((*unread, hidden)) == (
        "It is covered by hair. Show it.",
        "Too little skin is seen to measure pores, tone (chin, left cheek). Draw it larger.",
    )


def test_what_is_not_comparable_says_which_of_the_nine(capsys: pytest.CaptureFixture[str]) -> None:
    items = (
        Likeness("zoom", "Zoom", True, "Scales differ by 1 %."),
        Likeness("views", "Views", True, "Both from the front."),
        Likeness("lighting", "Lighting", False, "The light has moved.", "Move it back."),
        Likeness("styling", "Make-up", None, "Cannot be told."),
    )
    comparison.lines(Comparison("m-1", False, (), (), True, items), details=False)
    assert capsys.readouterr().out.splitlines() == [
        "✕ Not comparable", "", "✓ alike: zoom, views", "? cannot be told: make-up",
        "✕ lighting: The light has moved. Move it back.", "Method m-1.",
    ]  # fmt: skip


def test_details_stand_below_their_reading(capsys: pytest.CaptureFixture[str]) -> None:
    (one,) = several(Trend.NO_DETECTABLE_CHANGE, measure="pores", zones="nose")
    one = replace(one, details=(Detail("number", "per cm²", 12.0, 13.0),))
    found = Comparison("m-1", True, (), (one,), False, days_since=(None, 1))
    comparison.lines(found, details=True)
    shown = capsys.readouterr().out.splitlines()
    assert "    1 → 1.1 OD: +0.1 (0 to +0.2), detectable ±0.3" in shown
    assert "    number: 12 → 13 per cm²" in shown
    assert "The later photograph was taken 1 day after the last session." in shown


# ── bad input ────────────────────────────────────────────────────────────────────────────────────────


def test_both_unreadable_photographs_are_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "one.jpg").write_bytes(b"x")
    whole = (folder / "before.jpg").read_bytes()
    (tmp_path / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    reasons = refused("measure", tmp_path / "one.jpg", tmp_path / "cut.jpg")
    assert [reason["file"] for reason in reasons] == [
        str(tmp_path / "one.jpg"),
        str(tmp_path / "cut.jpg"),
    ]
    assert "damaged" in reasons[1]["problem"]
    assert all(reason["do"] for reason in reasons)


@pytest.mark.parametrize("content", [b"", b"This is a letter, whatever its name says.\n" * 9])
def test_what_is_no_photograph_is_refused(folder: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "letter.jpg").write_bytes(content)
    (reason,) = refused("measure", folder / "before.jpg", tmp_path / "letter.jpg")
    assert reason["file"] == str(tmp_path / "letter.jpg")
    assert "not a photograph" in reason["problem"]


def test_a_photograph_that_is_not_there_is_refused(folder: Path, tmp_path: Path) -> None:
    (reason,) = refused("measure", folder / "before.jpg", tmp_path / "none.jpg")
    assert (reason["file"], reason["problem"]) == (str(tmp_path / "none.jpg"), "does not exist.")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("{", "zones"),
        ('{"zones": []}', "zones"),
        ('{"zones": [{"name": "a", "polygon": [[0, 0], [9, 9]]}]}', "zones[0].polygon"),
        ('{"zones": [{"name": "", "polygon": [[0, 0], [99, 0], [9, 99]]}]}', "zones[0].name"),
        ('{"zones": [{"name": "a", "polygon": [[0, 0], [9999, 0], [9, 99]]}]}', "zones[0].polygon"),
    ],
)
def test_a_region_that_cannot_be_is_refused_with_its_file(
    folder: Path, tmp_path: Path, text: str, key: str
) -> None:
    file = tmp_path / "zone.json"
    file.write_text(text)
    reasons = refused("measure", folder / "before.jpg", folder / "after.jpg", "--region", file)
    assert [(reason["file"], reason["key"]) for reason in reasons] == [(str(file), key)]


@pytest.mark.parametrize("scale", ["0", "-1", "nan", "40"])
def test_an_impossible_scale_is_refused(folder: Path, scale: str) -> None:
    reasons = refused("measure", folder / "before.jpg", folder / "after.jpg", "--mm-per-px", scale)
    assert reasons[0]["key"] == "mm-per-px"


def test_wrong_usage_of_measure_is_two(folder: Path) -> None:
    for wrong in (("measure", folder / "before.jpg"), (*words(folder)[:-1], "wide")):
        assert needlework(*wrong).exit_code == 2

"""needlework protocol."""

import os
import re
import shutil
from pathlib import Path

import pytest

from cli.run import DAY, INES, NOOR, needlework, refused, told
from needlework.protocol import load


def test_the_edition_that_ships_is_sound() -> None:
    result = told("protocol", "check", "--on", DAY)
    assert result == {"edition": load.default().edition.mark, "faults": [], "overdue": []}
    said = needlework("protocol", "check", "--on", DAY).stdout
    assert said.startswith(f"Edition {load.default().edition.mark} is sound")


def test_overdue_reviews_are_shown_and_no_failure() -> None:
    overdue = told("protocol", "check", "--on", "2036-01-01")["overdue"]
    assert {one["file"] for one in overdue} >= {"screen.toml", "devices.toml"}
    assert list(overdue[0]) == ["file", "key", "problem", "fix"]
    assert "due: screen.toml: reviewed.again" in needlework("protocol", "check", "--on", "2036-01-01").stdout


def test_three_faults_are_all_reported_with_file_and_key(tmp_path: Path) -> None:
    edition = Path(shutil.copytree(load.DEFAULT, tmp_path / "edition"))
    _change(edition / "screen.toml", 'then = "absolute"', 'then = "never"')
    _change(edition / "devices.toml", "needles = ", "needels = ")
    _change(edition / "zones.toml", "cap-mm = ", 'cap-mm = "deep" #')
    reasons = refused("protocol", "check", edition)
    assert {reason["file"] for reason in reasons} == {"screen.toml", "devices.toml", "zones.toml"}
    found = {reason["file"]: reason for reason in reasons}
    assert "absolute, defer, caution, label" in found["screen.toml"]["do"]
    assert 'did you mean "needles"?' in {r["do"] for r in reasons if r["file"] == "devices.toml"}
    assert "not a number" in found["zones.toml"]["problem"]
    count = f"{len(reasons)} faults in {edition}."
    assert needlework("protocol", "check", edition).stderr.splitlines()[-1] == count


def test_a_folder_that_is_not_an_edition_is_refused(tmp_path: Path) -> None:
    assert "edition.toml" in {reason["file"] for reason in refused("protocol", "check", tmp_path)}


def test_show_gives_the_edition_a_part_or_an_entry() -> None:
    edition = load.default().edition
    overview = told("protocol", "show")
    assert list(overview) == ["id", "mark", "title", "on", "note", "digest", "parts", "sources"]
    assert overview["digest"] == edition.digest
    assert "filler-recent" in overview["parts"]["screen"]["entries"]["rule"]
    assert edition.digest in needlework("protocol", "show").stdout

    assert told("protocol", "show", "filler-recent")["then"] == "defer"
    said = needlework("protocol", "show", "filler-recent").stdout
    assert said.startswith("[screen.rule.filler-recent]\n")
    assert "EXCEED-IFU (grade A" in said
    assert len(told("protocol", "show", "devices")["device"]) >= 3
    assert "[sources.EXCEED-IFU]" in needlework("protocol", "show", "EXCEED-IFU").stdout


def test_a_name_that_nothing_has_is_refused() -> None:
    (reason,) = refused("protocol", "show", "filer-recent")
    assert reason["key"] == "filer-recent"
    assert reason["do"] == 'Did you mean "filler-recent"?'


# ── copies ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A clinic's own copy, made by the command."""
    told("protocol", "copy", tmp_path / "own", "--id", "leaf.1", "--title", "Leaf Street", "--on", DAY)
    return tmp_path / "own"


def test_a_copy_has_its_own_head_says_what_it_is_based_on_and_can_be_checked(copy: Path) -> None:
    edition = load.read(copy).edition
    assert (edition.id, edition.title, edition.based_on, str(edition.on)) == (
        "leaf.1", "Leaf Street", load.default().edition.mark, DAY
    )  # fmt: skip
    shipped, ours = needlework("protocol", "check"), needlework("protocol", "check", copy)
    assert ours.exit_code == shipped.exit_code
    assert "edition.toml" not in ours.output


def test_a_copy_says_where_it_is_and_what_to_do_next(tmp_path: Path) -> None:
    said = needlework("protocol", "copy", tmp_path / "a").stdout
    assert f"based on {load.default().edition.mark}" in said
    assert "needlework protocol check" in said and "needlework protocol diff default" in said
    assert load.read(tmp_path / "a").edition.id == f"{load.default().edition.id}-own"


def test_a_copy_writes_over_nothing(copy: Path) -> None:
    before = load.files(copy)
    (reason,) = refused("protocol", "copy", copy)
    assert "is there already" in reason["problem"]
    assert load.files(copy) == before


def test_a_copy_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (reason,) = refused("protocol", "copy", tmp_path / "file" / "below")
    assert "cannot be written" in reason["problem"] or "is there already" in reason["problem"]
    (reason,) = refused("protocol", "copy", tmp_path / "b", "--id", "  ")
    assert (reason["file"], reason["key"], reason["problem"]) == ("edition.toml", "id", "is blank")
    assert not (tmp_path / "b").exists()


# ── diff ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def plans(tmp_path: Path) -> list[str]:
    """A plan for the neck and one for the chin, each for wrinkles and as the command writes it."""
    options: list[str] = []
    for zone in ("neck", "cheeks"):
        wanted = ("--device", "skinpen-precision", "--concern", "wrinkles", "--zone", zone, "--on", DAY)
        file = tmp_path / f"{zone}.json"
        file.write_text(needlework("plan", NOOR, *wanted, "--json").stdout)
        options += ["--plans", str(file)]
    return options


def test_the_same_edition_has_no_difference() -> None:
    shown = told("protocol", "diff", "default", load.DEFAULT)
    assert shown["differences"] == []
    assert shown["impact"] == {"plans": 0, "screenings": 0, "consequences": []}
    assert "They are the same, to the byte." in needlework("protocol", "diff", "default", load.DEFAULT).stdout


def test_a_difference_is_shown_by_file_with_before_and_after(copy: Path) -> None:
    _cap(copy, "neck", 0.25)
    shown = told("protocol", "diff", "default", copy)
    assert shown["before"] == load.default().edition.mark and shown["after"].startswith("leaf.1-")
    (cap,) = [one for one in shown["differences"] if one["file"] == "zones.toml"]
    was = next(one.cap_mm for one in load.default().zones.zone if one.id == "neck")
    assert cap == {
        "file": "zones.toml", "key": "zone (neck).cap-mm", "before": f"{was:g} mm", "after": "0.25 mm"
    }  # fmt: skip
    said = needlework("protocol", "diff", "default", copy).stdout
    assert f"zones.toml\n  zone (neck).cap-mm\n    {was:g} mm → 0.25 mm\n" in said
    assert f"+ {load.default().edition.mark}" in said
    assert "No plan was given." in said and "--plans" in said


def test_comments_alone_say_the_same(copy: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(copy, tmp_path / "other"))
    (other / "zones.toml").write_text((other / "zones.toml").read_text() + "# seen\n")
    said = needlework("protocol", "diff", copy, other).stdout
    assert "They say the same: only order or comments differ." in said


def test_the_effect_on_plans_is_counted_and_said(copy: Path, plans: list[str]) -> None:
    _cap(copy, "neck", 0.25)
    said = needlework("protocol", "diff", "default", copy, *plans).stdout
    assert "Of 2 plans, 1 would change:" in said and "No plan was given" not in said
    assert "· Neck: set depth 0.25 mm instead of " in said
    shown = told("protocol", "diff", "default", copy, *plans)["impact"]
    (one,) = shown["consequences"]
    assert (shown["plans"], one["what"], Path(one["who"]).name) == (2, "plan", "neck.json")
    same = needlework("protocol", "diff", "default", "default", *plans).stdout
    assert "Of 2 plans, none would change." in same


def test_the_effect_on_screenings_is_counted_and_said(copy: Path) -> None:
    text = (copy / "screen.toml").read_text(encoding="utf-8")
    rule = re.compile(r'(\[\[rule\]\]\nid = "filler-recent"\n(?:(?!\[\[rule\]\]).*\n)*?.*within-days = )\d+')
    (copy / "screen.toml").write_text(rule.sub(r"\g<1>30", text, count=1), encoding="utf-8")
    answers = ("--answers", INES, "--answers", NOOR, "--on", DAY)
    said = needlework("protocol", "diff", "default", copy, *answers).stdout
    assert "Of 2 screenings, 1 would change:" in said
    assert "No longer found: " in said
    shown = told("protocol", "diff", "default", copy, *answers)["impact"]
    assert (shown["screenings"], [one["who"] for one in shown["consequences"]]) == (2, [INES])


def test_what_is_no_plan_no_answer_or_no_edition_is_refused(copy: Path, tmp_path: Path) -> None:
    (tmp_path / "no.json").write_text('{"device": 5}')
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe")
    for file in ("no.json", "bytes.json"):
        (reason,) = refused("protocol", "diff", "default", copy, "--plans", tmp_path / file)
        assert "is not a plan" in reason["problem"] and "needlework plan" in reason["do"]
    (reason,) = refused("protocol", "diff", "default", copy, "--plans", tmp_path / "none.json")
    assert reason["problem"] == "does not exist."
    (reason,) = refused("protocol", "diff", "default", copy, "--answers", tmp_path / "bytes.json")
    assert "UTF-8" in reason["problem"]
    assert {one["file"] for one in refused("protocol", "diff", "default", tmp_path)} >= {"screen.toml"}


# ── overdue ──────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_due_is_listed_and_what_comes_next() -> None:
    shown = told("protocol", "overdue", "--on", DAY)
    assert list(shown) == ["edition", "on", "overdue", "next"]
    assert shown["overdue"] == [] and {part["file"] for part in shown["next"]} == {
        f"{name}.toml" for name in load.SECTIONS
    }
    said = needlework("protocol", "overdue", "--on", DAY).stdout
    assert said.startswith("No part is due for review on 22 Nov 2026.")
    later = told("protocol", "overdue", "--on", "2036-01-01")
    assert len(later["overdue"]) == len(load.SECTIONS) and later["next"] == []
    said = needlework("protocol", "overdue", "--on", "2036-01-01").stdout
    assert f"{len(load.SECTIONS)} of {len(load.SECTIONS)} parts are due for review on 1 Jan 2036." in said
    assert "screen" in said


def _cap(folder: Path, zone: str, mm: float) -> None:
    """The cap of a zone, changed in its file."""
    text = (folder / "zones.toml").read_text(encoding="utf-8")
    pattern = rf'(\[\[zone\]\]\nid = "{zone}"(?:\n(?!\[\[zone\]\]).*)*?\ncap-mm = )[\d.]+'
    changed, count = re.subn(pattern, rf"\g<1>{mm}", text)
    assert count == 1
    (folder / "zones.toml").write_text(changed, encoding="utf-8")


def _change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_answers_zone_by_zone_count_in_a_comparison(tmp_path: Path) -> None:
    """`filler-on.chin` is a table to TOML; it must weigh as it does in a screening."""
    edition = Path(shutil.copytree(load.DEFAULT, tmp_path / "edition"))
    _change(edition / "screen.toml", "filler-on = { within-days = 184 }", "filler-on = { within-days = 365 }")
    answers = tmp_path / "noor.toml"
    said = Path(NOOR).read_text().replace('zones = ["cheeks", "neck"]', 'zones = ["chin", "neck"]')
    answers.write_text(
        said.replace("treated-before = false", 'treated-before = ["chin"]')
        + 'filler = ["chin"]\nfiller-on.chin = 2026-11-01\n'
    )
    impact = told("protocol", "diff", "default", edition, "--answers", answers, "--on", DAY)["impact"]
    assert [one["who"] for one in impact["consequences"]] == [str(answers)]


def test_a_folder_that_is_none_is_one_fault_and_a_pipe_in_it_is_not_waited_for(tmp_path: Path) -> None:
    (fault,) = refused("protocol", "check", tmp_path / "nowhere")
    assert "no such folder" in fault["problem"]
    edition = Path(shutil.copytree(load.DEFAULT, tmp_path / "edition"))
    (edition / "screen.toml").unlink()
    os.mkfifo(edition / "screen.toml")
    assert refused("protocol", "check", edition)[0]["problem"] == "is missing"


def test_a_copy_bears_an_id_that_a_clinic_takes_and_is_whole_or_not_there(tmp_path: Path) -> None:
    (fault,) = refused("protocol", "copy", tmp_path / "own", "--id", "a b<")
    assert (fault["file"], fault["key"]) == ("edition.toml", "id")
    assert not (tmp_path / "own").exists()
    (tmp_path / "own.unfinished").mkdir()  # cut short earlier
    told("protocol", "copy", tmp_path / "own")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["own"]

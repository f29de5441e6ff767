"""needlework protocol."""

import shutil
from pathlib import Path

from cli.run import DAY, needlework, refused, told
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


def _change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")

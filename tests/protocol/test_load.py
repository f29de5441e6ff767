"""Reading an edition: every fault of every file at once, with its file, its key and what would be right."""

import dataclasses
import shutil
from pathlib import Path

import pytest

from needlework.protocol import check, load


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the default edition, to be spoilt."""
    return Path(shutil.copytree(load.DEFAULT, tmp_path / "edition"))


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    content = path.read_text(encoding="utf-8")
    assert old in content, f"{file} no longer holds {old!r}"
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


def faults_of(folder: Path) -> list[load.Fault]:
    with pytest.raises(load.Faulty) as caught:
        load.read(folder)
    for fault in caught.value.faults:
        assert str(fault) in str(caught.value)
    return list(caught.value.faults)


# ── the edition that ships ───────────────────────────────────────────────────────────────────────────


def test_the_default_edition_is_read_and_stamps_every_section():
    protocol = load.read(load.DEFAULT)
    assert protocol.edition.id == "2026.11"
    assert len(protocol.edition.digest) == 64
    assert protocol.edition.mark == f"2026.11-{protocol.edition.digest[:8]}"
    for section in load.SECTIONS:
        assert getattr(protocol, section).edition == protocol.edition.mark


def test_citations_carry_the_grade_of_their_source():
    protocol = load.default()
    rule = next(rule for rule in protocol.screen.rule if rule.id == "filler-recent")
    assert [(citation.key, citation.grade) for citation in rule.sources] == [
        ("EXCEED-IFU", "A"),
        ("D-OSEI", "D"),
        ("D-ESTHMTL", "D"),
    ]
    assert [side.chosen for side in rule.position] == [True, False, False, False]


def test_one_letter_changes_the_digest_and_line_ends_do_not(folder):
    before = load.digest(load.files(folder))
    for path in folder.glob("*.toml"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load.digest(load.files(folder)) == before
    assert load.read(folder).edition.digest == before
    spoil(folder, "edition.toml", "2026.11", "2026.12")
    assert load.digest(load.files(folder)) != before


def test_a_renamed_file_changes_the_digest(folder):
    before = load.digest(load.files(folder))
    (folder / "places.toml").rename(folder / "licences.toml")
    assert load.digest(load.files(folder)) != before


# ── what is wrong, all of it ─────────────────────────────────────────────────────────────────────────


def test_three_faults_in_three_files_are_all_reported(folder):
    spoil(folder, "zones.toml", "area-cm2 = 55", 'area-cm2 = "large"')
    spoil(folder, "screen.toml", 'then = "absolute"', 'then = "forbidden"')
    spoil(folder, "recover.toml", 'sources = ["D-DESERT"]', 'sources = ["D-DESSERT"]')
    found = {(fault.file, fault.key.split(" ")[0]): fault for fault in faults_of(folder)}
    assert len(found) == 3
    area, then = found["zones.toml", "zone[1]"], found["screen.toml", "rule[1]"]
    assert area.key == "zone[1] (forehead).area-cm2"
    assert "not a number" in area.problem
    assert then.key == "rule[1] (age-child).then"
    assert then.fix == "one of: absolute, defer, caution, label"
    cites = next(fault for fault in found.values() if fault.file == "recover.toml")
    assert "D-DESSERT" in cites.problem
    assert cites.fix == 'did you mean "D-DESERT"?'


def test_two_faults_in_one_table_are_both_reported(folder):
    spoil(folder, "zones.toml", 'name = "Forehead"\nwhere = "face"', "name = 5\nwhere = false")
    assert [fault.key for fault in faults_of(folder)] == [
        "zone[1] (forehead).name",
        "zone[1] (forehead).where",
    ]


def test_an_unknown_key_comes_with_a_suggestion(folder):
    spoil(folder, "screen.toml", "maximum = 120", "maximun = 120")
    (fault,) = faults_of(folder)
    assert fault.file == "screen.toml"
    assert fault.key.endswith(" (age-years).maximun")
    assert fault.problem == "is not a known key"
    assert fault.fix == 'did you mean "maximum"?'


def test_a_key_that_is_like_no_other_is_to_be_removed(folder):
    spoil(folder, "edition.toml", "id = ", "zzz = 1\nid = ")
    (fault,) = faults_of(folder)
    assert (fault.file, fault.key, fault.fix) == ("edition.toml", "zzz", "remove it")


def test_a_key_that_the_loader_fills_in_cannot_be_written(folder):
    spoil(folder, "edition.toml", "id = ", 'digest = "mine"\nid = ')
    (fault,) = faults_of(folder)
    assert (fault.key, fault.problem) == ("digest", "is not a known key")


def test_a_missing_key_is_named(folder):
    spoil(folder, "recover.toml", "next-session-days = 28\n", "")
    (fault,) = faults_of(folder)
    assert (fault.file, fault.key, fault.problem) == ("recover.toml", "next-session-days", "is missing")


ALWAYS = [name for name in load.SECTIONS if f"{name}.toml" not in load.LATER]


@pytest.mark.parametrize("name", ["edition", "sources", *ALWAYS])
def test_a_missing_file_is_one_fault(folder, name):
    (folder / f"{name}.toml").unlink()
    (fault,) = faults_of(folder)
    assert (fault.file, fault.key) == (f"{name}.toml", "file")
    assert "is missing" in fault.problem


@pytest.mark.parametrize("name", load.LATER)
def test_a_file_that_older_editions_lack_stands_as_it_ships(folder, name):
    (folder / name).unlink()
    read, shipped = load.read(folder), load.default()
    part = name.removesuffix(".toml")
    assert getattr(read, part) == dataclasses.replace(getattr(shipped, part), edition=read.edition.mark)


def test_what_stands_in_brings_its_own_sources_along(folder):
    """An edition of an older program has neither the file nor the sources that it names."""
    (folder / "skin.toml").unlink()
    text = (folder / "sources.toml").read_text(encoding="utf-8")
    (folder / "sources.toml").write_text(text[: text.index("# ── Skin types")], encoding="utf-8")
    read = load.read(folder)
    assert read.skin.scale[0].sources[0].key in read.sources
    assert check.check(read) == ()


@pytest.mark.parametrize("name", ["edition", "sources", "screen"])
def test_a_file_that_is_not_toml_is_one_fault_with_its_line(folder, name):
    path = folder / f"{name}.toml"
    path.write_text("reviewed = {\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    (fault,) = faults_of(folder)
    assert (fault.file, fault.key) == (f"{name}.toml", "file")
    assert fault.problem.startswith("is not TOML: ")
    assert "line" in fault.problem


def test_a_file_that_is_not_utf_8_is_one_fault_with_its_byte(folder):
    path = folder / "places.toml"
    path.write_bytes(b"# \xff\n" + path.read_bytes())
    (fault,) = faults_of(folder)
    assert (fault.file, fault.problem) == ("places.toml", "is not UTF-8 at byte 2")


def test_an_empty_folder_says_each_file_that_it_lacks(tmp_path):
    assert {fault.file for fault in faults_of(tmp_path)} == {
        f"{name}.toml" for name in ("edition", "sources", *load.SECTIONS)
    }


def test_a_file_of_another_name_is_not_passed_over(folder):
    shutil.copy(folder / "places.toml", folder / "place.toml")
    (fault,) = faults_of(folder)
    assert (fault.file, fault.fix) == ("place.toml", 'did you mean "places.toml"?')


def test_a_faulty_source_is_one_fault_and_not_one_at_each_citation(folder):
    spoil(folder, "sources.toml", '[EXCEED-IFU]\ngrade = "A"', '[EXCEED-IFU]\ngrade = "A+"')
    (fault,) = faults_of(folder)
    assert (fault.file, fault.key) == ("sources.toml", "EXCEED-IFU.grade")
    assert fault.fix == "one of: A, A/C, B, B/C, C, D"


def test_a_source_that_is_no_table_is_said_so(folder):
    path = folder / "sources.toml"
    path.write_text("NEW2026 = 5\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    (fault,) = faults_of(folder)
    assert (fault.key, fault.fix) == ("NEW2026", "write [NEW2026]")


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "problem"),
    [
        ("zones.toml", "cap-mm = 0.75", "cap-mm = true", "zone[1] (forehead).cap-mm", "not a number"),
        ("zones.toml", "cap-mm = 0.75", "cap-mm = nan", "zone[1] (forehead).cap-mm", "is nan"),
        ("zones.toml", "cap-mm = 0.75", "cap-mm = inf", "zone[1] (forehead).cap-mm", "is inf"),
        (
            "plan.toml",
            "sessions = 4",
            "sessions = 4.5",
            "concern[1] (wrinkles).sessions",
            "not a whole number",
        ),
        ("devices.toml", "[0.0, 2.5]", "[0.0]", "device[1] (skinpen-precision).range-mm", "has 1 values"),
        ("devices.toml", "[0.0, 2.5]", "2.5", "device[1] (skinpen-precision).range-mm", "not a list"),
        ("edition.toml", "2026-11-20", '"2026-11-20"', "on", "not a day"),
        ("edition.toml", "2026-11-20", "2026-11-20T10:00:00", "on", "not a day"),
        ("edition.toml", '"2026.11"', '"  "', "id", "is blank"),
        ("zones.toml", "[zone.thickness.female]", "[zone.thickness.women]", "zone[1] (forehead)", "'women'"),
        ("screen.toml", "equals = false", "equals = {}", "question[", "which no answer can be"),
        ("treat.toml", "allowed = true", 'allowed = "yes"', "topical[1] (device-gel).allowed", "not true or"),
        ("plan.toml", "[glide]", "[[glide]]", "glide", "not a table"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(folder, file, old, new, key, problem):
    spoil(folder, file, old, new)
    (fault,) = faults_of(folder)
    assert fault.file == file
    assert fault.key.startswith(key)
    assert problem in fault.problem

"""needlework screen."""

import json
import tomllib
from pathlib import Path

import pytest

from cli.run import DAY, INES, NOOR, needlework, refused, told
from needlework.protocol import load


def test_the_verdict_is_the_first_line_and_each_finding_says_why() -> None:
    said = needlework("screen", INES, "--on", DAY).stdout
    first, *zones, count = said.splitlines()[:4]
    assert first == "◷ In some zones: wait until 4 Mar 2027"
    assert zones == ["  ◷ cheeks: defer until 4 Mar 2027", "  ! chin: caution"]
    assert count == "Screened for 22 Nov 2026; 2 findings, worst first."
    assert "◷ cheeks: Filler in this area less than six months ago. Until 4 Mar 2027." in said
    assert "filler-recent · cited: EXCEED-IFU (grade A" in said
    assert "Sources disagree:" in said
    assert "→ Six months, until 4 Mar 2027 (EXCEED-IFU" in said and "· Twelve months, until" in said
    assert "Tell them: Wait until six months" in said
    assert said.index("filler-recent") < said.index("cold-sore-history")
    assert load.default().edition.mark in said and "unsigned" in said


def test_json_is_the_verdict() -> None:
    verdict = told("screen", INES, "--on", DAY)
    assert list(verdict) == ["outcome", "until", "off_label", "findings", "on", "edition", "zones"]
    assert (verdict["outcome"], verdict["until"], verdict["on"]) == ("defer", "2027-03-04", DAY)
    worst = verdict["findings"][0]
    assert list(worst) == [
        "rule", "outcome", "off_label", "until", "ends", "say", "tell", "basis", "sources", "positions",
        "choice", "asks", "override", "zones", "beside",
    ]  # fmt: skip
    assert (worst["rule"], worst["zones"]) == ("filler-recent", ["cheeks"])
    assert next((p["days"], p["until"]) for p in worst["positions"]) == (184, "2027-03-04")
    assert list(worst["sources"][0]) == ["key", "grade", "title", "seen"]
    assert [position["chosen"] for position in worst["positions"]].count(True) == 1


def test_another_day_gives_another_verdict() -> None:
    assert told("screen", INES, "--on", "2027-03-03")["outcome"] == "defer"
    assert told("screen", INES, "--on", "2027-03-04")["outcome"] == "caution"


def test_a_caution_names_who_may_decide() -> None:
    said = needlework("screen", NOOR, "--on", DAY).stdout
    assert said.startswith("! Caution: may be treated")
    assert "May be overridden, with a reason, by: practitioner" in said


def test_an_absolute_finding_has_nobody_to_override_it(tmp_path: Path) -> None:
    file = _answers(tmp_path, keloid=True)
    verdict = told("screen", file, "--on", DAY)
    assert verdict["outcome"] == "absolute"
    assert verdict["findings"][0]["override"] == []
    assert needlework("screen", file, "--on", DAY).stdout.startswith("✕ Do not treat")


def test_what_is_not_answered_waits_and_is_named(tmp_path: Path) -> None:
    file = tmp_path / "few.toml"
    file.write_text('age-years = 30\nsex = "male"\nskin-type = "II"\n')
    verdict = told("screen", file, "--on", DAY)
    assert (verdict["outcome"], verdict["until"]) == ("defer", None)
    assert ["keloid"] in [finding["asks"] for finding in verdict["findings"]]
    assert needlework("screen", file, "--on", DAY).stdout.startswith("◷ Wait until it is answered")


def test_answers_may_stand_under_their_own_heading_or_come_by_standard_input(tmp_path: Path) -> None:
    text = Path(NOOR).read_text(encoding="utf-8")
    file = tmp_path / "noor.toml"
    file.write_text(f"\ufeff[answers]\r\n{text}", encoding="utf-8")
    plain = told("screen", NOOR, "--on", DAY)
    assert told("screen", file, "--on", DAY) == plain
    piped = needlework("screen", "-", "--on", DAY, "--json", stdin=text)
    assert json.loads(piped.stdout) == plain


def test_the_questions_are_printed_as_a_file_to_fill_in() -> None:
    said = needlework("screen", "--questions").stdout
    assert tomllib.loads(said) == {}
    asked = {line[2:].split(" = ")[0] for line in said.splitlines() if " =    # " in line}
    assert asked == {question.id for question in load.default().screen.question}
    filled = "\n".join(line.removeprefix("# ") for line in said.splitlines() if "# skin-type" in line)
    assert tomllib.loads(filled.replace("=    #", '= "IV"   #')) == {"skin-type": "IV"}


def test_the_questions_as_json() -> None:
    shape = told("screen", "--questions")
    assert list(shape) == ["edition", "questions"]
    by_id = {question["id"]: question for question in shape["questions"]}
    assert by_id["age-years"]["kind"] == "number"
    assert by_id["pregnant-or-nursing"]["ask_if"] == {"sex": {"one_of": ["female", "unsure"]}}
    assert [option["id"] for option in by_id["skin-type"]["options"]] == ["I", "II", "III", "IV", "V", "VI"]


# ── bad input ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "key", "problem", "do"),
    [
        ("keloids = true", "keloids", "is not a question", 'Did you mean "keloid"?'),
        ("keloid = 1", "keloid", "is 1", "true or false"),
        ('filler-on = "2026-02-30"', "filler-on", "no day", "2026-11-20"),
        ("filler-on = 2026-11-23", "filler-on", "after 2026-11-22", "the day on which it happened"),
        ("filler-on = 1026-11-20", "filler-on", "too long ago", "Check the year"),
        ("filler-on = 2026-11-20T10:00:00", "filler-on", "no day", "2026-11-20"),
        ("age-years = 400", "age-years", "is 400", "0 to 120 years"),
        ("age-years = nan", "age-years", "no number", "0 to 120 years"),
        ('skin-type = "VII"', "skin-type", "'VII'", "I, II, III, IV, V, VI"),
        ('skin-type = ["I", "II"]', "skin-type", "is a list", "Choose one of"),
        ('keloid = { yes = "no" }', "keloid.yes", "not asked zone by zone", "Answer keloid once"),
        ("filler-on = { elbow = 2026-11-20 }", "filler-on.elbow", "names no zone", "cheeks"),
        ("filler = []", "filler", "lists no zone", "Answer false"),
        ('filler = ["elbow"]', "filler", "names no zone", "or answer false"),
    ],
)
def test_a_wrong_answer_names_file_key_and_what_would_be_right(
    tmp_path: Path, line: str, key: str, problem: str, do: str
) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(f"{line}\n", encoding="utf-8")
    (reason,) = refused("screen", file, "--on", DAY)
    assert reason["file"] == str(file)
    assert reason["key"] == key
    assert problem in reason["problem"]
    assert do in reason["do"]


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text('keloids = true\nage-years = "old"\nsex = 3\n')
    assert {reason["key"] for reason in refused("screen", file, "--on", DAY)} == {
        "keloids",
        "age-years",
        "sex",
    }


@pytest.mark.parametrize(
    ("content", "problem", "do"),
    [
        (b"filler-on = 2026-02-30\n", "not TOML", "one answer a line"),
        (b"keloid = maybe\n", "not TOML", "one answer a line"),
        (b"keloid = \xff\n", "not UTF-8", "UTF-8"),
        (b"answers = 3\n", "not a table", "[answers]"),
        (b"#" * 1_000_001, "larger than 32 kB", "file of answers"),
    ],
)
def test_a_file_that_holds_no_answers_is_refused(
    tmp_path: Path, content: bytes, problem: str, do: str
) -> None:
    file = tmp_path / "answers.toml"
    file.write_bytes(content)
    (reason,) = refused("screen", file, "--on", DAY)
    assert reason["file"] == str(file)
    assert problem in reason["problem"]
    assert do in reason["do"]


def test_an_answer_given_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text("keloid = true\n[answers]\nkeloid = false\n")
    (reason,) = refused("screen", file, "--on", DAY)
    assert (reason["key"], reason["problem"]) == ("keloid", "is answered twice.")


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path: Path) -> None:
    (reason,) = refused("screen", tmp_path / "nobody.toml")
    assert reason["file"].endswith("nobody.toml") and reason["problem"] == "does not exist."
    (reason,) = refused("screen", tmp_path)
    assert reason["problem"] == "is a folder."


@pytest.mark.parametrize(
    "words",
    [
        ("screen",),
        ("screen", NOOR, "--questions"),
        ("screen", NOOR, "--on", "2026-02-30"),
        ("screen", NOOR, "--on", "tomorrow"),
        ("screen", NOOR, "--colour"),
        ("sceen", NOOR),
    ],
)
def test_wrong_usage_is_two_and_says_what_would_be_right(words: tuple[str, ...]) -> None:
    result = needlework(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Error: " in result.stderr


def _answers(folder: Path, **changed: object) -> Path:
    """Noor's answers with some of them changed."""
    given = tomllib.loads(Path(NOOR).read_text(encoding="utf-8")) | changed
    file = folder / "changed.toml"
    file.write_text("\n".join(f"{key} = {json.dumps(value)}" for key, value in given.items()))
    return file


def test_a_zone_answered_twice_in_two_spellings_is_refused(tmp_path: Path) -> None:
    """TOML takes both; the later one would hide a deferral."""
    file = tmp_path / "answers.toml"
    for twice in (
        '"filler-on.chin" = 2026-11-01\nfiller-on = { chin = 2020-01-01 }\n',
        '"filler-on.chin" = 2026-11-01\n[answers.filler-on]\nchin = 2020-01-01\n',
    ):
        file.write_text(twice)
        (reason,) = refused("screen", file, "--on", DAY)
        assert (reason["key"], reason["problem"]) == ("filler-on.chin", "is answered twice.")


@pytest.mark.parametrize(
    "words", ['zones = [["face"]]', "zones = [{ a = 1 }]", ".".join("a" * 12000) + " = 1"]
)
def test_lists_in_lists_and_tables_without_end_are_refused(tmp_path: Path, words: str) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(words)
    assert len(refused("screen", file, "--on", DAY)) == 1


@pytest.mark.parametrize("number", ["9" * 400, "0x" + "f" * 9000, "9" * 5000])
def test_a_whole_number_longer_than_toml_has_them_is_refused(tmp_path: Path, number: str) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(f"age-years = {number}\nzones = [{number}]\n")
    (reason,) = refused("screen", file, "--on", DAY)
    assert reason["key"] == "file" and "is not TOML" in reason["problem"]

"""What the documents say is so: examples print what is shown, links lead somewhere, words are explained."""

import dataclasses
import json
import re
import shutil
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

import skins
from needlework.cli import handbook
from needlework.cli.app import app
from nouns import NOUNS

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.joinpath("docs").rglob("*.md")], key=lambda page: page.relative_to(ROOT)
)
SCREENSHOTS = {"today", "screen", "plan", "treat", "recover", "measure", "learn"}
"""Pictures that the journey takes when it is asked to."""

EXAMPLE = re.compile(r"```console\n\$ needlework (?P<words>.*?)\n(?P<shown>.*?)\n```", re.DOTALL)
EXAMPLES = [
    pytest.param(found["words"], found["shown"], id=f"{page.name}: {found['words'][:40]}")
    for page in PAGES
    for found in EXAMPLE.finditer(page.read_text(encoding="utf-8"))
]
NUMBER = re.compile(r"[−+-]?\d[\d.,]*")
BAR = re.compile(r"^ +[ ░─●│]*[│●][ ░─●│]*", re.MULTILINE)
PLAN = "--device skinpen-precision --concern wrinkles --zone cheeks,neck --on 2026-11-22 --json"
CHANGED = [
    ("screen.toml", 'id = "filler-recent"', "[[rule]]", [
        ("within-days = 184", "within-days = 366"),
        ("six months", "twelve months"),
        ("chosen = true\ndays = 184", "chosen = false\ndays = 184"),
        ("chosen = false\ndays = 366", "chosen = true\ndays = 366"),
    ]),
    ("plan.toml", 'concern = "wrinkles"\nzones = ["cheeks", "neck"]', "[[", [("passes = 3", "passes = 2")]),
]  # fmt: skip
"""What the edition of the documents says otherwise: filler waits a year, wrinkles get two passes."""
MARK = re.compile(r"\b\d{4}\.\d{2}-[0-9a-f]{8}\b")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    Where the examples' files lie: answers, a drawn pair that became less red, a zone, wrong answers, a plan,
    and an edition that differs from the one that ships.
    """
    folder = tmp_path_factory.mktemp("examples")
    shutil.copytree(ROOT / "docs" / "examples", folder / "docs" / "examples")
    before, after = skins.pair(skins.Skin(type="II", seed=3, redness=1.6), 5, redness=0.7)
    (folder / "before.jpg").write_bytes(before)
    (folder / "after.jpg").write_bytes(after)
    cheek = {"name": "cheek", "polygon": [list(point) for point in skins.ZONE]}
    (folder / "cheek.json").write_text(json.dumps({"zones": [cheek]}))
    (folder / "pairs.csv").write_text(
        "id,before,after,region,mm_per_px\nada,before.jpg,after.jpg,cheek.json,0.08\nben,before.jpg,lost.jpg,,\n"
    )
    (folder / "wrong.toml").write_text('skin-type = "VII"\nkeloids = false\nfiller-on = 2026-12-24\n')
    noor = str(ROOT / "docs" / "examples" / "noor.toml")
    (folder / "noor.json").write_text(run("plan", noor, *PLAN.split()), encoding="utf-8")
    run("protocol", "copy", str(folder / "changed"), "--id", "2027.01", "--on", "2026-12-01")
    for file, begins, ends, words in CHANGED:
        change(folder / "changed" / file, begins, ends, words)
    run("protocol", "check", str(folder / "changed"))
    return folder


def change(path: Path, begins: str, ends: str, words: list[tuple[str, str]]) -> None:
    """Change words of one entry of a file."""
    text = path.read_text(encoding="utf-8")
    start = text.index(begins)
    end = text.index(ends, start)
    entry = text[start:end]
    for old, new in words:
        assert old in entry, f"{path.name}, {begins}: no longer holds {old}"
        entry = entry.replace(old, new)
    path.write_text(text[:start] + entry + text[end:], encoding="utf-8")


def run(*words: str) -> str:
    result = CliRunner(env={"COLUMNS": "88"}).invoke(app, words, prog_name="needlework")
    assert result.exit_code == (1 if result.stderr else 0), result.output
    return result.stdout + result.stderr


@cache
def printed(words: str) -> str:
    return run(*words.split())


@pytest.mark.parametrize(("words", "shown"), EXAMPLES)
def test_an_example_prints_what_is_shown(
    words: str, shown: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line with … alone stands for any lines. Numbers read from a photograph may differ, words may not."""
    monkeypatch.chdir(folder)
    read = words.startswith(("measure", "photo"))
    wanted = ".*".join(
        re.escape(plain(part, read=read)) for part in re.split(r"^…$", shown, flags=re.MULTILINE)
    )
    found = plain(printed(words), read=read)
    assert re.fullmatch(wanted, found, re.DOTALL), f"{words} prints:\n{printed(words)}"


def plain(text: str, *, read: bool) -> str:
    """Text without the accidents of the day: the edition's digest, line ends, what a photograph reads."""
    text = MARK.sub("EDITION", text)
    if read:
        text = NUMBER.sub("#", BAR.sub("", text))
    return " ".join(text.split())


def test_there_are_examples_of_every_command() -> None:
    commands = {case.values[0].split()[0] for case in EXAMPLES}
    assert commands == {
        "screen", "plan", "dose", "numb", "recover", "measure", "forecast", "card", "photo", "protocol",
    }  # fmt: skip


# ── links ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    assert [link for link in links if not leads(page, link)] == []


def leads(page: Path, link: str) -> bool:
    """Whether a link inside the project has a target; others are none of these documents' business."""
    if "://" in link:
        return False  # a document that must be read offline names its sources, it does not link them
    name, _, heading = link.partition("#")
    target = (page.parent / name).resolve() if name else page
    if heading:
        return target.is_file() and heading in headings(target)
    return target.exists() or target in not_yet_taken()


def headings(page: Path) -> set[str]:
    """The anchors of a page: words in small letters, joined by hyphens."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles}


def not_yet_taken() -> set[Path]:
    """The screenshots, as long as nobody has taken any: all of them are there, or none."""
    pictures = {ROOT / "docs" / "img" / f"{name}.png" for name in SCREENSHOTS}
    return set() if any(picture.exists() for picture in pictures) else pictures


def test_no_document_names_a_place_of_one_machine() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"(?<!\w)/(work|home|tmp|root|usr)/", text), page


# ── generated, explained ─────────────────────────────────────────────────────────────────────────────


def test_generated_documents_are_current() -> None:
    stale = [
        path.name
        for path, text in handbook.documents(ROOT / "docs").items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], f"run: {handbook.MEND}"


def test_the_glossary_explains_every_record_and_every_field() -> None:
    explained = set(re.findall(r"`(\w+)`", (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")))
    fields = {
        field.name for noun in NOUNS if dataclasses.is_dataclass(noun) for field in dataclasses.fields(noun)
    }
    assert {noun.__name__ for noun in NOUNS} - explained == set()
    assert fields - explained == set()


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8")))
    assert listed == {page.name for page in folder.glob("[0-9]*.md")}

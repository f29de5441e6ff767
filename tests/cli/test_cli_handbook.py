"""The generated documents."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import time_machine
import typer
from typer.testing import CliRunner

from needlework.cli import handbook
from needlework.cli.chapters import edition
from needlework.cli.chapters.words import cell
from needlework.imaging.catalogue import MEASURES
from needlework.loop import learn
from needlework.protocol import load
from needlework.protocol.schema.learn import Trial
from needlework.records.learn import Forecast

app = typer.Typer()
app.command()(handbook.main)


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    docs = tmp_path_factory.mktemp("handbook") / "docs"
    result = CliRunner().invoke(app, ["--docs", str(docs)])
    assert result.exit_code == 0, result.output
    return docs


def test_everything_in_the_protocol_is_in_the_handbook(docs: Path) -> None:
    text = (docs / "protocol.md").read_text(encoding="utf-8")
    protocol = load.default()
    for rule in protocol.screen.rule:
        assert f"#### `{rule.id}`" in text and rule.say in text and rule.tell in text
        assert all(position.says in text for position in rule.position)
    entries = (
        *protocol.screen.question, *protocol.recover.question, *protocol.recover.hold, *protocol.recover.flag,
        *protocol.devices.device, *protocol.zones.zone, *protocol.places.place, *protocol.plan.concern,
        *protocol.plan.note, *protocol.treat.anaesthetic, *protocol.treat.numbing_limit,
        *protocol.treat.adverse,
        *protocol.recover.phase, *protocol.recover.closure, *protocol.recover.harm,
        *protocol.recover.look_back, *protocol.measure.repeatability, *protocol.learn.trial,
    )  # fmt: skip
    assert [
        entry.id for entry in entries if f"`{entry.id}`" not in text and f"`{entry.id}," not in text
    ] == []
    said = (*protocol.treat.check, *protocol.zones.excluded, *protocol.recover.expect)
    assert [one for one in said if getattr(one, "say", getattr(one, "tell", "")) not in text] == []
    assert all(topical.name in text for topical in protocol.treat.topical)
    assert all(f"| {key} |" in text for key in protocol.sources)
    assert "unsigned" in text and protocol.edition.mark in text


def test_what_the_evidence_does_not_show_stands_beside_what_it_shows(docs: Path) -> None:
    text = (docs / "protocol.md").read_text(encoding="utf-8")
    protocol = load.default()
    for concern in protocol.plan.concern:
        assert concern.limits in text and concern.limits_tell in text
        found = learn.forecast(concern.id, protocol)
        assert isinstance(found, Forecast)
        assert f"### What to expect: {concern.name}" in text and found.tell in text and found.say in text
    for one in (*protocol.learn.trial, *protocol.recover.closure):
        words = one.result if isinstance(one, Trial) else one.say
        assert cell(words) in text
    for harm in protocol.recover.harm:
        assert all(rate.says in text for rate in harm.rate)
    for zone in protocol.zones.zone:
        for thick in zone.thickness.values():
            sd = f" ± {thick.dermis_sd_mm:.2f}" if thick.dermis_sd_mm is not None else ""
            assert f"{thick.dermis_mm:.2f}{sd} = {thick.total_mm:.2f}" in text, zone.id


def test_a_source_of_animals_is_marked() -> None:
    protocol = load.default()
    rats = replace(protocol.sources["ALAM2014"], animal=True)
    changed = replace(protocol, sources={**protocol.sources, "ALAM2014": rats})
    text = "\n".join(edition.protocol(changed, mend="make docs"))
    marked = re.findall(r"^\| (\S+) \|.*\*\*In animals\.\*\*", text, re.MULTILINE)
    others = {key for key, source in protocol.sources.items() if source.animal}
    assert set(marked) == {"ALAM2014"} | others and "no patient is told a number of it" in text


def test_days_of_a_position_what_is_asked_by_zone_and_what_is_read_beside_are_said(docs: Path) -> None:
    text = (docs / "protocol.md").read_text(encoding="utf-8")
    screen = load.default().screen
    by_zone = sum(one.per_zone for one in screen.question)
    assert text.count("*may be answered zone by zone*") == by_zone > 0
    for rule in screen.rule:
        chapter = text.split(f"#### `{rule.id}`\n")[1].split("\n#")[0]
        assert all(f"`{other}`" in chapter for other in rule.beside)
        assert all(f"{one.says} [{one.days} day" in chapter for one in rule.position if one.days is not None)


def test_the_contents_lead_to_every_chapter(docs: Path) -> None:
    text = (docs / "protocol.md").read_text(encoding="utf-8")
    contents = text.split("## Contents\n")[1].split("\n## ")[0]
    headings = re.findall(r"^##{1,2} (.+)$", text, re.MULTILINE)
    assert re.findall(r"\[(.+)\]\(#", contents) == [title for title in headings if title != "Contents"]
    anchors = re.findall(r"\(#(.+)\)", contents)
    assert len(set(anchors)) == len(anchors), "two headings of one name"


def test_the_handbook_does_not_depend_on_the_day(docs: Path) -> None:
    with time_machine.travel("2040-01-01", tick=False):
        pages = handbook.documents(docs)
    assert {path: path.read_text(encoding="utf-8") for path in pages} == pages


def test_every_measure_says_how_it_misleads(docs: Path) -> None:
    text = (docs / "measures.md").read_text(encoding="utf-8")
    for measure in MEASURES.values():
        assert f"(`{measure.id}`)" in text and measure.misleads in text and measure.unit in text


def test_check_names_the_file_and_what_mends_it(docs: Path) -> None:
    assert CliRunner().invoke(app, ["--docs", str(docs), "--check"]).exit_code == 0
    page = docs / "measures.md"
    page.write_text(page.read_text(encoding="utf-8") + "An afterthought.\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["--docs", str(docs), "--check"])
    assert result.exit_code == 1
    assert result.stderr == f"{page} is not current. Run: python -m needlework.cli.handbook\n"
    assert page.read_text(encoding="utf-8").endswith("An afterthought.\n"), "a check writes nothing"
    assert CliRunner().invoke(app, ["--docs", str(docs)]).stdout == f"{page} written.\n"
    assert CliRunner().invoke(app, ["--docs", str(docs), "--check"]).exit_code == 0


def test_a_protocol_that_does_not_load_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def faulty() -> None:
        raise load.Faulty((load.Fault("screen.toml", "rule[1]", "is wrong"),))

    monkeypatch.setattr(load, "default", faulty)
    result = CliRunner().invoke(app, ["--docs", str(tmp_path), "--check"])
    assert (result.exit_code, result.stderr) == (1, "screen.toml: rule[1]: is wrong\n")

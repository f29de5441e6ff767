"""The generated documents."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from needlework.cli import handbook
from needlework.imaging.catalogue import MEASURES
from needlework.protocol import load

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
        *protocol.plan.note,
    )  # fmt: skip
    assert [
        entry.id for entry in entries if f"`{entry.id}`" not in text and f"`{entry.id}," not in text
    ] == []
    said = (*protocol.treat.check, *protocol.zones.excluded, *protocol.recover.expect)
    assert [one for one in said if getattr(one, "say", getattr(one, "tell", "")) not in text] == []
    assert all(topical.name in text for topical in protocol.treat.topical)
    assert all(f"| {key} |" in text for key in protocol.sources)
    assert "unsigned" in text and protocol.edition.mark in text


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

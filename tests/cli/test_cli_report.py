"""A report written to a file: from two photographs, and in place of nothing but a report."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import skins
from needlework.cli import photographs, report
from needlework.cli.photographs import Looked, Where
from needlework.exchange.report import MARK
from needlework.imaging.regions import Region
from needlework.protocol import load
from needlework.records.why import Reason, Refusal

ON = date(2027, 4, 21)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("photographs")
    files = skins.pair(skins.Skin("II", seed=3, redness=1.6), 5, redness=0.7)
    for name, content in zip(("before.jpg", "after.jpg"), files, strict=True):
        (folder / name).write_bytes(content)
    return folder / "before.jpg", folder / "after.jpg"


@pytest.fixture(scope="module")
def looked(pair: tuple[Path, Path]) -> Looked:
    before, after = (photographs.decoded(photographs.content(path)) for path in pair)
    assert not isinstance(before, Refusal) and not isinstance(after, Refusal)
    where = Where((Region("cheek", skins.ZONE),))
    return photographs.look(before, after, load.default(), where=where, mm_per_px=skins.MM_PER_PX)


def test_a_report_is_written_and_renewed(looked: Looked, pair: tuple[Path, Path], tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    for _ in range(2):
        assert report.written(file, looked, pair, on=ON) is None
    assert file.read_bytes().startswith(b"%PDF") and MARK in file.read_bytes()


def test_a_pair_that_could_not_be_laid_on_each_other_has_a_report_too(
    looked: Looked, pair: tuple[Path, Path], tmp_path: Path
) -> None:
    reason = Reason("pair.match", "These are two places.", "Choose two of one place.")
    comparison = replace(looked.comparison, comparable=False, changes=(), reasons=(reason,))
    apart = replace(looked, sight=Refusal((reason,)), comparison=comparison)
    assert report.written(tmp_path / "report.pdf", apart, pair, on=ON) is None
    assert (tmp_path / "report.pdf").stat().st_size > 50_000, "both photographs are in it"


@pytest.mark.parametrize("content", [b"", b"a letter", b"%PDF-1.7 of somebody else"])
def test_nothing_else_is_replaced(
    looked: Looked, pair: tuple[Path, Path], tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(content)
    refusal = report.written(file, looked, pair, on=ON)
    assert isinstance(refusal, Refusal) and [one.key for one in refusal.reasons] == ["report"]
    assert file.read_bytes() == content


def test_a_place_that_cannot_be_written_is_refused(
    looked: Looked, pair: tuple[Path, Path], tmp_path: Path
) -> None:
    for file in (tmp_path, tmp_path / "none" / "report.pdf"):
        refusal = report.written(file, looked, pair, on=ON)
        assert isinstance(refusal, Refusal) and refusal.reasons[0].do

"""needlework card, and what measure says of cards."""

from dataclasses import replace
from pathlib import Path

import pytest

import cards
from cards import Camera
from cli.run import needlework, refused, told
from needlework.cli import card as command
from needlework.cli import comparison
from needlework.imaging import card, pair, photo
from needlework.imaging.pair import Cards
from needlework.imaging.photo import Photo
from needlework.records.why import Reason, Refusal

NONE = Refusal((Reason("card.none", "There is no card in the photograph.", "Lay one beside the skin."),))


def test_the_card_is_written_and_told_how_to_print(tmp_path: Path) -> None:
    file = tmp_path / "card.pdf"
    result = needlework("card", file)
    assert (result.exit_code, result.stderr) == (0, "")
    assert file.read_bytes() == command.drawn("a4")
    said = " ".join(result.stdout.split())
    assert "86 × 54 mm on A4 paper" in said
    assert "ruler" in said and "100 %" in said and "same card" in said


def test_json_has_exactly_this_shape(tmp_path: Path) -> None:
    file = tmp_path / "card.pdf"
    assert told("card", file, "--paper", "letter") == {
        "file": str(file), "paper": "letter", "width_mm": 86.0, "height_mm": 54.0,
    }  # fmt: skip
    assert file.read_bytes() == command.drawn("letter")


def test_a_card_is_renewed_and_nothing_else_replaced(tmp_path: Path) -> None:
    file = tmp_path / "card.pdf"
    needlework("card", file)
    assert needlework("card", file, "--paper", "letter").exit_code == 0
    assert file.read_bytes() == command.drawn("letter")
    file.write_bytes(b"%PDF-1.4 a letter of somebody")
    (reason,) = refused("card", file)
    assert (reason["file"], reason["key"]) == (str(file), "file")
    assert file.read_bytes() == b"%PDF-1.4 a letter of somebody"


def test_where_nothing_can_be_written_is_refused(tmp_path: Path) -> None:
    for file in (tmp_path, tmp_path / "none" / "card.pdf"):
        (reason,) = refused("card", file)
        assert reason["file"] == str(file)


def test_wrong_usage_of_card_is_two(tmp_path: Path) -> None:
    assert needlework("card").exit_code == 2
    assert needlework("card", tmp_path / "card.pdf", "--paper", "a3").exit_code == 2
    assert list(tmp_path.iterdir()) == []


# ── what measure says of it ──────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def seen() -> card.Card:
    decoded = photo.decode(cards.photograph(Camera()))
    assert isinstance(decoded, Photo)
    found = card.find(decoded)
    assert isinstance(found, card.Card)
    return found


def said(both: Cards, *, mm_per_px: float | None = None) -> str:
    return " ".join(comparison.told(both, mm_per_px=mm_per_px))


def test_measure_says_where_a_card_was_found(seen: card.Card) -> None:
    covered = Refusal((Reason("card.covered", "The card is not wholly seen.", "Show all of it."),))
    chart = replace(seen, kind="chart-24", mm_per_px=None)
    assert comparison.found_in(Cards(seen, seen)) == "both"
    assert "Scale from the card: 0.167 mm per pixel." in said(Cards(seen, seen))
    assert "your 0.3 is used" in said(Cards(seen, seen), mm_per_px=0.3)
    assert "Scale" not in said(Cards(seen, seen), mm_per_px=0.167)
    assert "no scale" in said(Cards(chart, chart))
    assert comparison.found_in(Cards(NONE, NONE)) == "none"
    assert "uncalibrated" in said(Cards(NONE, NONE))
    assert "before photograph only" in said(Cards(seen, NONE))
    assert "uncorrected in both" in said(Cards(seen, NONE))
    assert "The card is not wholly seen. Show all of it." in said(Cards(covered, seen))
    assert "two kinds" in said(Cards(seen, chart))
    assert pair.Cards(seen, chart).both is None


def test_measure_reads_a_pair_with_cards(tmp_path: Path) -> None:
    from imaging.test_card import ground

    zone = tmp_path / "zone.json"
    zone.write_text(
        '{"zones": [{"name": "cheek", "polygon": [[300, 40], [700, 40], [700, 250], [300, 250]]}]}'
    )
    for name, redness, at in (("before", 1.6, 0.48), ("after", 0.8, 0.52)):
        camera = Camera(at=(at, 0.69), px_per_mm=6.3, white=(1.04, 1.0, at * 2), seed=int(at * 100))
        light = cards.scene(camera, behind=ground("II", redness))
        (tmp_path / f"{name}.jpg").write_bytes(cards.shot(light, camera))
    words = ("measure", tmp_path / "before.jpg", tmp_path / "after.jpg", "--region", zone)
    shape = told(*words)
    assert shape["card"]["found"] == "both"
    assert shape["card"]["before"]["mm_per_px"] == pytest.approx(1 / 6.3, rel=0.01)
    assert shape["card"]["before"]["de_after"] < 2
    redness = next(one for one in shape["changes"] if one["measure"] == "redness")
    assert redness["verdict"] == "improved"
    assert "Card found in both photographs" in needlework(*words).stdout

"""needlework photo check, on drawn skin and on what is no photograph of skin."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

import skins
from cli.run import needlework, told
from needlework.imaging.items import Mark
from skins import Shot, Skin


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good photograph, one to be careful with, one that is blurred, a cat, and a letter."""
    folder = tmp_path_factory.mktemp("photographs")
    for name, shot in {
        "good": skins.reshot(31),
        "side": Shot(azimuth_deg=180.0, elevation_deg=20.0, ambient=0.1),
        "blurred": Shot(blur_px=5.0),
    }.items():
        (folder / f"{name}.jpg").write_bytes(skins.photograph(Skin("III", 31), shot))
    Image.fromarray(data.chelsea()).save(folder / "cat.png")
    (folder / "letter.jpg").write_bytes(b"Dear clinic, my face is fine.\n" * 40)
    return folder


def test_json_has_exactly_this_shape(folder: Path) -> None:
    found = told("photo", "check", folder / "good.jpg", "--mm-per-px", skins.MM_PER_PX)
    assert list(found) == ["photographs", "refused"]
    (one,) = found["photographs"]
    assert list(one) == [
        "file", "sha256", "format", "width", "height", "shot", "verdict", "card", "face", "items",
    ]  # fmt: skip
    assert (one["verdict"], one["format"], one["width"], found["refused"]) == ("fine", "JPEG", 900, [])
    for item in one["items"]:
        assert list(item) == [
            "id", "title", "mark", "value", "unit", "caution", "refuse", "at_most", "says", "do",
        ]  # fmt: skip
        assert item["mark"] in {*Mark} - {"refused"}
    resolution = next(item for item in one["items"] if item["id"] == "resolution")
    assert (resolution["value"], resolution["unit"], resolution["mark"]) == (12.5, "px/mm", "fine")


def test_a_person_reads_the_verdict_then_each_number_with_its_limit(folder: Path) -> None:
    result = needlework("photo", "check", folder / "side.jpg")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("! ") and lines[0].endswith("side.jpg: fit to be measured, with 1 caution")
    (light,) = (line for line in lines if "Light from one side" in line)
    assert light.startswith("! ") and " OD  at most 0.8" in light
    assert "Face the window or the lamp" in " ".join(result.stdout.split())


def test_what_is_refused_says_what_to_do_and_the_others_are_judged_all_the_same(folder: Path) -> None:
    files = [folder / name for name in ("blurred.jpg", "letter.jpg", "good.jpg", "none.jpg", "cat.png")]
    result = needlework("photo", "check", *files)
    assert result.exit_code == 1
    assert [line.split(": ")[1:3] for line in result.stderr.splitlines()] == [
        [str(folder / "blurred.jpg"), "photo.focus"],
        [str(folder / "letter.jpg"), "file"],
        [str(folder / "none.jpg"), "file"],
        [str(folder / "cat.png"), "photo.skin"],
    ]
    assert "Wipe the lens" in result.stderr
    assert "good.jpg: fit to be measured" in result.stdout
    assert "blurred.jpg: not fit to be measured" in result.stdout
    same = needlework("photo", "check", *files, "--json")
    assert (same.exit_code, same.stderr) == (1, "")
    found = json.loads(same.stdout)
    assert [one["verdict"] for one in found["photographs"]] == ["refused", "fine", "refused"]
    assert [one["key"] for one in found["refused"]] == ["photo.focus", "file", "file", "photo.skin"]


@pytest.mark.parametrize("content", [b"", b"x", bytes(5000)])
def test_what_is_no_photograph_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(content)
    result = needlework("photo", "check", file)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"refused: {file}: file: ")


def test_grey_black_and_single_pixels_are_refused(tmp_path: Path) -> None:
    for name, picture in {
        "grey": np.asarray(Image.fromarray(data.astronaut()).convert("L")),
        "black": np.zeros((600, 600, 3), np.uint8),
        "single": np.full((1, 1, 3), 180, np.uint8),
    }.items():
        Image.fromarray(picture).save(tmp_path / f"{name}.png")
        result = needlework("photo", "check", tmp_path / f"{name}.png")
        assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1), name


@pytest.mark.parametrize("scale", ["0", "-1", "nan", "40"])
def test_an_impossible_scale_is_refused(folder: Path, scale: str) -> None:
    result = needlework("photo", "check", folder / "good.jpg", "--mm-per-px", scale)
    assert result.exit_code == 1
    assert result.stderr.startswith("refused: mm-per-px: ")


def test_wrong_usage_of_photo_is_two(folder: Path) -> None:
    assert needlework("photo", "check").exit_code == 2
    assert needlework("photo", "check", folder / "good.jpg", "--view", "behind").exit_code == 2

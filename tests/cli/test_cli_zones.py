"""needlework zones: the zones of a face as a file, a picture and lines."""

import json
from pathlib import Path

import cv2
import pytest
from skimage import data

from cli.run import needlework, refused, told
from faces import ASTRONAUT, png, with_networks
from needlework.imaging import regions


@pytest.fixture
def portrait(tmp_path: Path) -> Path:
    file = tmp_path / "portrait.png"
    file.write_bytes(png(ASTRONAUT))
    return file


@with_networks
def test_zones_are_written_as_measure_reads_them(portrait: Path, tmp_path: Path) -> None:
    out, picture = tmp_path / "zones.json", tmp_path / "zones.jpg"
    result = needlework("zones", portrait, "--out", out, "--overlay", picture)
    assert (result.exit_code, result.stderr) == (0, "")
    said = " ".join(result.stdout.split())
    assert "zones, seen from the front: forehead, between the brows" in said
    assert "“left temple” is mostly covered" in said
    assert f"Written: {out}" in said
    found = regions.parse(out.read_bytes())
    assert isinstance(found, tuple) and len(found) == 15
    assert cv2.imread(str(picture)).shape == ASTRONAUT.shape


@with_networks
def test_json_has_exactly_this_shape(portrait: Path) -> None:
    shape = told("zones", portrait)
    assert shape.keys() == {"method", "face", "zones", "leave_out", "unseen"}
    assert shape["face"].keys() == {"view", "score", "yaw_deg", "pitch_deg", "roll_deg"}
    cheek = next(one for one in shape["zones"] if one["name"] == "left cheek")
    assert cheek.keys() == {"name", "zone", "polygon"} and cheek["zone"] == "cheeks"
    assert {one["name"] for one in shape["leave_out"]} >= {"lips", "left eye", "right brow"}
    assert [one["key"] for one in shape["unseen"]] == ["zone.left temple"]


@with_networks
def test_zones_that_are_there_are_not_drawn_over(portrait: Path, tmp_path: Path) -> None:
    out = tmp_path / "zones.json"
    out.write_text(json.dumps({"zones": "corrected by hand"}))
    (reason,) = refused("zones", portrait, "--out", out)
    assert (reason["file"], reason["problem"]) == (str(out), "is there already.")
    assert "corrected by hand" in out.read_text()


@with_networks
def test_a_cat_has_no_zones(tmp_path: Path) -> None:
    cat = tmp_path / "cat.png"
    cat.write_bytes(png(data.chelsea()))
    (reason,) = refused("zones", cat)
    assert (reason["file"], reason["key"]) == (str(cat), "face.none")
    assert "Draw the zones" in reason["do"]


@with_networks
def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.jpg").write_text("no photograph")
    for file in (tmp_path / "notes.jpg", tmp_path / "none.jpg", tmp_path):
        (reason,) = refused("zones", file)
        assert reason["file"] == str(file)


def test_without_the_networks_zones_says_what_to_do(
    portrait: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEEDLEWORK_MODELS", str(tmp_path / "none"))
    (reason,) = refused("zones", portrait)
    assert reason["key"] == "models"
    assert "needlework models" in reason["do"] and "drawn by hand" in reason["do"]

"""What was counted, drawn: for any measure of the catalogue, on skin of any colour; and what was not."""

import io
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

import skins
from needlework.imaging import inks, overlay, pair, photo
from needlework.imaging.catalogue import MEASURES
from needlework.imaging.pair import Sight
from needlework.imaging.regions import Region
from needlework.imaging.seen import Seen

ZONE = (Region("cheek", skins.ZONE),)


@pytest.fixture(scope="module")
def sight() -> Sight:
    """Skin that has lost redness in the zone."""
    files = skins.pair(skins.Skin("IV", seed=970, redness=1.6), 970, redness=0.7)
    before, after = (photo.decode(data) for data in files)
    assert isinstance(before, photo.Photo) and isinstance(after, photo.Photo)
    found = pair.sight(before, after, regions=ZONE, mm_per_px=skins.MM_PER_PX)
    assert isinstance(found, Sight)
    return found


@pytest.fixture(scope="module")
def drawn(sight: Sight) -> dict[str, bytes]:
    return overlay.overlays(sight, ZONE)


def pixels(file: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(file)).convert("RGB"), int)


def middle(sight: Sight) -> tuple[int, int]:
    """Row and column of the middle of the zone."""
    rows, columns = np.nonzero(sight.pair.inside(ZONE[0]))
    return int(rows.mean()), int(columns.mean())


def test_every_measure_is_drawn_before_after_and_as_a_change(drawn: dict[str, bytes]) -> None:
    counted = {f"{name}-{which}" for name in MEASURES for which in ("before", "after", "change")}
    assert set(drawn) == counted | {"aligned-before", "aligned-after"}


def test_pictures_are_as_large_as_the_grid_and_tell_nothing_of_the_camera(
    sight: Sight, drawn: dict[str, bytes]
) -> None:
    opened = [Image.open(io.BytesIO(file)) for file in drawn.values()]
    assert {one.size for one in opened} == {(sight.pair.grid.width, sight.pair.grid.height)}
    assert not any(one.getexif() for one in opened)


def test_less_redness_is_blue(sight: Sight, drawn: dict[str, bytes]) -> None:
    row, column = middle(sight)
    red, _, blue = pixels(drawn["redness-change"])[row - 20 : row + 20, column - 20 : column + 20].mean(
        (0, 1)
    )
    assert blue > red + 25


def test_outside_the_zones_nothing_has_a_colour(sight: Sight, drawn: dict[str, bytes]) -> None:
    around = cv2.dilate(sight.pair.inside(ZONE[0]).astype(np.uint8), np.ones((25, 25))) == 0
    around[-around.shape[0] // 5 :, : around.shape[1] // 2] = False  # the legend
    for name in MEASURES:
        shown = pixels(drawn[f"{name}-change"])[around]
        assert np.ptp(shown, axis=1).max() <= 12, name


def test_what_was_left_out_is_hatched(sight: Sight) -> None:
    row, column = middle(sight)
    part = np.s_[row - 30 : row + 30, column - 30 : column + 30]
    usable = sight.pair.usable.copy()
    usable[part] = False
    dull = replace(sight, pair=replace(sight.pair, usable=usable))
    with_hole = pixels(overlay.overlays(dull, ZONE)["redness-before"])[part]
    assert np.abs(np.median(np.ptp(with_hole, axis=2))) < 8, "no colour where nothing was measured"
    lines = inks.hatching(sight.pair.usable.shape)[part]
    assert with_hole[lines].mean() < with_hole[~lines].mean() - 40


def test_one_paper_for_every_skin() -> None:
    """Skin of all colours is as light under a drawing, so that one ink is seen on all."""
    levels = []
    for skin_type in ("I", "VI"):
        light = skins.draw(skins.Skin(skin_type, seed=3), skins.Shot())[200:400, 200:400] / 255
        density = -np.log(np.maximum(light**2.2, 0.002)).astype(np.float32)
        everywhere = np.ones(density.shape[:2], bool)
        levels.append(float(np.median(overlay._paper(density, everywhere, everywhere))))
    assert levels == pytest.approx([inks.PAPER_LEVEL] * 2, abs=3)


def test_a_measure_that_sees_nothing_has_no_pictures(sight: Sight, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = replace(MEASURES["redness"], seen=lambda pair, region: None)
    monkeypatch.setattr(overlay, "MEASURES", {"redness": silent})
    assert set(overlay.overlays(sight, ZONE)) == {"aligned-before", "aligned-after"}


def test_a_dot_becomes_a_ring_and_a_smaller_plane_is_drawn_in_its_place(
    sight: Sight, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, column = (value // 2 * 2 for value in middle(sight))
    height, width = sight.pair.usable.shape
    plane = np.zeros((height // 2, width // 2), np.float32)
    plane[row // 2, column // 2] = 1.0
    one = replace(MEASURES["redness"], seen=lambda pair, region: Seen("dot", plane, plane, 1.0, "OD"))
    monkeypatch.setattr(overlay, "MEASURES", {"redness": one})
    shown = pixels(overlay.overlays(sight, ZONE)["redness-before"])
    near = shown[row - 12 : row + 12, column - 12 : column + 12]
    inked = (near[..., 2] - near[..., 0]) > 60
    assert 20 < inked.sum() < 150
    assert not inked[12:14, 12:14].any(), "what was counted is seen inside the ring"


# ── the inks ─────────────────────────────────────────────────────────────────────────────────────────


def lightness(scale: np.ndarray) -> np.ndarray:
    lab = cv2.cvtColor(scale.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    return np.asarray(lab[:, 0, :], float)


@pytest.mark.parametrize("name", ["FIELD", "MARKS", "CHANGE"])
def test_equal_steps_of_a_scale_are_equal_steps_for_the_eye(name: str) -> None:
    lab = lightness(getattr(inks, name))
    halves = np.split(lab[::8], 2) if name == "CHANGE" else [lab[::8]]
    for half in halves:
        steps = np.linalg.norm(np.diff(half, axis=0), axis=1)
        assert steps.std() / steps.mean() < 0.25
        assert (np.diff(half[:, 0]) > 0).all() or (np.diff(half[:, 0]) < 0).all(), "it reads without colour"


def test_no_change_is_a_neutral_grey() -> None:
    assert np.ptp(inks.CHANGE[127:129].astype(int), axis=2).max() <= 3


@pytest.mark.parametrize("name", ["cheek", "вторая зона, 左脸, خد", "x" * 80, "😀", ""])
def test_any_name_is_written_inside_the_picture(name: str) -> None:
    picture = np.full((120, 200, 3), 128, np.uint8)
    size = inks.letters_px(picture)
    for x, y in ((100, 60), (0, 0), (199, 119)):
        for text, left, line in inks.placed([(name, x, y)], picture.shape, size):
            assert left >= 0 and left + inks.width_px(text, size) <= 200 and size < line < 120
            inks.named(picture, text, left=left, line=line)
    assert picture.shape == (120, 200, 3)


def test_no_name_lies_over_another() -> None:
    names = [(name, 100, 60) for name in ("nose", "cheek", "chin", "brow", "neck", "ear")]
    kept = inks.placed(names, (120, 200, 3), 12)
    lines = sorted(line for _, _, line in kept)
    assert len(kept) == 5, "and where there is no room the outline stands alone"
    assert min(np.diff(lines)) >= 12


def test_a_long_name_is_cut_short() -> None:
    assert inks.fitting("forehead", 12, wide=400) == "forehead"
    short = inks.fitting("forehead " * 9, 12, wide=100)
    assert short.endswith("…") and inks.width_px(short, 12) <= 100


def test_a_tiny_picture_has_no_legend() -> None:
    picture = np.full((60, 90, 3), 128, np.uint8)
    inks.legend(picture, title="x", scale=inks.FIELD, ends=["0", "1"], zones=np.zeros((60, 90), bool))
    assert (picture == 128).all()

"""What one photograph is good for: refused, warned of, or fine, with numbers and what to do."""

import io
from dataclasses import replace
from datetime import datetime

import cv2
import numpy as np
import pytest
from PIL import Image
from skimage import data

import skins
from needlework.imaging import hints, photo, posture, quality
from needlework.imaging.exif import Shot as Told
from needlework.imaging.face import Face
from needlework.imaging.items import Mark
from needlework.imaging.photo import Photo
from needlework.imaging.quality import Quality
from skins import Shot, Skin


def read(data_: bytes) -> Photo:
    found = photo.decode(data_)
    assert isinstance(found, Photo)
    return found


def shown(picture: np.ndarray, *, quality_: int = 94) -> Photo:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=quality_)
    return read(out.getvalue())


def shot(skin_type: str = "III", seed: int = 31, **how: object) -> Photo:
    return read(skins.photograph(Skin(skin_type, seed), Shot(**how)))  # type: ignore[arg-type]


def ids(found: Quality, mark: Mark) -> set[str]:
    reasons = found.marked(mark)
    assert all(one.problem and one.do for one in reasons)
    return {one.key.removeprefix("photo.") for one in reasons}


def warned(seen: Photo, **options: object) -> set[str]:
    """The cautions of a photograph that may be measured, but for those of its file."""
    found = quality.examine(seen, **options)  # type: ignore[arg-type]
    assert ids(found, Mark.REFUSED) == set()
    return ids(found, Mark.CAUTION) - {"camera"}


@pytest.mark.parametrize("skin_type", skins.TYPES)
def test_a_good_photograph_of_any_skin_is_fine(skin_type: str) -> None:
    seed = 300 + skins.TYPES.index(skin_type)
    seen = read(skins.photograph(Skin(skin_type, seed), skins.reshot(seed)))
    assert quality.check(seen) == () == quality.cautions(seen, mm_per_px=skins.MM_PER_PX)


@pytest.mark.parametrize(
    ("how", "what"),
    [
        ({"azimuth_deg": 180.0, "elevation_deg": 20.0, "ambient": 0.1}, "side"),
        ({"white": (0.75, 1.0, 0.75)}, "cast"),
        ({"white": (1.15, 1.0, 1.15)}, "cast"),
        ({"grain": 0.06}, "noise"),
        ({"quality": 60}, "jpeg"),
    ],
)
def test_what_may_have_harmed_a_photograph_is_said(how: dict[str, object], what: str) -> None:
    assert warned(shot(**how)) == {what}


@pytest.mark.parametrize(
    ("how", "what"),
    [({"blur_px": 5.0}, "focus"), ({"exposure_ev": 1.2}, "clipped"), ({"quality": 12}, "jpeg")],
)
def test_what_hides_the_skin_is_refused(how: dict[str, object], what: str) -> None:
    reasons = quality.check(shot(**how), who="after")
    assert f"after.{what}" in {one.key for one in reasons}
    assert all(one.problem and one.do for one in reasons)


def test_the_dark_side_is_named() -> None:
    side = quality.examine(shot(azimuth_deg=180.0, elevation_deg=20.0, ambient=0.1)).of("side")
    other = quality.examine(shot(azimuth_deg=0.0, elevation_deg=20.0, ambient=0.1)).of("side")
    assert side and other
    assert "from the left of the picture" in side.says
    assert "from the right of the picture" in other.says
    assert side.value and side.caution and side.value > side.caution and side.unit == "OD"


@pytest.mark.parametrize("skin_type", ["I", "III", "VI"])
def test_covered_skin_is_suspected_and_bare_skin_is_not(skin_type: str) -> None:
    bare = skins.draw(Skin(skin_type, 31), Shot())
    depth = -np.log(np.maximum((bare / 255.0) ** 2.2, 0.002)).astype(np.float32)
    covered = 0.3 * depth + 0.7 * cv2.GaussianBlur(depth, (0, 0), 25)
    coded = np.clip(255 * np.exp(-covered) ** (1 / 2.2), 0, 255).round().astype(np.uint8)
    assert "make-up" not in warned(shown(bare))
    assert "make-up" in warned(shown(coded))


def test_resolution_is_told_where_the_scale_is_known() -> None:
    seen = shot()
    unknown, near, far, useless = (
        quality.examine(seen, mm_per_px=mm).of("resolution") for mm in (None, 0.08, 0.4, 1.5)
    )
    assert unknown and near and far and useless
    assert (unknown.mark, unknown.value) == (Mark.UNKNOWN, None)
    assert (near.mark, near.value, near.unit) == (Mark.FINE, 12.5, "px/mm")
    assert (far.mark, useless.mark) == (Mark.CAUTION, Mark.REFUSED)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_a_cat_has_no_skin_to_measure(scale: float) -> None:
    cat = cv2.resize(data.chelsea(), None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    assert {one.key for one in quality.check(shown(cat))} == {"photo.skin"}


def test_pale_patches_are_no_fur() -> None:
    """Skin that has lost its pigment in large patches has two colours, and may be measured."""
    dark, pale = (skins.draw(Skin(kind, 31), Shot()) for kind in ("V", "II"))
    y, x = np.mgrid[0 : skins.SIDE_PX, 0 : skins.SIDE_PX]
    patch = cv2.GaussianBlur((np.sin(x / 90) + np.sin(y / 70) > 0).astype(np.float32), (0, 0), 4)[..., None]
    seen = shown((dark * (1 - patch) + pale * patch).astype(np.uint8))
    assert "photo.skin" not in {one.key for one in quality.check(seen)}


def test_what_shows_nothing_is_refused_with_one_reason() -> None:
    side = 300
    nothing = {
        "light": np.zeros((side, side, 3), np.uint8),
        "colour": np.full((side, side, 3), 255, np.uint8),
        "skin": np.full((side, side, 3), (60, 90, 160), np.uint8),
        "size": np.full((1, 1, 3), 150, np.uint8),
    }
    for what, picture in nothing.items():
        found = quality.examine(shown(picture))
        assert ids(found, Mark.REFUSED) == {what}, what


def test_one_colour_of_skin_all_over_is_not_sharp() -> None:
    flat = np.full((600, 600, 3), (200, 160, 140), np.uint8)
    assert "photo.focus" in {one.key for one in quality.check(shown(flat))}


# ── the camera ───────────────────────────────────────────────────────────────────────────────────────


def told(**said: object) -> Photo:
    blank = shown(np.full((60, 60, 3), (200, 160, 140), np.uint8))
    return replace(blank, shot=Told(**said))  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", hints.MODES)
def test_each_mode_that_paints_skin_is_warned_of(mode: str) -> None:
    found = {one.id: one for one in hints.items(told(camera="A", modes=(mode,)))}
    assert found[f"mode-{mode}"].mark is Mark.CAUTION
    assert found[f"mode-{mode}"].says and found[f"mode-{mode}"].do


def test_lens_zoom_and_flash_are_judged_by_their_numbers() -> None:
    bad = told(focal_35_mm=13.0, zoom=2.0, flash=True, taken_at=datetime(2026, 11, 20))
    good = told(camera="A", focal_35_mm=26.0, zoom=1.0, flash=False)
    assert {one.id for one in hints.items(bad) if one.mark is Mark.CAUTION} == {"lens", "zoom", "flash"}
    assert {one.mark for one in hints.items(good)} == {Mark.FINE}
    assert hints.items(told())[0].mark is Mark.UNKNOWN


# ── the face ─────────────────────────────────────────────────────────────────────────────────────────


def held(yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0, **what: object) -> Face:
    look = {"mouth_open": 0.02, "smile": 0.1, "eyes_open": (0.3, 0.3)} | what
    return Face(np.zeros((468, 2), np.float32), 0.9, yaw, pitch, roll, **look)  # type: ignore[arg-type]


def move(face: Face, *, view: str = "") -> list[tuple[str, str]]:
    return [(one.mark.value, one.do) for one in posture.items(face, view=view) if one.mark is not Mark.FINE]


def test_the_way_to_turn_is_the_persons_own() -> None:
    assert move(held()) == []
    assert move(held(yaw=9.0)) == [("caution", "Turn your head 9° to your right.")]
    assert move(held(yaw=-9.0)) == [("caution", "Turn your head 9° to your left.")]
    assert move(held(yaw=-59.0)) == [("caution", "Turn your head 19° to your left.")]


def test_a_view_that_was_asked_for_is_held_to() -> None:
    assert move(held(yaw=35.0)) == []
    assert move(held(yaw=35.0), view="right oblique") == []
    assert move(held(yaw=35.0), view="front") == [("refused", "Turn your head 35° to your right.")]
    assert move(held(yaw=-35.0), view="right oblique") == [("refused", "Turn your head 75° to your left.")]


def test_chin_lean_and_expression() -> None:
    assert move(held(pitch=15.0))[0][1].startswith("Lower your chin by 15°")
    assert move(held(pitch=-30.0))[0] == ("refused", "Raise your chin by 30°, with the camera at eye level.")
    assert move(held(roll=20.0))[0][0] == "caution"
    assert "Close your mouth" in move(held(mouth_open=0.2))[0][1]
    assert "Do not smile" in move(held(smile=0.9))[0][1]
    assert "eyes open" in move(held(eyes_open=(0.3, 0.05)))[0][1]
    assert posture.items(held(mouth_open=None))[-1].mark is Mark.UNKNOWN

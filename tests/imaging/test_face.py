"""The face in a photograph, and what is no face."""

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from skimage import data

import skins
from faces import ASTRONAUT, NETWORKS, astronaut, larger, photograph, with_networks
from needlework.imaging import face, mesh
from needlework.imaging.face import Face
from needlework.records.why import Refusal

MIRRORED = {33: 263, 133: 362, 61: 291, 50: 280, 107: 336, 1: 1}


def seen(picture: np.ndarray[Any, Any]) -> Face:
    found = face.find(photograph(picture), NETWORKS)  # type: ignore[arg-type]  # with_networks looked
    assert isinstance(found, Face), found
    return found


def refused(picture: np.ndarray[Any, Any]) -> str:
    found = face.find(photograph(picture), NETWORKS)  # type: ignore[arg-type]  # with_networks looked
    assert isinstance(found, Refusal), found
    assert all(reason.do for reason in found.reasons)
    return found.reasons[0].key


def moved(picture: np.ndarray[Any, Any], matrix: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    size = (picture.shape[1], picture.shape[0])
    return np.asarray(cv2.warpAffine(picture, matrix, size, borderMode=cv2.BORDER_REPLICATE))


@with_networks
def test_the_mesh_lies_where_it_lay_before() -> None:
    found = seen(ASTRONAUT)
    assert np.abs(found.points - astronaut().points).max() < 0.5
    assert found.score > 0.9
    assert found.view == "front"


@with_networks
@pytest.mark.parametrize(
    ("shift", "turn_deg", "scale"), [((40, 30), 0, 1), ((0, 0), 20, 1), ((0, 60), -25, 0.9)]
)
def test_points_go_with_the_picture(shift: tuple[int, int], turn_deg: float, scale: float) -> None:
    matrix = cv2.getRotationMatrix2D((226, 120), turn_deg, scale)
    matrix[:, 2] += shift
    found = seen(moved(ASTRONAUT, matrix))
    expected = cv2.transform(astronaut().points[None], matrix)[0]
    apart = np.linalg.norm(found.points - expected, axis=1)
    assert np.median(apart) < 0.02 * found.eyes_px
    assert found.roll_deg == pytest.approx(astronaut().roll_deg - turn_deg, abs=2)


@with_networks
def test_size_does_not_matter_to_points() -> None:
    found = seen(larger(ASTRONAUT, 4))
    assert np.abs(found.points / 4 - astronaut().points).mean() < 0.5


@with_networks
def test_a_mirror_swaps_left_and_right() -> None:
    there, back = seen(ASTRONAUT), seen(ASTRONAUT[:, ::-1])
    assert back.roll_deg == pytest.approx(-there.roll_deg, abs=2)
    for one, other in MIRRORED.items():
        x, y = there.points[one]
        assert back.points[other] == pytest.approx((512 - x, y), abs=0.08 * there.eyes_px)


@with_networks
def test_the_open_smile_is_seen() -> None:
    found = seen(ASTRONAUT)
    assert found.mouth_open is not None and found.mouth_open > 0.1
    assert found.smile is not None and found.smile > 0.5
    assert all(one is not None and one > 0.2 for one in found.eyes_open)


@with_networks
def test_half_a_face_is_enough_and_tells_nothing_of_what_is_cut_off() -> None:
    found = seen(ASTRONAUT[:, :226])
    assert np.abs(found.points[33] - astronaut().points[33]).max() < 4
    assert found.smile is None
    assert found.eyes_open[0] is None and found.eyes_open[1] is not None


@with_networks
@pytest.mark.parametrize(
    ("picture", "key"),
    [
        pytest.param(lambda: data.chelsea(), "face.none", id="a cat"),
        pytest.param(lambda: data.coffee(), "face.none", id="a cup"),
        pytest.param(lambda: data.rocket(), "face.none", id="a rocket"),
        pytest.param(lambda: larger(ASTRONAUT[130:175, 185:215], 8), "face.none", id="a close-up"),
        pytest.param(lambda: np.hstack([ASTRONAUT, ASTRONAUT]), "face.two", id="two faces"),
        pytest.param(lambda: np.rot90(ASTRONAUT), "face.roll", id="lying"),
        pytest.param(lambda: ASTRONAUT[::-1, ::-1], "face.unclear", id="upside down"),
        pytest.param(lambda: ASTRONAUT[::2, ::2], "face.small", id="far away"),
    ],
)
def test_what_is_not_seen_well_is_refused(picture: Any, key: str) -> None:
    assert refused(picture()) == key


@with_networks
@pytest.mark.parametrize("skin_type", ["II", "VI"])
def test_drawn_skin_is_no_face(skin_type: str) -> None:
    assert refused(skins.draw(skins.Skin(type=skin_type, seed=2), skins.reshot(3))) == "face.none"


@with_networks
def test_a_small_face_in_the_background_is_passed_over() -> None:
    picture = ASTRONAUT.copy()
    picture[-128:, :128] = cv2.resize(ASTRONAUT, (128, 128), interpolation=cv2.INTER_AREA)
    assert np.abs(seen(picture).points - astronaut().points).max() < 2


@with_networks
def test_sixteen_bits_are_seen_alike() -> None:
    shown = photograph(ASTRONAUT)
    deep = replace(shown, coded=shown.coded.astype(np.uint16) * 257)
    found = face.find(deep, NETWORKS)  # type: ignore[arg-type]  # with_networks looked
    assert isinstance(found, Face)
    assert np.abs(found.points - astronaut().points).max() < 0.5


# ── without the networks ─────────────────────────────────────────────────────────────────────────────


def mean_face(*, yaw_deg: float = 0, pitch_deg: float = 0, roll_deg: float = 0) -> np.ndarray[Any, Any]:
    """A mesh whose rigid points are those of the mean face, turned: roll last, as a picture is turned."""
    yaw, pitch, roll = np.radians([yaw_deg, pitch_deg, roll_deg])
    aside = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    up = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    lean = np.array([[np.cos(roll), np.sin(roll), 0], [-np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    points = np.array(list(face.RIGID.values())) @ (lean @ aside @ up).T
    mesh = np.zeros((468, 3), np.float32)
    mesh[list(face.RIGID)] = points * (30, -30, -30) + (500, 500, 0)
    return mesh


@pytest.mark.parametrize(
    "turned",
    [
        {},
        {"yaw_deg": 30.0},
        {"yaw_deg": -45.0},
        {"pitch_deg": 15.0},
        {"pitch_deg": -20.0},
        {"roll_deg": 25.0},
    ],
)
def test_the_turn_of_a_mean_face_is_told(turned: dict[str, float]) -> None:
    expected = tuple(turned.get(key, 0.0) for key in ("yaw_deg", "pitch_deg", "roll_deg"))
    assert face._turned(mean_face(**turned)) == pytest.approx(expected, abs=0.2)


def test_a_view_is_named_for_the_side_that_is_seen() -> None:
    one = astronaut()
    views = [replace(one, yaw_deg=yaw).view for yaw in (0.0, 14.0, 30.0, -30.0, 70.0, -70.0)]
    assert views == ["front", "front", "right oblique", "left oblique", "profile", "profile"]


def test_every_place_has_its_anchor() -> None:
    anchors = np.concatenate([mesh._anchors(16, 2), mesh._anchors(8, 6)])
    assert anchors.shape == (896, 2)
    assert anchors[0] == pytest.approx((1 / 32, 1 / 32))
    assert anchors[-1] == pytest.approx((15 / 16, 15 / 16))

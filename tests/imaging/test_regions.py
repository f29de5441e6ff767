"""Zones as people and programs hand them in, and skin found by colour."""

import json

import cv2
import numpy as np
import pytest
from skimage import data

import skins
from needlework.imaging import icc, regions
from needlework.imaging.regions import Region
from needlework.records.why import Refusal

SQUARE = [[10, 10], [90, 10], [90, 90], [10, 90]]


def zones(*polygons: object) -> dict[str, object]:
    return {"zones": [{"name": f"zone {n}", "polygon": polygon} for n, polygon in enumerate(polygons)]}


def test_reads_zones_from_text_and_from_a_mapping() -> None:
    expected = (Region("zone 0", tuple((float(x), float(y)) for x, y in SQUARE)),)
    assert regions.parse(json.dumps(zones(SQUARE))) == expected
    assert regions.parse(zones(SQUARE)) == expected
    assert regions.parse(zones([*SQUARE, SQUARE[0]])) == expected


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ("", "zones"),
        ("[1, 2", "zones"),
        ("[" * 100_000, "zones"),
        ("{}", "zones"),
        ("[]", "zones"),
        ('{"zones": []}', "zones"),
        ('{"zones": {"name": "x"}}', "zones"),
        (zones(*[SQUARE] * 61), "zones"),
        ({"zones": ["cheek"]}, "zones[0].name"),
        ({"zones": [{"polygon": SQUARE}]}, "zones[0].name"),
        ({"zones": [{"name": " ", "polygon": SQUARE}]}, "zones[0].name"),
        ({"zones": [{"name": "a\nb", "polygon": SQUARE}]}, "zones[0].name"),
        ({"zones": [{"name": "a", "polygon": SQUARE}, {"name": "a", "polygon": SQUARE}]}, "zones[1].name"),
        ({"zones": [{"name": "a"}]}, "zones[0].polygon"),
        (zones(SQUARE, [[1, 1], [2, 2]]), "zones[1].polygon"),
        (zones([[0, 0], [90, 90], [90, 0], [0, 90]]), "zones[0].polygon"),
        (zones([[0, 0], [50, 50], [90, 90]]), "zones[0].polygon"),
        (zones([[5, 5]] * 501), "zones[0].polygon"),
        (zones([[0, 0], [9, "9"], [9, 0]]), "zones[0].polygon[1]"),
        (zones([[0, 0], [9, True], [9, 0]]), "zones[0].polygon[1]"),
        (zones([[0, 0], [9, 9, 9], [9, 0]]), "zones[0].polygon[1]"),
        (zones([[0, 0], [float("nan"), 9], [9, 0]]), "zones[0].polygon[1]"),
        ('{"zones": [{"name": "a", "polygon": [[0, 0], [9, 1e999], [9, 0]]}]}', "zones[0].polygon[1]"),
        (zones([[0, 0], [9, 10**30], [9, 0]]), "zones[0].polygon[1]"),
    ],
)
def test_names_the_zone_and_key_that_is_wrong(given: object, key: str) -> None:
    found = regions.parse(given)  # type: ignore[arg-type]
    assert isinstance(found, Refusal)
    assert found.reasons[0].key == key
    assert found.reasons[0].do


def test_every_fault_is_reported_at_once() -> None:
    found = regions.parse({"zones": [{"name": "", "polygon": []}, {"name": "b", "polygon": [[1, 1]]}]})
    assert isinstance(found, Refusal)
    assert [reason.key for reason in found.reasons] == [
        "zones[0].name",
        "zones[0].polygon",
        "zones[1].polygon",
    ]


def test_a_zone_outside_the_picture_is_named() -> None:
    found = regions.parse(zones(SQUARE, [[0, 0], [5000, 0], [5000, 40]]))
    assert isinstance(found, tuple)
    (reason,) = regions.within(found, width=640, height=480)
    assert reason.key == "zones[1].polygon"
    assert regions.within(found[:1], width=90, height=90) == ()


def linear(picture: np.ndarray) -> np.ndarray:
    return cv2.LUT(np.ascontiguousarray(picture), icc.srgb(levels=256).curves.reshape(1, 256, 3))


@pytest.mark.parametrize("skin_type", skins.TYPES)
def test_finds_skin_of_every_type(skin_type: str) -> None:
    close_up = regions.skin(linear(skins.draw(skins.Skin(skin_type, seed=3), skins.reshot(3))))
    assert close_up.mean() > 0.97
    beside = regions.skin(linear(skins.draw(skins.Skin(skin_type, seed=4, backdrop=True), skins.Shot())))
    assert beside[:, 170:].mean() > 0.96
    assert beside[:, :140].mean() < 0.02


def test_finds_the_face_in_a_portrait() -> None:
    found = regions.skin(linear(data.astronaut()))
    assert found[110:160, 190:255].mean() > 0.85  # the face
    assert found[200:].mean() < 0.002  # an orange suit
    assert found[:100, 330:].mean() < 0.01  # a beige wall

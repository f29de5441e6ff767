"""Zones of a face, and what lies over its skin. On a mesh that is known, so no network is needed."""

import itertools
import json
from dataclasses import replace
from functools import cache
from typing import Any

import cv2
import numpy as np
import pytest

from faces import ASTRONAUT, NETWORKS, astronaut, larger, photograph, with_networks
from needlework.imaging import cover, outlines, regions, zonemap, zones
from needlework.imaging.face import Face
from needlework.imaging.regions import Region
from needlework.imaging.zones import Found
from needlework.protocol import load
from needlework.records.why import Refusal

TIMES = 3
SIDED = ("temple", "cheek", "mouth corner", "jawline")
WHOLE = {"forehead", "between the brows", "nose", "upper lip", "chin", "neck"}
EYES = {"around the left eye", "around the right eye"}
PAIRS = {f"{side} {name}" for side in ("left", "right") for name in SIDED} | EYES
SKIN = (215, 165, 140)


@cache
def portrait() -> np.ndarray[Any, Any]:
    return larger(ASTRONAUT, TIMES)


@cache
def face() -> Face:
    one = astronaut()
    return replace(one, points=one.points * np.float32(TIMES))


def of(picture: np.ndarray[Any, Any], seen: Face) -> Found:
    found = zones.of(photograph(picture), seen)
    assert isinstance(found, Found)
    return found


@cache
def found() -> Found:
    return of(portrait(), face())


def named(of: Found) -> dict[str, Region]:
    return {one.name: one for one in (*of.regions, *of.leave_out)}


def filled(region: Region, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    mask = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.round(np.array(region.polygon)).astype(np.int32)], 1)
    return mask > 0


def middle(region: Region) -> tuple[float, float]:
    x, y = np.array(region.polygon).mean(axis=0)
    return float(x), float(y)


def without_zones(of: Found) -> dict[str, str]:
    return {one.key.removeprefix("zone."): one.problem for one in of.unseen}


def test_a_portrait_has_every_zone_but_the_one_under_the_hair() -> None:
    assert {one.name for one in found().regions} == (WHOLE | PAIRS) - {"left temple"}
    assert "hair" in without_zones(found())["left temple"]


def test_ids_are_those_of_the_protocol() -> None:
    known = {zone.id for zone in load.default().zones.zone if zone.where in ("face", "neck")}
    assert known == set(zones.NAMES) - {"perioral"}
    assert {zones.IDS[one.name] for one in found().regions} == set(zones.NAMES)
    assert zones.IDS["left cheek"] == zones.IDS["right cheek"] == "cheeks"


def test_measure_reads_what_is_found() -> None:
    drawn = {"zones": [{"name": one.name, "polygon": one.polygon} for one in found().regions]}
    assert regions.parse(json.dumps(drawn)) == found().regions
    assert regions.within(found().regions, width=512 * TIMES, height=512 * TIMES) == ()


def test_no_zone_lies_on_another_or_on_what_is_left_out() -> None:
    part = (slice(60 * TIMES, 200 * TIMES), slice(170 * TIMES, 290 * TIMES))
    masks = {one.name: filled(one, portrait().shape)[part] for one in (*found().regions, *found().leave_out)}
    for one, other in itertools.combinations(masks, 2):
        both = (masks[one] & masks[other]).sum()
        allowed = 0.25 if {one, other} & {"left nostril", "right nostril"} else 0.06
        if not {one, other} <= {"nose", "left nostril", "right nostril"}:
            assert both <= allowed * min(masks[one].sum(), masks[other].sum()), (one, other)


def test_left_is_the_persons_own() -> None:
    seen = named(found())
    for name in ("cheek", "jawline", "mouth corner", "eye", "brow", "nostril"):
        assert middle(seen[f"left {name}"])[0] > middle(seen["nose"])[0] > middle(seen[f"right {name}"])[0]


def test_zones_lie_where_a_clinician_looks_for_them() -> None:
    seen = {name: middle(region) for name, region in named(found()).items()}
    order = ("forehead", "between the brows", "nose", "upper lip", "lips", "chin", "neck")
    heights = [seen[name][1] for name in order]
    assert heights == sorted(heights)
    assert seen["right eye"][1] < seen["around the right eye"][1] < seen["right cheek"][1]
    assert seen["right cheek"][1] < seen["right jawline"][1]


def test_a_mirrored_face_has_mirrored_zones() -> None:
    other = dict(outlines.LEFT) | {left: right for right, left in outlines.LEFT.items()}
    swapped = face().points[[other.get(point, point) for point in range(468)]]
    swapped = np.stack([512 * TIMES - swapped[:, 0], swapped[:, 1]], axis=1)
    back = named(of(portrait()[:, ::-1], replace(face(), points=swapped)))
    for name in ("right cheek", "right temple", "around the right eye", "right brow", "right nostril"):
        x, y = middle(named(found())[name])
        assert middle(back[name.replace("right", "left")]) == pytest.approx((512 * TIMES - x, y), abs=1)


@pytest.mark.parametrize(("yaw_deg", "near", "far"), [(30.0, "right", "left"), (-30.0, "left", "right")])
def test_an_oblique_has_the_near_side_alone(yaw_deg: float, near: str, far: str) -> None:
    turned = of(portrait(), replace(face(), yaw_deg=yaw_deg))
    names = {one.name for one in turned.regions}
    assert {f"{near} cheek", f"{near} forehead", f"{near} chin", f"around the {near} eye"} <= names
    assert not any(far in name for name in names)
    assert zones.IDS[f"{near} forehead"] == "forehead"
    assert all(zones.IDS[name] in zones.NAMES for name in names)


def test_a_zone_turned_far_away_is_left_out() -> None:
    points = face().points.copy()
    x = points[:, 0]
    nose = x[1]
    points[:, 0] = np.where(x > nose, nose + 0.35 * (x - nose), x)
    assert "turned away" in without_zones(of(portrait(), replace(face(), points=points)))["left cheek"]


def test_what_is_outside_the_picture_is_said() -> None:
    half = of(portrait()[:, : 225 * TIMES], face())
    names = {one.name for one in half.regions}
    assert "right cheek" in names and "left cheek" not in names
    assert "outside the picture" in without_zones(half)["left cheek"]
    assert regions.within(half.regions, width=225 * TIMES, height=512 * TIMES) == ()


def test_the_forehead_ends_at_the_hair_and_goes_up_where_there_is_none() -> None:
    top = min(y for _, y in named(found())["forehead"].polygon or ())
    hairline_y = 70 * TIMES
    assert top > hairline_y
    bald = portrait().copy()
    bald[: 82 * TIMES, 170 * TIMES : 290 * TIMES] = SKIN
    higher = min(y for _, y in named(of(bald, face()))["forehead"].polygon or ())
    assert higher < hairline_y


def test_the_neck_ends_at_the_collar() -> None:
    neck = np.array(named(found())["neck"].polygon)
    assert (neck[:, 1] > 145 * TIMES).all()
    assert (neck[:, 1] < 195 * TIMES).all()
    collar = portrait().copy()
    collar[150 * TIMES :] = (20, 30, 60)
    assert "hardly seen" in without_zones(of(collar, face()))["neck"]


# ── cover ────────────────────────────────────────────────────────────────────────────────────────────


def covered(picture: np.ndarray[Any, Any], zone: str) -> float:
    """Share of a zone that is covered."""
    seen = of(picture, face()).cover
    height, width = picture.shape[:2]
    mask = seen.on(x_px=0, y_px=0, step_px=1, width=width, height=height)
    return float(mask[filled(named(found())[zone], picture.shape)].mean())


def test_bare_skin_is_bare_and_hair_is_cover() -> None:
    for zone in ("right cheek", "chin", "nose", "between the brows", "around the right eye"):
        assert covered(portrait(), zone) < 0.05
    shape = portrait().shape
    mask = found().cover.on(x_px=0, y_px=0, step_px=1, width=shape[1], height=shape[0])
    assert mask[20 * TIMES : 60 * TIMES, 200 * TIMES : 250 * TIMES].mean() > 0.5
    assert mask[300 * TIMES :].all(), "beyond the grid everything counts as covered"


def test_a_beard_is_cover_and_a_spot_is_not() -> None:
    bearded, spotted = portrait().copy(), portrait().copy()
    stubble = filled(named(found())["chin"], bearded.shape)
    bearded[stubble] = (46, 34, 28)
    assert covered(bearded, "chin") > 0.9
    assert "beard" in without_zones(of(bearded, face()))["chin"]
    x, y = middle(named(found())["right cheek"])
    cv2.circle(spotted, (int(x), int(y)), 4 * TIMES // 2, (92, 60, 48), -1)
    assert covered(spotted, "right cheek") < 0.05


def test_shine_is_no_cover() -> None:
    shining = portrait().copy()
    x, y = middle(named(found())["right cheek"])
    cv2.circle(shining, (int(x), int(y)), 8 * TIMES, (255, 252, 250), -1)
    assert covered(shining, "right cheek") < 0.05


@pytest.mark.parametrize("light", [(1.0, 0.86, 0.7), (0.6, 0.6, 0.6)])
def test_the_colour_of_the_light_does_not_matter(light: tuple[float, float, float]) -> None:
    tinted = np.clip(portrait() * np.array(light), 0, 255).astype(np.uint8)
    assert covered(tinted, "right cheek") < 0.05
    assert "left temple" in without_zones(of(tinted, face()))


def test_cover_is_the_same_on_any_grid() -> None:
    seen = found().cover
    there = seen.on(x_px=seen.x_px, y_px=seen.y_px, step_px=seen.step_px, width=200, height=200)
    assert (there == seen.mask[:200, :200]).all()
    rows, columns = np.mgrid[0:90, 0:120]
    fine = seen.on(x_px=500.0, y_px=200.0, step_px=2.0, width=120, height=90)
    points = np.stack([500 + 2 * (columns + 0.5), 200 + 2 * (rows + 0.5)], axis=-1).reshape(-1, 2)
    assert (fine.ravel() == seen.at(points)).mean() > 0.98


def test_a_face_without_its_middle_is_all_covered() -> None:
    beyond = replace(face(), points=face().points + np.float32([0, 440 * TIMES]))
    assert cover.find(photograph(portrait()), beyond).mask.all()


# ── with the networks ────────────────────────────────────────────────────────────────────────────────


@with_networks
def test_zones_are_found_in_one_go() -> None:
    seen = zones.found(photograph(portrait()), NETWORKS)  # type: ignore[arg-type]  # with_networks looked
    assert isinstance(seen, Found)
    assert {one.name for one in seen.regions} == {one.name for one in found().regions}


@with_networks
def test_what_has_no_face_has_no_zones() -> None:
    plain = np.full((400, 400, 3), SKIN, np.uint8)
    seen = zones.found(photograph(plain), NETWORKS)  # type: ignore[arg-type]  # with_networks looked
    assert isinstance(seen, Refusal)
    assert "Draw the zones" in seen.reasons[0].do


def test_the_picture_of_the_zones_is_a_jpeg_of_its_size() -> None:
    drawn = zonemap.drawn(photograph(portrait()), found())
    picture = cv2.imdecode(np.frombuffer(drawn, np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape == portrait().shape
    x, y = (int(one) for one in middle(named(found())["right cheek"]))
    assert np.abs(picture[y + 30, x].astype(int) - portrait()[y + 30, x, ::-1]).max() > 15

"""The drawn photographs: the same every time, right for every skin, and honest about what a visit changes."""

import io
from dataclasses import replace
from datetime import date
from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from needlework.clinic.demo.portraits.canvas import PX_PER_MM
from needlework.clinic.demo.portraits.face import Curl, Face, Hair, Shape, Visit
from needlework.clinic.demo.portraits.photograph import draw
from needlework.imaging import pair, photo
from needlework.imaging.regions import Region
from needlework.loop import measure
from needlework.protocol import load
from needlework.records.measure import Trend
from needlework.records.skin import Sex, SkinType
from needlework.records.why import Refusal

MAY = Visit(taken_on=date(2026, 5, 4), redness=0.2, wrinkles=0.3, scars=0.0, spots=0.2, seed=1)
NOVEMBER = replace(MAY, taken_on=date(2026, 11, 9), seed=2)
WOMAN = Face(seed=11, skin_type=SkinType.II, sex=Sex.FEMALE, age_years=52, hair=Hair.BROWN, shape=Shape.OVAL)
CHEEK = np.s_[745:800, 410:470]
FOREHEAD = np.s_[385:520, 480:720]
BROWS = Region("glabella", ((545.0, 440.0), (655.0, 440.0), (655.0, 600.0), (545.0, 600.0)))
BANDS = {  # of the typology angle in degrees, Chardon 1991
    SkinType.I: (55, 90),
    SkinType.II: (41, 55),
    SkinType.III: (28, 41),
    SkinType.IV: (10, 28),
    SkinType.V: (-30, 10),
    SkinType.VI: (-90, -30),
}

drawn = cache(lambda face, visit: draw(face=face, visit=visit))


@cache
def pixels(face: Face, visit: Visit) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(drawn(face, visit))))


@pytest.fixture(scope="module", params=SkinType)
def skin_type(request: pytest.FixtureRequest) -> SkinType:
    """All tests of one type run together: a person once drawn is quickly drawn again."""
    return request.param


def cheek_lab(face: Face, visit: Visit) -> NDArray[np.float32]:
    patch = pixels(face, visit)[CHEEK].astype(np.float32) / 255
    return cv2.cvtColor(patch, cv2.COLOR_RGB2LAB).reshape(-1, 3).mean(axis=0)


def contrast(face: Face, visit: Visit, place: tuple[slice, slice]) -> float:
    """Spread of what is left of a place when slow shading and noise are taken away."""
    light = pixels(face, visit)[place][..., 1].astype(np.float32)
    return float((cv2.GaussianBlur(light, (0, 0), 1.5) - cv2.GaussianBlur(light, (0, 0), 9)).std())


def test_same_arguments_same_bytes() -> None:
    first = drawn(WOMAN, MAY)
    assert draw(face=WOMAN, visit=MAY) == first, "of a sitter who is still there"
    drawn(replace(WOMAN, seed=12), MAY)
    assert draw(face=WOMAN, visit=MAY) == first, "of a sitter who was drawn anew after somebody else"


def test_another_camera_or_another_person_is_another_picture() -> None:
    assert len({drawn(WOMAN, MAY), drawn(WOMAN, NOVEMBER), drawn(replace(WOMAN, seed=12), MAY)}) == 3


def test_it_is_an_upright_photograph_with_its_date_and_nothing_else() -> None:
    picture = Image.open(io.BytesIO(drawn(WOMAN, MAY)))
    picture.load()
    exif = picture.getexif()
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (1200, 1500))
    assert exif[0x0112] == 1
    assert dict(exif.get_ifd(0x8769)) == {0x9003: "2026:05:04 10:00:00"}
    assert set(exif) == {0x0112, 0x8769}


@pytest.mark.parametrize("what", ["scars", "spots"])
def test_scars_and_spots_roughen_the_cheek(what: str) -> None:
    none, many = (contrast(WOMAN, replace(MAY, **{what: much}), CHEEK) for much in (0.0, 0.9))
    assert many > 1.25 * none


def test_the_eye_compares_two_visits_and_reads_the_healed_one_as_calmer() -> None:
    before = photo.decode(drawn(WOMAN, replace(MAY, redness=0.6, wrinkles=0.7)))
    after = photo.decode(drawn(WOMAN, NOVEMBER))
    assert not isinstance(before, Refusal) and not isinstance(after, Refusal)
    seen = pair.observe(before, after, measures=("redness", "wrinkles"))
    assert seen.comparable, seen.reasons
    assert {reading.measure for reading in seen.readings} == {"redness", "wrinkles"}
    assert all(reading.after < reading.before for reading in seen.readings)


@pytest.mark.parametrize("left", [0.6, 0.35])
@pytest.mark.parametrize("skin_type", [SkinType.II, SkinType.VI], indirect=True)
def test_furrows_between_the_brows_that_fade_take_nothing_else_along(
    skin_type: SkinType, left: float
) -> None:
    face = replace(WOMAN, skin_type=skin_type)
    visits = replace(MAY, wrinkles=1.0), replace(NOVEMBER, wrinkles=left)
    one, two = (photo.decode(drawn(face, visit)) for visit in visits)
    assert not isinstance(one, Refusal) and not isinstance(two, Refusal)
    seen = pair.observe(one, two, regions=(BROWS,), mm_per_px=1 / PX_PER_MM)
    assert [one.key for one in seen.reasons] == ["measure.texture"]  # 4.4 pixels to a millimetre show none
    said = measure.compare(seen, load.default().measure).changes
    assert {each.measure: each.verdict for each in said if each.verdict != Trend.NO_DETECTABLE_CHANGE} == {
        "wrinkles": Trend.IMPROVED
    }


@pytest.mark.parametrize(
    "face",
    [WOMAN, Face(16, SkinType.VI, Sex.MALE, 27, Hair.BLACK, Shape.LONG, Curl.COILED)],
    ids=["woman, II", "man, VI"],
)
def test_two_visits_can_be_laid_over_each_other(face: Face) -> None:
    sift = cv2.SIFT_create(2000)
    (one, of_one), (two, of_two) = (
        sift.detectAndCompute(pixels(face, visit)[..., 1].copy(), None) for visit in (MAY, NOVEMBER)
    )
    near = cv2.BFMatcher().knnMatch(of_one, of_two, k=2)
    good = [best for best, second in near if best.distance < 0.75 * second.distance]
    start = np.array([one[match.queryIdx].pt for match in good], np.float32)
    end = np.array([two[match.trainIdx].pt for match in good], np.float32)
    matrix, inlier = cv2.estimateAffinePartial2D(start, end, ransacReprojThreshold=1.5)
    assert inlier.sum() >= 50
    assert abs(np.hypot(matrix[0, 0], matrix[1, 0]) - 1) <= 0.02
    assert abs(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0]))) <= 1.5


def test_each_type_lies_in_its_band_of_the_typology_angle(skin_type: SkinType) -> None:
    low, high = BANDS[skin_type]
    lightness, _, yellow = cheek_lab(replace(WOMAN, skin_type=skin_type), MAY)
    angle_deg = float(np.degrees(np.arctan2(lightness - 50, yellow)))
    assert low < angle_deg < high, (skin_type, angle_deg)


def test_redness_is_seen_in_the_cheeks_of_every_type(skin_type: SkinType) -> None:
    face = replace(WOMAN, skin_type=skin_type)
    assert cheek_lab(face, replace(MAY, redness=0.7))[1] > cheek_lab(face, MAY)[1] + 1.5


@pytest.mark.parametrize("skin_type", [SkinType.I, SkinType.VI], indirect=True)
def test_wrinkles_are_seen_on_the_forehead(skin_type: SkinType) -> None:
    face = replace(WOMAN, skin_type=skin_type)
    smooth, lined = (contrast(face, replace(MAY, wrinkles=much), FOREHEAD) for much in (0.0, 0.8))
    assert lined > 1.3 * smooth


def test_more_than_all_is_refused() -> None:
    with pytest.raises(ValueError, match=r"redness is 1\.5; it runs from 0 to 1"):
        replace(MAY, redness=1.5)

"""The drawing obeys its truth: a factor changes what it says, where it says, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest

import skins
from skins import PROPERTIES, Shot, Skin

RELIEF = ("wrinkles", "texture", "pores", "scars")
INSIDE = (slice(350, 650), slice(350, 650))
"""Well inside the zone, on the canvas."""
OUTSIDE = (slice(0, 1060), slice(950, 1060))


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_factor_holds_in_the_zone_only(name: str) -> None:
    plain, changed = (skins._light(Skin("III", 5, **{name: factor}), Shot()) for factor in (1.0, 1.5))
    assert np.array_equal(plain[OUTSIDE], changed[OUTSIDE])
    assert not np.allclose(plain[INSIDE], changed[INSIDE], atol=0.01)


@pytest.mark.parametrize("name", RELIEF)
def test_relief_is_deeper_by_its_factor(name: str) -> None:
    maps = skins._maps("III", 5, 0.08)
    flat, one, more = (
        skins._height(Skin("III", 5, **{name: f}), Shot(), maps, lambda value: value) for f in (0.0, 1.0, 1.5)
    )
    assert np.allclose(more - flat, 1.5 * (one - flat), atol=1e-4)


@pytest.mark.parametrize("skin_type", skins.TYPES)
def test_pigment_darkens_and_blood_reddens_skin_of_each_type(skin_type: str) -> None:
    def mean(**factors: float) -> np.ndarray:
        return skins._light(Skin(skin_type, 6, **factors), Shot())[INSIDE].mean(axis=(0, 1))

    plain, redder, darker = mean(), mean(redness=1.3), mean(pigmentation=1.3)
    assert redder[1] / redder[0] < plain[1] / plain[0]
    assert skins.ita_deg(darker) < skins.ita_deg(plain)
    assert np.allclose(mean(tone=1.5), plain, rtol=0.02)


def test_the_types_have_their_angles() -> None:
    for skin_type, (low, high) in skins.ITA_DEG.items():
        for seed in range(6):
            person = skins._person(skin_type, seed)
            bands = skins._reflected(person, person.melanin, person.blood)
            assert low - 0.1 <= skins.ita_deg(skins._eye() @ bands) <= high + 0.1


def test_a_tan_is_everywhere() -> None:
    plain, tanned = (skins._light(Skin("II", 7, tan=factor), Shot()) for factor in (1.0, 1.4))
    assert tanned[OUTSIDE].mean() < 0.99 * plain[OUTSIDE].mean()


def test_the_same_call_draws_the_same_bytes_and_a_camera_draws_its_own() -> None:
    skin = Skin("V", 8)
    first = skins.photograph(skin, skins.reshot(8))
    skins._maps.cache_clear()
    assert skins.photograph(skin, skins.reshot(8)) == first
    cameras = {skins.photograph(skin, Shot(camera=name)) for name in skins.CAMERAS}
    assert len(cameras) == len(skins.CAMERAS) >= 4


@pytest.mark.parametrize(
    "what", [{"makeup": 1.0}, {"stubble": 1.0}, {"shine": 1.0}, {"smile_mm": 1.5}, {"hairs": 8}]
)
def test_what_lies_on_the_skin_is_seen(what: dict[str, float]) -> None:
    skin, shot = Skin("IV", 9), Shot()
    bare, covered = (skins.draw(skin, s).astype(float) for s in (shot, replace(shot, **what)))
    assert np.abs(covered - bare).mean() > 0.3


def test_without_care_means_far_apart() -> None:
    for seed in range(20):
        usual, wrong = skins.reshot(seed), skins.careless(seed)
        far = (
            abs(wrong.azimuth_deg - 110) > 60,
            abs(wrong.turn_deg) >= 6,
            abs(wrong.exposure_ev) > 0.4,
            abs(wrong.white[0] - 1) >= 0.1,
            wrong.blur_px > usual.blur_px + 1,
        )
        assert sum(far) >= 2

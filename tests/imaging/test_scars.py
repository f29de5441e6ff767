"""Hollows: the shares that keep shade on light and dark skin, what is a spot, and a hollow that is gone."""

import numpy as np
import pytest

from needlework.imaging import ground, pigment, scars

RNG = np.random.default_rng(5)


@pytest.mark.parametrize("reflectance", [(0.55, 0.38, 0.28), (0.14, 0.05, 0.025)])
def test_shade_with_its_glint_is_kept_whole_and_pigment_goes(reflectance: tuple[float, ...]) -> None:
    shading = 1 + ground.GLINT / np.array(reflectance)
    melanin, blood = pigment.vectors(np.array(reflectance))
    colour = RNG.normal(0, 0.03, (4000, 1)) * melanin + RNG.normal(0, 0.01, (4000, 1)) * blood
    shade = RNG.normal(0, 0.004, (4000, 1)) * shading
    noise = RNG.normal(0, 0.0005, (2, 4000, 3))
    row = scars.shares(*(colour + shade + noise), shading)
    assert row @ shading == pytest.approx(1.0)
    assert np.std(colour @ row) < 0.4 * np.std(colour[:, 0])


def test_a_hollow_that_is_gone_from_one_photograph_reads_as_nothing_there() -> None:
    at = np.hypot(*np.mgrid[-60:60, -60:60])
    hollow = np.exp(-((at / 12) ** 2)).astype(np.float32) * 0.05
    one = np.repeat(hollow[..., None], 3, axis=2)
    found = scars.Shade(one, np.zeros_like(one), at < 55, np.full(3, 1 / 3))
    read = scars._contrast(found, hollow, mm=0.16)
    assert read.before > 0 and read.after == 0


@pytest.mark.parametrize("reflectance", [(0.55, 0.38, 0.28), (0.3, 0.16, 0.1)])
def test_a_pit_is_no_spot_and_a_spot_no_pit(reflectance: tuple[float, ...]) -> None:
    light = np.array(reflectance)
    melanin, _ = pigment.vectors(light)
    shade = 1 + ground.GLINT / light
    skin = -np.log(light) + RNG.normal(0, 0.01, (200, 200, 1)) * melanin
    dot = lambda y, x: np.exp(-(np.hypot(*np.mgrid[-y : 200 - y, -x : 200 - x]) ** 2) / 30)[..., None]  # noqa: E731
    one = (skin + 0.2 * dot(60, 60) * melanin + 0.1 * dot(140, 140) * shade).astype(np.float32)
    seen = np.ones((200, 200), bool)
    found = ground.Ground(one, one, seen, 0.2)
    spots = found.spots(seen)
    assert spots[60, 60] and not spots[140, 140]
    assert found.beside(seen)[140, 140] and not found.beside(seen, hollows=False)[140, 140]

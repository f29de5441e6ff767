"""Lines among spots: what is long answers, and what is only dark does not."""

import numpy as np
import pytest

from needlework.imaging import lines

SIDE, MM = 300, 0.14
Y, X = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)


def skin(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.01, (SIDE, SIDE)).astype(np.float32)


def spot(y: int, x: int) -> np.ndarray:
    return 0.4 * np.exp(-((Y - y) ** 2 + (X - x) ** 2) / (2 * 4.0**2))


def furrow(x: int) -> np.ndarray:
    return 0.02 * np.exp(-((X - x) ** 2) / (2 * 1.5**2)) * (np.abs(Y - 150) < 60)


def test_a_faint_furrow_answers_more_than_any_place_around_a_strong_spot() -> None:
    one = skin(1) + spot(150, 220) + furrow(80)
    found = lines.of(one, one, mm=MM)
    along = np.median(found.mean[100:200, 80])
    around = found.mean[100:200, 170:270].max()
    assert along > around


@pytest.mark.parametrize("left", [0.5, 0.8])
def test_what_is_left_of_a_furrow_is_read_whatever_stands_out(left: float) -> None:
    ground = skin(2) + spot(150, 220)
    found = lines.of(ground + 4 * furrow(80), ground + 4 * left * furrow(80), mm=MM)
    before, after = (side[110:190, 80].sum() for side in (found.before, found.after))
    assert after / before == pytest.approx(left, abs=0.05)

"""Hollows are found by their shade, among blotches that vary more than it, and nothing else is."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from needlework.imaging import hollows

MM = 0.2
PLACES = ((60, 60), (60, 150), (150, 60), (150, 150))
PIGMENT = np.array([0.6, 0.8, 1.3])


def skin(*, pits: float = 0.0, spots: float = 0.0, lit: float = 0.0, told: float = 0.0) -> hollows.Sought:
    """Blotches of one pigment with hollows or spots 2 mm wide in them, lit from one side and told another."""
    rng = np.random.default_rng(3)
    blotches = cv2.GaussianBlur(rng.standard_normal((210, 210)), (0, 0), 2.5)
    mean = 0.02 * (blotches / blotches.std())[..., None] * PIGMENT + rng.normal(0, 0.002, (210, 210, 3))
    kernel = hollows._kernel(2.0, MM, lit)
    half = len(kernel) // 2
    disc = 1.0 * (np.hypot(*np.mgrid[-half : half + 1, -half : half + 1]) * MM < 1.0)
    for row, column in PLACES:
        at = np.s_[row - half : row + half + 1, column - half : column + half + 1]
        mean[at] += pits * kernel[..., None] / np.abs(kernel).max()
        mean[at] += spots * disc[..., None] * PIGMENT
    row = np.linalg.solve(np.outer(PIGMENT, PIGMENT) + 0.02 * np.eye(3), np.ones(3))
    return hollows.Sought(mean, np.ones((210, 210), bool), row / row.sum(), np.ones(3), told, MM)


def held(sought: hollows.Sought) -> float:
    """How much of the pattern lies at the places, of all of it."""
    found = np.abs(hollows.pattern(sought))
    near = np.zeros(found.shape, bool)
    for row, column in PLACES:
        near[row - 12 : row + 13, column - 12 : column + 13] = True
    return float(found[near].sum() / max(found.sum(), 1e-9))


def test_hollows_are_found_where_they_are() -> None:
    assert held(skin(pits=0.03)) > 0.7


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_the_pattern_is_dark_on_the_side_of_the_lamp(turn: int) -> None:
    lit = turn * np.pi / 2
    found = hollows.pattern(skin(pits=0.03, lit=lit, told=lit))
    down, right = 4 * round(np.sin(lit)), 4 * round(np.cos(lit))
    for row, column in PLACES:
        assert found[row + down, column + right] > 0 > found[row - down, column - right]


@pytest.mark.parametrize("lit", [np.pi / 2, np.pi])
def test_shade_of_another_lamp_is_no_hollow(lit: float) -> None:
    here, there = (np.abs(hollows.pattern(skin(pits=0.03, lit=way))).sum() for way in (0.0, lit))
    assert there < 0.5 * here


def test_spots_are_no_hollows() -> None:
    pits, spots = (np.abs(hollows.pattern(one)).sum() for one in (skin(pits=0.03), skin(spots=0.1)))
    assert spots < 0.2 * pits


def test_nothing_is_found_where_nothing_is_seen() -> None:
    empty = replace(skin(pits=0.03), calm=np.zeros((210, 210), bool))
    assert not hollows.pattern(empty).any()

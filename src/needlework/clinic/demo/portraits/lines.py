"""The wrinkles of a face: where each runs, and how deep it is on a day."""

import math
from functools import lru_cache

import cv2
import numpy as np

from needlework.clinic.demo.portraits.canvas import HEIGHT_PX, WIDTH_PX, Plane, blur, furrows
from needlework.clinic.demo.portraits.curves import spline
from needlework.clinic.demo.portraits.proportions import Build


def _lines(b: Build) -> list[tuple[float, Plane]]:
    """Where the lines of this face run: depth in mm at their worst, and the course."""
    chance, ex, my, ny = b.draws(1), b.eye_x, b.mouth_y, b.nose_y
    brow = []
    for rest in (-33, -41, -49, -57):
        y, bow, (left, right) = rest + chance.normal(0, 1.2), chance.uniform(-1, 3), chance.uniform(22, 42, 2)
        across = np.linspace(-left, right, 9)
        brow.append(
            spline(np.column_stack([across, y + bow * (across / 36) ** 2 + chance.normal(0, 0.7, 9)]))
        )
    frown = [spline([(s * 7 + chance.normal(0, 0.5), -29), (s * 6, -22), (s * 7.5, -15)]) for s in (-1, 1)]
    feet, under, fold, lip = [], [], [], []
    for s in (-1, 1):
        for tilt in np.linspace(-32, 40, 5) + chance.normal(0, 4, 5):
            a, long = math.radians(tilt), chance.uniform(9, 17)
            f = np.array([0, 0.5, 1])
            foot = np.column_stack([f * long * math.cos(a), (6 + f * long) * math.sin(a) + 1.2 * f * f])
            feet.append(spline((foot + np.array([ex + 17.5, 1])) * (s, 1)))
        for drop in (8.0, 10.8, 13.5):
            path = [(ex - 12, drop - 1), (ex - 3, drop + 1.8), (ex + 8 + chance.normal(0, 2), drop + 0.6)]
            under.append(spline(np.array(path, np.float32) * (s, 1)))
        cheek = np.array([(18.5, ny - 6), (23.5, ny + 4), (29, my - 9), (31.5, my + 1)])
        fold.append(spline(cheek * (s, 1)))
        fold.append(spline(np.array([(28, my + 5), (29.2, my + 12), (28.5, my + 20)]) * (s, 1)))
    for k in np.linspace(-17, 17, 9) + chance.normal(0, 0.6, 9):
        lip.append(spline([(k, my - 8.5), (k * 1.08, my - 12), (k * 1.15, my - 15)]))
    neck = [spline([(-44, y - 7), (-20, y), (0, y + 1.5), (22, y), (44, y - 8)]) for y in (136, 151)]
    depths = (0.85, 0.60, 0.62, 0.46, 0.60, 0.22, 0.50)
    groups = (brow, frown, feet, under, fold, lip, neck)
    return [(d, furrows(g)) for d, g in zip(depths, groups, strict=True)]


def relief(b: Build, wrinkles: float) -> Plane:
    """Furrows; some of the folds are there in every grown face. [mm, negative]"""
    resting, worst = _depths(b)
    return resting + wrinkles * worst


@lru_cache(maxsize=1)  # the same on every visit
def _depths(b: Build) -> tuple[Plane, Plane]:
    """The furrows of a face at rest, and what the worst wrinkles add to them. [mm, negative]"""
    rest = {4: 0.25 + 0.5 * b.age, 6: 0.3 + 0.4 * b.age}
    groups = _lines(b)
    return _ploughed(groups, [rest.get(index, 0.0) for index in range(7)]), _ploughed(groups, [1.0] * 7)


def _ploughed(groups: list[tuple[float, Plane]], parts: list[float]) -> Plane:
    """A part of each group of lines at its depth: a sharp floor between soft banks, widest in the folds."""
    sharp, narrow, wide = (np.zeros((HEIGHT_PX, WIDTH_PX), np.float32) for _ in range(3))
    for index, ((depth, course), part) in enumerate(zip(groups, parts, strict=True)):
        soft, times = (wide, 2.6) if index in (4, 6) else (narrow, 1.3)
        cv2.scaleAdd(course, 0.55 * depth * part, sharp, sharp)
        cv2.scaleAdd(course, times * depth * part, soft, soft)
    return -blur(sharp, 0.32) - blur(narrow, 0.75) - blur(wide, 1.3)

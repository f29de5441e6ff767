"""Lips and nostrils: outlines in the middle of the face."""

import numpy as np

from needlework.clinic.demo.portraits.canvas import Plane, area, furrows
from needlework.clinic.demo.portraits.curves import Curve, mirror, spline
from needlework.clinic.demo.portraits.proportions import Build


def lips(b: Build) -> tuple[Curve, Curve, Curve]:
    """Upper lip, lower lip, and the line between them."""
    w, my, f = b.lip_wide, b.mouth_y, b.lip_full
    right = np.array([(4, my - 0.1), (w * 0.55, my + 0.2), (w, my - 1.5)])
    bow = np.array([(w * 0.6, my - 4.2 * f), (5.5, my - 7.0 * f)])
    full = np.array([(w * 0.66, my + 5.8 * f), (9, my + 9.4 * f)])
    between = [*mirror(right)[::-1], (0, my + 0.7), *right]
    top = [*bow, (0, my - 5.4 * f), *mirror(bow)[::-1]]
    low = [*full, (0, my + 10.0 * f), *mirror(full)[::-1]]
    line = spline(between)
    upper = np.vstack([line, spline([between[-1], *top, between[0]])])
    return upper, np.vstack([line, spline([between[-1], *low, between[0]])]), line


def nostrils(b: Build) -> Plane:
    w, y = b.nose_wide, b.nose_y + 2.0
    hole = spline(
        [(4.2 * w, y + 1.6), (6.4 * w, y - 0.9), (10 * w, y - 1.2), (12 * w, y + 0.6), (9 * w, y + 1.9)],
        closed=True,
    )
    wing = spline([(13.5 * w, y + 1.6), (18.2 * w, y - 1.0), (18.9 * w, y - 6), (16.6 * w, y - 10.5)])
    under = spline([(-12 * w, y + 2.6), (-6 * w, y + 3.4), (0, y + 4.6), (6 * w, y + 3.4), (12 * w, y + 2.6)])
    creases = furrows([wing, mirror(wing)], 3, soft_mm=0.8) * 0.5 + furrows([under], 4, soft_mm=1.5) * 0.35
    return area(hole, mirror(hole), soft_mm=0.75) + creases

"""Spreads that a few outliers do not move."""

import numpy as np

from needlework.imaging.icc import Floats

NORMAL = 1.4826
"""Standard deviation of a normal scatter ÷ median distance from its middle."""


def about_zero(values: Floats, *, none: float = 1.0) -> float:
    """
    The standard deviation of most values around zero; `none` where there are none.

    >>> values = np.append(np.random.default_rng(1).normal(0, 2, 999), 1e6)
    >>> round(about_zero(values), 1)
    2.0
    """
    return NORMAL * float(np.median(np.abs(values))) if values.size else none


def about_median(values: Floats, *, none: float = 1.0) -> float:
    """The same around their own median."""
    return about_zero(values - np.median(values), none=none) if values.size else none

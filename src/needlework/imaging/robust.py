"""Spreads that a few outliers do not move."""

import numpy as np

from needlework.imaging.icc import Floats

NORMAL = 1.4826
"""Standard deviation of a normal scatter ÷ median distance from its middle."""
CUT = 5.0
"""Spreads beyond which a value says nothing more of the spread."""


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


def cut(values: Floats) -> Floats:
    """
    Values around zero, n × k, with what lies far out of each column cut off.

    >>> cut(np.array([[-1.0], [1.0], [1.0], [99.0]])).max().round(1)
    7.4
    """
    limit = CUT * NORMAL * np.median(np.abs(values), axis=0)
    out: Floats = np.clip(values, -limit, limit)
    return out

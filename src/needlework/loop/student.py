"""Student's t, for samples too small for the normal curve."""

import math


def t_tail(t: float, *, freedom: float) -> float:
    """
    Probability that Student's t lies farther out than ±t.

    >>> round(t_tail(2.228, freedom=10), 3)
    0.05
    """
    if t <= 0:
        return 1.0
    return _incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t))


def t_quantile(level: float, *, freedom: float) -> float:
    """
    The t beyond which (both ends together) lies a given share.

    >>> round(t_quantile(0.05, freedom=4), 3)
    2.776
    """
    low, high = 0.0, 1.0
    while t_tail(high, freedom=freedom) > level and high < 1e9:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if t_tail(middle, freedom=freedom) > level else (low, middle)
    return (low + high) / 2


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """Regularised incomplete beta function, by its continued fraction (Abramowitz and Stegun 26.5.8)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1.0 - _incomplete_beta(b, a, 1 - x)
    front = (
        math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
        / a
    )
    tiny = 1e-300
    c, d = 1.0, 1 / max(abs(1 - (a + b) * x / (a + 1)), tiny)
    total = d
    for m in range(1, 300):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for part in (even, odd):
            d, c = 1 / (1 + part * d or tiny), 1 + part / c or tiny
            total *= d * c
        if abs(d * c - 1) < 1e-14:
            break
    return front * total

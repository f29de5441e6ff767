"""
Trials taken together: one middle, and a band for what another study would find.

Random effects throughout, since no two of these studies needled the same people in the same way. A change
is pooled as it stands, in per cent; a share of people as its log odds, so that no band leaves 0 to 100 %.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from needlework.loop.student import t_quantile
from needlework.protocol.schema.learn import Effect

LEVEL = 0.05
"""What may lie outside a band: 5 %."""
FEWEST = 3
"""With fewer studies nothing can be said of how far studies are apart, so no band is reckoned."""
NO_SCATTER = 1e-12
"""Variance that stands for none, so that no weight is infinite."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one study found, on the scale on which errors add, and the variance of that number."""

    value: float
    variance: float


@dataclass(frozen=True, slots=True)
class Pool:
    """Effects on one scale, taken together. All in per cent."""

    percent: float
    """The random-effects mean; of a single study, its own number."""
    predicted: tuple[float, float] | None
    """95 % prediction interval of another study; None with fewer than three."""
    own: tuple[tuple[float, float], ...]
    """Each study's own 95 % interval, in the order given."""
    assumed: int
    """How many of them gave no scatter, so that the widest of the others was taken."""


def pool(effects: Sequence[Effect]) -> Pool:
    """
    One or more effects of one kind.

    >>> shares = {94.4: 36, 91.8: 36, 70.0: 10}
    >>> together = pool([Effect("share-better", percent, people) for percent, people in shares.items()])
    >>> round(together.percent), [round(end) for end in together.predicted]
    (87, [0, 100])

    Three studies know so little of how far studies are apart (Student's t with one degree of freedom) that
    their band is nearly everything. That is no fault of the band.
    """
    shares = effects[0].of == "share-better"
    widest = max((sd for one in effects if (sd := scatter(one)) is not None), default=None)
    found = [_log_odds(one) if shares else _change(one, widest=widest) for one in effects]
    tau2 = between(found)
    mean, error = weighted(found, tau2=tau2)
    predicted = None
    if len(found) >= FEWEST:
        reach = t_quantile(LEVEL, freedom=len(found) - 2) * math.hypot(math.sqrt(tau2), error)
        low, high = _percent(mean - reach, shares=shares), _percent(mean + reach, shares=shares)
        predicted = (low, high)
    return Pool(
        percent=effects[0].percent if len(effects) == 1 else _percent(mean, shares=shares),
        predicted=predicted,
        own=tuple(_own(effect, at) for effect, at in zip(effects, found, strict=True)),
        assumed=0 if shares else sum(scatter(one) is None for one in effects),
    )


def between(found: Sequence[Found]) -> float:
    """
    How far studies are apart beyond chance: the variance τ² between them.

    Paule and Mandel 1982: the τ² at which the weighted squares around the mean, Σ (y − ȳ)² ÷ (v + τ²), add
    up to their expectation, k − 1; 0 where they fall short of it already. They fall with τ², so halving
    finds it. Without scatter within studies it is the plain sample variance. Source: a method by its
    authors' names, not a clinical fact. With few studies it is itself hardly known.

    >>> round(between([Found(-45.0, 0.0), Found(-31.0, 0.0), Found(-9.0, 0.0)]), 3)
    329.333
    """
    expected = len(found) - 1
    if expected < 1 or _squares(found, tau2=0.0) <= expected:
        return 0.0
    low, high = 0.0, 1.0
    while _squares(found, tau2=high) > expected:
        low, high = high, high * 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _squares(found, tau2=middle) > expected else (low, middle)
    return (low + high) / 2


def weighted(found: Iterable[Found], *, tau2: float) -> tuple[float, float]:
    """
    Mean of studies weighted by 1 ÷ (v + τ²), and its standard error.

    >>> mean, error = weighted([Found(-40.0, 4.0), Found(-20.0, 4.0)], tau2=196.0)
    >>> round(mean), round(error)
    (-30, 10)
    """
    weights = [(1 / (max(one.variance, NO_SCATTER) + tau2), one.value) for one in found]
    total = sum(weight for weight, _ in weights)
    return sum(weight * value for weight, value in weights) / total, 1 / math.sqrt(total)


def scatter(effect: Effect) -> float | None:
    """
    Standard deviation between people, as printed or from the printed interval; None where neither is. [%]

    From an interval: half its width ÷ the normal quantile of its level × √n.

    >>> round(scatter(Effect("change", -30.0, 25, interval=(-40.0, -20.0))), 1)
    25.5
    """
    if effect.sd_percent is not None:
        return effect.sd_percent
    if effect.interval is None:
        return None
    return _half(effect.interval, level=effect.interval_level) * math.sqrt(effect.people)


def wilson(*, percent: float, people: int) -> tuple[float, float]:
    """
    95 % interval of a share of people. [%]

    Wilson 1927: the shares that this count would not surprise. Unlike the usual ± it holds for all and none.

    >>> [round(end) for end in wilson(percent=100.0, people=10)]
    [72, 100]
    """
    z2 = _z(95.0) ** 2
    share = percent / 100
    middle = (share + z2 / (2 * people)) / (1 + z2 / people)
    half = math.sqrt(z2 * (share * (1 - share) / people + z2 / (4 * people**2))) / (1 + z2 / people)
    return max(0.0, 100 * (middle - half)), min(100.0, 100 * (middle + half))


def _squares(found: Sequence[Found], *, tau2: float) -> float:
    mean, _ = weighted(found, tau2=tau2)
    return sum((one.value - mean) ** 2 / (max(one.variance, NO_SCATTER) + tau2) for one in found)


def _log_odds(effect: Effect) -> Found:
    """
    Half a person is added to both sides, so that "all" and "none" have log odds too (Haldane, Anscombe 1956).
    """
    better = effect.percent / 100 * effect.people + 0.5
    rest = (1 - effect.percent / 100) * effect.people + 0.5
    return Found(math.log(better / rest), 1 / better + 1 / rest)


def _change(effect: Effect, *, widest: float | None) -> Found:
    """Where a trial gives no scatter, the widest of the others stands in."""
    sd = scatter(effect)
    sd = widest if sd is None else sd
    return Found(effect.percent, sd**2 / effect.people if sd is not None else 0.0)


def _own(effect: Effect, found: Found) -> tuple[float, float]:
    if effect.interval is not None and effect.interval_level == 95.0:
        return effect.interval
    if effect.of == "share-better":
        return wilson(percent=effect.percent, people=effect.people)
    half = _z(95.0) * math.sqrt(found.variance)
    return _percent(found.value - half, shares=False), found.value + half


def _percent(value: float, *, shares: bool) -> float:
    """Back to per cent; a score cannot fall by more than all of it."""
    if shares:
        return 100 / (1 + math.exp(-max(-700.0, min(700.0, value))))
    return max(-100.0, value)


def _half(interval: tuple[float, float], *, level: float) -> float:
    """Standard error behind a printed interval."""
    return abs(interval[1] - interval[0]) / 2 / _z(level)


def _z(level: float) -> float:
    return NormalDist().inv_cdf(0.5 + level / 200)

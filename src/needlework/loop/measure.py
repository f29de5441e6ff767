"""
What changed, and is it more than noise?

A reading taken twice of an unchanged skin is never quite the same. Its scatter comes from the person's own
repeat photographs where there are any, else from the protocol's stated default, and grows with how far the
two photographs are apart in light, focus or pose. Only what is larger than that, with an allowance for how
many zones and measures are tested at once, is called a change; everything else is "no detectable change".
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import stdev

from needlework.loop.student import t_quantile, t_tail
from needlework.protocol.schema.measure import Measure, Noise
from needlework.records.measure import Change, Comparison, Discord, Observation, Reading, Trend
from needlework.records.why import Reason

LEVEL = 0.05
"""Share of unchanged readings that may be called changed."""
RATE = 0.10
"""
False discovery rate over all zones and measures of a pair: of pairs in which nothing has changed, at most so
many have anything called.
"""


def compare(
    observation: Observation,
    knowledge: Measure,
    *,
    repeats: Mapping[str, tuple[float, ...]] | None = None,
) -> Comparison:
    """
    The verdict of each measure on each zone.

    `repeats` holds, by measure, readings of this person's unchanged skin taken again and again (re-posed,
    same visit); two or more replace the stated default.
    """
    known = [reading for reading in observation.readings if reading.measure in knowledge.noise]
    silent = tuple(
        Reason(
            f"measure.{name}",
            f"The protocol does not say how far “{name}” scatters, so no change of it is judged.",
            "Add its noise to measure.toml.",
        )
        for name in sorted({r.measure for r in observation.readings} - set(knowledge.noise))
    )
    reasons = observation.reasons + silent
    own = {name: values for name, values in (repeats or {}).items() if len(values) >= 2}
    if not observation.comparable:
        return _told(observation, False, reasons, (), defaults=True)
    judged = [
        _scatter(reading, knowledge.noise[reading.measure], observation.discord, own) for reading in known
    ]
    levels = discovery_levels([trial.p for trial in judged], rate=RATE)
    changes = tuple(
        _change(trial, knowledge.noise[trial.reading.measure].better, level=level)
        for trial, level in zip(judged, levels, strict=True)
    )
    defaults = not known or any(reading.measure not in own for reading in known)
    return _told(observation, bool(known), reasons, changes, defaults=defaults)


def _told(
    observation: Observation,
    comparable: bool,
    reasons: tuple[Reason, ...],
    changes: tuple[Change, ...],
    *,
    defaults: bool,
) -> Comparison:
    return Comparison(
        observation.method,
        comparable,
        reasons,
        changes,
        defaults,
        observation.likeness,
        observation.days_since,
        observation.reference,
    )


@dataclass(frozen=True, slots=True)
class _Trial:
    """A reading with the scatter of its change, on the scale on which errors add."""

    reading: Reading
    moved: float
    """Change: difference of logarithms for a ratio, else difference."""
    error: float
    """Standard deviation of the change of an unchanged skin."""
    freedom: float

    @property
    def p(self) -> float:
        return t_tail(abs(self.moved) / self.error, freedom=self.freedom)


def _scatter(
    reading: Reading, noise: Noise, discord: Discord | None, own: Mapping[str, tuple[float, ...]]
) -> _Trial:
    sd, freedom = noise.sd, noise.freedom
    if reading.measure in own:
        values = [_scaled(value, reading) for value in own[reading.measure]]
        # two repeats that happen to agree are no proof of a noiseless camera; pooled variance says how much
        # they weigh against the default, which counts as many repeats as its own degrees of freedom
        more = len(values) - 1
        pooled = (noise.freedom * noise.sd**2 + more * stdev(values) ** 2) / (noise.freedom + more)
        sd, freedom = math.sqrt(pooled), noise.freedom + more
    widened = math.hypot(sd, reading.spread / math.sqrt(2), *_widening(noise, discord))
    moved = _scaled(reading.after, reading) - _scaled(reading.before, reading)
    return _Trial(reading, moved, math.sqrt(2) * widened, freedom)


def _widening(noise: Noise, discord: Discord | None) -> tuple[float, ...]:
    if discord is None:
        return ()
    return (
        noise.per_light * discord.light,
        noise.per_exposure * discord.exposure,
        noise.per_cast * discord.cast,
        noise.per_focus * discord.focus,
        noise.per_scale * discord.scale,
        noise.per_turn * discord.turn_deg,
    )


def _scaled(value: float, reading: Reading) -> float:
    return math.log(max(value, 0.0) + reading.floor or 1e-12) if reading.ratio else value


def _change(trial: _Trial, better: str, *, level: float) -> Change:
    reading = trial.reading
    reach = t_quantile(LEVEL, freedom=trial.freedom) * trial.error
    detectable = t_quantile(level, freedom=trial.freedom) * trial.error
    low, high = _in_unit(reading, trial.moved - reach), _in_unit(reading, trial.moved + reach)
    verdict = Trend.NO_DETECTABLE_CHANGE
    if abs(trial.moved) > max(detectable, reach):
        verdict = Trend.IMPROVED if (trial.moved < 0) == (better == "lower") else Trend.WORSE
    return Change(
        zone=reading.zone,
        measure=reading.measure,
        unit=reading.unit,
        before=reading.before,
        after=reading.after,
        change=reading.after - reading.before,
        interval=(low, high),
        smallest_detectable=abs(_in_unit(reading, math.copysign(max(detectable, reach), trial.moved))),
        verdict=verdict,
        details=reading.details,
    )


def _in_unit(reading: Reading, moved: float) -> float:
    """A change on the scale of errors, as after − before in the measure's unit."""
    if not reading.ratio:
        return moved
    return (reading.before + reading.floor) * math.expm1(min(moved, 50.0))


# ── many at once ─────────────────────────────────────────────────────────────────────────────────────


def discovery_levels(p: list[float], *, rate: float) -> list[float]:
    """
    The level at which each of several tests is judged, so that few of the changes called are false.

    Benjamini and Hochberg 1995: of m tests sorted by p, the first k are called, with k the largest for
    which p(k) ≤ rate × k ÷ m. Each test's own level is rate × (number that would be called if it were
    certain) ÷ m, which gives the same answers and says beforehand how small its p must be.

    >>> discovery_levels([0.03], rate=0.05)
    [0.05]
    >>> discovery_levels([0.001, 0.04, 0.9], rate=0.06)
    [0.04, 0.04, 0.06]
    """
    levels = []
    for index in range(len(p)):
        certain = sorted([0.0, *p[:index], *p[index + 1 :]])
        called = max(k for k in range(1, len(p) + 1) if certain[k - 1] <= rate * k / len(p))
        levels.append(rate * called / len(p))
    return levels

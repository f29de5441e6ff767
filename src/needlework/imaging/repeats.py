"""A person's own noise: what readings of unchanged skin scatter, from photographs that were taken again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from needlework.records.measure import Observation
from needlework.records.why import Reason


@dataclass(frozen=True, slots=True)
class Again:
    """A photograph taken again at the visit of one of a pair, re-posed, as read beside the earlier one."""

    name: str
    """What it is called to the person who gave it."""
    observation: Observation
    """Of the pair's earlier photograph and this one, in the zones of the pair."""
    later: bool = False
    """Whether it belongs to the visit of the later photograph."""


@dataclass(frozen=True, slots=True)
class Noise:
    """What was seen of a person's own noise."""

    readings: Mapping[str, tuple[float, ...]]
    """By measure, as `loop.measure.compare` takes its repeats; a measure that was read once is not there."""
    unused: tuple[Reason, ...]
    """For each photograph that gave nothing, why."""


def noise(observed: Observation, again: Iterable[Again]) -> Noise:
    """
    Readings of unchanged skin by measure.

    The zone that scatters most speaks for its measure, so that the noise is never told smaller than it was
    seen. It misleads where the photographs of a visit were taken without posing anew: such a series scatters
    less than the photographs of two visits do.
    """
    series: dict[tuple[str, str, bool], list[float]] = {}
    for reading in observed.readings:
        series[reading.measure, reading.zone, False] = [reading.before]
        series[reading.measure, reading.zone, True] = [reading.after]
    unused = []
    for one in again:
        if not one.observation.comparable:
            unused.append(_unused(one))
            continue
        for reading in one.observation.readings:
            if known := series.get((reading.measure, reading.zone, one.later)):
                known.append(reading.after)
    readings: dict[str, tuple[float, ...]] = {}
    for (measure, _zone, _later), values in series.items():
        if len(values) > 1 and _scatter(values) > _scatter(readings.get(measure, ())):
            readings[measure] = tuple(values)
    return Noise(readings, tuple(unused))


def _unused(one: Again) -> Reason:
    why = one.observation.reasons[0]
    return Reason("repeats", f"The repeat photograph {one.name} could not be used: {why.problem}", why.do)


def _scatter(values: Sequence[float]) -> float:
    """How far readings of one zone lie apart, in shares of their mean: zones differ in level."""
    return stdev(values) / (abs(fmean(values)) or 1.0) if len(values) > 1 else -1.0

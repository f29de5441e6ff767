"""
Healing: how redness falls, how long needled skin stays open, and which phase a day belongs to.

Numbers come from the protocol; here stands only how they combine. Nothing is interpolated between two
measurements, and what lengthens healing never shortens it: depth, darker skin, a cover.
"""

import math
from collections.abc import Collection, Iterable

from needlework.protocol.schema.recover import Closure, PhaseRule, RednessRule
from needlework.records.recover import Band, OpenSeen, OpenSkin, Phase
from needlework.records.skin import SkinType

FULL_UNTIL_H = 48.0
"""Until when redness may be as strong as at first: SKINPEN-CONSENT says red for 24 to 48 hours. [h]"""
DARKER_TYPES = frozenset({SkinType.V, SkinType.VI})
"""House: the skin types for which what was measured in darker skin is reckoned with."""
DARKER_BELOW_ITA_DEG = 10.0
"""House: skin measured darker than this is taken as one of them; the source names no threshold. [°]"""

Hours = tuple[float, float]
UNKNOWN: Hours = (0.0, math.inf)
"""Where an edition holds no measurement: anything may be true. [h]"""


# ── redness ──────────────────────────────────────────────────────────────────────────────────────────


def redness_hours(course: tuple[RednessRule, ...], *, deepest_mm: float) -> float:
    """
    Hours after the last pass by which redness is expected to be gone. [h]

    The first step of the protocol's course that reaches this depth; beyond the deepest step, its last.
    A house estimate from practice pages and small series: it says when to look, not when to worry.
    """
    return _step(course, deepest_mm=deepest_mm).gone_by_h


def redness(course: tuple[RednessRule, ...], *, hours: float, deepest_mm: float) -> Band:
    """
    Expected redness at one hour, as a share of that of the first hours; between `low` and `high`.

    Nobody has published a curve. The ends of the band are cited, the straight lines between them are
    assumed: `low` falls from the last pass to nothing at the first hour at which a source saw redness gone;
    `high` stays full for 48 hours (for two thirds of the course where that is shorter, so that it always
    falls and never drops), then falls to nothing at the hour by which this edition expects it gone. Before
    the last pass it is full. A share says nothing of how red the first hours were.

    >>> from needlework.protocol.schema.recover import RednessRule
    >>> day_three = (RednessRule(up_to_mm=1.0, gone_by_h=72.0, basis="house", soonest_h=24.0),)
    >>> redness(day_three, hours=12.0, deepest_mm=0.5)
    Band(low=0.5, high=1.0)
    >>> redness(day_three, hours=60.0, deepest_mm=0.5)
    Band(low=0.0, high=0.5)
    """
    step = _step(course, deepest_mm=deepest_mm)
    full_until = min(FULL_UNTIL_H, step.gone_by_h * 2 / 3)
    return Band(
        low=_falling(hours, start=0.0, end=min(step.soonest_h, step.gone_by_h)),
        high=_falling(hours, start=full_until, end=step.gone_by_h),
    )


def _step(course: tuple[RednessRule, ...], *, deepest_mm: float) -> RednessRule:
    return next((step for step in course if deepest_mm <= step.up_to_mm), course[-1])


def _falling(hours: float, *, start: float, end: float) -> float:
    """1 until `start`, 0 from `end`, straight between."""
    if hours <= start:
        return 1.0
    return 0.0 if hours >= end else (end - hours) / (end - start)


# ── open skin ────────────────────────────────────────────────────────────────────────────────────────


def is_darker(skin_type: SkinType, ita_deg: float | None = None) -> bool:
    """
    Whether what was measured in darker skin is reckoned with: by type, or by measured tone.

    A light measurement takes nothing back from a dark type: the longer of the two holds.
    """
    return skin_type in DARKER_TYPES or (ita_deg is not None and ita_deg < DARKER_BELOW_ITA_DEG)


def open_skin(
    closures: tuple[Closure, ...],
    *,
    deepest_mm: float,
    where: Collection[str] = (),
    covered: bool = False,
    darker: bool = False,
) -> OpenSkin:
    """
    How long needled skin stays open: the barrier against water, and the channels themselves, apart. [h]

    The disagreement of the published measurements is the answer. A needle no longer than the set depth says
    how long at least, so it can lengthen the range; a needle as long or longer says how soon it may be over,
    so it can shorten it. What named no needle does both. A part of the body that was measured is not
    shortened by measurements elsewhere, though it is lengthened by them: the sites did not differ
    significantly. Measurements in darker skin lengthen the range for darker skin only. Under a cover nothing
    measured without one shortens it, and no figure says how much longer it takes. Channels close after the
    barrier, never before. What was asserted and not measured is told beside the range and moves no end of
    it. Depths beyond every needle measured count as the longest one, depths below every one as the shortest.

    A range is not an interval of confidence: some ends are means, some the hour of the last look; where that
    look still found it open, `longer_than_seen` says so. Deeper, darker or covered never gives an earlier
    end. Without a measurement in the edition the range is 0 to infinity.
    """
    counted = [one for one in closures if darker or not one.darker]
    measured = [one for one in counted if one.method != "assertion"]
    barrier, channels = (
        _span(
            [one for one in measured if one.shows == shows],
            deepest_mm=deepest_mm, where=where, covered=covered,
        )
        for shows in ("barrier", "channels")
    )  # fmt: skip
    if math.isfinite(barrier[1]):
        channels = max(barrier[0], channels[0]), max(barrier[1], channels[1])
    reached = [one for one in measured if _reaches(one, deepest_mm=deepest_mm)]
    return OpenSkin(
        barrier_h=barrier,
        channels_h=channels,
        longer_than_seen=any(one.still_open for one in reached),
        why=tuple(
            _why(measured, reached, deepest_mm=deepest_mm, where=where, covered=covered, darker=darker)
        ),
        evidence=tuple(_seen(one) for one in sorted(counted, key=_order)),
    )


def _span(rows: list[Closure], *, deepest_mm: float, where: Collection[str], covered: bool) -> Hours:
    """The soonest and the latest hour of the measurements of one kind; of several parts, the longest. [h]"""
    if not rows:
        return UNKNOWN
    soonest = max(_soonest(rows, deepest_mm=deepest_mm, part=part) for part in where or ("",))
    if covered:
        not_bare = [one for one in rows if one.covered is not False]
        least = [_soonest(not_bare, deepest_mm=deepest_mm, part=part) for part in where or ("",)]
        soonest = max(soonest, *least) if not_bare else max(one.hours[0] for one in rows)
    shortest = min((one.needle_mm[0] for one in rows if one.needle_mm), default=0.0)
    depth = max(deepest_mm, shortest)
    latest = max((one.hours[1] for one in rows if _reaches(one, deepest_mm=depth)), default=math.inf)
    return soonest, max(soonest, latest)


def _reaches(one: Closure, *, deepest_mm: float) -> bool:
    """Whether it was measured with needles no longer than this depth, or with needles that were not told."""
    return one.needle_mm is None or one.needle_mm[0] <= deepest_mm


def _soonest(rows: list[Closure], *, deepest_mm: float, part: str) -> float:
    """
    The earliest hour seen with needles at least as long, on this part of the body where it was measured. [h]

    Measurements in darker skin alone are left out: they must not make it sooner for anybody.
    """
    rows = [one for one in rows if not one.darker]
    if any(part in one.where for one in rows):
        rows = [one for one in rows if not one.where or part in one.where]
    longest = max((one.needle_mm[1] for one in rows if one.needle_mm), default=0.0)
    depth = min(deepest_mm, longest)
    return min(
        (one.hours[0] for one in rows if one.needle_mm is None or one.needle_mm[1] >= depth), default=0.0
    )


def _why(
    measured: list[Closure],
    reached: list[Closure],
    *,
    deepest_mm: float,
    where: Collection[str],
    covered: bool,
    darker: bool,
) -> Iterable[str]:
    """What lengthens it for this person, in sentences."""
    open_still = [one for one in reached if one.still_open]
    if open_still:
        deepest = max(open_still, key=lambda one: one.needle_mm or (0.0, 0.0))
        needle = f" with {deepest.needle_mm[1]:g} mm needles" if deepest.needle_mm else ""
        yield f"Depth: at the last look{needle}, after {deepest.hours[1]:g} hours, skin was still open."
    longest = max((one.needle_mm[1] for one in measured if one.needle_mm), default=None)
    if longest is not None and deepest_mm > longest:
        yield f"Depth: no needle longer than {longest:g} mm was measured, so it may take longer still."
    parts = {part for one in measured for part in one.where}
    if unknown := [part for part in where if part not in parts]:
        yield f"Site: nobody measured the {', '.join(unknown)}; measurements from elsewhere stand in."
    if darker and any(one.darker for one in measured):
        yield "Tone: the longer times that were measured in darker skin are reckoned with."
    if covered:
        yield "Cover: what was measured without one is the least; no figure says how much longer it takes."


def _seen(one: Closure) -> OpenSeen:
    return OpenSeen(one.id, one.method, one.shows, one.hours, one.still_open, one.say, one.sources)


def _order(one: Closure) -> tuple[str, bool, float, str]:
    """The barrier first, then the channels; the longest first, what was only asserted last."""
    return one.shows, one.method == "assertion", -one.hours[1], one.id


# ── phases ───────────────────────────────────────────────────────────────────────────────────────────


def phases(rules: tuple[PhaseRule, ...], *, days: float) -> tuple[Phase, ...]:
    """
    The phases of healing that so many days after a session fall in; none once the last is over.

    The days are a maker's account of a process without edges: a phase that begins does not end the one
    before.
    """
    return tuple(_phase(one) for one in rules if one.from_days <= days < one.until_days)


def _phase(one: PhaseRule) -> Phase:
    return Phase(
        id=one.id,
        title=one.title,
        say=one.say,
        tell=one.tell,
        from_days=one.from_days,
        until_days=one.until_days,
        basis=one.basis,
        sources=one.sources,
    )

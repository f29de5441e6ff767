"""Learn: what next? Course → Lessons, and what published trials let anybody expect."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from needlework.loop import pooling
from needlework.protocol.near import did_you_mean
from needlework.protocol.schema.learn import Effect, Trial
from needlework.protocol.schema.plan import Concern, Planning
from needlework.protocol.schema.protocol import Protocol
from needlework.records.learn import Course, Forecast, Lesson, Pooled, Seen
from needlework.records.measure import WHOLE, Change
from needlework.records.plan import ZonePlan
from needlework.records.recover import Urgency
from needlework.records.why import Reason, Refusal


def review(courses: Iterable[Course], knowledge: Planning) -> tuple[Lesson, ...]:
    """
    One row for each zone of each course and each measure that speaks of its concern.

    A zone that was not measured on its own is read from the whole skin area, and the row says so. Nothing is
    averaged, and a course without photographs keeps its row: what is missing stays visible.
    """
    concerns = {concern.id: concern for concern in knowledge.concern}
    return tuple(
        lesson
        for course in courses
        for zone in course.plan.zones
        if zone.concern in concerns
        and any(dose.zone == zone.zone for given in course.given for dose in given.doses)
        for lesson in _lessons(course, zone, concerns[zone.concern])
    )


def _lessons(course: Course, zone: ZonePlan, concern: Concern) -> Iterable[Lesson]:
    seen = latest(course)
    found = [_change(seen, zone.zone, measure) for measure in concern.measures] if seen else []
    changes: list[Change | None] = [change for change in found if change]
    for change in changes or [None]:
        yield _lesson(course, zone, concern, seen, change)


def latest(course: Course) -> Seen | None:
    """The last comparison that could be made."""
    able = [seen for seen in course.seen if seen.comparison.comparable]
    return max(able, key=lambda seen: seen.on, default=None)


def _change(seen: Seen, zone: str, measure: str) -> Change | None:
    """What was measured on this zone itself, else on the whole skin area."""
    by_zone = {change.zone: change for change in seen.comparison.changes if change.measure == measure}
    return by_zone.get(zone, by_zone.get(WHOLE))


def _lesson(
    course: Course, zone: ZonePlan, concern: Concern, seen: Seen | None, change: Change | None
) -> Lesson:
    doses = [(given.on, dose) for given in course.given for dose in given.doses if dose.zone == zone.zone]
    given = [None if dose.late else dose.per_cm2 for _, dose in doses]  # at least so much is no number
    days = (seen.on - max(on for on, _ in doses)).days if seen and change else None
    return Lesson(
        course=course.id,
        zone=zone.zone,
        concern=concern.id,
        device=course.plan.device,
        skin_type=course.plan.person.skin_type,
        sessions=len(doses),
        deepest_mm=max(dose.deepest_mm for _, dose in doses),
        per_cm2=None if None in given else sum(one for one in given if one is not None),
        measure=change.measure if change else "",
        measured_on=change.zone if change else "",
        days_since_last=days,
        too_early=days is not None and days < concern.judge_after_days,
        change=change,
        worst_urgency=_worst(course),
    )


def _worst(course: Course) -> Urgency | None:
    return max((given.worst_urgency for given in course.given if given.worst_urgency), default=None)


# ── forecast ─────────────────────────────────────────────────────────────────────────────────────────

Scale = Literal["change", "share-better"]
NO_CHANGE = 0.0
"""On both scales: a score that stays, and nobody judged better."""


def forecast(concern: str, protocol: Protocol) -> Forecast | Refusal:
    """
    What to expect for a concern, from the published trials of needling alone.

    For each scale on which trials can be set side by side: their random-effects mean, and a band for what
    another study would find. The band is wide by intent. It is the 95 % prediction interval of a new study,
    never narrower than any trial's own interval, so that it holds every pooled trial; it reaches to no
    change where nobody was compared with anybody, where a controlled trial of needling alone gives no
    number, and where there are fewer than three trials, which leaves nothing to reckon from but their own
    intervals. It speaks of studies, never of a person.

    Misleads where it is read as a promise; and per cent of a grade is a rough measure, since the steps of
    a scale are not equally high.
    """
    known = {one.id: one for one in protocol.plan.concern}
    if concern not in known:
        do = did_you_mean(concern, known, otherwise=f"Choose from: {', '.join(known)}.")
        return Refusal((Reason("concern", f"{concern!r} is not a concern of this protocol.", do),))
    trials = tuple(trial for trial in protocol.learn.trial if trial.concern == concern)
    scales: tuple[Scale, ...] = ("change", "share-better")
    pooled = [together for scale in scales if (together := _pooled(scale, trials))]
    controlled = {trial.id for trial in trials if trial.controlled}
    pooled.sort(key=lambda one: (controlled.isdisjoint(one.trials), -one.people))
    return _forecast(known[concern], trials, tuple(pooled), edition=protocol.learn.edition)


def numbers(of: str, trials: Iterable[Trial]) -> tuple[tuple[Trial, Effect], ...]:
    """The trials of needling alone that give a number on a scale, each with that number."""
    return tuple(
        (trial, effect) for trial in trials if trial.alone for effect in trial.effect if effect.of == of
    )


def name(trial: Trial) -> str:
    """What a study is called for people: the title of what it was read in."""
    return trial.sources[0].title if trial.sources else trial.id


def _forecast(
    concern: Concern, trials: tuple[Trial, ...], pooled: tuple[Pooled, ...], *, edition: str
) -> Forecast:
    sources = {source.key: source for trial in trials for source in trial.sources}
    return Forecast(
        concern=concern.id,
        name=concern.name,
        support=concern.support,
        limits=concern.limits,
        pooled=pooled,
        trials=tuple(trial.id for trial in trials),
        say=" ".join(_say(concern, pooled, trials)),
        tell=" ".join(_tell(concern, pooled, trials)),
        judge_after_days=concern.judge_after_days,
        sources=tuple(sources.values()),
        edition=edition,
    )


def _pooled(of: Scale, trials: Sequence[Trial]) -> Pooled | None:
    counted = numbers(of, trials)
    if not counted:
        return None
    pool = pooling.pool([effect for _, effect in counted])
    why = tuple(_widened(counted, trials))
    ends = [pool.percent, *(effect.percent for _, effect in counted)]
    ends += [end for interval in (*pool.own, *filter(None, [pool.predicted])) for end in interval]
    ends += [NO_CHANGE] if why else []
    return Pooled(
        of=of,
        percent=pool.percent,
        band=(min(ends), max(ends)),
        trials=tuple(trial.id for trial, _ in counted),
        people=sum(effect.people for _, effect in counted),
        says=" ".join((*_reckoned(pool, len(counted)), *why)),
    )


def _widened(counted: Sequence[tuple[Trial, Effect]], trials: Sequence[Trial]) -> Iterator[str]:
    """Why the band reaches to no change; nothing where it need not."""
    if len(counted) < pooling.FEWEST:
        yield f"Fewer than {pooling.FEWEST} trials: the band reaches to no change."
    if not any(trial.controlled for trial, _ in counted):
        yield "None of them is controlled: the band reaches to no change."
    if count := len(_silent(trials)):
        yield (
            f"{_studies(count).capitalize()} of this concern, controlled, without a number to set beside "
            "these: the band reaches to no change."
        )


def _silent(trials: Iterable[Trial]) -> tuple[str, ...]:
    """Controlled trials of needling alone that give no number: a mean without them may flatter."""
    return tuple(name(trial) for trial in trials if trial.controlled and trial.alone and not trial.effect)


def _reckoned(pool: pooling.Pool, count: int) -> Iterator[str]:
    if pool.predicted:
        yield (
            "Random effects (Paule and Mandel); 95 % prediction interval of another study (Student's t, "
            f"{count - 2} degree{'s' if count > 3 else ''} of freedom), no narrower than any trial's own."
        )
    else:
        yield "The range of the trials' own 95 % intervals."
    if pool.assumed:
        widest = pool.assumed < count
        yield f"{pool.assumed} of {count} give no scatter: " + (
            "the widest of the others is taken for them." if widest else "each counts by its number alone."
        )


# ── a forecast in words ──────────────────────────────────────────────────────────────────────────────

OPEN = "Nobody can say beforehand how much you yourself may gain."


def _say(concern: Concern, pooled: Sequence[Pooled], trials: Sequence[Trial]) -> Iterator[str]:
    """For staff: what was pooled, from the worst to the best, and what could not be."""
    if concern.support == "not-a-use":
        yield "Not a use of needling: nothing is forecast."
    if not trials:
        yield "No study of needling alone with a number is known to this edition."
    elif not pooled and any(trial.alone for trial in trials):
        yield "No study gives a number for needling alone that could be pooled."
    elif not pooled:
        yield "Every study joined needling to another treatment: what needling does alone is not known."
    for one in pooled:
        yield from _say_scale(one, trials)
    counted = {id_ for one in pooled for id_ in one.trials}
    if rest := [trial for trial in trials if trial.id not in counted]:
        yield f"{_studies(len(rest)).capitalize()} in words only."
    if silent := _silent(trials):
        yield f"Controlled, of needling alone, but in words only: {'; '.join(silent)}. Read them first."


def _say_scale(one: Pooled, trials: Sequence[Trial]) -> Iterator[str]:
    counted = numbers(one.of, trials)
    ordered = sorted(counted, key=lambda pair: pair[1].percent, reverse=one.of == "change")
    controlled = sum(trial.controlled for trial, _ in counted)
    blinded = sum(trial.blinded for trial, _ in counted)
    yield (
        f"{'Change of a severity score' if one.of == 'change' else 'People judged better'}: "
        f"{_per_cent(one.percent)} on the whole, {_per_cent(one.band[0])} to {_per_cent(one.band[1])} to be "
        f"expected of another study. {_studies(len(counted)).capitalize()} of needling alone, "
        f"{one.people} people, {controlled} controlled, {blinded} blinded."
    )
    if len(counted) > 1:
        (worst, least), (best, most) = ordered[0], ordered[-1]
        yield (
            f"Worst {_per_cent(least.percent)} ({name(worst)}, n = {least.people}), "
            f"best {_per_cent(most.percent)} ({name(best)}, n = {most.people})."
        )


def _tell(concern: Concern, pooled: Sequence[Pooled], trials: Sequence[Trial]) -> Iterator[str]:
    """For the patient: what studies found as whole people of ten, and that nothing is promised."""
    if concern.support == "not-a-use":
        yield "Needling is not meant for this."
        return
    if not trials:
        yield "We know of no study of needling alone that gives a number for this."
    elif not pooled and any(trial.alone for trial in trials):
        yield "Studies of this give no number that we could tell you."
    elif not pooled:
        yield (
            "Studies looked at needling together with another treatment. What needling does by itself they "
            "do not show."
        )
    for one in pooled:
        yield from _tell_scale(one, numbers(one.of, trials))
    if any(one.band[0] <= NO_CHANGE <= one.band[1] for one in pooled):
        yield "It can also be that nothing changes."
    if concern.limits_tell:
        yield concern.limits_tell
    yield OPEN


def _tell_scale(one: Pooled, counted: Sequence[tuple[Trial, Effect]]) -> Iterator[str]:
    percents = sorted(effect.percent for _, effect in counted)
    if one.of == "share-better":
        low, high = _of_ten(percents[0]), _of_ten(percents[-1])
        found = f"{f'between {low} and {high}' if low != high else f'about {low}'} of 10 were judged better"
    else:
        found = f"scores of how severe it was were {_lower(percents)} afterwards, on average"
    yield f"In {_studies(len(counted))} of {one.people} people, {found}."
    if not any(trial.controlled for trial, _ in counted):
        yield "They were compared with nobody else, so part of it may not come from needling."


def _lower(percents: Sequence[float]) -> str:
    """`9 to 45 % lower`; `5 % higher to 45 % lower` where one went the wrong way."""
    most, least = round(percents[0]), round(percents[-1])
    if most < least <= 0:
        return f"{-least} to {-most} % lower"
    ends = [f"{abs(end)} % {'higher' if end > 0 else 'lower'}" for end in (least, most)]
    return " to ".join(dict.fromkeys(ends))


def _of_ten(percent: float) -> int:
    """Whole people of ten: ten only where it was everybody, none only where it was nobody."""
    return max(min(round(percent / 10), 9 if percent < 100 else 10), 1 if percent > 0 else 0)


def _studies(count: int) -> str:
    return f"{count} studies" if count != 1 else "one study"


def _per_cent(percent: float) -> str:
    return f"{percent:.0f} %".replace("-", "−")

"""What next? The published trials by concern, and what they let anybody expect."""

from typing import TYPE_CHECKING

from needlework.cli.chapters.words import Lines, brief, reviewed, table

if TYPE_CHECKING:
    from needlework.protocol.schema.learn import Effect, Trial
    from needlework.protocol.schema.protocol import Protocol
    from needlework.records.learn import Forecast, Pooled

SCALES = {"change": "change of a severity score (− is better)", "share-better": "people judged better"}


def chapter(protocol: "Protocol") -> Lines:
    from needlework.loop import learn
    from needlework.records.learn import Forecast

    yield "## Learn"
    yield from reviewed(protocol.learn)
    yield "Published results beside which a clinic's own courses are read, good or bad. Only studies of"
    yield "needling alone are pooled; what was found beside a drug, a cream or light is shown and"
    yield "counts for nothing there. A band says where another study would be expected to fall. It is"
    yield "wide by intent: never narrower than any study's own interval, and it reaches to no change"
    yield "where nothing shows the contrary. It speaks of studies, never of one person."
    for concern in protocol.plan.concern:
        found = learn.forecast(concern.id, protocol)
        if isinstance(found, Forecast):
            yield from _forecast(found, [one for one in protocol.learn.trial if one.id in found.trials])


def _forecast(found: "Forecast", trials: "list[Trial]") -> Lines:
    yield from ("", f"### What to expect: {found.name}", "", f"Tell them: {found.tell}", "", f"- {found.say}")
    if found.support != "not-a-use":
        yield f"- Judge no sooner than {found.judge_after_days} days after the last session."
    for one in found.pooled:
        yield f"- {_pooled(one)}"
    if trials:
        yield ""
        heads = ("study", "design", "people", "controlled", "blinded", "alone", "number", "result", "basis")
        yield from table(heads, map(_trial, trials), right=("people",))


def _pooled(one: "Pooled") -> str:
    low, high = one.band
    return (
        f"{SCALES[one.of].capitalize()}: {_percent(one.percent)} on the whole, band {_percent(low)} to "
        f"{_percent(high)}. {one.says}"
    )


def _trial(trial: "Trial") -> tuple[str, ...]:
    return (
        f"`{trial.id}`",
        trial.design,
        str(trial.people or "not stated"),
        *("yes" if one else "no" for one in (trial.controlled, trial.blinded, trial.alone)),
        "<br>".join(_effect(one) for one in trial.effect) or "none",
        trial.result,
        brief(trial),
    )


def _effect(one: "Effect") -> str:
    better = f" better of {one.people}" if one.of == "share-better" else ""
    interval = f" ({one.interval[0]:g} to {one.interval[1]:g})" if one.interval else ""
    return f"{_percent(one.percent)}{better}{interval}. {one.says}"


def _percent(number: float) -> str:
    return f"{number:.3g} %".replace("-", "−")

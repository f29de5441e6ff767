"""needlework forecast: what to expect for a concern, from published trials."""

from typing import TYPE_CHECKING, Annotated

import typer

from needlework.cli import tell
from needlework.cli.options import AsJson

if TYPE_CHECKING:
    from needlework.protocol.schema.learn import Effect, Trial
    from needlework.protocol.schema.protocol import Protocol
    from needlework.records.learn import Forecast, Pooled

BAR = 61
"""Columns of a band."""
SUPPORT = {
    "trials": "trials of needling alone",
    "weak": "weak evidence",
    "adjunct": "beside another treatment",
    "none": "no trial",
    "not-a-use": "not a use",
}
SCALES = {
    "change": "change of a severity score, − is better",
    "share-better": "people judged better",
}


def forecast(
    concern: Annotated[
        str | None,
        typer.Argument(metavar="[CONCERN]", help="A concern, by its id; without one, all are listed."),
    ] = None,
    trials: Annotated[bool, typer.Option("--trials", help="Every study in words, with its sources.")] = False,
    json: AsJson = False,
) -> None:
    """Say what published trials found, what another study might find, and when to judge."""
    from needlework.loop import learn
    from needlework.protocol import load
    from needlework.records.why import Refusal

    protocol = load.default()
    if concern is None:
        return _list(protocol, json=json)
    found = learn.forecast(concern, protocol)
    if isinstance(found, Refusal):
        raise tell.refused(found.reasons, json=json)
    behind = tuple(trial for trial in protocol.learn.trial if trial.id in found.trials)
    if json:
        return tell.as_json(_shape(found, behind))
    _lines(found, behind)
    if trials:
        _in_words(behind)
    elif behind:
        tell.say()
        tell.say("Each study in words, with its sources: --trials")
    return tell.standing(protocol.edition)


def _shape(found: "Forecast", trials: "tuple[Trial, ...]") -> tell.Shape:
    """The forecast, and every trial behind it in full."""
    import msgspec

    return {**msgspec.to_builtins(found), "studies": msgspec.to_builtins(trials)}


def _list(protocol: "Protocol", *, json: bool) -> None:
    """Every concern, and how well it is known."""
    rows = [
        (one.id, one.name, one.support, sum(trial.concern == one.id for trial in protocol.learn.trial))
        for one in protocol.plan.concern
    ]
    if json:
        keys = ("concern", "name", "support", "trials")
        return tell.as_json({"concerns": [dict(zip(keys, row, strict=True)) for row in rows]})
    tell.table(
        ("concern", "name", "known from", "studies"),
        [(id_, name, SUPPORT[support], str(count)) for id_, name, support, count in rows],
        right=frozenset({3}),
    )
    tell.say()
    return tell.say("needlework forecast CONCERN says what they found.")


def _lines(found: "Forecast", trials: "tuple[Trial, ...]") -> None:
    tell.say(f"{found.name}: {SUPPORT[found.support]}.")
    tell.say(f"Tell them: {found.tell}", hang=2)
    for one in found.pooled:
        tell.say()
        _scale(
            one,
            [effect.percent for trial in trials if trial.id in one.trials for effect in _of(one.of, trial)],
        )
    tell.say()
    tell.say(found.say)
    if found.limits:
        tell.say(f"! {found.limits}", hang=2)
    if found.support != "not-a-use":
        tell.say(f"Judge no sooner than {found.judge_after_days} days after the last session.")
    if trials:
        tell.say()
        _studies(trials)


def _scale(one: "Pooled", percents: list[float]) -> None:
    low, high = one.band
    tell.say(f"{SCALES[one.of].capitalize()} ({len(percents)} of needling alone, {one.people} people)")
    left, right = _axis(one)
    typer.echo(f"  {_number(left):>6} {bar(one, percents)} {_number(right)}")
    tell.say(
        f"░ another study: {_number(low)} to {_number(high)} · ◆ on the whole {_number(one.percent)} · "
        "● each study · │ no change",
        indent=9,
    )
    tell.say(one.says, indent=9)


def bar(one: "Pooled", percents: list[float]) -> str:
    """A band as a line: `░` another study, `●` a study (`2` to `9` where several meet), `◆` on the whole."""
    left, right = _axis(one)

    def column(percent: float) -> int:
        return round((percent - left) / (right - left) * (BAR - 1))

    cells = ["·"] * BAR
    low, high = (column(end) for end in one.band)
    cells[low : high + 1] = "░" * (high - low + 1)
    cells[column(0.0)] = "│"
    cells[column(one.percent)] = "◆"
    for at in sorted({column(percent) for percent in percents}):
        count = sum(column(percent) == at for percent in percents)
        cells[at] = "●" if count == 1 else str(min(count, 9))
    return "".join(cells)


def _axis(one: "Pooled") -> tuple[float, float]:
    """Shares run from nobody to everybody, changes from all gone to no change, or farther where they went."""
    return (0.0, 100.0) if one.of == "share-better" else (-100.0, max(20.0, one.band[1]))


def _studies(trials: "tuple[Trial, ...]") -> None:
    """What can be lined up."""
    tell.table(
        ("study", "people", "controlled", "blinded", "alone", "number", "grade"),
        [
            (
                trial.id,
                str(trial.people or "?"),
                *("yes" if one else "no" for one in (trial.controlled, trial.blinded, trial.alone)),
                ", ".join(_effect(one) for one in trial.effect) or "none",
                ", ".join(dict.fromkeys(source.grade for source in trial.sources)),
            )
            for trial in trials
        ],
        right=frozenset({1}),
    )


def _in_words(trials: "tuple[Trial, ...]") -> None:
    """What each study did and found, and who says so."""
    tell.say()
    for trial in trials:
        tell.say(
            f"· {trial.id}: {trial.design}: {trial.result} ({tell.cited(trial.basis, trial.sources)})", hang=2
        )
        for one in trial.effect:
            tell.say(f"{_effect(one)}: {one.says}", indent=4, hang=2)


def _of(scale: str, trial: "Trial") -> "list[Effect]":
    return [one for one in trial.effect if one.of == scale]


def _effect(one: "Effect") -> str:
    better = "" if one.of == "change" else " better"
    return f"{_number(one.percent)}{better} of {one.people}" if better else f"{_number(one.percent)}"


def _number(percent: float) -> str:
    return f"{tell.number(percent)} %".replace("-", "−")

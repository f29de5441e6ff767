"""Screen: may we treat this person, here, today? Answers → Verdict."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from needlework.loop import conditions
from needlework.protocol.schema import Overrides, Question, Rule, Screen
from needlework.records import (
    Answers,
    AnswerValue,
    Finding,
    Outcome,
    Person,
    Reason,
    Refusal,
    Sex,
    SkinType,
    Verdict,
)

OLDEST_YEARS = 150

WEIGHT = {
    "absolute": Outcome.ABSOLUTE,
    "defer": Outcome.DEFER,
    "caution": Outcome.CAUTION,
    "label": Outcome.CLEAR,
}


def questions(answers: Answers, screen: Screen, *, on: date) -> tuple[Question, ...]:
    """The questions that can matter, given the answers so far."""
    return conditions.asked(screen.question, answers, on=on)


def faults(answers: Answers, screen: Screen, *, on: date) -> tuple[Reason, ...]:
    """What is wrong with the answers themselves; a verdict needs this to be empty."""
    return conditions.faults(screen.question, answers, on=on)


def assess(answers: Answers, screen: Screen, *, on: date) -> Verdict:
    """
    What the protocol says of these answers on a day: the worst finding is the verdict.

    Total and deterministic. A question that can matter and was not answered is a finding that defers
    until it is answered, never a pass; nor is one whose answer cannot be, such as a day to come. An answer
    to a question that is no longer asked is not weighed: it belongs to another answer that has changed since.
    """
    sound = conditions.sound(screen.question, answers, on=on)
    live = conditions.asked(screen.question, sound, on=on)
    given = {question.id: sound.given[question.id] for question in live if question.id in sound.given}
    findings = [_fired(rule, given_days(rule, given), screen.overrides, on=on)
                for rule in screen.rule if conditions.all_hold(rule.when, given, on=on)]  # fmt: skip
    findings += [_unanswered(question) for question in live if question.id not in given]
    findings.sort(key=_worst_first)
    return Verdict(
        outcome=max((finding.outcome for finding in findings), default=Outcome.CLEAR),
        until=_ends(findings),
        off_label=any(finding.off_label for finding in findings),
        findings=tuple(findings),
        on=on,
        edition=screen.edition,
    )


def person(answers: Answers) -> Person | Refusal:
    """What planning needs to know of somebody, from their answers."""
    missing = tuple(
        Reason(key=key, problem="is not answered.", do="A plan needs it: ask, and answer it.")
        for key in ("age-years", "sex", "skin-type")
        if key not in answers.given
    )
    if missing:
        return Refusal(missing)
    given = answers.given
    if wrong := tuple(_unusable(given)):
        return Refusal(wrong)
    return Person(
        age_years=int(float(str(given["age-years"]))),
        sex=Sex(str(given["sex"])),
        skin_type=SkinType(str(given["skin-type"])),
    )


def _unusable(given: Mapping[str, AnswerValue]) -> Iterator[Reason]:
    age = given["age-years"]
    if isinstance(age, bool) or not isinstance(age, int | float) or not 0 <= age < OLDEST_YEARS:
        yield Reason("age-years", f"is {age!r}.", "Give the age in years.")
    for key, words in (("sex", tuple(Sex)), ("skin-type", tuple(SkinType))):
        if given[key] not in words:
            yield Reason(key, f"is {given[key]!r}.", f"One of: {', '.join(words)}.")


def given_days(rule: Rule, given: Mapping[str, object]) -> tuple[tuple[date, int], ...]:
    """The days that this rule counts from, each with its number of days."""
    return tuple(
        (day, test.within_days)
        for asked, test in rule.when.items()
        if test.within_days is not None and isinstance(day := given[asked], date)
    )


def _fired(rule: Rule, days: tuple[tuple[date, int], ...], overrides: Overrides, *, on: date) -> Finding:
    defers = rule.then == "defer"
    return Finding(
        rule=rule.id,
        outcome=WEIGHT[rule.then],
        off_label=rule.then == "label",
        until=_first_free(days, on=on) if defers and days else None,
        ends=rule.ends,
        say=rule.say,
        tell=rule.tell,
        basis=rule.basis,
        sources=rule.sources,
        positions=rule.position,
        choice=rule.choice,
        override=() if rule.then == "absolute" else rule.override or getattr(overrides, rule.then),
    )


def _first_free(days: tuple[tuple[date, int], ...], *, on: date) -> date:
    """A rule holds while all its conditions do, so the first of them to lapse ends it."""
    return max(on + timedelta(days=1), min(day + timedelta(days=count) for day, count in days))


def _unanswered(question: Question) -> Finding:
    return Finding(
        rule=f"ask-{question.id}",
        outcome=Outcome.DEFER,
        off_label=False,
        until=None,
        ends="until it is answered",
        say=f"Not answered: {question.ask}",
        tell=f"We still need your answer to this: {question.ask}",
        basis="house",
        sources=(),
        asks=(question.id,),
    )


def _worst_first(finding: Finding) -> tuple[int, bool, int, str]:
    """Weight, then what has no end, then the latest day, then the name: one order for the same answers."""
    last = -(finding.until or date.max).toordinal()
    return -finding.outcome.rank, not finding.off_label, last, finding.rule


def _ends(findings: Iterable[Finding]) -> date | None:
    """The day on which the last deferral ends; None while something without a day stands in the way."""
    barring = [finding for finding in findings if finding.outcome >= Outcome.DEFER]
    days = [finding.until for finding in barring if finding.until is not None]
    return max(days) if days and len(days) == len(barring) else None

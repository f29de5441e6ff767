"""Screen: may we treat this person, here, today? Answers → Verdict."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from needlework.loop import conditions
from needlework.loop.kept import Kept
from needlework.protocol.schema.questions import Condition, Question
from needlework.protocol.schema.screen import Overrides, Rule, Screen
from needlework.records.plan import Person
from needlework.records.screen import Answers, AnswerValue, Finding, Outcome, Verdict, last_day
from needlework.records.skin import Sex, SkinType
from needlework.records.why import Position, Reason, Refusal

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


def asked_in(answers: Answers, screen: Screen, *, on: date) -> Mapping[str, tuple[str, ...]]:
    """
    The zones for which each of these questions is put, by its id.

    None for a question about the whole person. All that are wanted where no answer tells them apart yet.
    """
    sheet = conditions.sheet(screen.question, answers, on=on)
    return {
        id_: sheet.named(zones) if sheet.questions[id_].per_zone else () for id_, zones in sheet.asked.items()
    }


def faults(answers: Answers, screen: Screen, *, on: date) -> tuple[Reason, ...]:
    """What is wrong with the answers themselves; a verdict needs this to be empty."""
    return conditions.faults(screen.question, answers, on=on)


def assess(answers: Answers, screen: Screen, *, on: date) -> Verdict:
    """
    What the protocol says of these answers on a day: the worst finding is the verdict.

    Total and deterministic. A question that can matter and was not answered is a finding that defers
    until it is answered, never a pass; nor is one whose answer cannot be, such as a day to come. An answer
    to a question that is no longer asked is not weighed: it belongs to another answer that has changed since.

    Where an answer differs from zone to zone, a finding names the zones in which it holds: the verdict is
    the worst of all, and `Verdict.outcome_in` tells what it is in one of them.
    """
    sheet = conditions.sheet(screen.question, answers, on=on)
    fired = [(rule, zones) for rule in _candidates(screen, sheet) if (zones := _where(rule, sheet))]
    together = {rule.id: rule for rule, _ in fired}
    findings = [
        finding for rule, zones in fired for finding in _fired(rule, zones, sheet, screen.overrides, together)
    ]
    for question in sheet.asked.keys() - sheet.given.keys():
        if missing := sheet.unanswered(question):
            findings.append(_unanswered(sheet.questions[question], sheet.named(missing)))
    findings.sort(key=_worst_first)
    return Verdict(
        outcome=max((finding.outcome for finding in findings), default=Outcome.CLEAR),
        until=last_day(findings),
        off_label=any(finding.off_label for finding in findings),
        findings=tuple(findings),
        on=on,
        edition=screen.edition,
        zones=sheet.wanted,
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


def _candidates(screen: Screen, sheet: conditions.Sheet) -> Iterable[Rule]:
    """
    The rules that these answers could fire, in the protocol's order.

    Most answers are "no" and most rules ask for a "yes": of each rule one condition is looked up by the very
    answer that it wants, so that a healthy person's answers meet few rules.
    """
    wanting = _wanting(screen)
    pairs: set[tuple[str, object]] = set(sheet.given.items() & wanting.keys())
    for key in sheet.special:
        value, question = sheet.given[key], key if key in sheet.questions else key.partition(".")[0]
        answers = (*value, True, False) if isinstance(value, tuple) else (value,)  # so here, not there
        pairs.update((question, answer) for answer in (*answers, ANY))
    found = {place: rule for pair in pairs for place, rule in wanting.get(pair, ())}
    return [found[place] for place in sorted(found)]


ANY = "any answer"
"""Stands for whatever is answered, where a rule names a number or a day."""

Wanting = dict[tuple[str, object], list[tuple[int, Rule]]]


def _indexed(screen: Screen) -> Wanting:
    """The rules by one question and one answer that each of them needs."""
    index: Wanting = {}
    for place, rule in enumerate(screen.rule):
        question, test = min(rule.when.items(), key=_openness)
        for answer in test.one_of or ((ANY,) if test.equals is None else (test.equals,)):
            index.setdefault((question, answer), []).append((place, rule))
    return index


_wanting = Kept(_indexed)
"""An edition's rules, made ready once."""


def _openness(condition: tuple[str, Condition]) -> int:
    """A condition that names its answer is looked up before one that any answer may meet."""
    return condition[1].equals is None and not condition[1].one_of


def _where(rule: Rule, sheet: conditions.Sheet) -> tuple[str, ...]:
    """The zones in which a rule fires; ANYWHERE where it speaks of the whole person."""
    if sheet.local.isdisjoint(rule.when):
        return conditions.ANYWHERE if sheet.hold(rule.when, "") else ()
    return tuple(zone for zone in sheet.zones if sheet.hold(rule.when, zone))


def _fired(
    rule: Rule,
    zones: tuple[str, ...],
    sheet: conditions.Sheet,
    overrides: Overrides,
    together: Mapping[str, Rule],
) -> Iterator[Finding]:
    """What a rule says, once for each day that it counts from: zones may have waited for different times."""
    by_days: dict[tuple[tuple[date, int], ...], list[str]] = {}
    for zone in zones:
        by_days.setdefault(_days(rule, sheet, zone), []).append(zone)
    local = not sheet.local.isdisjoint(rule.when)
    beside = tuple(id_ for id_, other in together.items() if id_ in rule.beside or rule.id in other.beside)
    for days, there in by_days.items():
        named = sheet.named(tuple(there)) if local else ()
        yield _finding(rule, days, named, beside, overrides, on=sheet.on)


def _days(rule: Rule, sheet: conditions.Sheet, zone: str) -> tuple[tuple[date, int], ...]:
    """The days that a rule counts from in a zone, each with its number of days."""
    return tuple(
        (day, test.within_days)
        for asked, test in rule.when.items()
        if test.within_days is not None and isinstance(day := sheet.answer(asked, zone), date)
    )


def _finding(
    rule: Rule,
    days: tuple[tuple[date, int], ...],
    zones: tuple[str, ...],
    beside: tuple[str, ...],
    overrides: Overrides,
    *,
    on: date,
) -> Finding:
    return Finding(
        rule=rule.id,
        outcome=WEIGHT[rule.then],
        off_label=rule.then == "label",
        until=_first_free(days, on=on) if rule.then == "defer" and days else None,
        ends=rule.ends,
        say=rule.say,
        tell=rule.tell,
        basis=rule.basis,
        sources=rule.sources,
        positions=_dated(rule.position, days),
        choice=rule.choice,
        override=() if rule.then == "absolute" else rule.override or getattr(overrides, rule.then),
        zones=zones,
        beside=beside,
    )


def _dated(sides: tuple[Position, ...], days: tuple[tuple[date, int], ...]) -> tuple[Position, ...]:
    """Each side of a disagreement with the day until which it would wait, where one day is counted from."""
    if len(days) != 1:
        return sides
    day = days[0][0]
    return tuple(side if side.days is None else replace(side, until=_later(day, side.days)) for side in sides)


def _first_free(days: tuple[tuple[date, int], ...], *, on: date) -> date:
    """A rule holds while all its conditions do, so the first of them to lapse ends it."""
    return max(_later(on, 1), min(_later(day, count) for day, count in days))


def _later(day: date, days: int) -> date:
    """So many days later, or the last day that a calendar has."""
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))


def _unanswered(question: Question, zones: tuple[str, ...]) -> Finding:
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
        zones=zones if question.per_zone else (),
    )


def _worst_first(finding: Finding) -> tuple[int, bool, int, str, tuple[str, ...]]:
    """Weight, then what has no end, then the latest day, then the name: one order for the same answers."""
    last = -(finding.until or date.max).toordinal()
    return -finding.outcome.rank, not finding.off_label, last, finding.rule, finding.zones

"""Rules beside each other: those that contradict know of each other, and each says how long it waits."""

import math
from collections.abc import Iterator, Mapping
from itertools import combinations

from needlework.protocol.load import Fault
from needlework.protocol.schema.protocol import Protocol
from needlework.protocol.schema.questions import Condition, Question
from needlework.protocol.schema.screen import Rule
from needlework.records.screen import AnswerValue


def contradictions(protocol: Protocol) -> Iterator[Fault]:
    """Two rules that the same answers can fire, and that weigh differently, know of each other."""
    by_id = {question.id: question for question in protocol.screen.question}
    rules = [(rule, _implied(rule.when, by_id)) for rule in protocol.screen.rule]
    for rule, _ in rules:
        for other in sorted({*rule.beside} - {one.id for one, _ in rules}):
            fix = "screen.toml has no such rule"
            yield Fault("screen.toml", f"rule ({rule.id}).beside", f"names the rule {other!r}", fix)
    for (one, when), (two, then) in combinations(rules, 2):
        told = one.id in two.beside or two.id in one.beside
        if one.then == two.then or told or not one.when.keys() & two.when.keys():
            continue
        if all(_can_both_hold(when[asked], then[asked]) for asked in when.keys() & then.keys()):
            problem = f"can fire with {two.id}, which says {two.then} where this says {one.then}"
            fix = f'if both are meant: beside = ["{two.id}"]'
            yield Fault("screen.toml", f"rule ({one.id})", problem, fix)


def _implied(when: Mapping[str, Condition], by_id: Mapping[str, Question]) -> dict[str, Condition]:
    """A rule's conditions, and those under which its questions are asked at all."""
    found, open_ = dict(when), [*when]
    while open_:  # no recursion: a question may hang on itself, which another test names
        question = by_id.get(open_.pop())
        more = {} if question is None else {k: v for k, v in question.ask_if.items() if k not in found}
        found.update(more)
        open_ += more
    return found


def _can_both_hold(one: Condition, two: Condition) -> bool:
    """Whether one answer can meet both; days always can, one being longer ago than the other asks."""
    here, there = _named(one), _named(two)
    if here and there:
        return bool(here & there)
    low = max(test.at_least if test.at_least is not None else -math.inf for test in (one, two))
    high = min(test.at_most if test.at_most is not None else math.inf for test in (one, two))
    return low <= high


def _named(condition: Condition) -> set[AnswerValue]:
    """The answers that a condition names."""
    return {*condition.one_of} if condition.equals is None else {condition.equals}


def _waits(rule: Rule) -> list[int]:
    """How many days a rule waits, by each of its conditions on a day."""
    return [test.within_days for test in rule.when.values() if test.within_days is not None]


def endless(protocol: Protocol) -> Iterator[Fault]:
    """A rule that defers without a day says in words what ends it."""
    for rule in protocol.screen.rule:
        if rule.then == "defer" and not _waits(rule) and not rule.ends:
            fix = 'say what ends it: ends = "until …"'
            yield Fault("screen.toml", f"rule ({rule.id})", "defers without a day", fix)


def waits(protocol: Protocol) -> Iterator[Fault]:
    """A rule waits as long as the side that it follows."""
    for rule in protocol.screen.rule:
        days = _waits(rule)
        for side in rule.position:
            if side.chosen and side.days is not None and days != [side.days]:
                problem = f"waits {days[0] if len(days) == 1 else days} days, its chosen side {side.days}"
                yield Fault("screen.toml", f"rule ({rule.id}).position.days", problem, "make them one")

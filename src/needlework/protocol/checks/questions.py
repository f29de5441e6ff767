"""Questions and the answers that are tested: each is there, asked in time, used, and can be met."""

from collections.abc import Iterator
from typing import Any

from needlework.protocol.load import Fault
from needlework.protocol.schema.protocol import Protocol
from needlework.protocol.schema.questions import Condition, Question

DERIVED_IN_CHECK_INS = {"hours-since", "redness-overdue"}
READ_BY_PLANS = {"age-years", "sex", "skin-type", "zones"}
"""Questions whose answers planning uses, whether or not a rule does."""

FITS = {
    "yes-no": {"equals"},
    "choice": {"equals", "one_of"},
    "choices": {"equals", "one_of"},
    "number": {"at_least", "at_most"},
    "date": {"within_days"},
}
"""The tests that the answers to each kind of question can meet."""


def _questionnaires(
    protocol: Protocol,
) -> Iterator[tuple[str, tuple[Question, ...], list[tuple[str, Any]], set[str]]]:
    """Each file with questions: those, the rules that they fire, and what is known without asking."""
    screen, recover = protocol.screen, protocol.recover
    yield "screen.toml", screen.question, [("rule", rule) for rule in screen.rule], set()
    yield "recover.toml", recover.question, [("flag", flag) for flag in recover.flag], DERIVED_IN_CHECK_INS


def exist(protocol: Protocol) -> Iterator[Fault]:
    """A rule asks what is there; a question hangs on earlier ones alone."""
    for file, questions, rules, derived in _questionnaires(protocol):
        known = {question.id for question in questions} | derived
        for key, rule in rules:
            if not rule.when:
                yield Fault(file, f"{key} ({rule.id}).when", "is empty", "name the answer that fires it")
            for asked in sorted(rule.when.keys() - known):
                yield Fault(
                    file,
                    f"{key} ({rule.id}).when.{asked}",
                    "asks a question that is not there",
                    "add the question or mend the id",
                )
        earlier: set[str] = set()
        for question in questions:
            for asked in question.ask_if.keys() - earlier:
                yield Fault(
                    file,
                    f"question ({question.id}).ask-if.{asked}",
                    "is not asked before this question",
                    "move it up or mend the id",
                )
            earlier.add(question.id)


def used(protocol: Protocol) -> Iterator[Fault]:
    """Nobody is asked what matters to nothing."""
    for file, questions, rules, _ in _questionnaires(protocol):
        matter = {asked for _, rule in rules for asked in rule.when}
        matter |= {asked for question in questions for asked in question.ask_if} | READ_BY_PLANS
        for question in questions:
            if question.id not in matter:
                yield Fault(
                    file, f"question ({question.id})", "matters to no rule", "remove it or add its rule"
                )


def of_zones(protocol: Protocol) -> Iterator[Fault]:
    """Where questions are put zone by zone, one asks for the zones, and it offers those of the map."""
    for question in protocol.recover.question:
        if question.per_zone:
            problem = "is put zone by zone, which check-ins are not"
            yield Fault("recover.toml", f"question ({question.id}).per-zone", problem, "leave it out")
    if not any(question.per_zone for question in protocol.screen.question):
        return
    where = next((question for question in protocol.screen.question if question.id == "zones"), None)
    zones = [zone.id for zone in protocol.zones.zone]
    if where is None or where.kind != "choices":
        yield Fault("screen.toml", "question (zones)", "is missing", 'ask where, with kind = "choices"')
    elif [option.id for option in where.options] != zones:
        problem = "offers other zones than zones.toml has, or in another order"
        yield Fault("screen.toml", "question (zones).options", problem, f"in this order: {', '.join(zones)}")


def conditions(protocol: Protocol) -> Iterator[Fault]:
    """Each condition sets one test, of a kind that its question's answers can meet."""
    for file, questions, rules, _ in _questionnaires(protocol):
        by_id = {question.id: question for question in questions}
        named = [(f"{key} ({rule.id}).when", rule.when) for key, rule in rules]
        named += [(f"question ({question.id}).ask-if", question.ask_if) for question in questions]
        for key, when in named:
            for asked, condition in when.items():
                yield from _condition(file, f"{key}.{asked}", condition, by_id.get(asked))


def _condition(file: str, key: str, condition: Condition, question: Question | None) -> Iterator[Fault]:
    tests = {name for name in condition.__dataclass_fields__ if getattr(condition, name) not in (None, ())}
    if len(tests) != 1 and tests != {"at_least", "at_most"}:
        yield Fault(file, key, "must set exactly one test", "equals, one-of, at-least/at-most or within-days")
    if question is None:
        return
    if not tests <= FITS[question.kind]:
        wanted = ", ".join(sorted(FITS[question.kind])).replace("_", "-")
        yield Fault(file, key, f"does not fit a {question.kind} question", wanted)
    if question.kind in ("choice", "choices"):
        options = {option.id for option in question.options}
        for word in {
            *condition.one_of,
            *([condition.equals] if condition.equals is not None else []),
        } - options:
            yield Fault(file, key, f"names the option {word!r}", f"one of: {', '.join(sorted(options))}")
    if question.kind == "yes-no" and not isinstance(condition.equals, bool):
        yield Fault(file, key, "must equal true or false")

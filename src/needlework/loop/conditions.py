"""
What it means for an answer to meet a condition of the protocol; shared by screening and check-ins.

Some questions are put zone by zone. Their plain answer holds in every zone, `question.zone` in one; a yes-no
question may also be answered with the list of zones in which it is so. Everything that weighs answers asks
`Sheet.answer` what holds in a zone, so that no other place knows of this.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeGuard

from needlework.loop.kept import Kept
from needlework.protocol.near import did_you_mean
from needlework.protocol.schema.questions import Condition, Question
from needlework.records.screen import Answers, AnswerValue
from needlework.records.why import Reason

EARLIEST = date(1900, 1, 1)
WHERE = "zones"
"""The question that says which zones are wanted."""
WORDED = ("yes-no", "choice", "choices")
"""The kinds of question that are answered with words of the protocol's own."""
ANYWHERE = ("",)
"""The one nameless zone in which answers are weighed that do not differ from zone to zone."""


def holds(condition: Condition, answer: AnswerValue, *, on: date) -> bool:
    """Whether an answer meets a condition on a day. An answer of another kind never does."""
    if condition.equals is not None:
        return condition.equals in answer if isinstance(answer, tuple) else _same(answer, condition.equals)
    if condition.one_of:
        given = answer if isinstance(answer, tuple) else (answer,)
        return any(one in condition.one_of for one in given)
    if condition.within_days is not None:
        return _is_day(answer) and 0 <= (on - answer).days < condition.within_days
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        return False
    above = condition.at_least is None or answer >= condition.at_least
    return above and (condition.at_most is None or answer <= condition.at_most)


def all_hold(conditions: Mapping[str, Condition], given: Mapping[str, AnswerValue], *, on: date) -> bool:
    return all(asked in given and holds(test, given[asked], on=on) for asked, test in conditions.items())


@dataclass(frozen=True, slots=True)
class Sheet:
    """Answers made sense of: which zones they are weighed in, and where each question is asked."""

    questions: Mapping[str, Question]
    given: Mapping[str, AnswerValue]
    on: date
    zones: tuple[str, ...]
    """Those in which answers are weighed one by one; ANYWHERE where all zones are alike."""
    wanted: tuple[str, ...]
    """Where treatment is asked for; empty where that was not answered."""
    asked: dict[str, tuple[str, ...]]
    """By question that can matter: the zones in which it is asked, ANYWHERE for the whole person."""
    local: frozenset[str]
    """The questions whose answer may differ from zone to zone."""
    special: tuple[str, ...]
    """The keys of what was given that is more than a plain yes, no or choice: days, numbers, lists, zones."""

    def answer(self, question: str, zone: str) -> AnswerValue | None:
        """What holds in a zone; None where nothing was said that does."""
        put = self.questions[question]
        if not put.per_zone:
            return self.given.get(question)
        own = self.given.get(f"{question}.{zone}") if zone else None
        if own is not None:
            return own
        plain = self.given.get(question)
        return zone in plain if isinstance(plain, tuple) and put.kind == "yes-no" else plain

    def hold(self, conditions: Mapping[str, Condition], zone: str) -> bool:
        """Whether all conditions are met in a zone, by answers to questions that are asked there."""
        for question, condition in conditions.items():
            where = self.asked.get(question)
            if where is None or (zone not in where and self.questions[question].per_zone):
                return False
            answer = self.answer(question, zone)
            if answer is None or not holds(condition, answer, on=self.on):
                return False
        return True

    def unanswered(self, question: str) -> tuple[str, ...]:
        """The zones in which a question is asked and open; ANYWHERE for the whole person."""
        return tuple(zone for zone in self.asked[question] if self.answer(question, zone) is None)

    def named(self, zones: tuple[str, ...]) -> tuple[str, ...]:
        """Zones as they are shown: all that are wanted, where answers do not differ between them."""
        return self.wanted if zones == ANYWHERE else tuple(zone for zone in zones if zone)


def sheet(questions: tuple[Question, ...], answers: Answers, *, on: date) -> Sheet:
    """The answers that can be, and the questions that can matter, each in the zones where it does."""
    form = _form(questions)
    special = form.special(answers.given)
    wrong = {key for key in special if _fault(key, answers.given[key], form.by_id, on=on)}
    given = answers.given
    if wrong:
        given = {key: value for key, value in given.items() if key not in wrong}
        special = [key for key in special if key not in wrong]
    where = given.get(WHERE)
    wanted = where if isinstance(where, tuple) else ()
    zones = _weighed(form.by_id, given, special, wanted)
    found = Sheet(form.by_id, given, on, zones, wanted, {}, form.local, tuple(special))
    if zones == ANYWHERE:
        form.open(found)
    else:
        for question in questions:
            if there := _zones_of(question, found):
                found.asked[question.id] = there
    return found


def asked(questions: tuple[Question, ...], answers: Answers, *, on: date) -> tuple[Question, ...]:
    """The questions that can matter, given what was answered so far."""
    live = sheet(questions, answers, on=on).asked
    return tuple(question for question in questions if question.id in live)


def faults(questions: tuple[Question, ...], answers: Answers, *, on: date) -> tuple[Reason, ...]:
    """Everything wrong with what was given: unknown questions, impossible values, days that cannot be."""
    form = _form(questions)
    found = (_fault(key, answers.given[key], form.by_id, on=on) for key in form.special(answers.given))
    return tuple(reason for reason in found if reason is not None)


Gate = tuple[tuple[str, frozenset[AnswerValue]], ...]


@dataclass(frozen=True, slots=True)
class _Form:
    """A questionnaire, looked through once for each edition: most answers are a plain yes, no or choice."""

    by_id: Mapping[str, Question]
    yes_no: frozenset[str]
    local: frozenset[str]
    options: Mapping[str, frozenset[str]]
    always: Mapping[str, tuple[str, ...]]
    """Questions without a condition."""
    gated: tuple[tuple[Gate | None, tuple[Question, ...]], ...]
    """Questions that hang on the same answers to others, together; None where more than a word decides."""

    def special(self, given: Mapping[str, AnswerValue]) -> list[str]:
        """The keys of all answers but a yes or no to a yes-no question and an option that is offered."""
        return [
            key
            for key, value in given.items()
            if not (value.__class__ is bool and key in self.yes_no)
            and not (value.__class__ is str and value in self.options.get(key, ()))
        ]

    def open(self, so_far: Sheet) -> None:
        """Which questions are asked while no answer tells zones apart: as zone by zone, and quicker."""
        asked, given = so_far.asked, so_far.given
        asked.update(self.always)
        for gate, questions in self.gated:
            if gate is None:
                asked.update((question.id, ANYWHERE) for question in questions if _zones_of(question, so_far))
                continue
            for parent, opens in gate:
                answer = given.get(parent)
                met = not opens.isdisjoint(answer) if isinstance(answer, tuple) else answer in opens
                if not met or parent not in asked:
                    break
            else:
                asked.update((question.id, ANYWHERE) for question in questions)


def _read(questions: tuple[Question, ...]) -> _Form:
    worded = frozenset(question.id for question in questions if question.kind in WORDED)
    return _Form(
        by_id={question.id: question for question in questions},
        yes_no=frozenset(question.id for question in questions if question.kind == "yes-no"),
        local=frozenset(question.id for question in questions if question.per_zone),
        options={
            question.id: frozenset(option.id for option in question.options)
            for question in questions
            if question.kind == "choice"
        },
        always={question.id: ANYWHERE for question in questions if not question.ask_if},
        gated=_gates(questions, worded),
    )


def _gates(
    questions: tuple[Question, ...], worded: frozenset[str]
) -> tuple[tuple[Gate | None, tuple[Question, ...]], ...]:
    """By gate, in the order in which each gate first stands: what it hangs on was asked before that."""
    behind: dict[object, tuple[Gate | None, list[Question]]] = {}
    for question in questions:
        if question.ask_if:
            gate = _gate(question, worded)
            behind.setdefault(gate or question.id, (gate, []))[1].append(question)
    return tuple((gate, tuple(together)) for gate, together in behind.values())


def _gate(question: Question, worded: frozenset[str]) -> Gate | None:
    """By question that this one hangs on, the answers that open it, where each is a yes, a no or a choice."""
    gate = []
    for parent, test in question.ask_if.items():
        answers = test.one_of or (() if test.equals is None else (test.equals,))
        if parent not in worded or not answers:
            return None
        gate.append((parent, frozenset(answers)))
    return tuple(gate)


_form = Kept(_read)
"""A questionnaire's form."""


def _weighed(
    by_id: Mapping[str, Question],
    given: Mapping[str, AnswerValue],
    special: list[str],
    wanted: tuple[str, ...],
) -> tuple[str, ...]:
    """The zones to weigh one by one; one nameless zone stands for all while no answer tells them apart."""
    named: list[str] = []
    for key in special:
        question, value = by_id.get(key), given[key]
        if question is None:
            named.append(key.partition(".")[2])
        elif question.per_zone and question.kind == "yes-no" and isinstance(value, tuple):
            named.extend(value)
    if not named:
        return ANYWHERE
    return wanted or (*dict.fromkeys(named), *ANYWHERE)


def _zones_of(question: Question, so_far: Sheet) -> tuple[str, ...]:
    """Where a question is asked, given the answers before it; empty where it cannot matter."""
    weighed = so_far.zones if question.per_zone else ANYWHERE
    if not question.ask_if:
        return weighed
    if question.per_zone:
        return tuple(zone for zone in weighed if so_far.hold(question.ask_if, zone))
    return ANYWHERE if any(so_far.hold(question.ask_if, zone) for zone in so_far.zones) else ()


def _is_day(answer: AnswerValue) -> TypeGuard[date]:
    """A day, and not a moment, which Python counts as a day too and cannot subtract from one."""
    return isinstance(answer, date) and not isinstance(answer, datetime)


def _same(answer: AnswerValue, wanted: AnswerValue) -> bool:
    """Equality that keeps yes apart from 1."""
    return isinstance(answer, bool) == isinstance(wanted, bool) and answer == wanted


# ── what an answer may be ────────────────────────────────────────────────────────────────────────────

Wrong = tuple[str, str] | None
"""What is wrong with an answer and what to do; None where nothing is."""


def _fault(key: str, value: AnswerValue, by_id: Mapping[str, Question], *, on: date) -> Reason | None:
    question = by_id.get(key)
    if question is None:
        base, dot, zone = key.partition(".")
        question = by_id.get(base) if dot else None
        if question is None or not question.per_zone:
            return _unknown(key, by_id, whole=question)
        if zone not in _zone_ids(by_id):
            return Reason(key, f"names no zone: {zone!r}.", f"One of: {', '.join(_zone_ids(by_id))}.")
    elif question.per_zone and question.kind == "yes-no" and isinstance(value, tuple):
        return _zones_fault(key, value, by_id)
    wrong = FITS[question.kind](question, value, on)
    return Reason(key, *wrong) if wrong else None


def _unknown(key: str, known: Mapping[str, Question], *, whole: Question | None) -> Reason:
    if whole is not None:
        return Reason(key, "is not asked zone by zone.", f"Answer {whole.id} once, for the whole person.")
    do = did_you_mean(key, known, otherwise="Remove it; the questions are listed by screen --questions.")
    return Reason(key=key, problem="is not a question of this protocol.", do=do)


def _zone_ids(by_id: Mapping[str, Question]) -> tuple[str, ...]:
    return tuple(option.id for option in by_id[WHERE].options) if WHERE in by_id else ()


def _zones_fault(key: str, value: tuple[str, ...], by_id: Mapping[str, Question]) -> Reason | None:
    there = _zone_ids(by_id)
    for zone in value:
        if zone not in there:
            do = f"List the zones where it is so, of: {', '.join(there)}; or answer false."
            return Reason(key, f"names no zone: {zone!r}.", do)
    return None if value else Reason(key, "lists no zone.", "Answer false where it is so nowhere.")


def _yes_no(question: Question, value: AnswerValue, on: date) -> Wrong:
    if value is True or value is False:
        return None
    return f"is {value!r}.", "Answer true or false."


LARGEST = 1e300
"""Beyond it a whole number is no float any more."""


def _number(question: Question, value: AnswerValue, on: date) -> Wrong:
    low, high = question.minimum, question.maximum
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
        return f"is {value!r}, which is no number.", f"Give a number{_span(low, high, question.unit)}."
    if (low is not None and value < low) or (high is not None and value > high):
        return f"is {value:g}, which cannot be.", f"Give a number{_span(low, high, question.unit)}."
    return None


def _span(low: float | None, high: float | None, unit: str) -> str:
    if low is not None and high is not None:
        return f", {low:g} to {high:g} {unit}".rstrip()
    ends = [f"{word} {end:g}" for word, end in (("at least", low), ("at most", high)) if end is not None]
    return f", {ends[0]} {unit}".rstrip() if ends else ""


def _day(question: Question, value: AnswerValue, on: date) -> Wrong:
    if not _is_day(value):
        return f"is {value!r}, which is no day.", "Write it as 2026-11-20."
    if value > on:
        return f"is {value}, which is after {on}.", "Give the day on which it happened."
    if value < EARLIEST:
        return f"is {value}, which is too long ago to be meant.", "Check the year."
    return None


def _choice(question: Question, value: AnswerValue, on: date) -> Wrong:
    if isinstance(value, str):
        for option in question.options:
            if option.id == value:
                return None
    options = ", ".join(option.id for option in question.options)
    if isinstance(value, tuple):
        return f"is a list: {', '.join(map(str, value))}.", f"Choose one of: {options}."
    return f"is {value!r}, which is not offered.", f"Choose from: {options}."


def _choices(question: Question, value: AnswerValue, on: date) -> Wrong:
    there = [option.id for option in question.options]  # no set: what is given may be a list of lists
    given = value if isinstance(value, tuple) else (value,)
    wrong = [one for one in given if one not in there]
    if wrong or (question.id == WHERE and not given):
        problem = f"is {wrong[0]!r}, which is not offered." if wrong else "is an empty list."
        return problem, f"Choose from: {', '.join(option.id for option in question.options)}."
    return None


FITS: Mapping[str, Callable[[Question, AnswerValue, date], Wrong]] = {
    "yes-no": _yes_no,
    "number": _number,
    "date": _day,
    "choice": _choice,
    "choices": _choices,
}

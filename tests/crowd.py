"""
Crowds: many people made up from one number, answering the questions of an edition as people do.

    for somebody in crowd.people(seed, 200, edition, on=DAY): ...

Most answers are harmless, some are not, some differ from zone to zone, a few are missing. The same number
gives the same crowd, so a property that fails names the number and fails again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from needlework.protocol.schema.protocol import Protocol
from needlework.protocol.schema.questions import Question
from needlework.records.plan import Goals, Person
from needlework.records.recover import Treatment
from needlework.records.skin import Sex, SkinType

ZONES_MOST = 3


@dataclass(frozen=True, slots=True)
class Somebody:
    """One made-up person: what they said, what they want, what was done to them and how they are."""

    answers: dict[str, Any]
    person: Person
    goals: Goals
    treatment: Treatment
    check_in: dict[str, Any]
    hours: float


def people(seed: int, count: int, edition: Protocol, *, on: date) -> Iterator[Somebody]:
    draw = Random(seed)
    for _ in range(count):
        yield _somebody(draw, edition, on=on)


def harmless(question: Question) -> Any:
    """The answer that stands against nothing: no, the first option, 34 years."""
    first = question.options[0].id if question.options else ""
    return {"yes-no": False, "choice": first, "choices": (first,), "number": 34}.get(question.kind)


def adverse(question: Question, edition: Protocol) -> list[Any]:
    """The answers that are by themselves enough for a rule."""
    return [
        answer
        for rule in edition.screen.rule
        if set(rule.when) == {question.id} and rule.then != "label"
        for test in rule.when.values()
        for answer in (test.one_of or ((test.equals,) if test.equals is not None else ()))
    ]


def _somebody(draw: Random, edition: Protocol, *, on: date) -> Somebody:
    person = Person(draw.randint(10, 90), draw.choice(list(Sex)), draw.choice(list(SkinType)))
    zones = tuple(draw.sample([zone.id for zone in edition.zones.zone], draw.randint(1, ZONES_MOST)))
    answers = dict(_screening(draw, edition.screen.question, zones, on=on))
    answers |= {"age-years": person.age_years, "sex": person.sex.value, "skin-type": person.skin_type.value}
    for missing in draw.sample(sorted(answers), draw.choice((0, 0, 0, 1))):
        del answers[missing]
    return Somebody(
        answers=answers,
        person=person,
        goals=_goals(draw, edition, zones),
        treatment=_treatment(draw, person),
        check_in={q.id: _any(draw, q, on=on) if draw.random() < 0.2 else _well(q)
                  for q in edition.recover.question if draw.random() > 0.02},
        hours=draw.uniform(0, 24 * draw.choice((1, 7, 60))),
    )  # fmt: skip


def _screening(
    draw: Random, questions: tuple[Question, ...], zones: tuple[str, ...], *, on: date
) -> Iterator[tuple[str, Any]]:
    odd = draw.choice((0.02, 0.1, 0.5))
    for question in questions:
        if question.id == "zones":
            yield question.id, zones
        elif question.per_zone and draw.random() < odd / 2:
            yield from _zone_by_zone(draw, question, zones, on=on)
        elif draw.random() < odd or question.kind == "date":
            yield question.id, _any(draw, question, on=on)
        else:
            yield question.id, harmless(question)


def _zone_by_zone(
    draw: Random, question: Question, zones: tuple[str, ...], *, on: date
) -> Iterator[tuple[str, Any]]:
    """An answer that differs from zone to zone, in one of the two ways in which it may be given."""
    some = tuple(zone for zone in zones if draw.random() < 0.6) or zones[:1]
    if question.kind == "yes-no" and draw.random() < 0.5:
        yield question.id, some
    else:
        yield from ((f"{question.id}.{zone}", _any(draw, question, on=on)) for zone in some)
        if draw.random() < 0.7:
            yield question.id, _any(draw, question, on=on)


def _any(draw: Random, question: Question, *, on: date) -> Any:
    """Any answer that can be given."""
    ids = [option.id for option in question.options]
    match question.kind:
        case "yes-no":
            return draw.random() < 0.5
        case "choice":
            return draw.choice(ids)
        case "choices":
            return tuple(draw.sample(ids, draw.randint(1, len(ids))))
        case "date":
            return on - timedelta(
                days=draw.choice((0, 1, 2, 7, 14, 28, 30, 92, 184, 366, draw.randint(0, 900)))
            )
    low, high = question.minimum or 0, question.maximum or 100
    return draw.choice((draw.randint(int(low), int(high)), draw.uniform(low, high)))


def _well(question: Question) -> Any:
    return 0 if question.kind == "number" else harmless(question)


def _goals(draw: Random, edition: Protocol, zones: tuple[str, ...]) -> Goals:
    concerns = [concern.id for concern in edition.plan.concern]
    asked = {zone: draw.uniform(0.05, 3.0) for zone in zones if draw.random() < 0.3}
    return Goals(
        concerns=tuple(draw.sample(concerns, draw.choice((1, 1, 2)))),
        zones=zones,
        device=draw.choice([device.id for device in edition.devices.device]),
        place=draw.choice([place.id for place in edition.places.place]),
        area_cm2={zone: draw.uniform(1, 400) for zone in zones if draw.random() < 0.3},
        depth_mm=asked,
    )


def _treatment(draw: Random, person: Person) -> Treatment:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=draw.randint(0, 525_600))
    return Treatment(
        treated_at=at,
        deepest_mm=draw.choice((0.25, 0.5, 0.75, 1.0, 1.5, draw.uniform(0.1, 2.5))),
        skin_type=person.skin_type,
        ita_deg=draw.choice((None, draw.uniform(-60, 70))),
        where=draw.choice(((), ("face",), ("arms",), ("abdomen", "face"))),
        covered=draw.random() < 0.2,
    )

"""What the demo's people say of themselves: well, but for what their story changes."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TypeGuard

from needlework.clinic.demo.people import Changed, Planned, Somebody
from needlework.loop import conditions
from needlework.protocol.schema.questions import Question
from needlework.records.screen import Answers, AnswerValue


def zones(somebody: Somebody) -> tuple[str, ...]:
    """Where somebody would like to be treated: the zones of their plans, else the cheeks and the forehead."""
    planned = [zone for step in somebody.story if isinstance(step, Planned) for zone in step.zones]
    return tuple(dict.fromkeys(planned)) or ("forehead", "cheeks")


def given(questions: tuple[Question, ...], changed: Changed, *, on: date) -> Answers:
    """In good health but for what is changed: no, none, never, and nothing that does not matter then."""
    said = {question.id: _well(question) for question in questions}
    for key, value in changed.items():
        said |= _leading_to(key, {question.id: question for question in questions})
        said[key] = on + timedelta(days=int(value)) if _is_days_ago(value, key) else value
    live = conditions.asked(questions, Answers(said), on=on)
    return Answers(
        {one.id: said[one.id] for one in live if one.kind != "date" or isinstance(said[one.id], date)}
    )


def _leading_to(key: str, questions: Mapping[str, Question]) -> dict[str, AnswerValue]:
    """The answers after which a question is asked at all."""
    opens: dict[str, AnswerValue] = {}
    for earlier, condition in questions[key].ask_if.items():
        if condition.equals is not None:
            opens |= {**_leading_to(earlier, questions), earlier: condition.equals}
    return opens


def _well(question: Question) -> AnswerValue:
    """The answer that nothing hangs on: no, none, or zero. A choice begins with it."""
    match question.kind:
        case "yes-no":
            return False
        case "choice":
            return question.options[0].id
        case "choices":
            return ()
        case "number":
            return 0
    return ""


def _is_days_ago(value: AnswerValue, key: str) -> TypeGuard[int]:
    return key.endswith("-on") and isinstance(value, int)


def born(somebody: Somebody, today: date) -> date:
    """A birthday that makes them this old today, on a day of the year of their own."""
    day = date(today.year - somebody.age_years, 1 + somebody.face.seed % 12, 1 + somebody.face.seed % 27)
    return day if (day.month, day.day) <= (today.month, today.day) else day.replace(year=day.year - 1)

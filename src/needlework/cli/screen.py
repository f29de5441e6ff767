"""needlework screen: may we treat this person, here, today?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from needlework.cli import answers, options, tell
from needlework.cli.options import AsJson, On

if TYPE_CHECKING:
    from needlework.protocol.schema.questions import Condition, Question
    from needlework.protocol.schema.screen import Screen

KINDS = {
    "yes-no": "true or false",
    "choice": "one of",
    "choices": "a list of",
    "number": "a number",
    "date": "a day such as 2026-11-20",
}


def screen(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="ANSWERS.toml", help="Answers by question, or - for standard input."),
    ] = None,
    on: On = None,
    questions: Annotated[
        bool, typer.Option("--questions", help="Print every question, as a file of answers to fill in.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Weigh a person's answers: clear, caution, wait until a day, or do not treat, and why."""
    if questions == (file is not None):
        raise typer.BadParameter(
            "Name a file of answers, or ask for --questions.", param_hint="'ANSWERS.toml'"
        )

    from needlework.loop import screen as stage
    from needlework.protocol import load
    from needlework.records.why import Refusal

    protocol = load.default()
    if file is None:
        return tell.as_json(_shapes(protocol.screen)) if json else _template(protocol.screen)
    today = on or options.today()
    given = answers.read(file, protocol.screen, on=today)
    if isinstance(given, Refusal):
        raise tell.refused(given.reasons, file=str(file), json=json)
    verdict = stage.assess(given, protocol.screen, on=today)
    if json:
        return tell.as_json(verdict)
    tell.say(tell.headline(verdict))
    tell.by_zone(verdict)
    tell.say(f"Screened for {tell.day(today)}; {_count(len(verdict.findings))}, worst first.")
    for one in verdict.findings:
        tell.say()
        tell.finding(one)
    return tell.standing(protocol.edition)


def _count(findings: int) -> str:
    return "1 finding" if findings == 1 else f"{findings or 'no'} findings"


def _shapes(knowledge: "Screen") -> tell.Shape:
    """Every question, as JSON tells it."""
    return {
        "edition": knowledge.edition,
        "questions": [
            {
                "id": question.id,
                "topic": question.topic,
                "ask": question.ask,
                "hint": question.hint,
                "kind": question.kind,
                "options": [{"id": option.id, "words": option.words} for option in question.options],
                "minimum": question.minimum,
                "maximum": question.maximum,
                "unit": question.unit,
                "ask_if": {asked: _test(test) for asked, test in question.ask_if.items()},
                "per_zone": question.per_zone,
            }
            for question in knowledge.question
        ],
    }


def _test(condition: "Condition") -> tell.Shape:
    """Only the test that a condition sets."""
    names = ("equals", "one_of", "at_least", "at_most", "within_days")
    return {name: value for name in names if (value := getattr(condition, name)) not in (None, ())}


def _template(knowledge: "Screen") -> None:
    """Every question as a comment, with a line to fill in: what is printed is a file of answers."""
    _comment("Fill in after each = and take the # away. What is left open is asked for by the verdict.")
    topic = ""
    for question in knowledge.question:
        if question.topic != topic:
            topic = question.topic
            typer.echo()
            _comment(f"── {topic}")
        typer.echo()
        _comment(question.ask)
        if question.hint:
            _comment(question.hint)
        if question.ask_if:
            _comment(f"only if {' and '.join(meant(key, test) for key, test in question.ask_if.items())}")
        for option in question.options:
            _comment(f'  "{option.id}": {option.words}')
        _comment(f"{question.id} =    # {wanted(question)}")
        if question.per_zone:
            _comment(f"  or zone by zone: {_zone_by_zone(question)}")


def _zone_by_zone(question: "Question") -> str:
    """How an answer is written that differs from zone to zone."""
    if question.kind == "yes-no":
        return f'{question.id} = ["chin"], in the zones where it is so'
    value = {"date": "2026-11-20", "number": "1"}.get(question.kind, '"…"')
    return f"{question.id}.chin = {value}"


def _comment(text: str) -> None:
    for line in text.splitlines():
        typer.echo(f"# {line}")


def wanted(question: "Question") -> str:
    """What an answer to this question looks like: `a number, 0 to 120 years`."""
    words = KINDS[question.kind]
    if question.options:
        return f"{words}: {', '.join(option.id for option in question.options)}"
    ends = [f"{end:g}" for end in (question.minimum, question.maximum) if end is not None]
    span = f", {' to '.join(ends)}" if ends else ""
    return f"{words}{span} {question.unit}".rstrip()


def meant(asked: str, condition: "Condition") -> str:
    """A condition in words: `isotretinoin is true`."""
    ((name, value), *more) = _test(condition).items()
    if name == "equals":
        return f"{asked} is {str(value).lower() if isinstance(value, bool) else value}"
    if name == "one_of":
        return f"{asked} is {' or '.join(value)}"
    if name == "within_days":
        return f"{asked} was less than {value} days ago"
    words = {"at_least": "at least", "at_most": "at most"}
    return f"{asked} is " + " and ".join(f"{words[test]} {bound:g}" for test, bound in [(name, value), *more])

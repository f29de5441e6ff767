"""May we treat this person, here, today?"""

from typing import TYPE_CHECKING

from needlework.cli.chapters.words import Lines, brief, positions, questions, reviewed, table, why
from needlework.cli.screen import meant
from needlework.records.skin import SkinType

if TYPE_CHECKING:
    from needlework.protocol.schema.protocol import Protocol
    from needlework.protocol.schema.screen import Rule

WEIGHTS = {
    "absolute": ("Do not treat", "Nobody may treat while one of these stands."),
    "defer": ("Wait", "Treatment waits until the day or the event named."),
    "caution": ("Caution", "Treatment may go ahead with this in mind."),
    "label": ("Outside the device's label", "A flag beside the verdict, charted with the treatment."),
}


def chapter(protocol: "Protocol") -> Lines:
    screen = protocol.screen
    yield "## Screen"
    yield from reviewed(screen)
    yield "### Questions"
    yield ""
    yield "A question that was not answered stands in the way of a verdict. One that is asked only of"
    yield "some is not asked of the others. Where an answer may differ from zone to zone, a finding"
    yield "speaks of the zones that it was given for."
    yield from questions(screen.question)
    yield from _skin(protocol)
    for weight, (title, means) in WEIGHTS.items():
        yield from ("", f"### {title}", "", means)
        if roles := getattr(screen.overrides, weight, ()):
            yield f"Unless a rule says otherwise, it may be overridden with a reason by: {', '.join(roles)}."
        for rule in screen.rule:
            if rule.then == weight:
                yield from _rule(rule)


def _skin(protocol: "Protocol") -> Lines:
    """The ten questions with their points, and how little they can be leant on."""
    skin = protocol.skin
    yield from ("", "### Skin type")
    yield from reviewed(skin)
    yield "Apart from the question above, the type is found by ten questions, by a practitioner who looks,"
    yield "and by a photograph beside a colour card. Rules go by the darkest of what was found."
    for scale in skin.scale:
        limits = zip(SkinType, scale.from_points, strict=True)
        least = ", ".join(f"{kind} from {points}" for kind, points in limits)
        yield from ("", f"**{scale.title}**: {least} points.", "", f"- {why(scale.basis, scale.sources)}")
        yield from positions(scale.position, scale.choice)
    yield ""
    rows = [(one.ask, "; ".join(one.answers), brief(one)) for one in skin.question]
    yield from table(("question", "answers, from 0 points", "rests on"), rows)
    yield ""
    yield from (f"- {one.say} {brief(one)}" for one in skin.limit)


def _rule(rule: "Rule") -> Lines:
    when = " and ".join(meant(key, test) for key, test in rule.when.items())
    ends = f" Ends: {rule.ends}." if rule.ends else ""
    yield from ("", f"#### `{rule.id}`", "", f"**{rule.say}**{ends}", "", f"- When {when}.")
    yield f"- Tell them: {rule.tell}"
    yield f"- {why(rule.basis, rule.sources)}"
    if rule.override:
        yield f"- May be overridden, with a reason, by: {', '.join(rule.override)}."
    if rule.beside:
        beside = ", ".join(f"`{other}`" for other in rule.beside)
        yield f"- Read beside {beside}: the same answers can mean both, and the worse decides."
    yield from positions(rule.position, rule.choice)

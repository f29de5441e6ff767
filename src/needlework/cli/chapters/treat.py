"""What was done to each zone? The checklist, what may lie on open channels, harm, numbing creams."""

from typing import TYPE_CHECKING

from needlework.cli.chapters.words import Lines, brief, reviewed, table, why

if TYPE_CHECKING:
    from needlework.protocol.schema.protocol import Protocol
    from needlework.protocol.schema.treat import NumbingLimit

UNITS = {
    "area-cm2": "numbed area above {:g} cm²",
    "minutes": "more than {:g} min",
    "grams-per-10cm2": "more than {:g} g to 10 cm²",
    "lidocaine-percent": "more than {:g} % lidocaine",
    "covered": "covered",
    "warmed": "warmed",
    "broken-skin": "on broken skin",
    "near-eyes": "near the eyes",
    "after-needling": "after needling has begun",
    "atopic": "on atopic eczema",
    "at-risk": "somebody with a raised risk from local anaesthetics",
    "allergic": "somebody allergic to a numbing cream or a local anaesthetic",
}


def chapter(protocol: "Protocol") -> Lines:
    treat = protocol.treat
    yield "## Treat"
    yield from reviewed(treat)
    yield from ("### Checklist before the first pass", "")
    for check in treat.check:
        yield f"1. {check.say} *{why(check.basis, check.sources)}*"
    yield from ("", "### On open channels", "")
    rows = [
        (one.name, "allowed" if one.allowed else "**barred**", one.say, one.tell, brief(one))
        for one in treat.topical
    ]
    yield from table(("product", "", "why", "tell them", "basis"), rows)
    if treat.adverse:
        yield from ("", "### When something goes wrong in the room", "")
        harms = [
            (f"{one.name} (`{one.id}`)", one.looks, f"**{one.urgency}**", " ".join(one.do), brief(one))
            for one in treat.adverse
        ]
        yield from table(("", "how it is known", "", "what to do now", "basis"), harms)
    if treat.mark:
        yield from ("", "### Places on the skin that are left out", "")
        yield "Drawn on the map. *Ask*: a pass over its zone takes a word on how it is left out."
        yield "*Stop*: no pass over its zone while it stands."
        yield ""
        marks = [
            (f"{one.name} (`{one.id}`)", f"**{one.then}**", one.say, one.tell, brief(one))
            for one in treat.mark
        ]
        yield from table(("place", "then", "do", "tell them", "basis"), marks)
    if treat.anaesthetic:
        yield from ("", "### Numbing creams", "")
        creams = [
            (
                f"{one.name} (`{one.id}`)",
                ", ".join(f"{drug} {percent:g} %" for drug, percent in one.percent.items()),
                "yes" if one.compounded else "no",
                one.say,
                brief(one),
            )
            for one in treat.anaesthetic
        ]
        yield from table(("cream", "strength", "compounded", "", "basis"), creams)
    if treat.numbing_limit:
        yield from ("", "### Limits on numbing creams", "")
        limits = [
            (f"`{one.id}`", _when(one), f"**{one.then}**", one.say, one.do, brief(one))
            for one in treat.numbing_limit
        ]
        yield from table(("limit", "when", "then", "why", "do", "basis"), limits)


def _when(limit: "NumbingLimit") -> str:
    which = {"compounded": ", compounded creams", "atopic": ", atopic eczema"}.get(limit.only, "")
    drug = f", creams with {limit.drug}" if limit.drug else ""
    cream = f", `{limit.cream}`" if limit.cream else ""
    return UNITS[limit.of].format(limit.above) + which + drug + cream

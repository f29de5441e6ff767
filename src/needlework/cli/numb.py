"""needlework numb: what a use of a numbing cream amounts to, and which limits it passes."""

from typing import TYPE_CHECKING, Annotated

import typer

from needlework.cli import tell
from needlework.cli.options import AsJson

if TYPE_CHECKING:
    from needlework.protocol.schema.treat import Anaesthetic
    from needlework.records.numbing import Numbing, NumbingDose
    from needlework.records.why import Citation


def numb(
    cream: Annotated[str, typer.Option("--cream", metavar="ID", help="The numbing cream, by its id.")],
    grams: Annotated[float, typer.Option("--grams", metavar="X", help="How much of it. [g]")],
    area_cm2: Annotated[float, typer.Option("--area-cm2", metavar="Y", help="Over how much skin. [cm²]")],
    minutes: Annotated[float, typer.Option("--minutes", metavar="Z", help="For how long. [min]")],
    covered: Annotated[bool, typer.Option("--covered", help="Under a film or a wrap.")] = False,
    warmed: Annotated[bool, typer.Option("--warmed", help="With heat on it.")] = False,
    broken_skin: Annotated[bool, typer.Option("--broken-skin", help="On skin that is not whole.")] = False,
    near_eyes: Annotated[bool, typer.Option("--near-eyes", help="Close to the eyes.")] = False,
    after_needling: Annotated[
        bool, typer.Option("--after-needling", help="Once needling has begun.")
    ] = False,
    atopic: Annotated[bool, typer.Option("--atopic", help="The person has atopic eczema.")] = False,
    at_risk: Annotated[
        bool, typer.Option("--at-risk", help="The screening found a risk from local anaesthetics.")
    ] = False,
    allergic: Annotated[
        bool, typer.Option("--allergic", help="The person is allergic to a numbing cream or anaesthetic.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Weigh a numbing cream: milligrams on the skin, and every limit that this use passes."""
    from needlework.loop import numbing
    from needlework.protocol import load
    from needlework.records.numbing import Numbing
    from needlework.records.why import Reason, Refusal

    protocol = load.default()
    use = Numbing(
        anaesthetic=cream,
        grams=grams,
        area_cm2=area_cm2,
        minutes=minutes,
        covered=covered,
        warmed=warmed,
        broken_skin=broken_skin,
        near_eyes=near_eyes,
        after_needling=after_needling,
        atopic=atopic,
        at_risk=at_risk,
        allergic=allergic,
    )
    weighed = numbing.weigh(use, protocol.treat)
    if isinstance(weighed, Refusal):
        raise tell.refused(weighed.reasons, json=json)
    against = [
        Reason(one.limit, one.say, f"{one.do} ({_keys(one.sources)})") for one in weighed.alerts if one.refuse
    ]
    if against:
        raise tell.refused(against, json=json)
    known = next(one for one in protocol.treat.anaesthetic if one.id == cream)
    if json:
        return tell.as_json(_shape(use, known, weighed))
    _lines(use, known, weighed)
    return tell.standing(protocol.edition)


def _shape(use: "Numbing", cream: "Anaesthetic", weighed: "NumbingDose") -> tell.Shape:
    import msgspec

    return {
        "cream": cream.id,
        "cream_name": cream.name,
        "percent": cream.percent,
        "grams": use.grams,
        "area_cm2": use.area_cm2,
        "minutes": use.minutes,
        "milligrams": weighed.milligrams,
        "grams_per_10cm2": weighed.grams_per_10cm2,
        "alerts": msgspec.to_builtins(weighed.alerts),
        "basis": cream.basis,
        "sources": cream.sources,
        "edition": weighed.edition,
    }


def _lines(use: "Numbing", cream: "Anaesthetic", weighed: "NumbingDose") -> None:
    drugs = " and ".join(f"{tell.number(mg)} mg of {drug}" for drug, mg in weighed.milligrams.items())
    heed = {0: "no limit of this edition is passed", 1: "one limit is passed"}
    passed = heed.get(len(weighed.alerts), f"{len(weighed.alerts)} limits are passed")
    tell.say(f"{drugs} on the skin; {passed}.")
    tell.say(
        f"{use.grams:g} g of {cream.name[:1].lower()}{cream.name[1:]} over {use.area_cm2:g} cm² for "
        f"{use.minutes:g} min, {tell.number(weighed.grams_per_10cm2, digits=2)} g to 10 cm²."
    )
    for alert in weighed.alerts:
        tell.say()
        tell.say(f"! {alert.say}", hang=2)
        tell.say(f"Do: {alert.do}", indent=2, hang=2)
        tell.say(f"{alert.limit} · {tell.cited(alert.basis, alert.sources)}", indent=4, hang=2)
    tell.say()
    tell.say(f"{cream.say} ({tell.cited(cream.basis, cream.sources)})")
    tell.say("How much enters the blood nobody can tell from this. Wipe all of it off before needling.")


def _keys(sources: "tuple[Citation, ...]") -> str:
    return ", ".join(source.key for source in sources)

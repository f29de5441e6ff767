"""Numbing: what a use of an anaesthetic cream amounts to, and which limits it passes."""

import dataclasses
import math
from collections.abc import Iterator

from needlework.protocol.schema.treat import Anaesthetic, NumbingLimit, Treating
from needlework.records.numbing import Numbing, NumbingAlert, NumbingDose
from needlework.records.why import Reason, Refusal

MOST_GRAMS = 500.0
LARGEST_CM2 = 5000.0
LONGEST_MIN = 1440.0
"""Beyond these a number is a slip of the hand, not a use that could be weighed."""


def weigh(use: Numbing, knowledge: Treating) -> NumbingDose | Refusal:
    """
    Milligrams on the skin, grams for each 10 cm², and every limit of the protocol that this use passes.

    A refusal says that the numbers mean nothing. A limit that is passed is an alert, worst first: whether it
    refuses is the limit's own word. What enters the blood depends on skin, place and time, and nobody can
    tell it from these numbers; an empty list of alerts is no promise of safety.
    """
    cream = next((one for one in knowledge.anaesthetic if one.id == use.anaesthetic), None)
    reasons = (*_unknown(use, cream, knowledge), *_impossible(use))
    if reasons or cream is None:
        return Refusal(reasons)
    alerts = [_alert(limit) for limit in knowledge.numbing_limit if passes(limit, use, cream)]
    return NumbingDose(
        milligrams=milligrams(cream, grams=use.grams),
        grams_per_10cm2=10 * use.grams / use.area_cm2,
        alerts=tuple(sorted(alerts, key=lambda alert: not alert.refuse)),
        edition=knowledge.edition,
    )


def longest(use: Numbing, knowledge: Treating) -> NumbingLimit | None:
    """The limit of the protocol that ends this cream's time on the skin first; None where none speaks."""
    cream = next((one for one in knowledge.anaesthetic if one.id == use.anaesthetic), None)
    forever = dataclasses.replace(use, minutes=LONGEST_MIN)
    timed = [one for one in knowledge.numbing_limit if one.of == "minutes"]
    speak = [one for one in timed if cream is not None and passes(one, forever, cream)]
    return min(speak, key=lambda limit: limit.above, default=None)


def milligrams(cream: Anaesthetic, *, grams: float) -> dict[str, float]:
    """
    Each drug in so much cream. [mg]

    grams × per cent × 10, as one gram of a cream of 1 % holds 10 mg. It lies on the skin; how much of it gets
    into the blood is another matter.

    >>> milligrams(Anaesthetic("x", "X", {"lidocaine": 2.5}, "", "house"), grams=4.0)
    {'lidocaine': 100.0}
    """
    return {drug: grams * percent * 10 for drug, percent in cream.percent.items()}


def passes(limit: NumbingLimit, use: Numbing, cream: Anaesthetic) -> bool:
    """Whether this use goes beyond a limit that speaks of it."""
    speaks = {"all": True, "compounded": cream.compounded, "atopic": use.atopic}[limit.only]
    if not speaks or (limit.drug and limit.drug not in cream.percent) or limit.cream not in ("", cream.id):
        return False
    reached = {
        "area-cm2": use.area_cm2,
        "minutes": use.minutes,
        "grams-per-10cm2": 10 * use.grams / use.area_cm2,
        "lidocaine-percent": cream.percent.get("lidocaine", 0.0),
        "covered": use.covered,
        "warmed": use.warmed,
        "broken-skin": use.broken_skin,
        "near-eyes": use.near_eyes,
        "after-needling": use.after_needling,
        "atopic": use.atopic,
        "at-risk": use.at_risk,
        "allergic": use.allergic,
    }
    return reached[limit.of] > limit.above + 1e-9  # 15 g over 75 cm² is 2 g for each 10, and not more


def _alert(limit: NumbingLimit) -> NumbingAlert:
    return NumbingAlert(
        limit=limit.id,
        refuse=limit.then == "refuse",
        say=limit.say,
        do=limit.do,
        basis=limit.basis,
        sources=limit.sources,
    )


def _unknown(use: Numbing, cream: Anaesthetic | None, knowledge: Treating) -> Iterator[Reason]:
    if cream is None:
        listed = ", ".join(one.id for one in knowledge.anaesthetic) or "none: add it to the protocol"
        problem = f"{use.anaesthetic!r} is not a numbing cream of this protocol."
        yield Reason("cream", problem, f"One of: {listed}.")


def _impossible(use: Numbing) -> Iterator[Reason]:
    for key, value, most, unit in (
        ("grams", use.grams, MOST_GRAMS, "g"),
        ("area-cm2", use.area_cm2, LARGEST_CM2, "cm²"),
        ("minutes", use.minutes, LONGEST_MIN, "min"),
    ):
        if not (math.isfinite(value) and 0 < value <= most):
            yield Reason(key, f"is {value:g} {unit}.", f"Give more than 0 and at most {most:g} {unit}.")

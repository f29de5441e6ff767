"""
Skin: which type somebody is taken for, where several ways of finding it do not agree.

Three ways are kept apart: what people say of themselves, what somebody sees who looks, and what a photograph
with a colour card measures. None of them is the truth, so none replaces another. Where they differ, rules go
by the darkest: a darker type asks for more care, and no way of finding it takes that care back.
"""

from collections.abc import Iterator, Mapping

from needlework.loop import healing
from needlework.protocol.schema.skin import SkinTypes
from needlework.records.skin import SkinFound, SkinScore, SkinType, SkinUsed
from needlework.records.why import Reason, Refusal

ORDER = tuple(SkinType)
DARKER = SkinType.V
"""House: the least type that skin below `healing.DARKER_BELOW_ITA_DEG` is taken for."""
WAYS = {"answered": "their own word", "scored": "the ten questions", "seen": "the practitioner"}


def score(answers: Mapping[str, int], knowledge: SkinTypes) -> SkinScore | Refusal:
    """
    Points and type by the questions of the edition; every one of them has to be answered.

    `answers` are the places of the answers, 0 for the first. Source: see the edition's scale. Misleads where
    somebody has kept out of the sun: the questions about it give no points then, and the type is lighter.
    """
    if wrong := tuple(_unfit(answers, knowledge)):
        return Refusal(wrong)
    points = sum(answers[question.id] for question in knowledge.question)
    reached = [
        kind for kind, least in zip(ORDER, knowledge.scale[0].from_points, strict=True) if points >= least
    ]
    return SkinScore(points, reached[-1])


def settle(found: SkinFound) -> SkinUsed:
    """
    The type that rules go by: the darkest of those that were found.

    A measured tone makes no type, since angle and type cannot stand for each other; skin measured darker
    than the edition's threshold is taken for type V at least. A light measurement takes nothing back.

    >>> settle(SkinFound(answered=SkinType.III, seen=SkinType.IV)).skin_type
    <SkinType.IV: 'IV'>
    >>> settle(SkinFound(answered=SkinType.II, ita_deg=-5.0)).skin_type
    <SkinType.V: 'V'>
    """
    types = {way: kind for way in WAYS if (kind := getattr(found, way)) is not None}
    ranks = [ORDER.index(kind) for kind in types.values()]
    dark = healing.is_darker(ORDER[0], found.ita_deg)
    ranks += [ORDER.index(DARKER)] if dark and (not ranks or max(ranks) < ORDER.index(DARKER)) else []
    if not ranks:
        return SkinUsed(None, 0, "No skin type is known yet.")
    used, apart = ORDER[max(ranks)], max(ranks) - min(ranks)
    return SkinUsed(used, apart, _says(types, used, apart, dark=dark))


def _says(types: Mapping[str, SkinType], used: SkinType, apart: int, *, dark: bool) -> str:
    named = [f"{WAYS[way]} {kind}" for way, kind in types.items()]
    named += [f"measured darker than {healing.DARKER_BELOW_ITA_DEG:g}°"] if dark else []
    if apart:
        steps = "one type" if apart == 1 else f"{apart} types"
        return (
            f"They differ by {steps}: {', '.join(named)}. Rules go by type {used}, the darkest of "
            "them, which asks for the most care."
        )
    if len(named) == 1:
        return f"Rules go by type {used}. Nothing else is known: {named[0]}."
    return f"Rules go by type {used}. All that is known agrees: {', '.join(named)}."


def _unfit(answers: Mapping[str, int], knowledge: SkinTypes) -> Iterator[Reason]:
    known = {question.id: question for question in knowledge.question}
    for id_, question in known.items():
        if id_ not in answers:
            yield Reason(id_, "is not answered.", f"Answer it: {question.ask}")
        elif isinstance(answers[id_], bool) or answers[id_] not in range(len(question.answers)):
            yield Reason(id_, f"is {answers[id_]!r}.", "Choose one of its answers.")
    for id_ in answers:
        if id_ not in known:
            yield Reason(id_, "is no question of this edition.", "Leave it out.")

"""What is known of somebody's skin type at this moment, each way by itself, and what was measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from needlework.clinic.models.people import Patient
from needlework.clinic.models.photographs import Comparison
from needlework.clinic.models.rights import Decision
from needlework.clinic.models.skin import SkinTyping
from needlework.records.screen import Answers, AnswerValue
from needlework.records.skin import SkinFound, SkinType, SkinUsed

TONE, DETAIL, CARD = "pigmentation", "ITA", "card"
LOOKED_BACK = 20
"""Comparisons, newest first, among which one with a card in both photographs is looked for."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The darkest zone of the newest photograph that was compared beside a card."""

    ita_deg: float
    zone: str
    on: date
    comparison: UUID


def known(patient: Patient, *, answered: AnswerValue | None = None) -> SkinFound:
    """All ways, the newest of each; `answered` is what the screening's own question was answered."""
    newest = typings(patient)
    tone = measured(patient)
    return SkinFound(
        answered=SkinType(str(answered)) if answered in tuple(SkinType) else None,
        scored=_type(newest.get(SkinTyping.How.SCORED)),
        seen=_type(newest.get(SkinTyping.How.SEEN)),
        ita_deg=tone.ita_deg if tone else None,
    )


def typings(patient: Patient) -> dict[str, SkinTyping]:
    """The newest finding of each way, in at most one query each; a restricted one is not counted."""
    rows = (
        SkinTyping.objects.filter(patient__in=patient.family)
        .exclude(pk__in=Decision.shut(patient, SkinTyping))
        .select_related("created_by")
    )
    newest = ((how, rows.filter(how=how).first()) for how in SkinTyping.How.values)
    return {how: row for how, row in newest if row is not None}


def measured(patient: Patient) -> Measured | None:
    """
    The measured tone, where a photograph with a colour card exists.

    Without a card a camera's colours are its own: no angle is read then.
    """
    rows = (
        Comparison.objects.filter(patient__in=patient.family)
        .exclude(pk__in=Decision.shut(patient, Comparison))
        .select_related("after")
    )
    for row in rows[:LOOKED_BACK]:
        seen = row.as_record()
        angles = [
            (detail.after, change.zone)
            for change in seen.changes
            if change.measure == TONE and seen.reference == CARD
            for detail in change.details
            if detail.name == DETAIL
        ]
        if angles:
            ita_deg, zone = min(angles)
            return Measured(ita_deg, zone, row.after.taken_on, row.pk)
    return None


def weighed(answers: Answers, used: SkinUsed) -> Answers:
    """The answers with the skin type that rules go by."""
    given = dict(answers.given)
    return Answers(given | ({"skin-type": used.skin_type.value} if used.skin_type else {}))


def kept(found: SkinFound, used: SkinUsed) -> Mapping[str, Any]:
    """What a screening keeps of it, so that an old verdict explains itself."""
    ways = {way: getattr(found, way) for way in ("answered", "scored", "seen")}
    return {
        **{way: kind.value for way, kind in ways.items() if kind},
        **({"ita_deg": found.ita_deg} if found.ita_deg is not None else {}),
        **({"used": used.skin_type.value} if used.skin_type else {}),
        "apart": used.apart,
        "says": used.says,
    }


def _type(row: SkinTyping | None) -> SkinType | None:
    return SkinType(row.skin_type) if row else None

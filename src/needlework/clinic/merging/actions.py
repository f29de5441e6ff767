"""Merge two charts of one person; undo it; say that two who are alike are two people."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from needlework.clinic import audit, exposures, waits
from needlework.clinic.models.merging import Absorbed, Merge, MergeUndone, TwoPeople
from needlework.clinic.models.people import Patient, User
from needlework.clinic.once import kept, used
from needlework.records.why import Reason, Refusal

REASON_AT_LEAST = 5
"""Characters of a reason."""


@transaction.atomic
def merge(
    *, patient: Patient, into: Patient, reason: str, once: UUID, by: User, at: datetime
) -> Merge | Refusal:
    """One chart goes on in another. Nothing is moved, so that it can be undone; the index is written anew."""
    if sent := kept(Merge, once):
        return sent if (sent.patient_id, sent.into_id) == (patient.pk, into.pk) else used()
    patient, into = _held(patient, into)
    reason = " ".join(reason.split())
    if reasons := tuple(_against(patient, into, reason)):
        return Refusal(reasons)
    made = Merge(patient=patient, into=into, reason=reason, once=once, created_by=by, created_at=at)
    with audit.acting(by):
        made.save()
        audit.note("merge", patient, by=by, detail=audit.row_id(into))
    _counted_anew({*patient.family, *into.family})
    return made


@transaction.atomic
def undo(*, merge: Merge, reason: str, once: UUID, by: User, at: datetime) -> MergeUndone | Refusal:
    """They are two people: each chart goes on by itself, with what was merged into it before."""
    if sent := kept(MergeUndone, once):
        return sent if sent.merge_id == merge.pk else used()
    patient, into = _held(merge.patient, merge.into)
    if MergeUndone.objects.filter(merge=merge).exists():
        said = Reason("merge", _("was undone by somebody else meanwhile."), _("Look at both charts."))
        return Refusal((said,))
    reason = " ".join(reason.split())
    if len(reason) < REASON_AT_LEAST:
        return _short()
    made = MergeUndone(merge=merge, reason=reason, once=once, created_by=by, created_at=at)
    with audit.acting(by):
        made.save()
        audit.note("unmerge", patient, by=by, detail=audit.row_id(into))
    _counted_anew(set(patient.family))
    return made


@transaction.atomic
def tell_apart(
    *, patient: Patient, other: Patient, once: UUID, by: User, at: datetime
) -> TwoPeople | Refusal:
    """Somebody has looked at both. It is said once, whichever of the two is named first."""
    sent = kept(TwoPeople, once)
    first, second = sorted(_held(patient, other), key=lambda one: one.ordinal)
    if said := TwoPeople.objects.filter(patient=first, other=second).first():
        return said
    if sent:
        return used()
    made = TwoPeople(patient=first, other=second, once=once, created_by=by, created_at=at)
    with audit.acting(by):
        made.save()
    return made


def _held(*people: Patient) -> list[Patient]:
    """
    These as they are now, held until the end: the second of two merges of a chart sees the first.

    Then nobody else writes, since others hang together with them by merges of their own.
    """
    ids = sorted(one.pk for one in people)
    list(Patient.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    audit.alone()
    return [Patient.objects.get(pk=one.pk) for one in people]


def _against(patient: Patient, into: Patient, reason: str) -> Iterator[Reason]:
    if patient == into:
        yield Reason("with", _("is the same chart."), _("Choose another."))
        return
    if into.survivor != into:
        yield Reason(
            "stays",
            _("%(number)s was itself merged into %(into)s.")
            % {"number": into.number, "into": into.survivor.number},
            _("Merge into %(into)s, or undo that first.") % {"into": into.survivor.number},
        )
    if patient.survivor != patient:
        yield Reason(
            "stays",
            _("%(number)s was merged into %(into)s already.")
            % {"number": patient.number, "into": patient.survivor.number},
            _("Look at it, and undo it if it is wrong."),
        )
    if len(reason) < REASON_AT_LEAST:
        yield from _short().reasons


def _short() -> Refusal:
    return Refusal((Reason("reason", _("is too short."), _("Say how you know.")),))


def _counted_anew(charts: set[UUID]) -> None:
    """Search and look-back find one person, or two again; and what waits, waits for one, or for two."""
    Absorbed.reckon(charts)
    people = Patient.objects.filter(pk__in=charts, absorbed_by=None)
    exposures.belong({person.pk: person.charts for person in people})
    waits.reckon(charts)

"""Decide about one item of a record: erase, restrict or keep it. Nothing is erased but by a person's act."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from needlework.clinic import audit, storage
from needlework.clinic.models.people import Patient, PatientDetails, User
from needlework.clinic.models.photographs import Comparison, Photograph
from needlework.clinic.models.rights import Decision, Jurisdiction, RetentionRule, What, erases
from needlework.clinic.models.treatment import SessionEntry
from needlework.clinic.once import kept, used
from needlework.records.treat import EventKind
from needlework.records.why import Reason, Refusal

FREE_WORDS = {EventKind.NOTE, EventKind.ADDENDUM}
"""The entries of a chart that may lose their words. What was done, with which lot, is kept."""


def may_erase(item: Model) -> bool:
    """Whether an item has words or files that can be erased without breaking what the law has kept."""
    return bool(erases(type(item))) and (not isinstance(item, SessionEntry) or item.kind in FREE_WORDS)


@transaction.atomic
def decide(
    *, patient: Patient, item: Model, what: str, ground: str, until: date | None, once: UUID, by: User,
    at: datetime,
) -> Decision | Refusal:  # fmt: skip
    """
    Erase, restrict, free or keep one item of this person, on a ground.

    Erasing puts the words to blanks in the row and then shreds its files; the row, its number and its line
    in the log stay, so that the log is whole and says who erased it. It cannot be undone.
    """
    if sent := kept(Decision, once):
        return sent if sent.row_id == audit.row_id(item) else used()
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    audit.alone()  # what is erased is not found any more by a chart that is merged meanwhile
    if reasons := tuple(_against(item, what, ground)):
        return Refusal(reasons)
    with audit.acting(by):
        made = _decided(patient, item, what, ground, until, once=once, by=by, at=at)
        if what == What.ERASED:
            for other in _hang_on(item):
                if not _erased(other):
                    _decided(patient, other, what, ground, until, by=by, at=at)
    return made


def _against(item: Model, what: str, ground: str) -> list[Reason]:
    if not ground.strip():
        return [Reason("ground", _("is empty."), _("Say by which article."))]
    if _erased(item):
        return [Reason("form", _("It was erased already."), _("Nothing is left of it."))]
    if what == What.ERASED and not may_erase(item):
        says = _("This is kept: it says what was done, with what and when.")
        return [Reason("what", says, _("Restrict it, or keep it with its ground."))]
    last = Decision.of([item]).get(item.pk)
    restricted = last is not None and last.what == What.RESTRICTED
    if what == What.LIFTED and not restricted:
        return [Reason("what", _("It is not restricted."), _("There is nothing to lift."))]
    if what == What.KEPT and restricted:
        return [Reason("what", _("It is restricted."), _("Lift that first, or leave it: it is kept so."))]
    return []


def _decided(
    patient: Patient, item: Model, what: str, ground: str, until: date | None, **made: Any
) -> Decision:
    about = {"table_name": item._meta.db_table, "row_id": audit.row_id(item)}
    by, at = made.pop("by"), made.pop("at")
    decision = Decision(
        patient=patient, what=what, ground=ground.strip(), until=until, created_by=by, created_at=at, **about,
        **made,
    )  # fmt: skip
    decision.save()
    audit.note(what, item, by=by, detail=str(decision.pk))
    if what == What.ERASED:
        _blank(item)
    return decision


def _blank(item: Model) -> None:
    names = files(item)
    type(item)._default_manager.filter(pk=item.pk).update(**erases(type(item)))
    if isinstance(item, PatientDetails):
        item.patient.rekey()
    transaction.on_commit(lambda: [storage.shred(name) for name in names])


def files(item: Model) -> list[str]:
    """The files that belong to an item alone."""
    if isinstance(item, Photograph):
        shared = Photograph.objects.filter(sha256=item.sha256).exclude(pk=item.pk)
        return [] if any(not _erased(one) for one in shared) else [item.original, item.working]
    return [item.picture(which) for which in item.pictures] if isinstance(item, Comparison) else []


def _hang_on(item: Model) -> list[Model]:
    """What shows the same content: the pictures that were made of a photograph."""
    if not isinstance(item, Photograph):
        return []
    return list(Comparison.objects.filter(Q(before=item) | Q(after=item)))


def _erased(item: Model) -> bool:
    about = {"table_name": item._meta.db_table, "row_id": audit.row_id(item)}
    return Decision.objects.filter(what=What.ERASED, **about).exists()


def sweep() -> int:
    """Shred what a machine that stopped at the wrong moment left of erased photographs; how many files."""
    done = 0
    for decision in Decision.objects.filter(what=What.ERASED, table_name=Photograph._meta.db_table):
        photograph = Photograph.objects.get(pk=UUID(decision.row_id))
        done += sum(storage.shred(name) for name in files(photograph))
    return done


# ── settings ──


@transaction.atomic
def say_law(*, name: str, law: str, by: User) -> Jurisdiction:
    """Under which law the clinic answers."""
    row = Jurisdiction.objects.select_for_update(no_key=True).first() or Jurisdiction(created_by=by)
    row.name, row.law = name, law
    with audit.acting(by):
        row.save()
    return row


@transaction.atomic
def keep_for(*, kind: str, years: int, ground: str, by: User) -> RetentionRule:
    """How long one kind of record is kept; it erases nothing."""
    row = RetentionRule.objects.select_for_update(no_key=True).filter(kind=kind).first()
    row = row or RetentionRule(kind=kind, created_by=by)
    row.years, row.ground = years, ground
    with audit.acting(by):
        row.save()
    return row

"""Say where the clinic works: its sites and their rooms."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from needlework.clinic import audit
from needlework.clinic.models.account import SignIn
from needlework.clinic.models.audit import AuditLine
from needlework.clinic.models.people import KnownAt, Patient, User
from needlework.clinic.models.places import Room, Site
from needlework.clinic.models.treatment import Session
from needlework.records.why import Reason, Refusal

WRONG_DAYS = 5
"""So many days of birth may be tried within an hour: it is asked for, not guessed."""
NOT_BORN_THEN = "date of birth"


@transaction.atomic
def keep_site(*, site: Site | None, by: User, **said: Any) -> Site | Refusal:
    """A new site, or another name, time zone or phone of one. What was done there stays done there."""
    sites = {one.pk: one for one in Site.objects.select_for_update(no_key=True)}
    known = sites[site.pk] if site else Site(created_by=by)
    others = [one for one in sites.values() if one.pk != known.pk]
    if any(one.name.casefold() == said["name"].casefold() for one in others):
        return Refusal((Reason("name", _("belongs to another site."), _("Choose another name.")),))
    if not said.get("is_open", True) and not any(one.is_open for one in others):
        return Refusal((Reason("is_open", _("This is the last site in use."), _("Add another first.")),))
    for name, value in said.items():
        setattr(known, name, value)
    with audit.acting(by):
        known.save()
        Room.objects.first_or_made(known)
    return known


@transaction.atomic
def keep_room(*, site: Site, room: Room | None, name: str, is_open: bool, by: User) -> Room | Refusal:
    """A new room at a site, another name of one, or an end to its use."""
    Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    others = site.rooms.exclude(pk=room.pk) if room else site.rooms.all()
    if others.filter(name__iexact=name).exists():
        return Refusal((Reason("name", _("belongs to another room here."), _("Choose another name.")),))
    if not is_open and not others.filter(is_open=True).exists():
        return Refusal((Reason("is_open", _("This is the last room in use here."), _("Add another first.")),))
    if room and not is_open and _at_work(room):
        says = _("A session is open in it."), _("Finish and sign it first.")
        return Refusal((Reason("is_open", *says),))
    kept = room or Room(site=site, created_by=by)
    kept.name, kept.is_open = name, is_open
    with audit.acting(by):
        kept.save()
    return kept


def work_at(*, sign_in: SignIn, site: Site, by: User) -> None:
    """From now on they work at this site, until they sign out or choose another."""
    sign_in.site = site
    with audit.acting(by):
        sign_in.save(update_fields=["site"])


@transaction.atomic
def receive(*, patient: Patient, born_on: date | None, by: User, at: datetime) -> KnownAt | Refusal:
    """
    Somebody who was known elsewhere comes here: from now on this site reads and keeps their record too.

    That they are there is shown by their date of birth, which whoever receives them is told and cannot read.
    """
    if by.site is None:
        return Refusal((Reason("site", _("You work at no site now."), _("Choose one first.")),))
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    if known := patient.known_at.filter(site=by.site).first():
        return known
    if _wrong(patient, by, since=at - timedelta(hours=1)) >= WRONG_DAYS:
        says = _("A wrong day was given %(n)d times within the hour. Nothing was opened.") % {"n": WRONG_DAYS}
        return Refusal((Reason("born_on", says, _("Ask the medical director, or try in an hour.")),))
    if born_on != patient.details.born_on:
        audit.note("refused", patient, by=by, detail=NOT_BORN_THEN)
        says = _("This is not their date of birth. Nothing was opened.")
        return Refusal((Reason("born_on", says, _("Ask once more; is it the right person?")),))
    known = KnownAt(patient=patient, site=by.site, created_by=by, created_at=at)
    with audit.acting(by):
        known.save()
        audit.note("receive", patient, by=by)
    return known


def _wrong(patient: Patient, by: User, *, since: datetime) -> int:
    """How often this person gave a day on which that one was not born, as the log has it."""
    given = AuditLine.objects.filter(
        table_name=Patient._meta.db_table, row_id=audit.row_id(patient), action="refused",
        detail=NOT_BORN_THEN, actor=audit.label(by),
    )  # fmt: skip
    return given.filter(at__gte=since.astimezone(UTC).isoformat(timespec="microseconds")).count()


def _at_work(room: Room) -> bool:
    return Session.objects.filter(room=room).exclude(entries__kind="signed").exists()

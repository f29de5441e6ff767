"""Book a visit; say what came of it; move it to another time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from needlework.clinic import audit
from needlework.clinic.models.people import Patient, User
from needlework.clinic.models.visits import State, Visit, VisitEvent
from needlework.clinic.once import kept, sent_before, used
from needlework.records.why import Reason, Refusal


@transaction.atomic
def book(*, patient: Patient, once: UUID, by: User, at: datetime, **booked: Any) -> Visit | Refusal:
    """Somebody is expected at the site where whoever books works. The same form sent twice is one visit."""
    made = Visit(patient=patient, site=by.site, once=once, created_by=by, created_at=at, **booked)
    if (sent := sent_before(made)) is not None:
        return sent
    with audit.acting(by):
        made.save()
    return made


@transaction.atomic
def happened(*, visit: Visit, what: str, once: UUID, by: User, at: datetime) -> VisitEvent | Refusal:
    """One more thing happened to a visit, if it may follow on what happened last. Two at once are one."""
    if sent := kept(VisitEvent, once):
        return sent if (sent.visit_id, sent.what) == (visit.pk, what) else used()
    visit = _held(visit)
    if visit.state == what:  # somebody else was quicker
        return visit.events.filter(what=what).latest("id")
    if what == State.MOVED or what not in visit.next:
        return _not_now(visit)
    made = VisitEvent(visit=visit, what=what, once=once, created_by=by, created_at=at)
    with audit.acting(by):
        made.save()
    return made


@transaction.atomic
def move(*, visit: Visit, once: UUID, by: User, at: datetime, **booked: Any) -> Visit | Refusal:
    """The visit is at another time: a new one, and an event that names both."""
    if sent := kept(VisitEvent, once):
        to = sent.to if sent.visit_id == visit.pk else None
        return to if to and all(getattr(to, name) == said for name, said in booked.items()) else used()
    visit = _held(visit)
    if State.MOVED not in visit.next:
        return _not_now(visit)
    with audit.acting(by):
        made = Visit(patient=visit.patient, site=visit.site, created_by=by, created_at=at, **booked)
        made.save()
        VisitEvent(visit=visit, what=State.MOVED, to=made, once=once, created_by=by, created_at=at).save()
    return made


def _held(visit: Visit) -> Visit:
    return Visit.objects.select_for_update(no_key=True).get(pk=visit.pk)


def _not_now(visit: Visit) -> Refusal:
    words = _("is: %(word)s.") % {"word": visit.word}
    return Refusal((Reason(_("visit"), words, _("Look at it again.")),))

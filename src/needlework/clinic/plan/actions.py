"""Take a course as the protocol proposes it for somebody's goals."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from needlework.clinic.models.people import User
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.screening import Screening
from needlework.clinic.once import used
from needlework.loop import plan, screen
from needlework.protocol import load
from needlework.records import Goals, Reason, Refusal
from needlework.records import Plan as Course


def propose(*, screening: Screening, goals: Goals) -> Course | Refusal:
    """What the protocol proposes for the person who was screened. Nothing is saved."""
    person = screen.person(screening.as_answers())
    return person if isinstance(person, Refusal) else plan.propose(goals, person, load.default())


@transaction.atomic
def take(
    *,
    screening: Screening,
    goals: Goals,
    off_label_reason: str,
    once: UUID,
    by: User,
    at: datetime,
    replaces: Plan | None = None,
) -> Plan | Refusal:
    """Record the proposal as this person's plan. The same form sent twice is one plan."""
    if sent := Plan.objects.filter(once=once).first():
        return sent if sent.patient_id == screening.patient_id else used()
    proposed = propose(screening=screening, goals=goals)
    if isinstance(proposed, Refusal):
        return proposed
    if reasons := _against(proposed, screening, off_label_reason, replaces, by):
        return Refusal(tuple(reasons))
    taken = Plan.from_record(
        screening,
        proposed,
        replaces=replaces,
        off_label_reason=off_label_reason.strip() if proposed.off_label else "",
        once=once,
        created_by=by,
        created_at=at,
    )
    taken.save()
    return taken


def may_leave_label(by: User) -> bool:
    """Whether this person may plan outside a device's label; the protocol says which roles may."""
    return by.role in load.default().screen.overrides.label


def _against(
    proposed: Course, screening: Screening, off_label_reason: str, replaces: Plan | None, by: User
) -> list[Reason]:
    found = []
    if proposed.off_label and not may_leave_label(by):
        roles = ", ".join(load.default().screen.overrides.label)
        found.append(
            Reason("off_label_reason", f"may be given by: {roles}.", "Ask one of them to take this plan.")
        )
    elif proposed.off_label and not off_label_reason.strip():
        found.append(Reason("off_label_reason", "is empty.", "Say why this use is right outside the label."))
    if replaces and replaces.patient != screening.patient:
        found.append(Reason("replaces", "is another person's plan.", "Start from this person's page."))
    elif replaces and Plan.objects.filter(replaces=replaces).exists():
        found.append(
            Reason("replaces", "has been replaced already.", "Open the newest plan and change that.")
        )
    return found

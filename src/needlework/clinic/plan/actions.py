"""Take a course as the protocol proposes it for somebody's goals, or as a practitioner changes it."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import transaction

from needlework.clinic import current
from needlework.clinic.models.merging import Merge
from needlework.clinic.models.people import Patient, Role, User
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.screening import Screening
from needlework.clinic.once import kept, used
from needlework.loop import plan, screen
from needlework.records.plan import Alternative, Changes, Goals, Judged, Review, Weight
from needlework.records.plan import Plan as Course
from needlework.records.why import Reason, Refusal

LEADS = {
    "practitioner": {Role.PRACTITIONER, Role.PRESCRIBER, Role.MEDICAL_DIRECTOR},
    "prescriber": {Role.PRESCRIBER, Role.MEDICAL_DIRECTOR},
    "dermatologist": {Role.PRESCRIBER, Role.MEDICAL_DIRECTOR},
}
"""Who may take a course, by who must lead it; no role here says who is a dermatologist."""


def screening_of(patient: Patient) -> Screening | None:
    """
    The newest screening of this person, on which a plan stands.

    None where two charts were merged since: each may hold what the other was never asked.
    """
    newest = Screening.objects.filter(patient__in=patient.family).first()
    merged = Merge.about(patient).first()
    return None if newest and merged and newest.created_at < merged.created_at else newest


def propose(*, screening: Screening, goals: Goals) -> Course | Refusal:
    """What the protocol proposes for the person who was screened. Nothing is saved."""
    person = screen.person(screening.as_weighed())
    if isinstance(person, Refusal):
        return person
    return plan.propose(goals, person, current.protocol(), screening.as_verdict())


def review(*, proposed: Course, changes: Changes) -> Review:
    """What the depths that were asked for, and the changes of the proposal, need."""
    return plan.weigh(proposed, changes, current.protocol())


def compare(*, screening: Screening, goals: Goals) -> tuple[Alternative, ...]:
    """The same goals with every device; none while the screening does not say whom they are for."""
    person = screen.person(screening.as_weighed())
    if isinstance(person, Refusal):
        return ()
    return plan.compare(goals, person, current.protocol(), screening.as_verdict())


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
    changes: Changes | None = None,
    change_reason: str = "",
) -> Plan | Refusal:
    """Record the proposal, with its changes, as this person's plan. The same form sent twice is one plan."""
    sent = kept(Plan, once)
    if sent and sent.patient_id != screening.patient_id:
        return used()
    proposed = propose(screening=screening, goals=goals)
    if isinstance(proposed, Refusal):
        return used() if sent else proposed
    reviewed = review(proposed=proposed, changes=changes or Changes())
    if sent:  # under another edition the same form proposes otherwise, and is still the same form
        course = sent.as_record()
        return sent if reviewed.plan == course or course.edition != proposed.edition else used()
    if reasons := _against(reviewed, screening, off_label_reason, change_reason, replaces, by):
        return Refusal(tuple(reasons))
    assert reviewed.plan is not None, "a review without a refusal has a plan"
    taken = Plan.from_record(
        screening,
        reviewed.plan,
        replaces=replaces,
        off_label_reason=off_label_reason.strip() if reviewed.plan.off_label else "",
        changes=msgspec.to_builtins(reviewed.judged),
        change_reason=change_reason.strip() if reviewed.weight is Weight.REASON else "",
        once=once,
        created_by=by,
        created_at=at,
    )
    taken.save()
    return taken


def may_leave_label(by: User) -> bool:
    """Whether this person may plan outside a device's label; the protocol says which roles may."""
    return by.role in current.protocol().screen.overrides.label


def may_lead(course: Course, by: User) -> bool:
    """Whether this person may take a course that has to be led by somebody."""
    return by.role in LEADS[course.led_by]


def may_reason(one: Judged, by: User) -> bool:
    """Whether this person may give the reason that a change needs."""
    return not one.roles or by.role in one.roles


def _against(
    reviewed: Review,
    screening: Screening,
    off_label_reason: str,
    change_reason: str,
    replaces: Plan | None,
    by: User,
) -> list[Reason]:
    found = list(_against_changes(reviewed, change_reason, by))
    if reviewed.plan is not None:
        found += _against_course(reviewed.plan, off_label_reason, by)
    if replaces and replaces.patient_id not in screening.patient.family:
        found.append(Reason("replaces", "is another person's plan.", "Start from this person's page."))
    elif replaces and Plan.objects.filter(replaces=replaces).exists():
        found.append(
            Reason("replaces", "has been replaced already.", "Open the newest plan and change that.")
        )
    return found


def _against_changes(reviewed: Review, change_reason: str, by: User) -> Iterator[Reason]:
    for one in reviewed.judged:
        if one.weight is Weight.REFUSED:
            yield Reason(one.key, one.breaks, "Leave it as proposed.")
        elif one.weight is Weight.REASON and not may_reason(one, by):
            may = f"may be changed so by: {', '.join(one.roles)}."
            yield Reason(one.key, may, "Ask one of them to take this plan.")
    if reviewed.weight is Weight.REASON and not change_reason.strip():
        yield Reason("change_reason", "is empty.", "Say why these changes are right for this person.")


def _against_course(course: Course, off_label_reason: str, by: User) -> Iterator[Reason]:
    if not may_lead(course, by):
        led = f"has to be led by a {course.led_by}."
        yield Reason("course", led, "Ask a prescriber or the medical director to take this plan.")
    if course.off_label and not may_leave_label(by):
        roles = ", ".join(current.protocol().screen.overrides.label)
        yield Reason("off_label_reason", f"may be given by: {roles}.", "Ask one of them to take this plan.")
    elif course.off_label and not off_label_reason.strip():
        yield Reason("off_label_reason", "is empty.", "Say why this use is right outside the label.")

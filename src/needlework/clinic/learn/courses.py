"""The clinic's courses as the learning stage takes them."""

import uuid
from collections.abc import Iterator

from django.utils import timezone

from needlework.clinic import current
from needlework.clinic.models.photographs import Comparison
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.rights import Decision
from needlework.clinic.models.treatment import Session
from needlework.loop import treat
from needlework.protocol.schema.devices import Device
from needlework.records.learn import Course, Given, Seen
from needlework.records.plan import Plan as PlanRecord
from needlework.records.recover import Urgency

PSEUDONYM = uuid.UUID("8d1f7a55-2f0b-4d53-9a86-5a7d0c0f6a11")
"""Namespace of the names under which courses leave the clinic: the same course keeps its name, and the name
does not lead back to the person without the clinic's own database."""


def courses() -> Iterator[Course]:
    """Every plan with at least one signed session, oldest first; nothing of what is restricted or erased."""
    rows = (
        Plan.objects.exclude(pk__in=Decision.shut_anywhere(Plan))
        .order_by("created_at")
        .prefetch_related(
            "sessions__entries__created_by",
            "sessions__entries__late",
            "sessions__check_ins",
            "comparisons__after",
        )
    )
    shut = {*Decision.shut_anywhere(Comparison), *Decision.shut_anywhere(Session)}
    for row in rows.iterator(chunk_size=200):
        plan = row.as_record()
        sessions = [session for session in row.sessions.all() if session.pk not in shut]
        device = current.planned_device(plan) if sessions else None
        given = tuple(one for session in sessions if device and (one := _given(session, plan, device)))
        if given:
            yield Course(
                id=uuid.uuid5(PSEUDONYM, str(row.pk)).hex[:12],
                plan=plan,
                given=given,
                seen=tuple(
                    _seen(comparison) for comparison in row.comparisons.all() if comparison.pk not in shut
                ),
            )


def _given(session: Session, plan: PlanRecord, device: Device) -> Given | None:
    """What a signed session gave; None while it is not signed."""
    events = [entry.as_record() for entry in sorted(session.entries.all(), key=lambda entry: entry.number)]
    chart = treat.chart(events, plan)
    if chart.signed_at is None or chart.last_pass_at is None:
        return None
    urgencies = [Urgency(check_in.urgency) for check_in in session.check_ins.all()]
    return Given(
        on=timezone.localdate(chart.last_pass_at),
        doses=treat.doses(chart.passes, plan, device=device, late=chart.late),
        worst_urgency=max(urgencies, default=None),
    )


def _seen(comparison: Comparison) -> Seen:
    return Seen(on=comparison.after.taken_on, comparison=comparison.as_record())

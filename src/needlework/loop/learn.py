"""Learn: what next? Course → Lessons."""

from collections.abc import Iterable

from needlework.protocol.schema import Concern, Planning
from needlework.records import WHOLE, Change, Course, Lesson, Seen, Urgency, ZonePlan


def review(courses: Iterable[Course], knowledge: Planning) -> tuple[Lesson, ...]:
    """
    One row for each zone of each course and each measure that speaks of its concern.

    A zone that was not measured on its own is read from the whole skin area, and the row says so. Nothing is
    averaged, and a course without photographs keeps its row: what is missing stays visible.
    """
    concerns = {concern.id: concern for concern in knowledge.concern}
    return tuple(
        lesson
        for course in courses
        for zone in course.plan.zones
        if zone.concern in concerns
        and any(dose.zone == zone.zone for given in course.given for dose in given.doses)
        for lesson in _lessons(course, zone, concerns[zone.concern])
    )


def _lessons(course: Course, zone: ZonePlan, concern: Concern) -> Iterable[Lesson]:
    seen = latest(course)
    found = [_change(seen, zone.zone, measure) for measure in concern.measures] if seen else []
    changes: list[Change | None] = [change for change in found if change]
    for change in changes or [None]:
        yield _lesson(course, zone, concern, seen, change)


def latest(course: Course) -> Seen | None:
    """The last comparison that could be made."""
    able = [seen for seen in course.seen if seen.comparison.comparable]
    return max(able, key=lambda seen: seen.on, default=None)


def _change(seen: Seen, zone: str, measure: str) -> Change | None:
    """What was measured on this zone itself, else on the whole skin area."""
    by_zone = {change.zone: change for change in seen.comparison.changes if change.measure == measure}
    return by_zone.get(zone, by_zone.get(WHOLE))


def _lesson(
    course: Course, zone: ZonePlan, concern: Concern, seen: Seen | None, change: Change | None
) -> Lesson:
    doses = [(given.on, dose) for given in course.given for dose in given.doses if dose.zone == zone.zone]
    days = (seen.on - max(on for on, _ in doses)).days if seen and change else None
    return Lesson(
        course=course.id,
        zone=zone.zone,
        concern=concern.id,
        device=course.plan.device,
        skin_type=course.plan.person.skin_type,
        sessions=len(doses),
        deepest_mm=max(dose.deepest_mm for _, dose in doses),
        per_cm2=sum(dose.per_cm2 for _, dose in doses),
        measure=change.measure if change else "",
        measured_on=change.zone if change else "",
        days_since_last=days,
        too_early=days is not None and days < concern.judge_after_days,
        change=change,
        worst_urgency=_worst(course),
    )


def _worst(course: Course) -> Urgency | None:
    return max((given.worst_urgency for given in course.given if given.worst_urgency), default=None)

"""What the pages of a plan show of a course: zones with their walls, devices side by side, grounds."""

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from needlework.clinic.models.people import User
from needlework.clinic.models.screening import Screening
from needlework.clinic.plan import actions
from needlework.clinic.plan.changed import what
from needlework.loop import learn
from needlework.protocol.schema.devices import Device
from needlework.protocol.schema.protocol import Protocol
from needlework.records.plan import Alternative, Changes, Goals, Judged, Review, Wall, Weight, ZonePlan
from needlework.records.plan import Plan as Course
from needlework.records.why import Refusal

COARSE_STEP_MM = 0.05
LIMITS = "limits-"
"""How the ids of the notes begin that say what the evidence does not support."""


def proposal(
    screening: Screening, goals: Goals, changes: Changes, protocol: Protocol, *, by: User
) -> dict | Refusal:
    """Everything that the page shows of a proposal and of its changes, or why there is none."""
    proposed = actions.propose(screening=screening, goals=goals)
    if isinstance(proposed, Refusal):
        return proposed
    reviewed = actions.review(proposed=proposed, changes=changes)
    course = reviewed.plan or proposed
    plain = actions.propose(screening=screening, goals=replace(goals, depth_mm={}, area_cm2={}))
    was = {zone.zone: zone for zone in plain.zones} if isinstance(plain, Course) else {}
    names = {zone.zone: zone.name for zone in proposed.zones}
    return {
        "course": course,
        "rows": [_row(zone, was.get(zone.zone), changes, course, protocol) for zone in course.zones],
        "typed_sessions": course.sessions if changes.sessions is None else changes.sessions,
        "typed_interval": course.interval_days if changes.interval_days is None else changes.interval_days,
        "was_sessions": proposed.sessions,
        "was_interval": proposed.interval_days,
        "judged": [judged(one, names, by) for one in reviewed.judged],
        "needs_reason": reviewed.weight is Weight.REASON,
        "alternatives": [
            _alternative(one, goals.device) for one in actions.compare(screening=screening, goals=goals)
        ],
        "grounds": _grounds(course, protocol),
        "may_lead": actions.may_lead(course, by),
        "may_take": _may_take(reviewed, by),
        **noted(course),
    }


def _may_take(reviewed: Review, by: User) -> bool:
    """Whether the button is any use to this person; what is still to be written they can write."""
    if reviewed.plan is None or any(not actions.may_reason(one, by) for one in reviewed.judged):
        return False
    off_label = bool(reviewed.plan.off_label)
    return actions.may_lead(reviewed.plan, by) and (actions.may_leave_label(by) or not off_label)


def noted(course: Course) -> dict:
    """The notes of a course, apart from what says how little is known."""
    return {
        "limits": [note for note in course.notes if note.id.startswith(LIMITS)],
        "notes": [note for note in course.notes if not note.general and not note.id.startswith(LIMITS)],
        "general": [note for note in course.notes if note.general],
    }


def _row(zone: ZonePlan, was: ZonePlan | None, changes: Changes, course: Course, protocol: Protocol) -> dict:
    """One zone with its wall, as the depth stepper takes it, and its other numbers."""
    device = _device(course.device, protocol)
    lowest = zone.walls[0]
    return {
        "zone": zone,
        "field_name": f"depth-{zone.zone}",
        "value": zone.set_depth_mm,
        "was": was,
        "passes": changes.passes.get(zone.zone, zone.passes),
        "step": device.step_mm if device and device.step_mm else COARSE_STEP_MM,
        "minimum": device.shallowest_mm if device else 0,
        "limit": lowest.limit_mm,
        "limit_says": f"{lowest.name}: {lowest.says}",
        "unit": "mm",
        "label": _("Set depth, %(zone)s") % {"zone": zone.name},
        "skin_mm": zone.skin_mm,
        "walls": [_wall(wall, zone.zone, protocol) for wall in zone.walls],
        "skin": _skin(zone.zone, protocol),
    }


def _wall(wall: Wall, zone: str, protocol: Protocol) -> dict:
    """A wall with its sources; where sources disagree about the zone, with what each side says."""
    known = next((one for one in protocol.zones.zone if one.id == zone), None)
    ours = known if wall.name == "zone" else None
    return {
        "name": wall.name,
        "limit_mm": wall.limit_mm,
        "says": wall.says,
        "sources": wall.sources,
        "positions": ours.position if ours else (),
        "choice": ours.choice if ours else "",
    }


def _skin(zone: str, protocol: Protocol) -> dict:
    """Who measured the skin of a zone, and where they disagree."""
    known = next((one for one in protocol.zones.zone if one.id == zone), None)
    return {
        "sources": known.thickness_sources if known else (),
        "positions": known.thickness_position if known else (),
        "choice": known.thickness_choice if known else "",
    }


def judged(one: Judged, names: Mapping[str, str], by: User) -> dict:
    """One change as a line: what it is, what it was, and what it needs of whom."""
    return {
        "what": what(one.key, names),
        "before": one.before,
        "after": one.after,
        "weight": one.weight.word,
        "breaks": one.breaks,
        "sources": one.sources,
        "roles": () if actions.may_reason(one, by) else one.roles,
    }


def _alternative(one: Alternative, chosen: str) -> dict:
    """One device as a line of the table."""
    course = one.plan
    return {
        "device": one.device,
        "name": one.device_name,
        "chosen": one.device == chosen,
        "cleared": one.cleared,
        "course": course,
        "needling_min": course.minutes.needling if course else None,
        "doses": _range([zone.target_per_cm2 for zone in course.zones]) if course else None,
        "reasons": one.reasons,
    }


def _range(numbers: list[float | None]) -> tuple[float, float] | None:
    """The least and the most; None where one of them is not known."""
    known = [number for number in numbers if number is not None]
    return (min(known), max(known)) if len(known) == len(numbers) else None


def _grounds(course: Course, protocol: Protocol) -> list[dict]:
    """How well each concern is known, what trials let expect, and what sources say of its course."""
    words = {
        "trials": _("trials of needling alone"),
        "weak": _("weak evidence"),
        "adjunct": _("only beside another treatment"),
        "none": _("no trial"),
    }
    return [
        {
            "concern": one,
            "known": words.get(one.support, one.support),
            "forecast": learn.forecast(one.id, protocol),
        }
        for id_ in course.concerns
        for one in protocol.plan.concern
        if one.id == id_
    ]


def _device(id_: str, protocol: Protocol) -> Device | None:
    return next((device for device in protocol.devices.device if device.id == id_), None)

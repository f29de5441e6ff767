"""Two plans side by side: two that were taken, or one and the same goals with another device."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from needlework.clinic import access, current
from needlework.clinic.models.people import Patient
from needlework.clinic.models.planning import Plan
from needlework.clinic.plan import actions
from needlework.clinic.plan.compared import compared, reasons
from needlework.clinic.templatetags.format import day, moment
from needlework.clinic.thread import about
from needlework.loop import plan as stage
from needlework.records.plan import Plan as Course
from needlework.records.why import Refusal

DEVICE = "device:"
"""Before what stands beside a plan where that is the same goals with another device."""
MOST_PLANS = 50
"""Of one person, newest first, to choose from."""
TEMPLATE = "clinic/plan/compare.html"


@require_http_methods(["GET"])
@access.needs("patient.record")
def plan_compare(request: access.Request, plan: UUID) -> HttpResponse:
    """This plan and another of the same person; the older one stands first."""
    found = access.get(request, Plan, plan)
    others = list(found.patient.plans.exclude(pk=found.pk).select_related("created_by")[:MOST_PLANS])
    chosen = request.GET.get("with") or _obvious(found, others)
    context = {
        **about(found.patient, here="plan", on=timezone.localdate()),
        "plan": found,
        "choices": _choices(found, others),
        "with": chosen,
        **_beside(request, found, chosen),
    }
    return TemplateResponse(request, TEMPLATE, context)


def in_editor(
    request: access.Request,
    person: Patient,
    first: Course,
    second: Course | Refusal,
    kept: list[tuple[str, str]],
) -> HttpResponse:
    """A proposal beside the same goals with another device; either is gone on with. Nothing is saved."""
    context = {
        **about(person, here="plan", on=timezone.localdate()),
        "kept": [*kept, ("device", first.device)],
    }
    if isinstance(second, Refusal):
        return TemplateResponse(request, TEMPLATE, {**context, "refused": second.reasons})
    sides = [
        {
            "title": course.device_name,
            "under": _("not taken yet"),
            "reasons": [],
            "kept": [*kept, ("device", course.device)],
        }
        for course in (first, second)
    ]
    return TemplateResponse(request, TEMPLATE, {**context, **_shown(first, second, sides)})


def _obvious(plan: Plan, others: list[Plan]) -> str:
    """What is most likely meant where nothing was said: what it replaced, else the newest other one."""
    if plan.replaces_id:
        return str(plan.replaces_id)
    return str(others[0].pk) if others else ""


def _choices(plan: Plan, others: list[Plan]) -> list[dict[str, Any]]:
    course = plan.as_record()
    devices = [one for one in current.protocol().devices.device if one.id != course.device]
    groups = [
        (_("Other plans"), [(str(one.pk), _named(one)) for one in others]),
        (_("The same goals, with"), [(f"{DEVICE}{one.id}", one.name) for one in devices]),
    ]
    return [{"name": name, "options": options} for name, options in groups if options]


def _named(plan: Plan) -> str:
    by = plan.created_by.full_name if plan.created_by else ""
    return f"{moment(plan.created_at)}, {by}" if by else moment(plan.created_at)


def _beside(request: access.Request, plan: Plan, chosen: str) -> dict[str, Any]:
    if not chosen:
        return {"sides": ()}
    if chosen.startswith(DEVICE):
        return _with_device(plan, chosen.removeprefix(DEVICE))
    other = access.get(request, Plan.objects.select_related("created_by"), chosen)
    if other.patient_id != plan.patient_id:
        raise Http404(_("There is no such page."))
    pair = sorted((plan, other), key=lambda one: (one.created_at, one.pk))
    courses = [one.as_record() for one in pair]
    order = _("the first, of %(when)s"), _("the second, of %(when)s")
    write = moment if day(pair[0].created_at) == day(pair[1].created_at) else day
    sides = [
        {
            "title": words % {"when": write(one.created_at)},
            "under": _named(one),
            "url": one.pk,
            "reasons": reasons(one, course),
        }
        for one, course, words in zip(pair, courses, order, strict=True)
    ]
    return _shown(courses[0], courses[1], sides)


def _with_device(plan: Plan, device: str) -> dict[str, Any]:
    """What the edition in force would propose for the goals of a plan with another device."""
    course, protocol = plan.as_record(), current.protocol()
    known = {one.id: one.name for one in protocol.devices.device}
    if device not in known:
        raise Http404(_("There is no such page."))
    goals = stage.goals(course, current.planned(course))
    other = actions.propose(screening=plan.screening, goals=replace(goals, device=device))
    if isinstance(other, Refusal):
        return {"refused": other.reasons, "sides": ()}
    sides: list[dict[str, Any]] = [
        {
            "title": course.device_name,
            "under": _named(plan),
            "url": plan.pk,
            "reasons": reasons(plan, course),
        },
        {"title": other.device_name, "under": _("as it would be proposed now"), "url": "", "reasons": []},
    ]
    return _shown(course, other, sides)


def _shown(first: Course, second: Course, sides: list[dict[str, Any]]) -> dict[str, Any]:
    found = compared(first, second, current.protocol())
    groups = [{"name": _("The course"), "only": "", "rows": found["course_rows"]}, *found["zone_rows"]]
    return {**found, "sides": sides, "groups": groups}

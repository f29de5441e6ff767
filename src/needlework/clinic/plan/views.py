"""Plan: the zone map as the main control, the walls, and the course that follows."""

from collections.abc import Collection
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from uuid_utils.compat import uuid7

from needlework.clinic import access, once
from needlework.clinic.models.planning import Plan
from needlework.clinic.plan import actions
from needlework.clinic.plan.forms import GoalsForm
from needlework.clinic.thread import about
from needlework.protocol import load
from needlework.protocol.schema import Device, Protocol
from needlework.records import Plan as Course
from needlework.records import Refusal, ZonePlan


@require_http_methods(["GET", "POST"])
@access.needs("plan.make")
def plan_new(request: access.Request, patient: UUID) -> HttpResponse:
    """The editor: each change of the goals proposes anew, and one button takes the proposal."""
    person = access.patient(request, patient)
    screening = person.screenings.first()
    if screening is None:
        messages.info(request, _("A plan stands on a screening. Ask the questions first."))
        return redirect("screen", patient=person.pk)
    protocol, today = load.default(), timezone.localdate()
    replaces = _replaced(request, person)
    form = GoalsForm(protocol, data=request.POST or None, initial=_start(replaces, protocol))
    taking = request.POST.get("step") == "take"
    proposed: Course | Refusal | None = None
    if form.is_bound and form.is_valid():
        goals = form.goals(place=request.user.place)
        proposed = actions.propose(screening=screening, goals=goals)
        if taking:
            taken = actions.take(
                screening=screening, goals=goals, off_label_reason=form.cleaned_data["off_label_reason"],
                once=form.cleaned_data["once"], replaces=replaces, by=request.user, at=timezone.now(),
            )  # fmt: skip
            if not isinstance(taken, Refusal):
                return redirect("plan", plan=taken.pk)
            once.refused(form, taken)
        elif isinstance(proposed, Refusal):
            once.refused(form, proposed)
    elif replaces:
        proposed = replaces.as_record()
    course = proposed if isinstance(proposed, Course) else None
    context = {
        **about(person, here="plan", on=today),
        "form": form,
        "course": course,
        "rows": [_row(zone, course, protocol) for zone in course.zones] if course else [],
        "zones": _choices(form, course, protocol),
        "excluded": protocol.zones.excluded,
        "replaces": replaces,
        "may_leave_label": actions.may_leave_label(request.user),
        "bars": screening.bars(on=today),
    }
    failed = taking or (form.is_bound and not form.is_valid() and not request.htmx)
    return TemplateResponse(request, "clinic/plan/editor.html", context, status=422 if failed else 200)


@require_http_methods(["GET"])
@access.needs("patient.record")
def plan(request: access.Request, plan: UUID) -> HttpResponse:
    """A plan as it was taken, and the sessions that came of it."""
    found = access.get(request, Plan, plan)
    course, protocol, today = found.as_record(), load.default(), timezone.localdate()
    sessions = list(found.sessions.order_by("number").prefetch_related("entries"))
    context = {
        **about(found.patient, here="plan", on=today),
        "plan": found,
        "course": course,
        "rows": [_row(zone, course, protocol) for zone in course.zones],
        "zones": _shown(course, protocol),
        "excluded": protocol.zones.excluded,
        "sessions": sessions,
        "bars": found.screening.bars(on=today),
        "newer": Plan.objects.filter(replaces=found).first(),
        "once": uuid7(),
    }
    return TemplateResponse(request, "clinic/plan/plan.html", context)


def _replaced(request: access.Request, person) -> Plan | None:
    """The plan that this one is to replace, named in the address."""
    named = request.GET.get("replaces")
    if not named:
        return None
    found = access.get(request, Plan, named)
    if found.patient != person:
        raise Http404
    return found


def _start(replaces: Plan | None, protocol: Protocol) -> dict:
    """What the form shows before anything is chosen: the plan that is changed, or the first device."""
    if replaces is None:
        return {"once": uuid7(), "device": protocol.devices.device[0].id}
    course = replaces.as_record()
    return {
        "once": uuid7(),
        "device": course.device,
        "concerns": list(course.concerns),
        "zones": [zone.zone for zone in course.zones],
    }


def _row(zone: ZonePlan, course: Course, protocol: Protocol) -> dict:
    """One zone with its wall, as the depth stepper takes it."""
    device = _device(course.device, protocol)
    lowest = zone.walls[0]
    return {
        "zone": zone,
        "field_name": f"depth-{zone.zone}",
        "area_name": f"area-{zone.zone}",
        "value": zone.set_depth_mm,
        "step": device.step_mm if device and device.step_mm else 0.05,
        "minimum": device.range_mm[0] if device else 0,
        "limit": lowest.limit_mm,
        "limit_says": f"{lowest.name}: {lowest.says}",
        "unit": "mm",
        "label": _("Set depth, %(zone)s") % {"zone": zone.name},
        "skin_mm": zone.skin_mm,
    }


def _device(id_: str, protocol: Protocol) -> Device | None:
    return next((device for device in protocol.devices.device if device.id == id_), None)


def _choices(form: GoalsForm, course: Course | None, protocol: Protocol) -> list[dict]:
    """The zones of the map while they are being chosen, each with the depth proposed for it."""
    return _map(course, protocol, marked=form["zones"].value() or [], state="selected")


def _shown(course: Course, protocol: Protocol) -> list[dict]:
    """The zones of the map once they are planned."""
    return _map(course, protocol, marked=[zone.zone for zone in course.zones], state="planned")


def _map(course: Course | None, protocol: Protocol, *, marked: Collection[str], state: str) -> list[dict]:
    """Every zone as the map takes it; those that are marked in this state, with their depth."""
    depths = {zone.zone: zone.set_depth_mm for zone in course.zones} if course else {}
    return [
        {
            "id": zone.id,
            "name": zone.name,
            "short": zone.name.split(",")[0],
            "state": state if zone.id in marked else "none",
            "value": f"{depths[zone.id]:g} mm" if zone.id in depths else "",
            "fill": None,
            "reason": "",
        }
        for zone in protocol.zones.zone
    ]

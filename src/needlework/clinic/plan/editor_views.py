"""The editor of a plan: the zone map as the main control, the walls, and the course that follows."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from uuid_utils.compat import uuid7

from needlework.clinic import access, current, once, spared
from needlework.clinic.models.merging import Merge
from needlework.clinic.models.people import Patient
from needlework.clinic.models.planning import Plan
from needlework.clinic.plan import actions, compare_views, on_map, shown
from needlework.clinic.plan.forms import GoalsForm
from needlework.clinic.thread import about
from needlework.loop import plan as stage
from needlework.protocol.schema.protocol import Protocol
from needlework.records.plan import Changes, Goals
from needlework.records.why import Refusal


@require_http_methods(["GET", "POST"])
@access.needs("plan.make")
def plan_new(request: access.Request, patient: UUID) -> HttpResponse:
    """The editor: each change of the goals proposes anew, and one button takes the proposal."""
    person = access.patient(request, patient)
    screening = actions.screening_of(person)
    if screening is None:
        messages.info(request, _asked_for(person))
        return redirect("screen", patient=person.survivor.pk)
    protocol, today = current.protocol(), timezone.localdate()
    replaces = _replaced(request, person)
    form = GoalsForm(protocol, data=request.POST or None, initial=_start(replaces, protocol))
    taking = request.POST.get("step") == "take"
    wanted = _wanted(form, replaces, request.user.place, protocol)
    found = shown.proposal(screening, *wanted, protocol, by=request.user) if wanted else None
    if wanted and taking:
        goals, changes = wanted
        taken = actions.take(
            screening=screening, goals=goals, changes=changes, once=form.cleaned_data["once"],
            off_label_reason=form.cleaned_data["off_label_reason"],
            change_reason=form.cleaned_data["change_reason"],
            replaces=replaces, by=request.user, at=timezone.now(),
        )  # fmt: skip
        if not isinstance(taken, Refusal):
            return redirect("plan", plan=taken.pk)
        once.refused(form, taken)
    elif isinstance(found, Refusal) and form.is_bound:
        once.refused(form, found)
    proposal = found if isinstance(found, dict) else None
    if wanted and proposal and (other := _other_device(request)):
        second = actions.propose(screening=screening, goals=replace(wanted[0], device=other))
        return compare_views.in_editor(request, person, proposal["course"], second, _kept(request))
    chosen = tuple(form["zones"].value() or ())
    context = {
        **about(person, here="plan", on=today),
        **(proposal or {"course": None}),
        "form": form,
        "marks": spared.shown(person, on=today),
        "zones": on_map.choices(chosen, proposal, screening.as_verdict(), protocol),
        "excluded": protocol.zones.excluded,
        "replaces": replaces,
        "refused": found.reasons if isinstance(found, Refusal) and not form.is_bound else (),
        "may_leave_label": actions.may_leave_label(request.user),
        "bars": screening.bars(on=today, zones=chosen),
    }
    failed = taking or (form.is_bound and not form.is_valid() and not request.htmx)
    return TemplateResponse(request, "clinic/plan/editor.html", context, status=422 if failed else 200)


# ── what is asked for ────────────────────────────────────────────────────────────────────────────────


def _asked_for(person: Patient) -> str:
    if Merge.about(person).exists():
        return _("Two charts were merged since the last screening: read both, and screen again.")
    return _("A plan stands on a screening. Ask the questions first.")


def _replaced(request: access.Request, person: Patient) -> Plan | None:
    """The plan that this one is to replace, named in the address."""
    named = request.GET.get("replaces")
    if not named:
        return None
    found = access.get(request, Plan, named)
    if found.patient_id not in person.family:
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


def _wanted(
    form: GoalsForm, replaces: Plan | None, place: str, protocol: Protocol
) -> tuple[Goals, Changes] | None:
    """The goals and changes of the form; before it was sent, those of the plan that is to be replaced."""
    if form.is_bound:
        return (form.goals(place=place), form.changes()) if form.is_valid() else None
    if replaces is None:
        return None
    course = replaces.as_record()
    goals = replace(stage.goals(course, protocol), place=place)
    if course.edition != protocol.edition.mark:  # its passes and intervals were another edition's proposal
        return goals, Changes()
    passes = {zone.zone: zone.passes for zone in course.zones}
    return goals, Changes(passes=passes, sessions=course.sessions, interval_days=course.interval_days)


def _other_device(request: access.Request) -> str:
    """The device with which the proposal is to be compared; empty where it is not."""
    step, _colon, device = request.POST.get("step", "").partition(":")
    return device if step == "compare" else ""


def _kept(request: access.Request) -> list[tuple[str, str]]:
    """What the form held, to go on with from another page."""
    left = {"csrfmiddlewaretoken", "step", "device"}
    return [(name, one) for name, many in request.POST.lists() if name not in left for one in many]

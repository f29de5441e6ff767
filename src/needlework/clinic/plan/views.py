"""Plan: the zone map as the main control, the walls, and the course that follows."""

from collections.abc import Collection, Mapping
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

from needlework.clinic import access, audit, consented, current, once, spared
from needlework.clinic.models.merging import Merge
from needlework.clinic.models.people import Patient, User
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.screening import Screening
from needlework.clinic.plan import actions, compare_views, printed
from needlework.clinic.plan.changed import what
from needlework.clinic.plan.forms import GoalsForm
from needlework.clinic.thread import about, who
from needlework.exchange import plansheet
from needlework.loop import learn
from needlework.loop import plan as stage
from needlework.protocol.schema.devices import Device
from needlework.protocol.schema.protocol import Protocol
from needlework.records.plan import Alternative, Changes, Goals, Judged, Review, Wall, Weight, ZonePlan
from needlework.records.plan import Plan as Course
from needlework.records.screen import Outcome, Verdict
from needlework.records.why import Refusal

COARSE_STEP_MM = 0.05
LIMITS = "limits-"
"""How the ids of the notes begin that say what the evidence does not support."""


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
    shown = _proposed(screening, *wanted, protocol, by=request.user) if wanted else None
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
    elif isinstance(shown, Refusal) and form.is_bound:
        once.refused(form, shown)
    proposal = shown if isinstance(shown, dict) else None
    if wanted and proposal and (other := _other_device(request)):
        second = actions.propose(screening=screening, goals=replace(wanted[0], device=other))
        return compare_views.in_editor(request, person, proposal["course"], second, _kept(request))
    chosen = tuple(form["zones"].value() or ())
    context = {
        **about(person, here="plan", on=today),
        **(proposal or {"course": None}),
        "form": form,
        "marks": spared.shown(person, on=today),
        "zones": _choices(chosen, proposal, screening.as_verdict(), protocol),
        "excluded": protocol.zones.excluded,
        "replaces": replaces,
        "refused": shown.reasons if isinstance(shown, Refusal) and not form.is_bound else (),
        "may_leave_label": actions.may_leave_label(request.user),
        "bars": screening.bars(on=today, zones=chosen),
    }
    failed = taking or (form.is_bound and not form.is_valid() and not request.htmx)
    return TemplateResponse(request, "clinic/plan/editor.html", context, status=422 if failed else 200)


@require_http_methods(["GET"])
@access.needs("patient.record")
def plan(request: access.Request, plan: UUID) -> HttpResponse:
    """A plan as it was taken, and the sessions that came of it."""
    found = access.get(request, Plan, plan)
    course, protocol, today = found.as_record(), current.protocol(), timezone.localdate()
    names = {zone.id: zone.name for zone in protocol.zones.zone}
    sessions = list(found.sessions.order_by("number").prefetch_related("entries"))
    context = {
        **about(found.patient, here="plan", on=today),
        **_noted(course),
        "plan": found,
        "course": course,
        "rows": [{"zone": zone} for zone in course.zones],
        "zone_notes": [{"zone": zone.name, "says": says} for zone in course.zones for says in zone.notes],
        "zones": _shown(course, protocol),
        "marks": spared.shown(found.patient, on=today),
        "excluded": protocol.zones.excluded,
        "sessions": sessions,
        "bars": found.screening.bars(on=today, zones=[zone.zone for zone in course.zones]),
        "judged": [_judged(one, names, request.user) for one in found.judged()],
        "newer": Plan.objects.filter(replaces=found).first(),
        **_consent(found),
        "once": uuid7(),
    }
    return TemplateResponse(request, "clinic/plan/plan.html", context)


@require_http_methods(["GET"])
@access.needs("plan.print")
def plan_print(request: access.Request, plan: UUID) -> HttpResponse:
    """The plan as it is printed, to hand out."""
    found = access.get(request, Plan, plan)
    context = {
        **who(found.patient, on=timezone.localdate()),
        "person": None,  # the paper names them itself
        "plan": found,
        "paper": _paper(found),
        "marks": spared.shown(found.patient, on=timezone.localdate()),
        "zones": _shown(found.as_record(), current.protocol()),
    }
    return TemplateResponse(request, "clinic/plan/print.html", context)


@require_http_methods(["GET"])
@access.needs("plan.print")
def plan_pdf(request: access.Request, plan: UUID) -> HttpResponse:
    """The same as a file, made anew each time, from the same record the same."""
    found = access.get(request, Plan, plan)
    made = plansheet.write(_paper(found))
    if isinstance(made, Refusal):
        messages.error(request, " ".join(f"{one.key} {one.problem} {one.do}" for one in made.reasons))
        return redirect("plan-print", plan=found.pk)
    audit.note("export", found, detail="plan.pdf")
    answer = HttpResponse(made, content_type="application/pdf")
    name = f"plan-{found.patient.number}-{timezone.localdate(found.created_at)}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _paper(plan: Plan) -> plansheet.Paper:
    zones = [zone.zone for zone in plan.as_record().zones]
    bars = plan.screening.bars(on=timezone.localdate(), zones=zones)
    return printed.paper(plan, newer=Plan.objects.filter(replaces=plan).first(), bars=bars)


def _consent(plan: Plan) -> dict:
    """Where the consent to it stands; without one no session starts."""
    now = consented.standing(plan)
    waiting = bool(now.waits and now.text and now.text.may_sign_from > timezone.now())
    return {"now": now, "waiting": waiting}


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


# ── what is shown ────────────────────────────────────────────────────────────────────────────────────


def _proposed(
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
        "judged": [_judged(one, names, by) for one in reviewed.judged],
        "needs_reason": reviewed.weight is Weight.REASON,
        "alternatives": [
            _alternative(one, goals.device) for one in actions.compare(screening=screening, goals=goals)
        ],
        "grounds": _grounds(course, protocol),
        "may_lead": actions.may_lead(course, by),
        "may_take": _may_take(reviewed, by),
        **_noted(course),
    }


def _may_take(reviewed: Review, by: User) -> bool:
    """Whether the button is any use to this person; what is still to be written they can write."""
    if reviewed.plan is None or any(not actions.may_reason(one, by) for one in reviewed.judged):
        return False
    off_label = bool(reviewed.plan.off_label)
    return actions.may_lead(reviewed.plan, by) and (actions.may_leave_label(by) or not off_label)


def _noted(course: Course) -> dict:
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


def _judged(one: Judged, names: Mapping[str, str], by: User) -> dict:
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


# ── the map ──────────────────────────────────────────────────────────────────────────────────────────


def _choices(
    chosen: tuple[str, ...], proposal: dict | None, verdict: Verdict, protocol: Protocol
) -> list[dict]:
    """The zones while they are being chosen: those that were asked about, each with its proposed depth."""
    shut = {zone.id: _shut(zone.id, verdict) for zone in protocol.zones.zone}
    course = proposal["course"] if proposal else None
    return _map(course, protocol, marked=chosen, state="selected", shut=shut)


def _shut(zone: str, verdict: Verdict) -> str:
    """Why a zone cannot be chosen; empty where it can."""
    if verdict.zones and zone not in verdict.zones:
        return _("not screened")
    barring = (one.say for one in verdict.speaking_of(zone) if one.outcome is Outcome.ABSOLUTE)
    return next(barring, "")


def _shown(course: Course, protocol: Protocol) -> list[dict]:
    """The zones of the map once they are planned."""
    return _map(course, protocol, marked=[zone.zone for zone in course.zones], state="planned", shut={})


def _map(
    course: Course | None,
    protocol: Protocol,
    *,
    marked: Collection[str],
    state: str,
    shut: Mapping[str, str],
) -> list[dict]:
    """Every zone as the map takes it; those that are marked in this state, with their depth."""
    depths = {zone.zone: zone.set_depth_mm for zone in course.zones} if course else {}
    return [
        {
            "id": zone.id,
            "name": zone.name,
            "state": "closed" if shut.get(zone.id) else state if zone.id in marked else "none",
            "value": f"{depths[zone.id]:g} mm" if zone.id in depths else "",
            "fill": None,
            "reason": shut.get(zone.id, ""),
        }
        for zone in protocol.zones.zone
    ]

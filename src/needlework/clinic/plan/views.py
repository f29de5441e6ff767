"""A plan as it was taken: its page, and the paper of it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from uuid_utils.compat import uuid7

from needlework.clinic import access, audit, consented, current, spared
from needlework.clinic.models.planning import Plan
from needlework.clinic.plan import on_map, printed, shown
from needlework.clinic.thread import about, who
from needlework.exchange import plansheet
from needlework.records.why import Refusal


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
        **shown.noted(course),
        "plan": found,
        "course": course,
        "rows": [{"zone": zone} for zone in course.zones],
        "zone_notes": [{"zone": zone.name, "says": says} for zone in course.zones for says in zone.notes],
        "zones": on_map.planned(course, protocol),
        "marks": spared.shown(found.patient, on=today),
        "excluded": protocol.zones.excluded,
        "sessions": sessions,
        "bars": found.screening.bars(on=today, zones=[zone.zone for zone in course.zones]),
        "judged": [shown.judged(one, names, request.user) for one in found.judged()],
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
        "zones": on_map.planned(found.as_record(), current.protocol()),
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

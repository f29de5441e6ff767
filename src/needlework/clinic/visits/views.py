"""The visits of a day; one visit with what came of it; booking one."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from needlework.clinic import access, once, permissions
from needlework.clinic.models.people import Patient
from needlework.clinic.models.visits import State, Visit, clashes
from needlework.clinic.thread import about, who
from needlework.clinic.visits import actions
from needlework.clinic.visits.forms import VisitForm
from needlework.records.why import Refusal

MOST = 200


@require_http_methods(["GET"])
@access.needs("today")
def visits(request: access.Request) -> HttpResponse:
    """Who is expected on a day; today where none is named."""
    day = _day(request.GET.get("day", ""))
    rows = access.listed(request, "visits", Visit.objects.of(day, site=request.user.site)[:MOST])
    context = {
        "day": day, "today": timezone.localdate(), "visits": rows, "clashing": clashes(rows),
        "before": day - timedelta(days=1), "after": day + timedelta(days=1), "back": request.get_full_path(),
    }  # fmt: skip
    return TemplateResponse(request, "clinic/visits/visits.html", context)


@require_http_methods(["GET", "POST"])
@access.needs("visits.keep")
def visit_new(request: access.Request, patient: UUID) -> HttpResponse:
    """Book a visit for somebody."""
    person, today = access.patient(request, patient), timezone.localdate()
    form = VisitForm(request.POST or None, site=request.user.site, on=today)
    if form.is_bound and form.is_valid():
        made = actions.book(
            patient=person,
            once=form.cleaned_data["once"],
            by=request.user,
            at=timezone.now(),
            **form.booked(),
        )
        if not isinstance(made, Refusal):
            return redirect(_to(made))
        once.refused(form, made)
    context = {**_head(request, person, on=today), "form": form}
    return TemplateResponse(request, "clinic/visits/form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@access.needs("visits.keep")
def visit(request: access.Request, visit: UUID) -> HttpResponse:
    """One visit: what happened to it, what happens now, and moving it."""
    rows = Visit.objects.select_related("patient", "room", "practitioner", "site").prefetch_related(
        "patient__versions"
    )
    found, today = access.get(request, rows, visit), timezone.localdate()
    doing = request.POST.get("do", "")
    moving = request.method == "POST" and doing == State.MOVED
    form = VisitForm(request.POST if moving else None, site=found.site, on=today, like=found)
    refusal: Refusal | None = None
    if moving and form.is_valid():
        made = actions.move(
            visit=found, once=form.cleaned_data["once"], by=request.user, at=timezone.now(), **form.booked()
        )
        if not isinstance(made, Refusal):
            messages.success(request, _("Moved."))
            return redirect(_to(made))
        refusal = made
    elif request.method == "POST" and not moving:
        said = actions.happened(
            visit=found, what=doing, once=once.of(request), by=request.user, at=timezone.now()
        )
        if not isinstance(said, Refusal):
            return redirect(_back(request, found))
        refusal = said
    context = {
        **_head(request, found.patient, on=today), "visit": found, "form": form,
        "refusal": refusal, "moving": moving, "events": found.events.select_related("created_by", "to"),
    }  # fmt: skip
    return TemplateResponse(
        request, "clinic/visits/visit.html", context, status=422 if request.method == "POST" else 200
    )


def _head(request: access.Request, person: Patient, *, on: date) -> dict[str, Any]:
    """Who they are; to those who treat, what to mind as well."""
    return (
        about(person, here="", on=on)
        if permissions.may(request.user, "patient.record")
        else who(person, on=on)
    )


def _day(text: str) -> date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    return day if day and 1900 < day.year < 3000 else timezone.localdate()


def _to(made: Visit) -> str:
    return f"{reverse('visits')}?day={timezone.localdate(made.starts_at)}"


def _back(request: access.Request, found: Visit) -> str:
    back = request.POST.get("back", "")
    ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if ours else _to(found)

"""Break-glass: a record opened in an emergency, and the director's notice of it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from needlework.clinic import access, once, permissions, whose
from needlework.clinic.emergency import actions
from needlework.clinic.emergency.forms import NoteForm, ReasonForm
from needlework.clinic.models.emergency import LASTS, EmergencyAccess
from needlework.records.why import Refusal

A_PAGE = 100


@require_http_methods(["GET", "POST"])
@access.needs("emergency.open")
def emergency_open(request: access.Request, patient: UUID) -> HttpResponse:
    """Open somebody's record in an emergency, with the reason."""
    person = access.whoever(request, patient)
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        opened = actions.open_record(patient=person, by=request.user, at=timezone.now(), **form.cleaned_data)
        if not isinstance(opened, Refusal):
            return redirect("patient", patient=person.pk)
        once.refused(form, opened)
    already = whose.known_here(request.user, person) and permissions.may(request.user, "patient.record")
    context = {
        "form": form, "patient": person, "already": already, "minutes": int(LASTS.total_seconds() // 60)
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "clinic/emergency/open.html", context, status=status)


@require_http_methods(["GET"])
@access.needs("emergency.acknowledge")
def emergencies(request: access.Request) -> HttpResponse:
    """Every record that was opened in an emergency, newest first."""
    rows = EmergencyAccess.objects.select_related(
        "patient", "created_by", "site", "acknowledged__created_by"
    ).prefetch_related("patient__versions")
    shown = access.listed(request, "emergencies", rows[:A_PAGE])
    return TemplateResponse(request, "clinic/emergency/emergencies.html", {"rows": shown})


@require_http_methods(["POST"])
@access.needs("emergency.acknowledge")
def emergency_acknowledge(request: access.Request, emergency: UUID) -> HttpResponse:
    """The director has read of it."""
    found = access.get(request, EmergencyAccess.objects.select_related("patient"), emergency)
    form = NoteForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    said = actions.acknowledge(
        access=found, note=note, once=once.of(request), by=request.user, at=timezone.now()
    )
    if isinstance(said, Refusal):
        messages.error(request, " ".join(f"{one.problem} {one.do}" for one in said.reasons))
    else:
        messages.success(request, _("Acknowledged."))
    return redirect("emergencies")

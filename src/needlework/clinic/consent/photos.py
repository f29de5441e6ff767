"""What somebody's photographs may be used for, purpose by purpose: asked by staff, or on their own phone."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from uuid_utils.compat import uuid7

from needlework.clinic import access, current, once
from needlework.clinic.consent import actions
from needlework.clinic.models.consent import PhotoConsent
from needlework.clinic.models.people import Patient, PatientLink, User
from needlework.clinic.thread import about
from needlework.records.why import Refusal


@require_http_methods(["GET", "POST"])
@access.needs("consent.take")
def photo_consent(request: access.Request, patient: UUID) -> HttpResponse:
    """Each purpose, what was said of it last and since when; a button to agree or to take it back."""
    person = access.patient(request, patient)
    made = _said(request, person, by=request.user) if request.method == "POST" else None
    if isinstance(made, PhotoConsent):
        return redirect("photo-consent", patient=person.pk)
    context = {
        **about(person, here="measure", on=timezone.localdate()),
        "purposes": _purposes(person),
        "history": PhotoConsent.objects.filter(patient__in=person.family).select_related("created_by"),
        "refusal": made,
    }
    return TemplateResponse(request, "clinic/consent/photos.html", context, status=422 if made else 200)


@access.by_link(PatientLink.RECOVER)
@require_http_methods(["GET", "POST"])
def patient_photographs(request: HttpRequest, link: PatientLink) -> HttpResponse:
    """The same on their own phone, without a word of who they are."""
    made = _said(request, link.patient, by=None) if request.method == "POST" else None
    if isinstance(made, PhotoConsent):
        return redirect(request.path)
    assert request.resolver_match is not None, "a view is reached by its route"
    context = {
        "purposes": _purposes(link.patient),
        "refusal": made,
        "token": request.resolver_match.kwargs["token"],
    }
    return TemplateResponse(request, "clinic/consent/phone_photos.html", context, status=422 if made else 200)


def _said(request: HttpRequest, person: Patient, *, by: User | None) -> PhotoConsent | Refusal:
    made = actions.photographs_for(
        patient=person, purpose=request.POST.get("purpose", "")[:20],
        given=request.POST.get("do") == "give", once=once.of(request), by=by, at=timezone.now(),
    )  # fmt: skip
    if isinstance(made, PhotoConsent):
        messages.success(request, _("Recorded. It holds from now on."))
    return made


def _purposes(person: Patient) -> list[dict[str, Any]]:
    newest = PhotoConsent.now(person)
    return [
        {"purpose": one, "row": newest.get(one.id), "once": uuid7()}
        for one in current.protocol().consent.photo_purpose
    ]

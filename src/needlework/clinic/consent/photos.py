"""What somebody's photographs may be used for, purpose by purpose."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from uuid_utils.compat import uuid7

from needlework.clinic import access, current, once
from needlework.clinic.consent import actions
from needlework.clinic.models.consent import PhotoConsent
from needlework.clinic.thread import about
from needlework.records import Refusal


@require_http_methods(["GET", "POST"])
@access.needs("consent.take")
def photo_consent(request: access.Request, patient: UUID) -> HttpResponse:
    """Each purpose, what was said of it last and since when; a button to agree or to take it back."""
    person = access.patient(request, patient)
    refusal: Refusal | None = None
    if request.method == "POST":
        made = actions.photographs_for(
            patient=person, purpose=request.POST.get("purpose", "")[:20],
            given=request.POST.get("do") == "give", once=once.of(request), by=request.user, at=timezone.now(),
        )  # fmt: skip
        if not isinstance(made, Refusal):
            messages.success(request, _("Recorded. It holds from now on."))
            return redirect("photo-consent", patient=person.pk)
        refusal = made
    newest = PhotoConsent.now(person)
    purposes = [
        {"purpose": one, "row": newest.get(one.id), "once": uuid7()}
        for one in current.protocol().consent.photo_purpose
    ]
    context = {
        **about(person, here="measure", on=timezone.localdate()),
        "purposes": purposes,
        "history": PhotoConsent.objects.filter(patient=person).select_related("created_by"),
        "refusal": refusal,
    }
    return TemplateResponse(request, "clinic/consent/photos.html", context, status=422 if refusal else 200)

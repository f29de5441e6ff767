"""Two charts side by side: one person or two."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from needlework.clinic import access, alike, once, whose
from needlework.clinic.merging import actions
from needlework.clinic.merging.forms import MergeForm, ReasonForm
from needlework.clinic.models.merging import Merge
from needlework.clinic.models.people import Patient
from needlework.clinic.models.treatment import Session
from needlework.clinic.thread import about
from needlework.records.why import Refusal


@require_http_methods(["GET", "POST"])
@access.needs("patient.merge")
def merge(request: access.Request, patient: UUID) -> HttpResponse:
    """With whom somebody may be the same person; both side by side; merged, or told apart."""
    person = access.patient(request, patient)
    asked = (request.POST if request.method == "POST" else request.GET).get("with", "").strip()[:40]
    other = _other(request, person, asked)
    form = MergeForm(request.POST or None, pair=(person, other)) if other else None
    if request.method == "POST" and other and request.POST.get("do") == "apart":
        said = actions.tell_apart(
            patient=person, other=other, once=once.of(request), by=request.user, at=timezone.now()
        )
        if not isinstance(said, Refusal):
            messages.success(request, _("Kept: two people. They are not flagged any more."))
            return redirect("patient", patient=person.pk)
        assert form is not None, "there is a form for every pair"
        form.errors.clear()
        once.refused(form, said)
    elif form and form.is_bound and form.is_valid():
        gone, into = form.charts()
        made = actions.merge(
            patient=gone, into=into, reason=form.cleaned_data["reason"], once=form.cleaned_data["once"],
            by=request.user, at=timezone.now(),
        )  # fmt: skip
        if not isinstance(made, Refusal):
            messages.success(request, _("%(gone)s goes on in this chart.") % {"gone": gone.number})
            return redirect("patient", patient=into.pk)
        once.refused(form, made)
    likely = alike.among([person]).get(person.pk, [])
    context = {
        **about(person, here="", on=timezone.localdate()),
        "form": form,
        "asked": asked,
        "other": other,
        "pair": [_beside(one) for one in (person, other)] if other else [],
        "likely": likely,
        "known": whose.known(request, [one.patient for one in likely]),
    }
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(request, "clinic/merging/merge.html", context, status=status)


@require_http_methods(["GET", "POST"])
@access.needs("patient.merge")
def undo(request: access.Request, merge: UUID) -> HttpResponse:
    """Part two charts again, with the reason."""
    found = access.get(request, Merge.objects.select_related("patient", "into"), merge)
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        made = actions.undo(merge=found, by=request.user, at=timezone.now(), **form.cleaned_data)
        if not isinstance(made, Refusal):
            messages.success(request, _("Each chart goes on by itself again."))
            return redirect("patient", patient=found.patient_id)
        once.refused(form, made)
    context = {**about(found.patient, here="", on=timezone.localdate()), "form": form, "merge": found}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "clinic/merging/undo.html", context, status=status)


def _other(request: access.Request, person: Patient, asked: str) -> Patient | None:
    """Whom a number means, or a key; nobody where it means nobody, or the same chart."""
    found = Patient.objects.filter(ordinal=Patient.ordinal_of(asked) or 0).first()
    other = access.patient(request, found.pk) if found else None
    return other if other != person else None


def _beside(one: Patient) -> dict[str, Any]:
    """What of a chart shows whose it is, and how much is in it."""
    return {
        "patient": one,
        "details": one.details,
        "sites": [known.site.name for known in one.known_at.select_related("site")],
        "screened": one.screenings.count(),
        "planned": one.plans.count(),
        "treated": Session.objects.filter(plan__patient=one).count(),
        "photographs": one.photographs.count(),
    }

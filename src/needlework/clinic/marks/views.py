"""Moles, wounds, implants and other places that are left out: drawn on the map, corrected, ended."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from uuid_utils.compat import uuid7

from needlework.clinic import access, once, spared
from needlework.clinic.marks import actions
from needlework.clinic.marks.forms import EndForm, MarkForm
from needlework.clinic.models.marks import Mark
from needlework.clinic.models.people import Patient
from needlework.clinic.thread import about
from needlework.records.why import Refusal


@require_http_methods(["GET", "POST"])
@access.needs("mark.draw")
def marks(request: access.Request, patient: UUID) -> HttpResponse:
    """What is left out of somebody's skin now, and what was; POST draws one more."""
    person = access.get(request, Patient.objects.with_details(), patient, detail="marks")
    today = timezone.localdate()
    form = MarkForm(request.POST or None, on=today, initial={"once": uuid7(), "since": today})
    if form.is_bound and form.is_valid():
        drawn = actions.draw(
            patient=person, said=form.said(), once=form.cleaned_data["once"], by=request.user,
            at=timezone.now(),
        )  # fmt: skip
        if not isinstance(drawn, Refusal):
            messages.success(request, _("Drawn on the map: %s") % spared.says(drawn))
            return redirect("marks", patient=person.pk)
        once.refused(form, drawn)
    gone = person.marks.exclude(pk__in=[one.pk for one in spared.standing(person, on=today)])
    past = gone.select_related("created_by", "corrected_by__created_by", "ended__created_by")
    context = {**_page(person), "form": form, "past": [(row, spared.says(row)) for row in past[:50]]}
    return TemplateResponse(request, "clinic/marks/marks.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
@access.needs("mark.draw")
def mark(request: access.Request, mark: UUID) -> HttpResponse:
    """One of them: correct it by another that names it, or end it."""
    found = access.get(request, Mark.objects.select_related("patient"), mark)
    today, ending = timezone.localdate(), request.POST.get("do") == "end"
    started = {"once": uuid7(), **MarkForm.of(found)}
    form = MarkForm(request.POST if request.POST and not ending else None, on=today, initial=started)
    first = {"once": uuid7(), "on": today}
    end = EndForm(request.POST if ending else None, today=today, since=found.since, initial=first)
    sent = end if ending else form
    if sent.is_bound and sent.is_valid():
        done = _done(request, found, sent)
        if not isinstance(done, Refusal):
            return redirect("marks", patient=found.patient_id)
        once.refused(sent, done)
    context = {**_page(found.patient), "form": form, "end": end, "mark": found, "where": spared.where(found)}
    return TemplateResponse(request, "clinic/marks/mark.html", context, status=_status(sent))


def _done(request: access.Request, found: Mark, sent: Any) -> Any:
    said, now = sent.cleaned_data, timezone.now()
    if isinstance(sent, EndForm):
        return actions.end(
            mark=found, on=said["on"], why=said["why"], once=said["once"], by=request.user, at=now
        )
    return actions.draw(
        patient=found.patient, said=sent.said(), once=said["once"], by=request.user, at=now, corrects=found
    )


def _page(person: Patient) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        **about(person, here="", on=today),
        **spared.map_of(spared.shown(person, on=today)),
    }


def _status(form: Any) -> int:
    return 422 if form.is_bound else 200

"""Today, the patients, and one patient's page."""

from datetime import date
from typing import Any, cast
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from uuid_utils.compat import uuid7

from needlework.clinic import access, had, once, spared
from needlework.clinic.models.people import Patient, PatientDetails
from needlework.clinic.models.places import Site
from needlework.clinic.patients import actions, dossier, timeline, waiting
from needlework.clinic.patients.forms import DetailsForm
from needlework.clinic.patients.links import questions, recoveries
from needlework.clinic.thread import about, who
from needlework.records import Refusal

A_PAGE = 50


@require_http_methods(["GET"])
@access.needs("today")
def today(request: access.Request) -> HttpResponse:
    """Who waits for what, and what needs a person now."""
    clinical = access.may(request.user, "patient.record")
    groups = waiting.groups(request, on=timezone.localdate()) if clinical else []
    recent = access.listed(
        request, "today", Patient.objects.at(request.user.site).with_details().order_by("-ordinal")[:8]
    )
    context = {
        "day": timezone.localdate(),
        "groups": groups,
        "recent": recent,
        "clinical": clinical,
        **(waiting.of_incidents(request, on=timezone.localdate()) if clinical else {}),
        **(waiting.of_training(request, on=timezone.localdate()) if clinical else {}),
        **(waiting.of_director(request) if access.may(request.user, "emergency.acknowledge") else {}),
    }
    return TemplateResponse(request, "clinic/patients/today.html", context)


@require_http_methods(["GET"])
@access.needs("patients.list")
def patients(request: access.Request) -> HttpResponse:
    """Everybody, newest first, or those whose name, number, phone or birthday was asked for."""
    asked = request.GET.get("q", "").strip()[:120]
    everywhere = bool(request.GET.get("everywhere"))
    page = Paginator(_found(asked, None if everywhere else request.user.site), A_PAGE).get_page(
        request.GET.get("page")
    )
    people = access.listed(request, "patients", cast("QuerySet[Patient]", page.object_list))
    context = {"asked": asked, "page": page, "people": people, "everywhere": everywhere}
    return TemplateResponse(request, "clinic/patients/patients.html", context)


@require_http_methods(["GET", "POST"])
@access.needs("patients.create")
def patient_new(request: access.Request) -> HttpResponse:
    """Admit somebody."""
    form = DetailsForm(request.POST or None, on=timezone.localdate(), initial={"once": uuid7(), "sex": None})
    if form.is_bound and form.is_valid():
        made = actions.admit(
            details=form.details(), once=form.cleaned_data["once"], by=request.user, at=timezone.now()
        )
        return redirect("patient", patient=made.pk)
    return TemplateResponse(request, "clinic/patients/details.html", {"form": form}, status=_status(form))


@require_http_methods(["GET"])
@access.needs("patient.read")
def patient(request: access.Request, patient: UUID) -> HttpResponse:
    """One patient: the thread, the map of what each zone has had, and everything that happened."""
    person = access.patient(request, patient)
    clinical = access.reads_record(request, person)
    today, now = timezone.localdate(), timezone.now()
    page = _timeline(request, person) if clinical else None
    if request.htmx and page:
        return TemplateResponse(
            request, "clinic/patients/timeline.html", {"patient": person, "timeline": page}
        )
    may_link = access.may(request.user, "patient.link")
    context = {
        **(about(person, here="", on=today) if clinical else who(person, on=today)),
        **(_record(person, on=today) if clinical else {}),
        "details": person.details,
        "clinical": clinical,
        "timeline": page,
        "recoveries": recoveries(person, at=now) if may_link else [],
        "questions": questions(person, at=now) if may_link else None,
    }
    return TemplateResponse(request, "clinic/patients/patient.html", context)


def _timeline(request: access.Request, person: Patient) -> timeline.Page:
    """The page of the timeline that was asked for; a restricted item is the director's alone."""
    return timeline.page(
        person,
        before=request.GET.get("before", ""),
        show=request.GET.get("show", ""),
        sees_shut=access.may(request.user, "rights.manage"),
    )


def _record(person: Patient, *, on: date) -> dict[str, Any]:
    zones = had.rows(person)
    return {
        **dossier.of(person, on=on),
        "had": zones,
        "had_hidden": had.hidden(person),
        "zones": had.on_map(zones),
        "marks": spared.shown(person, on=on),
        "shows": timeline.SHOWS.items(),
    }


@require_http_methods(["GET", "POST"])
@access.needs("patient.correct")
def patient_details(request: access.Request, patient: UUID) -> HttpResponse:
    """Correct what is known of somebody. What was known before stays readable below."""
    person = access.patient(request, patient)
    form = DetailsForm(
        request.POST or None,
        on=timezone.localdate(),
        instance=_blank_like(person.details),
        initial={"once": uuid7(), "seen": person.details.pk},
    )
    if form.is_bound and form.is_valid():
        made = actions.correct(
            patient=person, details=form.details(), seen=form.cleaned_data["seen"],
            once=form.cleaned_data["once"], by=request.user, at=timezone.now(),
        )  # fmt: skip
        if not isinstance(made, Refusal):
            return redirect("patient", patient=person.pk)
        once.refused(form, made)
    context = {"form": form, "patient": person, "versions": person.versions.select_related("created_by")}
    return TemplateResponse(request, "clinic/patients/details.html", context, status=_status(form))


def _found(asked: str, site: Site | None):
    """Those at a site, or anywhere, whom something known of them means; all where nothing was asked."""
    people = Patient.objects.at(site).with_details()
    return people.asked_for(asked) if asked else people.order_by("-ordinal")


def _blank_like(details: PatientDetails) -> PatientDetails:
    """An unsaved copy to fill the form with: the row itself is never edited."""
    fields = {name: getattr(details, name) for name in DetailsForm.Meta.fields}
    return PatientDetails(patient=details.patient, **fields)


def _status(form: DetailsForm) -> int:
    return 422 if form.is_bound else 200

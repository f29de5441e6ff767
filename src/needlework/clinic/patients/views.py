"""Today, the patients, and one patient's page."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from uuid_utils.compat import uuid7

from needlework.clinic import access, alike, audit, had, once, permissions, spared, whose
from needlework.clinic.models import finding
from needlework.clinic.models.merging import Merge
from needlework.clinic.models.people import MOST_FOUND, Patient, PatientDetails, Patients, Role
from needlework.clinic.models.places import Site
from needlework.clinic.models.visits import Visit, clashes
from needlework.clinic.patients import actions, dossier, expected, pressing, timeline, waiting
from needlework.clinic.patients.forms import DetailsForm
from needlework.clinic.patients.links import questions, recoveries
from needlework.clinic.thread import about, who
from needlework.loop.waits import WaitKind
from needlework.records.why import Refusal

A_PAGE = 50
MOST_VISITS = 200


@require_http_methods(["GET"])
@access.needs("today")
def today(request: access.Request) -> HttpResponse:
    """Who is expected, who waits for what, and what needs a person now."""
    clinical = permissions.may(request.user, "patient.record")
    on, now = timezone.localdate(), timezone.now()
    groups = waiting.groups(request, at=now) if clinical else []
    visits = access.listed(request, "today", Visit.objects.of(on, site=request.user.site)[:MOST_VISITS])
    recent = access.listed(request, "today", _everybody(request.user.site).with_details().with_charts()[:8])
    context = {
        "day": on,
        "pressing": [group for group in groups if group.kind in waiting.NEED_A_PERSON],
        "groups": [group for group in groups if group.kind not in waiting.NEED_A_PERSON],
        "visits": visits,
        "clashing": clashes(visits),
        "waits": expected.of_visits(visits, on=on, clinical=clinical),
        "back": request.path,
        "recent": recent,
        "known": {one.pk for one in recent},
        "clinical": clinical,
        **(pressing.of_recalls(request, at=now) if clinical else {}),
        **(pressing.of_incidents(request, on=on) if clinical else {}),
        **(pressing.of_training(request, on=on) if clinical else {}),
        **(pressing.of_director(request) if permissions.may(request.user, "emergency.acknowledge") else {}),
    }
    return TemplateResponse(request, "clinic/patients/today.html", context)


@require_http_methods(["GET"])
@access.needs("patient.record")
def waiting_for(request: access.Request, what: str) -> HttpResponse:
    """Everybody who waits for one thing, a page at a time; or those whom nobody waits for any more."""
    if what not in set(WaitKind):
        raise Http404
    over = bool(request.GET.get("over"))
    group = waiting.page(
        request, WaitKind(what), at=timezone.now(), after=request.GET.get("after", ""), over=over
    )
    context = {
        "group": group,
        "over": over,
        "passed": waiting.passed(request, WaitKind(what), at=timezone.now()),
    }
    return TemplateResponse(request, "clinic/patients/waiting.html", context)


@require_http_methods(["GET"])
@access.needs("patients.list")
def patients(request: access.Request) -> HttpResponse:
    """Everybody, newest first, or those whose name, number, phone or birthday was asked for."""
    asked = request.GET.get("q", "").strip()[:120]
    several = Site.objects.count() > 1
    everywhere = several and bool(request.GET.get("everywhere")) and _may_ask(request, asked)
    site = None if everywhere else request.user.site
    page = Paginator(_found(asked, site), A_PAGE).get_page(request.GET.get("page"))
    order = {key: n for n, key in enumerate(page.object_list)}
    rows = Patient.objects.with_details().with_charts().filter(pk__in=order)
    people = sorted(access.listed(request, "patients", rows), key=lambda one: order[one.pk])
    context = {
        "asked": asked,
        "page": page,
        "people": people,
        "everywhere": everywhere,
        "elsewhere": several and not everywhere and _may_ask(request, asked),
        "known": whose.known(request, people),
        "many": page.paginator.count > MOST_FOUND and bool(asked),
        "alike": {key: found[0] for key, found in alike.among(people).items()},
    }
    return TemplateResponse(request, "clinic/patients/patients.html", context)


@require_http_methods(["GET", "POST"])
@access.needs("patients.create")
def patient_new(request: access.Request) -> HttpResponse:
    """Admit somebody. Who is alike to somebody known is saved once that was said to be somebody else."""
    form = DetailsForm(request.POST or None, on=timezone.localdate(), initial={"once": uuid7(), "sex": None})
    likely: list[alike.Alike] = []
    if form.is_bound and form.is_valid():
        if request.POST.get("somebody_else") != "yes":
            likely = alike.to(**{name: form.details()[name] for name in ("full_name", "born_on", "phone")})
            if PatientDetails.objects.filter(once=form.cleaned_data["once"]).exists():
                likely = []  # they are alike to themselves. Asked last: the same form may come twice at once
        if not likely:
            made = actions.admit(
                details=form.details(), once=form.cleaned_data["once"], by=request.user, at=timezone.now()
            )
            if not isinstance(made, Refusal):
                return redirect("patient", patient=made.pk)
            once.refused(form, made)
        audit.note("list", "alike", detail=f"{len(likely)}")
    context = {
        "form": form,
        "likely": likely,
        "known": whose.known(request, [one.patient for one in likely]),
    }
    return TemplateResponse(request, "clinic/patients/details.html", context, status=_status(form))


@require_http_methods(["GET"])
@access.needs("patient.read")
def patient(request: access.Request, patient: UUID) -> HttpResponse:
    """One patient: the thread, the map of what each zone has had, and everything that happened."""
    person = access.patient(request, patient)
    clinical = whose.reads_record(request, person)
    today, now = timezone.localdate(), timezone.now()
    page = _timeline(request, person) if clinical else None
    if request.htmx and page:
        return TemplateResponse(
            request, "clinic/patients/timeline.html", {"patient": person, "timeline": page}
        )
    may_link = permissions.may(request.user, "patient.link")
    likely = alike.among([person]).get(person.pk, [])
    context = {
        **(about(person, here="", on=today) if clinical else who(person, on=today)),
        **(_record(person, on=today) if clinical else {}),
        "details": person.details,
        "merges": Merge.about(person).select_related("created_by", "patient", "into"),
        "likely": likely,
        "known": whose.known(request, [one.patient for one in likely]),
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
        sees_shut=permissions.may(request.user, "rights.manage"),
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


def _found(asked: str, site: Site | None) -> "list[UUID] | QuerySet[Patient, UUID]":
    """The keys of those at a site, or anywhere, whom something known of them means; of all, newest first."""
    if asked:
        return Patient.objects.asked_for(asked, site=site)
    return _everybody(site).values_list("pk", flat=True)


def _may_ask(request: access.Request, asked: str) -> bool:
    """Whether every site may be asked: of whom another site knows, the day of birth is said by them alone."""
    return request.user.role == Role.MEDICAL_DIRECTOR or finding.born(asked) is None


def _everybody(site: Site | None) -> Patients:
    return Patient.objects.at(site).going_on().order_by("-ordinal")


def _blank_like(details: PatientDetails) -> PatientDetails:
    """An unsaved copy to fill the form with: the row itself is never edited."""
    fields = {name: getattr(details, name) for name in DetailsForm.Meta.fields}
    return PatientDetails(patient=details.patient, **fields)


def _status(form: DetailsForm) -> int:
    return 422 if form.is_bound else 200

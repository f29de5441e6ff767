"""Trainings on each professional's page; supervision and co-signatures."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from needlework.clinic import access, current, once
from needlework.clinic.models.people import User
from needlework.clinic.models.training import Supervision, Training, supervisors
from needlework.clinic.models.treatment import Session
from needlework.clinic.thread import about
from needlework.clinic.training import actions
from needlework.clinic.training.forms import CoSignForm, RevokeForm, TrainingForm
from needlework.records.why import Refusal


@require_http_methods(["GET"])
@access.needs("training.read")
def training(request: access.Request) -> HttpResponse:
    """One's own trainings, and the sessions that wait for one's co-signature."""
    mine = access.listed(request, "training", _rows(request.user))
    waiting = Supervision.objects.waiting().filter(supervisor=request.user)
    rows = access.listed(
        request, "co-signatures",
        waiting.select_related("session__plan__patient", "trainee")
        .prefetch_related("session__plan__patient__versions", "session__cosignatures").order_by("created_at"),
    )  # fmt: skip
    context = {"trainings": told(mine), "waiting": rows}
    return TemplateResponse(request, "clinic/training/mine.html", context)


@require_http_methods(["GET", "POST"])
@access.needs("training.keep")
def staff_training(request: access.Request, user: UUID) -> HttpResponse:
    """Somebody's trainings, with every correction; POST enters one."""
    professional = access.get(request, User, user)
    form = TrainingForm(request.POST or None)
    if form.is_bound and form.is_valid():
        made = actions.enter(
            professional=professional, by=request.user, at=timezone.now(), **form.cleaned_data
        )
        if not isinstance(made, Refusal):
            messages.success(request, _("Saved."))
            return redirect("staff-training", user=professional.pk)
        once.refused(form, made)
    rows = access.listed(request, "training", _rows(professional))
    context = {"form": form, "professional": professional, "trainings": told(rows)}
    return TemplateResponse(request, "clinic/training/staff.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
@access.needs("training.keep")
def training_correct(request: access.Request, training: UUID) -> HttpResponse:
    """What is right in place of a training that was written wrongly; both stay readable."""
    found = access.get(request, Training.objects.select_related("professional"), training)
    known = {name: getattr(found, name) for name in TrainingForm.base_fields if name != "once"}
    form = TrainingForm(request.POST or None, initial=known)
    if form.is_bound and form.is_valid():
        made = actions.enter(
            professional=found.professional, corrects=found, by=request.user, at=timezone.now(),
            **form.cleaned_data,
        )  # fmt: skip
        if not isinstance(made, Refusal):
            messages.success(request, _("Corrected. What was written before stays readable."))
            return redirect("staff-training", user=found.professional_id)
        once.refused(form, made)
    context = {"form": form, "professional": found.professional, "correcting": told([found])[0]}
    return TemplateResponse(request, "clinic/training/change.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
@access.needs("training.keep")
def training_revoke(request: access.Request, training: UUID) -> HttpResponse:
    """Take a training back from a day on, with the reason."""
    found = access.get(request, Training.objects.select_related("professional"), training)
    form = RevokeForm(request.POST or None, initial={"on": timezone.localdate()})
    if form.is_bound and form.is_valid():
        made = actions.revoke(training=found, by=request.user, at=timezone.now(), **form.cleaned_data)
        if not isinstance(made, Refusal):
            messages.success(request, _("Taken back."))
            return redirect("staff-training", user=found.professional_id)
        once.refused(form, made)
    context = {"form": form, "professional": found.professional, "revoking": told([found])[0]}
    return TemplateResponse(request, "clinic/training/change.html", context, status=_status(form))


@require_http_methods(["POST"])
@access.needs("treat.chart")
def session_supervisor(request: access.Request, session: UUID) -> HttpResponse:
    """Name who watches over whoever is in training here, from among those who may and are there."""
    found = access.get(request, Session.objects.select_related("plan__patient"), session)
    today, id_ = timezone.localdate(), found.plan.as_record().device
    device = next((one for one in current.protocol().devices.device if one.id == id_), None)
    able = supervisors(device, on=today, besides=request.user) if device else []
    asked = next((one for one in able if str(one.pk) == request.POST.get("supervisor")), None)
    if asked is None:
        messages.error(
            request, _("Nobody was named: choose somebody who is trained and has signed in today.")
        )
    else:
        said = actions.supervise(
            session=found, trainee=request.user, supervisor=asked, once=once.of(request), at=timezone.now()
        )
        for reason in said.reasons if isinstance(said, Refusal) else ():
            messages.error(request, f"{reason.key}: {reason.problem} {reason.do}")
    return redirect("session", session=found.pk)


@require_http_methods(["GET", "POST"])
@access.needs("treat.cosign")
def session_cosign(request: access.Request, session: UUID) -> HttpResponse:
    """The supervisor reads the chart and signs after the trainee, or refuses with a reason."""
    found = access.get(request, Session.objects.select_related("plan__patient"), session)
    named = Supervision.of(found)
    if named is None:
        raise Http404(_("There is no such page."))
    form = CoSignForm(request.POST or None)
    if form.is_bound and form.is_valid():
        said = {**form.cleaned_data, "agrees": form.cleaned_data["agrees"] == "yes"}
        made = actions.cosign(session=found, by=request.user, at=timezone.now(), **said)
        if not isinstance(made, Refusal):
            messages.success(
                request, _("Co-signed.") if made.agrees else _("Refused. It stands in the chart.")
            )
            return redirect("session", session=found.pk)
        once.refused(form, made)
    context = {
        **about(found.patient, here="treat", on=timezone.localdate()),
        "form": form, "session": found, "supervision": named, "waits": named.waits,
        "mine": named.supervisor_id == request.user.pk,
    }  # fmt: skip
    return TemplateResponse(request, "clinic/training/cosign.html", context, status=_status(form))


def told(rows: list[Training]) -> list[dict[str, Any]]:
    """Each training in words, with whether it holds, has expired, was corrected or taken back."""
    known, today = current.protocol().devices.device, timezone.localdate()
    return [{"row": row, "device": row.called(known), "state": _state(row, today)} for row in rows]


def _state(row: Training, today: Any) -> str:
    if hasattr(row, "corrected_by"):
        return "corrected"
    if hasattr(row, "revoked") and row.revoked.on <= today:
        return "revoked"
    if row.expires < today:
        return "expired"
    return "coming" if row.on > today else "valid"


def _rows(user: User) -> Any:
    rows = Training.objects.filter(professional=user)
    return rows.select_related("created_by", "corrected_by", "revoked__created_by")


def _status(form: Any) -> int:
    return 422 if form.is_bound else 200

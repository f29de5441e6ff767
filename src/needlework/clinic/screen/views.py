"""Screen: the questions, and the verdict."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from uuid_utils.compat import uuid7

from needlework.clinic import access, once
from needlework.clinic.models.screening import Screening
from needlework.clinic.questionnaire import Questionnaire
from needlework.clinic.screen import actions
from needlework.clinic.screen.forms import OverrideForm
from needlework.clinic.thread import about
from needlework.protocol import load
from needlework.records import Answers, Refusal


@require_http_methods(["GET", "POST"])
@access.needs("screen.submit")
def screen(request: access.Request, patient: UUID) -> HttpResponse:
    """The questions of the protocol, and what was answered."""
    person, today = access.patient(request, patient), timezone.localdate()
    head = about(person, here="screen", on=today)
    known = Answers({"age-years": head["person"]["age"], "sex": person.details.sex})
    form = Questionnaire(load.default().screen.question, on=today, given=known, data=request.POST or None)
    if form.is_bound and form.is_valid():
        made = actions.submit(
            patient=person, answers=form.answers(), once=once.of(request), by=request.user, at=timezone.now()
        )
        if not isinstance(made, Refusal):
            return redirect("screening", screening=made.pk)
        once.refused(form, made)
    status = 422 if form.is_bound else 200
    context = {**head, "form": form, "once": once.of(request)}
    return TemplateResponse(request, "clinic/screen/screen.html", context, status=status)


@require_http_methods(["GET", "POST"])
@access.needs("patient.record")
def screening(request: access.Request, screening: UUID) -> HttpResponse:
    """The verdict, and the decisions that were taken in spite of it."""
    found = access.get(request, Screening, screening)
    refused: OverrideForm | None = None
    if request.method == "POST":
        form = OverrideForm(request.POST)
        if form.is_valid():
            made = actions.override(screening=found, by=request.user, at=timezone.now(), **form.cleaned_data)
            if not isinstance(made, Refusal):
                return redirect("screening", screening=found.pk)
            once.refused(form, made)
        refused = form
    decisions = _decisions(found, refused, request)
    context = {
        **about(found.patient, here="screen", on=timezone.localdate()),
        "screening": found,
        "verdict": found.as_verdict(),
        "overrides": {made.rule: made for made in found.overrides.select_related("created_by")},
        "decisions": decisions,
        "bars": found.bars(on=timezone.localdate()),
        "lone": refused if all(refused is not one["form"] for one in decisions) else None,
    }
    return TemplateResponse(request, "clinic/screen/screening.html", context, status=422 if refused else 200)


def _decisions(found: Screening, refused: OverrideForm | None, request: access.Request) -> list[dict]:
    """Each finding that this person may decide on, with its form; the refused one as it was typed."""
    made = found.overridden()
    forms = {refused["rule"].value(): refused} if refused else {}
    return [
        {
            "finding": finding,
            "form": forms.get(finding.rule)
            or OverrideForm(initial={"rule": finding.rule, "once": uuid7()}, auto_id=f"id_{finding.rule}_%s"),
        }
        for finding in found.as_verdict().findings
        if finding.rule not in made and actions.may_override(finding, request.user)
    ]

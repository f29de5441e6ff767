"""Screen: the questions, and the verdict."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from uuid_utils.compat import uuid7

from needlework.clinic import access, current, once
from needlework.clinic.models.asked import PatientAnswers
from needlework.clinic.models.people import Patient, Role
from needlework.clinic.models.screening import Screening
from needlework.clinic.questionnaire import Questionnaire
from needlework.clinic.screen import actions, asking
from needlework.clinic.screen.corrected import compared
from needlework.clinic.screen.forms import OverrideForm
from needlework.clinic.templatetags.format import day
from needlework.clinic.thread import about, who
from needlework.protocol.schema.protocol import Protocol
from needlework.records.screen import Answers, Finding, Outcome, Verdict
from needlework.records.why import Refusal


@require_http_methods(["GET", "POST"])
@access.needs("screen.submit")
def screen(request: access.Request, patient: UUID) -> HttpResponse:
    """Where somebody would like to be treated, then the questions of the protocol for those zones."""
    person, today = access.patient(request, patient), timezone.localdate()
    head = about(person, here="screen", on=today)
    protocol = current.protocol()
    said = _said(request, person)
    zones = _wanted(request, protocol, said)
    if not zones:
        return _where(request, head, protocol)
    known = Answers(
        {**(said.as_answers().given if said else {}), "age-years": head["person"]["age"],
         "sex": person.details.sex, "zones": zones}
    )  # fmt: skip
    form = Questionnaire(
        protocol.screen.question, on=today, given=known, zones=zones, data=request.POST or None
    )
    if form.is_bound and form.is_valid():
        made = actions.submit(
            patient=person, answers=form.answers(), said=said, once=once.of(request), by=request.user,
            at=timezone.now(),
        )  # fmt: skip
        if not isinstance(made, Refusal):
            return redirect("screening", screening=made.pk)
        once.refused(form, made)
    status = 422 if form.is_bound else 200
    context = {**head, "form": form, "once": once.of(request), "said": said}
    return TemplateResponse(request, "clinic/screen/screen.html", context, status=status)


def _said(request: access.Request, person: Patient) -> PatientAnswers | None:
    """What the person answered by phone and nobody has read with them yet: the form begins with it."""
    key = (request.POST if request.method == "POST" else request.GET).get("said")
    unread = Q(screening=None) | Q(screening__once=once.of(request))  # by this very form, sent before
    return access.get(request, person.own_answers.filter(unread), key) if key else None


def _wanted(request: access.Request, protocol: Protocol, said: PatientAnswers | None) -> tuple[str, ...]:
    """The zones that were chosen, in the protocol's order; what is no zone is left out."""
    chosen = (request.POST if request.method == "POST" else request.GET).getlist("zones")
    if said and not chosen:
        chosen = list(said.answers.get("zones", []))
    return tuple(zone.id for zone in protocol.zones.zone if zone.id in chosen)


def _where(request: access.Request, head: dict, protocol: Protocol) -> HttpResponse:
    """The first question by itself, on the map: what is asked after it depends on the zones."""
    zones = [
        {"id": zone.id, "name": zone.name, "state": "none", "value": "",
         "fill": None, "reason": ""}
        for zone in protocol.zones.zone
    ]  # fmt: skip
    missing = request.method == "POST" or "asked" in request.GET
    context = {**head, "zones": zones, "missing": missing}
    return TemplateResponse(request, "clinic/screen/where.html", context, status=422 if missing else 200)


@require_http_methods(["POST"])
@access.needs("patient.link")
def answers_link(request: access.Request, patient: UUID) -> HttpResponse:
    """Make a link to the questions, whose address is shown this once, or end it."""
    person, now = access.patient(request, patient), timezone.now()
    back = reverse("patient", args=[person.pk])
    match request.POST.get("do"):
        case "revoke":
            asking.withdraw(patient=person, at=now)
            messages.success(request, _("The link opens nothing any more."))
            return redirect(back)
        case "invite":
            token = asking.invite(patient=person, by=request.user, at=now)
            until = day(now + timedelta(days=asking.LINK_DAYS))
            opens = _("It opens the questions before a visit, until %(day)s, and can be sent once.")
            context = {
                **who(person, on=timezone.localdate()),
                "address": request.build_absolute_uri(reverse("patient-answers", args=[token])),
                "back": back,
                "opens": opens % {"day": until},
            }
            return TemplateResponse(request, "clinic/link.html", context)
    raise SuspiciousOperation("There is nothing of that name to do.")


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
    verdict = found.as_verdict()
    context = {
        **about(found.patient, here="screen", on=timezone.localdate()),
        "screening": found,
        "verdict": verdict,
        "by_zone": _by_zone(verdict),
        "in_part": verdict.outcome >= Outcome.DEFER
        and any(verdict.outcome_in(zone) < Outcome.DEFER for zone in verdict.zones),
        "overrides": {made.rule: made for made in found.overrides.select_related("created_by")},
        "decisions": decisions,
        "elsewhere": _elsewhere(found, request),
        "bars": found.bars(on=timezone.localdate()),
        "free": any(not found.bars(on=timezone.localdate(), zones=[zone]) for zone in verdict.zones),
        "corrected": compared(found),
        "lone": refused if all(refused is not one["form"] for one in decisions) else None,
    }
    return TemplateResponse(request, "clinic/screen/screening.html", context, status=422 if refused else 200)


def _by_zone(verdict: Verdict) -> list[dict]:
    """What the verdict is in each zone, where the zones differ."""
    names = {zone.id: zone.name for zone in current.protocol().zones.zone}
    rows = [
        {"name": names.get(zone, zone), "outcome": verdict.outcome_in(zone), "until": verdict.until_in(zone)}
        for zone in verdict.zones
    ]
    return rows if len({(row["outcome"], row["until"]) for row in rows}) > 1 else []


def _elsewhere(found: Screening, request: access.Request) -> list[dict]:
    """Each finding in the way that this person may not decide on, with who may; for an absolute nobody."""
    made = found.overridden()
    findings = {finding.rule: finding for finding in found.as_verdict().findings}
    return [
        {"finding": finding, "roles": [Role(role).label for role in finding.override if role in Role.values]}
        for finding in findings.values()
        if finding.rule not in made
        and not finding.asks
        and (finding.outcome >= Outcome.DEFER or finding.to_decide)
        and not actions.may_override(finding, request.user)
    ]


def _decisions(found: Screening, refused: OverrideForm | None, request: access.Request) -> list[dict]:
    """Each finding that this person may decide on, with its form; the refused one as it was typed."""
    made = found.overridden()
    forms = {refused["rule"].value(): refused} if refused else {}
    once_each: dict[str, Finding] = {}
    for finding in found.as_verdict().findings:
        once_each.setdefault(finding.rule, finding)  # in two zones with two days it is one decision
    return [
        {
            "finding": finding,
            "form": forms.get(finding.rule)
            or OverrideForm(initial={"rule": finding.rule, "once": uuid7()}, auto_id=f"id_{finding.rule}_%s"),
        }
        for finding in once_each.values()
        if finding.rule not in made and actions.may_override(finding, request.user)
    ]

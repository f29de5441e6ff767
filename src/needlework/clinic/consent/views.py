"""The consent to a plan: read it, give it, have it signed or declined, take it back, keep the document."""

import hashlib
from datetime import timedelta
from itertools import zip_longest
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from uuid_utils.compat import uuid7

from needlework.clinic import access, audit, consented, once, storage
from needlework.clinic.consent import actions, signature
from needlework.clinic.consent.forms import AnswerForm, RulesForm
from needlework.clinic.models.consent import ConsentAnswer, ConsentRules, ConsentText
from needlework.clinic.models.planning import Plan
from needlework.clinic.templatetags.format import day
from needlework.clinic.thread import about, who
from needlework.loop import consent as loop
from needlework.records.why import Refusal


@require_http_methods(["GET", "POST"])
@access.needs("consent.take")
def consent(request: access.Request, plan: UUID) -> HttpResponse:
    """The text and where it stands; giving, signing, declining and taking back are sent here."""
    found = access.get(request, Plan.objects.select_related("patient", "created_by"), plan)
    form: AnswerForm | None = None
    if request.method == "POST":
        match request.POST.get("do"):
            case "give":
                return _given(request, found)
            case "invite":
                return _invited(request, found)
            case "withdraw":
                return _withdrawn(request, found)
            case "sign" | "decline" as do:
                form = AnswerForm(request.POST)
                if form.is_valid() and _answered(request, found, form, do):
                    return redirect("consent", plan=found.pk)
            case _:
                raise SuspiciousOperation("There is nothing of that name to do.")
    return _page(request, found, form)


def _page(request: access.Request, plan: Plan, form: AnswerForm | None) -> HttpResponse:
    now = consented.standing(plan)
    shown = now.text.as_record() if now.text and now.is_present else consented.words(plan)
    first = {"once": uuid7(), "sha256": now.text.sha256 if now.text else ""}
    context = {
        **about(plan.patient, here="plan", on=timezone.localdate()),
        "plan": plan,
        "now": now,
        "shown": shown,
        "changed": loop.differences(now.text.as_record(), shown) if now.text and not now.is_present else None,
        "versions": list(_versions(plan)),
        "may_withdraw": _taken_from(plan) is not None,
        "replaced": Plan.objects.filter(replaces=plan).first(),
        "waiting": bool(now.waits and now.text and now.text.may_sign_from > timezone.now()),
        "hours": ConsentRules.hours(),
        "form": form or AnswerForm(initial=first),
        "once": uuid7(),
    }
    return TemplateResponse(request, "clinic/consent/consent.html", context, status=422 if form else 200)


def _versions(plan: Plan):
    """Every text that was given, newest first, with what was said to it and what differs from before."""
    texts = list(plan.consent_texts.prefetch_related("answers__created_by").select_related("created_by"))
    for text, before in zip_longest(texts, texts[1:]):
        answers = [
            {"row": one, "paths": [signature.path(stroke) for stroke in one.strokes]}
            for one in text.answers.all()
        ]
        gone, came = loop.differences(before.as_record(), text.as_record()) if before else ((), ())
        yield {"text": text, "answers": answers, "gone": gone, "came": came, "before": before}


def _given(request: access.Request, plan: Plan) -> HttpResponse:
    made = actions.give(plan=plan, once=once.of(request), by=request.user, at=timezone.now())
    _say(request, made, _("The text is given. They can read it here, or on their own phone."))
    return redirect("consent", plan=plan.pk)


def _invited(request: access.Request, plan: Plan) -> HttpResponse:
    """A link to the text, whose address is shown this once."""
    now = consented.standing(plan)
    if not now.waits or now.text is None:
        messages.info(request, _("There is no text that waits for an answer. Give it first."))
        return redirect("consent", plan=plan.pk)
    at = timezone.now()
    token = actions.invite(text=now.text, by=request.user, at=at)
    opens = _("It opens this consent alone, until %(day)s, and can be answered once.")
    context = {
        **who(plan.patient, on=timezone.localdate()),
        "address": request.build_absolute_uri(reverse("patient-consent", args=[token])),
        "back": reverse("consent", args=[plan.pk]),
        "opens": opens % {"day": day(at + timedelta(days=actions.LINK_DAYS))},
    }
    return TemplateResponse(request, "clinic/link.html", context)


def _withdrawn(request: access.Request, plan: Plan) -> HttpResponse:
    """The newest consent that was signed and not taken back, whatever the plan says since."""
    key = once.of(request)
    text = _taken_from(plan) or plan.consent_texts.filter(answers__once=key).first()
    if text is None:
        messages.info(request, _("There is no signed consent to take back."))
        return redirect("consent", plan=plan.pk)
    made = actions.withdraw(
        text=text, why=request.POST.get("why", "")[:1000], once=key, by=request.user, at=timezone.now()
    )
    _say(request, made, _("The consent is taken back. Nothing more is done on it."))
    return redirect("consent", plan=plan.pk)


def _taken_from(plan: Plan) -> ConsentText | None:
    """The text that was signed last and not taken back, whatever the plan says since."""
    signed = plan.consent_texts.filter(answers__said="signed").exclude(answers__said="withdrawn")
    return signed.first()


def _answered(request: access.Request, plan: Plan, form: AnswerForm, do: str) -> bool:
    text = plan.consent_texts.first()
    if text is None:
        form.add_error(None, _("There is no text yet. Give it first."))
        return False
    if do == "sign" and not form.cleaned_data["agree"]:
        form.add_error("agree", _("Is not ticked. Nobody agrees without it."))
        return False
    made = actions.answer(
        text=text, once=form.cleaned_data["once"], by=request.user, at=timezone.now(), **form.said(do)
    )
    if isinstance(made, Refusal):
        once.refused(form, made)
        return False
    return True


def _say(request: access.Request, made: object, done: str) -> None:
    if isinstance(made, Refusal):
        for reason in made.reasons:
            messages.error(request, f"{reason.key} {reason.problem} {reason.do}")
    else:
        messages.success(request, done)


@require_http_methods(["GET"])
@access.needs("consent.take")
def document(request: access.Request, answer: UUID) -> HttpResponseBase:
    """The kept document, byte for byte; one that is no longer what its hash says is not given out as it."""
    rows = ConsentAnswer.objects.select_related("text__plan__patient")
    found = access.get(request, rows, answer)
    try:
        pdf = storage.read(found.document) if found.document else b""
    except OSError:
        pdf = b""
    if not pdf:
        raise Http404(_("There is no document of this answer."))
    if hashlib.sha256(pdf).hexdigest() != found.pdf_sha256:
        words = _("This document is not what was kept: its hash differs. Tell the medical director.")
        return HttpResponse(words, status=409, content_type="text/plain; charset=utf-8")
    audit.note("export", found, detail="consent")
    name = f"consent-{found.text.plan.patient.number}-{found.text.number}-{found.said}.pdf"
    answer_ = HttpResponse(pdf, content_type="application/pdf")
    answer_["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer_


@require_http_methods(["GET", "POST"])
@access.needs("clinic.manage")
def rules(request: access.Request) -> HttpResponse:
    """How long everybody thinks it over, with every earlier setting below."""
    form = RulesForm(request.POST or None, initial={"cooling_hours": ConsentRules.hours()})
    if form.is_bound and form.is_valid():
        actions.set_rules(by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("consent-rules")
    rows = ConsentRules.objects.select_related("created_by")[:50]
    context = {"form": form, "rows": rows}
    return TemplateResponse(
        request, "clinic/consent/rules.html", context, status=422 if form.is_bound else 200
    )

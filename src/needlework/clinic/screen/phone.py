"""
The questions on somebody's own phone: what is typed is kept, and sent once.

The page shows the form and nothing else. What was typed is shown again only to the browser that typed it: a
messenger that looks a link up, or whoever it was passed on to, sees an empty form, or none.
"""

import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from needlework.clinic import access, current, once
from needlework.clinic.models.asked import Draft
from needlework.clinic.models.people import PatientLink
from needlework.clinic.questionnaire import Questionnaire
from needlework.clinic.screen import asking
from needlework.clinic.screen.forms import SkinForm
from needlework.loop import conditions
from needlework.protocol.schema.questions import Question

COOKIE = "needlework-answers"
SKIN = "ten-"
"""Before the name of each control of the ten questions about skin and sun."""
NOT_TYPED = {"csrfmiddlewaretoken", "once", "do", "anyway"}


@access.by_link(PatientLink.ANSWERS)
@require_http_methods(["GET", "POST"])
def patient_answers(request: HttpRequest, link: PatientLink) -> HttpResponse:
    """Where somebody would like to be treated, then the questions; once they are sent, that they arrived."""
    draft = Draft.objects.filter(link=link).first()
    if hasattr(link, "own_answers"):
        return _page(request, "sent", {"at": link.own_answers.created_at})
    if draft and draft.browser_sha256 != _hash(request.COOKIES.get(COOKIE, "")):
        return _page(request, "elsewhere", {}, status=403)
    if request.method == "GET":
        return _asked(request, draft)
    match request.POST.get("do"):
        case "zones":
            return _chosen(request, link, draft)
        case "save":
            return _saved(request, link, draft)
        case "send":
            return _sent(request, link, draft)
    raise SuspiciousOperation("There is nothing of that name to do.")


# ── what is shown ────────────────────────────────────────────────────────────────────────────────────


def _asked(request: HttpRequest, draft: Draft | None) -> HttpResponse:
    """The form as it was left; the question where, before anything else."""
    zones = _known(draft.zones) if draft else ()
    if not zones or "zones" in request.GET:
        return _where(request, zones)
    form = _form(zones)
    form.initial = dict(_as_left(form, draft))
    skin = SkinForm(current.protocol().skin, initial=_skin_as_left(draft), may_stay_open=True)
    context = {"form": form, "skin": skin, "draft": draft, "once": once.of(request)}
    return _page(request, "asked", context)


def _where(request: HttpRequest, chosen: tuple[str, ...], *, missing: bool = False) -> HttpResponse:
    zones = [
        {"id": zone.id, "name": zone.name, "state": "selected" if zone.id in chosen else "none", "value": "",
         "fill": None, "reason": ""}
        for zone in current.protocol().zones.zone
    ]  # fmt: skip
    return _page(request, "where", {"zones": zones, "missing": missing}, status=422 if missing else 200)


def _page(request: HttpRequest, step: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    template = "clinic/screen/phone.html"
    return TemplateResponse(request, template, {"step": step, "open": (), **context}, status=status)


def _as_left(form: Questionnaire, draft: Draft | None):
    """What was typed, as each control takes it."""
    for name, values in (draft.typed if draft else {}).items():
        if name in form.fields and values:
            yield name, values if hasattr(form.fields[name], "choices") and _many(form, name) else values[0]


def _skin_as_left(draft: Draft | None) -> dict[str, str]:
    """What was typed of the ten questions."""
    typed = draft.typed if draft else {}
    return {
        name.removeprefix(SKIN): values[0]
        for name, values in typed.items()
        if name.startswith(SKIN) and values
    }


def _many(form: Questionnaire, name: str) -> bool:
    return (
        bool(getattr(form.fields[name].widget, "allow_multiple_selected", False)) or name == conditions.WHERE
    )


# ── what is sent ─────────────────────────────────────────────────────────────────────────────────────


def _chosen(request: HttpRequest, link: PatientLink, draft: Draft | None) -> HttpResponse:
    zones = _known(tuple(request.POST.getlist("zones")))
    if not zones:
        return _where(request, (), missing=True)
    typed = {**(draft.typed if draft else {}), "zones": list(zones)}
    return _keep(request, link, typed, redirect(request.path))


def _saved(request: HttpRequest, link: PatientLink, draft: Draft | None) -> HttpResponse:
    """Kept as typed, complete or not; a script asks for the line that says so, a button for the page."""
    if not draft:
        return redirect(request.path)
    if getattr(request, "htmx", False):
        at = timezone.now()
        answer: HttpResponse = TemplateResponse(request, "clinic/screen/phone.html#saved", {"saved_at": at})
    else:
        answer = redirect(f"{request.path}#saved")
    return _keep(request, link, {**_typed(request), "zones": list(draft.zones)}, answer)


def _sent(request: HttpRequest, link: PatientLink, draft: Draft | None) -> HttpResponse:
    """
    Sent, or shown again with what is impossible in it; with open questions only when that is meant.

    It is kept before it is looked at: what somebody typed is not lost to a battery or a wrong day.
    """
    zones = _known(draft.zones) if draft else ()
    if not zones:
        return redirect(request.path)
    typed = {**_typed(request), "zones": list(zones)}
    kept = asking.keep(link=link, typed=typed, browser_sha256="", at=timezone.now())
    data = request.POST.copy()
    data.setlist(
        conditions.WHERE, list(zones)
    )  # where was asked before; a form that leaves it out changes nothing
    form = _form(zones, data=data)
    skin = SkinForm(current.protocol().skin, data, may_stay_open=True)
    if form.is_valid() and skin.is_valid():
        answers = form.answers()
        left = _open(form)
        if not left or request.POST.get("anyway"):
            told = skin.answers()
            whole = told if len(told) == len(skin.questions) else None  # a part of them gives no type
            asking.send(link=link, answers=answers, once=once.of(request), at=timezone.now(), skin=whole)
            return redirect(request.path)
    else:
        left = ()
    context = {"form": form, "skin": skin, "draft": kept, "once": once.of(request), "open": left}
    return _page(request, "asked", context, status=422)


def _keep(request: HttpRequest, link: PatientLink, typed: Any, answer: HttpResponse) -> HttpResponse:
    """Keep it; the first that does so ties the link to its browser."""
    key = request.COOKIES.get(COOKIE) or secrets.token_urlsafe(32)
    draft = asking.keep(link=link, typed=typed, browser_sha256=_hash(key), at=timezone.now())
    if draft.browser_sha256 != _hash(key):
        return _page(request, "elsewhere", {}, status=403)
    age = asking.LINK_DAYS * 24 * 60 * 60
    answer.set_cookie(
        COOKIE, key, max_age=age, path=request.path, httponly=True, secure=settings.HTTPS, samesite="Lax"
    )
    return answer


def _form(zones: tuple[str, ...], **form: Any) -> Questionnaire:
    questions = current.protocol().screen.question
    return Questionnaire(questions, on=timezone.localdate(), zones=zones, **form)


def _open(form: Questionnaire) -> tuple[Question, ...]:
    """The questions that matter and have no answer."""
    sheet = conditions.sheet(form.questions, form.answers(), on=form.on)
    return tuple(one for one in form.questions if one.id in sheet.asked and sheet.unanswered(one.id))


def _known(zones: tuple[str, ...]) -> tuple[str, ...]:
    """The zones that the protocol has, in its order."""
    return tuple(zone.id for zone in current.protocol().zones.zone if zone.id in zones)


def _typed(request: HttpRequest) -> dict[str, list[str]]:
    return {name: values for name, values in request.POST.lists() if name not in NOT_TYPED}


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest() if key else ""

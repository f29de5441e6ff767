"""The skin type: by ten questions, by who looks, by a measured photograph, each by itself, side by side."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from uuid_utils.compat import uuid7

from needlework.clinic import access, current, once, skintype
from needlework.clinic.models.people import Patient
from needlework.clinic.models.screening import Screening
from needlework.clinic.models.skin import SkinTyping
from needlework.clinic.screen import actions
from needlework.clinic.screen.forms import SeenForm, SkinForm
from needlework.clinic.templatetags.format import day, number
from needlework.clinic.thread import about
from needlework.loop import skin as loop
from needlework.records.why import Refusal

How = SkinTyping.How


@require_http_methods(["GET", "POST"])
@access.needs("screen.submit")
def skin(request: access.Request, patient: UUID) -> HttpResponse:
    """What is known of somebody's skin type, and both forms that add to it."""
    person, knowledge = access.patient(request, patient), current.protocol()
    asked = next(one for one in knowledge.screen.question if one.id == "skin-type")
    score, seen = SkinForm(knowledge.skin), SeenForm(asked, initial={"once": uuid7()})
    if request.method == "POST":
        match request.POST.get("do"):
            case "score":
                score = SkinForm(knowledge.skin, request.POST)
                form: SkinForm | SeenForm = score
            case "see":
                form = seen = SeenForm(asked, request.POST)
            case _:
                raise SuspiciousOperation("There is nothing of that name to do.")
        if form.is_valid() and _recorded(request, person, form):
            return redirect("skin", patient=person.pk)
    screening = person.screenings.first()
    answered = screening.answers.get("skin-type") if screening else None
    used = loop.settle(skintype.known(person, answered=answered))
    context = {
        **about(person, here="screen", on=timezone.localdate()),
        "used": used,
        "ways": list(_ways(person, screening)),
        "stale": screening if screening and used.skin_type != screening.skin_type else None,
        "score": score,
        "seen": seen,
        "once": once.of(request),
        "scale": knowledge.skin.scale[0],
        "limits": knowledge.skin.limit,
        "history": person.skin_typings.select_related("created_by"),
    }
    failed = request.method == "POST"
    return TemplateResponse(request, "clinic/screen/skin.html", context, status=422 if failed else 200)


def _recorded(request: access.Request, person: Patient, form: SkinForm | SeenForm) -> bool:
    at, by = timezone.now(), request.user
    if isinstance(form, SkinForm):
        key = once.of(request)
        made = actions.type_by_questions(patient=person, answers=form.answers(), once=key, by=by, at=at)
    else:
        made = actions.type_by_eye(patient=person, by=by, at=at, **form.cleaned_data)
    if isinstance(made, Refusal):
        once.refused(form, made)
        return False
    messages.success(request, _("Recorded: type %(type)s.") % {"type": made.skin_type})
    return True


def _ways(person: Patient, screening: Screening | None) -> Iterator[dict[str, Any]]:
    """Each way with what it found, by whom and when; with nothing where it was not gone."""
    newest, tone = skintype.typings(person), skintype.measured(person)
    yield {
        "title": _("The ten questions"),
        "found": newest[How.SCORED].skin_type if How.SCORED in newest else "",
        "detail": _scored(newest.get(How.SCORED)),
    }
    yield {
        "title": _("Seen by a practitioner"),
        "found": newest[How.SEEN].skin_type if How.SEEN in newest else "",
        "detail": _seen(newest.get(How.SEEN)),
    }
    answered = screening.answers.get("skin-type", "") if screening else ""
    yield {
        "title": _("The screening’s own question"),
        "found": answered,
        "detail": day(screening.on) if screening and answered else _("Not answered yet."),
    }
    yield {
        "title": _("Measured tone"),
        "found": f"{number(tone.ita_deg, 0)}°" if tone else "",
        "detail": _("%(zone)s, photograph of %(day)s beside a colour card. An angle, no type.")
        % {"zone": tone.zone, "day": day(tone.on)}
        if tone
        else _("No photographs were compared beside a colour card yet."),
        "url": reverse("comparison", args=[tone.comparison]) if tone else "",
    }


def _scored(row: SkinTyping | None) -> str:
    if row is None:
        return _("Not asked yet.")
    words = _("%(points)d points on %(day)s, %(who)s")
    who = row.created_by.full_name if row.created_by else _("by themselves, by their link")
    return words % {"points": row.points, "day": day(row.created_at), "who": who}


def _seen(row: SkinTyping | None) -> str:
    if row is None or row.created_by is None:
        return _("Nobody has looked yet.")
    told = _("%(who)s on %(day)s") % {"who": row.created_by.full_name, "day": day(row.created_at)}
    return f"{told}. {row.note}" if row.note else told

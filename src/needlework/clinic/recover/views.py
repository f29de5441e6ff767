"""Recover: the timetable, the check-ins, and the patient's own page."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from needlework.clinic import access, current, once, permissions
from needlework.clinic.models.people import PatientLink
from needlework.clinic.models.recovery import CheckIn
from needlework.clinic.models.rights import Decision
from needlework.clinic.models.treatment import Session
from needlework.clinic.questionnaire import Questionnaire
from needlework.clinic.recover import actions, skin
from needlework.clinic.recover.course import course
from needlework.clinic.recover.days import plainly, reading
from needlework.clinic.recover.forms import TakeForm, WhenForm
from needlework.clinic.templatetags.format import day
from needlework.clinic.thread import about, who
from needlework.exchange import ical
from needlework.loop import recover as loop
from needlework.records.recover import Timetable, Treatment, Triage, Urgency
from needlework.records.why import Refusal

SESSIONS = Session.objects.select_related("plan__patient")


# ── staff ────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET"])
@access.needs("recover.read")
def recover(request: access.Request, session: UUID) -> HttpResponse:
    """One session's recovery."""
    found = access.get(request, SESSIONS.all(), session)
    treatment = found.as_treatment()
    if treatment is None:
        signed = found.signature() is not None
        told = _("Nothing was needled in this session, so there is nothing to recover from.")
        messages.info(request, told if signed else _("Recovery begins once the session is signed."))
        return redirect("session", session=found.pk)
    return _staff_page(request, found, treatment)


@require_http_methods(["POST"])
@access.needs("patient.link")
def patient_link(request: access.Request, session: UUID) -> HttpResponse:
    """Make the link to the patient's page, whose address is shown this once, or end it."""
    found, now = access.get(request, SESSIONS.all(), session, detail="link"), timezone.now()
    clinical = permissions.may(request.user, "recover.read")
    back = reverse("recover", args=[found.pk]) if clinical else reverse("patient", args=[found.patient.pk])
    match request.POST.get("do"):
        case "revoke":
            actions.revoke(session=found, at=now)
            messages.success(request, _("The link opens nothing any more."))
            return redirect(back)
        case "invite":
            token = actions.invite(session=found, by=request.user, at=now)
            if isinstance(token, Refusal):
                raise Http404
            address = request.build_absolute_uri(reverse("patient-recover", args=[token]))
            head = who(found.patient, on=timezone.localdate())
            sheet = reverse("patient-aftercare", args=[token])
            context = {**head, "address": address, "back": back, "opens": _opens(found), "sheet": sheet}
            return TemplateResponse(request, "clinic/link.html", context)
    raise SuspiciousOperation("There is nothing of that name to do.")


def _opens(found: Session) -> str:
    words = _(
        "It opens the recovery after session %(n)d, %(day)s. Any link made before for that session has ended."
    )
    return words % {"n": found.number, "day": day(found.day)}


@require_http_methods(["GET"])
@access.needs("recover.read")
def recover_calendar(request: access.Request, session: UUID) -> HttpResponse:
    """The timetable as a calendar file."""
    found = access.get(request, SESSIONS.all(), session, detail="calendar")
    return _calendar(_treatment(found))


@require_http_methods(["GET", "POST"])
@access.needs("recover.check-in")
def check_in(request: access.Request, session: UUID) -> HttpResponse:
    """A check-in that staff enter, as they are told it."""
    found, now = access.get(request, SESSIONS.all(), session), timezone.now()
    treatment = _treatment(found)
    form = _questions(request, treatment, now=now)
    when = WhenForm(request.POST or None, initial={"at": timezone.localtime(now)})
    if form.is_bound and form.is_valid() and when.is_valid():
        made = actions.check_in(
            session=found, answers=form.answers(), once=once.of(request), by=request.user,
            at=when.cleaned_data["at"], now=now,
        )  # fmt: skip
        if not isinstance(made, Refusal):
            return redirect(f"{reverse('recover', args=[found.pk])}#check-in-{made.pk}")
        _refused(form, when, made)
    context = {
        **about(found.patient, here="recover", on=timezone.localdate()),
        "session": found,
        "form": form,
        "when": when,
        "once": once.of(request),
    }
    return TemplateResponse(request, "clinic/recover/check_in.html", context, status=_status(form))


@require_http_methods(["POST"])
@access.needs("recover.check-in")
def check_in_take(request: access.Request, check_in: UUID) -> HttpResponse:
    """Take a check-in up."""
    found = access.get(request, CheckIn.objects.select_related("session__plan__patient"), check_in)
    form = TakeForm(request.POST, name=f"take-{found.pk}")
    if form.is_valid():
        taken = actions.take(check_in=found, by=request.user, at=timezone.now(), **form.cleaned_data)
        if not isinstance(taken, Refusal):
            return redirect(f"{reverse('recover', args=[found.session_id])}#check-in-{found.pk}")
        once.refused(form, taken)
    session = found.session
    return _staff_page(request, session, _treatment(session), taking=(found.pk, form), status=422)


def _staff_page(
    request: access.Request,
    found: Session,
    treatment: Treatment,
    *,
    taking: tuple[UUID, TakeForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    now, all_ = timezone.now(), _rows(found)
    shut = set() if permissions.may(request.user, "rights.manage") else Decision.shut_of(all_)
    rows = [row for row in all_ if row.pk not in shut]
    lines = [_taking(row, taking) for row in rows]
    context = {
        **about(found.patient, here="recover", on=timezone.localdate()),
        **_shown(found, treatment, rows, now=now),
        "session": found,
        "check_ins": lines,
        "shut": len(shut),
        "waits": any(line["waits"] for line in lines),
        "links": list(actions.open_links(found, at=now)),
    }
    return TemplateResponse(request, "clinic/recover/recover.html", context, status=status)


def _taking(row: CheckIn, taking: tuple[UUID, TakeForm] | None) -> dict[str, Any]:
    taken = getattr(row, "taken", None)
    form = taking[1] if taking and taking[0] == row.pk else TakeForm(name=f"take-{row.pk}")
    triage = row.as_triage()
    return {
        "row": row,
        "triage": triage,
        "taken": taken,
        "form": form,
        "waits": taken is None and triage.urgency >= Urgency.CALL_TODAY,
    }


# ── the patient ──────────────────────────────────────────────────────────────────────────────────────


@access.by_link(actions.LINK)
@require_http_methods(["GET"])
def patient_recover(request: HttpRequest, link: PatientLink) -> HttpResponse:
    """What is normal now, what to leave alone and until when, when to call."""
    found, treatment, now = *_of(request, link), timezone.now()
    rows = _rows(found)
    open_rows = [row for row in rows if getattr(row, "taken", None) is None]
    pressing = [row for row in open_rows if row.as_triage().urgency >= Urgency.CALL_TODAY]
    worst = max(pressing, key=lambda row: row.as_triage().urgency.rank, default=None)
    context = {
        **_shown(found, treatment, rows, now=now),
        "token": _token(request),
        "standing": worst,
        "triage": _for_patient(worst.as_triage()) if worst else None,
        "newest": rows[0] if rows else None,
        "newest_taken": getattr(rows[0], "taken", None) if rows else None,
        "alarms": loop.alarms(current.protocol().recover),
        "words": current.protocol().recover.words,
    }
    return TemplateResponse(request, "clinic/recover/patient.html", context)


@access.by_link(actions.LINK)
@require_http_methods(["GET"])
def patient_calendar(request: HttpRequest, link: PatientLink) -> HttpResponse:
    """The patient's timetable for their own calendar."""
    _found, treatment = _of(request, link)
    return _calendar(treatment)


@access.by_link(actions.LINK)
@require_http_methods(["GET", "POST"])
def patient_check_in(request: HttpRequest, link: PatientLink) -> HttpResponse:
    """The check-in of the patient; after it, what the answers call for."""
    found, treatment, now = *_of(request, link), timezone.now()
    token = _token(request)
    if request.method == "GET" and "sent" in request.GET:
        return _result(request, found, token)
    form = _questions(request, treatment, now=now)
    if form.is_bound and form.is_valid():
        made = actions.check_in(
            session=found, answers=form.answers(), once=once.of(request), by=None, at=now, now=now
        )
        if not isinstance(made, Refusal):
            return redirect(f"{reverse('patient-check-in', args=[token])}?sent={made.pk}")
        once.refused(form, made)
    context = {"form": form, "token": token, "once": once.of(request)}
    return TemplateResponse(request, "clinic/recover/patient_check_in.html", context, status=_status(form))


def _result(request: HttpRequest, found: Session, token: str) -> HttpResponse:
    """What a check-in that was sent calls for. Only one of this very session."""
    try:
        key = UUID(request.GET["sent"])
    except ValueError:
        raise Http404 from None
    row = found.check_ins.filter(pk=key).first()
    if row is None:
        raise Http404
    context = {"row": row, "triage": _for_patient(row.as_triage()), "token": token}
    return TemplateResponse(request, "clinic/recover/patient_result.html", context)


def _of(request: HttpRequest, link: PatientLink) -> tuple[Session, Treatment]:
    """The session of a link and its treatment; a 404 where there is none, as for an unknown link."""
    found = access.get(request, SESSIONS.all(), link.object_id or "")
    return found, _treatment(found)


def _token(request: HttpRequest) -> str:
    """The token in the page's own address."""
    assert request.resolver_match is not None, "a view is reached by its route"
    return str(request.resolver_match.kwargs["token"])


def _for_patient(triage: Triage) -> Triage:
    """Where somebody is called for, nothing that reassures stands beside it."""
    if triage.urgency < Urgency.CALL_TODAY:
        return triage
    return replace(triage, signs=tuple(one for one in triage.signs if one.urgency >= Urgency.CALL_TODAY))


# ── both ─────────────────────────────────────────────────────────────────────────────────────────────


def _treatment(found: Session) -> Treatment:
    treatment = found.as_treatment()
    if treatment is None:
        raise Http404(_("There is no such page."))
    return treatment


def _rows(found: Session) -> list[CheckIn]:
    return list(found.check_ins.select_related("session", "created_by", "taken__created_by"))


def _shown(found: Session, treatment: Treatment, rows: list[CheckIn], *, now: datetime) -> dict[str, Any]:
    """The timetable, the course and this moment's outlook, for staff and patient alike."""
    protocol = current.protocol()
    knowledge = protocol.recover
    treatment = replace(treatment, where=skin.parts(found, protocol.zones))
    timetable = loop.timetable(treatment, knowledge)
    outlook = loop.expect(treatment, at=timezone.localtime(now), knowledge=knowledge)
    return {
        "treatment": treatment,
        "timetable": timetable,
        **reading(timetable, now=now),
        "phases": outlook.phases,
        "open": skin.reading(outlook, timetable, now=now),
        "course": course(timetable, [row.as_record() for row in rows], knowledge, now=now),
        "treated": plainly(treatment.treated_at, now=now),
    }


def _calendar(treatment: Treatment) -> HttpResponse:
    timetable: Timetable = loop.timetable(treatment, current.protocol().recover)
    content = ical.write(timetable, title=_("Recovery"), made_at=timezone.now())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="recovery.ics"'
    return response


def _questions(request: HttpRequest, treatment: Treatment, *, now: datetime) -> Questionnaire:
    questions, on = current.protocol().recover.question, timezone.localtime(now).date()
    return Questionnaire(questions, on=on, data=request.POST if request.method == "POST" else None)


def _refused(form: Questionnaire, when: WhenForm, refusal: Refusal) -> None:
    """The reasons that speak of the moment go to its own form."""
    of_time = tuple(reason for reason in refusal.reasons if reason.key == "at")
    others = tuple(reason for reason in refusal.reasons if reason.key != "at")
    once.refused(when, Refusal(of_time))
    once.refused(form, Refusal(others))


def _status(form: Questionnaire) -> int:
    return 422 if form.is_bound else 200

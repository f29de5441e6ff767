"""Treat: open a session, chart it, sign it."""

from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousOperation
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from needlework.clinic import access, current, fit, gate, once, permissions
from needlework.clinic.models.people import PatientLink
from needlework.clinic.models.places import Room
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.training import supervisors
from needlework.clinic.models.treatment import Session, SessionEntry
from needlework.clinic.thread import about
from needlework.clinic.treat import actions, late, opening, script, tablet, trained
from needlework.clinic.treat.forms import FORMS, AdverseForm, EntryForm, WordsForm
from needlework.clinic.treat.sheet import sheet
from needlework.records.treat import EventKind
from needlework.records.why import Refusal

M = TypeVar("M", bound=Model)


@require_http_methods(["POST"])
@access.needs("treat.chart")
def treat(request: access.Request, plan: UUID) -> HttpResponse:
    """Open the next session of a plan; where one is open, that one."""
    found = access.get(request, Plan, plan)
    today = timezone.localdate()
    rooms = access.listed(
        request, "rooms", Room.objects.open().filter(site=request.user.site).select_related("site")
    )
    device = trained.device_of(found)
    learning = device is not None and trained.in_training(found, request.user, on=today)
    able = supervisors(device, on=today, besides=request.user) if device and learning else []
    room, supervisor = _chosen(request, "room", rooms), _chosen(request, "supervisor", able)
    if (room is None and len(rooms) > 1) or (supervisor is None and able):
        context = {
            **about(found.patient, here="treat", on=today), "plan": found, "once": once.of(request),
            "rooms": rooms if len(rooms) > 1 else [], "sites": len({one.site_id for one in rooms}),
            "supervisors": able,
        }  # fmt: skip
        return TemplateResponse(request, "clinic/treat/where.html", context)
    room = room or next(iter(rooms), None)
    units = fit.units_for(found, room)
    chosen = fit.chosen(units, [request.POST.get(part, "") for part in ("device", "handpiece")], on=today)
    if chosen is None:
        shown = [(unit, list(fit.against_unit(unit, on=today))) for unit in units]
        here = {
            "plan": found,
            "room": room,
            "supervisor": supervisor,
            "units": shown,
            "handpieces": any(unit.part == "handpiece" for unit in units),
            "warnings": fit.warnings(units, on=today),
        }
        context = {**about(found.patient, here="treat", on=today), **here, "once": once.of(request)}
        return TemplateResponse(request, "clinic/treat/with.html", context)
    opened = actions.open_session(
        plan=found, room=room, supervisor=supervisor, units=chosen, once=once.of(request), by=request.user,
        at=timezone.now(),
    )  # fmt: skip
    if not isinstance(opened, Refusal):
        return redirect("session", session=opened.pk)
    if (open_one := opening.unsigned(found.patient)) is not None:
        messages.warning(request, _("This session is not signed yet. Finish it before another is opened."))
        return redirect("session", session=open_one.pk)
    context = {
        **about(found.patient, here="treat", on=today),
        "plan": found,
        "screening": opening.screening_of(found),
        "reasons": opened.reasons,
    }
    return TemplateResponse(request, "clinic/treat/refused.html", context, status=422)


def _chosen(request: access.Request, name: str, among: list[M]) -> M | None:
    """What was chosen of what is offered; None where nothing was, or something else."""
    asked = request.POST.get(name, "")
    return next((one for one in among if str(one.pk) == asked), None)


@require_http_methods(["GET", "POST"])
@access.needs("treat.chart")
def session(request: access.Request, session: UUID) -> HttpResponse:
    """A session's chart; POST adds one entry to it. A script that has seen all of it is told nothing."""
    if _seen_all(request, session):
        return HttpResponse(status=304)
    found = access.get(
        request, Session.objects.select_related("plan__patient", "created_by", "room__site"), session
    )
    if request.method == "POST":
        return _chart(request, found)
    return script.standing(request, found) if gate.wants_json(request) else _page(request, found)


def _seen_all(request: access.Request, session: UUID) -> bool:
    """Whether the script knows of as many entries as there are: nothing of the record is shown for that."""
    seen = request.headers.get("If-None-Match")
    if request.method != "GET" or seen is None or not gate.wants_json(request):
        return False
    found = Session.objects.select_related("plan__patient").filter(pk=session).first()
    if found is None or not access.still_theirs(request, found):
        return False
    return seen == f'"{SessionEntry.objects.filter(session=session).count()}"'


@require_http_methods(["GET"])
@access.needs("incident.keep")
def session_incident(request: access.Request, session: UUID) -> HttpResponse:
    """On to an incident made of what went wrong last in this session, of that kind where one is named."""
    found = access.get(request, Session.objects.select_related("plan__patient"), session)
    harm, sign = found.entries.filter(kind=EventKind.ADVERSE), request.GET.get("sign", "")
    entry = (harm.filter(data__sign=sign) if sign else harm).last()
    if entry is None:
        messages.info(request, _("It has not arrived from the tablet yet. Make the incident once it has."))
        return redirect("session", session=found.pk)
    return redirect(f"{reverse('incident-new')}?entry={entry.pk}")


@require_http_methods(["GET"])
@access.public
def worker(request: HttpRequest) -> HttpResponse:
    """The script with which a tablet shows a session without the network; its address is its reach."""
    found = Path(str(finders.find("clinic/offline/worker.js"))).read_bytes()
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(found, content_type="text/javascript; charset=utf-8", headers=headers)


def _chart(request: access.Request, found: Session) -> HttpResponse:
    """Append one entry; or show the same page with the reasons, and what was typed still in its form."""
    form, asked = _sent(request, found), gate.wants_json(request)
    if asked and request.POST.get("by", str(request.user.pk)) != str(request.user.pk):
        return script.of_another(request.user.full_name)
    if form.kind is EventKind.SIGNED and not permissions.may(request.user, "treat.sign"):
        raise permissions.refused("treat.sign", _("Your role does not include signing."))
    if not form.is_valid():
        return script.refused(form) if asked else _page(request, found, refused=form)
    told = tablet.told(request.POST, opened=found.created_at, now=timezone.now())
    charted = actions.chart(
        session=found, kind=form.kind, data=form.entry(), once=form.cleaned_data["once"], by=request.user,
        at=told.at, said_at=told.said_at, tablet=told.tablet, n=told.n, late=late.of(form),
    )  # fmt: skip
    if asked:
        return script.refused(form, charted) if isinstance(charted, Refusal) else script.charted(charted)
    if not isinstance(charted, Refusal):
        said = form.entry()
        url = _url(request, found, zone=str(said.get("zone", "")))
        if sign := said.get("sign"):
            url = f"{url}{'&' if '?' in url else '?'}{urlencode({'now': sign})}#harm"
        return redirect(url)
    once.refused(form, charted)
    if any(reason.key == actions.SENT_BEFORE for reason in charted.reasons):
        form.sent_anew()
    return _page(request, found, refused=form)


def _sent(request: access.Request, found: Session) -> EntryForm:
    try:
        shape = FORMS[EventKind(request.POST.get("kind", ""))]
    except ValueError:
        raise SuspiciousOperation("There is no such kind of entry.") from None
    if shape is AdverseForm:
        zones = [(zone.zone, zone.name) for zone in found.plan.as_record().zones]
        return AdverseForm(request.POST, zones=zones)
    if issubclass(shape, WordsForm):
        return shape(request.POST, products=fit.on_skin())
    return shape(request.POST)


def _page(request: access.Request, found: Session, *, refused: EntryForm | None = None) -> HttpResponse:
    shown = sheet(
        found,
        actions.device_of(found),
        current.protocol(),
        zone=request.GET.get("zone", ""),
        refused=refused,
        ahead=request.GET.get("kit", ""),
        now=request.GET.get("now", ""),
    )
    units = [use.unit for use in found.units.select_related("unit")]
    context = {
        **about(found.patient, here="treat", on=timezone.localdate()), **shown, "url": _url(request, found),
        **trained.shown(found, request.user, on=timezone.localdate()),
        "links": list(PatientLink.opening(found.pk, purpose=PatientLink.RECOVER, at=timezone.now())),
        "recalled": fit.of_session(found), "units": units,
        "handpiece_asked": not any(unit.part == unit.Part.HANDPIECE for unit in units),
    }  # fmt: skip
    status = 422 if refused is not None else 200
    return TemplateResponse(request, "clinic/treat/session.html", context, status=status)


def _url(request: access.Request, found: Session, *, zone: str = "") -> str:
    """The page with the zone at hand that was just charted, else with the same as before."""
    url, zones = reverse("session", args=[found.pk]), {one.zone for one in found.plan.as_record().zones}
    zone = zone or request.GET.get("zone", "")
    return f"{url}?zone={zone}" if zone in zones else url

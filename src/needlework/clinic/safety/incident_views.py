"""Incidents: made from the chart, kept in versions, reported without a name, by the clinic's deadlines."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from needlework.clinic import access, audit, current, once
from needlework.clinic.models.people import Patient
from needlework.clinic.models.recovery import CheckIn
from needlework.clinic.models.safety import Holiday, Incident, ReportingClock, waiting
from needlework.clinic.models.treatment import LateEntry, Session, SessionEntry
from needlework.clinic.safety import actions, forms, shapes
from needlework.clinic.safety.clocks import SUGGESTED
from needlework.clinic.templatetags.format import zone_names
from needlework.records.treat import EventKind
from needlework.records.why import Refusal

LATELY = 200


@require_http_methods(["GET"])
@access.needs("incident.keep")
def incidents(request: access.Request) -> HttpResponse:
    """What waits, the nearest deadline first, and what is closed."""
    today = timezone.localdate()
    theirs = Incident.seen_by(request.user)
    ended = theirs.exclude(closed=None).select_related("patient", "closed").prefetch_related("versions")
    open_ = waiting(theirs, on=today)
    context = {
        "waiting": open_, "closed": access.listed(request, "incidents", ended[:LATELY]),
        "here": "incidents", "today": today, "clocks": ReportingClock.objects.filter(is_on=True).exists(),
    }  # fmt: skip
    audit.note("list", "incidents", detail=f"open: {len(open_)}")
    return TemplateResponse(request, "clinic/safety/incidents.html", context)


@require_http_methods(["GET", "POST"])
@access.needs("incident.keep")
def incident_new(request: access.Request) -> HttpResponse:
    """A new incident: from an adverse entry, a check-in, a session, a person, or by hand."""
    today = timezone.localdate()
    about, known = _from_chart(request)
    form = forms.IncidentForm(request.POST or None, on=today, initial={"known_on": today, **known})
    if form.is_bound and form.is_valid():
        kept = actions.report_incident(
            about=about, once=form.cleaned_data["once"], by=request.user, at=timezone.now(), **form.said()
        )
        if not isinstance(kept, Refusal):
            return redirect("incident", incident=kept.pk)
        once.refused(form, kept)
    context = {"form": form, "about": about, "known": _known(request, about)}
    return TemplateResponse(request, "clinic/safety/incident_form.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
@access.needs("incident.keep")
def incident(request: access.Request, incident: UUID) -> HttpResponse:
    """One incident: its deadlines, what is known, what was known before. POST closes it."""
    found = access.get(request, _rows(), incident)
    form = forms.CloseForm(request.POST or None)
    if form.is_bound and form.is_valid():
        kept = actions.close(incident=found, by=request.user, at=timezone.now(), **form.cleaned_data)
        if not isinstance(kept, Refusal):
            return redirect("incident", incident=found.pk)
        once.refused(form, kept)
    today = timezone.localdate()
    versions = list(found.versions.select_related("created_by"))
    context = {
        "incident": found,
        "now": versions[0],
        "facts": list(_facts(versions[0].said)),
        "before": [(one, list(_facts(one.said))) for one in versions[1:]],
        "clocks": [(clock, clock.tone(today)) for clock in found.clocks()],
        "reports": found.reports.select_related("created_by", "clock"),
        "form": form,
        "today": today,
    }
    return TemplateResponse(request, "clinic/safety/incident.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
@access.needs("incident.keep")
def incident_change(request: access.Request, incident: UUID) -> HttpResponse:
    """Write what is known now. What was known before stays readable."""
    found = access.get(request, _rows(), incident)
    now = found.newest()
    known = {**now.said, "severity": now.severity, "happened_on": now.happened_on, "known_on": now.known_on}
    form = forms.IncidentForm(request.POST or None, on=timezone.localdate(), initial=known)
    seen = _uuid(request.POST.get("seen", "")) or now.pk
    if form.is_bound and form.is_valid():
        kept = actions.correct_incident(
            incident=found, seen=seen, once=form.cleaned_data["once"], by=request.user, at=timezone.now(),
            **form.said(),
        )  # fmt: skip
        if not isinstance(kept, Refusal):
            return redirect("incident", incident=found.pk)
        once.refused(form, kept)
    context = {"form": form, "incident": found, "seen": seen, "about": {"patient": found.patient}}
    return TemplateResponse(request, "clinic/safety/incident_form.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
@access.fresh
@access.needs("incident.report")
def incident_report(request: access.Request, incident: UUID, shape: str) -> HttpResponse:
    """Exactly what would leave; POST, once somebody has read it, gives it as a file and keeps that."""
    if shape not in shapes.SHAPES:
        raise Http404
    found = access.get(request, _rows(), incident)
    report = shapes.report(found, shape, on=timezone.localdate())
    form = forms.ReportForm(request.POST or None, initial={"sha256": report.sha256()})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        kept = actions.send(
            incident=found, report=report, sha256=said["sha256"], clock=said["clock"], whom=said["whom"],
            once=said["once"], by=request.user, at=timezone.now(),
        )  # fmt: skip
        if not isinstance(kept, Refusal):
            return _file(report, said["format"])
        once.refused(form, kept)
        form.data = {**request.POST.dict(), "sha256": report.sha256(), "read": ""}
    context = {"incident": found, "report": report, "form": form, "shape": shape}
    return TemplateResponse(request, "clinic/safety/incident_report.html", context, status=_status(form))


def _file(report: shapes.Report, kind: str) -> HttpResponse:
    body = report.as_json() if kind == "json" else report.as_csv()
    mime = "application/json" if kind == "json" else "text/csv"
    response = HttpResponse(body, content_type=f"{mime}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="incident-{report.shape}.{kind}"'
    return response


# ── deadlines ────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@access.needs("incident.report")
def clocks(request: access.Request) -> HttpResponse:
    """By when this clinic reports what to whom. POST keeps the holidays."""
    days = "\n".join(day.isoformat() for day in Holiday.objects.values_list("day", flat=True))
    form = forms.HolidaysForm(request.POST or None, initial={"days": days})
    if form.is_bound and form.is_valid():
        actions.keep_holidays(days=form.cleaned_data["days"], by=request.user)
        messages.success(request, _("Saved."))
        return redirect("clocks")
    rows = access.listed(request, "clocks", ReportingClock.objects.all())
    known = {one.source for one in rows}
    offered = [(n, one) for n, one in enumerate(SUGGESTED) if one.source not in known]
    context = {"rows": [(one, _words(one.serious)) for one in rows], "form": form,
               "offered": [(n, one, _words(one.serious)) for n, one in offered]}  # fmt: skip
    return TemplateResponse(request, "clinic/safety/clocks.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
@access.needs("incident.report")
def clock_new(request: access.Request) -> HttpResponse:
    """A deadline of the clinic's own, or one that is offered."""
    number = request.GET.get("like", "")
    like = SUGGESTED[int(number)] if number.isdecimal() and int(number) < len(SUGGESTED) else None
    return _clock(request, None, {**like._asdict(), "is_on": True} if like else {"is_on": True})


@require_http_methods(["GET", "POST"])
@access.needs("incident.report")
def clock(request: access.Request, clock: UUID) -> HttpResponse:
    found = access.get(request, ReportingClock, clock)
    return _clock(request, found, {name: getattr(found, name) for name in forms.ClockForm.base_fields})


def _clock(request: access.Request, found: ReportingClock | None, known: dict[str, Any]) -> HttpResponse:
    form = forms.ClockForm(request.POST or None, initial=known)
    if form.is_bound and form.is_valid():
        actions.keep_clock(clock=found, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("clocks")
    return TemplateResponse(
        request, "clinic/safety/clock.html", {"form": form, "clock": found}, status=_status(form)
    )


def _known(request: access.Request, about: dict[str, Any]) -> list[Incident]:
    """What is open already of this session, so that nobody reports the same thing a second time."""
    if "session" not in about:
        return []
    rows = Incident.seen_by(request.user).filter(closed=None, session=about["session"])
    return list(rows.prefetch_related("versions"))


# ── what the chart knows ─────────────────────────────────────────────────────────────────────────────


def _from_chart(request: access.Request) -> tuple[dict[str, Any], dict[str, Any]]:
    """Whom and what it is about, and what the chart says already."""
    if given := request.GET.get("entry"):
        entry = access.get(request, SessionEntry.objects.select_related("session__plan__patient"), given)
        about = {"entry": entry, "session": entry.session, "patient": entry.session.patient}
        said = {**(entry.put_down.data if entry.put_down else {}), **entry.data}
        zone = str(said.get("zone", ""))
        pack = {name: said[name] for name in ("lot", "serial", "expires") if said.get(name)}
        return about, {
            **_of_session(entry.session, zone),
            **(pack if entry.put_down and entry.put_down.kind == EventKind.CARTRIDGE else {}),
            "what": str(said.get("what") or said.get("text", "")),
            "happened_on": timezone.localdate(entry.at),
        }
    if given := request.GET.get("check_in"):
        check_in = access.get(request, CheckIn.objects.select_related("session__plan__patient"), given)
        about = {"session": check_in.session, "patient": check_in.session.patient}
        signs = "\n".join(sign.say for sign in check_in.as_triage().signs)
        return about, {**_of_session(check_in.session, ""), "what": signs,
                       "happened_on": timezone.localdate(check_in.at)}  # fmt: skip
    if given := request.GET.get("session"):
        session = access.get(request, Session.objects.select_related("plan__patient"), given)
        return {"session": session, "patient": session.patient}, {
            **_of_session(session, ""),
            "happened_on": session.day,
        }
    if given := request.GET.get("patient"):
        return {"patient": access.get(request, Patient, given)}, {}
    return {}, {}


def _of_session(session: Session, zone: str) -> dict[str, Any]:
    """Device, UDI, lot, serial, zone and depth, as far as they were charted."""
    plan = session.plan.as_record()
    device = next((one for one in current.protocol().devices.device if one.id == plan.device), None)
    used = session.units.filter(unit__part="device").select_related("unit").first()
    cartridge = session.cartridges.order_by("-id").first()
    passes = [one.data for one in session.entries.filter(kind=EventKind.PASS)]
    late = LateEntry.objects.filter(entry__session=session, kind=EventKind.PASS)
    passes += [one.data for one in late if {"zone", "set_depth_mm"} <= one.data.keys()]
    here = [one for one in passes if not zone or one["zone"] == zone]
    zones = [zone] if zone else list(dict.fromkeys(str(one["zone"]) for one in passes))
    return {
        "device": plan.device_name,
        "maker": device.maker if device else "",
        "udi": used.unit.udi if used else "",
        "unit": used.unit.serial if used else "",
        "lot": cartridge.lot if cartridge else "",
        "serial": cartridge.serial if cartridge else "",
        "expires": cartridge.expires.isoformat() if cartridge else "",
        "zone": zone_names(zones),
        "depth_mm": max((float(one["set_depth_mm"]) for one in here), default=None),
    }


def _facts(said: dict[str, str]):
    """Label and value of each field that somebody filled."""
    for name, field in forms.IncidentForm.base_fields.items():
        if said.get(name):
            yield field.label, said[name]


def _words(serious) -> str:
    names = dict(Incident.Severity.choices)
    return ", ".join(str(names.get(one, one)) for one in serious)


def _rows():
    return Incident.objects.select_related("patient", "session__plan", "closed__created_by").prefetch_related(
        "versions", "reports", "patient__versions"
    )


def _uuid(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None


def _status(form) -> int:
    return 422 if form.is_bound else 200

"""The sites of the clinic and their rooms."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from needlework.clinic import access, once
from needlework.clinic.models.people import Membership
from needlework.clinic.models.places import Room, Site
from needlework.clinic.sites import actions
from needlework.clinic.sites.forms import ReceiveForm, RoomForm, SiteForm
from needlework.records.why import Refusal


@require_http_methods(["GET", "POST"])
@access.needs("me")
def here(request: access.Request) -> HttpResponse:
    """At which of their sites somebody works from now on; kept with the sign-in, and through a lock."""
    standing: list[Membership] = getattr(request, "standing", [])
    chosen = next((one for one in standing if str(one.site_id) == request.POST.get("site")), None)
    if chosen is None or request.sign_in is None:
        return TemplateResponse(request, "clinic/sites/here.html", {"standing": standing})
    actions.work_at(sign_in=request.sign_in, site=chosen.site, by=request.user)
    messages.success(request, _("You work at %(site)s now.") % {"site": chosen.site.name})
    return redirect("today")


@require_http_methods(["POST"])
@access.needs("patient.receive")
def receive(request: access.Request, patient: UUID) -> HttpResponse:
    """Somebody who is known at another site comes here: they say when they were born."""
    person = access.whoever(request, patient)
    born = ReceiveForm(request.POST)
    received = actions.receive(
        patient=person, born_on=born.cleaned_data["born_on"] if born.is_valid() else None, by=request.user,
        at=timezone.now(),
    )  # fmt: skip
    if isinstance(received, Refusal):
        messages.error(request, " ".join(f"{one.problem} {one.do}" for one in received.reasons))
    return redirect("patient", patient=person.pk)


@require_http_methods(["GET"])
@access.needs("clinic.manage")
def sites(request: access.Request) -> HttpResponse:
    """Where the clinic works."""
    rows = access.listed(
        request, "sites", Site.objects.prefetch_related("rooms").order_by("-is_open", "name")
    )
    return TemplateResponse(request, "clinic/sites/sites.html", {"sites": rows})


@require_http_methods(["GET", "POST"])
@access.needs("clinic.manage")
def site_new(request: access.Request) -> HttpResponse:
    """Add a site; it begins with one room."""
    known = {"time_zone": timezone.get_default_timezone_name(), "is_open": True}
    return _site(request, None, SiteForm(request.POST or None, initial=known))


@require_http_methods(["GET", "POST"])
@access.needs("clinic.manage")
def site(request: access.Request, site: UUID) -> HttpResponse:
    """One site: its name, time zone and phones, and its rooms."""
    found = access.get(request, Site, site)
    known = {name: getattr(found, name) for name in SiteForm.base_fields}
    return _site(request, found, SiteForm(request.POST or None, initial=known))


def _site(request: access.Request, found: Site | None, form: SiteForm) -> HttpResponse:
    if form.is_bound and form.is_valid():
        kept = actions.keep_site(site=found, by=request.user, **form.cleaned_data)
        if not isinstance(kept, Refusal):
            messages.success(request, _("Saved: %(name)s.") % {"name": kept.name})
            return redirect("site", site=kept.pk)
        once.refused(form, kept)
    rooms = found.rooms.order_by("-is_open", "name") if found else []
    context = {"form": form, "site": found, "rooms": rooms, "time_zones": SiteForm.time_zones()}
    return TemplateResponse(request, "clinic/sites/site.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
@access.needs("clinic.manage")
def room_new(request: access.Request, site: UUID) -> HttpResponse:
    """Add a room to a site."""
    found = access.get(request, Site, site)
    return _room(request, found, None, RoomForm(request.POST or None))


@require_http_methods(["GET", "POST"])
@access.needs("clinic.manage")
def room(request: access.Request, room: UUID) -> HttpResponse:
    """A room's name, and whether it is in use."""
    found = access.get(request, Room.objects.select_related("site"), room)
    known = {"name": found.name, "is_open": found.is_open}
    return _room(request, found.site, found, RoomForm(request.POST or None, initial=known))


def _room(request: access.Request, site: Site, found: Room | None, form: RoomForm) -> HttpResponse:
    if form.is_bound and form.is_valid():
        kept = actions.keep_room(site=site, room=found, by=request.user, **form.cleaned_data)
        if not isinstance(kept, Refusal):
            messages.success(request, _("Saved: %(name)s.") % {"name": kept.name})
            return redirect("site", site=site.pk)
        once.refused(form, kept)
    context = {"form": form, "site": site, "shown_room": found}
    return TemplateResponse(request, "clinic/sites/room.html", context, status=_status(form))


def _status(form: forms.Form) -> int:
    return 422 if form.is_bound else 200

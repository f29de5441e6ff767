"""The clinic itself, those who work there, and one's own account."""

from uuid import UUID

from allauth.core.internal import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from needlework.clinic import access, audit, current, once
from needlework.clinic.models.people import Clinic, Membership, User
from needlework.clinic.models.places import Site
from needlework.clinic.staff import actions
from needlework.clinic.staff.forms import (
    ClinicForm,
    MemberForm,
    NewcomerForm,
    OwnPasswordForm,
    PasswordForm,
    RoleForm,
)
from needlework.records.why import Refusal

SECRETS = ("now", "password1", "password2")
"""The fields that no report of an error may show."""


@require_http_methods(["GET", "POST"])
@access.needs("clinic.manage")
def clinic(request: access.Request) -> HttpResponse:
    """What the clinic is called, and who works there."""
    here = Clinic.objects.first()
    known = {"name": here.name, "phone": here.phone} if here else {}
    form = ClinicForm(request.POST or None, initial=known)
    if form.is_bound and form.is_valid():
        actions.name_clinic(**form.cleaned_data, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("clinic")
    staff = access.listed(request, "staff", User.objects.order_by("-is_active", "full_name"))
    licences = {one.id: one.name for one in current.protocol().places.place}
    rows = [{"user": one, "licence": licences.get(one.place, one.place)} for one in staff]
    context = {"form": form, "named": here is not None, "staff": rows}
    return TemplateResponse(request, "clinic/staff/clinic.html", context, status=_status(form))


@sensitive_post_parameters(*SECRETS)
@require_http_methods(["GET", "POST"])
@access.fresh
@access.needs("clinic.manage")
def staff_new(request: access.Request) -> HttpResponse:
    """Add somebody, with a first password that is handed to them."""
    form = NewcomerForm(request.POST or None)
    if form.is_bound and form.is_valid():
        made = actions.add(**form.newcomer(), by=request.user, at=timezone.now())
        if not isinstance(made, Refusal):
            told = _("%(name)s may sign in as %(username)s. Hand over the password in person.")
            messages.success(request, told % {"name": made.full_name, "username": made.username})
            return redirect("clinic")
        once.refused(form, made)
    return TemplateResponse(request, "clinic/staff/newcomer.html", {"form": form}, status=_status(form))


@require_http_methods(["GET", "POST"])
@access.fresh
@access.needs("clinic.manage")
def staff_member(request: access.Request, user: UUID) -> HttpResponse:
    """Somebody's role, licence, and whether they may sign in."""
    member = access.get(request, User, user)
    known = {"role": member.role, "place": member.place, "is_active": member.is_active}
    form = MemberForm(request.POST or None, initial=known)
    if form.is_bound and form.is_valid():
        changed = actions.change(user=member, **form.cleaned_data, by=request.user, at=timezone.now())
        if not isinstance(changed, Refusal):
            messages.success(request, _("Saved: %(name)s.") % {"name": changed.full_name})
            return redirect("today" if changed == request.user else "clinic")
        once.refused(form, changed)
    context = {"form": form, "member": member}
    return TemplateResponse(request, "clinic/staff/member.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
@access.fresh
@access.needs("clinic.manage")
def staff_roles(request: access.Request, user: UUID) -> HttpResponse:
    """Somebody's roles, each at its site; give one, or end one."""
    member, ending = access.get(request, User, user), request.POST.get("end")
    form = RoleForm(None if ending else request.POST or None)
    held = access.listed(request, "roles", member.memberships.select_related("site").order_by("-begins_at"))
    if (said := _roles_said(request, member, form, held)) is not None:
        if not isinstance(said, Refusal):
            messages.success(request, _("Saved: %(name)s.") % {"name": member.full_name})
            return redirect("staff-roles", user=member.pk)
        form = form if form.is_bound else RoleForm(request.POST)
        form.errors.clear()
        once.refused(form, said)
    now = {one.pk for one in member.standing()}
    context = {"form": form, "member": member, "memberships": held, "now": now}
    return TemplateResponse(request, "clinic/staff/roles.html", context, status=_status(form))


def _roles_said(
    request: access.Request, member: User, form: RoleForm, held: list[Membership]
) -> Membership | Refusal | None:
    """What came of what was sent; None where nothing was, or nothing that can be read."""
    if ending := request.POST.get("end"):
        found = next((one for one in held if str(one.pk) == ending), None)
        return found and actions.part(membership=found, by=request.user, at=timezone.now())
    if not (form.is_bound and form.is_valid()):
        return None
    return actions.join(
        user=member, site=Site.objects.get(pk=form.cleaned_data["site"]), role=form.cleaned_data["role"],
        ends_at=form.ends_at(), by=request.user, at=timezone.now(),
    )  # fmt: skip


@sensitive_post_parameters(*SECRETS)
@require_http_methods(["GET", "POST"])
@access.fresh
@access.needs("clinic.manage")
def staff_password(request: access.Request, user: UUID) -> HttpResponse:
    """A new password for somebody who lost theirs. One's own is changed by knowing it."""
    member = access.get(request, User, user)
    if member == request.user:
        return redirect("me")
    form = PasswordForm(request.POST or None, user=member)
    if form.is_bound and form.is_valid():
        password = form.cleaned_data["password1"]
        actions.set_password(user=member, password=password, by=request.user, at=timezone.now())
        told = _("%(name)s has a new password and is signed out everywhere. Hand it over in person.")
        messages.success(request, told % {"name": member.full_name})
        return redirect("clinic")
    context = {"form": form, "member": member}
    return TemplateResponse(request, "clinic/staff/password.html", context, status=_status(form))


@sensitive_post_parameters(*SECRETS)
@require_http_methods(["GET", "POST"])
@access.needs("me")
def me(request: access.Request) -> HttpResponse:
    """Who is signed in; a new password, which ends every other session of theirs."""
    form = OwnPasswordForm(request.POST or None, user=request.user)
    if form.is_bound and not ratelimit.consume(request, app="allauth.account", action="change_password"):
        return ratelimit.handler429(request)
    if form.is_bound and form.is_valid():
        actions.set_password(
            user=request.user, password=form.cleaned_data["password1"], by=request.user, at=timezone.now(),
            keep=request.sign_in,
        )  # fmt: skip
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Your password is changed. Elsewhere you are signed out."))
        return redirect("me")
    if form.has_error("now"):
        audit.note("login-failed", request.user)
    return TemplateResponse(request, "clinic/me.html", {"form": form}, status=_status(form))


def _status(form: forms.Form) -> int:
    return 422 if form.is_bound else 200

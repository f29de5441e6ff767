"""The lock of a shared device, one's own PIN and sign-ins, and what the director sets and mends."""

from typing import Any
from uuid import UUID

from allauth.account.internal.stagekit import clear_login
from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth import logout as leave
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from needlework.clinic import access, once
from needlework.clinic.account import actions, happened, lockout, signins
from needlework.clinic.account.forms import LostForm, PinForm, RulesForm, UnlockForm, names
from needlework.clinic.models.account import Pin, SignIn, SignInRules, SignIns, has_factor
from needlework.clinic.models.people import User
from needlework.records.why import Refusal

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
DRAFT_MAX = 20_000

# ── in and out ───────────────────────────────────────────────────────────────────────────────────────


@require_POST
@access.needs("me")
def logout(request: access.Request) -> HttpResponse:
    """Sign out of this device, and have the browser forget what it kept of the pages."""
    SignIn.objects.filter(pk=request.sign_in.pk).end(at=timezone.now(), by=request.user, reason="self")
    leave(request)
    response = redirect("lock" if signins.locked_here(request) else "account_login")
    response["Clear-Site-Data"] = '"cache"'  # not "storage": unsent entries of a session wait there
    return response


@require_POST
@access.public
def anew(request: HttpRequest) -> HttpResponse:
    """Leave the second step of signing in, to begin as somebody else."""
    clear_login(request)
    return redirect("account_login")


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
@access.public
def lock(request: HttpRequest) -> HttpResponse:
    """Lock this device; where it is locked, let back in whoever has signed in on it and knows their PIN."""
    if request.user.is_authenticated:
        if request.method == "POST" and "pin" not in request.POST:  # a second tap on Unlock locks nothing
            typed = request.POST.get("draft", "")
            draft = typed if len(typed) <= DRAFT_MAX and "\0" not in typed else ""
            signins.lock(request, request.sign_in, where=request.POST.get("where", ""), draft=draft)  # type: ignore[attr-defined]
            return redirect("lock")
        return redirect(request.sign_in.where or "today")  # type: ignore[attr-defined]
    people = signins.locked_here(request)
    if not people:
        return redirect("account_login")
    form = UnlockForm(request.POST if "pin" in request.POST else None, people=names(people))
    if form.is_bound and form.is_valid():
        (chosen,) = [one for one in people if str(one.pk) == form.cleaned_data["who"]]
        unlocked = actions.try_pin(sign_in=chosen, pin=form.cleaned_data["pin"], at=timezone.now())
        if not isinstance(unlocked, Refusal):
            return _enter(request, unlocked)
        once.refused(form, unlocked)
    context = {"form": form, "people": people, "last": people[0]}
    return TemplateResponse(
        request, "clinic/account/lock.html", context, status=422 if form.is_bound else 200
    )


def _enter(request: HttpRequest, sign_in: SignIn) -> HttpResponse:
    """A new session for a sign-in that stands: back to where it was locked."""
    request.unlocking = sign_in  # type: ignore[attr-defined]
    login(request, sign_in.user, backend=BACKEND)
    return redirect(f"{sign_in.where or '/'}{'#kept' if sign_in.draft else ''}")


@require_GET
@access.needs("me")
def draft(request: access.Request) -> HttpResponse:
    """What stood typed when this device was locked: given once, to the person who typed it."""
    kept = request.sign_in.draft
    if kept:
        SignIn.objects.filter(pk=request.sign_in.pk).update(draft="")
    return JsonResponse({"draft": kept, "where": request.sign_in.where})


# ── one's own account ────────────────────────────────────────────────────────────────────────────────


class Index(IndexView):
    """How one signs in: second factors, PIN, where one is signed in, and what happened to the account."""

    template_name = "clinic/account/factors.html"

    def get_context_data(self, **also: Any) -> dict[str, Any]:
        user, now = self.request.user, timezone.now()
        codes = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
        return {
            **super().get_context_data(**also),
            "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
            "has_factor": has_factor(user),
            "owes": self.request.sign_in.owes_factor,
            "has_pin": Pin.objects.filter(user=user).exists(),
            "sign_ins": SignIn.objects.filter(user=user).open(at=now).order_by("-seen_at"),
            "happened": happened.to(user),
        }


@sensitive_post_parameters("pin", "again")
@require_http_methods(["GET", "POST"])
@access.fresh
@access.needs("me")
def pin(request: access.Request) -> HttpResponse:
    """Set or change one's PIN."""
    form = PinForm(request.POST or None)
    if form.is_bound and form.is_valid():
        made = actions.set_pin(pin=form.cleaned_data["pin"], by=request.user, at=timezone.now())
        if not isinstance(made, Refusal):
            messages.success(request, _("Your PIN is set. It unlocks devices on which you signed in."))
            return redirect("mfa_index")
        once.refused(form, made)
    return TemplateResponse(request, "clinic/account/pin.html", {"form": form}, status=_status(form))


@require_POST
@access.fresh
@access.needs("me")
def sign_ins(request: access.Request) -> HttpResponse:
    """Sign out one of one's own sign-ins, or all but this."""
    mine = SignIn.objects.open(at=timezone.now()).exclude(pk=request.sign_in.pk)
    which = request.POST.get("which", "")
    chosen = mine if which == "others" else _one(mine, which)
    count = actions.sign_out(sign_ins=chosen, user=request.user, by=request.user, at=timezone.now())
    messages.success(request, _("Signed out there: %(count)d.") % {"count": count})
    return redirect("mfa_index")


def _one(among: SignIns, which: str) -> SignIns:
    try:
        return among.filter(pk=UUID(which))
    except ValueError:
        return among.none()


# ── the director ─────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@access.fresh
@access.needs("clinic.manage")
def rules(request: access.Request) -> HttpResponse:
    """What this clinic asks of those who sign in."""
    now = SignInRules.current()
    known = {name: getattr(now, name) for name in ("second_factor", "lock_minutes", "hours")}
    form = RulesForm(request.POST or None, initial=known)
    if form.is_bound and form.is_valid():
        actions.set_rules(**form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("clinic")
    return TemplateResponse(request, "clinic/account/rules.html", {"form": form}, status=_status(form))


@require_http_methods(["GET", "POST"])
@access.fresh
@access.needs("clinic.manage")
def staff_sign_ins(request: access.Request, user: UUID) -> HttpResponse:
    """Where somebody is signed in, with which proofs; sign them out, or lift a lock-out."""
    member = access.get(request, User, user)
    now = timezone.now()
    theirs = SignIn.objects.filter(user=member).open(at=now).exclude(pk=request.sign_in.pk)
    if request.method == "POST":
        return _mended(request, member, theirs)
    context = {
        "member": member, "sign_ins": access.listed(request, "sign-ins", theirs),
        "until": lockout.until(member),
        "has_factor": has_factor(member), "has_pin": hasattr(member, "pin"),
    }  # fmt: skip
    return TemplateResponse(request, "clinic/account/staff_sign_ins.html", context)


def _mended(request: access.Request, member: User, theirs: SignIns) -> HttpResponse:
    said = request.POST.get("do", "")
    if said == "release":
        actions.release(user=member, by=request.user)
        messages.success(request, _("%(name)s may try again.") % {"name": member.full_name})
    elif said in {"all", "one"}:
        chosen = theirs if said == "all" else _one(theirs, request.POST.get("which", ""))
        count = actions.sign_out(sign_ins=chosen, user=member, by=request.user, at=timezone.now())
        messages.success(request, _("Signed out there: %(count)d.") % {"count": count})
    else:
        return HttpResponse(_("Nothing was asked for."), status=400, content_type="text/plain; charset=utf-8")
    return redirect("staff-sign-ins", user=member.pk)


@require_http_methods(["GET", "POST"])
@access.fresh
@access.needs("clinic.manage")
def staff_factors_reset(request: access.Request, user: UUID) -> HttpResponse:
    """Take away somebody's second factors and PIN, because they are lost."""
    member = access.get(request, User, user)
    form = LostForm(request.POST or None)
    if form.is_bound and form.is_valid():
        refused = actions.reset_factors(
            user=member, why=form.cleaned_data["why"], by=request.user, at=timezone.now()
        )
        if refused is None:
            told = _("%(name)s signs in with the password alone once more, and is told so then.")
            messages.success(request, told % {"name": member.full_name})
            return redirect("staff-sign-ins", user=member.pk)
        once.refused(form, refused)
    context = {"form": form, "member": member}
    return TemplateResponse(request, "clinic/account/lost.html", context, status=_status(form))


def _status(form: PinForm | RulesForm | LostForm) -> int:
    return 422 if form.is_bound else 200

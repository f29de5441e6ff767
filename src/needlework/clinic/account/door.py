"""
The middleware that keeps the door: it stands after Django's login and before `gate.Gate`.

A sign-in that has ended or is locked has no user here, so that every page is refused by default. A locked
device answers in its own way: a page leads to the lock, everything else gets 423 and what to do, as JSON
where that was asked for. Somebody who owes a second factor gets nowhere but to the page that adds one. A
dangerous act wants a proof of the last minutes.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from needlework.clinic import access, gate, permissions
from needlework.clinic.account import signins
from needlework.clinic.models.account import SignIn

FIRST_DAY = frozenset({
    "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes", "account_reauthenticate",
    "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
})  # fmt: skip
"""Where one gets without the second factor that one owes."""
ALWAYS = frozenset({"logout", "lock", "lock-draft"})
DEVICE_AGE_S = 400 * 24 * 60 * 60


class Door:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        signins.resume(request)
        response = self.get_response(request)
        if token := getattr(request, "new_device", ""):
            response.set_cookie(
                settings.DEVICE_COOKIE, token, max_age=DEVICE_AGE_S, secure=settings.HTTPS, httponly=True,
                samesite="Lax", path="/",
            )  # fmt: skip
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        declared: access.Declared | None = getattr(view, "access", None)
        if declared is None or declared.kind != "permission":
            return None
        if not request.user.is_authenticated:
            return _locked(request) if signins.locked_here(request) else None
        if first := _first(request):
            return _elsewhere(request, reverse(first))
        if getattr(view, "fresh", False) and permissions.may(request.user, declared.name):
            return None if signins.proved(request) else _confirm(request)
        return None


def _first(request: HttpRequest) -> str:
    """The page that comes before all others: one's own password, then the second factor."""
    route = request.resolver_match.url_name if request.resolver_match else ""
    sign_in: SignIn = request.sign_in  # type: ignore[attr-defined]
    if sign_in.owes_password:
        return "" if route in ALWAYS | {"me"} else "me"
    return "mfa_index" if sign_in.owes_factor and route not in ALWAYS | FIRST_DAY else ""


def _confirm(request: HttpRequest) -> HttpResponseBase:
    """To the page that asks who they are, and from there back to this one."""
    back = request.get_full_path()
    if request.method != "GET":
        back = _came_from(request)
        words = _("Nothing was changed yet. Confirm that it is you, then send it once more.")
        messages.warning(request, words)
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    return _elsewhere(request, f"{methods[0]['url']}?{urlencode({'next': back})}")


def _came_from(request: HttpRequest) -> str:
    """The page on which the form stood: many forms have no page of their own."""
    page = urlsplit(request.headers.get("Referer", ""))
    return page.path if page.netloc == request.get_host() and page.path.startswith("/") else "/"


def _locked(request: HttpRequest) -> HttpResponseBase:
    if gate.navigates(request):
        return redirect("lock")
    words = _("This device is locked. Nothing was saved here; unlock it and send this again.")
    if gate.wants_json(request):
        told = {"locked": True, "says": words, "unlock": reverse("lock")}
        response: HttpResponseBase = JsonResponse(told, status=423)
    else:
        response = TemplateResponse(request, "clinic/account/locked.html", {"says": words}, status=423)
    if getattr(request, "htmx", False):
        response["HX-Redirect"] = reverse("lock")
    return response


def _elsewhere(request: HttpRequest, address: str) -> HttpResponseBase:
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    if gate.wants_json(request):
        return JsonResponse(
            {"locked": True, "says": _("Confirm that it is you."), "unlock": address}, status=423
        )
    return redirect(address)

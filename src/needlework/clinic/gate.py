"""
The gate before every view: who acts, and whether the view's declaration lets them in.

A view that declares nothing is refused to everybody, and `manage check` names it.
"""

from collections.abc import Callable, Iterator
from datetime import tzinfo
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core import checks
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from needlework.clinic import audit
from needlework.clinic.access import Declared
from needlework.clinic.models.emergency import EmergencyAccess
from needlework.clinic.permissions import EMERGENCY, may, refused
from needlework.clinic.whose import Elsewhere, Merged


class Gate:
    """The middleware before every view: says who acts, and lets in whom the view's declaration lets in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        who = request.user if request.user.is_authenticated else None
        with audit.acting(who), timezone.override(_arrive(request)):
            response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)  # nothing of a person's stays behind on a shared tablet
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        declared: Declared | None = getattr(view, "access", None)
        if declared is None:
            raise Http404
        if declared.kind in {"public", "link"}:
            return None
        if not request.user.is_authenticated:
            return _to_login(request)
        request.declared = declared.name  # type: ignore[attr-defined]
        if not may(request.user, declared.name):
            if _in_emergency(request, declared.name):
                request.by_emergency = True  # type: ignore[attr-defined]
                return None
            raise refused(declared.name)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        if isinstance(error, Elsewhere):
            return TemplateResponse(
                request, "clinic/emergency/elsewhere.html", {"patient": error.patient}, status=403
            ).render()
        if isinstance(error, Merged):
            return TemplateResponse(
                request, "clinic/merging/merged.html", {"patient": error.patient}, status=409
            ).render()
        if not isinstance(error, audit.Unlogged):
            return None
        words = _(
            "The log cannot be written, so nothing is shown. Nothing was changed. Try again in a minute."
        )
        return HttpResponse(f"{words}\n\n{error}\n", status=503, content_type="text/plain; charset=utf-8")


def _arrive(request: HttpRequest) -> tzinfo | None:
    """
    Where whoever is signed in works, as they chose, and which records an emergency has opened to them.

    Gives the time zone of that site: a day there is a day there.
    """
    if not request.user.is_authenticated:
        return None
    user, sign_in = request.user, getattr(request, "sign_in", None)
    standing = user.standing()
    chosen = [one for one in standing if sign_in is not None and one.site_id == sign_in.site_id]
    user.work_as(next(iter(chosen + standing), None))
    request.standing = standing  # type: ignore[attr-defined]
    if user.site is None:  # whose last role has ended opens nothing more, in an emergency either
        return None
    opened = EmergencyAccess.open_to(user, at=timezone.now())
    request.emergencies = {one.patient_id: one for one in opened}  # type: ignore[attr-defined]
    return user.site.zone


def _in_emergency(request: HttpRequest, permission: str) -> bool:
    reading = request.method in {"GET", "HEAD"} and permission in EMERGENCY
    return reading and bool(getattr(request, "emergencies", {}))


def _to_login(request: HttpRequest) -> HttpResponseBase:
    """To the login and, where that is a page, back to where they were. A program is told 401."""
    login = reverse("account_login")
    if wants_json(request):
        says = _("You are signed out. Nothing was saved here; sign in and send this again.")
        return JsonResponse({"signed_out": True, "says": says, "sign_in": login}, status=401)
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(login)
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks, not a page that somebody looks at."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def navigates(request: HttpRequest) -> bool:
    """Whether a browser is on its way to a page, and not a script or a form."""
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    htmx = getattr(request, "htmx", False)
    return request.method == "GET" and mode == "navigate" and not htmx and not wants_json(request)


# ── nothing forgotten ────────────────────────────────────────────────────────────────────────────────


def views(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route of the site with its pattern, in the order of urls.py."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from views(entry, route)
        else:
            yield route, entry


def undeclared(app_configs: Any = None, **rest: Any) -> list[checks.CheckMessage]:
    """Django's system check: a view without a declaration is an error."""
    return [
        checks.Error(
            f"The view at /{route} does not say who may see it, so nobody can.",
            hint="Put @access.needs(…), @access.by_link(…) or @access.public on it.",
            id="needlework.E001",
        )
        for route, entry in views()
        if getattr(entry.callback, "access", None) is None
    ]

"""
Who may do what: the one place that decides.

Every view says which permission it needs, or that it is public, or that a patient's link opens it. A view
that says nothing is refused, and `manage check` names it. A view finds its objects here as well: they come
with a line in the log, or not at all.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core import checks
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from needlework.clinic import audit
from needlework.clinic.models.account import SignIn
from needlework.clinic.models.people import Patient, PatientLink, Role, User

# ── the table ────────────────────────────────────────────────────────────────────────────────────────

DIRECTOR = frozenset({Role.MEDICAL_DIRECTOR.value})
CLINICAL = frozenset({Role.PRACTITIONER.value, Role.PRESCRIBER.value, Role.MEDICAL_DIRECTOR.value})
STAFF = CLINICAL | {Role.FRONT_DESK.value}

PERMISSIONS: dict[str, frozenset[str]] = {
    "me": STAFF,
    "today": STAFF,
    "patients.list": STAFF,
    "patients.create": STAFF,
    "patient.read": STAFF,  # who they are, and which links they were sent
    "patient.correct": STAFF,  # their details
    "patient.link": STAFF,  # send or revoke a link
    "patient.record": CLINICAL,  # what was answered, planned, done and measured
    "screen.submit": CLINICAL,
    "screen.override": CLINICAL,  # each finding says further which of these roles
    "plan.make": CLINICAL,
    "treat.chart": CLINICAL,
    "treat.sign": CLINICAL,
    "recover.read": CLINICAL,
    "recover.check-in": CLINICAL,
    "measure.upload": CLINICAL,
    "measure.read": CLINICAL,
    "measure.report": CLINICAL,  # takes one comparison off the machine, for its person or a colleague
    "learn.read": CLINICAL,
    "learn.export": DIRECTOR,  # takes data off the machine
    "edition.read": CLINICAL,
    "edition.sign": DIRECTOR,
    "audit.read": DIRECTOR,
    "clinic.manage": DIRECTOR,  # its name, and who works there
}


def may(user: Any, permission: str) -> bool:
    """Whether this person's role has this permission. Nobody has one that is not in the table."""
    return bool(user.is_authenticated) and user.role in PERMISSIONS.get(permission, frozenset())


def permissions(user: Any) -> frozenset[str]:
    """All that this person may do, for templates: {% if "plan.make" in may %}."""
    return frozenset(permission for permission in PERMISSIONS if may(user, permission))


# ── what a view declares ─────────────────────────────────────────────────────────────────────────────


class Request(HttpRequest):
    """What a view that needs a permission is called with: the gate has let nobody in but staff."""

    user: User
    sign_in: SignIn
    htmx: HtmxDetails


View = TypeVar("View", bound=Callable[..., HttpResponseBase])


@dataclass(frozen=True, slots=True)
class Declared:
    """How a view is entered: publicly, with a permission, or by a link for a purpose."""

    kind: str
    name: str = ""


def public(view: View) -> View:
    """Anybody may see this page: the login, and little else."""
    view.access = Declared("public")  # type: ignore[attr-defined]
    return view


def needs(permission: str) -> Callable[[View], View]:
    """Only a role with this permission enters."""
    if permission not in PERMISSIONS:
        raise ValueError(f"{permission!r} is not in access.PERMISSIONS.")

    def declare(view: View) -> View:
        view.access = Declared("permission", permission)  # type: ignore[attr-defined]
        return view

    return declare


def fresh(view: View) -> View:
    """A dangerous act: whoever does it has proved within the last minutes who they are (`account.door`)."""
    view.fresh = True  # type: ignore[attr-defined]
    return view


def by_link(purpose: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """
    Whoever holds a patient's link for this purpose enters; everybody else gets a 404 that says what to do.

    The route has `<str:token>`; the view is called `view(request, link, ...)`, and `get` and `patient` then
    give it only what belongs to the link's patient.
    """

    def declare(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def enter(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            link = _find(token, purpose)
            if link is None:
                return TemplateResponse(request, "clinic/link_ended.html", status=404)
            request.link = link  # type: ignore[attr-defined]
            with audit.acting(link):
                audit.read(link)
                response = view(request, link, *args, **kwargs)
                if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                    response.render()
            response["Referrer-Policy"] = "no-referrer"  # the address is the key
            response["X-Robots-Tag"] = "noindex"
            return response

        enter.access = Declared("link", purpose)  # type: ignore[attr-defined]
        return enter

    return declare


# ── finding things ───────────────────────────────────────────────────────────────────────────────────

M = TypeVar("M", bound=Model)


def get(request: HttpRequest, what: type[M] | QuerySet[M], id: UUID | str, *, detail: str = "") -> M:  # noqa: A002
    """
    The object with this id, its reading entered in the log; or a 404.

    A link finds only what belongs to its patient: the patient, a record of theirs, or of a session of theirs.
    """
    rows = what if isinstance(what, QuerySet) else what._default_manager.all()
    try:
        found = rows.filter(pk=id).first()
    except (ValidationError, ValueError):
        found = None
    if found is None or not _theirs(request, found):
        raise Http404(_("There is no such page."))
    audit.read(found, detail=detail)
    return found


def patient(request: HttpRequest, id: UUID | str) -> Patient:  # noqa: A002
    """The patient with this id, with details, the reading entered in the log; or a 404."""
    return get(request, Patient.objects.with_details(), id)


def listed(request: HttpRequest, label: str, rows: QuerySet[M]) -> list[M]:
    """The rows of a list, evaluated, the reading entered in the log with their number. Slice it first."""
    if not request.user.is_authenticated:
        raise Http404(_("There is no such page."))
    found = list(rows)
    audit.note("list", label, detail=f"{rows.model._meta.db_table}: {len(found)}")
    return found


def _theirs(request: HttpRequest, found: Model) -> bool:
    link: PatientLink | None = getattr(request, "link", None)
    if link is None:
        return bool(request.user.is_authenticated)
    owner = _owner(found)
    return owner is not None and owner.pk == link.patient_id


def _owner(found: Any) -> Patient | None:
    """Whose record this is; None for what is nobody's."""
    if found is None or isinstance(found, Patient):
        return found
    return getattr(found, "patient", None) or _owner(getattr(found, "session", None))


# ── links ────────────────────────────────────────────────────────────────────────────────────────────


def link(
    *, patient: Patient, purpose: str, expires_at: datetime, by: User | None, object_id: UUID | None = None
) -> tuple[PatientLink, str]:
    """A new link and its token, 256 random bits. The token is given once, here; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    made = PatientLink.objects.create(
        patient=patient, purpose=purpose, object_id=object_id, expires_at=expires_at, created_by=by,
        token_sha256=_hash(token),
    )  # fmt: skip
    return made, token


def revoke(link: PatientLink, *, on: datetime) -> None:
    """The link opens nothing from now on."""
    link.revoked_at = on
    link.save(update_fields=["revoked_at"])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _find(token: str, purpose: str) -> PatientLink | None:
    now = timezone.now()
    open_links = PatientLink.objects.filter(revoked_at=None, expires_at__gt=now).select_related("patient")
    return open_links.filter(token_sha256=_hash(token), purpose=purpose).first()


# ── the gate ─────────────────────────────────────────────────────────────────────────────────────────


class Gate:
    """The middleware before every view: says who acts, and lets in whom the view's declaration lets in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with audit.acting(request.user if request.user.is_authenticated else None):
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
        if not may(request.user, declared.name):
            audit.note("refused", declared.name)
            raise PermissionDenied(_("Your role does not include this. Ask the medical director."))
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, audit.Unlogged):
            return None
        words = _(
            "The log cannot be written, so nothing is shown. Nothing was changed. Try again in a minute."
        )
        return HttpResponse(f"{words}\n\n{error}\n", status=503, content_type="text/plain; charset=utf-8")


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

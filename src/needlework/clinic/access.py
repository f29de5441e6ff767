"""
Who may do what: the one place that decides.

Every view says which permission it needs, or that it is public, or that a patient's link opens it. A view
that says nothing is refused, and `manage check` names it. A view finds its objects here as well: they come
with a line in the log, or not at all.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import wraps
from typing import Any, TypeVar, cast
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
from needlework.clinic.models.emergency import EmergencyAccess
from needlework.clinic.models.people import TREATS, KnownAt, Patient, PatientLink, Patients, Role, User
from needlework.clinic.models.photographs import Photograph
from needlework.clinic.models.places import Room, Site
from needlework.clinic.models.rights import Decision, What, shows
from needlework.records.treat import EventKind

# ── the table ────────────────────────────────────────────────────────────────────────────────────────

DIRECTOR = frozenset({Role.MEDICAL_DIRECTOR.value})
CLINICAL = TREATS
STAFF = CLINICAL | {Role.FRONT_DESK.value}

PERMISSIONS: dict[str, frozenset[str]] = {
    "me": STAFF | {""},  # one's own account; whose role has ended still signs out
    "today": STAFF,
    "visits.keep": STAFF,  # book, say who came, move
    "patients.list": STAFF,
    "patients.create": STAFF,
    "patient.read": STAFF,  # who they are, and which links they were sent
    "patient.correct": STAFF,  # their details
    "patient.link": STAFF,  # send or revoke a link
    "patient.merge": CLINICAL,  # say of two charts that they are one person's, or that they are not
    "patient.record": CLINICAL,  # what was answered, planned, done and measured
    "screen.submit": CLINICAL,
    "screen.override": CLINICAL,  # each finding says further which of these roles
    "plan.make": CLINICAL,
    "plan.print": CLINICAL,  # takes one plan off the machine, for its person
    "mark.draw": CLINICAL,  # what is left out of somebody's skin
    "consent.take": CLINICAL,  # give the text, sign with somebody, record a refusal or a withdrawal
    "treat.chart": CLINICAL,
    "treat.sign": CLINICAL,
    "treat.cosign": CLINICAL,  # the one named as supervisor, who is asked for further
    "training.read": CLINICAL,  # one's own, and what waits for one's co-signature
    "training.keep": DIRECTOR,
    "recover.read": CLINICAL,
    "recover.check-in": CLINICAL,
    "measure.upload": CLINICAL,
    "measure.read": CLINICAL,
    "measure.report": CLINICAL,  # takes one comparison off the machine, for its person or a colleague
    "learn.read": CLINICAL,
    "learn.export": DIRECTOR,  # takes data off the machine
    "stock.read": STAFF,  # cartridges, devices, recalls; take a delivery in
    "stock.units": CLINICAL,  # devices, their services, whether one is in use
    "stock.rules": DIRECTOR,
    "recall.enter": CLINICAL,  # whoever holds the notice stops it
    "recall.withdraw": DIRECTOR,
    "lookback.read": CLINICAL,  # everybody who was exposed, and who was told
    "lookback.export": DIRECTOR,  # takes names and phones off the machine
    "incident.keep": CLINICAL,
    "incident.report": DIRECTOR,  # what leaves the clinic, and by which deadlines
    "edition.read": CLINICAL,
    "edition.sign": DIRECTOR,
    "audit.read": DIRECTOR,
    "emergency.open": STAFF,  # a record that role or site does not include, for an hour, to read
    "emergency.acknowledge": DIRECTOR,
    "patient.receive": STAFF,  # somebody known at another site comes to this one
    "patient.reads": CLINICAL,  # who has looked at a record
    "rights.manage": DIRECTOR,  # what patients may ask: all about one, erasure, retention
    "clinic.manage": DIRECTOR,  # its name, and who works there
}


EMERGENCY = frozenset({"patient.record", "recover.read", "measure.read", "treat.chart"})
"""What an emergency opens to read, whatever the role."""
ADVERSE = ("treat.chart", EventKind.ADVERSE.value)
"""What may be charted in an emergency, by those whose role charts: that somebody comes to harm."""


def may(user: Any, permission: str) -> bool:
    """Whether this person's role, at the site where they work, has this permission; one in the table."""
    return bool(user.is_authenticated) and user.role in PERMISSIONS.get(permission, frozenset())


def permissions(user: Any) -> frozenset[str]:
    """All that this person may do, for templates: {% if "plan.make" in may %}."""
    if not user.is_authenticated:
        return frozenset()
    role = user.role
    return frozenset(permission for permission, roles in PERMISSIONS.items() if role in roles)


def refused(what: Model | str, words: str = "") -> PermissionDenied:
    """The refusal to raise, entered in the log with what was not permitted: a permission, or a record."""
    audit.note("refused", what)
    return PermissionDenied(words or _("Your role does not include this. Ask the medical director."))


# ── whose record is whose ────────────────────────────────────────────────────────────────────────────


class Elsewhere(Exception):
    """A record of somebody who is not known at the site where one works. `patient` is who."""

    def __init__(self, patient: Patient) -> None:
        super().__init__(patient.pk)
        self.patient = patient


class Merged(Exception):
    """Something new was sent to a chart that goes on in another. `patient` is whose chart it was."""

    def __init__(self, patient: Patient) -> None:
        super().__init__(patient.pk)
        self.patient = patient


ALSO_MERGED = frozenset({"patient.merge", "patient.link", "rights.manage"})
"""What may be sent to a chart that goes on in another: parting them, a link, a decision about an item."""


def known_here(user: User, patient: Patient) -> bool:
    """
    Whether a patient's record is one of the site at which this person works.

    A medical director answers for the whole clinic and reads all of it. See decision 21.
    """
    if user.role == Role.MEDICAL_DIRECTOR:
        return True
    site = user.site
    return site is not None and KnownAt.objects.filter(patient__in=patient.family, site=site).exists()


def readable(request: HttpRequest, people: Patients) -> Patients:
    """Those of these people whose record is one of the site at which one works; a director's are all."""
    user = cast(User, request.user)
    return people if user.role == Role.MEDICAL_DIRECTOR else people.at(user.site)


def known(request: HttpRequest, people: Iterable[Patient]) -> set[UUID]:
    """Of these people, those whose day of birth may be shown: others are told by name, number and phone."""
    of_these = Patient.objects.filter(pk__in=[one.pk for one in people])
    return set(readable(request, of_these).values_list("pk", flat=True))


def emergency(request: HttpRequest, patient: Patient) -> EmergencyAccess | None:
    """The emergency in which this person has opened this record, while it lasts."""
    opened: dict[UUID, EmergencyAccess] = getattr(request, "emergencies", {})
    return next((opened[one] for one in patient.family if one in opened), None) if opened else None


def reads_record(request: HttpRequest, patient: Patient) -> bool:
    """Whether this person's clinical record is open to who asks: by role and site, or in an emergency."""
    user = request.user
    if may(user, "patient.record") and known_here(cast(User, user), patient):
        return True
    opened = emergency(request, patient)
    if opened is not None:
        audit.read(patient, detail=f"emergency {opened.pk}")
        request.in_emergency = opened  # type: ignore[attr-defined]
    return opened is not None


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
            request.at_site = site = _site(link)  # type: ignore[attr-defined]
            with audit.acting(link), timezone.override(site.zone if site else None):
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
    opened = _within(request, found)
    _not_shut(request, found)
    audit.read(found, detail=" ".join(word for word in (detail, opened) if word))
    return found


def still_theirs(request: HttpRequest, found: Model) -> bool:
    """
    Whether a record that was opened before is open to who asks still; nothing of it is shown or logged.

    Where it says no, `get` decides and says why.
    """
    owner = _owner(found)
    if owner is None or getattr(request, "by_emergency", False):
        return False
    _not_shut(request, found)
    return known_here(cast(User, request.user), owner)


def patient(request: HttpRequest, id: UUID | str) -> Patient:  # noqa: A002
    """
    The patient with this id, with details, the reading entered in the log; or a 404.

    Nothing new is entered in a chart that goes on in another: it would be looked for there.
    """
    found = get(request, Patient.objects.with_details().select_related("absorbed_by__survivor"), id)
    sent = request.method == "POST" and getattr(request, "declared", "") not in ALSO_MERGED
    if sent and found.survivor != found:
        raise Merged(found)
    return found


def whoever(request: HttpRequest, id: UUID | str) -> Patient:  # noqa: A002
    """Who somebody is, whatever the site: to receive them, or in an emergency. Nothing of their record."""
    found = Patient.objects.with_details().filter(pk=id).first() if request.user.is_authenticated else None
    if found is None:
        raise Http404(_("There is no such page."))
    audit.read(found, detail="identity")
    return found


def listed(request: HttpRequest, label: str, rows: QuerySet[M]) -> list[M]:
    """The rows of a list, evaluated, the reading entered in the log with their number. Slice it first."""
    if not request.user.is_authenticated:
        raise Http404(_("There is no such page."))
    if getattr(request, "by_emergency", False) and not getattr(request, "in_emergency", None):
        raise refused("list", _("An emergency opens one person's record, and no list."))
    found = list(rows)
    audit.note("list", label, detail=f"{rows.model._meta.db_table}: {len(found)}")
    return found


def _within(request: HttpRequest, found: Model) -> str:
    """
    What is said in the log of how a record was reached: nothing where role and site include it.

    Raises where they do not, and no emergency was declared that does.
    """
    owner = None if hasattr(request, "link") else _owner(found)
    by_role = not getattr(request, "by_emergency", False)
    if owner is None:
        if by_role:
            return ""
        raise refused(getattr(request, "declared", ""))
    if by_role and known_here(cast(User, request.user), owner):
        return ""
    opened = emergency(request, owner)
    if opened is None:
        audit.note("refused", owner, detail="elsewhere")
        raise Elsewhere(owner)
    if request.method not in {"GET", "HEAD"} and not _adverse(request):
        raise refused(owner, _("An emergency opens a record to read. Only an adverse event can be charted."))
    request.in_emergency = opened  # type: ignore[attr-defined]
    return f"emergency {opened.pk}"


def _not_shut(request: HttpRequest, found: Model) -> None:
    """
    A restricted item is the medical director's alone, and so is what shows one; a photograph that was erased
    is nobody's.
    """
    if hasattr(request, "link") or isinstance(found, Patient) or _owner(found) is None:
        return
    decided = Decision.of([found, *(getattr(found, name) for name in shows(type(found)))])
    gone = isinstance(found, Photograph) and found.pk in decided and decided[found.pk].what == What.ERASED
    restricted = any(one.what == What.RESTRICTED for one in decided.values())
    if gone or (restricted and not may(request.user, "rights.manage")):
        raise Http404(_("This was restricted or erased at the person’s request. Ask the medical director."))


def _adverse(request: HttpRequest) -> bool:
    declared = getattr(request, "declared", "")
    return may(request.user, declared) and (declared, request.POST.get("kind", "")) == ADVERSE


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


def _site(link: PatientLink) -> Site | None:
    """Whose days and phone a link's page speaks of: its session's site, or else where they come to."""
    rooms = Room.objects.filter(sessions=link.object_id) if link.object_id else Room.objects.none()
    room = rooms.select_related("site").first()
    known = link.patient.known_at.select_related("site").first() if room is None else None
    return room.site if room else known.site if known else None


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

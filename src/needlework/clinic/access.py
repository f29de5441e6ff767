"""
How a view is entered, and how it finds what it shows.

Every view says which permission it needs, or that it is public, or that a patient's link opens it; the gate
(`gate.py`) refuses a view that says nothing. A view finds its objects here as well: they come with a line in
the log, or not at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from needlework.clinic import audit, links
from needlework.clinic.models.account import SignIn
from needlework.clinic.models.people import Patient, PatientLink, User
from needlework.clinic.models.photographs import Photograph
from needlework.clinic.models.rights import Decision, What, shows
from needlework.clinic.permissions import ADVERSE, PERMISSIONS, may, refused
from needlework.clinic.whose import ALSO_MERGED, Elsewhere, Merged, emergency, known_here

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
        raise ValueError(f"{permission!r} is not in permissions.PERMISSIONS.")

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
            link = links.find(token, purpose)
            if link is None:
                return TemplateResponse(request, "clinic/link_ended.html", status=404)
            request.link = link  # type: ignore[attr-defined]
            request.at_site = site = links.site_of(link)  # type: ignore[attr-defined]
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

"""What every page knows: the clinic, where this person may go, and whether the edition is signed."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from needlework.clinic import current, permissions
from needlework.clinic.models.people import Clinic

NAV = (
    (_("Today"), "today", "today"),
    (_("Patients"), "patients", "patients.list"),
    (_("Learn"), "learn", "learn.read"),
    (_("Stock"), "stock", "stock.read"),
    (_("Safety"), "safety", "lookback.read"),
    (_("Protocol"), "edition", "edition.read"),
    (_("Log"), "audit", "audit.read"),
    (_("Clinic"), "clinic", "clinic.manage"),
)
"""Title, name of the route, permission."""


def clinic(request: HttpRequest) -> dict[str, Any]:
    """The context processor. `may` holds what this person may do: {% if "plan.make" in may %}."""
    may = permissions.held(request.user) if hasattr(request, "user") else frozenset()
    here, site = Clinic.current(), getattr(request, "at_site", None)
    edition = current.protocol().edition
    return {
        "clinic_name": here.name,
        "clinic_phone": (site and site.phone) or here.phone,
        "is_demo": here.is_demo,
        "may": may,
        "nav": [] if _owing(request) else list(_nav(request, may)),
        "edition": edition.mark,
        "unsigned": current.signature() is None,
        "sign_url": _url("edition") if "edition.sign" in may else "",
    }


def _owing(request: HttpRequest) -> bool:
    """Whether nothing opens before they have a password of their own, or a second factor."""
    sign_in = getattr(request, "sign_in", None)
    return sign_in is not None and (sign_in.owes_factor or sign_in.owes_password)


def _nav(request: HttpRequest, may: frozenset[str]) -> Iterator[dict[str, Any]]:
    """Only where this person may go, and only to what is built."""
    for name, route, permission in NAV:
        url = _url(route)
        if url and permission in may:
            yield {"name": name, "url": url, "here": request.path == url}


def _url(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""

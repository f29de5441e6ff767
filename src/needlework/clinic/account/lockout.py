"""
How many wrong passwords are too many, and for whom.

Three counts of the last quarter of an hour. Five for one user name from one address lock that pair, and
nobody else: a stranger cannot keep the director out by mistyping her name from elsewhere. Fifty for one name
from anywhere, or thirty from one address for whatever names, lock out every device on which this person has
never signed in; their own go on. What was typed as a name is kept as a keyed hash: some type passwords there.
"""

from datetime import datetime, timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac

from needlework.clinic.account import signins
from needlework.clinic.models.account import SignIn, digest
from needlework.clinic.models.people import User

LIMIT = 5
OF_A_NAME = 50
OF_AN_ADDRESS = 30
FOR = timedelta(minutes=15)


def name_of(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """The name that was tried, as it is kept."""
    said = (credentials or {}).get("username")
    if said is None and request is not None:
        said = request.POST.get("username", "")
    return kept(str(said or ""))


def kept(username: str) -> str:
    return salted_hmac("needlework.lockout", username.strip().casefold(), algorithm="sha256").hexdigest()


class Handler(AxesDatabaseHandler):
    def get_failures(self, request: Any, credentials: dict[str, Any] | None = None) -> int:
        of_the_pair: int = super().get_failures(request, credentials)
        if of_the_pair >= LIMIT or _known(request, credentials):
            return of_the_pair
        name = _failures(username=name_of(request, credentials))
        place = _failures(ip_address=request.axes_ip_address)
        return LIMIT if name >= OF_A_NAME or place >= OF_AN_ADDRESS else of_the_pair


def _known(request: HttpRequest, credentials: dict[str, Any] | None) -> bool:
    """Whether this device has seen this person sign in before."""
    name, token = str((credentials or {}).get("username") or ""), signins.device(request)
    mine = SignIn.objects.filter(device_sha256=digest(token), user__username__iexact=name.strip())
    return bool(name and token) and mine.exists()


def _failures(**which: Any) -> int:
    lately = AccessAttempt.objects.filter(**which, attempt_time__gte=timezone.now() - FOR)
    return lately.aggregate(all=Sum("failures_since_start"))["all"] or 0


def until(user: User) -> datetime | None:
    """Until when somebody is locked out somewhere, where they are."""
    lately = AccessAttempt.objects.filter(
        username=kept(user.username), attempt_time__gte=timezone.now() - FOR, failures_since_start__gte=LIMIT
    )
    last = lately.order_by("-attempt_time").first()
    return last.attempt_time + FOR if last else None


def release(user: User) -> int:
    """Forget the wrong passwords for this name."""
    return AccessAttempt.objects.filter(username=kept(user.username)).delete()[0]


def answer(request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None) -> HttpResponse:
    """What is said to somebody locked out: the same whether or not there is such a user name."""
    minutes = int(FOR.total_seconds() // 60)
    said = render(request, "clinic/account/locked_out.html", {"minutes": minutes}, status=settings.TOO_MANY)
    said["Retry-After"] = str(minutes * 60)
    return said

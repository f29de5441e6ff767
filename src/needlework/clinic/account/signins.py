"""A sign-in from its beginning to its end, as far as requests and sessions are concerned."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from needlework.clinic import audit, gate
from needlework.clinic.account import address
from needlework.clinic.models.account import HandedPassword, SignIn, SignInRules, digest, open_sign_in, owes
from needlework.clinic.models.people import User

KEY = "sign_in"
"""Under which a session names its sign-in."""
FRESH = timedelta(minutes=15)
"""How long a proof of who one is lasts for a dangerous act."""


PATH_MAX = 500


def device(request: HttpRequest) -> str:
    """The token of the device that asks; empty where it never had one."""
    return getattr(request, "new_device", "") or request.COOKIES.get(settings.DEVICE_COOKIE, "")


def begin(request: HttpRequest, user: User) -> None:
    """Called after each login, whatever the door. A PIN goes on with the sign-in that it unlocks."""
    sign_in = getattr(request, "unlocking", None) or _made(request, user)
    request.session[KEY] = str(sign_in.pk)
    request.sign_in = sign_in  # type: ignore[attr-defined]


def _made(request: HttpRequest, user: User) -> SignIn:
    if not device(request):
        request.new_device = secrets.token_urlsafe(32)  # type: ignore[attr-defined]
    now, rules, here = timezone.now(), SignInRules.current(), device(request)
    how, factor = _proofs(request, user)
    _swept(at=now)
    with audit.acting(user):
        SignIn.objects.filter(user=user, device_sha256=digest(here)).end(at=now, by=None, reason="again")
        return SignIn.objects.create(
            user=user, device_sha256=digest(here), agent=request.META.get("HTTP_USER_AGENT", "")[:300],
            address=address.of(request), how=how, factor=factor, proved_at=now, seen_at=now, created_at=now,
            ends_at=now + timedelta(hours=rules.hours), lock_minutes=rules.lock_minutes,
            owes_factor=owes(user, rules.second_factor), owes_password=HandedPassword.of(user) is not None,
            created_by=user,
        )  # fmt: skip


def _swept(*, at: datetime) -> None:
    """Nothing of those that nobody came back to stays behind: no session, no draft."""
    SessionStore.clear_expired()
    SignIn.objects.filter(ends_at__lte=at).end(at=at, by=None, reason="time")


def _proofs(request: HttpRequest, user: User) -> tuple[str, str]:
    """What was given, and the second factor among it."""
    given: list[dict[str, Any]] = get_authentication_records(request, user)
    factors = [str(one.get("type", "")) for one in given if one.get("method") == "mfa"]
    alone = any(one.get("passwordless") for one in given)
    return ("passkey" if alone else "password"), (factors[-1] if factors else "")


def resume(request: HttpRequest) -> None:
    """
    Find the sign-in of this request's session, and see whether it still stands.

    One that has ended, run out or been idle leaves a stranger behind, with no session at all. An idle one is
    locked: its person comes back by PIN.
    """
    request.sign_in = None  # type: ignore[attr-defined]
    if not request.user.is_authenticated:
        return
    now, found = timezone.now(), open_sign_in(request.session.get(KEY), request.user.pk)
    if found is None or found.locked_at:
        leave(request)
    elif found.over(at=now):
        end(request, found, "time")
    elif found.idle(at=now):
        lock(request, found, where=request.get_full_path() if gate.navigates(request) else "")
    else:
        if _by_hand(request):
            found.seen(at=now)
        request.sign_in = found  # type: ignore[attr-defined]


def _by_hand(request: HttpRequest) -> bool:
    """Whether somebody is there: a page that looks for news by itself keeps nothing open."""
    return request.method != "GET" or gate.navigates(request) or bool(getattr(request, "htmx", False))


def lock(request: HttpRequest, sign_in: SignIn, *, where: str = "", draft: str = "") -> None:
    """The session is gone; the sign-in waits for its person's PIN."""
    with audit.acting(sign_in.user):
        sign_in.lock(at=timezone.now(), where=_page(where), draft=draft)
        audit.note("lock", sign_in.user)
    leave(request)


def _page(path: str) -> str:
    """A page of ours to come back to, or nothing."""
    try:
        resolve(path.partition("?")[0])
    except Resolver404:
        return ""
    ours = len(path) <= PATH_MAX and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if ours else ""


def end(request: HttpRequest, sign_in: SignIn, reason: str) -> None:
    with audit.acting(sign_in.user):
        SignIn.objects.filter(pk=sign_in.pk).end(at=timezone.now(), by=None, reason=reason)
        audit.note("logout", sign_in.user, detail=reason)
    leave(request)


def leave(request: HttpRequest) -> None:
    request.session.flush()
    request.user = AnonymousUser()
    request.sign_in = None  # type: ignore[attr-defined]


def proved(request: HttpRequest) -> bool:
    """Whether who sits there has given a password, a code or a passkey within the last minutes."""
    found: SignIn | None = getattr(request, "sign_in", None)
    return found is not None and found.proved(within=FRESH, at=timezone.now())


def prove(request: HttpRequest) -> None:
    """They have just given one; their session gets a new key, as after signing in."""
    found: SignIn | None = getattr(request, "sign_in", None)
    if found is not None:
        request.session.cycle_key()
        found.proved_at = timezone.now()
        found.save(update_fields=["proved_at"])


def locked_here(request: HttpRequest) -> list[SignIn]:
    """Who can come back to this device by PIN, or by signing in anew: the last one first."""
    return [one for one in SignIn.objects.on(device(request), at=timezone.now()) if one.locked_at]

"""What happened to somebody's account, as their own page tells them, read from the log."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from needlework.clinic import audit
from needlework.clinic.models.audit import AuditLine
from needlework.clinic.models.people import User

WORDS: dict[str, Any] = {
    "login": _("signed in"),
    "login-failed": _("a wrong password was given"),
    "locked-out": _("locked out after wrong passwords"),
    "lock-out-lifted": _("the lock-out was lifted"),
    "factor-added": _("a second factor was added"),
    "factor-removed": _("a second factor was removed"),
    "factor-failed": _("a wrong code was given"),
    "factors-reset": _("the second factors were taken away"),
    "pin-set": _("the PIN was set"),
    "pin-failed": _("a wrong PIN was given"),
    "signed-out": _("signed out from elsewhere"),
}
KINDS: dict[str, Any] = {
    "totp": _("codes from an app"),
    "webauthn": _("passkey"),
    "recovery_codes": _("recovery codes"),
}
ALARMING = ("factors-reset", "locked-out", "signed-out", "lock-out-lifted")
TOLD = (*ALARMING, "factor-added", "factor-removed", "pin-set")
"""What is said at the next sign-in, also where it was done under one's own name: perhaps by somebody else."""


@dataclass(frozen=True, slots=True)
class Happening:
    at: datetime
    words: str
    by: str
    """Who did it, where it was somebody else."""
    alarming: bool


def to(user: User, *, limit: int = 12) -> list[Happening]:
    """The last events, newest first."""
    return list(_told(user, _lines(user)[:limit]))


def since_last_time(user: User) -> list[Happening]:
    """What happened between somebody's last two sign-ins that they should hear of."""
    logins = list(_lines(user).filter(action="login").values_list("seq", flat=True)[:2])
    between = _lines(user).filter(Q(action__in=TOLD) | Q(action="update"))
    return list(_told(user, between.filter(seq__gt=logins[-1]))) if len(logins) == 2 else []


def _lines(user: User) -> Any:
    mine = AuditLine.objects.filter(table_name=User._meta.db_table, row_id=audit.row_id(user))
    return mine.filter(Q(action__in=WORDS) | Q(action="update", columns__contains='"password"')).order_by(
        "-seq"
    )


def _told(user: User, lines: Any) -> Iterator[Happening]:
    own = f"user:{user.pk}"
    for line in lines:
        words = WORDS.get(line.action) or _("the password was changed")
        if kind := KINDS.get(line.detail):
            words = f"{words}: {kind}"
        by = _name(line.actor) if line.actor not in {own, "anonymous"} else ""
        alarming = line.action in ALARMING or line.action == "update"
        yield Happening(datetime.fromisoformat(line.at), str(words), by, alarming and line.actor != own)


def _name(actor: str) -> str:
    found = User.objects.filter(pk=actor.removeprefix("user:")).first() if actor.startswith("user:") else None
    return found.full_name if found else str(_("the machine's console"))

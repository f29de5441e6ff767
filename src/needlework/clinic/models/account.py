"""Who is signed in on which device, the PIN that unlocks it, and the clinic's rules for both."""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models.base import Record
from needlework.clinic.models.people import User
from needlework.clinic.models.places import Site

SEEN_EVERY = timedelta(minutes=1)
"""How often it is written down that somebody is still there."""
PIN_TRIES = 5


BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPad", "iPad"), ("iPhone", "iPhone"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"), ("Linux", "Linux"),
)  # fmt: skip
"""What a browser calls itself, the most telling first, and what people call it."""


def _among(words: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((said for word, said in words if word in agent), "")


def _required() -> list[str]:
    return list(settings.SECOND_FACTOR_REQUIRED)


class SignInRules(Record):
    """What this clinic asks of those who sign in: one row; the defaults until it is there."""

    second_factor = models.JSONField(_("second factor required of"), default=_required)
    """Roles of which a second factor is required. It is offered to everybody."""
    lock_minutes = models.PositiveSmallIntegerField(_("locks after"), default=15)
    """Without a touch for this long, a device locks itself."""
    hours = models.PositiveSmallIntegerField(_("signed in at most"), default=12)
    only = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(only=True), name="one_set_of_sign_in_rules"),
            models.CheckConstraint(
                condition=Q(lock_minutes__range=(1, 60), hours__range=(1, 24)), name="sign_in_rules_in_bounds"
            ),
        ]

    def __str__(self) -> str:
        return "sign-in rules"

    @classmethod
    def current(cls) -> "SignInRules":
        return cls.objects.first() or cls()


class SignIns(models.QuerySet["SignIn"]):
    def open(self, *, at: datetime) -> "SignIns":
        """Those that have not ended, nor run out."""
        return self.filter(ended_at=None, ends_at__gt=at)

    def on(self, device: str, *, at: datetime) -> "SignIns":
        """The open ones on the device with this token, newest first."""
        mine = self.filter(device_sha256=digest(device)) if device else self.none()
        return mine.open(at=at).filter(user__is_active=True).select_related("user").order_by("-seen_at")

    def end(self, *, at: datetime, by: User | None, reason: str) -> int:
        """They open nothing from now on; the next request with their cookie is a stranger's."""
        ended = {"ended_at": at, "ended_by": by, "end_reason": reason, "where": "", "draft": ""}
        return self.filter(ended_at=None).update(**ended)


class SignIn(Record):
    """
    Somebody has proved on this device who they are: until they sign out, are signed out, or time is up.

    A locked one has no session in the browser: the device's own token and a PIN open a new one for it.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sign_ins", editable=False)
    device_sha256 = models.CharField(max_length=64, editable=False)
    agent = models.CharField(max_length=300, blank=True, editable=False)
    address = models.GenericIPAddressField(null=True, editable=False)
    how = models.CharField(max_length=20, blank=True, editable=False)
    """password, or passkey."""
    factor = models.CharField(max_length=20, blank=True, editable=False)
    """The second proof: totp, webauthn, recovery_codes, or nothing."""
    owes_factor = models.BooleanField(default=False, editable=False)
    """Their role requires a second factor and they have none: nothing opens but the page to add one."""
    owes_password = models.BooleanField(default=False, editable=False)
    """Somebody else knows their password, who set it: nothing opens but the page to choose one's own."""
    proved_at = models.DateTimeField(editable=False)
    """When they last gave a password, a code or a passkey."""
    seen_at = models.DateTimeField(editable=False)
    ends_at = models.DateTimeField(editable=False)
    lock_minutes = models.PositiveSmallIntegerField(editable=False)
    locked_at = models.DateTimeField(null=True, editable=False)
    where = models.CharField(max_length=500, blank=True, editable=False)
    """The page on which it was locked."""
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    """Where they have said that they work; nothing until they did, and then it is their oldest role's."""
    draft = models.TextField(blank=True, editable=False)
    """What stood there typed and not yet sent, as JSON; given back once, to the same person."""
    pin_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    end_reason = models.CharField(max_length=40, blank=True, editable=False)

    objects = SignIns.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["user"], condition=Q(ended_at=None), name="sign_in_open_by_user"),
            models.Index(fields=["device_sha256"], condition=Q(ended_at=None), name="sign_in_open_by_device"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.agent}"

    @property
    def device(self) -> str:
        """
        What it is, as a person would say it, as far as the browser tells.

        >>> SignIn(agent="Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) Version/17.5 Safari/604.1").device
        'Safari, iPad'
        """
        return ", ".join(
            found for found in (_among(BROWSERS, self.agent), _among(SYSTEMS, self.agent)) if found
        )

    def over(self, *, at: datetime) -> bool:
        return self.ended_at is not None or at >= self.ends_at

    def idle(self, *, at: datetime) -> bool:
        return at - self.seen_at >= timedelta(minutes=self.lock_minutes)

    def seen(self, *, at: datetime) -> None:
        """They are still there; written at most once a minute, and not in the log."""
        if at - self.seen_at >= SEEN_EVERY:
            SignIn.objects.filter(pk=self.pk).update(seen_at=at)

    def proved(self, *, within: timedelta, at: datetime) -> bool:
        return at - self.proved_at < within

    def lock(self, *, at: datetime, where: str = "", draft: str = "") -> None:
        """A proof does not outlast it: whoever comes back by PIN has proved nothing yet."""
        open_one = SignIn.objects.filter(pk=self.pk, locked_at=None, ended_at=None)
        open_one.update(locked_at=at, where=where, draft=draft, proved_at=at - timedelta(days=1))

    def unlock(self, *, at: datetime) -> None:
        SignIn.objects.filter(pk=self.pk).update(locked_at=None, seen_at=at, pin_tries=0)

    def take_a_try(self) -> bool:
        """One try less, before it is looked at, so that no two tries at once count as one."""
        left = SignIn.objects.filter(pk=self.pk, pin_tries__lt=PIN_TRIES, ended_at=None)
        return bool(left.update(pin_tries=F("pin_tries") + 1))

    @classmethod
    def reckon(cls, users: "models.QuerySet[User]", *, at: datetime) -> None:
        """See anew, for those who are signed in, whether they owe a second factor."""
        roles = SignInRules.current().second_factor
        for user in users.filter(sign_ins__ended_at=None, sign_ins__isnull=False).distinct():
            cls.objects.filter(user=user).open(at=at).update(owes_factor=owes(user, roles))


def owes(user: User, roles: list[str]) -> bool:
    """Whether a second factor is required of this person, who has none."""
    return not user.roles.isdisjoint(roles) and not has_factor(user)


def has_factor(user: User) -> bool:
    """Whether a password alone does not let anybody in as this person."""
    return bool(user.authenticator_set.exclude(type="recovery_codes").exists())  # type: ignore[attr-defined]


class HandedPassword(Record):
    """
    A password that somebody else chose and handed over: good for a few days, to choose one's own.

    The row goes when they choose one.
    """

    GOOD_FOR = timedelta(days=7)

    user = models.OneToOneField(
        User, on_delete=models.PROTECT, related_name="handed_password", editable=False
    )

    def __str__(self) -> str:
        return f"password handed to {self.user_id}"

    @classmethod
    def of(cls, user: User) -> "HandedPassword | None":
        return cls.objects.filter(user=user).first()

    def stale(self, *, at: datetime) -> bool:
        return at - self.created_at >= self.GOOD_FOR


class Pin(Record):
    """Somebody's PIN, which unlocks a device on which they have signed in in full, and nothing else."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="pin", editable=False)
    hash = models.CharField(max_length=200, editable=False)
    changed_at = models.DateTimeField(editable=False)

    def __str__(self) -> str:
        return f"PIN of {self.user_id}"


def digest(token: str) -> str:
    """What is kept of a device's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_sign_in(key: Any, user_id: UUID) -> SignIn | None:
    """The sign-in that a session names, where it is this person's and has not ended."""
    return SignIn.objects.filter(pk=key, user=user_id, ended_at=None).first() if key else None

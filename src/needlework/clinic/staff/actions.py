"""Name the clinic; let people in, say what they are here, and let them go."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from needlework.clinic import audit
from needlework.clinic.models.account import HandedPassword, SignIn
from needlework.clinic.models.people import Clinic, Role, User
from needlework.records import Reason, Refusal


@transaction.atomic
def name_clinic(*, name: str, phone: str, by: User) -> Clinic:
    """Say what the clinic is called and where patients reach it; the first time makes its row."""
    clinic = Clinic.objects.select_for_update(no_key=True).first() or Clinic(created_by=by)
    clinic.name, clinic.phone = name, phone
    with audit.acting(by):
        clinic.save()
    return clinic


@transaction.atomic
def add(
    *,
    username: str,
    full_name: str,
    role: str,
    place: str,
    password: str,
    once: UUID,
    by: User,
    at: datetime,
) -> User | Refusal:
    """Somebody new, with a first password. The same form sent twice is one person."""
    if taken := User.objects.filter(username__iexact=username).first():
        return taken if taken.pk == once else Refusal((_taken(),))
    key = uuid7() if User.objects.filter(pk=once).exists() else once
    with audit.acting(by):
        user = User.objects.create_user(
            username, password, id=key, full_name=full_name, role=role, place=place,
            created_by=by, created_at=at,
        )  # fmt: skip
        HandedPassword.objects.create(user=user, created_by=by, created_at=at)
        return user


@transaction.atomic
def change(*, user: User, role: str, place: str, is_active: bool, by: User, at: datetime) -> User | Refusal:
    """
    Another role or licence, or an end to signing in, which ends open sessions at once.

    A name is never changed: it stands under everything that this person signed.
    """
    staff = {one.pk: one for one in User.objects.select_for_update(no_key=True)}  # so that no two go at once
    found = staff[user.pk]
    directs = role == Role.MEDICAL_DIRECTOR and is_active
    if not directs and {one.pk for one in staff.values() if _directs(one)} == {found.pk}:
        return Refusal((_last("role" if is_active else "is_active"),))
    found.role, found.place, found.is_active = role, place, is_active
    with audit.acting(by):
        found.save(update_fields=["role", "place", "is_active"])
        if not is_active:
            SignIn.objects.filter(user=found).end(at=at, by=by, reason="left")
        SignIn.reckon(User.objects.filter(pk=found.pk), at=at)
    return found


@transaction.atomic
def set_password(*, user: User, password: str, by: User, at: datetime, keep: SignIn | None = None) -> None:
    """A new password; where this person is signed in with the old one, that ends, but for the one to keep."""
    user.set_password(password)
    with audit.acting(by):
        user.save(update_fields=["password"])
        others = SignIn.objects.filter(user=user)
        (others.exclude(pk=keep.pk) if keep else others).end(at=at, by=by, reason="password")
        _handed(user, by=by, at=at)


def _handed(user: User, *, by: User, at: datetime) -> None:
    """Whether somebody else knows this password, who has to hand it over."""
    HandedPassword.objects.filter(user=user).delete()
    if user != by:
        HandedPassword.objects.create(user=user, created_by=by, created_at=at)
    SignIn.objects.filter(user=user, ended_at=None).update(owes_password=user != by)


def _directs(user: User) -> bool:
    return user.is_active and user.role == Role.MEDICAL_DIRECTOR


def _taken() -> Reason:
    return Reason("username", _("belongs to somebody already."), _("Choose another user name."))


def _last(key: str) -> Reason:
    says = _("They are the last medical director who may sign in.")
    return Reason(key, says, _("Make somebody else medical director first."))

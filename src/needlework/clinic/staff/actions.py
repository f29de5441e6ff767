"""Name the clinic; let people in, say what they are here, and let them go."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from needlework.clinic import audit
from needlework.clinic.models.account import HandedPassword, SignIn
from needlework.clinic.models.people import Clinic, Membership, Role, User, first_site
from needlework.clinic.models.places import Site
from needlework.records.why import Reason, Refusal


@transaction.atomic
def name_clinic(*, name: str, phone: str, by: User) -> Clinic:
    """Say what the clinic is called and where patients reach it; the first time makes its row."""
    clinic = Clinic.objects.select_for_update(no_key=True).first() or Clinic(created_by=by)
    alone = Site.objects.all()[:2]
    with audit.acting(by):
        if len(alone) == 1 and alone[0].name in {clinic.name, Clinic.current().name}:
            alone[0].name, alone[0].phone = name, phone  # the only site is called as the clinic is
            alone[0].save(update_fields=["name", "phone"])
        clinic.name, clinic.phone = name, phone
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
            username, password, id=key, full_name=full_name, role=role, place=place, site=by.site,
            created_by=by, created_at=at,
        )  # fmt: skip
        HandedPassword.objects.create(user=user, created_by=by, created_at=at)
        return user


@transaction.atomic
def change(*, user: User, role: str, place: str, is_active: bool, by: User, at: datetime) -> User | Refusal:
    """
    Another role at this site or licence, or an end to signing in, which ends open sessions at once.

    A name is never changed: it stands under everything that this person signed.
    """
    staff = {one.pk: one for one in User.objects.select_for_update(no_key=True)}  # so that no two go at once
    found, site = staff[user.pk], by.site or first_site()
    elsewhere = found.memberships.now(at).filter(role=Role.MEDICAL_DIRECTOR).exclude(site=site).exists()
    directs = is_active and (role == Role.MEDICAL_DIRECTOR or elsewhere)
    if not directs and {one.pk for one in staff.values() if _directs(one, at)} == {found.pk}:
        return Refusal((_last("role" if is_active else "is_active"),))
    found.place, found.is_active = place, is_active
    with audit.acting(by):
        found.save(update_fields=["place", "is_active"])
        if role != found.role or not found.standing() or found.memberships.now(at).filter(site=site).exists():
            _works(found, site, role, by=by, at=at)  # who works elsewhere alone gets nothing here unasked
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


@transaction.atomic
def join(
    *, user: User, site: Site, role: str, ends_at: datetime | None, by: User, at: datetime
) -> Membership | Refusal:
    """A role at a site from now on, until a moment where one is said; it ends the one that they had there."""
    staff = {one.pk: one for one in User.objects.select_for_update(no_key=True)}
    last = {one.pk for one in staff.values() if _directs(one, at)} == {user.pk}
    elsewhere = user.memberships.now(at).filter(role=Role.MEDICAL_DIRECTOR).exclude(site=site).exists()
    if last and not elsewhere and (role != Role.MEDICAL_DIRECTOR or ends_at):
        return Refusal((_last("role"),))
    with audit.acting(by):
        made = _works(user, site, role, by=by, at=at, ends_at=ends_at)
        SignIn.reckon(User.objects.filter(pk=user.pk), at=at)
    return made


@transaction.atomic
def part(*, membership: Membership, by: User, at: datetime) -> Membership | Refusal:
    """The role at this site ends now."""
    staff = {one.pk: one for one in User.objects.select_for_update(no_key=True)}
    found = Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
    others = found.user.memberships.now(at).filter(role=Role.MEDICAL_DIRECTOR).exclude(pk=found.pk).exists()
    last = {one.pk for one in staff.values() if _directs(one, at)} == {found.user_id}
    if last and not others:
        return Refusal((_last("form"),))
    if found.ends_at is None or found.ends_at > at:
        found.ends_at = at
        with audit.acting(by):
            found.save(update_fields=["ends_at"])
            SignIn.reckon(User.objects.filter(pk=found.user_id), at=at)
    return found


def _works(
    user: User, site: Site, role: str, *, by: User, at: datetime, ends_at: datetime | None = None
) -> Membership:
    """The role that somebody has at a site from now on; what they had there ends, where it was another."""
    held = list(user.memberships.now(at).filter(site=site))
    if len(held) == 1 and (held[0].role, held[0].ends_at) == (role, ends_at):
        return held[0]
    for one in held:
        one.ends_at = at
        one.save(update_fields=["ends_at"])
    return Membership.objects.create(
        user=user, site=site, role=role, begins_at=at, ends_at=ends_at, created_by=by, created_at=at
    )


def _directs(user: User, at: datetime) -> bool:
    return user.is_active and user.memberships.now(at).filter(role=Role.MEDICAL_DIRECTOR).exists()


def _taken() -> Reason:
    return Reason("username", _("belongs to somebody already."), _("Choose another user name."))


def _last(key: str) -> Reason:
    says = _("They are the last medical director who may sign in.")
    return Reason(key, says, _("Make somebody else medical director first."))

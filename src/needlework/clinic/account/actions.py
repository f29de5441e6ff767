"""PINs, the rules of signing in, and what ends or mends somebody's sign-in."""

from datetime import datetime
from itertools import pairwise

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from needlework.clinic import audit
from needlework.clinic.account import lockout
from needlework.clinic.models.account import PIN_TRIES, Pin, SignIn, SignInRules, SignIns
from needlework.clinic.models.people import User
from needlework.records.why import Reason, Refusal

CONSOLE = "console"
"""Who acts where nobody is signed in: whoever holds the machine."""

# ── the PIN ──────────────────────────────────────────────────────────────────────────────────────────


def set_pin(*, pin: str, by: User, at: datetime) -> Pin | Refusal:
    """One's own PIN, for every device on which one has signed in in full."""
    if problem := guessable(pin):
        return Refusal((Reason("pin", problem, _("Choose six digits that nobody would try first.")),))
    hashed = make_password(pin)  # slow on purpose, so outside of the transaction
    with transaction.atomic(), audit.acting(by):
        kept, _new = Pin.objects.update_or_create(
            user=by, defaults={"hash": hashed, "changed_at": at}, create_defaults={
                "hash": hashed, "changed_at": at, "created_by": by, "created_at": at,
            },
        )  # fmt: skip
        audit.note("pin-set", by)
    return kept


def guessable(pin: str) -> str:
    """
    Why this PIN would be among the first that somebody tries; nothing where it would not.

    >>> bool(guessable("121212")), bool(guessable("345678")), bool(guessable("402918"))
    (True, True, False)
    """
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    if len(steps) == 1 and steps <= {0, 1, 9}:
        return _("is a run of digits.")
    if pin in {pin[:2] * 3, pin[:3] * 2, pin[:3] + pin[2::-1]}:
        return _("repeats itself.")
    if len(set(pin)) < 3:
        return _("has too few different digits.")
    return ""


def try_pin(*, sign_in: SignIn, pin: str, at: datetime) -> SignIn | Refusal:
    """
    Unlock this sign-in by its person's PIN.

    Each try is counted before it is looked at. After the last the sign-in ends, and only a full one helps.
    """
    user = sign_in.user
    kept = Pin.objects.filter(user=user).first()
    if kept is None:
        return Refusal((Reason("pin", _("is not set for you."), _("Sign in in full.")),))
    with audit.acting(user):
        if not sign_in.take_a_try():
            return _used_up(sign_in, at=at)
        if check_password(pin, kept.hash):
            sign_in.unlock(at=at)
            return sign_in
        audit.note("pin-failed", user)
        sign_in.refresh_from_db(fields=["pin_tries"])
        left = PIN_TRIES - sign_in.pin_tries
        if left <= 0:
            return _used_up(sign_in, at=at)
    words = _("is not right. Tries left: %(left)d.") % {"left": left}
    return Refusal((Reason("pin", words, _("Try again, or sign in in full.")),))


def _used_up(sign_in: SignIn, *, at: datetime) -> Refusal:
    if SignIn.objects.filter(pk=sign_in.pk).end(at=at, by=None, reason="pin"):
        audit.note("logout", sign_in.user, detail="pin")
    return Refusal((Reason("pin", _("was wrong too often."), _("Sign in in full.")),))


# ── sign-ins ─────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def sign_out(*, sign_ins: SignIns, user: User, by: User, at: datetime) -> int:
    """End these of somebody's sign-ins, one's own or, as the director, another's."""
    with audit.acting(by):
        count = sign_ins.filter(user=user).end(at=at, by=by, reason="self" if by == user else "director")
        if count:
            audit.note("signed-out", user, detail=str(count))
    return count


@transaction.atomic
def release(*, user: User, by: User | None) -> None:
    """Let somebody try again who is locked out after wrong passwords."""
    lockout.release(user)
    audit.note("lock-out-lifted", user, by=by or CONSOLE)


@transaction.atomic
def reset_factors(*, user: User, why: str, by: User | None, at: datetime) -> Refusal | None:
    """
    Take away somebody's second factors, recovery codes and PIN, because they are lost.

    They are signed out everywhere. At their next sign-in the password is enough once more; where their role
    requires a second factor, nothing opens before they have added one. At the console `by` is nobody.
    """
    if user == by:
        problem = _("Nobody takes away their own.")
        return Refusal((Reason("why", problem, _("Ask another director, or see docs/safety.md.")),))
    with audit.acting(by or CONSOLE):
        Authenticator.objects.filter(user=user).delete()
        Pin.objects.filter(user=user).delete()
        SignIn.objects.filter(user=user).end(at=at, by=by, reason="factors")
        audit.note("factors-reset", user, detail=why)
    return None


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def set_rules(
    *, second_factor: list[str], lock_minutes: int, hours: int, by: User, at: datetime
) -> SignInRules:
    """What is asked of those who sign in. The factor is owed at once, times count from the next sign-in."""
    rules = SignInRules.objects.select_for_update().first() or SignInRules(created_by=by, created_at=at)
    rules.second_factor, rules.lock_minutes, rules.hours = sorted(second_factor), lock_minutes, hours
    with audit.acting(by):
        rules.save()
        SignIn.reckon(User.objects.all(), at=at)
    return rules

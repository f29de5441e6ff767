"""The clinic as Django sees it: what is hooked up when it starts."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth import get_user_model, signals
from django.core import checks
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate


class ClinicConfig(AppConfig):
    name = "needlework.clinic"
    label = "clinic"
    verbose_name = "Needlework"

    def ready(self) -> None:
        from needlework.clinic import audit, current, exposures, gate, waits

        connection_created.connect(_equip)
        pre_migrate.connect(audit.before_migration, sender=self)
        post_migrate.connect(audit.after_migration, sender=self)
        post_migrate.connect(waits.after_migration, sender=self)
        waits.listen()
        exposures.listen()
        signals.user_logged_in.connect(_logged_in)
        signals.user_logged_out.connect(_logged_out)
        signals.user_login_failed.connect(_login_failed)
        _listen_to_factors()
        checks.register(gate.undeclared, checks.Tags.urls)
        checks.register(current.faulty)


def _equip(connection: Any, **signal: Any) -> None:
    from needlework.clinic import audit

    audit.equip(connection.connection)
    if connection.vendor == "postgresql" and audit.told not in connection.execute_wrappers:
        connection.execute_wrappers.append(audit.told)


def _listen_to_factors() -> None:
    from allauth.account.signals import authentication_step_completed
    from allauth.mfa import signals as factors
    from axes.signals import user_locked_out

    authentication_step_completed.connect(_proved)
    factors.authenticator_added.connect(_factor_added)
    factors.authenticator_reset.connect(_factor_added)
    factors.authenticator_removed.connect(_factor_removed)
    factors.authentication_failed.connect(_factor_failed)
    user_locked_out.connect(_locked_out)


def _logged_in(user: Any, request: Any, **signal: Any) -> None:
    from needlework.clinic import audit
    from needlework.clinic.account import signins

    signins.begin(request, user)
    kind = "unlock" if getattr(request, "unlocking", None) else "login"
    audit.note(kind, user, by=user, detail=request.sign_in.factor if kind == "login" else "")


def _logged_out(user: Any, **signal: Any) -> None:
    from needlework.clinic import audit

    if user is not None:
        audit.note("logout", user, by=user)


def _login_failed(credentials: dict[str, Any], **signal: Any) -> None:
    """The name as typed is not kept: people type passwords there."""
    from needlework.clinic import audit

    audit.note("login-failed", _somebody(credentials.get("username")), by="anonymous")


def _locked_out(request: Any, **signal: Any) -> None:
    from needlework.clinic import audit

    said = getattr(request, "axes_credentials", None) or {}
    audit.note("locked-out", _somebody(said.get("username")), by="anonymous")


def _somebody(username: Any) -> Any:
    return get_user_model().objects.filter(username__iexact=username or "").first() or "unknown user name"


def _proved(request: Any, user: Any, method: str, **signal: Any) -> None:
    """A password, a code or a passkey was given anew by somebody who is signed in."""
    from needlework.clinic import audit
    from needlework.clinic.account import signins

    if signal.get("reauthenticated"):
        with audit.acting(user):
            signins.prove(request)
            audit.note("confirmed", user, detail=str(signal.get("type", method)))


def _factor_added(user: Any, authenticator: Any, **signal: Any) -> None:
    _factor("factor-added", user, authenticator)


def _factor_removed(user: Any, authenticator: Any, **signal: Any) -> None:
    _factor("factor-removed", user, authenticator)


def _factor(what: str, user: Any, authenticator: Any) -> None:
    from django.utils import timezone

    from needlework.clinic import audit
    from needlework.clinic.models.account import SignIn

    audit.note(what, user, by=user, detail=authenticator.type)
    SignIn.reckon(get_user_model().objects.filter(pk=user.pk), at=timezone.now())


def _factor_failed(user: Any, authenticator: Any, **signal: Any) -> None:
    from needlework.clinic import audit

    audit.note("factor-failed", user, by="anonymous", detail=authenticator.type)

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
        from needlework.clinic import access, audit, current

        connection_created.connect(_equip)
        pre_migrate.connect(audit.before_migration, sender=self)
        post_migrate.connect(audit.after_migration, sender=self)
        signals.user_logged_in.connect(_logged_in)
        signals.user_logged_out.connect(_logged_out)
        signals.user_login_failed.connect(_login_failed)
        checks.register(access.undeclared, checks.Tags.urls)
        checks.register(current.faulty)


def _equip(connection: Any, **signal: Any) -> None:
    from needlework.clinic import audit

    audit.equip(connection.connection)
    if connection.vendor == "postgresql" and audit.told not in connection.execute_wrappers:
        connection.execute_wrappers.append(audit.told)


def _logged_in(user: Any, **signal: Any) -> None:
    from needlework.clinic import audit

    audit.note("login", user, by=user)


def _logged_out(user: Any, **signal: Any) -> None:
    from needlework.clinic import audit

    if user is not None:
        audit.note("logout", user, by=user)


def _login_failed(credentials: dict[str, Any], **signal: Any) -> None:
    """The name as typed is not kept: people type passwords there."""
    from needlework.clinic import audit

    user = get_user_model().objects.filter(username=credentials.get("username", "")).first()
    audit.note("login-failed", user or "unknown user name", by="anonymous")

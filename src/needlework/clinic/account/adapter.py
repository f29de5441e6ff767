"""What django-allauth does our way: no mail, no sign-up, our words, secrets sealed in the database."""

import base64
import os
from contextlib import suppress
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from needlework.clinic.account import address, happened, signins
from needlework.clinic.models.account import SignInRules, has_factor
from needlework.clinic.models.people import Clinic, User

WHAT = b"needlework second factors"
NONCE = 12
SAID = {
    "mfa/messages/totp_activated.txt": _("Codes from the app are asked for when you sign in."),
    "mfa/messages/totp_deactivated.txt": _("Codes from the app are no longer asked for."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added. It signs you in without a password."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
    "mfa/messages/recovery_codes_generated.txt": _("You have new recovery codes. Write them down now."),
}
"""Our words for its messages; what does not stand here is not said."""


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """The lock-out counts, by name and address; a count by name alone strangers could fill."""

    def _rollback_login_failed_rl_usage(self) -> None:
        """Nothing was counted."""

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        return redirect("account_login")

    def get_client_ip(self, request: HttpRequest) -> str:
        found = address.of(request)
        if not found:
            raise PermissionDenied("The address of the asker is not known.")
        return found

    def post_login(self, request: HttpRequest, user: Any, **login: Any) -> HttpResponse:
        """Whoever signs in hears what others did to their account since they last did."""
        for one in happened.since_last_time(user):
            said = (
                _("Since you last signed in: %(what)s, on %(when)s.")
                if not one.by
                else _("Since you last signed in: %(what)s, on %(when)s, by %(who)s.")
            )
            when = date_format(timezone.localtime(one.at), "j M Y, H:i")
            messages.warning(request, said % {"what": one.words, "when": when, "who": one.by})
        if not has_factor(user) and not request.sign_in.owes_factor:  # type: ignore[attr-defined]
            asked = _(
                "Your password alone signs you in. Please add a second factor, on the page under your name."
            )
            messages.info(request, asked)
        return super().post_login(request, user, **login)

    def is_reauthentication_required(self, *, app: str, **also: Any) -> bool:
        return not signins.proved(context.request)

    def send_notification_mail(self, *args: Any, **also: Any) -> None:
        """There is no mail. The log and the account's own page tell."""

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None,
        message_context: Any = None, extra_tags: str = "", message: str | None = None,
    ) -> None:  # fmt: skip
        said = message or SAID.get(message_template or "")
        if said:
            messages.add_message(request, level, said, extra_tags=extra_tags)


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This is not right, or was used before. Wait for the next code and try again."),
        "cannot_delete_authenticator": _("Your role needs a second factor. Add another one first."),
    }

    def get_totp_issuer(self) -> str:
        return Clinic.current().name

    def _get_site_name(self) -> str:
        return Clinic.current().name

    def encrypt(self, text: str) -> str:
        nonce = os.urandom(NONCE)
        sealed = AESGCM(_key(settings.SECRET_KEY)).encrypt(nonce, text.encode(), WHAT)
        return base64.b64encode(nonce + sealed).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        raw = base64.b64decode(encrypted_text)
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            with suppress(InvalidTag):
                return AESGCM(_key(secret)).decrypt(raw[:NONCE], raw[NONCE:], WHAT).decode()
        raise InvalidTag("A second factor was sealed with another secret key than this clinic's.")

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002
        """What a passkey is called unless its person says otherwise: the device on which it was made."""
        here = getattr(context.request, "sign_in", None)
        return (here.device if here else "") or gettext("Passkey")

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        user: User = authenticator.user
        others = Authenticator.objects.filter(user=user).exclude(pk=authenticator.pk)
        kept = others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
        return kept or user.roles.isdisjoint(SignInRules.current().second_factor)


def _key(secret: str) -> bytes:
    """Made from the clinic's secret, which is not in the database: a copy of the one opens nothing alone."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=WHAT).derive(secret.encode())

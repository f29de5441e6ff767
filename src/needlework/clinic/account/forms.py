"""Signing in, PINs, and the rules of both."""

from typing import Any

from allauth.account.internal import flows
from allauth.account.models import Login
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models.account import HandedPassword
from needlework.clinic.models.people import Role, User

WRONG = _("This user name and password do not belong together. Passwords are told apart by capitals.")
"""The same words whichever of the two is wrong, and where the account has ended."""


class SignInForm(forms.Form):
    """In place of allauth's: a user name and a password, and one sentence for whatever is wrong with them."""

    username = forms.CharField(
        label=_("User name"),
        max_length=80,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **form: Any) -> None:
        super().__init__(*args, **form)
        self.request = request
        self.user: User | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            known = {"username": cleaned["username"], "password": cleaned["password"]}
            self.user = authenticate(self.request, **known)
            if self.user is None:
                raise ValidationError(WRONG)
            handed = HandedPassword.of(self.user)
            if handed and handed.stale(at=timezone.now()):
                raise ValidationError(_("This password was handed over too long ago. Ask for a new one."))
        return cleaned

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        login = Login(user=self.user, redirect_url=redirect_url)
        named = {"username": self.cleaned_data["username"]}
        return flows.login.perform_password_login(request, named, login)


class Credential:
    """
    What a browser says of a passkey, or whatever else came in its place: nothing breaks the page.

    The library takes it apart as it finds it, and stumbles in its own ways over what is none.
    """

    def full_clean(self) -> None:
        try:
            super().full_clean()  # type: ignore[misc]
        except (KeyError, ValueError, TypeError, AttributeError, IndexError):
            self.cleaned_data: dict[str, Any] = {}
            self.add_error("credential", _("This passkey cannot be read."))  # type: ignore[attr-defined]


class PasskeySignIn(Credential, passkeys.LoginWebAuthnForm):
    pass


class PasskeySecond(Credential, passkeys.AuthenticateWebAuthnForm):
    pass


class PasskeyConfirm(Credential, passkeys.ReauthenticateWebAuthnForm):
    pass


class PasskeyAdd(Credential, passkeys.AddWebAuthnForm):
    pass


def _six_digits(label: Any, **attrs: str) -> forms.CharField:
    widget = forms.PasswordInput(
        attrs={"inputmode": "numeric", "autocomplete": "off", "pattern": "[0-9]{6}", "class": "pin", **attrs}
    )
    return forms.CharField(
        label=label,
        min_length=6,
        max_length=6,
        widget=widget,
        validators=[RegexValidator(r"^[0-9]{6}\Z", _("A PIN is six digits."))],
    )


class UnlockForm(forms.Form):
    """Who comes back to a locked device, and their PIN. Only those who signed in on it today are asked."""

    who = forms.ChoiceField(label=_("Who are you?"), widget=forms.RadioSelect)
    pin = _six_digits(_("Your PIN"), autofocus="autofocus")

    def __init__(self, data: Any = None, *, people: list[tuple[str, str]]) -> None:
        super().__init__(data, initial={"who": people[0][0] if people else None})
        self.fields["who"].choices = people  # type: ignore[attr-defined]
        if len(people) == 1:
            self.fields["who"].widget = forms.HiddenInput()


class PinForm(forms.Form):
    pin = _six_digits(_("New PIN"))
    again = _six_digits(_("The same again"))

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("pin", again):
            raise ValidationError(_("This is not the same PIN."))
        return again


class RulesForm(forms.Form):
    second_factor = forms.MultipleChoiceField(
        label=_("A second factor is required of"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Everybody is asked to add one. Of these it is required before anything opens."),
    )
    lock_minutes = forms.IntegerField(
        label=_("A device locks itself after"),
        min_value=1,
        max_value=60,
        help_text=_("Minutes without a touch. Its person comes back by PIN."),
    )
    hours = forms.IntegerField(
        label=_("Signed in at most"),
        min_value=1,
        max_value=24,
        help_text=_("Hours. Then everybody signs in anew, also after a PIN."),
    )


class LostForm(forms.Form):
    why = forms.ChoiceField(
        label=_("What happened?"),
        choices=[
            ("lost", _("The phone or key is lost")),
            ("stolen", _("The phone or key was stolen")),
            ("renewed", _("A new phone, the old one is gone")),
            ("other", _("Something else")),
        ],
        widget=forms.RadioSelect,
    )
    sure = forms.BooleanField(
        label=_("I have spoken to them in person and know that it is them."),
    )


def names(sign_ins: list[Any]) -> list[tuple[str, str]]:
    """Each person once, by their newest sign-in."""
    found: dict[Any, tuple[str, str]] = {}
    for one in sign_ins:
        user: User = one.user
        found.setdefault(user.pk, (str(one.pk), user.full_name))
    return list(found.values())

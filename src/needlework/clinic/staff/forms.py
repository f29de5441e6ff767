"""The clinic's name, somebody's standing in it, and passwords."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import SetPasswordMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from needlework.clinic import current
from needlework.clinic.dayfield import DayField
from needlework.clinic.models.people import Role, User
from needlework.clinic.models.places import Site


def _places() -> list[tuple[str, Any]]:
    return [
        ("", _("None, they do not needle")),
        *((one.id, one.name) for one in current.protocol().places.place),
    ]


class ClinicForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("As patients read it on their pages.")
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        help_text=_("Patients are told to call it when something is not as expected."),
        validators=[RegexValidator(r"^\+?[\d ().\-/]+$", _("Give digits, and a + in front where needed."))],
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )


class StandingForm(forms.Form):
    """What somebody is here, and under whose licence they needle."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=forms.RadioSelect)
    place = forms.ChoiceField(
        label=_("Licence"),
        choices=_places,
        required=False,
        help_text=_("What it caps stands as a wall in the plans that this person makes."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("place") and cleaned.get("role", Role.FRONT_DESK) != Role.FRONT_DESK:
            self.add_error("place", _("Choose the licence under which this person needles."))
        return cleaned


def _sites() -> list[tuple[Any, str]]:
    return [(one.pk, one.name) for one in Site.objects.open()]


class RoleForm(forms.Form):
    """A role at a site, and until when."""

    site = forms.ChoiceField(label=_("Site"), choices=_sites)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=forms.RadioSelect)
    until = DayField(
        label=_("Last day"), required=False, help_text=_("Leave it empty where no end is known.")
    )

    def ends_at(self) -> datetime | None:
        """The end of the last day. Only after is_valid()."""
        until = self.cleaned_data["until"]
        return until and timezone.make_aware(datetime.combine(until + timedelta(days=1), time.min))

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        if until and until < timezone.localdate():
            raise ValidationError(_("This day is over."))
        return until


class MemberForm(StandingForm):
    is_active = forms.BooleanField(
        label=_("May sign in"),
        required=False,
        help_text=_("Without it, they are signed out everywhere at once."),
    )


class PasswordForm(SetPasswordMixin, forms.Form):
    """A password, typed twice, that Django's validators let pass for the person that it is for."""

    password1, password2 = SetPasswordMixin.create_password_fields(_("New password"), _("The same again"))

    def __init__(self, data: Any = None, *, user: User | None = None, **form: Any) -> None:
        super().__init__(data, **form)
        self.user = user
        self.fields["password1"].help_text = " ".join(password_validation.password_validators_help_texts())
        self.fields["password2"].help_text = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.validate_passwords("password1", "password2")
        self.validate_password_for_user(self.of(), "password1")
        return cleaned

    def of(self) -> User | None:
        """Whose it will be: it may not resemble their names."""
        return self.user


class OwnPasswordForm(PasswordForm):
    now = forms.CharField(
        label=_("Your password now"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ["now", "password1", "password2"]

    def clean_now(self) -> str:
        typed: str = self.cleaned_data["now"]
        if self.user is None or not self.user.check_password(typed):
            raise ValidationError(_("This is not your password. Type the one that you signed in with."))
        return typed

    def clean_password1(self) -> str:
        chosen: str = self.cleaned_data["password1"]
        if chosen == self.cleaned_data.get("now"):
            raise ValidationError(_("This is the one that you have. Choose another."))
        return chosen


class NewcomerForm(PasswordForm, StandingForm):
    """Somebody new, with their first password."""

    once = forms.UUIDField(widget=forms.HiddenInput)
    full_name = forms.CharField(
        label=_("Full name"),
        max_length=120,
        help_text=_("It stands under all that they sign, and is not changed later."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=80,
        validators=[UnicodeUsernameValidator()],
        help_text=_("What they type to sign in."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    field_order = ["once", "full_name", "username", "role", "place", "password1", "password2"]

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"once": uuid7()})
        self.fields["password1"].label = _("First password")

    def clean_full_name(self) -> str:
        return " ".join(self.cleaned_data["full_name"].split())

    def of(self) -> User:
        known = ("username", "full_name")
        return User(**{name: self.cleaned_data.get(name, "") for name in known})

    def newcomer(self) -> dict[str, Any]:
        """What the action takes. Only after is_valid()."""
        given = ("once", "full_name", "username", "role", "place")
        return {
            **{name: self.cleaned_data[name] for name in given},
            "password": self.cleaned_data["password1"],
        }

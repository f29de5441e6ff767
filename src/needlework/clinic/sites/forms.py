"""A site and a room, as they are typed."""

import zoneinfo

from django import forms
from django.utils.translation import gettext_lazy as _

from needlework.clinic.dayfield import DayField
from needlework.clinic.models.places import PHONE, known_time_zone


def _phone(**words) -> forms.CharField:
    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})
    return forms.CharField(max_length=40, required=False, validators=[PHONE], widget=widget, **words)


class SiteForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    time_zone = forms.CharField(
        label=_("Time zone"),
        max_length=60,
        validators=[known_time_zone],
        help_text=_("Written like Europe/Lisbon."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "list": "time-zones"}),
    )
    phone = _phone(label=_("Phone"), help_text=_("Patients of this site call it."))
    emergency_phone = _phone(
        label=_("Emergency phone"),
        help_text=_("What is called here when somebody is in danger: the number of the emergency services."),
    )
    is_open = forms.BooleanField(
        label=_("In use"), required=False, initial=True, help_text=_("Nobody works at a site that is not.")
    )

    @staticmethod
    def time_zones() -> list[str]:
        return sorted(name for name in zoneinfo.available_timezones() if "/" in name or name == "UTC")

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class ReceiveForm(forms.Form):
    born_on = DayField()


class RoomForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    is_open = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

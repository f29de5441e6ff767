"""A training as it is typed; why it is taken back; what a supervisor says."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from needlework.clinic import current
from needlework.clinic.dayfield import DayField
from needlework.clinic.models.training import KINDS, Level


def devices() -> list[tuple[str, Any]]:
    """What somebody can be trained for."""
    return [
        ("", _("Choose")),
        *KINDS.items(),
        *((one.id, one.name) for one in current.protocol().devices.device),
    ]


class TrainingForm(forms.Form):
    once = forms.UUIDField(widget=forms.HiddenInput)
    device = forms.ChoiceField(label=_("Device"), choices=devices)
    level = forms.ChoiceField(
        label=_("Level"), choices=Level.choices, widget=forms.RadioSelect, initial=Level.TRAINED
    )
    on = DayField(label=_("Day of the training"))
    expires = DayField(
        label=_("Expires"), help_text=_("The last day on which it holds. Sessions cannot be opened after it.")
    )
    given_by = forms.CharField(
        label=_("Given by"), max_length=120, help_text=_("Who taught and examined them.")
    )
    evidence = forms.CharField(
        label=_("Evidence"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Such as the certificate’s number and where it is kept."),
    )

    def __init__(self, data: Any = None, **form: Any) -> None:
        super().__init__(data, initial={"once": uuid7(), **form.pop("initial", {})}, **form)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        on, expires = cleaned.get("on"), cleaned.get("expires")
        if on and expires and expires < on:
            self.add_error("expires", _("It ends before it began."))
        return cleaned


class RevokeForm(forms.Form):
    once = forms.UUIDField(widget=forms.HiddenInput)
    on = DayField(label=_("Holds no more from"))
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, **form: Any) -> None:
        super().__init__(data, initial={"once": uuid7(), **form.pop("initial", {})}, **form)


class CoSignForm(forms.Form):
    once = forms.UUIDField(widget=forms.HiddenInput)
    agrees = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")], widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("What is not as it should be"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands in the chart as an addendum, with your name."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"once": uuid7()})

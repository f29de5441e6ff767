"""Which of two charts goes on, and how somebody knows that they are one person's."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from needlework.clinic.merging.actions import REASON_AT_LEAST
from needlework.clinic.models.people import Patient


class ReasonForm(forms.Form):
    """Why charts are merged, or parted again."""

    once = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("How do you know?"),
        min_length=REASON_AT_LEAST,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"once": uuid7()})


class MergeForm(ReasonForm):
    """And which of the two goes on."""

    stays = forms.ChoiceField(label=_("Which chart goes on?"), widget=forms.RadioSelect)

    field_order = ("once", "stays", "reason")

    def __init__(self, data: Any = None, *, pair: tuple[Patient, Patient]) -> None:
        super().__init__(data)
        self.pair = {str(one.pk): one for one in pair}
        stays = self.fields["stays"]
        assert isinstance(stays, forms.ChoiceField)
        stays.choices = [(key, f"{one.number}, {one.details.full_name}") for key, one in self.pair.items()]
        self.initial["stays"] = str(min(pair, key=lambda one: one.ordinal).pk)

    def charts(self) -> tuple[Patient, Patient]:
        """The one that goes into the other, and the one that goes on. Only after is_valid()."""
        into = self.pair[self.cleaned_data["stays"]]
        return next(one for one in self.pair.values() if one != into), into

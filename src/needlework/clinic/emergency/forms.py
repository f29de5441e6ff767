"""Why a record is opened in an emergency; what the director says of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from needlework.clinic.models.emergency import REASON_AT_LEAST


class ReasonForm(forms.Form):
    once = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("What has happened"),
        min_length=REASON_AT_LEAST,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The medical director reads it today, and it stays with the record."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"once": uuid7()})


class NoteForm(forms.Form):
    once = forms.UUIDField(widget=forms.HiddenInput)
    note = forms.CharField(label=_("Note"), required=False, max_length=1000)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"once": uuid7()})

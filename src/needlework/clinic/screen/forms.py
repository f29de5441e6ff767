"""The screening form is the protocol's own questionnaire; this is the one beside it."""

from django import forms
from django.utils.translation import gettext_lazy as _


class OverrideForm(forms.Form):
    """Why somebody treats in spite of a finding."""

    once = forms.UUIDField(widget=forms.HiddenInput)
    rule = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("It stays in the record under your name."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

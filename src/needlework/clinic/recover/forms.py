"""When a check-in was, where staff enter it; and what was done about one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class WhenForm(forms.Form):
    """The moment of a check-in that came by telephone or in person."""

    at = forms.DateTimeField(
        label=_("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class TakeForm(forms.Form):
    once = forms.UUIDField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("What was done"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000, required=False
    )

    def __init__(self, data: Any = None, *, name: str = "take", **form: Any) -> None:
        super().__init__(data, initial={"once": uuid7()}, auto_id=f"{name}-%s", **form)

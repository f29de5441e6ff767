"""When a check-in was, where staff enter it; and what was done about one."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

EARLIEST_YEAR = 2000


class WhenForm(forms.Form):
    """The moment of a check-in that came by telephone or in person."""

    at = forms.DateTimeField(
        label=_("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean_at(self) -> datetime:
        """A year with which hours can be reckoned in every time zone."""
        at: datetime = self.cleaned_data["at"]
        if at.year < EARLIEST_YEAR:
            raise ValidationError(_("Nobody was treated here then. Check the year."))
        return at


class TakeForm(forms.Form):
    once = forms.UUIDField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("What was done"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000, required=False
    )

    def __init__(self, data: Any = None, *, name: str = "take", **form: Any) -> None:
        super().__init__(data, initial={"once": uuid7()}, auto_id=f"{name}-%s", **form)

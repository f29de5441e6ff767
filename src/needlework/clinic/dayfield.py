"""A day in a form: chosen in the browser's calendar, and one on which somebody of today can have lived."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)
"""A year beyond these is a slip of the finger; the day after the last there is cannot be reckoned with."""
CHECK = _("Check the year.")


class DayField(forms.DateField):
    def __init__(self, **field: Any) -> None:
        field.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**field)
        self.validators += [MinValueValidator(FIRST, CHECK), MaxValueValidator(LAST, CHECK)]

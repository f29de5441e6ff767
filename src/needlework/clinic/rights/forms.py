"""A decision about an item, a period of retention, the law that applies."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from needlework.clinic.dayfield import DayField
from needlework.clinic.models.base import Record
from needlework.clinic.models.rights import What
from needlework.clinic.rights import record

GROUNDS = (
    "GDPR Art. 17(1)(a): no longer needed for what it was collected for",
    "GDPR Art. 17(1)(b): consent withdrawn, and no other ground",
    "GDPR Art. 17(1)(d): processed unlawfully",
    "GDPR Art. 17(3)(b): kept, a legal obligation of the clinic",
    "GDPR Art. 17(3)(c) with 9(2)(h) and 9(3): kept, needed for care under professional secrecy",
    "GDPR Art. 17(3)(c) with 9(2)(i): kept, safety of medical devices",
    "GDPR Art. 17(3)(e): kept, legal claims",
    "GDPR Art. 18(1)(a): restricted, accuracy is being checked",
    "GDPR Art. 18(1)(b): restricted in place of erasure",
    "GDPR Art. 18(1)(c): restricted, needed for the person’s legal claims",
    "GDPR Art. 18(1)(d): restricted, an objection is being weighed",
)
"""Offered to choose from. Under another law the clinic types its own."""


class DecisionForm(forms.Form):
    once = forms.UUIDField(widget=forms.HiddenInput)
    what = forms.ChoiceField(label=_("Decision"), choices=What.choices, widget=forms.RadioSelect)
    ground = forms.CharField(
        label=_("Ground"),
        max_length=600,
        help_text=_("The article of the law that applies here. Choose one, or type it."),
        widget=forms.TextInput(attrs={"list": "grounds", "autocomplete": "off"}),
    )
    until = DayField(
        label=_("Until"), required=False, help_text=_("Where it is kept or restricted for a time."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, erasable: bool = True) -> None:
        super().__init__(data, initial={"once": uuid7()})
        if not erasable:
            self.fields["what"].choices = [one for one in What.choices if one[0] != What.ERASED]  # type: ignore[attr-defined]


def _kinds() -> list[tuple[str, str]]:
    """What a person decides about: not the indexes, which follow from it."""
    return [(part.name, part.title) for part in record.parts() if issubclass(part.model, Record)]


class RuleForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind of record"), choices=_kinds)
    years = forms.IntegerField(label=_("Years after the last visit"), min_value=1, max_value=100)
    ground = forms.CharField(
        label=_("Ground"), max_length=600, help_text=_("The law that asks to keep it so long.")
    )


class LawForm(forms.Form):
    name = forms.CharField(label=_("Jurisdiction"), max_length=120, help_text=_("Such as: Portugal, EU."))
    law = forms.CharField(
        label=_("Law"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What applies to health records here, and for how long they must be kept."),
    )  # fmt: skip

"""The screening form is the protocol's own questionnaire; these are those beside it."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from needlework.protocol.schema.questions import Question
from needlework.protocol.schema.skin import SkinTypes


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


class SkinForm(forms.Form):
    """The ten questions about skin and sun, drawn from the protocol; on a phone they may stay open."""

    prefix = "ten"

    def __init__(self, knowledge: SkinTypes, *args: Any, may_stay_open: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = knowledge.question
        for question in knowledge.question:
            choices = [(str(place), words) for place, words in enumerate(question.answers)]
            self.fields[question.id] = forms.ChoiceField(
                label=question.ask, choices=choices, widget=forms.RadioSelect, required=not may_stay_open
            )

    def topics(self) -> Iterator[tuple[str, list[BoundField]]]:
        """The fields by topic, in the protocol's order."""
        for topic, group in groupby(self.questions, key=lambda question: question.topic):
            yield topic, [self[question.id] for question in group]

    def answers(self) -> dict[str, int]:
        """By question the place of its answer; those that were left open are not in it. After is_valid()."""
        return {name: int(value) for name, value in self.cleaned_data.items() if value}


class SeenForm(forms.Form):
    """Which type a practitioner sees."""

    once = forms.UUIDField(widget=forms.HiddenInput)
    skin_type = forms.ChoiceField(label=_("The type that I see"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note"), help_text=_("Such as a tan, or a part of the body."), max_length=400, required=False
    )

    def __init__(self, question: Question, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["skin_type"].choices = [(option.id, option.words) for option in question.options]

"""
One form for every questionnaire of the protocol: screening and check-ins alike.

The form draws itself from the questions. A question that hangs on another carries its condition to the
page, where a script hides it until it matters; what was typed under a question that no longer matters is
left out of the answers, with or without the script.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from needlework.loop import conditions
from needlework.protocol.schema import Condition, Question
from needlework.records import Answers, AnswerValue

YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class Questionnaire(forms.Form):
    """The questions as fields. An open question is no error here: the verdict says what it bars."""

    def __init__(
        self, questions: tuple[Question, ...], *, on: date, given: Answers | None = None, **form: Any
    ) -> None:
        self.questions, self.on = questions, on
        initial = {key: _shown(value) for key, value in given.given.items()} if given else None
        super().__init__(initial=initial, **form)
        for question in questions:
            self.fields[question.id] = _field(question)

    def topics(self) -> Iterator[tuple[str, list[BoundField]]]:
        """The fields by topic, in the protocol's order."""
        for topic, group in groupby(self.questions, key=lambda question: question.topic):
            yield topic, [self[question.id] for question in group]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        by_id = {question.id: question for question in self.questions}
        self._answers = Answers(
            {key: _meant(by_id[key], value) for key, value in cleaned.items() if value not in (None, "", [])}
        )
        for reason in conditions.faults(self.questions, self._answers, on=self.on):
            self.add_error(reason.key, f"{reason.problem} {reason.do}")
        return cleaned

    def answers(self) -> Answers:
        """What was answered, of the questions that can matter. Only after is_valid()."""
        live = conditions.asked(self.questions, self._answers, on=self.on)
        return Answers({q.id: self._answers.given[q.id] for q in live if q.id in self._answers.given})


def _field(question: Question) -> forms.Field:
    field = _kind(question)
    field.required = False
    field.label = question.ask
    field.help_text = question.hint
    field.unit = question.unit  # type: ignore[attr-defined]  # for the page, beside the number
    if question.ask_if:
        field.widget.attrs["data-ask-if"] = _told(question.ask_if)
    return field


def _kind(question: Question) -> forms.Field:
    options = [(option.id, option.words) for option in question.options]
    match question.kind:
        case "yes-no":
            return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect)
        case "choice":
            return forms.ChoiceField(choices=options, widget=forms.RadioSelect)
        case "choices":
            return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple)
        case "date":
            return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        case "number":
            attrs = {
                "min": question.minimum,
                "max": question.maximum,
                "step": "any",
            }
            return forms.FloatField(
                min_value=question.minimum,
                max_value=question.maximum,
                widget=forms.NumberInput(attrs={k: v for k, v in attrs.items() if v not in (None, "")}),
            )


def _told(conditions_: Mapping[str, Condition]) -> str:
    """The conditions as the page's script reads them: what is set, as JSON, yes and no as radios say them."""
    told = {}
    for asked, condition in conditions_.items():
        tests = {name: value for name, value in asdict(condition).items() if value not in (None, ())}
        told[asked] = {name: _shown(value) for name, value in tests.items()}
    return json.dumps(told)


def _shown(value: Any) -> Any:
    """An answer as the page's controls hold it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return list(value) if isinstance(value, tuple) else value


def _meant(question: Question, value: Any) -> AnswerValue:
    """What a control's value means: yes as True, whole numbers as such, several choices as a tuple."""
    if question.kind == "yes-no":
        return bool(value == "yes")
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    return tuple(value) if isinstance(value, list) else value

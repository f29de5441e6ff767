"""
One form for every questionnaire of the protocol: screening and check-ins alike.

The form draws itself from the questions. A question that hangs on another carries its condition to the
page, where a script hides it until it matters; what was typed under a question that no longer matters is
left out of the answers, with or without the script.

Where several zones are wanted, a question that may be answered otherwise in each of them is asked as one
tick for each zone, or as one field for each: `filler` and `filler-on.chin`.
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

from needlework.clinic.dayfield import DayField
from needlework.loop import conditions
from needlework.protocol.schema.questions import Condition, Question
from needlework.records.screen import Answers, AnswerValue

YES_NO = [("yes", _("Yes")), ("no", _("No"))]
NOWHERE = "nowhere"
"""The tick beside the zones that says no for all of them."""


class Questionnaire(forms.Form):
    """The questions as fields. An open question is no error here: the verdict says what it bars."""

    def __init__(
        self,
        questions: tuple[Question, ...],
        *,
        on: date,
        given: Answers | None = None,
        zones: tuple[str, ...] = (),
        **form: Any,
    ) -> None:
        self.questions, self.on = questions, on
        self.names = _zone_names(questions, zones)
        super().__init__(initial=_initial(given) if given else None, **form)
        by_id = {question.id: question for question in questions}
        for question in questions:
            for key, zone in self._keys(question):
                self.fields[key] = self._field(question, zone, by_id)

    def topics(self) -> Iterator[tuple[str, list[BoundField]]]:
        """The fields by topic, in the protocol's order."""
        for topic, group in groupby(self.questions, key=lambda question: question.topic):
            yield topic, [self[key] for question in group for key, _zone in self._keys(question)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        by_id = {question.id: question for question in self.questions}
        said = {
            key: _meant(by_id[key.partition(".")[0]], value)
            for key, value in cleaned.items()
            if value not in (None, "", [])
        }
        for key in [key for key, value in said.items() if isinstance(value, tuple) and NOWHERE in value]:
            self.add_error(key, _("Tick the places, or “In none of these”, not both."))
            del said[key]
        self._answers = Answers(said)
        for reason in conditions.faults(self.questions, self._answers, on=self.on):
            self.add_error(reason.key, f"{reason.problem} {reason.do}")
        return cleaned

    def answers(self) -> Answers:
        """What was answered, of the questions that can matter. Only after is_valid()."""
        asked = conditions.sheet(self.questions, self._answers, on=self.on).asked
        return Answers({key: value for key, value in self._answers.given.items() if _matters(key, asked)})

    def _several(self, question: Question) -> bool:
        return question.per_zone and len(self.names) > 1

    def _keys(self, question: Question) -> Iterator[tuple[str, str]]:
        """The fields of a question, each with its zone: one, or one for each zone that is wanted."""
        if self._several(question) and question.kind != "yes-no":
            yield from ((f"{question.id}.{zone}", zone) for zone in self.names)
        else:
            yield question.id, ""

    def _field(self, question: Question, zone: str, by_id: Mapping[str, Question]) -> forms.Field:
        if self._several(question) and question.kind == "yes-no":
            choices = [*self.names.items(), (NOWHERE, _("In none of these"))]
            field: forms.Field = forms.MultipleChoiceField(
                choices=choices, widget=forms.CheckboxSelectMultiple
            )
        elif question.id == conditions.WHERE and self.names:
            field = forms.MultipleChoiceField(
                choices=list(self.names.items()), widget=forms.MultipleHiddenInput
            )
        else:
            field = _kind(question)
        field.required = False
        field.label = f"{self.names[zone]}: {question.ask}" if zone else question.ask
        field.help_text = question.hint
        field.unit = question.unit  # type: ignore[attr-defined]  # for the page, beside the number
        if question.ask_if:
            field.widget.attrs["data-ask-if"] = json.dumps(dict(self._told(question.ask_if, zone, by_id)))
        return field

    def _told(
        self, tests: Mapping[str, Condition], zone: str, by_id: Mapping[str, Question]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """The conditions as the page's script reads them: yes and no as the controls say them."""
        for asked, condition in tests.items():
            parent = by_id[asked]
            if self._several(parent) and parent.kind == "yes-no":
                places = [zone] if zone else list(self.names)
                yield asked, {"one_of": places} if condition.equals else {"equals": NOWHERE}
            else:
                key = f"{asked}.{zone}" if self._several(parent) and zone else asked
                set_ = {name: value for name, value in asdict(condition).items() if value not in (None, ())}
                yield key, {name: _shown(value) for name, value in set_.items()}


def _zone_names(questions: tuple[Question, ...], zones: tuple[str, ...]) -> dict[str, str]:
    """The zones that are wanted, in the protocol's order and words."""
    where = next((question for question in questions if question.id == conditions.WHERE), None)
    return {option.id: option.words for option in where.options if option.id in zones} if where else {}


def _matters(key: str, asked: Mapping[str, tuple[str, ...]]) -> bool:
    question, _dot, zone = key.partition(".")
    return question in asked and (not zone or zone in asked[question])


def _initial(given: Answers) -> dict[str, Any]:
    return {key: _shown(value) for key, value in given.given.items()}


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
            return DayField()
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


def _shown(value: Any) -> Any:
    """An answer as the page's controls hold it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return list(value) if isinstance(value, tuple) else value


def _meant(question: Question, value: Any) -> AnswerValue:
    """What a control's value means: yes as True, whole numbers as such, several choices as a tuple."""
    if question.kind == "yes-no" and isinstance(value, list):
        return False if value == [NOWHERE] else tuple(value)
    if question.kind == "yes-no":
        return bool(value == "yes")
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    return tuple(value) if isinstance(value, list) else value

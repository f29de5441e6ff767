"""A photograph, a pair, and what to measure on it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from needlework.clinic.dayfield import DayField
from needlework.clinic.measure import takes
from needlework.clinic.models.people import Patient
from needlework.clinic.models.photographs import Photograph

ACCEPTED = "image/jpeg,image/png,image/tiff,image/heic,image/heif"


class TakeForm(forms.Form):
    """A photograph that is taken now, in one of the views of the visit."""

    once = forms.UUIDField(widget=forms.HiddenInput)
    view = forms.CharField(widget=forms.HiddenInput, max_length=40)
    photograph = forms.FileField(
        label=_("Photograph"),
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )

    def clean_view(self) -> str:
        view = self.cleaned_data["view"]
        if not takes.known(view):
            raise forms.ValidationError(_("There is no such view."))
        return view


class PhotographForm(forms.Form):
    """A photograph as it comes from a camera or a phone."""

    once = forms.UUIDField(widget=forms.HiddenInput)
    photograph = forms.FileField(
        label=_("Photograph"),
        help_text=_("JPEG, PNG, TIFF or HEIC. Clean skin, no make-up, the same place and light each time."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    taken_on = DayField(
        label=_("Taken on"),
        help_text=_("Left empty, the day that the camera wrote, or today."),
        required=False,
    )
    view = forms.ChoiceField(label=_("View"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        views = (*takes.FACE, *takes.zones())
        fields["view"].choices = [("", _("not said")), *((one, takes.name(one)) for one in views)]


class PairForm(forms.Form):
    """Two photographs of one person."""

    before: "forms.ModelChoiceField[Photograph]" = forms.ModelChoiceField(
        queryset=None, label=_("Before"), empty_label=None
    )
    after: "forms.ModelChoiceField[Photograph]" = forms.ModelChoiceField(
        queryset=None, label=_("After"), empty_label=None
    )

    def __init__(self, patient: Patient, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for name in ("before", "after"):
            fields[name].queryset = Photograph.open_of(patient).order_by("taken_on", "created_at")


class MeasureForm(forms.Form):
    """What to measure on a pair."""

    once = forms.UUIDField(widget=forms.HiddenInput)
    area = forms.ChoiceField(choices=[("whole", _("The whole skin area")), ("drawn", _("Drawn zones"))])
    zones = forms.CharField(required=False, max_length=200_000)
    repeats: "forms.ModelMultipleChoiceField[Photograph]" = forms.ModelMultipleChoiceField(
        queryset=None,
        label=_("Repeat photographs"),
        help_text=_(
            "Taken on one of the two days with nothing done in between. They tell how far readings of this "
            "person scatter by themselves."
        ),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    mm_per_px = forms.FloatField(
        label=_("Size of a pixel"),
        help_text=_("In millimetres, on the photograph before. Left empty, lengths are relative."),
        required=False,
        min_value=0.001,
        max_value=5,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )

    def __init__(self, before: Photograph, after: Photograph, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        others = Photograph.open_of(before.patient).exclude(pk__in=[before.pk, after.pk])
        fields["repeats"].queryset = others.filter(taken_on__in=[before.taken_on, after.taken_on])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("area") == "drawn" and not cleaned.get("zones", "").strip():
            self.add_error(
                "zones", _("No zone is drawn yet. Draw one on the photograph, or choose the whole skin area.")
            )
        if cleaned.get("area") == "whole":
            cleaned["zones"] = ""
        return cleaned

"""Who somebody is."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models.people import PatientDetails

OLDEST_YEARS = 120


class DetailsForm(forms.ModelForm):
    """A patient's details. `seen` is the version that was on the page when it was corrected."""

    once = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = PatientDetails
        fields = ["full_name", "born_on", "sex", "phone", "email", "note"]
        widgets = {
            "born_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "sex": forms.RadioSelect,
            "note": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, on: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.on = on

    def clean_full_name(self) -> str:
        return " ".join(self.cleaned_data["full_name"].split())

    def clean_born_on(self) -> date:
        day = self.cleaned_data["born_on"]
        if day > self.on:
            raise ValidationError(_("This day is yet to come. Give the day of birth."))
        if self.on.year - day.year > OLDEST_YEARS:
            raise ValidationError(
                _("That is more than %(n)s years ago. Check the year.") % {"n": OLDEST_YEARS}
            )
        return day

    def details(self) -> dict:
        """What goes into the row. Only after is_valid()."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

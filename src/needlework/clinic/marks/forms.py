"""
What a mark is, and where: by a tap on the map, or by a zone and words for the place in it.

The tap brings a figure and a place on it; which zone lies there is looked up here, not believed.
"""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from needlework.clinic import current, spared
from needlework.clinic.dayfield import DayField
from needlework.clinic.figures import drawn, place
from needlework.clinic.models.marks import Mark

OLDEST = date(1900, 1, 1)
LARGEST_MM = 400
SIDES = [("left", _("Left, of the patient")), ("right", _("Right, of the patient"))]


class MarkForm(forms.Form):
    once = forms.UUIDField(widget=forms.HiddenInput)
    figure = forms.CharField(widget=forms.HiddenInput, required=False, max_length=8)
    x = forms.FloatField(widget=forms.HiddenInput, required=False)
    y = forms.FloatField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("What is it?"))
    zone = forms.ChoiceField(label=_("In which zone?"))
    side = forms.ChoiceField(
        label=_("On which side?"), choices=[("", _("In the middle")), *SIDES],
        required=False,
    )  # fmt: skip
    spot = forms.ChoiceField(label=_("Where in the zone?"), choices=place.SPOTS, required=False)
    size_mm = forms.FloatField(
        label=_("Size across, mm"), required=False, min_value=0.1, max_value=LARGEST_MM,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )  # fmt: skip
    since = DayField(label=_("Since"))
    until = DayField(
        label=_("Until"), required=False,
        help_text=_("The last day on which it counts, if that is known. Else it counts until it is ended."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, on: date, **form: Any) -> None:
        super().__init__(*args, **form)
        self.on = on
        protocol = current.protocol()
        self.zone_ids = [zone.id for zone in protocol.zones.zone if drawn.shown([zone.id])]
        kinds = [(one.id, one.name) for one in spared.kinds()]
        zones = [(zone.id, zone.name) for zone in protocol.zones.zone if zone.id in self.zone_ids]
        self.fields["kind"].choices = [("", _("Choose")), *kinds]  # type: ignore[attr-defined]
        self.fields["zone"].choices = [("", _("Tap the map, or choose")), *zones]  # type: ignore[attr-defined]

    def clean_since(self) -> date:
        day: date = self.cleaned_data["since"]
        if not OLDEST <= day <= self.on:
            raise ValidationError(_("Give the day on which it was first seen, today at the latest."))
        return day

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error("until", _("That is before it began."))
        if "zone" in said and not self.errors:
            self._place(said)
        return said

    def _place(self, said: dict[str, Any]) -> None:
        """Where it is: the tap where there was one in the chosen zone, else the middle of the words."""
        zone, tapped = said["zone"], self._tapped(said)
        if tapped is not None and tapped[0] == zone:
            said["side"] = tapped[1]
            return
        side = said.get("side") or ""
        if zone in drawn.TWO_SIDED and not side:
            self.add_error("side", _("This zone has two sides: say which."))
            return
        said["side"] = side if zone in drawn.TWO_SIDED else ""
        said["figure"], said["x"], said["y"] = place.of(zone, said["side"], said.get("spot") or "middle")

    def _tapped(self, said: dict[str, Any]) -> tuple[str, str] | None:
        x, y, figure = said.get("x"), said.get("y"), said.get("figure")
        if x is None or y is None or figure not in drawn.FIGURES:
            return None
        return drawn.zone_at(figure, x, y, [said["zone"]])

    def said(self) -> dict[str, Any]:
        """What goes into the row. Only after is_valid()."""
        named = ("figure", "x", "y", "kind", "zone", "side", "size_mm", "since", "until", "note")
        return {name: self.cleaned_data[name] for name in named}

    @staticmethod
    def of(row: Mark) -> dict[str, Any]:
        """A mark as the form shows it, to be corrected."""
        named = ("figure", "x", "y", "kind", "zone", "side", "size_mm", "since", "until", "note")
        return {name: getattr(row, name) for name in named}


class EndForm(forms.Form):
    once = forms.UUIDField(widget=forms.HiddenInput)
    on = DayField(label=_("It counts no more from"))
    why = forms.CharField(label=_("Why"), max_length=400)

    prefix = "end"

    def __init__(self, *args: Any, today: date, since: date, **form: Any) -> None:
        super().__init__(*args, **form)
        self.today, self.since = today, since

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if not self.since <= day <= self.today:
            raise ValidationError(_("Give a day between the one on which it began and today."))
        return day

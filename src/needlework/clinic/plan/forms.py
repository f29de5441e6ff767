"""What is wanted: concerns, zones and a device, and what this person's course needs otherwise."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from needlework.protocol.schema.protocol import Protocol
from needlework.records.plan import Changes, Goals

DEPTH, AREA, PASSES = "depth-", "area-", "passes-"
WAS = "was-"
"""Before a name: what was proposed there. What still stands as it was proposed is no wish of anybody's."""


MOST_COUNTED = 9999
"""Of anything that is counted here; what is right is for the protocol to say."""


class GoalsForm(forms.Form):
    """
    Goals for a plan, and changes of what was proposed.

    Numbers of single zones come beside the fields, as depth-<zone>, area-<zone> and passes-<zone>.
    """

    once = forms.UUIDField(widget=forms.HiddenInput)
    concerns = forms.MultipleChoiceField(label=_("What for"), widget=forms.CheckboxSelectMultiple)
    zones = forms.MultipleChoiceField(label=_("Where"), widget=forms.CheckboxSelectMultiple)
    device = forms.ChoiceField(label=_("With"), widget=forms.RadioSelect)
    sessions = forms.IntegerField(label=_("Sessions"), required=False, max_value=MOST_COUNTED)
    interval_days = forms.IntegerField(label=_("Days between them"), required=False, max_value=MOST_COUNTED)
    off_label_reason = forms.CharField(
        label=_("Why outside the label"),
        help_text=_("It stays in the record under your name, and the patient is told."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    change_reason = forms.CharField(
        label=_("Why otherwise than proposed"),
        help_text=_("It stays in the record under your name."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, protocol: Protocol, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.zone_ids = [zone.id for zone in protocol.zones.zone]
        fields: dict[str, Any] = self.fields
        fields["concerns"].choices = [(one.id, one.name) for one in protocol.plan.concern]
        fields["zones"].choices = [(one.id, one.name) for one in protocol.zones.zone]
        fields["device"].choices = [(one.id, one.name) for one in protocol.devices.device]

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        for prefix, key in ((DEPTH, "depth_mm"), (AREA, "area_cm2"), (PASSES, "passes")):
            cleaned[key] = dict(self._numbers(prefix))
        for zone, passes in cleaned["passes"].items():
            if not passes.is_integer() or passes > MOST_COUNTED:
                self._no_number(zone, f"{passes:g}")
        for name in ("sessions", "interval_days"):
            if cleaned.get(name) == self._was(name):
                cleaned[name] = None
        return cleaned

    def goals(self, *, place: str) -> Goals:
        """The goals as the loop takes them. Only after is_valid()."""
        wanted: Mapping = self.cleaned_data
        return Goals(
            concerns=tuple(wanted["concerns"]),
            zones=tuple(wanted["zones"]),
            device=wanted["device"],
            place=place,
            depth_mm=self._here("depth_mm"),
            area_cm2=self._here("area_cm2"),
        )

    def changes(self) -> Changes:
        """What is to be otherwise than proposed for these goals. Only after is_valid()."""
        return Changes(
            passes={zone: int(passes) for zone, passes in self._here("passes").items()},
            sessions=self.cleaned_data["sessions"],
            interval_days=self.cleaned_data["interval_days"],
        )

    def _here(self, key: str) -> dict[str, float]:
        wanted: Mapping = self.cleaned_data
        return {zone: number for zone, number in wanted[key].items() if zone in wanted["zones"]}

    def _numbers(self, prefix: str) -> Iterator[tuple[str, float]]:
        """The numbers that were given zone by zone; one that is blank, or as it was, is the protocol's."""
        for zone in self.zone_ids:
            typed = str(self.data.get(f"{prefix}{zone}", "")).strip()
            if not typed:
                continue
            number = _number(typed)
            if number is None:
                self._no_number(zone, typed)
            elif number != self._was(f"{prefix}{zone}"):
                yield zone, number

    def _was(self, name: str) -> float | None:
        return _number(str(self.data.get(f"{WAS}{name}", "")))

    def _no_number(self, zone: str, typed: str) -> None:
        fields: dict[str, Any] = self.fields
        name = dict(fields["zones"].choices)[zone]
        self.add_error(None, _("%(zone)s: “%(typed)s” is no number.") % {"zone": name, "typed": typed})


def _number(typed: str) -> float | None:
    """A number with a point or a comma."""
    try:
        return float(typed.strip().replace(",", "."))
    except ValueError:
        return None

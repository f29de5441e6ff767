"""What is wanted: concerns, zones and a device, and what this person's zones need otherwise."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from needlework.protocol.schema import Protocol
from needlework.records import Goals

DEPTH, AREA = "depth-", "area-"


class GoalsForm(forms.Form):
    """Goals for a plan. Depths and areas of single zones come beside it, as depth-<zone> and area-<zone>."""

    once = forms.UUIDField(widget=forms.HiddenInput)
    concerns = forms.MultipleChoiceField(label=_("What for"), widget=forms.CheckboxSelectMultiple)
    zones = forms.MultipleChoiceField(label=_("Where"), widget=forms.CheckboxSelectMultiple)
    device = forms.ChoiceField(label=_("With"), widget=forms.RadioSelect)
    off_label_reason = forms.CharField(
        label=_("Why outside the label"),
        help_text=_("It stays in the record under your name, and the patient is told."),
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
        for prefix, key in ((DEPTH, "depth_mm"), (AREA, "area_cm2")):
            cleaned[key] = dict(self._numbers(prefix))
        return cleaned

    def goals(self, *, place: str) -> Goals:
        """The goals as the loop takes them. Only after is_valid()."""
        wanted: Mapping = self.cleaned_data
        return Goals(
            concerns=tuple(wanted["concerns"]),
            zones=tuple(wanted["zones"]),
            device=wanted["device"],
            place=place,
            depth_mm={zone: mm for zone, mm in wanted["depth_mm"].items() if zone in wanted["zones"]},
            area_cm2={zone: cm2 for zone, cm2 in wanted["area_cm2"].items() if zone in wanted["zones"]},
        )

    def _numbers(self, prefix: str) -> Iterator[tuple[str, float]]:
        """The numbers that were given zone by zone; a blank one is the protocol's."""
        fields: dict[str, Any] = self.fields
        for zone in self.zone_ids:
            typed = str(self.data.get(f"{prefix}{zone}", "")).strip().replace(",", ".")
            if not typed:
                continue
            try:
                yield zone, float(typed)
            except ValueError:
                name = dict(fields["zones"].choices)[zone]
                self.add_error(
                    None, _("%(zone)s: “%(typed)s” is no number.") % {"zone": name, "typed": typed}
                )

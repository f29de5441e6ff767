"""An edition that is sent, and a device that the clinic adds with its label."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from needlework.protocol.schema.devices import Device, Drum, Indication
from needlework.protocol.schema.protocol import Protocol
from needlework.records.skin import SkinType

LINES = 3
"""Lines of a label on the form; a longer label is written in the file."""
DEEPEST_MM = 5


class Several(forms.FileInput):
    allow_multiple_selected = True


class SeveralFiles(forms.FileField):
    """A list of files, at least one."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(SeveralFiles, self).clean(one, initial) for one in data or [None]]


class EditionForm(forms.Form):
    """A ZIP, or the files of an edition."""

    once = forms.UUIDField(widget=forms.HiddenInput)
    edition = SeveralFiles(
        label=_("The edition"),
        help_text=_("Its TOML files, or one ZIP of them; at most 1 MB in all."),
        allow_empty_file=True,  # what is wrong with it is said by name
        widget=Several(attrs={"accept": ".toml,.zip", "multiple": True}),
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"once": uuid7()})


def _number(label: Any, *, most: float, unit: Any, least: float = 0, **field: Any) -> forms.FloatField:
    widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
    made = forms.FloatField(label=label, min_value=least, max_value=most, widget=widget, **field)
    made.unit = unit  # type: ignore[attr-defined]
    return made


class DeviceForm(forms.Form):
    """A device as its maker describes it. What was not seen is left empty, and never guessed."""

    once = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=80)
    maker = forms.CharField(label=_("Maker"), max_length=120)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("pen", _("Pen")), ("roller", _("Roller"))], widget=forms.RadioSelect
    )
    cleared = forms.ChoiceField(
        label=_("Clearance for needling skin"),
        help_text=_("Without one, every use is outside a label and is said so."),
        choices=[("yes", _("Seen")), ("no", _("Not seen"))],
        widget=forms.RadioSelect,
    )
    needles = forms.IntegerField(
        label=_("Needles"),
        min_value=1,
        max_value=2000,
        required=False,
        help_text=_("Of one cartridge, or of the whole drum. Without it no dose can be reckoned."),
    )
    shallowest_mm = _number(_("Shallowest setting"), most=DEEPEST_MM, unit="mm", required=False)
    deepest_mm = _number(_("Deepest setting"), most=DEEPEST_MM, unit="mm", required=False)
    step_mm = _number(_("Step of the dial"), least=0.01, most=1, unit="mm", required=False)
    slowest_per_s = _number(_("Slowest speed"), most=1000, unit=_("strokes per second"), required=False)
    fastest_per_s = _number(_("Fastest speed"), most=1000, unit=_("strokes per second"), required=False)
    drum_diameter_cm = _number(
        _("Drum, diameter"), least=0.1, most=20, unit="cm", required=False, help_text=_("Of a roller.")
    )
    drum_width_cm = _number(_("Drum, width"), least=0.1, most=20, unit="cm", required=False)
    evaluated_mm = _number(
        _("Evaluated maximum"),
        least=0.01,
        most=DEEPEST_MM,
        unit="mm",
        help_text=_("The deepest setting that was evaluated. It stands as a wall in every plan."),
    )
    evaluated_says = forms.CharField(
        label=_("Where that is said"),
        max_length=500,
        help_text=_("Document, page and what it says, in a sentence. It is shown with the wall."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, protocol: Protocol, data: Any = None) -> None:
        super().__init__(data, initial={"once": uuid7(), "kind": "pen"})
        self.taken = {device.id for device in protocol.devices.device}
        self.lines = [LabelForm(protocol, data, prefix=f"label-{n}") for n in range(1, LINES + 1)]

    def is_valid(self) -> bool:
        lines = [line.is_valid() for line in self.lines]
        return super().is_valid() and all(lines)

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not slugify(name):
            raise forms.ValidationError(_("Give it a name with a letter or a digit from A to Z in it."))
        if slugify(name) in self.taken:
            raise forms.ValidationError(_("A device of this name is in the edition already."))
        return name

    def clean_evaluated_says(self) -> str:
        return " ".join(self.cleaned_data["evaluated_says"].split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        pairs = (
            ("shallowest_mm", "deepest_mm"), ("slowest_per_s", "fastest_per_s"),
            ("drum_diameter_cm", "drum_width_cm"),
        )  # fmt: skip
        for low, high in pairs:
            one, other = cleaned.get(low), cleaned.get(high)
            if (one is None) != (other is None) and not {low, high} & self.errors.keys():
                self.add_error(high if other is None else low, _("Give both, or neither."))
        return cleaned

    def device(self) -> Device:
        """The device as an edition holds it. Only after is_valid()."""
        given = self.cleaned_data
        drum = given["drum_diameter_cm"], given["drum_width_cm"]
        return Device(
            id=slugify(given["name"]),
            name=given["name"],
            maker=" ".join(given["maker"].split()),
            kind=given["kind"],
            cleared=given["cleared"] == "yes",
            needles=given["needles"],
            range_mm=_span(given["shallowest_mm"], given["deepest_mm"]),
            step_mm=given["step_mm"],
            strokes_per_s=_span(given["slowest_per_s"], given["fastest_per_s"]),
            drum=Drum(*drum) if given["kind"] == "roller" and None not in drum else None,
            evaluated_mm=given["evaluated_mm"],
            evaluated_says=given["evaluated_says"],
            basis="house",  # what the clinic read of its own device is the clinic's word
            sources=(),
            indication=tuple(line for form in self.lines for line in form.indication()),
        )


class LabelForm(forms.Form):
    """One line of a label: a concern, in zones, on skin types, from an age. Left empty, it says nothing."""

    concern = forms.ChoiceField(label=_("Cleared for"), required=False)
    zones = forms.MultipleChoiceField(
        label=_("In"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"})
    )
    skin_types = forms.MultipleChoiceField(
        label=_("On skin types"),
        required=False,
        choices=[(one.value, one.value) for one in SkinType],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"}),
    )
    age_from = forms.IntegerField(label=_("From the age of"), required=False, min_value=0, max_value=120)

    def __init__(self, protocol: Protocol, data: Any, *, prefix: str) -> None:
        super().__init__(data, prefix=prefix)
        fields: dict[str, Any] = self.fields
        fields["age_from"].unit = _("years")
        concerns = [(one.id, one.name) for one in protocol.plan.concern]
        fields["concern"].choices = [("", _("No further line")), *concerns]
        fields["zones"].choices = [(one.id, one.name) for one in protocol.zones.zone]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if any(value not in (None, "", []) for value in cleaned.values()):
            for name, says in MISSING.items():
                if cleaned.get(name) in (None, "", []) and name not in self.errors:
                    self.add_error(name, says)
        return cleaned

    def indication(self) -> Iterator[Indication]:
        given = self.cleaned_data
        if given.get("concern"):
            types = tuple(SkinType(one) for one in given["skin_types"])
            yield Indication(given["concern"], tuple(given["zones"]), types, given["age_from"], sources=())


MISSING = {
    "concern": _("Say for what, or leave the whole line empty."),
    "zones": _("Choose the zones that the label names."),
    "skin_types": _("Choose the skin types that the label names."),
    "age_from": _("Give the age that the label names."),
}


def _span(low: float | None, high: float | None) -> tuple[float, float] | None:
    return None if low is None or high is None else (low, high)

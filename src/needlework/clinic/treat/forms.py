"""
What can be charted, a form for each kind of entry.

The forms turn text into numbers and days; whether an entry may be charted is decided by the loop, which names
the field of each reason.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from needlework.clinic.dayfield import DayField
from needlework.loop import gs1, nogo, traces
from needlework.records.treat import EventKind
from needlework.records.why import Refusal

ENDPOINTS = [("reached", _("Reached")), ("not-reached", _("Not reached")), ("beyond", _("Gone beyond"))]
BLEEDING = [
    ("0", _("0 · none")),
    ("1", _("1 · single points")),
    ("2", _("2 · even points")),
    ("3", _("3 · runs, or needs pressure")),
]
"""Grades of the house, told by what is seen."""
DECIMAL = {"step": "any", "inputmode": "decimal"}


class EntryForm(forms.Form):
    """One entry. `once` is drawn when the form is shown, so that a second tap brings the same."""

    kind: EventKind
    once = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, name: str = "", **form: Any) -> None:
        initial = {"once": uuid7(), **form.pop("initial", {})}
        super().__init__(data, initial=initial, auto_id=f"{name or self.kind}-%s", **form)

    def entry(self) -> dict[str, str | int | float]:
        """The data of the event. Only after is_valid()."""
        return {name: value for name, value in self.cleaned_data.items() if name != "once"}

    def sent_anew(self) -> None:
        """A fresh key, where the one that came belongs to an entry that was charted with other words."""
        self.data = (
            {**self.data.dict(), "once": str(uuid7())} if isinstance(self.data, QueryDict) else self.data
        )


class CheckedForm(EntryForm):
    kind = EventKind.CHECKED
    check = forms.CharField(widget=forms.HiddenInput, max_length=80)


class NumbedForm(EntryForm):
    kind = EventKind.NUMBED
    anaesthetic = forms.CharField(label=_("Product and strength"), max_length=80)
    lot = forms.CharField(label=_("Lot"), max_length=40)
    grams = forms.FloatField(label=_("How much"), widget=forms.NumberInput(attrs=DECIMAL))
    area_cm2 = forms.FloatField(label=_("Over how much skin"), widget=forms.NumberInput(attrs=DECIMAL))
    minutes = forms.FloatField(
        label=_("For how long, planned"),
        widget=forms.NumberInput(attrs={"step": "1", "inputmode": "numeric"}),
    )
    ago_min = forms.FloatField(
        label=_("On the skin already for"),
        initial=0,
        widget=forms.NumberInput(attrs={"step": "1", "inputmode": "numeric"}),
    )
    covered = forms.BooleanField(label=_("Covered with a film"), required=False)
    warmed = forms.BooleanField(label=_("Warmed"), required=False)
    broken_skin = forms.BooleanField(label=_("On broken or irritated skin"), required=False)
    near_eyes = forms.BooleanField(label=_("Near the eyes"), required=False)

    HOW = ("covered", "warmed", "broken_skin", "near_eyes")

    def how(self) -> list[forms.BoundField]:
        return [self[name] for name in self.HOW]

    def entry(self) -> dict[str, str | int | float]:
        """How it is used only where it is so."""
        return {name: value for name, value in super().entry().items() if value or name not in self.HOW}


class WipedForm(EntryForm):
    kind = EventKind.WIPED


class CartridgeForm(EntryForm):
    """Typed, or scanned: what is typed as well must say the same as the code."""

    kind = EventKind.CARTRIDGE
    scan = forms.CharField(
        label=_("Scan the pack"), required=False, max_length=gs1.LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
        help_text=_("With a scanner, or as printed below the code: (01)… (17)… (10)… (21)…"),
    )  # fmt: skip
    lot = forms.CharField(label=_("Lot"), max_length=40, required=False)
    serial = forms.CharField(
        label=_("Serial"),
        max_length=40,
        required=False,
        help_text=_("What tells it from the others of its lot."),
    )
    expires = DayField(label=_("Expires"), required=False)

    handpiece = forms.CharField(
        label=_("Serial of the handpiece"), max_length=40, required=False,
        help_text=_("As it stands on the handpiece, so that everybody treated with it can be found."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if code := said.get("scan"):
            scan = gs1.read(code, on=timezone.localdate())
            if isinstance(scan, Refusal):
                self.add_error("scan", " ".join(f"{one.problem} {one.do}" for one in scan.reasons))
                return said
            said["gtin"] = scan.gtin
            for name in ("lot", "serial", "expires"):
                self._agree(said, name, getattr(scan, name))
        for name in ("lot", "serial", "expires"):
            if not said.get(name) and name not in self.errors:
                self.add_error(name, _("This is missing: the code does not say it, or nothing was scanned."))
        return said

    def _agree(self, said: dict[str, Any], name: str, scanned: Any) -> None:
        typed = said.get(name)
        if scanned and typed and traces.spelt(typed) != traces.spelt(scanned):
            self.add_error(name, _("The code says %(scanned)s. Scan this pack again.") % {"scanned": scanned})
        said[name] = typed or scanned

    def entry(self) -> dict[str, str | int | float]:
        """The product code only where it was read: what is not known is not an empty one."""
        data = {**super().entry(), "expires": self.cleaned_data["expires"].isoformat()}
        return {
            name: value for name, value in data.items()
            if name != "scan" and (value or name not in {"gtin", "handpiece"})
        }  # fmt: skip


class PassForm(EntryForm):
    """The fields have the ids that the wall and the clock give them."""

    kind = EventKind.PASS
    zone = forms.CharField(widget=forms.HiddenInput, max_length=80)
    set_depth_mm = forms.FloatField(
        label=_("Set depth"), widget=forms.NumberInput(attrs={"id": "wall-set_depth_mm"})
    )
    passes = forms.IntegerField(
        label=_("Passes"), max_value=999, widget=forms.NumberInput(attrs={"min": 1, "inputmode": "numeric"})
    )
    seconds = forms.FloatField(
        label=_("Needling time"), widget=forms.NumberInput(attrs={"id": "clock-seconds"})
    )
    strokes_per_s = forms.FloatField(
        label=_("Strokes"),
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
        help_text=_("As the handpiece shows."),
    )
    spared = forms.CharField(
        label=_("How it is left out"), required=False, max_length=400,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def entry(self) -> dict[str, str | int | float]:
        """The word on what is left out only where one was given."""
        return {name: value for name, value in super().entry().items() if value or name != nogo.WORD}


class EndpointForm(EntryForm):
    kind = EventKind.ENDPOINT
    zone = forms.CharField(widget=forms.HiddenInput, max_length=80)
    endpoint = forms.ChoiceField(label=_("Endpoint"), choices=ENDPOINTS, widget=forms.RadioSelect)
    bleeding = forms.ChoiceField(label=_("Bleeding"), choices=BLEEDING, widget=forms.RadioSelect)


class TopicalForm(EntryForm):
    kind = EventKind.TOPICAL
    topical = forms.CharField(label=_("Product"), max_length=80)
    lot = forms.CharField(label=_("Lot"), max_length=40, required=False)
    without_lot = forms.BooleanField(label=_("There is no lot on it, as on a compress"), required=False)

    def entry(self) -> dict[str, str | int | float]:
        """That it has no lot only where that is so."""
        said = super().entry()
        return {
            name: value
            for name, value in said.items()
            if name != "without_lot" or (value and not said["lot"])
        }


class AdverseForm(EntryForm):
    """Harm, tapped as one of the protocol's signs or told in words. A faint has no zone."""

    kind = EventKind.ADVERSE
    sign = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    zone = forms.CharField(label=_("Where"), required=False, max_length=80)
    what = forms.CharField(
        label=_("What happened, and what was done"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000
    )

    def __init__(self, data: Any = None, *, zones: list[tuple[str, str]], **form: Any) -> None:
        super().__init__(data, **form)
        self.fields["zone"].widget = forms.Select(choices=[*zones, ("", _("Nowhere in particular"))])

    def entry(self) -> dict[str, str | int | float]:
        """The sign only where one was tapped."""
        return {name: value for name, value in super().entry().items() if value or name != "sign"}


class WordsForm(EntryForm):
    """
    Free words, under another label where the page asks for something of its own.

    Beside them what they put down, so that it is found by its lot (treat/late.py): the entry that was
    refused, as the tablet kept it, or a pack that somebody names.
    """

    text = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)
    late = forms.CharField(required=False, widget=forms.HiddenInput)
    names = forms.ChoiceField(required=False)
    lot = forms.CharField(label=_("Lot"), max_length=40, required=False)
    serial = forms.CharField(label=_("Serial, of a cartridge"), max_length=40, required=False)
    expires = DayField(label=_("Expires"), required=False)

    PACK = ("names", "lot", "serial", "expires")

    def __init__(
        self, data: Any = None, *, label: str = "", products: Sequence[tuple[str, str]] = (), **form: Any
    ) -> None:
        super().__init__(data, **form)
        if label:
            self.fields["text"].label = label
        cartridge = (EventKind.CARTRIDGE.value, _("A cartridge"))
        self.fields["names"] = forms.ChoiceField(
            label=_("Used, and not charted"),
            required=False,
            choices=[("", _("Nothing of the kind")), cartridge, *products],
        )

    def pack(self) -> list[forms.BoundField]:
        return [self[name] for name in self.PACK]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("names") and not said.get("lot"):
            self.add_error("lot", _("Give it: people are found by the lot. It stands on the box as well."))
        if said.get("lot") and not said.get("names") and "names" not in self.errors:
            self.add_error("names", _("Say of what this lot is."))
        if said.get("names") == EventKind.CARTRIDGE and said.get("serial") and not said.get("expires"):
            self.add_error("expires", _("Give it with the serial, or leave the serial to the words."))
        return said

    def entry(self) -> dict[str, str | int | float]:
        """The words alone; what they put down is kept beside them."""
        return {"text": super().entry()["text"]}


class NoteForm(WordsForm):
    kind = EventKind.NOTE


class StruckForm(EntryForm):
    kind = EventKind.STRUCK
    corrects = forms.CharField(widget=forms.HiddenInput, max_length=40)
    reason = forms.CharField(label=_("Why it was charted in error"), max_length=400)


class SignedForm(EntryForm):
    kind = EventKind.SIGNED


class AddendumForm(WordsForm):
    kind = EventKind.ADDENDUM
    text = forms.CharField(label=_("Addendum"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000)


FORMS: dict[EventKind, type[EntryForm]] = {
    form.kind: form
    for form in (
        CheckedForm, NumbedForm, WipedForm, CartridgeForm, PassForm, EndpointForm, TopicalForm, AdverseForm,
        NoteForm, StruckForm, SignedForm, AddendumForm,
    )
}  # fmt: skip

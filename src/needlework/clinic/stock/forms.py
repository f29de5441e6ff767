"""What is typed or scanned about devices, cartridges and recalls."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from needlework.clinic import current, fit
from needlework.clinic.dayfield import DayField
from needlework.clinic.models.places import Site
from needlework.clinic.models.stock import Service, StockRules, Unit
from needlework.loop import gs1
from needlework.loop.traces import spelt
from needlework.records.why import Refusal

NO_HELP = {"autocomplete": "off", "spellcheck": "false"}


def a_mark(**words: Any) -> forms.CharField:
    """A lot or serial, in one spelling."""
    return forms.CharField(max_length=40, widget=forms.TextInput(attrs=NO_HELP), **words)


def models() -> list[tuple[str, str]]:
    return [("", "–"), *((one.id, one.name) for one in current.protocol().devices.device)]


class Once(forms.Form):
    """A form with the sender's own key."""

    once = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **form: Any) -> None:
        super().__init__(data, initial={"once": uuid7(), **form.pop("initial", {})}, **form)

    def said(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class Code(forms.RegexField):
    """
    A product code as it is printed, kept with 14 digits.

    One that was mistyped is refused: a recall of a code that no pack has would stop nothing.
    """

    def __init__(self, **words: Any) -> None:
        super().__init__(
            r"^[0-9]{8}([0-9]{4,6})?\Z", label=_("Product code (GTIN)"), required=False,
            widget=forms.TextInput(attrs={**NO_HELP, "inputmode": "numeric"}),
            error_messages={"invalid": _("Give its 8, 12, 13 or 14 digits.")}, **words,
        )  # fmt: skip

    def clean(self, value: Any) -> str:
        digits: str = super().clean(value)
        if digits and gs1.check_digit(digits[:-1]) != digits[-1]:
            raise forms.ValidationError(_("Its last digit does not fit the others. Look at each digit."))
        return digits.zfill(14) if digits else ""


class UnitForm(Once):
    part = forms.ChoiceField(label=_("What it is"), choices=Unit.Part, widget=forms.RadioSelect)
    device = forms.ChoiceField(label=_("Model"), choices=models)
    serial = a_mark(label=_("Serial"))
    udi = forms.CharField(
        label=_("UDI"), max_length=120, required=False, widget=forms.TextInput(attrs=NO_HELP),
        help_text=_("The unique identifier on its label. A scanner may type it."),
    )  # fmt: skip
    label = forms.CharField(
        label=_("Name on it"), max_length=80, required=False, help_text=_("What it is called here: Pen 2.")
    )
    site = forms.ModelChoiceField(
        Site.objects.none(), label=_("Stands at"), required=False, empty_label=_("Travels between sites")
    )
    bought_on = DayField(label=_("Bought on"), required=False)
    due_on = DayField(label=_("Next service due on"), required=False)

    def __init__(self, *args: Any, **form: Any) -> None:
        super().__init__(*args, **form)
        cast("Any", self.fields["site"]).queryset = Site.objects.open()

    def clean_serial(self) -> str:
        return spelt(self.cleaned_data["serial"])


class ServiceForm(Once):
    done_on = DayField(label=_("Done on"), required=False)
    due_on = DayField(label=_("Next due on"), required=False)
    done_by = forms.CharField(label=_("Done by"), max_length=120, required=False)
    note = forms.CharField(
        label=_("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    corrects = forms.ModelChoiceField(
        Service.objects.none(), label=_("Corrects"), required=False, empty_label=_("nothing: a new entry")
    )

    def __init__(self, *args: Any, unit: Unit, on: date, **form: Any) -> None:
        super().__init__(*args, **form)
        self.on = on
        rows = Service.objects.filter(unit=unit, corrected_by=None)
        cast("Any", self.fields["corrects"]).queryset = rows
        cast("Any", self.fields["corrects"]).label_from_instance = lambda row: (
            _("service of %(day)s, due %(due)s")
            % {
                "day": row.done_on or "–",
                "due": row.due_on or "–",
            }
        )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        done, due = said.get("done_on"), said.get("due_on")
        if not done and not due:
            self.add_error("done_on", _("Say when it was done, or when it is due."))
        if done and done > self.on:
            self.add_error("done_on", _("This day is still to come."))
        if done and due and due <= done:
            self.add_error("due_on", _("Give a day after the service."))
        if done and not said.get("done_by"):
            self.add_error("done_by", _("Say who did it."))
        return said


class UseForm(Once):
    USE = (("in", _("In use")), ("out", _("Out of use for now")), ("retired", _("Given up for good")))
    state = forms.ChoiceField(label=_("From now on"), choices=USE, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Why"), max_length=400)

    def said(self) -> dict[str, Any]:
        state = self.cleaned_data["state"]
        also = {"in_use": state == "in", "retired": state == "retired", "reason": self.cleaned_data["reason"]}
        return {"once": self.cleaned_data["once"], **also}


class RulesForm(forms.Form):
    past_due = forms.ChoiceField(
        label=_("A device past its service"), choices=StockRules.PastDue, widget=forms.RadioSelect,
        help_text=_("How far needles come out is warranted only while serviced; skin does not show it."),
    )  # fmt: skip
    expiry_warning_days = forms.IntegerField(
        label=_("Days of warning before a cartridge expires"), min_value=0, max_value=730
    )
    service_warning_days = forms.IntegerField(
        label=_("Days of warning before a service is due"), min_value=0, max_value=730
    )


def sure() -> forms.BooleanField:
    """Shown only where something does not fit what was taken in before."""
    return forms.BooleanField(label=_("I have looked at the pack, and I am sure."), required=False)


class ScanForm(Once):
    """One code off a pack or a box, and what it does not say."""

    scan = forms.CharField(
        label=_("Scan the pack"), max_length=gs1.LONGEST,
        widget=forms.TextInput(attrs={**NO_HELP, "autocapitalize": "off"}),
        help_text=_("With a scanner, or as printed below the code: (01)… (17)… (10)… (21)…"),
    )  # fmt: skip
    lot = a_mark(label=_("Lot"), required=False)
    expires = DayField(label=_("Expires"), required=False)
    quantity = forms.IntegerField(
        label=_("How many"), min_value=1, max_value=5000, required=False,
        help_text=_("The code names no single one."),
        error_messages={"max_value": _("Type the number. It is not read off a code.")},
    )  # fmt: skip
    sure = sure()

    MORE = ("lot", "expires", "quantity")

    def __init__(self, *args: Any, on: date, **form: Any) -> None:
        super().__init__(*args, **form)
        self.on = on
        self.missing: list[str] = []

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if not said.get("scan"):
            return said
        read = gs1.read(said["scan"], on=self.on)
        if isinstance(read, Refusal):
            for reason in read.reasons:
                self.add_error("scan", f"{_('The code')} {reason.problem} {reason.do}")
            return said
        said |= {"gtin": read.gtin, "serial": spelt(read.serial), "lot": spelt(read.lot or said.get("lot"))}
        said["expires"] = read.expires or said.get("expires")
        if said["serial"] and "quantity" not in self.errors:
            said["quantity"] = 1
        self.missing = [name for name in self.MORE if not said.get(name) and name not in self.errors]
        return said

    def said(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "scan"}

    def more(self) -> list[forms.BoundField]:
        """What is still to be filled in, or looked at."""
        asked = {*self.missing, *self.errors}
        given = {name for name in (*self.MORE, "sure") if self.data.get(name)}
        return [self[name] for name in (*self.MORE, "sure") if name in asked | given]


class CartridgesForm(Once):
    """Cartridges typed in, where the pack has no code."""

    lot = a_mark(label=_("Lot"))
    expires = DayField(label=_("Expires"))
    serial = a_mark(
        label=_("Serial"), required=False, help_text=_("Of one cartridge. Leave it out for a box.")
    )
    gtin = Code()
    quantity = forms.IntegerField(label=_("How many"), min_value=1, max_value=5000, initial=1)
    sure = sure()

    def shown(self) -> list[forms.BoundField]:
        return [field for field in self if field.name != "sure" or field.errors or self.data.get("sure")]

    def clean_lot(self) -> str:
        return spelt(self.cleaned_data["lot"])

    def clean_serial(self) -> str:
        return spelt(self.cleaned_data["serial"])


class ChangeForm(Once):
    lot = a_mark(label=_("Lot"))
    gtin = Code(help_text=_("Only where two products have this lot."))
    change = forms.IntegerField(
        label=_("More or fewer"), min_value=-5000, max_value=5000, help_text=_("−2 where two are gone.")
    )
    reason = forms.CharField(label=_("Why"), max_length=400)

    def clean_lot(self) -> str:
        return spelt(self.cleaned_data["lot"])

    def clean_change(self) -> int:
        if self.cleaned_data["change"] == 0:
            raise forms.ValidationError(_("Say how many more or fewer."))
        return self.cleaned_data["change"]


class RecallForm(Once):
    """What is called back. At least one thing must say what."""

    lot = a_mark(label=_("Lot"), required=False)
    gtin = Code(
        help_text=_("Without a lot: every cartridge of this product, and every one whose code was not read.")
    )
    serial_from = a_mark(label=_("Serial from"), required=False)
    serial_to = a_mark(label=_("Serial to"), required=False)
    device = forms.ChoiceField(label=_("Device model"), choices=models, required=False)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("One device or handpiece"), required=False, empty_label="–"
    )
    topical = forms.ChoiceField(label=_("Topical"), required=False)
    topical_lot = a_mark(label=_("Lot of the topical"), required=False)
    source = forms.CharField(
        label=_("Who says so"),
        max_length=400,
        help_text=_("The maker's notice with its number, or this clinic."),
    )
    issued_on = DayField(label=_("Issued on"))
    todo = forms.CharField(
        label=_("What to do"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody who meets it in the chart reads this."),
    )  # fmt: skip

    def __init__(self, *args: Any, on: date, **form: Any) -> None:
        super().__init__(*args, **form)
        self.on = on
        cast("Any", self.fields["unit"]).queryset = Unit.objects.all()
        cast("Any", self.fields["topical"]).choices = [("", "–"), *fit.on_skin()]

    def clean_issued_on(self) -> date:
        if self.cleaned_data["issued_on"] > self.on:
            raise forms.ValidationError(_("This day is still to come."))
        return self.cleaned_data["issued_on"]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        for name in ("lot", "serial_from", "serial_to", "topical_lot"):
            said[name] = spelt(said.get(name))
        said.setdefault("gtin", "")
        range_ = said["serial_from"] or said["serial_to"]
        named = any(said.get(name) for name in ("lot", "gtin", "device", "unit", "topical"))
        if not named and not range_:
            self.add_error(None, _("Say what is called back: a lot, a code, serials, a device or a topical."))
        if range_ and not (said["lot"] or said["gtin"] or said.get("device")):
            self.add_error("serial_from", _("Say of which lot, product or device these serials are."))
        if said["topical_lot"] and not said.get("topical"):
            self.add_error("topical", _("Say which topical this lot is of."))
        if sum(bool(one) for one in (said["lot"] or said["gtin"], said.get("device") or said.get("unit"),
                                     said.get("topical"))) > 1:  # fmt: skip
            self.add_error(None, _("Enter a recall of cartridges, of devices and of a topical one by one."))
        return said


class WithdrawForm(Once):
    reason = forms.CharField(
        label=_("Why, and by whose word"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

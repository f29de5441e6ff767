"""What is asked in a look-back, said to people, and known of an incident."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from needlework.clinic import current, fit
from needlework.clinic.dayfield import DayField
from needlework.clinic.models.people import User
from needlework.clinic.models.places import Room
from needlework.clinic.models.safety import Incident, ReportingClock, Told
from needlework.loop.traces import spelt

NO_HELP = {"autocomplete": "off", "spellcheck": "false"}


def a_text(rows: int = 3, **words: Any) -> forms.CharField:
    return forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": rows}), **words)


def a_mark(**words: Any) -> forms.CharField:
    return forms.CharField(max_length=40, required=False, widget=forms.TextInput(attrs=NO_HELP), **words)


class Once(forms.Form):
    once = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **form: Any) -> None:
        super().__init__(data, initial={"once": uuid7(), **form.pop("initial", {})}, **form)


class LookBackForm(forms.Form):
    """Everything is optional, and what is given must all hold."""

    lot = a_mark(label=_("Cartridge lot"))
    unit = a_mark(label=_("Device, by serial"))
    handpiece = a_mark(label=_("Handpiece, by serial"))
    operator = forms.ModelChoiceField(
        User.objects.all(), label=_("Worked on by"), required=False, empty_label="–"
    )
    room = forms.ModelChoiceField(
        Room.objects.select_related("site"), label=_("Room"), required=False, empty_label="–"
    )
    topical = forms.ChoiceField(label=_("Topical"), required=False)
    topical_lot = a_mark(label=_("Lot of the topical"))
    model = forms.ChoiceField(label=_("Device model"), required=False)
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("Up to"), required=False)

    def __init__(self, *args: Any, **form: Any) -> None:
        super().__init__(*args, **form)
        edition = current.protocol()
        cast("Any", self.fields["topical"]).choices = [("", "–"), *fit.on_skin()]
        cast("Any", self.fields["model"]).choices = [
            ("", "–"),
            *((one.id, one.name) for one in edition.devices.device),
        ]
        cast("Any", self.fields["room"]).label_from_instance = lambda room: f"{room.name}, {room.site.name}"

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        for name in ("lot", "unit", "handpiece", "topical_lot"):
            said[name] = spelt(said.get(name))
        if said["topical_lot"] and not said.get("topical"):
            self.add_error("topical", _("Say which topical this lot is of."))
        if said.get("since") and said.get("until") and said["until"] < said["since"]:
            self.add_error("until", _("This day is before the first."))
        if not self.errors and not any(said.values()):
            self.add_error(None, _("Say what to look for: at least one of these."))
        return said


class BeginForm(Once):
    title = forms.CharField(label=_("Title"), max_length=160)
    letter = a_text(
        rows=10, label=_("Letter"), help_text=_("It goes out as it stands here. Name no one in it.")
    )


class TellForm(Once):
    patient = forms.UUIDField(widget=forms.HiddenInput)
    how = forms.ChoiceField(label=_("How"), choices=Told.How)
    outcome = forms.ChoiceField(label=_("What came of it"), choices=Told.Outcome)
    answer = forms.CharField(label=_("What they said"), max_length=2000, required=False)

    def __init__(self, data: Any = None, **form: Any) -> None:
        super().__init__(data, auto_id=f"tell-{form.pop('number', 0)}-%s", **form)


class IncidentForm(Once):
    """What is known of an incident. The free words are searched for names before anything leaves."""

    severity = forms.ChoiceField(label=_("How bad"), choices=Incident.Severity, widget=forms.RadioSelect)
    happened_on = DayField(label=_("Happened on"))
    known_on = DayField(label=_("Known here since"), help_text=_("The deadlines run from this day."))
    what = a_text(label=_("What happened"))
    onset = forms.CharField(
        label=_("When it began"),
        max_length=200,
        required=False,
        help_text=_("Such as: 20 minutes after the last pass."),
    )
    zone = forms.CharField(label=_("Zone"), max_length=200, required=False)
    depth_mm = forms.DecimalField(
        label=_("Set depth"), required=False, min_value=0, max_value=9, max_digits=4, decimal_places=2
    )
    done = a_text(label=_("What was done"), required=False)
    outcome = a_text(rows=2, label=_("How it is now"), required=False)
    history = a_text(rows=2, label=_("History that matters"), required=False)
    device = forms.CharField(label=_("Device"), max_length=120, required=False)
    maker = forms.CharField(label=_("Maker"), max_length=120, required=False)
    udi = forms.CharField(
        label=_("UDI"), max_length=120, required=False, widget=forms.TextInput(attrs=NO_HELP)
    )
    unit = a_mark(label=_("Serial of the device"))
    lot = a_mark(label=_("Lot of the cartridge"))
    serial = a_mark(label=_("Serial of the cartridge"))
    expires = DayField(label=_("Cartridge expires"), required=False)
    kept = forms.CharField(
        label=_("Is the device kept?"), max_length=200, required=False,
        help_text=_("The maker may ask for it: keep it and the cartridge, and say where."),
    )  # fmt: skip

    COLUMNS = ("severity", "happened_on", "known_on")

    def __init__(self, *args: Any, on: date, **form: Any) -> None:
        super().__init__(*args, **form)
        self.on = on

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        happened, known = said.get("happened_on"), said.get("known_on")
        if known and known > self.on:
            self.add_error("known_on", _("This day is still to come."))
        if happened and known and happened > known:
            self.add_error("happened_on", _("Nobody can know of it before it happened."))
        return said

    def said(self) -> dict[str, Any]:
        """The columns of a version, the rest as plain words."""
        own = {name: self.cleaned_data[name] for name in self.COLUMNS}
        rest = {
            name: str(value) if value is not None else ""
            for name, value in self.cleaned_data.items()
            if name not in (*self.COLUMNS, "once")
        }
        return {**own, "said": rest}


class ReportForm(Once):
    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    whom = forms.CharField(label=_("To whom it goes"), max_length=120)
    clock = forms.ModelChoiceField(
        ReportingClock.objects.filter(is_on=True), label=_("Answers the deadline"), required=False,
        empty_label=_("none"),
    )  # fmt: skip
    format = forms.ChoiceField(
        label=_("File"), choices=[("csv", "CSV"), ("json", "JSON")], widget=forms.RadioSelect, initial="csv"
    )
    read = forms.BooleanField(label=_("I have read all of it. It names nobody."))

    def __init__(self, *args: Any, **form: Any) -> None:
        super().__init__(*args, **form)
        cast("Any", self.fields["clock"]).label_from_instance = lambda clock: clock.name


class CloseForm(Once):
    reason = a_text(label=_("Why nothing more is owed"))


class ClockForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    whom = forms.CharField(label=_("To whom"), max_length=120)
    serious = forms.MultipleChoiceField(
        label=_("For what"), choices=Incident.Severity, widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(label=_("Days"), min_value=0, max_value=365)
    work_days = forms.BooleanField(label=_("Counted in work days"), required=False)
    source = forms.CharField(
        label=_("Where it stands"), max_length=400, help_text=_("The text and its place; or house.")
    )
    is_on = forms.BooleanField(label=_("It counts in this clinic"), required=False)


class HolidaysForm(forms.Form):
    days = a_text(
        rows=6, label=_("Holidays"), required=False,
        help_text=_("One day a line: 2026-12-25. One that is missing makes a deadline earlier, never later."),
    )  # fmt: skip

    def clean_days(self) -> list[date]:
        found = []
        for line in self.cleaned_data["days"].split():
            try:
                found.append(date.fromisoformat(line))
            except ValueError:
                raise forms.ValidationError(_("“%(line)s” is no day.") % {"line": line[:20]}) from None
        return sorted(set(found))

"""
What would leave the clinic about an incident, field by field, without anybody's name.

FDA 3500A: the blocks and numbers are those that 21 CFR 803.32 and 803.42 give for the form; what stands in
other blocks is named in words. The plain shape carries no numbers of any authority: its words are copied into
the form of whoever asks. A field that is empty here is said to be empty.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from needlework.clinic import cells
from needlework.clinic.models.people import Clinic, PatientDetails, User
from needlework.clinic.models.safety import Incident, IncidentVersion
from needlework.loop import unnamed

FREE = ("what", "done", "outcome", "onset", "history", "kept", "zone")
"""The fields that somebody wrote freely, and that are searched for names, phones, numbers and days."""
MARKS = ("device", "maker", "unit", "lot", "serial", "udi")
"""What names a thing. It is searched for this person's names alone: a lot may be written like a phone."""


@dataclass(frozen=True, slots=True)
class Field:
    block: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Report:
    """Exactly what would leave."""

    shape: str
    fields: tuple[Field, ...]
    found: tuple[str, ...]
    """What was taken out of the free words."""

    def empty(self) -> tuple[Field, ...]:
        return tuple(one for one in self.fields if not one.value)

    def as_json(self) -> str:
        rows = [{"block": one.block, "label": one.label, "value": one.value} for one in self.fields]
        return json.dumps({"form": self.shape, "fields": rows}, ensure_ascii=False, indent=2) + "\n"

    def as_csv(self) -> str:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(("block", "label", "value"))
        writer.writerows((one.block, one.label, cells.text(one.value)) for one in self.fields)
        return out.getvalue()

    def sha256(self) -> str:
        return hashlib.sha256(self.as_json().encode()).hexdigest()


def report(incident: Incident, shape: str, *, on: date) -> Report:
    """What would leave today in this shape."""
    now = incident.newest()
    theirs = list(_theirs(incident))
    names = [*theirs, *User.objects.values_list("full_name", flat=True)]
    said = {**now.said}
    found: list[str] = []
    for name in (*FREE, *MARKS):
        typed = str(said.get(name, "") or "")
        clean = unnamed.without(typed, names) if name in FREE else unnamed.without_names(typed, theirs)
        said[name] = clean.text
        found += clean.found
    known = _Known(incident, now, said, on)
    return Report(shape, tuple(SHAPES[shape](known)), tuple(dict.fromkeys(found)))


def _theirs(incident: Incident) -> Iterator[str]:
    """Every name that this person had, in each chart that is theirs."""
    if incident.patient:
        mine = PatientDetails.objects.filter(patient__in=incident.patient.family)
        yield from mine.values_list("full_name", flat=True)


class _Known:
    """The incident's facts, each empty where it is not known."""

    def __init__(self, incident: Incident, now: IncidentVersion, said: dict, on: date) -> None:
        self.said, self.on = said, on
        details = incident.patient.details if incident.patient else None
        self.age = str(_age(details.born_on, now.happened_on)) if details else ""
        self.sex = details.get_sex_display() if details else ""
        self.reference = f"I-{incident.pk.hex[-8:]}"
        self.severity = now.get_severity_display()
        self.happened_on, self.known_on = now.happened_on.isoformat(), now.known_on.isoformat()
        clinic = Clinic.current()
        self.clinic, self.phone = clinic.name, clinic.phone

    def __getitem__(self, name: str) -> str:
        return str(self.said.get(name, "") or "")

    def told(self) -> str:
        """The whole story in one field, for forms that have but one."""
        parts = (
            (_("What happened"), self["what"]), (_("When it began"), self["onset"]),
            (_("Where"), self["zone"]),
            (_("Set depth, mm"), self["depth_mm"]), (_("What was done"), self["done"]),
            (_("How it is now"), self["outcome"]),
        )  # fmt: skip
        return "\n".join(f"{label}: {value}" for label, value in parts if value)


def _age(born_on: date, on: date) -> int:
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def _fda(known: _Known) -> Iterator[Field]:
    yield Field("A1", _("Patient identifier"), known.reference)
    yield Field("A2", _("Age at the time of the event, years"), known.age)
    yield Field("A3", _("Sex"), known.sex)
    yield Field("A4", _("Weight"), "")
    yield Field("B1", _("Adverse event or product problem"), known.severity)
    yield Field("B2", _("Outcomes attributed to the event"), known["outcome"])
    yield Field("B3", _("Date of event"), known.happened_on)
    yield Field("B4", _("Date of this report"), known.on.isoformat())
    yield Field("B5", _("Description of the event"), known.told())
    yield Field("B6", _("Relevant tests"), "")
    yield Field("B7", _("Other relevant history"), known["history"])
    yield Field("D1", _("Brand name"), known["device"])
    yield Field("D2", _("Common device name"), _("Microneedling device") if known["device"] else "")
    yield Field("D3", _("Manufacturer"), known["maker"])
    yield Field("D4", _("Serial of the device"), known["unit"])
    yield Field("D4", _("Lot of the cartridge"), known["lot"])
    yield Field("D4", _("Serial of the cartridge"), known["serial"])
    yield Field("D4", _("Expiration date"), known["expires"])
    yield Field("D4", _("Unique device identifier"), known["udi"])
    yield Field("D5", _("Operator of the device"), _("Health professional"))
    yield Field("D", _("Whether the device is kept for evaluation"), known["kept"])
    yield Field("E", _("Initial reporter: facility"), known.clinic)
    yield Field("E", _("Initial reporter: phone"), known.phone)
    yield Field("F", _("Date the facility became aware"), known.known_on)


def _plain(known: _Known) -> Iterator[Field]:
    for label, value in (
        (_("Reference"), known.reference), (_("Reported by"), known.clinic), (_("Phone"), known.phone),
        (_("Day of this report"), known.on.isoformat()), (_("Severity"), known.severity),
        (_("Happened on"), known.happened_on), (_("Known since"), known.known_on),
        (_("Age, years"), known.age), (_("Sex"), known.sex), (_("Device"), known["device"]),
        (_("Maker"), known["maker"]), (_("UDI"), known["udi"]), (_("Serial of the device"), known["unit"]),
        (_("Lot of the cartridge"), known["lot"]), (_("Serial of the cartridge"), known["serial"]),
        (_("Expires"), known["expires"]), (_("Zone"), known["zone"]), (_("Set depth, mm"), known["depth_mm"]),
        (_("What happened"), known["what"]), (_("When it began"), known["onset"]),
        (_("What was done"), known["done"]), (_("How it is now"), known["outcome"]),
        (_("History that matters"), known["history"]), (_("Whether the device is kept"), known["kept"]),
    ):  # fmt: skip
        yield Field("", label, value)


SHAPES: dict[str, Callable[[_Known], Iterator[Field]]] = {"fda-3500a": _fda, "plain": _plain}

"""What was charted, in words: an entry as one line, and what a form holds that could not be charted."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from needlework.clinic.templatetags.format import day, number
from needlework.clinic.treat.forms import BLEEDING, ENDPOINTS, EntryForm
from needlework.loop import nogo
from needlework.protocol.schema.protocol import Protocol
from needlework.records.plan import Plan
from needlework.records.treat import EventKind


def sentence(kind: EventKind, data: Mapping[str, Any], plan: Plan, protocol: Protocol) -> str:
    """One entry as one line."""
    zone = next((one.name for one in plan.zones if one.zone == data.get("zone")), data.get("zone", ""))
    match kind:
        case EventKind.CHECKED:
            return next((c.say for c in protocol.treat.check if c.id == data["check"]), str(data["check"]))
        case EventKind.NUMBED:
            said = {**data, "name": cream(str(data["anaesthetic"]), protocol)}
            numbers = {key: number(data.get(key) or 0) for key in ("grams", "area_cm2", "minutes")}
            return _(
                "%(name)s, lot %(lot)s: %(grams)s g over %(area_cm2)s cm², planned for %(minutes)s min"
            ) % {**said, **numbers}
        case EventKind.WIPED:
            return _("All numbing cream wiped off")
        case EventKind.CARTRIDGE:
            said = {**data, "expires": day(date.fromisoformat(data["expires"]))}
            words = _("Cartridge opened: lot %(lot)s, serial %(serial)s, expires %(expires)s") % said
            return words + (_(", handpiece %s") % data["handpiece"] if data.get("handpiece") else "")
        case EventKind.PASS:
            return _spared(_passed(str(zone), data), str(data.get(nogo.WORD, "")))
        case EventKind.ENDPOINT:
            grades = {**dict(ENDPOINTS), **dict(BLEEDING)}
            return _("%(zone)s: endpoint %(endpoint)s, bleeding %(bleeding)s") % {
                "zone": zone,
                "endpoint": str(grades.get(data["endpoint"], data["endpoint"])).lower(),
                "bleeding": grades.get(data["bleeding"], data["bleeding"]),
            }
        case EventKind.TOPICAL:
            name = next((t.name for t in protocol.treat.topical if t.id == data["topical"]), data["topical"])
            if data.get("without_lot"):
                return _("%(name)s, no lot on it") % {"name": name}
            return _("%(name)s, lot %(lot)s") % {"name": name, "lot": data.get("lot") or _("not given")}
        case EventKind.ADVERSE:
            where = _("Adverse event, %(zone)s: %(what)s") if zone else _("Adverse event: %(what)s")
            return where % {"zone": zone, "what": data["what"]}
        case EventKind.STRUCK:
            return str(data["reason"])
        case EventKind.SIGNED:
            return _("Signed and locked")
        case EventKind.ADDENDUM:
            return _("Addendum: %(text)s") % data
    return str(data.get("text", ""))


def cream(id_: str, protocol: Protocol) -> str:
    return next((one.name for one in protocol.treat.anaesthetic if one.id == id_), id_)


def _spared(passed: str, word: str) -> str:
    """A pass, and how what is left out in its zone was left out."""
    return _("%(passed)s. Left out: %(word)s") % {"passed": passed, "word": word} if word else passed


def _passed(zone: str, data: Mapping[str, Any]) -> str:
    """A pass as one line; a roller's has no strokes, and its time where somebody took it."""
    seconds, strokes = (float(data.get(key) or 0) for key in ("seconds", "strokes_per_s"))
    said = {
        "zone": zone,
        "depth": data["set_depth_mm"],
        "passes": data["passes"],
        "seconds": f"{seconds:g}",
        "strokes": f"{strokes:g}",
    }
    if strokes:
        return (
            _("%(zone)s: set %(depth)s mm, %(passes)s passes, %(seconds)s s at %(strokes)s strokes/s") % said
        )
    if seconds:
        return _("%(zone)s: set %(depth)s mm, %(passes)s passes, %(seconds)s s") % said
    return _("%(zone)s: set %(depth)s mm, %(passes)s passes") % said


def typed(form: EntryForm, plan: Plan, protocol: Protocol) -> str:
    """What was typed into a form, as a sentence; empty where it cannot be told."""
    untold = {EventKind.SIGNED, EventKind.CHECKED, EventKind.STRUCK}
    if form.kind in untold or any(name in form.errors for name in form.fields):
        return ""
    data = {name: form.data.get(name, "") for name in form.fields}
    return str(data.get("text") or sentence(form.kind, data, plan, protocol))

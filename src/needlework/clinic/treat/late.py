"""
What is put down in words: an entry that was done and that the chart refused when it came, or that somebody
types afterwards, because the tablet was lost or the pack is found.

Words are never refused for what comes beside them: what cannot be read of it is left out, what can is kept.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from needlework.clinic.treat.forms import FORMS, EntryForm, WordsForm
from needlework.clinic.treat.words import sentence
from needlework.loop import traces
from needlework.protocol.schema.protocol import Protocol
from needlework.records.plan import Plan
from needlework.records.treat import EventKind, Late
from needlework.records.why import Reason

KINDS = frozenset(
    {
        EventKind.CHECKED, EventKind.NUMBED, EventKind.WIPED, EventKind.CARTRIDGE, EventKind.PASS,
        EventKind.ENDPOINT, EventKind.TOPICAL,
    }
)  # fmt: skip
"""What is kept as more than words. Harm is always chartable, and a signature is nobody's to put down."""
CALLED = {
    EventKind.NUMBED: _lazy("Numbing cream"),
    EventKind.CARTRIDGE: _lazy("Cartridge"),
    EventKind.PASS: _lazy("A pass"),
    EventKind.TOPICAL: _lazy("Product on the skin"),
}
LONGEST, MOST_REASONS, LONGEST_REASON = 200_000, 20, 400
LONGEST_KEY = 40
"""Of what a look-back asks for: the index of exposures has room for two of them (models/exposure.py)."""


def of(form: EntryForm) -> Late | None:
    """What a note or an addendum puts down; None where it is words alone."""
    if not isinstance(form, WordsForm):
        return None
    return _sent(form.cleaned_data.get("late", "")) or _typed(form.cleaned_data)


def carried(form: EntryForm) -> str:
    """A form that came after the signature, for the addendum that its words begin."""
    if form.kind not in KINDS:
        return ""
    why = [["", str(error), ""] for errors in form.errors.values() for error in errors]
    fields = [[name, form.data.get(name, "")] for name in form.fields if name != "once"]
    return json.dumps({"kind": form.kind.value, "fields": fields, "why": why})


def told(late: Late, plan: Plan, protocol: Protocol) -> str:
    """What was done, as its entry would have told it, as far as that is known."""
    try:
        return sentence(late.kind, late.data, plan, protocol)
    except (KeyError, TypeError, ValueError):
        return f"{CALLED.get(late.kind, late.kind)}: {', '.join(_known(late.data))}".rstrip(": ")


def _known(data: Mapping[str, Any]) -> Iterator[str]:
    called = {
        "lot": _("lot %s"), "serial": _("serial %s"), "handpiece": _("handpiece %s"), "zone": _("zone %s"),
        "set_depth_mm": _("set %s mm"), "passes": _("%s passes"), "anaesthetic": _("cream %s"),
    }  # fmt: skip
    return (words % data[key] for key, words in called.items() if data.get(key))


# ── from a tablet ──


def _sent(text: str) -> Late | None:
    try:
        said = json.loads(text[:LONGEST] or "null")
        kind, fields = EventKind(said["kind"]), {_text(name): _text(value) for name, value in said["fields"]}
    except (KeyError, TypeError, ValueError, RecursionError):
        return None
    if kind not in KINDS:
        return None
    return Late(kind, _read(kind, fields), tuple(_reasons(said.get("why"))), _id(said.get("by")))


def _read(kind: EventKind, fields: Mapping[str, str]) -> dict[str, str | int | float]:
    """What the entry's own form reads of it: all of it where it is whole, else every field that is."""
    form = FORMS[kind]({**fields, "once": str(uuid4())})
    if form.is_valid() and kind is not EventKind.TOPICAL:
        return form.entry()
    read = {name: _plain(value) for name, value in form.cleaned_data.items() if name not in {"once", "scan"}}
    known = {name: value for name, value in read.items() if value not in ("", None, False)}
    return {name: value[:LONGEST_KEY] if name == "topical" else value for name, value in known.items()}


def _text(value: Any) -> str:
    """What a database can keep: no half of a sign, and no sign of nothing."""
    return str(value).encode("utf-8", "replace").decode().replace("\0", "")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _reasons(said: Any) -> Iterator[Reason]:
    for one in said[:MOST_REASONS] if isinstance(said, list) else ():
        told_ = one if isinstance(one, list) else []
        key, problem, do = (_text(part)[:LONGEST_REASON] for part in (*told_, "", "", "")[:3])
        yield Reason(key, problem, do)


def _id(text: Any) -> str:
    try:
        return str(UUID(str(text)))
    except ValueError:
        return ""


# ── typed by somebody ──


def _typed(said: Mapping[str, Any]) -> Late | None:
    """A pack that the words name: of a cartridge, of a numbing cream, or of a product on the list."""
    names, lot = said.get("names", ""), said.get("lot", "")
    if not names or not lot:
        return None
    if names == EventKind.CARTRIDGE:
        pack = {"lot": lot, "serial": said.get("serial"), "expires": _plain(said.get("expires"))}
        return Late(EventKind.CARTRIDGE, {key: value for key, value in pack.items() if value})
    if names == traces.NUMBING:
        return Late(EventKind.NUMBED, {"lot": lot})
    return Late(EventKind.TOPICAL, {"topical": names, "lot": lot})

"""
Traces: what a person was exposed to, by the keys that a look-back asks for.

A trace is a kind and a key: a lot, a device, a room, whoever worked there. An entry that was struck keeps its
trace, since what was charted in error may still have happened; the look-back shows that it was struck. An
addendum is free words and leaves none; what is put down in words beside it leaves what its entry would have.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from needlework.records.treat import EventKind


class TraceKind(StrEnum):
    """What somebody can be looked back for; the sharpest first."""

    CARTRIDGE = "cartridge"
    """lot/serial: one single cartridge; without the serial where nobody knows which of the lot it is."""
    LOT = "lot"
    TOPICAL_LOT = "topical-lot"
    """topical/lot; without the lot where nobody knows it."""
    GTIN = "gtin"
    HANDPIECE = "handpiece"
    UNIT = "unit"
    OPERATOR = "operator"
    ROOM = "room"
    TOGETHER = "together"
    """topical/model: both in one session."""
    PRODUCT = "product"
    """The article of a cartridge (`gs1.article`), by its own code or by one that its lot is known by."""
    TOPICAL = "topical"
    MODEL = "model"
    SITE = "site"
    VISIT = "visit"
    """Every session, under one key: for a period alone."""


class Trace(NamedTuple):
    kind: TraceKind
    key: str


class Charted(NamedTuple):
    """One entry, as far as it leaves a trace."""

    kind: EventKind
    data: Mapping[str, str | int | float]
    at: datetime
    by: str
    """The id of who charted it; empty where nobody of the staff did."""


EVERY_VISIT = Trace(TraceKind.VISIT, "all")
NUMBING = "numbing"
"""The key of every numbing cream, beside the protocol's topicals: its name is free text, its lot tells it."""


def spelt(text: object) -> str:
    """
    A lot or serial in one spelling, so that no space or small letter tells it apart.

    >>> spelt(" ab 12-x ")
    'AB12-X'
    """
    return "".join(str(text or "").split()).upper()


def visit(*, device: str, room: str, by: str, site: str = "") -> Iterator[Trace]:
    """What the opening of a session alone leaves."""
    yield EVERY_VISIT
    yield Trace(TraceKind.MODEL, device)
    if site:
        yield Trace(TraceKind.SITE, site)
    if room:
        yield Trace(TraceKind.ROOM, room)
    if by:
        yield Trace(TraceKind.OPERATOR, by)


def entry(one: Charted) -> Iterator[Trace]:
    """What one entry leaves; an addendum, written at a desk, leaves nothing."""
    if one.kind is EventKind.ADDENDUM:
        return
    if one.by:
        yield Trace(TraceKind.OPERATOR, one.by)
    if handpiece := spelt(one.data.get("handpiece")):
        yield Trace(TraceKind.HANDPIECE, handpiece)
    if one.kind is EventKind.CARTRIDGE:
        yield from _cartridge(one.data)
    if put := on_skin(one.kind, one.data):
        topical, lot = put
        yield Trace(TraceKind.TOPICAL, topical)
        if lot or not one.data.get("without_lot"):
            yield Trace(TraceKind.TOPICAL_LOT, f"{topical}/{lot}")


def on_skin(kind: EventKind, data: Mapping[str, str | int | float]) -> tuple[str, str] | None:
    """
    What was put on the skin, and its lot as far as it was charted; None where nothing was.

    >>> on_skin(EventKind.NUMBED, {"anaesthetic": "EMLA 5 %", "lot": "n 4"})
    ('numbing', 'N4')
    """
    if kind is EventKind.NUMBED:
        return NUMBING, spelt(data.get("lot"))
    if kind is EventKind.TOPICAL:
        return str(data.get("topical", "")), spelt(data.get("lot"))
    return None


def unit(*, part: str, serial: str) -> Trace:
    """What the use of one of the clinic's devices or handpieces leaves."""
    return Trace(TraceKind.HANDPIECE if part == "handpiece" else TraceKind.UNIT, spelt(serial))


def first_at(
    opened: Iterable[Trace], at: datetime, entries: Iterable[Charted], units: Iterable[tuple[Trace, datetime]]
) -> dict[Trace, datetime]:
    """Every trace of one session, and when it was left first."""
    found = dict.fromkeys(opened, at)
    for one in entries:
        for trace in entry(one):
            found.setdefault(trace, one.at)
    for trace, used_at in units:
        found.setdefault(trace, used_at)
    return found


def _cartridge(data: Mapping[str, str | int | float]) -> Iterator[Trace]:
    lot, serial, gtin = (spelt(data.get(key)) for key in ("lot", "serial", "gtin"))
    if lot:
        yield Trace(TraceKind.LOT, lot)
        yield Trace(TraceKind.CARTRIDGE, f"{lot}/{serial}")
    if gtin:
        yield Trace(TraceKind.GTIN, gtin)

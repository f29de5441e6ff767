"""
Recalls: whether one cartridge, device or product is among those called back.

Where it cannot be told, it counts as among them: a cartridge whose product code was not read, a serial that
is written in another shape than the range. The other error would put a recalled needle into skin.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from needlework.loop import gs1
from needlework.loop.traces import Trace, TraceKind, spelt


@dataclass(frozen=True, slots=True)
class Recalled:
    """What is called back. An empty field narrows nothing."""

    gtin: str = ""
    lot: str = ""
    serial_from: str = ""
    serial_to: str = ""
    device: str = ""
    """A model of the protocol."""
    unit: str = ""
    """The serial of one device or handpiece."""
    topical: str = ""
    topical_lot: str = ""


def covers_cartridge(recall: Recalled, *, gtin: str, lot: str, serial: str) -> bool:
    """
    Whether this cartridge is called back.

    >>> some = Recalled(lot="L7", serial_from="A9", serial_to="A12")
    >>> covers_cartridge(some, gtin="", lot="l7", serial="A10")
    True
    """
    if not (recall.gtin or recall.lot or recall.serial_from or recall.serial_to):
        return False
    if recall.lot and spelt(recall.lot) != spelt(lot):
        return False
    known = spelt(gtin)
    if recall.gtin and known and known.zfill(14) not in gs1.packings(spelt(recall.gtin)):
        return False  # a box of it, and one out of the box, are the same article
    return in_range(serial, first=recall.serial_from, last=recall.serial_to)


def covers_unit(recall: Recalled, *, device: str, serial: str) -> bool:
    """Whether one of the clinic's devices or handpieces is called back: its model, or it by its serial."""
    if recall.unit:
        return spelt(recall.unit) == spelt(serial) and recall.device in ("", device)
    if not recall.device or recall.device != device:
        return False
    return not _of_cartridges(recall) and in_range(serial, first=recall.serial_from, last=recall.serial_to)


def covers_model(recall: Recalled, device: str) -> bool:
    """Whether every device of this model is called back, so that no serial need be known."""
    narrowed = recall.unit or recall.serial_from or recall.serial_to or _of_cartridges(recall)
    return recall.device == device and not narrowed


def covers_topical(recall: Recalled, *, topical: str, lot: str) -> bool:
    """Whether a product on open channels is called back. A lot that was not charted may be the one."""
    if not recall.topical or recall.topical != topical:
        return False
    return not recall.topical_lot or not spelt(lot) or spelt(recall.topical_lot) == spelt(lot)


def in_range(serial: str, *, first: str, last: str) -> bool:
    """
    Whether a serial lies in a range, both ends in it; digits are read as numbers.

    >>> [in_range(one, first="A9", last="A12") for one in ("A8", "A09", "A10", "A12", "A13", "B10", "")]
    [False, True, True, True, False, False, True]
    """
    at = _parts(serial)
    if not at:
        return True
    low, high = _parts(first), _parts(last)
    return (not low or not _alike(at, low) or low <= at) and (not high or not _alike(at, high) or at <= high)


def implied(
    found: Iterable[Trace], *, device: str, products: Mapping[str, Collection[str]]
) -> Iterator[Trace]:
    """
    What these traces of one session come to, where a look-back asks for several of them together.

    A cartridge is of the product of its code, and of every product that its lot is known by.

    >>> left = [Trace(TraceKind.LOT, "L7"), Trace(TraceKind.TOPICAL, "ha")]
    >>> [one.key for one in implied(left, device="pen", products={"L7": ["09506000134352"]})]
    ['09506000134352', 'ha/pen']
    """
    for kind, key in found:
        if kind is TraceKind.LOT:
            yield from (Trace(TraceKind.PRODUCT, code) for code in sorted(products.get(key, ())))
        if kind is TraceKind.GTIN:
            yield Trace(TraceKind.PRODUCT, gs1.article(key))
        if kind is TraceKind.TOPICAL:
            yield Trace(TraceKind.TOGETHER, f"{key}/{device}")


def _of_cartridges(recall: Recalled) -> bool:
    return bool(recall.gtin or recall.lot)


def _parts(serial: str) -> tuple[tuple[str, int], ...]:
    """Runs of digits as numbers and runs of anything else as text, each with the other left empty."""
    runs = re.findall(r"[0-9]+|[^0-9]+", spelt(serial))
    return tuple(("", int(run)) if run[0] in "0123456789" else (run, -1) for run in runs)


def _alike(one: tuple[tuple[str, int], ...], other: tuple[tuple[str, int], ...]) -> bool:
    """Whether two serials are written in one shape: words and numbers in the same places."""
    return [bool(word) for word, _n in one] == [bool(word) for word, _n in other]

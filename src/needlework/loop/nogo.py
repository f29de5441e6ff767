"""Places on the skin that are left out: which count on a day, and what a pass over their zone needs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from needlework.protocol.schema.treat import MarkKind, Treating
from needlework.records.treat import SkinMark
from needlework.records.why import Reason

WORD = "spared"
"""The field of a pass that says how the places in its zone are left out."""


def standing(marks: Iterable[SkinMark], *, on: date) -> tuple[SkinMark, ...]:
    """Those that count on a day: the day that ends one is the last on which it does."""
    return tuple(one for one in marks if one.until is None or on <= one.until)


def in_zone(marks: Iterable[SkinMark], zone: str) -> tuple[SkinMark, ...]:
    """Those in a zone, on either side of it: a pass over a zone says nothing of a side."""
    return tuple(one for one in marks if one.zone == zone)


def kind(mark: SkinMark, knowledge: Treating) -> MarkKind | None:
    """What the protocol says of a mark; None of a kind that it no longer has, which is asked about too."""
    return next((one for one in knowledge.mark if one.id == mark.kind), None)


def stops(marks: Iterable[SkinMark], knowledge: Treating) -> tuple[SkinMark, ...]:
    """Those while which stand nothing is needled in their zone."""
    return tuple(one for one in marks if (known := kind(one, knowledge)) and known.then == "stop")


def against_pass(
    data: Mapping[str, str | int | float], marks: Sequence[SkinMark], knowledge: Treating, *, on: date
) -> Iterator[Reason]:
    """
    Why a pass over a zone may not be charted as it is, for what is left out in that zone.

    Some places stop every pass over their zone. The others ask for a word on how they are left out; the word
    is kept with the pass.
    """
    here = in_zone(standing(marks, on=on), str(data.get("zone", "")))
    stopping = stops(here, knowledge)
    for one in stopping:
        yield Reason("no-go area", f"in this zone: {one.says}.", _what(one, knowledge))
    if not stopping and here and not str(data.get(WORD, "")).strip():
        for one in here:
            yield Reason(WORD, f"is empty, and this zone has: {one.says}.", _what(one, knowledge))


def _what(mark: SkinMark, knowledge: Treating) -> str:
    known = kind(mark, knowledge)
    if known is None:
        return "Say how it is left out."
    cited = f" ({', '.join(one.key for one in known.sources)})" if known.sources else ""
    asks = "Say how it is left out." if known.then == "ask" else "Chart what was done as a note."
    return f"{known.say}{cited} {asks}"

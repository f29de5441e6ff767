"""What a chart leaves behind for a look-back."""

from datetime import UTC, datetime, timedelta

from needlework.loop import traces
from needlework.loop.traces import Charted, Trace, TraceKind
from needlework.records.treat import EventKind

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def left(kind, data, *, by="ines"):
    return set(traces.entry(Charted(kind, data, NOON, by)))


def test_a_cartridge_leaves_its_lot_itself_its_product_and_who_opened_it():
    data = {"lot": "l 1", "serial": "s1", "expires": "2027-12-31", "gtin": "09506000134352"}
    assert left(EventKind.CARTRIDGE, data) == {
        Trace(TraceKind.LOT, "L1"),
        Trace(TraceKind.CARTRIDGE, "L1/S1"),
        Trace(TraceKind.GTIN, "09506000134352"),
        Trace(TraceKind.OPERATOR, "ines"),
    }


def test_a_topical_without_a_lot_is_found_by_its_name():
    none = {"topical": "ha", "lot": "", "without_lot": True}
    assert left(EventKind.TOPICAL, none, by="") == {Trace(TraceKind.TOPICAL, "ha")}
    assert Trace(TraceKind.TOPICAL_LOT, "ha/T1") in left(EventKind.TOPICAL, {"topical": "ha", "lot": "t1"})


def test_a_lot_or_serial_that_nobody_knows_is_left_open():
    assert Trace(TraceKind.CARTRIDGE, "L8/") in left(EventKind.CARTRIDGE, {"lot": "l8"})
    assert Trace(TraceKind.TOPICAL_LOT, "ha/") in left(EventKind.TOPICAL, {"topical": "ha"})


def test_a_handpiece_is_found_by_whatever_entry_names_it():
    assert Trace(TraceKind.HANDPIECE, "H5") in left(EventKind.PASS, {"zone": "cheeks", "handpiece": "h5"})


def test_an_addendum_leaves_nothing():
    assert left(EventKind.ADDENDUM, {"text": "lot L9"}) == set()


def test_the_first_time_counts_and_striking_takes_nothing_away():
    later = NOON + timedelta(minutes=9)
    topical = {"topical": "ha", "lot": "T1"}
    entries = [
        Charted(EventKind.TOPICAL, topical, NOON, "ines"),
        Charted(EventKind.STRUCK, {"corrects": "1", "reason": "none was used"}, later, "ines"),
        Charted(EventKind.TOPICAL, topical, later, "mara"),
    ]
    opened = traces.visit(device="pen", room="r1", by="ines")
    found = traces.first_at(opened, NOON, entries, [(traces.unit(part="device", serial="sn 1"), NOON)])
    assert found[Trace(TraceKind.TOPICAL_LOT, "ha/T1")] == NOON
    assert found[Trace(TraceKind.OPERATOR, "mara")] == later
    assert {one.kind for one in found} == {
        TraceKind.VISIT, TraceKind.MODEL, TraceKind.ROOM, TraceKind.OPERATOR, TraceKind.TOPICAL,
        TraceKind.TOPICAL_LOT, TraceKind.UNIT,
    }  # fmt: skip

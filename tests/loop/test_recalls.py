"""What is called back: by lot, by product code, by a range of serials, by model, by one device."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlework.loop import recalls
from needlework.loop.recalls import Recalled

GTIN = "09506000134352"
NUMBERS = st.integers(min_value=0, max_value=10**9)


def covers(recall, *, gtin="", lot="L1", serial="A10"):
    return recalls.covers_cartridge(recall, gtin=gtin, lot=lot, serial=serial)


def test_a_lot_is_called_back_however_it_is_written():
    assert covers(Recalled(lot="ab 12"), lot=" AB12")
    assert not covers(Recalled(lot="AB12"), lot="AB13")


def test_a_product_code_of_13_digits_is_that_of_14():
    assert covers(Recalled(gtin=GTIN), gtin=GTIN[1:])
    assert not covers(Recalled(gtin=GTIN), gtin="09506000134369")


def test_a_cartridge_whose_product_code_was_not_read_may_be_the_one():
    assert covers(Recalled(gtin=GTIN), gtin="")


def test_lot_and_range_must_both_hold():
    some = Recalled(lot="L1", serial_from="A9", serial_to="A12")
    assert [covers(some, serial=one) for one in ("A8", "A9", "A12", "A13")] == [False, True, True, False]
    assert not covers(some, lot="L2")


def test_a_range_may_be_open_at_one_end():
    assert covers(Recalled(serial_from="A9"), serial="A900")
    assert not covers(Recalled(serial_to="A9"), serial="A10")


def test_a_serial_of_another_shape_cannot_be_told_apart_and_counts_as_called_back():
    assert covers(Recalled(serial_from="A9", serial_to="A12"), serial="500")


def test_a_recall_of_a_device_calls_no_cartridge_back():
    assert not covers(Recalled(device="pen"))
    assert not covers(Recalled(topical="serum", topical_lot="L1"))


@pytest.mark.parametrize(
    ("recall", "expected"),
    [
        (Recalled(device="pen"), True),
        (Recalled(device="other"), False),
        (Recalled(device="pen", unit="SN 5"), True),
        (Recalled(device="pen", unit="SN6"), False),
        (Recalled(device="pen", serial_from="SN1", serial_to="SN9"), True),
        (Recalled(device="pen", serial_from="SN6", serial_to="SN9"), False),
        (Recalled(device="pen", lot="L1"), False),
        (Recalled(lot="SN5"), False),
    ],
)
def test_a_device_is_called_back_by_its_model_its_range_or_itself(recall, expected):
    assert recalls.covers_unit(recall, device="pen", serial="sn5") is expected


def test_a_whole_model_is_called_back_only_where_nothing_narrows_it():
    assert recalls.covers_model(Recalled(device="pen"), "pen")
    for narrowed in (Recalled(device="pen", unit="1"), Recalled(device="pen", serial_from="1")):
        assert not recalls.covers_model(narrowed, "pen")


def test_a_topical_whose_lot_was_not_charted_may_be_the_one():
    some = Recalled(topical="ha", topical_lot="T1")
    assert recalls.covers_topical(some, topical="ha", lot="")
    assert recalls.covers_topical(some, topical="ha", lot="t1")
    assert not recalls.covers_topical(some, topical="ha", lot="T2")
    assert not recalls.covers_topical(some, topical="saline", lot="T1")


@given(first=NUMBERS, length=NUMBERS, at=NUMBERS, prefix=st.sampled_from(["", "A", "SN-"]))
def test_a_range_holds_exactly_the_numbers_between_its_ends(first, length, at, prefix):
    inside = recalls.in_range(
        f"{prefix}{at:012d}", first=f"{prefix}{first}", last=f"{prefix.lower()}{first + length}"
    )
    assert inside is (first <= at <= first + length)


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_a_wider_range_never_lets_go(serial, first, last):
    if recalls.in_range(serial, first=first, last=last):
        assert recalls.in_range(serial, first="", last=last)
        assert recalls.in_range(serial, first=first, last="")

"""GS1: what a code says, however it is given; what is cut off is never taken for something else."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlework.loop import gs1
from needlework.loop.gs1 import Scan
from needlework.records.why import Refusal

ON = date(2026, 11, 20)
GS = gs1.SEPARATOR
FULL = Scan("09506000134352", "AB-1", "0007", date(2027, 3, 31), date(2026, 3, 1))


def refused(code):
    found = gs1.read(code, on=ON)
    assert isinstance(found, Refusal), found
    (reason,) = found.reasons
    assert reason.key == "scan" and reason.problem.endswith(".") and reason.do.endswith(".")
    return reason.problem


@pytest.mark.parametrize(
    "code",
    [
        "01095060001343521727033111260301" + f"10AB-1{GS}210007",
        "]d201095060001343521727033111260301" + f"10AB-1{GS}210007",
        "]C101095060001343521727033111260301" + f"210007{GS}10AB-1",
        f"0109506000134352172703311126030110AB-1{GS}210007{GS}",
        f"]Q3{GS}0109506000134352{GS}172703311126030110AB-1{GS}210007\r\n",
        "(01)09506000134352(17)270331(11)260301(10)AB-1(21)0007",
        " (01) 09506000134352 (17) 270331 (11) 260301 (10) AB-1 (21) 0007 ",
        f"0109506000134352240X9{GS}3012{GS}37024{GS}172703311126030110AB-1{GS}210007",
    ],
)
def test_one_pack_is_the_same_however_it_is_given(code):
    assert gs1.read(code, on=ON) == FULL


@pytest.mark.parametrize(
    ("digits", "day"),
    [
        ("270300", date(2027, 3, 31)), ("280200", date(2028, 2, 29)), ("270200", date(2027, 2, 28)),
        ("761231", date(2076, 12, 31)), ("770101", date(1977, 1, 1)), ("261120", date(2026, 11, 20)),
    ],
)  # fmt: skip
def test_days_by_the_rules_for_day_and_century(digits, day):
    assert gs1.read(f"(17){digits}", on=ON).expires == day


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("", "empty"), ("]d2", "empty"), ("(01)09506000134353", "check digit"), ("(17)271301", "day"),
        ("(17)270230", "day"), ("(17)270000", "27"),
        ("(17)2703", "6 digits"), ("(01)9506000134352", "14 digits"),
        ("(10)", "1 to 20"), ("(10)" + "A" * 21, "1 to 20"), ("(10)ä", "1 to 20"), ("(99)x", "'99'"),
        ("(10)A(10)B", "twice"), ("ABC", "'AB'"), ("hello (01)", "'he'"),
        ("(37)1A", "digits"), ("1" * 500, "longer"), (f"10A{GS}{GS}21B", "identifier"),
        ("(21)a b", "1 to 20"),
        ("(17)２７０３３１", "6 digits"),
    ],
)  # fmt: skip
def test_every_fault_is_named(code, word):
    assert word in refused(code)


texts = st.text(alphabet="ABCXYZabc0123456789-./", min_size=1, max_size=20)
packs = st.builds(
    Scan,
    gtin=st.text("0123456789", min_size=13, max_size=13).map(lambda digits: digits + gs1.check_digit(digits)),
    lot=texts,
    serial=texts,
    expires=st.dates(date(2000, 1, 1), date(2070, 12, 31)),
    made=st.dates(date(2000, 1, 1), date(2070, 12, 31)),
)


def fields(pack):
    return [
        ("01", pack.gtin), ("17", f"{pack.expires:%y%m%d}"), ("11", f"{pack.made:%y%m%d}"), ("10", pack.lot),
        ("21", pack.serial),
    ]  # fmt: skip


def symbol(parts):
    last = len(parts) - 1
    return "".join(
        ai + value + (GS if ai in gs1.VARIABLE and n != last else "") for n, (ai, value) in enumerate(parts)
    )


@given(packs, st.randoms(use_true_random=False), st.sampled_from(["", *gs1.SYMBOLOGIES]))
def test_what_is_written_is_read_in_any_order(pack, random, prefix):
    parts = fields(pack)
    random.shuffle(parts)
    assert gs1.read(prefix + symbol(parts), on=ON) == pack
    assert gs1.read("".join(f"({ai}){value}" for ai, value in parts), on=ON) == pack


@given(packs, st.data())
def test_what_is_cut_off_is_refused_or_lacks_its_end(pack, data):
    whole = symbol(fields(pack))
    cut = data.draw(st.integers(0, len(whole) - 1))
    found = gs1.read(whole[:cut], on=ON)
    if isinstance(found, Refusal):
        return
    # Nothing that stands before the cut field is read otherwise; the field that was cut is its own beginning.
    for name in ("gtin", "expires", "made"):
        assert getattr(found, name) in (getattr(pack, name), "", None)
    assert pack.lot.startswith(found.lot) and pack.serial.startswith(found.serial)
    assert found.lot == pack.lot or not found.serial


@given(st.text(max_size=220))
def test_nothing_that_is_given_breaks_it(text):
    assert isinstance(gs1.read(text, on=ON), Scan | Refusal)


@given(st.text("0123456789", min_size=13, max_size=13), st.integers(0, 12), st.integers(1, 9))
def test_a_wrong_digit_is_always_noticed(digits, place, step):
    wrong = digits[:place] + str((int(digits[place]) + step) % 10) + digits[place + 1 :]
    assert "check digit" in refused(f"(01){wrong}{gs1.check_digit(digits)}")

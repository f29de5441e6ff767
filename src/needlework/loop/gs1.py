"""
What a GS1 code says: product, lot, expiry and serial, as a scanner, a camera or a person gives it.

After the GS1 General Specifications: element strings and their lengths (section 3.2), the group separator
after a field of variable length unless it is the last (7.8), the check digit (7.9), day 00 as the last day of
the month (3.4), and the century of a year of two digits, by the rule of 51 and 49 (7.12). What cannot be
understood to the last character is refused: half of a code may be another product's.
"""

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from needlework.records.why import Reason, Refusal

SEPARATOR = "\x1d"
SYMBOLOGIES = ("]d2", "]C1", "]Q3")
"""What a scanner may say of the symbol before it: GS1 DataMatrix, GS1-128, GS1 QR Code."""

GTIN, LOT, MADE, EXPIRES, SERIAL = "01", "10", "11", "17", "21"

FIXED: Mapping[str, int] = {
    "00": 18, GTIN: 14, "02": 14, MADE: 6, "12": 6, "13": 6, "15": 6, "16": 6, EXPIRES: 6, "20": 2,
}  # fmt: skip
"""Digits after an application identifier whose length is known without a separator."""

VARIABLE: Mapping[str, int] = {LOT: 20, SERIAL: 20, "22": 20, "240": 30, "241": 30, "30": 8, "37": 8}
"""The most characters of the others that a medical pack may carry."""

NUMERIC = {"30", "37"}
TEXT = re.compile(r"""[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+""")
"""The characters that the specifications allow in a text: set 82."""

BRACKETS = re.compile(r"\((\d{2,4})\)")
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Scan:
    """What a code says of one pack; empty where it does not say."""

    gtin: str = ""
    lot: str = ""
    serial: str = ""
    expires: date | None = None
    made: date | None = None


def read(code: str, *, on: date) -> Scan | Refusal:
    """
    What a code says, or why it cannot be understood. `on` is the day that tells the century.

    >>> read("(01)09506000134352(17)270300(10)AB-1(21)7", on=date(2026, 11, 20)).expires
    datetime.date(2027, 3, 31)
    """
    if len(code) > LONGEST:
        return _refused("is longer than any code of a pack.", "Scan one code at a time.")
    text = code.strip(" \r\n\t")
    for symbology in SYMBOLOGIES:
        text = text.removeprefix(symbology)
    fields = _typed(text) if text.startswith("(") else _scanned(text.lstrip(SEPARATOR))
    said: dict[str, str] = {}
    for field in fields:
        if isinstance(field, Refusal):
            return field
        ai, value = field
        if ai in said and said[ai] != value:
            return _refused(f"gives ({ai}) twice, and not the same.", "Type the lot, serial and day.")
        said[ai] = value
    return _told(said, on=on) if said else _refused("is empty.", "Scan the code on the pack, or type it.")


def check_digit(digits: str) -> str:
    """
    The digit that ends a GTIN, from those before it.

    >>> check_digit("0950600013435")
    '2'
    """
    weighed = sum(int(one) * (3 if n % 2 == 0 else 1) for n, one in enumerate(reversed(digits)))
    return str(-weighed % 10)


def packings(gtin: str) -> frozenset[str]:
    """
    The product codes of one article in its packings: the piece, and boxes that say so by their first digit.

    A maker may number a box otherwise; then nothing in the code tells, and the lot must. Source: General
    Specifications, 2.1 (indicator digits 1 to 8).

    >>> sorted(packings("9506000134352"))[:2]
    ['09506000134352', '19506000134359']
    """
    whole = gtin.zfill(14)
    if len(whole) != 14 or not _digits(whole) or whole[0] == "9":  # 9: sold by measure, never one of eight
        return frozenset({whole})
    first = (f"{indicator}{whole[1:13]}" for indicator in range(9))
    return frozenset({whole, *(digits + check_digit(digits) for digits in first)})


def article(gtin: str) -> str:
    """
    The one product code by which all packings of an article are known; empty where none was read.

    >>> article("19506000134359"), article("")
    ('09506000134352', '')
    """
    return min(packings(gtin)) if gtin else ""


def year(two: int, *, on: date) -> int:
    """
    The year meant by two digits: 51 and more ahead of this year's is last century's, 50 and more behind the
    next one's.

    >>> year(26, on=date(2026, 1, 1)), year(77, on=date(2026, 1, 1)), year(49, on=date(2099, 1, 1))
    (2026, 1977, 2149)
    """
    century, ahead = on.year // 100 * 100, two - on.year % 100
    if ahead >= 51:
        century -= 100
    elif ahead <= -50:
        century += 100
    return century + two


def _typed(text: str) -> Iterator[tuple[str, str] | Refusal]:
    """A code as it is printed below the symbol. A lot that holds a number in brackets reads otherwise."""
    parts = BRACKETS.split(text.replace(SEPARATOR, ""))
    for ai, value in zip(parts[1::2], parts[2::2], strict=True):
        yield _field(ai, value.strip())


def _scanned(text: str) -> Iterator[tuple[str, str] | Refusal]:
    """A code as the symbol holds it: no brackets, a separator after each field without a fixed length."""
    while text:
        ai = _identifier(text)
        if ai is None:
            yield _unknown(text[:2])
            return
        rest = text[len(ai) :]
        if ai in FIXED:
            value, text = rest[: FIXED[ai]], rest[FIXED[ai] :].removeprefix(SEPARATOR)
        else:
            value, _, text = rest.partition(SEPARATOR)  # some packs carry one after the last field as well
        yield _field(ai, value)


def _identifier(text: str) -> str | None:
    return next((text[:n] for n in (2, 3) if text[:n] in FIXED or text[:n] in VARIABLE), None)


def _field(ai: str, value: str) -> tuple[str, str] | Refusal:
    """One identifier with its value, if it may stand there."""
    if ai in FIXED:
        fits = len(value) == FIXED[ai] and _digits(value)
        wanted = f"{FIXED[ai]} digits"
    elif ai in VARIABLE:
        fits = 0 < len(value) <= VARIABLE[ai] and bool(TEXT.fullmatch(value))
        fits = fits and (ai not in NUMERIC or _digits(value))
        wanted = f"1 to {VARIABLE[ai]} {'digits' if ai in NUMERIC else 'characters'}"
    else:
        return _unknown(ai)
    if not fits:
        return _refused(
            f"has {value!r} as ({ai}), which takes {wanted}.", "Scan it again, or type what the pack says."
        )
    if ai in {GTIN, "02"} and check_digit(value[:-1]) != value[-1]:
        return _refused(f"has a wrong check digit in {value}.", "Scan it again; typed, look at each digit.")
    return ai, value


def _told(said: Mapping[str, str], *, on: date) -> Scan | Refusal:
    days: dict[str, date] = {}
    for ai in (EXPIRES, MADE):
        if ai in said:
            try:
                days[ai] = _day(said[ai], on=on)
            except ValueError:
                return _refused(
                    f"has {said[ai]!r} as a day, which is none.", "Type the day that the pack shows."
                )
    return Scan(
        gtin=said.get(GTIN, ""),
        lot=said.get(LOT, ""),
        serial=said.get(SERIAL, ""),
        expires=days.get(EXPIRES),
        made=days.get(MADE),
    )


def _day(yymmdd: str, *, on: date) -> date:
    full, month, day = year(int(yymmdd[:2]), on=on), int(yymmdd[2:4]), int(yymmdd[4:])
    if day == 0 and 1 <= month <= 12:
        day = calendar.monthrange(full, month)[1]
    return date(full, month, day)


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _unknown(ai: str) -> Refusal:
    return _refused(
        f"has the identifier {ai!r}, which is not read here.", "Type lot, serial and day off the pack."
    )


def _refused(problem: str, do: str) -> Refusal:
    return Refusal((Reason("scan", problem, do),))

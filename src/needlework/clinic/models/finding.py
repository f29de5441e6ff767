"""
By which words and numbers somebody is found: an index over the newest details, one narrow row for each key.

It is written in the transaction of the details that it stands for, and `needlework manage search-keys` shows
that it equals what the details say. Being an index, it has no lines in the log: what it is made of has.
"""

import re
import unicodedata
from datetime import date

from django.db import connection, models
from django.db.models import Q

PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
LEAST_DIGITS = 3
LONGEST = 40


class SearchKey(models.Model):
    """One key of one person: `n:lucia` of the name, `p:345678` an end of the phone, `b:1990-03-12`."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=LONGEST + 2)
    patient = models.ForeignKey("clinic.Patient", models.PROTECT, related_name="search_keys", db_index=False)

    class Meta:
        db_table = "patient_search"  # outside the tables that the log watches
        constraints = [models.UniqueConstraint(fields=["patient", "key"], name="found_once_by_a_key")]
        indexes = [models.Index(fields=["key", "patient"], name="found_by_a_key")]  # all that a search reads


def fold(text: str) -> str:
    """
    Letters without case and accents.

    >>> fold("Lucía Ångström-Øre")
    'lucia angstrom-ore'
    """
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in apart if not unicodedata.combining(one)).translate(PLAIN)


def words(name: str) -> list[str]:
    """
    The words of a name, folded; an apostrophe parts them and joins them.

    >>> words("Seán O'Brien")
    ['brien', 'o', 'obrien', 'sean']
    """
    folded = fold(name)
    parts = re.findall(r"[^\W_]+", folded) + re.findall(r"[^\W_]+", re.sub(r"['’ʼ]", "", folded))
    return sorted({part[:LONGEST] for part in parts})


def keys(*, name: str, phone: str, born_on: date | str) -> set[str]:
    """All by which somebody is found, but for their number."""
    number = digits(phone)
    ends = {number[at:][:LONGEST] for at in range(max(0, len(number) - LEAST_DIGITS + 1))}
    return {f"n:{word}" for word in words(name)} | {f"p:{end}" for end in ends} | {f"b:{born_on}"}


def meaning(asked: str) -> list[Q]:
    """What each part of a question asks of a key; somebody is found whom every part finds."""
    if day := born(asked):
        return [Q(key=f"b:{day}")]
    if re.fullmatch(r"[\d\s()+./-]+", asked):
        number = digits(asked).lstrip("0")
        return [_begins(f"p:{number}")] if len(number) >= LEAST_DIGITS else []
    return [_begins(f"n:{part[:LONGEST]}") for part in re.findall(r"[^\W_]+", fold(asked))[:6]]


def born(asked: str) -> date | None:
    """
    The day that somebody typed, year first or day first.

    >>> born("12.3.1990"), born("1990-03-12"), born("31.2.1990"), born("Ada")
    (datetime.date(1990, 3, 12), datetime.date(1990, 3, 12), None, None)
    """
    text = asked.strip()
    first = re.fullmatch(r"(\d{4})[-./ ](\d{1,2})[-./ ](\d{1,2})", text, re.ASCII)
    last = re.fullmatch(r"(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4})", text, re.ASCII)
    if not (match := first or last):
        return None
    year, month, day = match.groups() if first else reversed(match.groups())
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def digits(text: str) -> str:
    """The digits; the trunk's zero in brackets, as in +44 (0) 20, is no part of the number from abroad."""
    text = re.sub(r"\(0\)", "", text)
    return "".join(str(unicodedata.digit(one)) for one in text if one.isdigit())


def _begins(text: str) -> Q:
    """Keys that begin so, by the index of either engine: SQLite's LIKE does not use one, a range does."""
    if connection.vendor == "sqlite":
        return Q(key__gte=text, key__lt=text + "\U0010ffff")
    return Q(key__startswith=text)

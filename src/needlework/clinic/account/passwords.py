"""A password that a list of stolen ones does not hold, and that is guessed all the same."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from needlework.clinic.models.people import Clinic

ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qwertzuiop")
HERE = ("needlework", "microneedling", "microneedle", "dermaroller", "clinic", "password", "welcome")


class Predictable:
    """
    Refuse what is long only because something short is repeated, padded, or typed along the keyboard.

    Django's own list of twenty thousand stolen passwords has few that are as long as ours must be. So one is
    taken apart: when runs, years, marks, the words of this place and those on the list are taken away, six
    letters must be left, or three words of the list. It lies on the machine; nothing is asked of anybody.
    """

    def validate(self, password: str, user: Any = None) -> None:
        if predictable(password, {*HERE, *_words(Clinic.current().name), *_words(_names(user))}):
            raise ValidationError(
                _("This is guessed early: something short, repeated or padded. Take four words in a row."),
                code="password_predictable",
            )

    def get_help_text(self) -> str:
        return _("Four words in a row are easy to keep and hard to guess. Spaces and any signs are fine.")


def predictable(password: str, words: set[str]) -> bool:
    """
    Whether little is left of it when what everybody tries is taken away.

    >>> predictable("needlework-2026-clinic!", {"needlework", "clinic"})
    True
    >>> predictable("needle-and-thread", set()), predictable("qwertyuiopasdfghjkl", set())
    (False, True)
    """
    text = password.casefold()
    if len(set(text)) < 5:
        return True
    text = _once(text)
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, " ")
    parts = {part for part in re.split(r"[\W\d_]+", text) if part and not _run(part)}
    return len("".join(parts - _common())) < 6 and len(parts) < 3


def _once(text: str) -> str:
    """The unit that is repeated, where one is."""
    for size in range(1, len(text) // 2 + 1):
        if text == (text[:size] * (len(text) // size + 1))[: len(text)]:
            return text[:size]
    return text


def _run(part: str) -> bool:
    """Made of stretches of a keyboard's rows or of the alphabet, either way round, four and more together."""
    rows = "|".join(sorted(set(_stretches()), key=len, reverse=True))
    return re.fullmatch(f"(?:{rows})+", part) is not None


@cache
def _stretches() -> tuple[str, ...]:
    return tuple(_each_stretch())


def _each_stretch() -> Iterator[str]:
    for row in ROWS:
        for way in (row, row[::-1]):
            for start in range(len(way) - 3):
                yield from (way[start:end] for end in range(start + 4, len(way) + 1))


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


def _words(text: str) -> set[str]:
    return {word for word in re.split(r"\W+", text.casefold()) if len(word) >= 4}


def _names(user: Any) -> str:
    return f"{getattr(user, 'username', '')} {getattr(user, 'full_name', '')}"

"""
Unnamed: free words without the names in them, before they leave the clinic.

It finds what it is told to look for, however it is spelt: in another case, without accents, with letters that
only look alike or with signs between them that nobody sees. And it finds what is written like a phone, an
address for mail, a patient number or a full date. It cannot find a nickname, initials or a street; somebody
must read what leaves.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

SHORTEST_NAME = 2
SHORTEST_PART = 3
"""Letters of a name that is found within a longer word."""
PARTICLES = frozenset(
    {"dr", "de", "da", "di", "do", "du", "la", "le", "van", "von", "der", "den", "of", "mr", "mrs", "ms"}
)
"""Parts of a name that are also words: alone they name nobody."""

PATTERNS = (
    ("mail", re.compile(r"[\w.+-]+[@\uff20][\w-]+(?:\.[\w-]+)+")),
    ("number", re.compile(r"\bN[-\u2010-\u2015 ]?\d{4,9}\b", re.IGNORECASE)),
    ("phone", re.compile(r"(?<![\w.])\+?\d{2,4}(?:\.\d{2,4}){3,5}(?![\w.])")),
    ("date", re.compile(r"\b(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{2,4})\b")),
    ("date", re.compile(r"\b\d{1,2}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?[^\W\d_]{3,10}\.?,?\s+(?:19|20)\d\d\b")),
    ("date", re.compile(r"\b[^\W\d_]{3,10}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d\b")),
    ("phone", re.compile(r"(?<![\w.])\+?\d(?:[ ()/\u2010-\u2015-]{0,3}\d){6,14}(?!\w)")),
)

_UNSEEN = (
    "\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
)
"""Signs that take no room: a word goes on over them."""
_WORD = re.compile(rf"([^\W\d_](?:[^\W\d_]|[\u0300-\u036f{_UNSEEN}])*)")
_SPELT_OUT = re.compile(r"(?<![^\W\d_])[^\W\d_](?:[ .*_·\u2010-\u2015-]{1,3}[^\W\d_]){2,}(?![^\W\d_])")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Scripts that set no space between a name and what follows."""
_ALIKE = str.maketrans("авекмнорстухіјѕԁαβεικνορτυχγ", "abekmhopctyxijsdabeiknoptuxy") | str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"}
)
"""Letters of Cyrillic and Greek that look like ours, and ours that no accent makes."""
_LONG = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


class Unnamed(NamedTuple):
    text: str
    found: tuple[str, ...]
    """What was taken out, as it was written, in order of kind."""


def without(text: str, names: Iterable[str]) -> Unnamed:
    """
    The text with each name, number, date and address replaced by its kind in brackets.

    >>> without("Ada fainted; called Müller at +44 20 7946 0001.", ["Ada Lindqvist", "Jo Muller"]).text
    '[name] fainted; called [name] at [phone].'
    """
    found: list[str] = []
    for kind, pattern in PATTERNS:
        found += [match[0] for match in pattern.finditer(text)]
        text = pattern.sub(f"[{kind}]", text)
    clean = without_names(text, names)
    return Unnamed(clean.text, (*found, *clean.found))


def without_names(text: str, names: Iterable[str]) -> Unnamed:
    """The text with the names alone replaced: for a field in which a number is a lot or a serial."""
    found: list[str] = []
    wanted = frozenset(_wanted(names))

    def spelt_out(match: re.Match[str]) -> str:
        letters = "".join(one for one in match[0] if one.isalpha())
        return taken(match[0]) if any(one in _folded(letters) for one in wanted if len(one) > 2) else match[0]

    def taken(written: str) -> str:
        found.append(written)
        return "[name]"

    text = _SPELT_OUT.sub(spelt_out, unicodedata.normalize("NFC", text))
    pieces = (_within(piece, wanted, taken) for piece in _WORD.split(text))
    return Unnamed("".join(pieces), tuple(found))


def _within(piece: str, wanted: frozenset[str], taken: Callable[[str], str]) -> str:
    """A word, or what stands between two, as it may leave."""
    if _names(piece, wanted):
        return taken(piece)
    if _UNSPACED.search(piece):
        for name in sorted((one for one in wanted if _UNSPACED.search(one)), key=len, reverse=True):
            while name in piece:
                piece = piece.replace(name, taken(name), 1)
    return piece


def _names(word: str, wanted: frozenset[str]) -> bool:
    """Whether a word is a name, one with an s at its end, or several written as one."""
    spelt = {_folded(word), _folded(word, long=True)}
    return any(
        one in wanted
        or (one[-1:] == "s" and len(one) > SHORTEST_PART and one[:-1] in wanted)
        or _made_of(one, wanted)
        for one in spelt
        if one
    )


def _made_of(word: str, wanted: frozenset[str]) -> bool:
    """
    >>> _made_of("adalindqvist", frozenset({"ada", "lindqvist"}))
    True
    """
    starts = (one for one in wanted if len(one) >= SHORTEST_PART and word.startswith(one))
    return any(word == one or _made_of(word[len(one) :], wanted) for one in starts)


def _wanted(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        for part in _WORD.findall(unicodedata.normalize("NFC", name)):
            spelt = {_folded(part), _folded(part, long=True)}
            if _UNSPACED.search(part) and len(part) > SHORTEST_NAME:
                spelt.add(part[1:])  # without the family name, which is one sign
            yield from (one for one in spelt if len(one) >= SHORTEST_NAME and one not in PARTICLES)
            if _UNSPACED.search(part):
                yield part


def _folded(word: str, *, long: bool = False) -> str:
    """
    Without case and accents, and in our letters: Müller and MULLER are one; `long`: so is Mueller.

    >>> _folded("Sørensen"), _folded("Müller", long=True), _folded("Аdа")
    ('sorensen', 'mueller', 'ada')
    """
    shown = unicodedata.normalize("NFKC", re.sub(f"[{_UNSEEN}]", "", word)).casefold()
    parts = unicodedata.normalize("NFKD", shown.translate(_LONG) if long else shown)
    return "".join(one for one in parts if not unicodedata.combining(one)).translate(_ALIKE)

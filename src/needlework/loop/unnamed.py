"""
Unnamed: free words without the names in them, before they leave the clinic.

It finds what it is told to look for, and what is written like a phone, an address for mail, a patient number
or a full date. It cannot find a nickname or a street; somebody must read what leaves.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

SHORTEST_NAME = 2
PARTICLES = frozenset(
    {"dr", "de", "da", "di", "do", "du", "la", "le", "van", "von", "der", "den", "of", "mr", "mrs", "ms"}
)
"""Parts of a name that are also words: alone they name nobody."""

PATTERNS = (
    ("mail", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("number", re.compile(r"\bN-?\d{4,9}\b", re.IGNORECASE)),
    ("date", re.compile(r"\b(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})\b")),
    ("phone", re.compile(r"(?<![\w.])\+?\d(?:[ ()/-]?\d){6,14}(?!\w)")),
)


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
    wanted = frozenset(_wanted(names))
    kept = []
    for piece in re.split(r"([^\W\d_]+)", unicodedata.normalize("NFC", text)):
        hit = _folded(piece) in wanted
        found += [piece] if hit else []
        kept.append("[name]" if hit else piece)
    return Unnamed("".join(kept), tuple(found))


def _wanted(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        for part in re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", name)):
            folded = _folded(part)
            if len(folded) >= SHORTEST_NAME and folded not in PARTICLES:
                yield folded


def _folded(word: str) -> str:
    """Without case and accents: Müller and MULLER are one."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(one for one in parts if not unicodedata.combining(one))

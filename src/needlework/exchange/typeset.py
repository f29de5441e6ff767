"""
Setting a page as a PDF by typst, from a template and from plain data.

Nothing of the data is ever read as markup, and whatever cannot be seen is taken out of every text in it, here
alone, so that no sheet can forget to. The same data give the same bytes: the file's date is the
record's. Tagged for screen readers (PDF/UA-1) and made for keeping (PDF/A-2a), with the fonts that typst
brings; only letters that those lack are set from the machine's own, and boxes stand for letters that no font
has.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources.abc import Traversable
from typing import Any

import typst

from needlework.records.why import Reason, Refusal

STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]
UNSEEN = dict.fromkeys([*range(9), *range(11, 32), 127, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Control characters, and those that turn the direction of what follows."""


def pdf(
    template: Traversable, data: Mapping[str, Any], *, at: datetime, what: str, do: str
) -> bytes | Refusal:
    """The template set with these data; `what` could not be set and what to `do` then, where it fails."""
    plain, failed = json.dumps(_clean(data)), ""
    for standards, own_fonts in ((STANDARDS, True), (STANDARDS, False), ([], False)):
        try:
            made = typst.compile(
                template.read_bytes(),
                format="pdf",
                sys_inputs={"data": plain},
                ignore_system_fonts=own_fonts,
                pdf_standards=standards,
                timestamp=at.astimezone(UTC).replace(microsecond=0),
            )
        except typst.TypstError as error:
            failed = error.message
            continue
        if isinstance(made, bytes):
            return made
    return Refusal((Reason(what, f"could not be set: {failed}.", do),))


def _clean(value: Any) -> Any:
    """
    The same, each text in it without what cannot be seen or would turn a line around.

    >>> _clean({"lines": ({"head": "left\\u202e cheek"}, 3)})
    {'lines': [{'head': 'left cheek'}, 3]}
    """
    match value:
        case str():
            return value.translate(UNSEEN)
        case Mapping():
            return {key: _clean(one) for key, one in value.items()}
        case list() | tuple():
            return [_clean(one) for one in value]
    return value

"""What tables and the edition itself are called by: short, plain, and each of them once."""

import re
from collections import Counter
from collections.abc import Iterator

from needlework.protocol.checks import walk
from needlework.protocol.load import Fault
from needlework.protocol.schema.protocol import Protocol

EDITION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
TITLE_MAX = 200

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
RESERVED = {"whole", "nowhere"}
"""What readings and forms call all zones together, and none of them."""


def headed(protocol: Protocol) -> Iterator[Fault]:
    """What stands on every saved decision has to be short and plain."""
    edition = protocol.edition
    if not EDITION_ID.fullmatch(edition.id):
        fix = "1 to 60 letters, digits, dots, hyphens or underscores"
        yield Fault("edition.toml", "id", "is not an id that can stand on a decision", fix)
    if not 0 < len(edition.title) <= TITLE_MAX:
        problem = "is too long" if edition.title else "is empty"
        yield Fault("edition.toml", "title", problem, f"1 to {TITLE_MAX} letters")


def unique(protocol: Protocol) -> Iterator[Fault]:
    """No id stands twice in one list."""
    for file, key, entries in walk.lists(protocol):
        ids = Counter(entry.id for entry in entries if hasattr(entry, "id"))
        for id_, count in ids.items():
            if count > 1:
                yield Fault(file, f"{key} ({id_})", f"stands {count} times", "give each its own id")


def called(protocol: Protocol) -> Iterator[Fault]:
    """Ids stand in addresses, forms and columns; a dot parts a question from its zone; none stands alone."""
    fix = "1 to 80 letters, digits, hyphens or underscores; dots but in zones and questions"
    for file, key, entries in walk.lists(protocol):
        for entry in entries:
            id_, undotted = getattr(entry, "id", "none"), key in ("zone", "question")
            if not ID.fullmatch(id_) or (undotted and "." in id_) or (key == "zone" and id_ in RESERVED):
                yield Fault(file, f"{key} ({id_})", "has an id that cannot be used", fix)
    for source in protocol.sources:
        if not ID.fullmatch(source):
            yield Fault("sources.toml", source, "is a key that cannot be used", fix)
    for file, key in (("devices", "device"), ("zones", "zone"), ("places", "place"), ("plan", "concern")):
        if not getattr(getattr(protocol, file), key):
            yield Fault(f"{file}.toml", key, "is empty", "name at least one")

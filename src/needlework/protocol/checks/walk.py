"""How the checks go through an edition: its files, their lists of tables, and what a table is called by."""

from collections.abc import Iterator
from typing import Any

from needlework.protocol.load import SECTIONS
from needlework.protocol.schema.protocol import Protocol


def sections(protocol: Protocol) -> Iterator[tuple[str, Any]]:
    """Every file that is reviewed, without its ending, in the order in which faults are told."""
    for name in SECTIONS:
        yield name, getattr(protocol, name)


def lists(protocol: Protocol) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Every list of tables, with its file and key."""
    for name, part in sections(protocol):
        for key in part.__dataclass_fields__:
            entries = getattr(part, key)
            if isinstance(entries, tuple):
                yield f"{name}.toml", key, entries


def name(entry: Any) -> str:
    """What a table is told apart by: its id, else its concern, else its depth."""
    return str(
        getattr(entry, "id", None) or getattr(entry, "concern", None) or getattr(entry, "up_to_mm", "?")
    )


def keys(entry: Any) -> Iterator[str]:
    """The key of every source that a table names, those of its sides and indications with it."""
    for held in ("sources", "thickness_sources", "area_sources", "published_sources"):
        yield from (citation.key for citation in getattr(entry, held, ()))
    for held in ("position", "indication", "thickness_position", "rate"):
        for inner in getattr(entry, held, ()):
            yield from keys(inner)


def texts(entry: Any) -> Iterator[str]:
    """Every sentence of a table."""
    for held in entry.__dataclass_fields__:
        value = getattr(entry, held)
        if isinstance(value, str):
            yield value
        for inner in value if isinstance(value, tuple) else ():
            if isinstance(inner, str):
                yield inner
            elif hasattr(inner, "__dataclass_fields__"):
                yield from texts(inner)

"""Writes what a new edition needs of its own: the head of a copy, one device more. All else is kept as is."""

import dataclasses
import json
import math
from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum
from typing import Any

from needlework.protocol.schema.devices import Device
from needlework.protocol.schema.edition import Edition
from needlework.records.why import Citation

HEAD = "# The edition as a whole. A medical director signs the digest of all files of it.\n"


def copied(
    files: Mapping[str, bytes],
    edition: Edition,
    *,
    id: str,  # noqa: A002  the file's own word
    title: str,
    note: str,
    on: date,
) -> dict[str, bytes]:
    """The same files under a head of their own, which says what they are based on."""
    head = Edition(id=id, title=title, on=on, note=note, based_on=edition.mark)
    lines = "".join(f"{line}\n" for line in _lines(head))
    return {**files, "edition.toml": f"{HEAD}{lines}".encode()}


def with_device(files: Mapping[str, bytes], device: Device) -> dict[str, bytes]:
    """The same files with one device more, after all others."""
    block = ["", "[[device]]", *_lines(device)]
    for line in device.indication:
        block += ["", "[[device.indication]]", *_lines(line)]
    added = "".join(f"{line}\n" for line in block)
    return {**files, "devices.toml": files["devices.toml"].rstrip() + f"\n{added}".encode()}


def toml(value: Any) -> str:
    r"""
    One value as TOML writes it. Text is a basic string, whatever it holds.

    >>> print(toml('say "ah"\n'), toml(0.25), toml(True), toml((1, 2)))
    "say \"ah\"\n" 0.25 true [1, 2]
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return toml(value.value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float) and math.isfinite(value):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Citation):
        return toml(value.key)
    if isinstance(value, tuple):
        return f"[{', '.join(toml(one) for one in value)}]"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_text(str(name))} = {toml(one)}' for name, one in value.items())} }}"
    if dataclasses.is_dataclass(value):
        return f"{{ {', '.join(_lines(value))} }}"
    raise ValueError(f"{value!r} cannot be written as TOML.")


def _text(value: str) -> str:
    """JSON's escapes are TOML's, but for two: TOML takes no raw DEL, and no half of a surrogate pair."""
    value.encode()  # a lone surrogate is in no UTF-8 file: say so here
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _lines(table: Any) -> Iterator[str]:
    """`key = value` for each field that differs from its default; lists of tables stand below, not here."""
    for field in dataclasses.fields(table):
        value = getattr(table, field.name)
        if field.name in {"indication", "digest"} or value == field.default:
            continue
        yield f"{field.name.replace('_', '-')} = {toml(value)}"

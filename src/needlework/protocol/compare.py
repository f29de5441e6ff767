"""
What two editions say differently, as a reader of the files would find it: file, key, before, after.

Entries are matched by what they are called, not by where they stand: moving one is no difference. Where an
entry has no id, its concern and zones name it, or whatever else tells it from its neighbours.
"""

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from enum import Enum
from typing import Any

from needlework.protocol.load import SECTIONS
from needlework.protocol.schema.protocol import Protocol
from needlework.protocol.schema.questions import Condition
from needlework.protocol.schema.sources import Source
from needlework.records.editions import Difference
from needlework.records.why import Citation, Position

FILLED_IN = {"edition", "digest"}
"""Fields that the loader adds; no file holds them."""

UNITS = (
    ("per_cm2", "per cm²"), ("cm_per_s", "cm/s"), ("_per_s", "per second"), ("_days", "days"),
    ("_years", "years"), ("age_from", "years"), ("_cm2", "cm²"), ("_cm", "cm"), ("_mm", "mm"),
    ("_min", "minutes"), ("_h", "hours"), ("_deg", "°"), ("percent", "%"),
)  # fmt: skip
"""What the end of a key says of its number; the first that fits."""


def differences(a: Protocol, b: Protocol) -> tuple[Difference, ...]:
    """Everything that `b` says otherwise than `a`, file by file in the order of the loop, sources last."""
    named = [(name, getattr(a, name), getattr(b, name)) for name in ("edition", *SECTIONS)]
    return tuple(
        Difference(f"{name}.toml", key, before, after)
        for name, old, new in [*named, ("sources", a.sources, b.sources)]
        for key, before, after in _between(old, new, "")
    )


def by_file(found: Iterable[Difference]) -> dict[str, list[Difference]]:
    """The same, grouped."""
    grouped: dict[str, list[Difference]] = {}
    for one in found:
        grouped.setdefault(one.file, []).append(one)
    return grouped


# ── walking ──────────────────────────────────────────────────────────────────────────────────────────

Found = tuple[str, str, str]
"""Key, before, after."""


def _between(old: Any, new: Any, key: str) -> Iterator[Found]:
    """The differences between two values that stand under the same key."""
    if _is_table(old) and _is_table(new) and type(old) is type(new):
        for field in _fields(old):
            name = field.replace("_", "-")
            yield from _between(getattr(old, field), getattr(new, field), f"{key}.{name}" if key else name)
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in dict.fromkeys([*old, *new]):
            yield from _between(old.get(name), new.get(name), f"{key}.{name}" if key else str(name))
    elif _is_list(old, new):
        yield from _entries(old, new, key)
    elif _plain(old) != _plain(new):
        yield key, words(old, key), words(new, key)


def _entries(old: tuple[Any, ...], new: tuple[Any, ...], key: str) -> Iterator[Found]:
    for name, before, after in _matched(old, new):
        yield from _between(before, after, f"{key} ({name})")


def _matched(old: tuple[Any, ...], new: tuple[Any, ...]) -> Iterator[tuple[str, Any, Any]]:
    """
    Each entry beside the one of the same name, None where there is none.

    What is left over on both sides and has no id is paired by likeness: a technique that loses a zone is the
    same technique, changed.
    """
    ours, theirs = _called(old), _called(new)
    gone = [name for name in ours if name not in theirs]
    come = [name for name in theirs if name not in ours]
    pairs: dict[str, str] = {}
    for name in gone:
        alike = max(come, key=lambda other: _likeness(ours[name], theirs[other]), default=None)
        if alike is not None and _likeness(ours[name], theirs[alike]) >= 0.5:
            pairs[name] = alike
            come.remove(alike)
    for name, entry in ours.items():
        yield name, entry, theirs.get(pairs.get(name, name))
    for name in come:
        yield name, None, theirs[name]


def _called(entries: Iterable[Any]) -> dict[str, Any]:
    """Each entry under its name; a number tells those of the same name apart."""
    called: dict[str, Any] = {}
    for entry in entries:
        name, count = _name(entry), 2
        while name in called:
            name, count = f"{_name(entry)}, {count}", count + 1
        called[name] = entry
    return called


def _name(entry: Any) -> str:
    if hasattr(entry, "id"):
        return str(entry.id)
    if isinstance(entry, Position):
        return ", ".join(sorted(source.key for source in entry.sources))
    if hasattr(entry, "concern"):
        return f"{entry.concern}: {', '.join(sorted(entry.zones))}"
    if hasattr(entry, "of"):
        return str(entry.of)
    if hasattr(entry, "up_to_mm"):
        return f"up to {entry.up_to_mm:g} mm"
    return "; ".join(_said(entry, without={"until_h"}))


def _likeness(old: Any, new: Any) -> float:
    """The share of what two entries say that they say alike; none where each has an id of its own."""
    if hasattr(old, "id") or type(old) is not type(new):
        return 0.0
    if getattr(old, "concern", None) != getattr(new, "concern", None):
        return 0.0
    both = [(getattr(old, field), getattr(new, field)) for field in _fields(old)]
    said = [(one, other) for one, other in both if not (_absent(one) and _absent(other))]
    return sum(_plain(one) == _plain(other) for one, other in said) / len(said) if said else 0.0


def _fields(table: Any) -> list[str]:
    """The fields of a table that stand in the file under their own name."""
    left_out = {"key"} if isinstance(table, Source) else set()
    if not isinstance(table, Source | Condition):
        left_out |= FILLED_IN
    return [field.name for field in dataclasses.fields(table) if field.name not in left_out]


def _is_table(value: Any) -> bool:
    return dataclasses.is_dataclass(value) and not isinstance(value, type | Citation)


def _is_list(old: Any, new: Any) -> bool:
    """Whether these are lists of tables, so that their entries can be told apart."""
    both = [value for value in (old, new) if isinstance(value, tuple)]
    return len(both) == 2 and any(_is_table(one) for value in both for one in value)


def _plain(value: Any) -> Any:
    """A value as it is compared: lists of words and citations without their order, numbers in theirs."""
    if isinstance(value, tuple) and all(isinstance(one, Citation) for one in value):
        return sorted(one.key for one in value)
    if isinstance(value, tuple) and all(isinstance(one, str) for one in value):
        return sorted(value)
    if isinstance(value, bool):
        return str(value)  # True is not 1
    return value


# ── words ────────────────────────────────────────────────────────────────────────────────────────────


def words(value: Any, key: str = "") -> str:
    """
    A value as it is read out, with the unit that its key says; empty where nothing is said.

    >>> words(182, "rule (filler-recent).when.filler-on.within-days"), words(True), words(None)
    ('182 days', 'yes', '')
    """
    if _absent(value):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return f"{value.day} {value:%b %Y}"
    if isinstance(value, int | float):
        return _with_unit(f"{value:g}" if isinstance(value, float) else str(value), key)
    if isinstance(value, Citation):
        return value.key
    if _is_table(value):
        return "; ".join(_said(value))
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {words(one, str(name))}" for name, one in value.items())
    if isinstance(value, tuple):
        return _listed(value, key)
    return str(value)


def _listed(values: tuple[Any, ...], key: str) -> str:
    if all(isinstance(one, int | float) for one in values):
        return _with_unit(" to ".join(f"{one:g}" for one in values), key)
    if any(_is_table(one) for one in values):
        return " ".join(f"({words(one)})" for one in values)
    return ", ".join(words(one, key) for one in values)


def _said(table: Any, *, without: Collection[str] = ()) -> list[str]:
    """`depth-mm: 1 mm` for each field of a table that says something beyond its default."""
    defaults = {field.name: field.default for field in dataclasses.fields(table)}
    return [
        f"{field.replace('_', '-')}: {words(value, field)}"
        for field in _fields(table)
        if field not in without
        and not _absent(value := getattr(table, field))
        and _plain(value) != _plain(defaults[field])
    ]


def _absent(value: Any) -> bool:
    return value is None or (isinstance(value, str | tuple | Mapping) and len(value) == 0)


def _with_unit(number: str, key: str) -> str:
    field = key.rpartition(".")[2].replace("-", "_")
    unit = next((unit for ending, unit in UNITS if field.endswith(ending)), "")
    if number == "1" and unit.endswith("s") and not unit.endswith("/s"):
        unit = unit.removesuffix("s")
    if unit in ("°", ""):
        return f"{number}{unit}"
    return f"{number} {unit}"

"""
Reads an edition from its TOML files and says everything that is wrong with it at once.

`parse` takes the files from wherever they lie, `read` from a folder; both give a Protocol, or every Fault of
every file. What the tables may hold is written in `schema` alone: this module walks those dataclasses and
knows only how TOML's values become their types.
"""

import dataclasses
import functools
import hashlib
import math
import sys
import tomllib
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from needlework.protocol.near import nearest
from needlework.protocol.schema.consent import Consenting
from needlework.protocol.schema.devices import Devices
from needlework.protocol.schema.edition import Edition
from needlework.protocol.schema.learn import Learning
from needlework.protocol.schema.measure import Measure
from needlework.protocol.schema.places import Places
from needlework.protocol.schema.plan import Planning
from needlework.protocol.schema.protocol import Protocol
from needlework.protocol.schema.recover import Recovering
from needlework.protocol.schema.screen import Screen
from needlework.protocol.schema.skin import SkinTypes
from needlework.protocol.schema.sources import Source
from needlework.protocol.schema.treat import Treating
from needlework.protocol.schema.zones import Zones
from needlework.records.why import Citation

DEFAULT = Path(__file__).parent / "default"

SECTIONS: Mapping[str, type] = {
    "screen": Screen,
    "devices": Devices,
    "zones": Zones,
    "places": Places,
    "plan": Planning,
    "treat": Treating,
    "recover": Recovering,
    "measure": Measure,
    "learn": Learning,
    "consent": Consenting,
    "skin": SkinTypes,
}
NAMES = tuple(f"{name}.toml" for name in ("edition", *SECTIONS, "sources"))
"""The files that an edition consists of, all of them and no other."""

LATER = ("consent.toml", "skin.toml")
"""
Files that editions of older programs do not have: the one that ships stands in for it, and is no part of
what was signed. A consent keeps its own exact words, and a skin type the points and the answers that it came
of, so what was agreed to and found is never in doubt.
"""

Table = typing.TypeVar("Table")

MOST_DOTS = 100
"""In one line: the time that TOML's parser takes grows with the square of the parts of a dotted key."""

MOST_GUESSES = 100


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an edition: where it stands, what it is, what would be right."""

    file: str
    key: str
    problem: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.problem}" + (f" → {self.fix}" if self.fix else "")


class Faulty(Exception):
    """An edition that cannot be used; carries every fault."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


def parse(files: Mapping[str, bytes]) -> Protocol:
    """The edition in these files, by name. Raises Faulty with every fault of every file."""
    tables, faults = _tables(files)
    edition = None
    if "edition" in tables:
        edition = _Reader("edition.toml", {}, faults).table(Edition, tables["edition"], "")
    sources = _sources(tables.get("sources", {}), faults)
    if "sources" in tables:
        sources = {**_stood_in(files, sources), **sources}
    cited: dict[str, Citation | None] | None = None
    if "sources" in tables:
        cited = {key: source.cite() if source else None for key, source in sources.items()}
    sections = {
        name: _Reader(f"{name}.toml", cited, faults).table(shape, tables[name], "")
        for name, shape in SECTIONS.items()
        if name in tables
    }
    if faults or edition is None:
        raise Faulty(tuple(faults))
    edition = dataclasses.replace(edition, digest=digest(files))
    stamped = {name: dataclasses.replace(part, edition=edition.mark) for name, part in sections.items()}
    return Protocol(edition=edition, sources=sources, **stamped)


def read(folder: Path = DEFAULT) -> Protocol:
    """The edition in a folder. Raises Faulty with every fault of every file."""
    return parse(files(folder))


def files(folder: Path = DEFAULT) -> dict[str, bytes]:
    """The TOML files of a folder, by name. What is no file, such as a pipe, would be waited for: left out."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.toml")) if path.is_file()}


@functools.cache
def default() -> Protocol:
    """The edition that ships with Needlework, read once."""
    return read(DEFAULT)


def digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the edition's files, each name and each length included: what a director signs."""
    seal = hashlib.sha256()
    for name in sorted(files):
        content = files[name].replace(b"\r\n", b"\n")
        seal.update(f"{name}\0{len(content)}\0".encode())
        seal.update(content)
    return seal.hexdigest()


def _tables(files: Mapping[str, bytes]) -> tuple[dict[str, dict[str, Any]], list[Fault]]:
    """Every file that an edition must have, parsed, and what is wrong with their form."""
    if files:
        files = {**{name: (DEFAULT / name).read_bytes() for name in LATER}, **files}
    tables: dict[str, dict[str, Any]] = {}
    faults: list[Fault] = []
    for name in NAMES:
        if name not in files:
            faults.append(Fault(name, "file", "is missing", "add the file"))
            continue
        table = _table(files[name])
        if isinstance(table, dict):
            tables[name.removesuffix(".toml")] = table
        else:
            faults.append(Fault(name, "file", *table))
    for name in sorted(files.keys() - set(NAMES)):
        faults.append(Fault(name, "file", "is not a file of an edition", _closest(name, NAMES, "remove it")))
    return tables, faults


def _table(content: bytes) -> dict[str, Any] | tuple[str, str]:
    """A file as TOML, or what is wrong with it and what would be right."""
    try:
        text = content.decode("utf-8-sig")  # some editors set a mark before the first letter
    except UnicodeDecodeError as error:
        return f"is not UTF-8 at byte {error.start}", "save it as UTF-8"
    for number, line in enumerate(text.splitlines(), 1):
        if line.count(".") > MOST_DOTS:
            return f"has more than {MOST_DOTS} dots in line {number}", "break that line up"
    try:
        return whole(tomllib.loads(text))
    except (ValueError, RecursionError) as error:
        return f"is not TOML: {error}", "mend that line"


def whole(value: Table) -> Table:
    """The same, if no whole number in it is longer than TOML has them; Python's are, and break arithmetic."""
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError("a whole number is longer than 64 bits")
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        whole(inner)
    return value


def _sources(table: dict[str, Any], faults: list[Fault]) -> dict[str, Source]:
    """`[KEY]` tables of sources.toml; the table's name is the source's key."""
    reader = _Reader("sources.toml", {}, faults)
    return {
        key: reader.table(Source, {"key": key, **value}, key)
        for key, value in table.items()
        if reader.is_table(value, key)
    }


def _stood_in(files: Mapping[str, bytes], own: Mapping[str, Any]) -> dict[str, Source]:
    """The sources of the files that stand in for those which this edition lacks, where it lacks them too."""
    standing = [(DEFAULT / name).read_bytes() for name in LATER if name not in files]
    shipped = tomllib.loads((DEFAULT / "sources.toml").read_text(encoding="utf-8")) if standing else {}
    wanted = {
        key: value
        for key, value in shipped.items()
        if key not in own and any(f'"{key}"'.encode() in content for content in standing)
    }
    return _sources(wanted, [])


def _closest(word: str, words: typing.Iterable[str], otherwise: str) -> str:
    near = nearest(word, words)
    return f'did you mean "{near}"?' if near else otherwise


class _Reader:
    """Turns the values of one file into schema's types, gathering faults under their dotted key."""

    def __init__(self, file: str, cited: Mapping[str, Citation | None] | None, faults: list[Fault]) -> None:
        """`cited` is None where sources.toml could not be read: one fault, not one at every citation."""
        self.file, self.cited, self.faults = file, cited, faults

    def fault(self, key: str, problem: str, fix: str = "") -> None:
        self.faults.append(Fault(self.file, key or "file", problem, fix))

    def closest(self, word: str, words: typing.Iterable[str], otherwise: str) -> str:
        """What may have been meant, while faults are few: a guess takes milliseconds, and a file is long."""
        return _closest(word, words, otherwise) if len(self.faults) < MOST_GUESSES else otherwise

    def is_table(self, value: Any, key: str) -> bool:
        if not isinstance(value, dict):
            self.fault(key, f"is {_kind(value)}, not a table", f"write [{key}]")
            return False
        return True

    def table(self, shape: type, value: dict[str, Any], key: str) -> Any:
        """A dataclass from a table, or None once something in it was faulty."""
        fields = {f.name.replace("_", "-"): f for f in dataclasses.fields(shape) if f.name not in _DERIVED}
        before = len(self.faults)
        for name in value:
            if name not in fields:
                self.fault(_join(key, name), "is not a known key", self.closest(name, fields, "remove it"))
        hints = _hints(shape)
        given = {}
        for name, spec in fields.items():
            if name in value:
                given[spec.name] = self.value(hints[spec.name], value[name], _join(key, name))
            elif spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING:
                self.fault(_join(key, name), "is missing", f"add {name} = …")
        return shape(**given) if len(self.faults) == before else None

    def value(self, hint: Any, value: Any, key: str) -> Any:
        """One value as the type that schema names for it."""
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Literal:
            return self._one_of(value, arguments, key)
        if origin in (typing.Union, types.UnionType):
            return self._union(arguments, value, key)
        if origin is tuple:
            return self._tuple(arguments, value, key)
        if origin is Mapping:
            return self._mapping(arguments, value, key)
        if hint is Citation:
            return self._citation(value, key)
        if dataclasses.is_dataclass(hint):
            return self.table(typing.cast(type, hint), value, key) if self.is_table(value, key) else None
        if isinstance(hint, type) and issubclass(hint, Enum):
            return hint(value) if self._one_of(value, [m.value for m in hint], key) is not None else None
        return self._plain(hint, value, key)

    def _plain(self, hint: type, value: Any, key: str) -> Any:
        if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
            if not math.isfinite(value):
                self.fault(key, f"is {value}", "write a number that can be measured")
            return float(value)
        right = isinstance(value, hint) and not (isinstance(value, bool) and hint is not bool)
        if hint is date:
            right = isinstance(value, date) and not isinstance(value, datetime)
        if not right:
            self.fault(key, f"is {_kind(value)}, not {_NAMES.get(hint, hint.__name__)}")
            return None
        if isinstance(value, str) and not value.strip() and value:
            self.fault(key, "is blank", "write the words, or leave the key out")
        return value

    def _one_of(self, value: Any, allowed: typing.Sequence[Any], key: str) -> Any:
        if value in allowed:
            return value
        listed = ", ".join(str(one) for one in allowed)
        self.fault(key, f"is {value!r}", f"one of: {listed}")
        return None

    def _union(self, arguments: tuple[Any, ...], value: Any, key: str) -> Any:
        choices = [one for one in arguments if one is not type(None)]
        if len(choices) == 1:
            return self.value(choices[0], value, key)
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        if isinstance(value, bool | int | float | str | date):
            return value
        self.fault(key, f"is {_kind(value)}, which no answer can be")
        return None

    def _tuple(self, arguments: tuple[Any, ...], value: Any, key: str) -> Any:
        if not isinstance(value, list):
            self.fault(key, f"is {_kind(value)}, not a list", "put it in [ ]")
            return ()
        if arguments[-1] is Ellipsis:
            inner = arguments[0]
            return tuple(self.value(inner, one, _item(key, n, one)) for n, one in enumerate(value, 1))
        if len(value) != len(arguments):
            self.fault(key, f"has {len(value)} values", f"write exactly {len(arguments)}")
            return ()
        return tuple(
            self.value(inner, one, f"{key}[{n}]")
            for n, (inner, one) in enumerate(zip(arguments, value, strict=True), 1)
        )

    def _mapping(self, arguments: tuple[Any, ...], value: Any, key: str) -> Any:
        if not self.is_table(value, key):
            return {}
        name_type, inner = arguments
        return {
            self.value(name_type, name, _join(key, name)): self.value(inner, one, _join(key, name))
            for name, one in value.items()
        }

    def _citation(self, value: Any, key: str) -> Citation | None:
        if self.cited is None:
            return None
        if isinstance(value, str) and value in self.cited:
            return self.cited[value]
        self.fault(
            key,
            f"cites {value!r}, which sources.toml lacks",
            self.closest(str(value), self.cited, "add the source"),
        )
        return None


_DERIVED = {"edition", "digest", "until"}
_NAMES = {
    str: "text",
    float: "a number",
    int: "a whole number",
    bool: "true or false",
    date: "a day such as 2026-11-20",
}


@functools.cache
def _hints(shape: type) -> dict[str, Any]:
    return typing.get_type_hints(shape, vars(sys.modules[shape.__module__]))


def _kind(value: Any) -> str:
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a table"
    return f"{_NAMES.get(type(value), type(value).__name__)} ({value!r})"


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _item(key: str, number: int, value: Any) -> str:
    """`rule[3] (recent-filler)`: the number, and the name that a reader would search for."""
    named = value.get("id") if isinstance(value, dict) else None
    return f"{key}[{number}] ({named})" if isinstance(named, str) else f"{key}[{number}]"

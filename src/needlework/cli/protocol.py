"""needlework protocol: the knowledge on which everything stands, checked and shown."""

import dataclasses
import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from needlework.cli import helpflag, options, tell
from needlework.cli.options import AsJson, On

if TYPE_CHECKING:
    from needlework.protocol.load import Fault
    from needlework.protocol.schema import Protocol

SECTIONS = ("screen", "devices", "zones", "places", "plan", "treat", "recover", "measure", "learn")

app = typer.Typer(
    cls=helpflag.Group,
    help="Check or show the protocol.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.command("check", cls=helpflag.Command)
def check(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[FOLDER]", help="An edition's folder; the one shipped unless given."),
    ] = None,
    on: On = None,
    json: AsJson = False,
) -> None:
    """Name everything that is wrong with an edition, file by file, and how to mend it."""
    from needlework.protocol import check as checking
    from needlework.protocol import load

    folder = folder or load.DEFAULT
    faults: tuple[Fault, ...]
    try:
        protocol = load.read(folder)
        faults = checking.check(protocol)
    except load.Faulty as error:
        faults = error.faults
    except OSError as error:
        faults = (load.Fault(str(folder), "file", f"cannot be read: {error.strerror or error}", "check it"),)
    if faults:
        raise _faulty(faults, folder, json=json)
    overdue = checking.overdue(protocol, on=on or options.today())
    if json:
        return tell.as_json({"edition": protocol.edition.mark, "faults": [], "overdue": overdue})
    for fault in overdue:
        tell.say(f"due: {fault}", hang=5)
    rules = f"{len(protocol.screen.rule)} rules, {len(protocol.sources)} sources"
    return tell.say(f"Edition {protocol.edition.mark} is sound: {rules}, {len(overdue)} reviews due.")


def _faulty(faults: "tuple[Fault, ...]", folder: Path, *, json: bool) -> typer.Exit:
    """Every fault at once: nobody mends a file one run at a time."""
    if json:
        tell.as_json(
            {
                "refused": [
                    {"file": one.file, "key": one.key, "problem": one.problem, "do": one.fix}
                    for one in faults
                ]
            }
        )
    else:
        for one in faults:
            tell.error(f"refused: {one}")
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        tell.error(f"{count} in {folder}.")
    return typer.Exit(1)


@app.command("show", cls=helpflag.Command)
def show(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="A part, or any id in it: a rule, device, zone, hold or source."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Show the edition, one part of it, or one entry with its sources."""
    from needlework.protocol import load
    from needlework.records import Reason

    protocol = load.default()
    if name is None:
        return tell.as_json(_overview(protocol)) if json else _contents(protocol)
    found = [*_found(protocol, name)]
    if not found:
        near = difflib.get_close_matches(name, [*SECTIONS, *(key for key, _ in _ids(protocol))], n=1)
        do = f'Did you mean "{near[0]}"?' if near else f"A part is one of: {', '.join(SECTIONS)}."
        raise tell.refused((Reason(name, "is neither a part nor an id of this protocol.", do),), json=json)
    if json:
        return tell.as_json(found[0][1] if len(found) == 1 else dict(found))
    for key, entry in found:
        tell.say(f"[{key}]")
        _fields(entry, indent=2)
    return tell.standing(protocol.edition)


def _overview(protocol: "Protocol") -> tell.Shape:
    return {
        "id": protocol.edition.id,
        "mark": protocol.edition.mark,
        "title": protocol.edition.title,
        "on": protocol.edition.on,
        "note": protocol.edition.note,
        "digest": protocol.edition.digest,
        "parts": {
            name: {
                "reviewed": getattr(protocol, name).reviewed,
                "entries": {
                    key: [entry_id for entry_id, _ in entries] for key, entries in _lists(protocol, name)
                },
            }
            for name in SECTIONS
        },
        "sources": sorted(protocol.sources),
    }


def _contents(protocol: "Protocol") -> None:
    edition = protocol.edition
    tell.say(f"{edition.title}, {tell.day(edition.on)}")
    tell.say(edition.note)
    tell.say(f"SHA-256 {edition.digest}")
    for name in SECTIONS:
        reviewed = getattr(protocol, name).reviewed
        tell.say()
        tell.say(f"[{name}] review: {reviewed.by}, {tell.day(reviewed.on)}; due {tell.day(reviewed.again)}")
        for key, entries in _lists(protocol, name):
            tell.say(f"{key}: {', '.join(entry_id for entry_id, _ in entries)}", indent=2, hang=2)
    tell.standing(edition)


def _lists(protocol: "Protocol", name: str) -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """Every list of a part, each entry under the name that a reader would call it by."""
    part = getattr(protocol, name)
    for field in dataclasses.fields(part):
        entries = getattr(part, field.name)
        if isinstance(entries, tuple) and entries:
            yield field.name, [(_called(entry), entry) for entry in entries]
        elif isinstance(entries, dict):
            yield field.name, list(entries.items())


def _called(entry: Any) -> str:
    """An entry's id, or what stands for one: `wrinkles: forehead`, `up to 1 mm`."""
    if hasattr(entry, "id"):
        return str(entry.id)
    if hasattr(entry, "zones"):
        return f"{entry.concern} ({' '.join(entry.zones)})"
    return str(entry.concern) if hasattr(entry, "concern") else f"up to {entry.up_to_mm:g} mm"


def _ids(protocol: "Protocol") -> Iterator[tuple[str, tuple[str, Any]]]:
    """Every id, with its full name and its entry."""
    for name in SECTIONS:
        for key, entries in _lists(protocol, name):
            for entry_id, entry in entries:
                yield entry_id, (f"{name}.{key}.{entry_id}", entry)
    for key, source in protocol.sources.items():
        yield key, (f"sources.{key}", source)


def _found(protocol: "Protocol", name: str) -> Iterator[tuple[str, Any]]:
    if name in SECTIONS:
        yield name, getattr(protocol, name)
    yield from (entry for entry_id, entry in _ids(protocol) if entry_id == name and name not in SECTIONS)


def _fields(entry: Any, *, indent: int) -> None:
    """The fields of an entry that say something, one a line, what is inside it set further in."""
    for field in dataclasses.fields(entry):
        value, name = getattr(entry, field.name), field.name.replace("_", "-")
        if value is None or value == "" or value == () or value == {}:
            continue
        _value(name, value, indent=indent)


def _value(name: str, value: Any, *, indent: int) -> None:
    if hasattr(value, "grade") and hasattr(value, "key"):
        return tell.say(
            f"{value.key} (grade {value.grade}, {value.seen}): {value.title}", indent=indent, hang=2
        )
    if dataclasses.is_dataclass(value):
        tell.say(f"{name}:", indent=indent)
        return _fields(value, indent=indent + 2)
    if isinstance(value, tuple) and any(dataclasses.is_dataclass(one) for one in value):
        tell.say(f"{name}:", indent=indent)
        for number, one in enumerate(value, 1):
            _value(f"{number}", one, indent=indent + 2)
        return None
    if isinstance(value, dict):
        tell.say(f"{name}:", indent=indent)
        for key, one in value.items():
            _value(str(key), one, indent=indent + 2)
        return None
    words = ", ".join(str(one) for one in value) if isinstance(value, tuple) else str(value)
    return tell.say(f"{name}: {words}", indent=indent, hang=2)

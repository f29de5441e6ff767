"""needlework protocol: the knowledge on which everything stands: checked, shown, compared, copied."""

import dataclasses
import errno
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from needlework.cli import answers, helpflag, options, tell
from needlework.cli.options import AsJson, On

if TYPE_CHECKING:
    from needlework.protocol.load import Fault
    from needlework.protocol.schema.protocol import Protocol
    from needlework.records.editions import Difference, Impact
    from needlework.records.plan import Plan
    from needlework.records.screen import Answers
    from needlework.records.why import Reason

PLAN_MAX = 2_000_000
"""Bytes of a plan's file: many times what a plan for every zone takes."""

app = typer.Typer(
    cls=helpflag.Group,
    help="Check, show, compare or copy the protocol.",
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
    protocol = _read(folder, json=json)
    if faults := checking.check(protocol):
        raise _faulty(faults, folder, json=json)
    overdue = checking.overdue(protocol, on=on or options.today())
    if json:
        return tell.as_json({"edition": protocol.edition.mark, "faults": [], "overdue": overdue})
    for fault in overdue:
        tell.say(f"due: {fault}", hang=5)
    rules = f"{len(protocol.screen.rule)} rules, {len(protocol.sources)} sources"
    return tell.say(f"Edition {protocol.edition.mark} is sound: {rules}, {len(overdue)} reviews due.")


def _read(folder: Path, *, json: bool) -> "Protocol":
    """The edition in a folder, well-formed; every fault of every file where it is not."""
    from needlework.protocol import load

    try:
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "there is no such folder")
        return load.read(folder)
    except load.Faulty as error:
        faults = error.faults
    except OSError as error:
        faults = (load.Fault(str(folder), "file", f"cannot be read: {error.strerror or error}", "check it"),)
    raise _faulty(faults, folder, json=json)


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


@app.command("diff", cls=helpflag.Command)
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="An edition's folder, or default.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The edition to compare it with.")],
    plans: Annotated[
        list[Path] | None,
        typer.Option("--plans", metavar="FILE.json", help="A plan by plan --json; repeat for more."),
    ] = None,
    given: Annotated[
        list[Path] | None,
        typer.Option("--answers", metavar="FILE.toml", help="Answers to a screening; repeat for more."),
    ] = None,
    on: On = None,
    json: AsJson = False,
) -> None:
    """Say what two editions say differently, and what that would change for plans and screenings."""
    from needlework.loop import impact
    from needlework.protocol import compare

    old, new = _named(before, json=json), _named(after, json=json)
    found = compare.differences(old, new)
    today = on or options.today()
    asked = [(str(path), one, today) for path, one in _answered(given or [], json=json)]
    meant = impact.impact(old, new, plans=_planned(plans or [], json=json), screenings=asked)
    if json:
        return tell.as_json(
            {"before": old.edition.mark, "after": new.edition.mark, "differences": found, "impact": meant}
        )
    tell.say(f"From {old.edition.mark} to {new.edition.mark}")
    _differences(found, same=old.edition.digest == new.edition.digest)
    return _impact(meant)


def _named(edition: str, *, json: bool) -> "Protocol":
    from needlework.protocol import load

    return load.default() if edition == "default" else _read(Path(edition), json=json)


def _planned(paths: Iterable[Path], *, json: bool) -> "list[tuple[str, Plan]]":
    """The plans in files that `needlework plan --json` wrote."""
    import msgspec

    from needlework.records.plan import Plan
    from needlework.records.why import Reason

    found: list[tuple[str, Plan]] = []
    refused: list[tuple[str, tuple[Reason, ...]]] = []
    for path in paths:
        try:
            found.append((str(path), msgspec.json.decode(answers.read_bytes(path, PLAN_MAX), type=Plan)))
        except OSError as error:
            refused.append((str(path), answers.unreadable(error).reasons))
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            do = "Write it with: needlework plan … --json > plan.json"
            refused.append((str(path), (Reason("file", f"is not a plan: {error}.", do),)))
    if refused:
        raise tell.refused_files(refused, json=json)
    return found


def _answered(paths: Iterable[Path], *, json: bool) -> "list[tuple[Path, Answers]]":
    """
    The answers in files, as they stand there: an edition may ask what another does not, so none is held
    against either's questions.
    """
    from needlework.records.screen import Answers
    from needlework.records.why import Refusal

    found: list[tuple[Path, Answers]] = []
    refused: list[tuple[str, tuple[Reason, ...]]] = []
    for path in paths:
        given = answers.parse(path)
        if isinstance(given, Refusal):
            refused.append((str(path), given.reasons))
        else:
            found.append((path, Answers(given)))
    if refused:
        raise tell.refused_files(refused, json=json)
    return found


def _differences(found: "Iterable[Difference]", *, same: bool) -> None:
    """Grouped by file, each with what was said and what is."""
    from needlework.protocol import compare

    grouped = compare.by_file(found)
    if not grouped:
        tell.say(
            "They are the same, to the byte." if same else "They say the same: only order or comments differ."
        )
    for file, entries in grouped.items():
        tell.say()
        tell.say(file)
        for one in entries:
            tell.say(one.key, indent=2, hang=2)
            if one.before and one.after:
                tell.say(f"{one.before} → {one.after}", indent=4, hang=2)
            else:
                tell.say(f"+ {one.after}" if one.after else f"− {one.before}", indent=4, hang=2)


def _impact(meant: "Impact") -> None:
    """What it would change for the work in hand; where none was given, how to give some."""
    tell.say()
    for what, count in (("plan", meant.plans), ("screening", meant.screenings)):
        hit = [one for one in meant.consequences if one.what == what]
        if count:
            tell.say(changed(what, count, len(hit)))
        for one in hit:
            tell.say(one.who, indent=2, hang=2)
            for sentence in one.says:
                tell.say(f"· {sentence}", indent=4, hang=2)
    if not meant.plans:
        tell.say(
            "No plan was given. Write plans with needlework plan … --json > plan.json and name each with "
            "--plans, to see what would change for them.",
        )


def changed(what: str, count: int, hit: int) -> str:
    """
    How many would change.

    >>> changed("plan", 12, 3), changed("plan", 1, 0)
    ('Of 12 plans, 3 would change:', 'Of 1 plan, none would change.')
    """
    of = f"Of {count} {what}{'' if count == 1 else 's'}"
    return f"{of}, {hit} would change:" if hit else f"{of}, none would change."


@app.command("copy", cls=helpflag.Command)
def copy(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the copy is to lie; made new.")],
    name: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="The copy's own id, part of its mark.")
    ] = None,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="The copy's title.")] = None,
    on: Annotated[
        date | None,
        typer.Option("--on", parser=options.day, metavar="DATE", help="The copy's day; today unless given."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Copy the edition that ships, for a clinic that differs: change it there, check it, compare it."""
    from needlework.protocol import check as checking
    from needlework.protocol import load, write
    from needlework.records.why import Reason

    origin = load.default().edition
    files = write.copied(
        load.files(), origin, id=name or f"{origin.id}-own", title=title or f"{origin.title}, our own copy",
        note=origin.note, on=on or options.today(),
    )  # fmt: skip
    try:
        made = load.parse(files)
    except load.Faulty as error:
        raise _faulty(error.faults, folder, json=json) from None
    if faults := checking.check(made):
        raise _faulty(faults, folder, json=json)
    half = folder.with_name(f"{folder.name}.unfinished")  # one that is cut short must not pass for a copy
    try:
        if folder.exists():
            raise FileExistsError
        half.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            (half / file).write_bytes(content)
        half.rename(folder)
    except FileExistsError:
        do = "Name a folder that is not there yet: nothing is written over."
        raise tell.refused((Reason(str(folder), "is there already.", do),), json=json) from None
    except OSError as error:
        raise tell.refused(answers.unwritable(error, key=str(folder)).reasons, json=json) from None
    if json:
        return tell.as_json(
            {"folder": str(folder), "edition": made.edition.mark, "based_on": origin.mark, "files": [*files]}
        )
    tell.say(f"{folder} holds edition {made.edition.mark}, based on {origin.mark}.")
    tell.say(f"Change its files, then: needlework protocol check {folder}")
    return tell.say(f"See what that changes: needlework protocol diff default {folder}")


@app.command("overdue", cls=helpflag.Command)
def overdue(
    on: Annotated[
        date | None,
        typer.Option("--on", parser=options.day, metavar="DATE", help="As of this day; today unless given."),
    ] = None,
    json: AsJson = False,
) -> None:
    """List which parts of the edition are due for review. Old knowledge is shown, never switched off."""
    from needlework.protocol import load

    today, edition = on or options.today(), load.default().edition
    parts = sorted(((part.reviewed, name) for name, part in _parts(load.default())), key=_due_first)
    due = [(reviewed, name) for reviewed, name in parts if reviewed.again < today]
    if json:
        return tell.as_json(
            {
                "edition": edition.mark,
                "on": today,
                "overdue": [{"file": f"{name}.toml", "reviewed": reviewed} for reviewed, name in due],
                "next": [
                    {"file": f"{name}.toml", "reviewed": reviewed}
                    for reviewed, name in parts
                    if reviewed.again >= today
                ],
            }
        )
    count = f"{len(due)} of {len(parts)} parts are due for review" if due else "No part is due for review"
    tell.say(f"{count} on {tell.day(today)}.")
    tell.say()
    tell.table(
        ("part", "due", "last read", "by"),
        [(name, tell.day(one.again), tell.day(one.on), one.by) for one, name in due or parts],
    )
    return tell.standing(edition)


def _parts(protocol: "Protocol") -> Iterator[tuple[str, Any]]:
    """Every part of the edition and its name, in the order of its files."""
    from needlework.protocol.load import SECTIONS

    yield from ((name, getattr(protocol, name)) for name in SECTIONS)


def _due_first(part: Any) -> tuple[date, str]:
    reviewed, name = part
    return reviewed.again, name


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
    from needlework.protocol.near import did_you_mean
    from needlework.records.why import Reason

    protocol = load.default()
    if name is None:
        return tell.as_json(_overview(protocol)) if json else _contents(protocol)
    found = [*_found(protocol, name)]
    if not found:
        parts = [part for part, _ in _parts(protocol)]
        there = [*parts, *(key for key, _ in _ids(protocol))]
        do = did_you_mean(name, there, otherwise=f"A part is one of: {', '.join(parts)}.")
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
                "reviewed": part.reviewed,
                "entries": {key: [entry_id for entry_id, _ in entries] for key, entries in _lists(part)},
            }
            for name, part in _parts(protocol)
        },
        "sources": sorted(protocol.sources),
    }


def _contents(protocol: "Protocol") -> None:
    edition = protocol.edition
    tell.say(f"{edition.title}, {tell.day(edition.on)}")
    tell.say(edition.note)
    tell.say(f"SHA-256 {edition.digest}")
    for name, part in _parts(protocol):
        reviewed = part.reviewed
        tell.say()
        tell.say(f"[{name}] review: {reviewed.by}, {tell.day(reviewed.on)}; due {tell.day(reviewed.again)}")
        for key, entries in _lists(part):
            tell.say(f"{key}: {', '.join(entry_id for entry_id, _ in entries)}", indent=2, hang=2)
    tell.standing(edition)


def _lists(part: Any) -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """Every list of a part, each entry under the name that a reader would call it by."""
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
    for name, part in _parts(protocol):
        for key, entries in _lists(part):
            for entry_id, entry in entries:
                yield entry_id, (f"{name}.{key}.{entry_id}", entry)
    for key, source in protocol.sources.items():
        yield key, (f"sources.{key}", source)


def _found(protocol: "Protocol", name: str) -> Iterator[tuple[str, Any]]:
    parts = dict(_parts(protocol))
    if name in parts:
        yield name, parts[name]
        return
    yield from (entry for entry_id, entry in _ids(protocol) if entry_id == name)


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

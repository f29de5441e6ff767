"""Reads ANSWERS.toml: what a person said, by question."""

import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from needlework.protocol.schema.screen import Screen
    from needlework.records.screen import Answers
    from needlework.records.why import Refusal

BYTES_MAX = 32_000
"""Ten times what every answer takes; a parser of a hostile file must not run for minutes."""


def read(path: Path, knowledge: "Screen", *, on: date) -> "Answers | Refusal":
    """
    The answers in a file, or everything that is wrong with them.

    Questions stand at the top of the file or under `[answers]`. An answer that is missing is no fault here:
    the verdict names it.
    """
    from needlework.loop import screen
    from needlework.records.screen import Answers
    from needlework.records.why import Refusal

    given = parse(path)
    if isinstance(given, Refusal):
        return given
    answers = Answers(given)
    faults = screen.faults(answers, knowledge, on=on)
    return Refusal(faults) if faults else answers


def _by_question(given: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Lists as tuples, and `filler-on.chin = …`, which TOML reads as a table, by its own name."""
    for key, value in given.items():
        if isinstance(value, dict) and value:
            yield from ((f"{key}.{zone}", one) for zone, one in _by_question(value))
        else:
            yield key, tuple(value) if isinstance(value, list) else value


def parse(path: Path) -> "dict[str, Any] | Refusal":
    """What a TOML file says, by question; `[answers]` and the top level are one."""
    from needlework.protocol import load
    from needlework.records.why import Reason, Refusal

    try:
        content = sys.stdin.buffer.read(BYTES_MAX + 1) if str(path) == "-" else read_bytes(path, BYTES_MAX)
        text = content.decode("utf-8-sig")
        if len(content) > BYTES_MAX:
            return Refusal((Reason("file", "is larger than 32 kB.", "Give a file of answers."),))
        given = load.whole(tomllib.loads(text.replace("\r\n", "\n")))
        inner = given.pop("answers", {})
        said = [*_by_question(given), *(_by_question(inner) if isinstance(inner, dict) else ())]
    except OSError as error:
        return unreadable(error)
    except UnicodeDecodeError as error:
        return Refusal((Reason("file", f"is not UTF-8 at byte {error.start}.", "Save it as UTF-8."),))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        example = 'Write one answer a line, such as age-years = 41 or skin-type = "IV".'
        return Refusal((Reason("file", f"is not TOML: {error}.", example),))
    if not isinstance(inner, dict):
        return Refusal(
            (Reason("answers", f"is {inner!r}, not a table.", "Write [answers] on its own line."),)
        )
    count = Counter(key for key, _ in said)  # `"filler-on.chin" = …` and `filler-on.chin = …` are one
    twice = tuple(
        Reason(key, "is answered twice.", "Keep one of the two.") for key in sorted(count) if count[key] > 1
    )
    return Refusal(twice) if twice else dict(said)


def read_bytes(path: Path, most: int) -> bytes:
    """The bytes of a file, one more than `most` at the most."""
    with path.open("rb") as file:
        return file.read(most + 1)


def unreadable(error: OSError) -> "Refusal":
    """Why a file could not be read, in a line that says what to do."""
    from needlework.records.why import Reason, Refusal

    match error:
        case FileNotFoundError():
            problem, do = "does not exist.", "Check the name and the folder."
        case IsADirectoryError():
            problem, do = "is a folder.", "Name a file in it."
        case PermissionError():
            problem, do = "may not be read.", "Check its permissions."
        case _:
            problem, do = f"cannot be read: {error.strerror or error}.", "Check the name."
    return Refusal((Reason("file", problem, do),))


def unwritable(error: OSError, *, key: str) -> "Refusal":
    """Why a file could not be written."""
    from needlework.records.why import Reason, Refusal

    return Refusal((Reason(key, f"cannot be written: {error.strerror or error}.", "Choose another place."),))

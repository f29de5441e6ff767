"""The CSV of a batch: which pairs, with which zones and scale."""

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from needlework.cli import answers
from needlework.cli.photographs import FACE, WHOLE

if TYPE_CHECKING:
    from needlework.records.why import Reason, Refusal

MUST = ("before", "after")
MAY = ("region", "mm_per_px", "id", "days_before", "days_after")
BYTES_MAX = 200_000_000
ROWS_MAX = 1_000_000
FAULTS_MAX = 20
DAYS_MAX = 36_500
EXAMPLE = "Write a first line such as before,after,id and then a line for each pair."


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of the CSV: what is to be measured, with paths that no longer depend on a folder."""

    id: str
    """As the line says, else the number of the pair."""
    before: str
    after: str
    region: str
    """whole, face, or the path of a file of zones."""
    mm_per_px: float | None
    days_before: int | None
    days_after: int | None


def read(path: Path, *, region: str = WHOLE, mm_per_px: float | None = None) -> "tuple[Pair, ...] | Refusal":
    """
    The pairs of a CSV in its order, or everything that is wrong with it.

    Paths are relative to the CSV. Columns are parted by commas, semicolons or tabs, as its first line is.
    `region` and `mm_per_px` hold where a line says nothing. Whether the photographs can be read is not asked
    here: a bad one has its reasons in the result.
    """
    from needlework.records.why import Refusal

    text = _text(path)
    if isinstance(text, Refusal):
        return text
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_parted_by(text), strict=True)
    try:
        heads = [head.strip().lower() for head in next(rows, [])]
        if faults := _columns(heads):
            return Refusal(faults)
        return _pairs(rows, heads, path.absolute().parent, region=region, mm_per_px=mm_per_px)
    except csv.Error as error:
        return _refuse(f"line {rows.line_num}", f"is not CSV: {error}.", "Save the table as CSV again.")


def spare(path: Path) -> tuple[str, ...]:
    """Columns of a CSV that was read well, which a batch leaves aside."""
    text = _text(path)
    assert isinstance(text, str)
    heads = next(csv.reader(io.StringIO(text, newline=""), delimiter=_parted_by(text)))
    return tuple(head.strip() for head in heads if head.strip().lower() not in (*MUST, *MAY))


def _text(path: Path) -> "str | Refusal":
    try:
        content = answers.read_bytes(path, BYTES_MAX)
    except OSError as error:
        return answers.unreadable(error)
    if len(content) > BYTES_MAX:
        return _refuse("file", "is larger than 200 MB.", "Cut it into several batches.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _refuse("file", f"is not UTF-8 at byte {error.start}.", "Save it as “CSV UTF-8”.")


def _parted_by(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _columns(heads: list[str]) -> "tuple[Reason, ...]":
    """What is wrong with the first line: a column that is missing, twice there, or nearly one of ours."""
    from needlework.protocol import near
    from needlework.records.why import Reason

    absent = [name for name in (*MUST, *MAY) if name not in heads]
    faults, meant = [], set()
    for head in dict.fromkeys(heads):
        if heads.count(head) > 1 and head in (*MUST, *MAY):
            faults.append(Reason(head, "is the name of two columns.", "Keep one of them."))
        elif head not in (*MUST, *MAY) and (close := near.nearest(head, absent)):
            meant.add(close)
            faults.append(Reason(head, "is no column of a batch.", f'Did you mean "{close}"?'))
    missing = [name for name in MUST if name in absent and name not in meant]
    faults += [Reason(name, "is a column that a batch needs.", EXAMPLE) for name in missing]
    return tuple(faults)


def _pairs(
    rows: Iterator[list[str]], heads: list[str], folder: Path, *, region: str, mm_per_px: float | None
) -> "tuple[Pair, ...] | Refusal":
    from needlework.records.why import Reason, Refusal

    found: dict[str, Pair] = {}
    faults: list[Reason] = []
    for number, cells in enumerate((row for row in rows if any(cell.strip() for cell in row)), start=1):
        if number > ROWS_MAX:
            return _refuse("file", "has more than a million pairs.", "Cut it into several batches.")
        if len(faults) > FAULTS_MAX:
            faults[FAULTS_MAX:] = [Reason("file", "has more faults than these.", "Mend these first.")]
            break
        said = dict(zip(heads, (cell.strip() for cell in cells), strict=False))
        wrong = _Wrong(f"pair {number}", faults)
        pair = Pair(
            id=said.get("id") or str(number),
            before=wrong.path(said, "before", folder),
            after=wrong.path(said, "after", folder),
            region=_region(said.get("region") or region, folder, given=bool(said.get("region"))),
            mm_per_px=wrong.number(said, "mm_per_px", mm_per_px),
            days_before=wrong.days(said, "days_before"),
            days_after=wrong.days(said, "days_after"),
        )
        if len(cells) > len(heads):
            wrong.say(
                "columns", f"has {len(cells)} cells in {len(heads)} columns.", "Quote what holds a comma."
            )
        if not pair.id.isprintable() or len(pair.id) > 200:
            wrong.say("id", "is no name.", "Give it up to 200 letters.")
        if pair.id in found:
            wrong.say("id", f"“{pair.id}” is the id of an earlier pair.", "Give each pair an id of its own.")
        found[pair.id] = pair
    if not found:
        return _refuse("file", "has no pairs.", EXAMPLE)
    return Refusal(tuple(faults)) if faults else tuple(found.values())


def _region(said: str, folder: Path, *, given: bool) -> str:
    """A file of the CSV lies beside it; one of the command line where the command was given."""
    return said if said in (WHOLE, FACE) else str(folder / said if given else Path(said).absolute())


@dataclass(frozen=True, slots=True)
class _Wrong:
    """Reads the cells of one line, and keeps what is wrong with them."""

    where: str
    faults: "list[Reason]"

    def say(self, column: str, problem: str, do: str) -> None:
        from needlework.records.why import Reason

        self.faults.append(Reason(f"{self.where}, {column}", problem, do))

    def path(self, said: dict[str, str], column: str, folder: Path) -> str:
        name = said.get(column, "")
        if not name or "\0" in name:
            self.say(column, "names no file.", "Write the path of the photograph, seen from the CSV.")
        return str(folder / name)

    def number(self, said: dict[str, str], column: str, otherwise: float | None) -> float | None:
        if not said.get(column):
            return otherwise
        try:
            value = float(said[column])
        except ValueError:
            value = math.nan
        if not 0.001 <= value <= 5:  # as pair.sight, which would say so pair by pair
            self.say(column, f"“{said[column]}” is no scale.", "Write millimetres per pixel, such as 0.08.")
        return value

    def days(self, said: dict[str, str], column: str) -> int | None:
        if not said.get(column):
            return None
        days = int(said[column]) if said[column].isdecimal() and len(said[column]) < 9 else DAYS_MAX + 1
        if days > DAYS_MAX:
            self.say(column, f"“{said[column]}” is no number of days.", "Write whole days, such as 28.")
        return days


def _refuse(key: str, problem: str, do: str) -> "Refusal":
    from needlework.records.why import Reason, Refusal

    return Refusal((Reason(key, problem, do),))

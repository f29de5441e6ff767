"""
The chain of the log: a line's hash covers the line and the hash before it.

Nothing here knows a database, so that a log can be checked wherever its lines were copied to.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TABLE = "clinic_auditline"
FIELDS = (
    "seq", "at", "actor", "action", "table_name", "row_id", "columns", "row_sha256", "detail", "previous"
)  # fmt: skip
DECISIONS = "clinic_decision"
"""Its rows say that an item was erased, by whom and why. That alone lets a sealed row lose words."""
Sealed = Mapping[str, Mapping[str, Any]]
"""Tables whose rows are added and never edited, each with what a row may lose and what stands there then."""
WRITES = ("insert", "update", "delete", "migrate")
UNLOGGED = {
    "clinic_user": {"last_login"},
    "clinic_signin": {"seen_at"},
    "mfa_authenticator": {"last_used_at"},
}
"""Columns that change without being an event: a login has a line of its own."""
ALSO = ("mfa_authenticator",)
"""Watched although it is not ours: whoever can add a row to it, can sign in."""


_spelt = json.JSONEncoder(
    ensure_ascii=True, separators=(",", ":"), default=lambda raw: {"hex": raw.hex()}
).encode  # made once: it takes longer to make than to spell a line


def digest(*values: Any) -> str:
    """
    SHA-256 over a JSON list, which tells ("ab", "c") from ("a", "bc"), 1 from "1", and NULL from "".

    >>> digest("ab", "c") == digest("a", "bc")
    False
    """
    return hashlib.sha256(_spelt(values).encode("ascii")).hexdigest()


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not fit. `seq` is the line at which it shows, where it is a line."""

    problem: str
    seq: int | None = None
    table: str = ""
    row: str = ""
    row_sha256: str = ""
    """What the row's hash is now; empty when the row is gone."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. `head` is the last line's hash: noted elsewhere, it proves the log later."""

    lines: int
    first_at: str
    last_at: str
    head: str
    faults: tuple[Fault, ...]
    erased: tuple[str, ...] = ()
    """What lost its words by a decision, each in a sentence: it is not missing, and says by whom."""

    @property
    def whole(self) -> bool:
        return not self.faults


def verify(lines: Iterable[Sequence[Any]], *, last_seq: int | None = None, head: str | None = None) -> Report:
    """
    Whether these lines, each FIELDS and then its hash, are a whole log: from the first, in order, unchanged.

    `last_seq` is the highest number that the database ever gave, which shows a cut-off end; `head` is a hash
    noted earlier, which must be the hash of some line.
    """
    count, expected, previous, first_at, last_at, found = 0, 1, "", "", "", head is None
    faults: list[Fault] = []
    for line in lines:
        seq, at, said, own = line[0], line[1], line[len(FIELDS) - 1], line[len(FIELDS)]
        if problem := _misfit(line, seq=seq, expected=expected, follows=said == previous, own=own):
            faults.append(Fault(problem, seq=seq))
        count, expected, previous = count + 1, seq + 1, own
        first_at, last_at, found = first_at or at, at, found or own == head
    if last_seq is not None and last_seq != expected - 1:
        faults.append(Fault(f"Lines {expected} to {last_seq} were given out and are gone.", seq=expected))
    if not found:
        faults.append(
            Fault(f"No line has the hash {head}: the log was cut or written anew since it was noted.")
        )
    return Report(count, first_at, last_at, previous, tuple(faults))


def _misfit(line: Sequence[Any], *, seq: int, expected: int, follows: bool, own: str) -> str:
    if seq > expected:
        return f"Line {expected} is missing: line {seq} stands in its place."
    if seq < expected:
        return f"Line {seq} stands out of order: line {expected} was to come."
    if digest(*line[: len(FIELDS)]) != own:
        return f"Line {seq} was changed: its hash is not that of what it says."
    if not follows:
        return f"Line {seq} does not follow from the line before it: one was changed, removed or moved."
    return ""


ERASED = (
    "SELECT d.table_name, d.row_id, CAST(d.created_at AS TEXT), coalesce(u.full_name, 'nobody named')"
    f" FROM {DECISIONS} d LEFT JOIN clinic_user u ON u.id = d.created_by_id"
    " WHERE d.what = 'erased' ORDER BY d.id"
)


def erasures(rows: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """
    >>> erasures([("clinic_photograph", "01ab", "2026-11-27 12:00:00", "Mara Weiss")])
    ('clinic_photograph 01ab was erased on 2026-11-27 by Mara Weiss.',)
    """
    return tuple(f"{table} {row} was erased on {at[:10]} by {who}." for table, row, at, who in rows)


# ── rows against the log ─────────────────────────────────────────────────────────────────────────────


def strayed(table: str, row: str, *, said: str, now: str) -> Fault:
    """A row that is not as the log last saw it: each hash, empty where there is none."""
    if not now:
        return Fault(f"{table} {row} was removed behind the log.", table=table, row=row)
    problem = "was changed behind the log" if said else "is not in the log"
    return Fault(f"{table} {row} {problem}.", table=table, row=row, row_sha256=now)


def bare(missing: Iterable[str]) -> tuple[Fault, ...]:
    """What follows from triggers that are not as they should be."""
    words = "is missing or altered: what it watches may have been changed unseen."
    return tuple(Fault(f"The trigger {name} {words}") for name in missing)

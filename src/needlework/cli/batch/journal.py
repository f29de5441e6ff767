"""
What of a batch is done, kept through any end of the program.

A journal of JSON lines lies beside the result while a batch runs: a line for each pair, on the disk before
the next is counted. A line that was cut off counts as not written. The journal is locked by the run that
writes it; the lock goes with its process, however that ends.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from needlework.cli import answers
from needlework.cli.batch.one import Row

if TYPE_CHECKING:
    from needlework.records.why import Refusal

FIRST = {"needlework": "the pairs of a batch that are done", "format": 1}


@dataclass(slots=True)
class Journal:
    """The pairs that are done, by id; their rows stay on the disk."""

    path: Path
    file: IO[bytes]
    places: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Where the newest line of a pair begins, and its fingerprint."""

    def known(self, name: str) -> str:
        """The fingerprint of a pair that was measured well; empty for any other."""
        return self.places.get(name, (0, ""))[1]

    def add(self, name: str, fingerprint: str, rows: Sequence[Row], *, at_once: bool = True) -> None:
        """Keep a pair: on the disk when this returns, unless `at_once` is false."""
        line = json.dumps({"id": name, "fingerprint": fingerprint, "rows": rows})
        place = self.file.seek(0, os.SEEK_END)
        self.file.write(line.encode() + b"\n")
        if at_once:
            self.file.flush()
            os.fsync(self.file.fileno())
        self.places[name] = (place, fingerprint)

    def rows(self, name: str) -> list[Row]:
        """The rows of a pair that is done, whole."""
        place, fingerprint = self.places[name]
        self.file.seek(place)
        rows = json.loads(self.file.readline())["rows"]
        return [{"id": name, "fingerprint": fingerprint, **row} for row in rows]

    def close(self, *, done: bool = False) -> None:
        """Let go of it; it goes where it has served, or holds nothing."""
        if (done or not self.places) and not self.file.closed:
            self.path.unlink(missing_ok=True)
        self.file.close()


def open_at(path: Path) -> "Journal | Refusal":
    """The journal of a result, begun where there is none; refused where another run holds it."""
    from needlework.records.why import Reason, Refusal

    try:
        file = _locked(path)
    except BlockingIOError:
        problem = "is being written by another run."
        return Refusal((Reason("out", problem, "Wait for it, or name another file."),))
    except OSError as error:
        return answers.unwritable(error, key="out")
    journal = Journal(path, file)
    if not _taken_up(journal):
        file.close()
        problem = f"cannot be begun: {path} is there, and is no journal of a batch."
        return Refusal((Reason("out", problem, "Name another file, or move that one."),))
    return journal


def _locked(path: Path) -> IO[bytes]:
    import fcntl

    while True:
        file = path.open("a+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists() and path.stat().st_ino == os.fstat(file.fileno()).st_ino:
                return file
        except BaseException:
            file.close()
            raise
        file.close()  # the run that held it has ended and taken it away in between


def _taken_up(journal: Journal) -> bool:
    """Find what is done, cut off what was not written to its end; False for a file of somebody else."""
    file = journal.file
    head = json.dumps(FIRST).encode() + b"\n"
    file.seek(0)
    first = file.readline()
    if first != head:
        if not head.startswith(first):
            return False
        file.truncate(0)
        file.write(head)
        file.flush()
        return True
    place = file.tell()
    while (line := file.readline()).endswith(b"\n"):
        said = _said(line)
        if said is not None:
            journal.places[said["id"]] = (place, said["fingerprint"])
        place = file.tell()
    file.truncate(place)
    return True


def _said(line: bytes) -> dict[str, Any] | None:
    """What a line says; None for one that a failing disk has spoilt."""
    try:
        said: dict[str, Any] = json.loads(line)
        return said if said["id"] and said["rows"] and isinstance(said["fingerprint"], str) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None

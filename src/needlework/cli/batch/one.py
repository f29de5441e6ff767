"""One pair of a batch, from its files to its rows; what a worker does, wherever it runs."""

import hashlib
import json
import math
import traceback
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from needlework.cli import photographs
from needlework.cli.batch.pairs import Pair

if TYPE_CHECKING:
    from needlework.records.why import Reason, Refusal

Row = dict[str, Any]
"""A row of the result without its id; see table.COLUMNS."""

NONE: Row = {
    "zone": None, "measure": None, "unit": None, "before": None, "after": None, "change": None, "low": None,
    "high": None, "smallest_detectable": None, "verdict": None, "details": [],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a pair."""

    fingerprint: str
    """Of all that it was measured from; empty where it is to be measured again next time."""
    rows: tuple[Row, ...]
    """Empty where the pair is known by its fingerprint."""
    missing: tuple[str, ...] = ()
    """Files that are not there, as far as this worker sees."""
    by: str = ""
    """What it was measured with."""


@cache
def means() -> str:
    """What pairs are measured with: another method, edition or library may read something else."""
    import cv2

    from needlework.cli import models
    from needlework.imaging import card, pair, zones
    from needlework.protocol import load
    from needlework.records.why import Refusal

    networks = "no-networks" if isinstance(models.load(), Refusal) else "networks"
    edition = load.default().edition.mark
    return " ".join((pair.METHOD, card.METHOD, zones.METHOD, edition, f"opencv-{cv2.__version__}", networks))


def measured(pair: Pair, known: str) -> Done:
    """
    The rows of a pair; none where its fingerprint is the one that is known already.

    Never raises: a fault of the program is a row with a reason, and is tried again by the next run.
    """
    try:
        return _measured(pair, known)
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(frame.filename).name}:{frame.lineno}"
        return failed(
            pair, f"A fault of the program, not of the photographs ({place}: {type(error).__name__})."
        )


def failed(pair: Pair, problem: str) -> Done:
    """The row of a pair that could not be measured for no fault of its own."""
    from needlework.records.why import Reason

    reason = Reason("program", problem, "Run the batch again; please report it if it stays.")
    return Done("", (_row(pair, ("", ""), (reason,)),), by=means())


def _measured(pair: Pair, known: str) -> Done:
    import cv2

    from needlework.records.why import Refusal

    cv2.setNumThreads(1)  # a batch has a worker for each core, and two shares of one core are slower than one
    files = {"before": Path(pair.before), "after": Path(pair.after)}
    if pair.region not in (photographs.WHOLE, photographs.FACE):
        files["region"] = Path(pair.region)
    contents = {side: _content(path, zones=side == "region") for side, path in files.items()}
    missing = tuple(str(files[side]) for side, found in contents.items() if found == _absent())
    hashes = {
        side: hashlib.sha256(found).hexdigest() if isinstance(found, bytes) else ""
        for side, found in contents.items()
    }
    print_of = [means(), pair.mm_per_px, pair.days_before, pair.days_after, hashes.get("region", pair.region)]
    unread = [found.reasons for found in contents.values() if isinstance(found, Refusal)]
    said = json.dumps([*print_of, hashes["before"], hashes["after"], [r.problem for u in unread for r in u]])
    fingerprint = hashlib.sha256(said.encode()).hexdigest()
    if fingerprint == known:
        return Done(fingerprint, (), missing, means())
    rows = _rows(pair, contents, (hashes["before"], hashes["after"]))
    return Done(fingerprint, tuple(rows), missing, means())


def _content(path: Path, *, zones: bool) -> "bytes | Refusal":
    from needlework.records.why import Reason, Refusal

    if path.exists() and not path.is_file() and not path.is_dir():  # a pipe would never end
        return Refusal((Reason("file", "is no ordinary file.", "Name a file."),))
    return photographs.drawn(path) if zones else photographs.content(path)


@cache
def _absent() -> "Refusal":
    from needlework.cli import answers

    return answers.unreadable(FileNotFoundError())


def _rows(pair: Pair, contents: "dict[str, bytes | Refusal]", hashes: tuple[str, str]) -> list[Row]:
    from needlework.imaging.both import both
    from needlework.protocol import load
    from needlework.records.why import Refusal

    before, after = both(photographs.decoded, contents["before"], contents["after"])
    region = contents.get("region")
    where = region if isinstance(region, Refusal) else photographs.Where(None)
    if not isinstance(before, Refusal) and not isinstance(where, Refusal):
        where = photographs.where(pair.region, region, before)
    if isinstance(before, Refusal) or isinstance(after, Refusal) or isinstance(where, Refusal):
        refused = (("before", before), ("after", after), ("region", where))
        reasons = [
            replace(one, key=f"{side}.{one.key}")
            for side, found in refused
            if isinstance(found, Refusal)
            for one in found.reasons
        ]
        return [_row(pair, hashes, reasons)]
    looked = photographs.look(
        before, after, load.default(), where=where, mm_per_px=pair.mm_per_px,
        days_since=(pair.days_before, pair.days_after),
    )  # fmt: skip
    found = looked.comparison
    common = _row(pair, hashes, found.reasons) | {
        "comparable": found.comparable,
        "method": found.method,
        "reference": found.reference or None,
        "mm_per_px": looked.scale.mm_per_px,
        "scale_from": looked.scale.source or None,
        "likeness": [
            {"id": one.id, "met": one.met, "found": one.found, "do": one.do} for one in found.likeness
        ],
    }
    return [
        common
        | {
            "zone": one.zone,
            "measure": one.measure,
            "unit": one.unit,
            "before": _number(one.before),
            "after": _number(one.after),
            "change": _number(one.change),
            "low": _number(one.interval[0]),
            "high": _number(one.interval[1]),
            "smallest_detectable": _number(one.smallest_detectable),
            "verdict": str(one.verdict),
            "details": [
                {"name": d.name, "unit": d.unit, "before": _number(d.before), "after": _number(d.after)}
                for d in one.details
            ],
        }
        for one in found.changes
    ] or [common]


def _row(pair: Pair, hashes: tuple[str, str], reasons: "Iterable[Reason]") -> Row:
    """What is the same in all rows of a pair, and all there is of one that gives no reading."""
    from needlework.imaging import pair as eye
    from needlework.protocol import load

    return {
        "before_sha256": hashes[0] or None,
        "after_sha256": hashes[1] or None,
        **NONE,
        "comparable": False,
        "reasons": [{"key": one.key, "problem": one.problem, "do": one.do} for one in reasons],
        "likeness": [],
        "method": eye.METHOD,
        "edition": load.default().edition.mark,
        "days_before": pair.days_before,
        "days_after": pair.days_after,
        "reference": None,
        "mm_per_px": None,
        "scale_from": None,
    }


def _number(value: float) -> float | None:
    """As JSON writes it, which knows neither NumPy's numbers nor those that are none."""
    return float(value) if math.isfinite(value) else None

"""Everything about one person: as a page that reads by itself, and as a zip for a program."""

import base64
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.template.loader import render_to_string
from django.utils import timezone

from needlework.clinic import answered, storage
from needlework.clinic.models.people import Clinic, Patient
from needlework.clinic.models.photographs import Photograph
from needlework.clinic.models.rights import Decision
from needlework.clinic.rights import record
from needlework.clinic.templatetags.format import day, moment, zone_names

FORMAT = "needlework-person-1"


@dataclass(frozen=True, slots=True)
class Everything:
    """All about one person at one moment, read from the database before a byte is sent."""

    patient: Patient
    at: datetime
    parts: dict[record.Part, list[dict[str, Any]]]
    looks: list[record.Look]
    files: list[tuple[str, str]]


def everything(patient: Patient, *, at: datetime) -> Everything:
    found = record.rows(patient)
    decided = Decision.of([row for rows in found.values() for row in rows if row.pk])
    parts = {part: [_with(decided, row) for row in rows] for part, rows in found.items()}
    return Everything(patient, at, parts, record.looks(patient), list(record.files(patient)))


def _with(decided: dict[Any, Decision], row: Any) -> dict[str, Any]:
    said = record.plain(row)
    if (decision := decided.get(row.pk)) is not None:
        said["decided"] = f"{decision.what} on {timezone.localdate(decision.created_at)}: {decision.ground}"
    return said


# ── for a program ────────────────────────────────────────────────────────────────────────────────────


def archive(all_: Everything) -> Iterator[bytes]:
    """The zip, file by file as it is made, with each file's SHA-256 in its manifest."""
    pipe, hashes = _Pipe(), {}
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in _contents(all_):
            zipped.writestr(name, data)
            hashes[name] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
            yield pipe.taken()
        manifest = {
            "format": FORMAT,
            "patient": all_.patient.number,
            "at": all_.at.isoformat(),
            "files": hashes,
        }
        zipped.writestr("manifest.json", json.dumps(manifest, indent=1))
    yield pipe.taken()


def _contents(all_: Everything) -> Iterator[tuple[str, bytes]]:
    said = {part.name: rows for part, rows in all_.parts.items()}
    yield "person.json", _json({"format": FORMAT, "at": all_.at.isoformat(), "records": said})
    yield "reads.json", _json([msgspec.to_builtins(look) for look in all_.looks])
    yield "person.html", "".join(page(all_)).encode()
    for name, place in all_.files:
        try:
            yield name, storage.read(place)
        except FileNotFoundError:
            continue  # erased; its row says so


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1)


class _Pipe(io.RawIOBase):
    """Where the zip is written: what was written is taken out at once, so that none of it piles up."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        whole, self.parts = b"".join(self.parts), []
        return whole


# ── to be read ───────────────────────────────────────────────────────────────────────────────────────


def page(all_: Everything) -> Iterator[str]:
    """The same as one page that needs nothing else: every part, its photographs, and who has looked."""
    sections = [(part.title, [told(row) for row in rows]) for part, rows in all_.parts.items() if rows]
    context = {
        "patient": all_.patient, "at": all_.at, "clinic": Clinic.current(), "sections": sections,
        "looks": all_.looks,
    }  # fmt: skip
    head, tail = render_to_string("clinic/rights/person.html", context).split("<!-- photographs -->")
    yield head
    for photograph in Photograph.objects.filter(patient__in=all_.patient.family).order_by("taken_on", "pk"):
        try:
            drawn = base64.b64encode(storage.read(photograph.working)).decode()
        except FileNotFoundError:
            continue
        yield (
            f'<figure><img alt="Photograph of {photograph.taken_on:%-d %b %Y}"'
            f' src="data:image/jpeg;base64,{drawn}"><figcaption>{photograph.taken_on:%-d %b %Y}'
            f" {photograph.sha256[:12]}</figcaption></figure>\n"
        )
    yield tail


def told(row: dict[str, Any]) -> list[tuple[str, str]]:
    """A row as pairs of a name and a sentence, what is nested unfolded: none of it is left out."""
    return [
        (name.replace("_", " "), words)
        for name, value in row.items()
        for words in [_answers(value) if name == "answers" else _words(value)]
        if words
    ]


def _answers(value: Any) -> str:
    """Each answer by itself, in the words of the form."""
    return "\n\n".join(answered.lines(value)) if isinstance(value, dict) else _words(value)


def _words(value: Any) -> str:
    match value:
        case None | "":
            return ""
        case bool():
            return "yes" if value else "no"
        case dict():
            return "; ".join(f"{key.replace('_', ' ')}: {words}" for key, words in _named(value))
        case list() | tuple():
            return ", ".join(_words(one) for one in value)
        case str() if A_DAY.fullmatch(value):
            at = datetime.fromisoformat(value)
            return day(at.date()) if len(value) == len("2027-03-03") else moment(at)
        case _:
            return str(value)


def _named(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What is nested, by its name; zones by theirs."""
    for key, one in value.items():
        words = zone_names(one) if key == "zones" and _ids(one) else _words(one)
        if words:
            yield key, words


def _ids(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)


A_DAY = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(\+\d\d:\d\d|Z))?")
"""A day or a moment as a row keeps it, to be read as 3 Mar 2027."""

"""An edition as somebody sends it: a ZIP, its TOML files, a folder. Only what is wanted is read of it."""

import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Protocol as Shape

from django.utils.translation import gettext as _

from needlework.protocol import check, load
from needlework.protocol.schema.protocol import Protocol
from needlework.records.why import Reason, Refusal

MOST_BYTES = 1_000_000
"""Of all files together, as sent and as unpacked: five times what the edition that ships takes."""
MOST_FILES = 20
MOST_ENTRIES = 200
"""Of a ZIP with the folders and shadow files that some systems add."""
MOST_FAULTS = 200
"""On one page; nobody mends more at a time."""
UNPACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""The methods that unpack no further than they are asked to."""
EDITION = "edition"
"""The field of the form that a refusal belongs to."""


class Sent(Shape):
    """A file as a form brings it."""

    @property
    def name(self) -> str | None: ...
    @property
    def size(self) -> int | None: ...
    def read(self, num_bytes: int = ...) -> bytes: ...


Files = dict[str, bytes]


def uploaded(sent: Sequence[Sent]) -> Files | Refusal:
    """The files of a form: one ZIP, or the TOML files themselves."""
    if sum(one.size or 0 for one in sent) > MOST_BYTES:
        return _too_large()
    if len(sent) == 1 and (sent[0].name or "").lower().endswith(".zip"):
        return unzipped(sent[0].read(MOST_BYTES + 1))
    if any((one.name or "").lower().endswith(".zip") for one in sent):
        return _no(EDITION, _("There are several files, with a ZIP among them."), _("Send the ZIP alone."))
    return _gathered([(one.name or "", one.read(MOST_BYTES + 1)) for one in sent])


def in_folder(folder: Path) -> Files | Refusal:
    """The TOML files of a folder."""
    try:
        paths = sorted(path for path in folder.glob("*.toml") if path.is_file())[: MOST_FILES + 1]
        if not folder.is_dir():
            return _no(str(folder), _("is not a folder."), _("Name the folder that holds the edition."))
        if sum(path.stat().st_size for path in paths) > MOST_BYTES:
            return _too_large()
        return _gathered([(path.name, path.read_bytes()) for path in paths])
    except OSError as error:
        return _no(str(folder), _("cannot be read: %s.") % (error.strerror or error), _("Check it."))


def unzipped(content: bytes) -> Files | Refusal:
    """
    The TOML files in a ZIP, at its top or in one folder. Nothing is ever written to disk.

    What a ZIP says of its sizes is not believed: reading stops when the limit is passed.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _unpacked(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError):
        return _no(EDITION, _("The ZIP cannot be unpacked."), _("Pack the files anew, without a password."))


def _unpacked(archive: zipfile.ZipFile) -> Files | Refusal:
    entries = [one for one in archive.infolist() if not one.is_dir() and not _shadow(one.filename)]
    if len(entries) > MOST_FILES or len(archive.infolist()) > MOST_ENTRIES:
        return _too_many()
    if tricks := [one.filename for one in entries if _leads_out(one.filename)]:
        return _no(
            EDITION, _("The ZIP holds a path that leads out of it: %s.") % tricks[0], _("Pack it anew.")
        )
    wanted = [one for one in entries if one.filename.lower().endswith(".toml")]
    if len({PurePosixPath(one.filename).parent for one in wanted}) > 1:
        return _no(EDITION, _("The ZIP holds TOML files in several folders."), _("Pack one edition."))
    if any(one.compress_type not in UNPACKED for one in wanted):
        return _no(EDITION, _("The ZIP is packed in a way that is not read here."), _("Pack it plainly."))
    found, left = [], MOST_BYTES
    for one in wanted:
        with archive.open(one) as file:
            text = file.read(left + 1)
        left -= len(text)
        if left < 0:
            return _too_large()
        found.append((PurePosixPath(one.filename).name, text))
    return _gathered(found)


def _shadow(name: str) -> bool:
    """What one system adds to every ZIP beside each file."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith("._")


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name


def _gathered(found: Iterable[tuple[str, bytes]]) -> Files | Refusal:
    """The files by name; a name that comes twice is refused, since one of the two would be lost."""
    files: Files = {}
    for name, content in found:
        if name in files:
            return _no(EDITION, _("%s comes twice.") % name, _("Send each file once."))
        files[name] = content
    if not files:
        return _no(
            EDITION, _("There is no TOML file in it."), _("Send the edition's files, or a ZIP of them.")
        )
    if len(files) > MOST_FILES:
        return _too_many()
    return files if sum(map(len, files.values())) <= MOST_BYTES else _too_large()


def sound(files: Mapping[str, bytes]) -> Protocol | Refusal:
    """The edition in these files, or every fault of every file, by file and key."""
    try:
        protocol = load.parse(files)
    except load.Faulty as error:
        return _faults(error.faults)
    faults = check.check(protocol)
    return _faults(faults) if faults else protocol


def _faults(faults: Sequence[load.Fault]) -> Refusal:
    shown = [
        Reason(f"{one.file}: {one.key}", one.problem, one.fix and f"→ {one.fix}")
        for one in faults[:MOST_FAULTS]
    ]
    if more := len(faults) - len(shown):
        shown.append(Reason(EDITION, _("has %d faults more.") % more, _("Mend these first.")))
    return Refusal(tuple(shown))


def _too_large() -> Refusal:
    return _no(EDITION, _("The files are larger than 1 MB in all."), _("Send the edition's and no others."))


def _too_many() -> Refusal:
    return _no(
        EDITION, _("There are more than %d files.") % MOST_FILES, _("Send the edition's and no others.")
    )


def _no(key: str, problem: str, do: str) -> Refusal:
    return Refusal((Reason(key, problem, do),))

"""
Where photographs lie: files under the data folder, named by what they hold or by the row they belong to.

A file is on the disk, whole, before anything in the database speaks of it: written beside its place, synced,
then moved there. A move replaces nothing that differs, since a name is the hash of the content or a new id.
"""

import os
import tempfile
from pathlib import Path

from django.conf import settings


def keep(name: str, data: bytes) -> None:
    """Put a file in its place, durably. The same file again changes nothing."""
    place = path(name)
    if place.exists() and place.stat().st_size == len(data):
        return
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(place)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync(place.parent)


def read(name: str) -> bytes:
    return path(name).read_bytes()


def shred(name: str) -> bool:
    """
    Overwrite a file once, and take it away; whether it was there.

    On a disk that writes elsewhere each time, as most do today, overwriting reaches no old copy: an encrypted
    disk does, and a backup keeps what it has until it is replaced.
    """
    place = path(name)
    try:
        with place.open("r+b") as file:
            file.write(b"\0" * place.stat().st_size)
            file.flush()
            os.fsync(file.fileno())
        place.unlink()
    except FileNotFoundError:
        return False
    _sync(place.parent)
    return True


def path(name: str) -> Path:
    """The place of a file. Names are made by the program; one that leaves the folder is a broken program."""
    root = Path(settings.MEDIA_ROOT).resolve()
    place = (root / name).resolve()
    if not place.is_relative_to(root):
        raise ValueError(f"{name!r} lies outside the photographs' folder")
    return place


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

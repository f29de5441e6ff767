"""Writes the pictures of a measurement into a folder, without harming what is there."""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from needlework.cli import answers

if TYPE_CHECKING:
    from needlework.imaging.pair import Sight
    from needlework.imaging.regions import Region
    from needlework.records.why import Reason, Refusal

LIST = "needlework-overlay.json"
"""What was written here, with hashes: only what is unchanged since is written again."""


def drawn(sight: "Sight", *, regions: "tuple[Region, ...] | None") -> dict[str, bytes]:
    """The aligned pair and what each measure has counted, by file name."""
    from needlework.imaging import overlay
    from needlework.imaging.regions import Region
    from needlework.records.measure import WHOLE

    pictures = overlay.overlays(sight, regions or (Region(WHOLE),))
    return {f"{name}.jpg": content for name, content in pictures.items()}


def write(pictures: dict[str, bytes], folder: Path) -> "tuple[str, ...] | Refusal":
    """The paths written, or why nothing was."""
    from needlework.records.why import Refusal

    try:
        ours = _listed(folder)
        foreign = tuple(_foreign(name) for name in (*pictures, LIST) if not _free(folder / name, ours))
        if foreign:
            return Refusal(foreign)
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in pictures.items():
            (folder / name).write_bytes(content)
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in pictures.items()}
        (folder / LIST).write_text(json.dumps({"files": hashes}, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        return answers.unwritable(error, key="overlay")
    return tuple(str(folder / name) for name in pictures)


def _listed(folder: Path) -> dict[str, str] | None:
    """Hashes of what was written here before; None where there is no list of ours."""
    try:
        files = json.loads((folder / LIST).read_text(encoding="utf-8"))["files"]
        return {str(name): str(digest) for name, digest in files.items()}
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _free(path: Path, ours: dict[str, str] | None) -> bool:
    """Whether a file may be written: nothing is there, or just what was written here before."""
    if not path.exists():
        return True
    if path.name == LIST:
        return ours is not None
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == (ours or {}).get(path.name)


def _foreign(name: str) -> "Reason":
    from needlework.records.why import Reason

    return Reason(name, "is there, and was not written by this command.", "Name another folder, or move it.")

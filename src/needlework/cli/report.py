"""Writes the report of a pair as a PDF, in place of nothing but such a report."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from needlework.cli import answers, photographs

if TYPE_CHECKING:
    from needlework.cli.photographs import Looked
    from needlework.exchange.report import Picture
    from needlework.imaging.photo import Photo
    from needlework.records.why import Refusal

PRINTED_PX, PRINTED_QUALITY = 1200, 88
"""Of a photograph that could not be laid on the other."""
OURS_MAX = 100_000_000
SOURCES = {"given": "the command line", "card": "the card", "iris": "the width of the irises", "": ""}
"""Of a scale, in words."""


def written(
    file: Path,
    looked: "Looked",
    pair: tuple[Path, Path],
    *,
    on: date,
    paper: Literal["a4", "us-letter"] = "a4",
) -> "Refusal | None":
    """The report of the pair of files that was looked at; why it was not written, where it was not."""
    from needlework.exchange import report
    from needlework.imaging.catalogue import MEASURES
    from needlework.protocol import load
    from needlework.records.why import Refusal

    pictures = _pictures(looked, pair)
    if isinstance(pictures, Refusal):
        return pictures
    circumstances = report.Circumstances(
        on=on,
        edition=load.default().edition.mark,
        titles={name: entry.title for name, entry in MEASURES.items()},
        mm_per_px=looked.scale.mm_per_px,
        scale_from=SOURCES[looked.scale.source],
        discord=None if isinstance(looked.sight, Refusal) else looked.sight.discord,
    )
    made = report.write(looked.comparison, circumstances, pictures=pictures, paper=paper)
    return made if isinstance(made, Refusal) else _kept(file, made)


def _pictures(looked: "Looked", pair: tuple[Path, Path]) -> "tuple[Picture, Picture] | Refusal":
    """Both photographs, aligned where they could be, with what tells a colleague which files they were."""
    from needlework.imaging import overlay
    from needlework.imaging.both import both
    from needlework.records.why import Refusal

    earlier, later = both(photographs.decoded, *map(photographs.content, pair))
    if isinstance(earlier, Refusal):
        return earlier
    if isinstance(later, Refusal):
        return later
    if isinstance(looked.sight, Refusal):
        jpegs = _printed(earlier), _printed(later)
    else:
        alike = overlay.aligned(looked.sight)
        jpegs = alike.before, alike.after
    return _picture(earlier, jpegs[0], pair[0]), _picture(later, jpegs[1], pair[1])


def _picture(photo: "Photo", jpeg: bytes, path: Path) -> "Picture":
    from needlework.exchange.report import Picture

    taken_on = photo.taken_at.date() if photo.taken_at else None
    return Picture(jpeg, taken_on, path.name, photo.sha256)


def _printed(photo: "Photo") -> bytes:
    from needlework.imaging.photo import working_copy

    return working_copy(photo, longest_px=PRINTED_PX, quality=PRINTED_QUALITY)


def _kept(file: Path, content: bytes) -> "Refusal | None":
    from needlework.exchange.report import MARK
    from needlework.records.why import Reason, Refusal

    try:
        if file.exists() and MARK not in answers.read_bytes(file, OURS_MAX):
            problem = "is there, and is not a report of this command."
            return Refusal((Reason("report", problem, "Name another file, or move it."),))
        file.write_bytes(content)
    except OSError as error:
        return answers.unwritable(error, key="report")
    return None

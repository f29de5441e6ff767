"""
What a camera wrote beside the picture: when, with what, how, and which of its modes were on.

Nothing here is believed further than a caution: files are edited, clocks are wrong, and chat programs take
most of it out. What is damaged is left out tag by tag, and the photograph is read all the same; the imaging
library would warn on the terminal, or drop the whole. Sources: TIFF 6.0; CIPA DC-008 (Exif 2.32); the values
of CustomRendered beyond 1 as one maker of phones writes them.
"""

import math
import struct
from dataclasses import dataclass
from datetime import datetime

from PIL.ExifTags import Base as Tag

CUSTOM = {2: "hdr", 3: "hdr", 4: "hdr-original", 6: "panorama", 7: "portrait", 8: "portrait"}
EDITORS = {
    "beauty": ("beauty", "meitu", "facetune", "faceapp", "youcam", "b612", "snow ", "ulike", "airbrush",
               "faceu", "facelab", "perfect365", "retouch"),
    "edited": ("photoshop", "lightroom", "snapseed", "gimp", "picsart", "vsco", "pixelmator", "affinity",
               "capture one", "darktable", "luminar", "instagram", "snapchat", "canva", "photodirector"),
}  # fmt: skip
"""Words in the name of the program that wrote the file."""
MARKS = {
    "portrait": (b"SpecialType-PORTRAIT", b"GCamera:PortraitVersion"),
    "hdr": (b"hdrgm:Version", b"HDRGainMap:HDRGainMapVersion"),
    "panorama": (b"GPano:",),
}
"""What the packet of XMP beside the picture holds in each mode."""


@dataclass(frozen=True, slots=True)
class Shot:
    """What the camera says of one photograph; empty or None where it says nothing."""

    taken_at: datetime | None = None
    """As the camera's clock said, without a time zone unless the camera wrote one."""
    camera: str = ""
    lens: str = ""
    software: str = ""
    focal_mm: float | None = None
    focal_35_mm: float | None = None
    """The focal length that gives the same picture on 36 × 24 mm; phones write it, and zoom changes it."""
    exposure_s: float | None = None
    aperture: float | None = None
    iso: float | None = None
    flash: bool | None = None
    white_balance: str = ""
    """auto or manual."""
    zoom: float | None = None
    """Digital; 1 where there was none."""
    modes: tuple[str, ...] = ()
    """Of hdr, hdr-original, portrait, panorama, beauty, edited, front, composite."""


Value = str | tuple[float, ...]
Tags = dict[int, Value]


def orientation(tags: Tags) -> int:
    """How the picture lies, 1 to 8; 1 where that is not said."""
    said = _number(tags, Tag.Orientation)
    return int(said) if said and 1 <= said <= 8 else 1


def shot(tags: Tags, xmp: bytes = b"") -> Shot:
    """
    What is said, each thing for itself.

    >>> shot({}) == Shot()
    True
    """
    flash, balance = _number(tags, Tag.Flash), _number(tags, Tag.WhiteBalance)
    return Shot(
        taken_at=_moment(
            _words(tags, Tag.DateTimeOriginal) or _words(tags, Tag.DateTime),
            _words(tags, Tag.OffsetTimeOriginal),
        ),
        camera=" ".join(filter(None, (_words(tags, Tag.Make), _words(tags, Tag.Model)))),
        lens=_words(tags, Tag.LensModel),
        software=_words(tags, Tag.Software),
        focal_mm=_positive(tags, Tag.FocalLength, most=5000),
        focal_35_mm=_positive(tags, Tag.FocalLengthIn35mmFilm, most=5000),
        exposure_s=_positive(tags, Tag.ExposureTime, most=3600),
        aperture=_positive(tags, Tag.FNumber, most=200),
        iso=_positive(tags, Tag.ISOSpeedRatings, most=10_000_000),
        flash=None if flash is None else bool(int(flash) & 1),
        white_balance={0: "auto", 1: "manual"}.get(-1 if balance is None else int(balance), ""),
        zoom=_positive(tags, Tag.DigitalZoomRatio, most=1000),
        modes=_modes(tags, xmp),
    )


def _modes(tags: Tags, xmp: bytes) -> tuple[str, ...]:
    software, lens = _words(tags, Tag.Software), _words(tags, Tag.LensModel)
    found = {CUSTOM.get(int(_number(tags, Tag.CustomRendered) or 0), "")}
    if _number(tags, Tag.SceneCaptureType) == 2:
        found.add("portrait")
    if (_number(tags, Tag.CompositeImage) or 0) >= 2:
        found.add("composite")
    if "front" in lens.lower():
        found.add("front")
    if software.upper().startswith("HDR+"):
        found.add("hdr")
    said = f"{software} {_creator(xmp)} ".lower()
    found |= {mode for mode, names in EDITORS.items() if any(name in said for name in names)}
    found |= {mode for mode, marks in MARKS.items() if any(mark in xmp for mark in marks)}
    return tuple(sorted(found - {""}))


def _creator(xmp: bytes) -> str:
    """The program that XMP names, as attribute or as element."""
    _, found, rest = xmp.partition(b"xmp:CreatorTool")
    return rest[:80].strip(b"=\"'> ").decode("utf-8", "replace") if found else ""


# ── values ───────────────────────────────────────────────────────────────────────────────────────────


def _words(tags: Tags, tag: int) -> str:
    value = tags.get(tag)
    text = value if isinstance(value, str) else ""
    return "".join(letter for letter in text if letter.isprintable()).strip()[:80]


def _number(tags: Tags, tag: int) -> float | None:
    """A finite number, the first where there are several."""
    value = tags.get(tag)
    if not isinstance(value, tuple) or not value or not math.isfinite(value[0]):
        return None
    return value[0]


def _positive(tags: Tags, tag: int, *, most: float) -> float | None:
    value = _number(tags, tag)
    return value if value is not None and 0 < value <= most else None


def _moment(when: str, zone: str) -> datetime | None:
    for text, form in ((when + zone, "%Y:%m:%d %H:%M:%S%z"), (when, "%Y:%m:%d %H:%M:%S")):
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007  the camera may not know its zone
        except ValueError:
            continue
    return None


# ── the directories ──────────────────────────────────────────────────────────────────────────────────

FORMS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d"}
RATIOS = {5: "I", 10: "i"}
TEXT = 2
ENTRIES_MAX = 200
VALUES_MAX = 16
"""More than any tag has that is read here; longer ones are notes of the maker's own."""


def tags(data: bytes) -> Tags:
    """The tags of the main directory and the camera's, of a TIFF or of what stands behind the word Exif."""
    data = data.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(data[:2], "")
    if not order or len(data) < 8:
        return {}
    found = _directory(data, order, int(struct.unpack_from(f"{order}I", data, 4)[0]))
    further = _number(found, Tag.ExifOffset)
    return _directory(data, order, int(further)) | found if further else found


def _directory(data: bytes, order: str, at: int) -> Tags:
    found: Tags = {}
    if not 8 <= at <= len(data) - 2:
        return found
    (count,) = struct.unpack_from(f"{order}H", data, at)
    for row in range(min(count, ENTRIES_MAX)):
        place = at + 2 + 12 * row
        if place + 12 > len(data):
            break
        tag, kind, values = struct.unpack_from(f"{order}HHI", data, place)
        value = _value(data, order, kind=kind, count=values, at=place + 8)
        if value is not None:
            found.setdefault(tag, value)
    return found


def _value(data: bytes, order: str, *, kind: int, count: int, at: int) -> Value | None:
    """One value; None where it lies outside the data or is of no use here."""
    size = struct.calcsize(f"={FORMS.get(kind, 'B')}") * (8 if kind in RATIOS else 1) * count
    if count == 0 or (kind != TEXT and count > VALUES_MAX):
        return None
    if size > 4:
        (at,) = struct.unpack_from(f"{order}I", data, at)
    if at + size > len(data):
        return None
    if kind == TEXT:
        return data[at : at + min(count, 1000)].split(b"\0")[0].decode("utf-8", "replace")
    if kind in RATIOS:
        parts = struct.unpack_from(f"{order}{2 * count}{RATIOS[kind]}", data, at)
        return tuple(a / b if b else math.nan for a, b in zip(parts[::2], parts[1::2], strict=True))
    if kind in FORMS:
        return tuple(float(one) for one in struct.unpack_from(f"{order}{count}{FORMS[kind]}", data, at))
    return None

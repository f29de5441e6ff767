"""
The only decoder: bytes of a photograph in, upright linear light out, or the reason why not.

What a file says of itself is not believed: its kind is read from its first bytes, it is opened with the
reader of that one kind, and it must decode to the end. The original bytes are the caller's to keep; their
hash travels with the photograph.
"""

import hashlib
import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import cv2
import filetype
import numpy as np
import pi_heif
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageCms, ImageFile, UnidentifiedImageError

from needlework.imaging import icc
from needlework.imaging.icc import Coding, Floats
from needlework.records import Reason, Refusal

BYTES_MAX = 60_000_000
PIXELS_MAX = 89_000_000
"""Just under the number at which Pillow itself warns of a decompression bomb."""
SIDE_MAX_PX = 30_000  # the resampler addresses pixels with 16-bit numbers

READERS = {"jpg": "JPEG", "png": "PNG", "apng": "PNG", "tif": "TIFF", "heic": "HEIC"}

Coded = NDArray[Any]
"""8 or 16 bit; see icc.Floats."""


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """One photograph, upright, as its file codes it, with the way to linear light."""

    coded: Coded
    """Rows × columns × RGB, 8 or 16 bit; kept in place of floats, which take four times the room."""
    coding: Coding
    sha256: str
    """Of the original bytes."""
    format: str
    width: int
    height: int
    taken_at: datetime | None = None
    """As the camera's clock said, without a time zone unless the camera wrote one."""
    camera: str = ""
    software: str = ""
    mm_per_px: float | None = None
    colour: bool = True
    """False for a picture in shades of grey."""

    @property
    def linear(self) -> Floats:
        """Linear sRGB light, 1 = white, rows × columns × RGB. Worked out on each call."""
        return self.linear_of(slice(None), slice(None))

    def linear_of(self, rows: slice, columns: slice) -> Floats:
        """Linear light of one part of the picture."""
        part = np.ascontiguousarray(self.coded[rows, columns])
        if part.dtype == np.uint8:
            light: Floats = cv2.LUT(part, self.coding.curves.reshape(1, 256, 3))
        else:
            light = np.stack([self.coding.curves[part[..., i], i] for i in range(3)], axis=-1)
        return light if self.coding.matrix is None else cv2.transform(light, self.coding.matrix)

    def clipped_of(self, rows: slice, columns: slice) -> NDArray[np.bool_]:
        """Where a channel stands at the end of its range, so that what was there is lost."""
        part = np.ascontiguousarray(self.coded[rows, columns])
        top = 65535 if part.dtype == np.uint16 else 255
        red, green, blue = cv2.split(part)
        brightest = np.asarray(cv2.max(cv2.max(red, green), blue))
        clipped: NDArray[np.bool_] = (brightest >= int(top * 0.984)) | (brightest <= int(top * 0.016))
        return clipped


def decode(data: bytes) -> Photo | Refusal:
    """
    Decode a photograph.

    >>> decode(b"x").reasons[0].key
    'file'
    """
    if len(data) > BYTES_MAX:
        return _refuse(
            "size",
            f"The file has {len(data) / 1e6:.0f} MB; at most {BYTES_MAX / 1e6:.0f} MB are read.",
            "Send the photograph as the phone stores it, as JPEG or HEIC.",
        )
    kind = filetype.guess(data) if len(data) >= 32 else None
    reader = READERS.get(kind.extension) if kind else None
    if reader is None:
        return _refuse(
            "file",
            "This is not a photograph that can be read, whatever its name says."
            if kind is None
            else f"This is a {kind.extension.upper()} file, which is not read.",
            "Send a photograph as JPEG, PNG, TIFF or HEIC, straight from the camera.",
        )
    raw = _opened(data, reader)
    return raw if isinstance(raw, Refusal) else _photo(raw, data=data)


def working_copy(photo: Photo, *, longest_px: int, quality: int) -> bytes:
    """The photograph as a JPEG in sRGB for a page: upright, no larger than asked, without metadata."""
    scale = min(1.0, longest_px / max(photo.width, photo.height))
    light = photo.linear
    if scale < 1.0:
        size = (max(1, round(photo.width * scale)), max(1, round(photo.height * scale)))
        light = cv2.resize(light, size, interpolation=cv2.INTER_AREA)
    return jpeg(display(light), quality=quality)


def display(light: Floats) -> NDArray[np.uint8]:
    """Linear light as 8-bit sRGB for a screen."""
    light = np.clip(light, 0.0, 1.0)
    coded = np.where(light <= 0.0031308, light * 12.92, 1.055 * np.power(light, 1 / 2.4) - 0.055)
    return np.round(coded * 255).astype(np.uint8)


def jpeg(picture: NDArray[np.uint8], *, quality: int) -> bytes:
    """8-bit RGB as a JPEG file without metadata."""
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=quality, subsampling=0, optimize=True)
    return out.getvalue()


# ── opening ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, eq=False)
class _Raw:
    """What one of the readers gives."""

    picture: Image.Image | None
    deep: NDArray[np.uint16] | None
    """16-bit RGB, where the file has it; Pillow alone would cut it to 8."""
    format: str
    profile: bytes
    exif: Image.Exif = field(default_factory=Image.Exif)
    turned: bool = False
    """Whether the reader has already put the picture upright."""


class _Unfit(Exception):
    """Carries a refusal out of the readers; never leaves this module."""

    def __init__(self, key: str, problem: str, do: str) -> None:
        super().__init__(problem)
        self.refusal = _refuse(key, problem, do)


_DAMAGE = (
    OSError, ValueError, SyntaxError, EOFError, RuntimeError, MemoryError, struct.error, zlib.error,
    TypeError, KeyError, IndexError, ZeroDivisionError, OverflowError, AttributeError, UnidentifiedImageError,
    UserWarning, Image.DecompressionBombError, Image.DecompressionBombWarning, ImageCms.PyCMSError, cv2.error,
)  # fmt: skip
"""All that the readers were seen to raise on files cut or changed at random."""


def _opened(data: bytes, reader: str) -> _Raw | Refusal:
    open_: Callable[[bytes], _Raw] = _heic if reader == "HEIC" else lambda bytes_: _pillow(bytes_, reader)
    try:
        return open_(data)
    except _Unfit as unfit:
        return unfit.refusal
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return _too_many_pixels().refusal
    except _DAMAGE:
        return _refuse(
            "file",
            "The photograph is damaged or was not sent completely.",
            "Send it again; if it still fails, take the photograph again.",
        )


def _pillow(data: bytes, reader: str) -> _Raw:
    if ImageFile.LOAD_TRUNCATED_IMAGES:
        raise RuntimeError("somebody switched the check for truncated files off in this process")
    if reader == "JPEG":
        _ends(data)
    picture = Image.open(io.BytesIO(data), formats=[reader])
    _fits(*picture.size)
    if picture.mode in ("F", "I") and reader == "TIFF":
        raise _Unfit(
            "file", "This kind of TIFF is not a photograph.", "Export it as an 8 or 16 bit RGB TIFF."
        )
    deep_bits = _deep(picture, data)
    profile = picture.info.get("icc_profile") or b""
    exif = picture.getexif()
    picture.load()
    return _Raw(picture, _sixteen(data, picture.size) if deep_bits else None, reader, profile, exif)


def _ends(data: bytes) -> None:
    """A JPEG whose end marker is missing was cut, even where the decoder is content."""
    if b"\xff\xd9" not in data[-65_536:]:
        raise OSError("no end of image")


def _deep(picture: Image.Image, data: bytes) -> bool:
    if picture.format == "PNG":
        return data[24:25] == b"\x10"
    if picture.format == "TIFF":
        bits: Any = picture.tag_v2.get(258, (8,))  # type: ignore[attr-defined]  # BitsPerSample
        return bool(max(bits if isinstance(bits, tuple) else (bits,)) == 16)
    return False


def _sixteen(data: bytes, size: tuple[int, int]) -> NDArray[np.uint16]:
    """All 16 bits of a PNG or TIFF that Pillow has already found whole."""
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION)
    if pixels is None or pixels.dtype != np.uint16 or pixels.shape[:2] != (size[1], size[0]):
        raise _Unfit(
            "file", "This kind of 16-bit file is not read.", "Export it as a 16 bit RGB PNG or TIFF."
        )
    if pixels.ndim == 2:
        return np.repeat(pixels[:, :, None], 3, axis=2)
    if pixels.shape[2] == 4:  # alpha: laid on white, as Pillow's pictures are below
        share = pixels[..., 3:].astype(np.float32) / 65535
        pixels = np.round(pixels[..., :3] * share + 65535 * (1 - share)).astype(np.uint16)
    return np.ascontiguousarray(pixels[..., ::-1])


def _heic(data: bytes) -> _Raw:
    opened = pi_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=False, hdr_to_16bit=True)
    _fits(*opened.size)
    profile = opened.info.get("icc_profile") or b""
    exif = Image.Exif()
    if opened.info.get("exif"):
        exif.load(opened.info["exif"])
    pixels = np.asarray(opened)  # decodes
    if pixels.dtype == np.uint16:
        deep = np.repeat(pixels[:, :, None], 3, axis=2) if pixels.ndim == 2 else pixels[..., :3]
        return _Raw(None, np.ascontiguousarray(deep), "HEIC", profile, exif, turned=True)
    return _Raw(Image.fromarray(pixels), None, "HEIC", profile, exif, turned=True)


def _fits(width: int, height: int) -> None:
    if width * height > PIXELS_MAX or max(width, height) > SIDE_MAX_PX:
        raise _too_many_pixels()


def _too_many_pixels() -> _Unfit:
    return _Unfit(
        "size",
        f"The picture has more than {PIXELS_MAX // 1_000_000} million pixels or a side of more than "
        f"{SIDE_MAX_PX} pixels.",
        "Send one photograph at the camera's usual size, not a panorama or a scan.",
    )


def _refuse(key: str, problem: str, do: str) -> Refusal:
    return Refusal((Reason(key, problem, do),))


# ── colour and turn ──────────────────────────────────────────────────────────────────────────────────


def _photo(raw: _Raw, *, data: bytes) -> Photo | Refusal:
    try:
        if raw.deep is not None:
            coded, coding = _deep_colour(raw.deep, raw.profile)
        else:
            assert raw.picture is not None
            coded, coding = _colour(raw.picture, raw.profile)
        if not raw.turned:
            coded = _upright(coded, raw.exif)
        taken_at, camera, software = _told(raw.exif)
    except _DAMAGE:
        return _refuse(
            "file", "The colours of this file cannot be read.", "Export it as an ordinary JPEG in sRGB."
        )
    height, width = coded.shape[:2]
    return Photo(
        coded=coded,
        coding=coding,
        sha256=hashlib.sha256(data).hexdigest(),
        format=raw.format,
        width=width,
        height=height,
        taken_at=taken_at,
        camera=camera,
        software=software,
        colour=_coloured(coded),
    )


def _deep_colour(deep: NDArray[np.uint16], profile: bytes) -> tuple[Coded, Coding]:
    plain = icc.srgb(levels=65536)
    return deep, (icc.matrix_profile(profile, levels=65536) or plain) if profile else plain


def _colour(picture: Image.Image, profile: bytes) -> tuple[Coded, Coding]:
    plain = icc.srgb(levels=256)
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        picture = Image.alpha_composite(white, layer).convert("RGB")
    known = icc.matrix_profile(profile, levels=256) if profile and picture.mode in ("RGB", "P") else None
    if known is None and profile:
        picture = _to_srgb(picture, profile)
    if picture.mode == "LAB" and not profile:
        lab = ImageCms.createProfile("LAB")
        picture = (
            ImageCms.profileToProfile(picture, lab, ImageCms.createProfile("sRGB"), outputMode="RGB")
            or picture
        )
    return np.array(picture.convert("RGB")), known or plain


def _to_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """By the colour engine; a profile that does not fit its picture is left aside, as every viewer does."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, source, target, outputMode="RGB") or picture
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture


_TURNS: dict[int, Callable[[NDArray[Any]], NDArray[Any]]] = {
    2: lambda p: p[:, ::-1],
    3: lambda p: p[::-1, ::-1],
    4: lambda p: p[::-1],
    5: lambda p: p.transpose(1, 0, 2),
    6: lambda p: p.transpose(1, 0, 2)[:, ::-1],
    7: lambda p: p[::-1, ::-1].transpose(1, 0, 2),
    8: lambda p: p.transpose(1, 0, 2)[::-1],
}
"""What puts a picture upright, by the EXIF orientation. Source: CIPA DC-008, tag 274."""


def _upright(coded: Coded, exif: Image.Exif) -> Coded:
    turn = _TURNS.get(exif.get(ExifTags.Base.Orientation, 1))
    return coded if turn is None else np.ascontiguousarray(turn(coded))


def _told(exif: Image.Exif) -> tuple[datetime | None, str, str]:
    details = exif.get_ifd(ExifTags.IFD.Exif)
    camera = " ".join(_words(exif.get(tag)) for tag in (ExifTags.Base.Make, ExifTags.Base.Model)).strip()
    when = _words(details.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime))
    zone = _words(details.get(ExifTags.Base.OffsetTimeOriginal))
    return _moment(when, zone), camera, _words(exif.get(ExifTags.Base.Software))


def _words(value: object) -> str:
    text = value if isinstance(value, str) else ""
    return "".join(letter for letter in text if letter.isprintable()).strip()[:80]


def _moment(when: str, zone: str) -> datetime | None:
    for text, form in ((when + zone, "%Y:%m:%d %H:%M:%S%z"), (when, "%Y:%m:%d %H:%M:%S")):
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007  the camera may not know its zone
        except ValueError:
            continue
    return None


def _coloured(coded: Coded) -> bool:
    some = coded[:: max(1, coded.shape[0] // 300), :: max(1, coded.shape[1] // 300)].astype(np.int32)
    top = 65535 if coded.dtype == np.uint16 else 255
    spread = some.max(axis=2) - some.min(axis=2)
    return bool(np.percentile(spread, 95) > 0.012 * top)

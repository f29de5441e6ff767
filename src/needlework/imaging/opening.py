"""
From the bytes of a file to its pixels as coded, or to why not: the readers behind `photo.decode`.

Four kinds are read, each by the reader of that kind alone; what else a library could open is not offered.
The size stands in the header and is checked before a pixel is decoded. One picture is taken: the main one of
a file that carries smaller or hidden ones beside it. A file of several pictures, or one that moves, is
refused, because nobody could say which of them was meant.
"""

import io
import struct
import zlib
from dataclasses import dataclass, field, replace
from typing import Any

import cv2
import filetype
import numpy as np
import pi_heif
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageCms, ImageFile, JpegImagePlugin, PngImagePlugin, TiffImagePlugin

from needlework.imaging import exif
from needlework.imaging.exif import Shot
from needlework.records.why import Reason, Refusal

BYTES_MAX = 160_000_000
"""A TIFF of 24 megapixels at 16 bit has 144 MB."""
PIXELS_MAX = 120_000_000
"""Phones that combine pixels have sensors of 108 megapixels; decoding so many takes about 1 GB."""
SIDE_MAX_PX = 30_000  # the resampler addresses pixels with 16-bit numbers

READERS = {"jpg": "JPEG", "png": "PNG", "apng": "PNG", "tif": "TIFF", "heic": "HEIC"}
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis")
MOVING_BRANDS = (b"hevc", b"hevx", b"msf1")
ISO_MEDIA_HDR = {16, 18}
"""Transfer functions of brighter-than-white pictures: PQ and HLG. Source: ITU-T H.273, table 3."""
DISPLAY_P3 = 12
"""Source: ITU-T H.273, table 2."""

DAMAGE = (
    OSError, ValueError, SyntaxError, EOFError, RuntimeError, MemoryError, struct.error, zlib.error,
    TypeError, KeyError, IndexError, ZeroDivisionError, OverflowError, AttributeError, UserWarning,
    Image.DecompressionBombError, Image.DecompressionBombWarning, ImageCms.PyCMSError, cv2.error,
)  # fmt: skip
"""All that the readers were seen to raise on files cut or changed at random."""


@dataclass(frozen=True, slots=True, eq=False)
class Raw:
    """What one of the readers gives."""

    picture: Image.Image | None
    deep: NDArray[np.uint16] | None
    """16-bit RGB, where the file has it; Pillow alone would cut it to 8."""
    format: str
    profile: bytes
    orientation: int = 1
    """As in EXIF; 1 where the reader has put the picture upright already."""
    shot: Shot = field(default_factory=Shot)
    jpeg_quality: int | None = None
    wide: bool = False
    """Whether the primaries are those of Display P3, said without a profile."""
    notes: tuple[str, ...] = ()


class Unfit(Exception):
    """Carries a refusal out of the readers; never leaves the decoder."""

    def __init__(self, key: str, problem: str, do: str) -> None:
        super().__init__(problem)
        self.refusal = refuse(key, problem, do)


def refuse(key: str, problem: str, do: str) -> Refusal:
    return Refusal((Reason(key, problem, do),))


def opened(data: bytes) -> Raw | Refusal:
    """The picture of a file by the reader of its kind, which is told from its first bytes."""
    if len(data) > BYTES_MAX:
        return refuse(
            "size",
            f"The file has {len(data) / 1e6:.0f} MB; at most {BYTES_MAX / 1e6:.0f} MB are read.",
            "Send the photograph as the phone stores it, as JPEG or HEIC.",
        )
    try:
        match _kind(data):
            case "HEIC":
                return _heic(data)
            case "JPEG":
                return _jpeg(data)
            case "PNG":
                return _png(data)
            case _:
                return _tiff(data)
    except Unfit as unfit:
        return unfit.refusal
    except DAMAGE:
        return refuse(
            "file",
            "The photograph is damaged or was not sent completely.",
            "Send it again; if it still fails, take the photograph again.",
        )


def _kind(data: bytes) -> str:
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        return "HEIC"
    if data[4:8] == b"ftyp" and data[8:12] in MOVING_BRANDS:
        raise _several()
    kind = filetype.guess(data) if len(data) >= 32 else None
    if kind is not None and kind.extension in READERS:
        return READERS[kind.extension]
    raise Unfit(
        "file",
        "This is not a photograph that can be read, whatever its name says."
        if kind is None
        else f"This is a {kind.extension.upper()} file, which is not read.",
        "Send a photograph as JPEG, PNG, TIFF or HEIC, straight from the camera.",
    )


# ── the readers ──────────────────────────────────────────────────────────────────────────────────────
# Each plugin is called for itself. `Image.open` would ask them all what a file is, and warns from 89
# megapixels on; the limit here is its own.


def _jpeg(data: bytes) -> Raw:
    told, data = _apart(data)
    # never the reader of several pictures: what follows the first is a gain map, a depth map or a film
    picture = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
    inks = picture.mode == "CMYK" and "adobe" not in picture.info
    raw = _loaded(picture, "JPEG", told=told, jpeg_quality=_jpeg_quality(picture))
    # the library takes all inks for inverted, which they are where that maker's marker stands
    return replace(raw, picture=ImageChops.invert(picture)) if inks else raw


def _apart(data: bytes) -> tuple[bytes, bytes]:
    """
    The camera's notes, and the file without them.

    A file whose end marker is missing was cut, even where the decoder is content. It is sought behind the
    notes, which may hold a picture of their own, and anywhere there: a film may follow it.
    """
    told, at, start, end = b"", 2, 0, 0
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        length = 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xE1 and not told and data[at + 4 : at + 10] == b"Exif\0\0":
            told, start, end = data[at + 10 : at + length], at, at + length
        at += length
        if marker == 0xDA:
            break
    if data.find(b"\xff\xd9", at) < 0:
        raise OSError("no end of image")
    return told, data[:start] + data[end:] if told else data


LUMINANCE = 3688
"""Sum of the luminance table at quality 50. Source: ITU-T T.81, table K.1."""


def _jpeg_quality(picture: JpegImagePlugin.JpegImageFile) -> int | None:
    """From 1 to 100, as the usual encoder numbers it; from the mean of the table, so others are near."""
    table = picture.quantization.get(0)
    if not table:
        return None
    percent = 100 * sum(table) / LUMINANCE
    return max(1, min(100, round((200 - percent) / 2 if percent <= 100 else 5000 / percent)))


def _png(data: bytes) -> Raw:
    picture = PngImagePlugin.PngImageFile(io.BytesIO(data))
    if getattr(picture, "n_frames", 1) > 1:
        raise _several()
    told = picture.info.get("exif") or b""
    raw = _loaded(picture, "PNG", told=told)
    return _deep(raw, data) if data[24:25] == b"\x10" else raw


DNG_VERSION, NEW_SUBFILE, BITS_PER_SAMPLE = 50706, 254, 258
DEEP_MODES = ("RGB", "RGBA", "RGBX", "I;16", "I;16B", "I;16L")


def _tiff(data: bytes) -> Raw:
    picture = TiffImagePlugin.TiffImageFile(io.BytesIO(data))
    tags = picture.tag_v2
    if DNG_VERSION in tags or int(tags.get(NEW_SUBFILE, 0)) & 1:
        raise Unfit(
            "file",
            "This is a raw file, which holds what the sensor saw and no picture.",
            "Develop it with the camera's program, the same way each time, or send the camera's JPEG.",
        )
    if picture.mode in ("F", "I"):
        raise Unfit("file", "This kind of TIFF is not a photograph.", "Export it as an 8 or 16 bit RGB TIFF.")
    notes = _first_page(picture)
    bits: Any = tags.get(BITS_PER_SAMPLE, (8,))
    sixteen = max(bits if isinstance(bits, tuple) else (bits,)) == 16 and picture.mode in DEEP_MODES
    raw = _loaded(picture, "TIFF", told=data, notes=notes)
    return _deep(raw, data) if sixteen else raw


def _first_page(picture: TiffImagePlugin.TiffImageFile) -> tuple[str, ...]:
    """Smaller pages behind the first are previews; one as large makes a document of it."""
    _fits(*picture.size)
    size, further = picture.size, 1
    try:
        while further < 8:
            picture.seek(further)
            if picture.size[0] * picture.size[1] > 0.5 * size[0] * size[1]:
                raise _several()
            further += 1
    except EOFError:
        pass
    picture.seek(0)
    return ("first-of-several",) if further > 1 else ()


def _heic(data: bytes) -> Raw:
    found = pi_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=False, hdr_to_16bit=True)
    _fits(*found.size)
    profile = found.info.get("icc_profile") or b""
    nclx = {} if profile else _nclx(found.info.get("nclx_profile"))
    if nclx.get("transfer_characteristics") in ISO_MEDIA_HDR:
        raise Unfit(
            "file",
            "The photograph is stored for bright screens (HDR), and its colours cannot be compared.",
            "Switch HDR off in the camera's settings, or send it as JPEG.",
        )
    pixels = np.asarray(found)  # decodes
    shot = exif.shot(exif.tags(found.info.get("exif") or b""), found.info.get("xmp") or b"")
    notes = ("first-of-several",) if len(found) > 1 else ()
    wide = nclx.get("color_primaries") == DISPLAY_P3
    if pixels.dtype == np.uint16:
        return Raw(None, _rgb(pixels), "HEIC", profile, shot=shot, wide=wide, notes=notes)
    return Raw(Image.fromarray(pixels), None, "HEIC", profile, shot=shot, wide=wide, notes=notes)


def _nclx(given: object) -> dict[str, int]:
    """The numbers of a colour description of ISO media."""
    if not isinstance(given, dict):
        return {}
    return {str(name): int(value) for name, value in given.items() if isinstance(value, int)}


def _loaded(
    picture: ImageFile.ImageFile,
    format_: str,
    *,
    told: bytes,
    jpeg_quality: int | None = None,
    notes: tuple[str, ...] = (),
) -> Raw:
    """Header, then all pixels: a file that was cut fails here."""
    _fits(*picture.size)
    if ImageFile.LOAD_TRUNCATED_IMAGES:
        raise RuntimeError("somebody switched the check for truncated files off in this process")
    profile, tags = picture.info.get("icc_profile") or b"", exif.tags(told)
    shot = exif.shot(tags, _xmp(picture))
    picture.load()
    return Raw(picture, None, format_, profile, exif.orientation(tags), shot, jpeg_quality, notes=notes)


def _xmp(picture: Image.Image) -> bytes:
    given = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    return given.encode("utf-8", "replace") if isinstance(given, str) else bytes(given)


def _deep(raw: Raw, data: bytes) -> Raw:
    """The same with all 16 bits, of a PNG or TIFF that Pillow has already found whole."""
    assert raw.picture is not None
    size = raw.picture.size
    raw.picture.close()  # before the second decoding: never both in memory
    flags = cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    if pixels is None or pixels.dtype != np.uint16 or pixels.shape[:2] != (size[1], size[0]):
        raise Unfit("file", "This kind of 16-bit file is not read.", "Export it as a 16 bit RGB PNG or TIFF.")
    if pixels.ndim == 3:
        order = cv2.COLOR_BGR2RGB if pixels.shape[2] == 3 else cv2.COLOR_BGRA2RGBA
        pixels = cv2.cvtColor(pixels, order, dst=pixels)
    return Raw(None, _rgb(pixels), raw.format, raw.profile, raw.orientation, raw.shot, notes=raw.notes)


def _rgb(pixels: NDArray[Any]) -> NDArray[np.uint16]:
    """16-bit grey, RGB or RGBA as RGB, what is transparent laid on white."""
    if pixels.ndim == 2:
        return np.repeat(pixels[:, :, None], 3, axis=2)
    if pixels.shape[2] == 4:
        share = pixels[..., 3:].astype(np.float32) / 65535
        return np.round(pixels[..., :3] * share + 65535 * (1 - share)).astype(np.uint16)
    return np.ascontiguousarray(pixels)


def _fits(width: int, height: int) -> None:
    if width * height > PIXELS_MAX or max(width, height) > SIDE_MAX_PX:
        raise Unfit(
            "size",
            f"The picture has {width} × {height}; at most {PIXELS_MAX // 1_000_000} million pixels are read, "
            f"and {SIDE_MAX_PX} on a side.",
            "Send one photograph at the camera's usual size, not a panorama or a scan.",
        )


def _several() -> Unfit:
    return Unfit(
        "file",
        "The file holds several pictures, or one that moves.",
        "Send a single photograph; of a film, take a photograph instead.",
    )

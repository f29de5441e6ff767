"""
The only decoder: bytes of a photograph in, upright linear light out, or the reason why not.

What a file says of itself is not believed: its kind is read from its first bytes, it is opened with the
reader of that one kind, and it must decode to the end. The original bytes are the caller's to keep; their
hash travels with the photograph.
"""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from needlework.imaging import icc, opening
from needlework.imaging.exif import Shot
from needlework.imaging.icc import Coding, Floats
from needlework.imaging.opening import Raw
from needlework.records.why import Refusal

BYTES_MAX = opening.BYTES_MAX
"""What a caller reads of a file at most."""

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
    shot: Shot = field(default_factory=Shot)
    """What the camera says of it."""
    jpeg_quality: int | None = None
    """1 to 100, from the file's own tables; None where it is no JPEG."""
    notes: tuple[str, ...] = ()
    """What decoding has lost or chosen: cmyk, no-profile, transparent, first-of-several."""
    colour: bool = True
    """False for a picture in shades of grey."""
    levels: dict[int, Coded] = field(default_factory=dict, init=False, repr=False)
    """The picture at a half, a quarter …, as `halved` has made it; follows from the rest."""

    @property
    def taken_at(self) -> datetime | None:
        return self.shot.taken_at

    @property
    def camera(self) -> str:
        return self.shot.camera

    @property
    def software(self) -> str:
        return self.shot.software

    def halved(self, factor: int) -> Coded:
        """
        The coded picture with so many times fewer pixels a side, a power of two; made once.

        Neighbours of a few pixels are averaged as coded, which noise alone tells apart from averaging light.
        Rows and columns that do not fill a last pixel are dropped, so a place is where it was ÷ factor.
        """
        if factor == 1:
            return self.coded
        if factor not in self.levels:
            finer = self.halved(factor // 2)
            height, width = finer.shape[0] // 2, finer.shape[1] // 2
            even = finer[: 2 * height, : 2 * width]
            self.levels[factor] = np.asarray(
                cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA), self.coded.dtype
            )
        return self.levels[factor]

    def at_most(self, longest_px: int) -> tuple[Coded, float]:
        """The coded picture with no more than so many pixels a side, and the scale that was applied."""
        longest = max(self.width, self.height)
        scale = min(1.0, longest_px / longest)
        factor = 1
        while longest >= 2 * factor * longest_px and min(self.width, self.height) >= 4 * factor:
            factor *= 2
        coded = self.halved(factor)
        size = (max(1, round(self.width * scale)), max(1, round(self.height * scale)))
        if size == coded.shape[1::-1]:
            return coded, scale
        return np.asarray(cv2.resize(coded, size, interpolation=cv2.INTER_AREA)), scale

    @property
    def linear(self) -> Floats:
        """Linear sRGB light, 1 = white, rows × columns × RGB. Worked out on each call."""
        return self.linear_of(slice(None), slice(None))

    def linear_of(self, rows: slice, columns: slice) -> Floats:
        """Linear light of one part of the picture."""
        return self.lit(self.coded[rows, columns])

    def lit(self, coded: Coded) -> Floats:
        """Linear light of coded values that were taken from this photograph."""
        part = np.ascontiguousarray(coded)
        if part.dtype == np.uint8:
            light: Floats = cv2.LUT(part, self.coding.curves.reshape(1, 256, 3))
        else:
            light = np.stack([self.coding.curves[part[..., i], i] for i in range(3)], axis=-1)
        return light if self.coding.matrix is None else cv2.transform(light, self.coding.matrix)

    def clipped_of(self, rows: slice, columns: slice) -> NDArray[np.bool_]:
        """Where a channel stands at the end of its range, so that what was there is lost."""
        return self.clipped(self.coded[rows, columns])

    def clipped(self, coded: Coded) -> NDArray[np.bool_]:
        """The same for coded values that were taken from this photograph."""
        part = np.ascontiguousarray(coded)
        top = 65535 if part.dtype == np.uint16 else 255
        red, green, blue = cv2.split(part)
        brightest = np.asarray(cv2.max(cv2.max(red, green), blue))
        lost: NDArray[np.bool_] = (brightest >= int(top * 0.984)) | (brightest <= int(top * 0.016))
        return lost


def decode(data: bytes) -> Photo | Refusal:
    """
    Decode a photograph.

    >>> decode(b"x").reasons[0].key
    'file'
    """
    raw = opening.opened(data)
    if isinstance(raw, Refusal):
        return raw
    try:
        return _photo(raw, sha256=hashlib.sha256(data).hexdigest())
    except opening.DAMAGE:
        return opening.refuse(
            "file", "The colours of this file cannot be read.", "Export it as an ordinary JPEG in sRGB."
        )


def working_copy(photo: Photo, *, longest_px: int, quality: int) -> bytes:
    """The photograph as a JPEG in sRGB for a page: upright, no larger than asked, without metadata."""
    scale = min(1.0, longest_px / max(photo.width, photo.height))
    size = (max(1, round(photo.width * scale)), max(1, round(photo.height * scale)))
    twice = (2 * size[0], 2 * size[1])
    if twice[0] < photo.width and twice[1] < photo.height:  # else the whole would be in floats
        photo = replace(photo, coded=cv2.resize(photo.coded, twice, interpolation=cv2.INTER_AREA))
    light = photo.linear
    if scale < 1.0:
        light = cv2.resize(light, size, interpolation=cv2.INTER_AREA)
    return jpeg(display(light), quality=quality)


def smaller(copy: bytes, *, longest_px: int, quality: int = 82) -> bytes:
    """A working copy made smaller, to be shown as a mark; decoded at about that size, which is quick."""
    with Image.open(io.BytesIO(copy), formats=["JPEG"]) as picture:
        picture.draft("RGB", (longest_px, longest_px))
        small = picture.convert("RGB")
    small.thumbnail((longest_px, longest_px))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=quality)
    return out.getvalue()


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


# ── colour and turn ──────────────────────────────────────────────────────────────────────────────────


def _photo(raw: Raw, *, sha256: str) -> Photo:
    levels = 256 if raw.deep is None else 65536
    plain = icc.display_p3(levels=levels) if raw.wide else icc.srgb(levels=levels)
    notes = raw.notes
    if raw.deep is not None:
        known = icc.matrix_profile(raw.profile, levels=levels) if raw.profile else None
        coded = _upright(raw.deep, raw.orientation)
    else:
        assert raw.picture is not None
        picture, known, more = _in_rgb(raw.picture, raw.profile)
        coded, notes = _upright(_pixels(picture), raw.orientation), notes + more
    height, width = coded.shape[:2]
    return Photo(
        coded=coded,
        coding=known or plain,
        sha256=sha256,
        format=raw.format,
        width=width,
        height=height,
        shot=raw.shot,
        jpeg_quality=raw.jpeg_quality,
        notes=notes,
        colour=_coloured(coded),
    )


def _in_rgb(picture: Image.Image, profile: bytes) -> tuple[Image.Image, Coding | None, tuple[str, ...]]:
    """The picture with three channels, the coding where its profile states one, and what was lost."""
    notes: tuple[str, ...] = ()
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        picture, notes = Image.alpha_composite(white, layer).convert("RGB"), ("transparent",)
    known = icc.matrix_profile(profile, levels=256) if profile and picture.mode in ("RGB", "P") else None
    if picture.mode == "CMYK":
        notes += ("cmyk",)
    if known is None and profile:
        picture = _to_srgb(picture, profile)
    if picture.mode == "CMYK":
        notes += ("no-profile",)  # or one that does not fit
    if picture.mode == "LAB":
        lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        picture = ImageCms.profileToProfile(picture, lab, srgb, outputMode="RGB") or picture
    return picture if picture.mode == "RGB" else picture.convert("RGB"), known, notes


def _to_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """By the colour engine; a profile that does not fit its picture is left aside, as every viewer does."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, source, target, outputMode="RGB") or picture
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture


_TURNS: dict[int, Callable[[Coded], Coded]] = {
    2: lambda p: cv2.flip(p, 1),
    3: lambda p: cv2.rotate(p, cv2.ROTATE_180),
    4: lambda p: cv2.flip(p, 0),
    5: cv2.transpose,
    6: lambda p: cv2.rotate(p, cv2.ROTATE_90_CLOCKWISE),
    7: lambda p: cv2.flip(cv2.transpose(p), -1),
    8: lambda p: cv2.rotate(p, cv2.ROTATE_90_COUNTERCLOCKWISE),
}
"""What puts a picture upright, by the EXIF orientation. Source: CIPA DC-008, tag 274."""


def _upright(coded: Coded, orientation: int) -> Coded:
    turn = _TURNS.get(orientation)
    return coded if turn is None else turn(coded)


def _pixels(picture: Image.Image) -> Coded:
    """The pixels, taken over in bands: Pillow's own way to an array makes two more copies of the picture."""
    width, height = picture.size
    out = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, BAND_PX):
        bottom = min(height, top + BAND_PX)
        out[top:bottom] = np.asarray(picture.crop((0, top, width, bottom)))
    picture.close()  # before anything else is made of them
    return out


BAND_PX = 512


def _coloured(coded: Coded) -> bool:
    some = coded[:: max(1, coded.shape[0] // 300), :: max(1, coded.shape[1] // 300)].astype(np.int32)
    top = 65535 if coded.dtype == np.uint16 else 255
    spread = some.max(axis=2) - some.min(axis=2)
    return bool(np.percentile(spread, 95) > 0.012 * top)

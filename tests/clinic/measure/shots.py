"""Photographs for the tests of the measure pages: a drawn face on two days, and the same in other forms."""

import functools
import io
from datetime import date

import numpy as np
from PIL import Image

from imaging import heic
from needlework.clinic.demo.portraits import photograph
from needlework.clinic.demo.portraits.face import Face, Visit
from needlework.records.skin import Sex, SkinType

FACE = Face(seed=5, skin_type=SkinType.II, sex=Sex.FEMALE, age_years=60)
BEFORE_ON, AFTER_ON = date(2026, 5, 4), date(2026, 11, 16)


@functools.cache
def before() -> bytes:
    """A red and lined face."""
    return photograph.draw(face=FACE, visit=Visit(BEFORE_ON, redness=0.8, wrinkles=1.0, seed=1))


@functools.cache
def after() -> bytes:
    """The same face, paler and smoother."""
    return photograph.draw(face=FACE, visit=Visit(AFTER_ON, redness=0.1, wrinkles=0.6, seed=2))


@functools.cache
def _small() -> Image.Image:
    with Image.open(io.BytesIO(before())) as opened:
        return opened.convert("RGB").resize((480, 600), Image.Resampling.LANCZOS)


def _saved(picture: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def turned() -> bytes:
    """Lying on its side, with the camera's word that it must be turned to stand."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return _saved(_small().transpose(Image.Transpose.ROTATE_90), "JPEG", quality=95, exif=exif)


def cmyk() -> bytes:
    return _saved(_small().convert("CMYK"), "JPEG", quality=95)


def sixteen_bits() -> bytes:
    """A PNG of 16 bits a channel."""
    import cv2

    deep = np.asarray(_small(), np.uint16)[..., ::-1] * 257
    return cv2.imencode(".png", deep)[1].tobytes()


def tiff() -> bytes:
    return _saved(_small(), "TIFF")


def as_heic() -> bytes:
    """A tiny piece of the face, as a phone stores it: the writer of the tests makes no larger one."""
    piece = _small().crop((112, 240, 176, 320))
    luma, blue, red = (np.asarray(channel) for channel in piece.convert("YCbCr").split())
    half = [plane[::2, ::2].tolist() for plane in (blue, red)]
    return heic.encode(luma.tolist(), *half)


def bomb() -> bytes:
    """A few kilobytes that claim to be gigabytes of pixels."""
    return _saved(Image.new("1", (60_000, 60_000)), "PNG")


def filmed(picture: bytes) -> bytes:
    """One frame as a camera's film has it; many of them one after the other are a film."""
    with Image.open(io.BytesIO(picture)) as opened:
        return _saved(opened.convert("RGB"), "JPEG", quality=95, subsampling=2)


def too_small() -> bytes:
    """A face in so few pixels that nothing can be measured."""
    return _saved(_small().resize((120, 150)), "JPEG")

"""
The GS1 code on a photograph of a pack, as a scanner would give it.

The photograph comes through the only decoder, with its limits; what reads the code sees nothing but grey
pixels, a few million at most. A pack that tells its lot in one code and its serial in another is read as one.
"""

import cv2
import numpy as np
import zxingcpp

from needlework.imaging import photo
from needlework.records.why import Reason, Refusal

BYTES_MAX = 20_000_000
"""A photograph of a phone, at its finest."""
LONGEST_PX = 2400
SEPARATOR = "\x1d"
KINDS = (
    zxingcpp.BarcodeFormat.DataMatrix,
    zxingcpp.BarcodeFormat.Code128,
    zxingcpp.BarcodeFormat.QRCode,
)


def read(data: bytes) -> str | Refusal:
    """
    The code of the one pack in a photograph, or why there is none.

    >>> read(b"x").reasons[0].key
    'file'
    """
    if len(data) > BYTES_MAX:
        return _refused("is larger than a photograph of a pack.", "Take it anew, or type what the pack says.")
    decoded = photo.decode(data)
    if isinstance(decoded, Refusal):
        return decoded
    grey = _grey(decoded)
    found = zxingcpp.read_barcodes(
        grey, formats=zxingcpp.BarcodeFormats(KINDS), text_mode=zxingcpp.TextMode.Plain
    )
    codes = list(dict.fromkeys(one.text for one in found if one.content_type == zxingcpp.ContentType.GS1))
    if not codes:
        do = "Hold still, closer and without glare, or type what the pack says."
        return _refused("shows no code that can be read.", do)
    return SEPARATOR.join(codes)


def _grey(decoded: photo.Photo) -> "np.typing.NDArray[np.uint8]":
    coded, _scale = decoded.at_most(LONGEST_PX)
    eight = (coded >> 8).astype(np.uint8) if coded.dtype == np.uint16 else coded
    return np.ascontiguousarray(cv2.cvtColor(eight, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def _refused(problem: str, do: str) -> Refusal:
    return Refusal((Reason("photograph", problem, do),))

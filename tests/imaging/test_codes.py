"""The code on a photograph of a pack: read as a scanner gives it, or refused, as hostile files are."""

import io

import cv2
import numpy as np
import pytest
import zxingcpp
from PIL import Image

from needlework.imaging import codes
from needlework.records.why import Refusal

CODE = "(01)09506000134352(17)270300(10)AB-1(21)7"
AS_SCANNED = "01095060001343521727030010AB-1\x1d217"


def drawn(content=CODE, kind="DataMatrix", *, scale=5, gs1=True):
    code = zxingcpp.create_barcode(content, getattr(zxingcpp.BarcodeFormat, kind), gs1=gs1)
    return np.array(code.to_image(scale=scale))


def on_a_pack(*pictures, size=(1200, 2300), turn=0.0, blur=0.0):
    """A grey pack on a table, with these codes one below the other, turned and blurred as a hand does."""
    pack = np.full(size, 200, np.uint8)
    top = 120
    for one in pictures:
        high, wide = one.shape
        pack[top : top + high, 300 : 300 + wide] = one
        top += high + 120
    centre = (size[1] / 2, size[0] / 2)
    turned = cv2.warpAffine(pack, cv2.getRotationMatrix2D(centre, turn, 1.0), size[::-1], borderValue=200)
    return cv2.GaussianBlur(turned, (0, 0), blur) if blur else turned


def jpeg(picture):
    file = io.BytesIO()
    Image.fromarray(picture).convert("RGB").save(file, "JPEG", quality=80)
    return file.getvalue()


@pytest.mark.parametrize(("kind", "turn", "blur"), [
    ("DataMatrix", 0, 0), ("DataMatrix", 17, 1.2), ("DataMatrix", 180, 0.8), ("Code128", 3, 0.6),
])  # fmt: skip
def test_a_code_is_read_as_a_scanner_gives_it(kind, turn, blur):
    assert codes.read(jpeg(on_a_pack(drawn(kind=kind), turn=turn, blur=blur))) == AS_SCANNED


def test_a_pack_with_two_codes_is_read_as_one():
    two = drawn("(01)09506000134352(17)270300", "Code128"), drawn("(10)AB-1(21)7", "Code128")
    found = codes.read(jpeg(on_a_pack(*two)))
    assert set(found.split("\x1d")) >= {"010950600013435217270300", "217"}


def test_what_is_no_gs1_code_is_not_taken_for_one():
    other = drawn("https://example.test/", "QRCode", gs1=False)
    assert isinstance(codes.read(jpeg(on_a_pack(other))), Refusal)


@pytest.mark.parametrize("data", [
    b"", b"GIF89a" + b"\0" * 99, b"\xff\xd8\xff" + b"\0" * 500, b"%PDF-1.7", b"<svg onload='x'/>",
    jpeg(np.full((40, 40), 128, np.uint8)), jpeg(on_a_pack(drawn()))[:3000],
    b"\xff\xd8" + b"x" * (codes.BYTES_MAX + 1),
], ids=["empty", "gif", "cut", "pdf", "svg", "grey", "half", "huge"])  # fmt: skip
def test_hostile_and_empty_files_are_refused(data):
    assert isinstance(codes.read(data), Refusal)

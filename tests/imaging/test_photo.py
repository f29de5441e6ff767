"""The one decoder: what it reads, and what it refuses and how."""

import hashlib
import io
import struct
import zlib
from datetime import datetime
from pathlib import Path

import cv2
import heic
import numpy as np
import pytest
from PIL import Image, ImageCms, ImageFile

from needlework.imaging import icc, photo
from needlework.records import Refusal


def picture(width: int = 64, height: int = 48) -> Image.Image:
    """Smooth, and different at each corner."""
    y, x = np.mgrid[0:height, 0:width]
    rgb = np.stack([40 + 160 * x / width, 30 + 150 * y / height, 200 - 120 * x / width], axis=-1)
    return Image.fromarray(rgb.astype(np.uint8))


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def read(data: bytes) -> photo.Photo:
    found = photo.decode(data)
    assert isinstance(found, photo.Photo), found
    return found


def refused(data: bytes) -> Refusal:
    found = photo.decode(data)
    assert isinstance(found, Refusal)
    assert all(reason.problem and reason.do for reason in found.reasons)
    return found


@pytest.mark.parametrize(
    ("kind", "options"),
    [("JPEG", {"quality": 97}), ("JPEG", {"progressive": True, "quality": 97}), ("PNG", {}), ("TIFF", {})],
)
def test_reads_each_format(kind: str, options: dict[str, object]) -> None:
    data = saved(picture(), kind, **options)
    found = read(data)
    assert (found.format, found.width, found.height) == (kind, 64, 48)
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert found.linear.dtype == np.float32
    assert np.allclose(photo.display(found.linear), np.asarray(picture()), atol=8 if kind == "JPEG" else 0)


def test_reads_heic() -> None:
    luma = [[40 + 2 * row + column for column in range(48)] for row in range(64)]
    flat = lambda value: [[value] * 24 for _ in range(32)]  # noqa: E731
    found = read(heic.encode(luma, flat(128), flat(128)))
    assert (found.format, found.width, found.height) == ("HEIC", 48, 64)
    assert np.abs(found.coded[..., 1].astype(int) - np.array(luma)).max() <= 1
    red = read(heic.encode(luma, flat(110), flat(150))).coded[0, 0]
    assert red[0] > red[1] > red[2]
    turned = read(heic.encode(luma, flat(128), flat(128), turns=1))
    assert (turned.width, turned.height) == (64, 48)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_puts_a_turned_photograph_upright(orientation: int) -> None:
    lay = {
        1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]  # fmt: skip
    lying = picture() if lay is None else picture().transpose(lay)
    exif = Image.Exif()
    exif[274] = orientation
    found = read(saved(lying, "PNG", exif=exif))
    assert np.array_equal(found.coded, np.asarray(picture()))


def test_keeps_what_the_camera_tells_and_writes_none_of_it() -> None:
    exif = Image.Exif()
    exif[271], exif[272], exif[305] = "Maker", "Model 7", "Camera 1.2"
    exif.get_ifd(0x8769)[36867] = "2026:11:20 10:30:00"
    found = read(saved(picture(), "JPEG", exif=exif))
    assert found.camera == "Maker Model 7"
    assert found.software == "Camera 1.2"
    assert found.taken_at == datetime(2026, 11, 20, 10, 30)
    copy = Image.open(io.BytesIO(photo.working_copy(found, longest_px=32, quality=80)))
    assert copy.size == (32, 24)
    assert not copy.getexif()
    assert "icc_profile" not in copy.info


def test_sixteen_bits_are_not_cut_to_eight() -> None:
    ramp = np.linspace(20_000, 20_400, 64 * 48).reshape(48, 64).astype(np.uint16)
    deep = np.stack([ramp, ramp + 3000, ramp + 9000], axis=-1)
    for suffix in (".png", ".tiff"):
        _, data = cv2.imencode(suffix, deep[..., ::-1])
        found = read(data.tobytes())
        assert np.array_equal(found.coded, deep)
        assert len(np.unique(found.linear[..., 0])) > 300  # 8 bits would leave two or three


def test_grey_alpha_and_palette() -> None:
    grey = read(saved(picture().convert("L"), "PNG"))
    assert not grey.colour
    assert read(saved(picture(), "PNG")).colour
    layer = picture().convert("RGBA")
    layer.putalpha(0)
    assert (read(saved(layer, "PNG")).coded == 255).all()
    assert read(saved(picture().convert("P"), "PNG")).width == 64
    _, deep_grey = cv2.imencode(".png", np.full((48, 64), 30_000, np.uint16))
    assert read(deep_grey.tobytes()).coded.dtype == np.uint16


def test_cmyk_with_and_without_a_profile() -> None:
    data = saved(picture().convert("CMYK"), "JPEG", quality=97)
    assert np.allclose(read(data).coded, np.asarray(picture()), atol=12)
    wrong = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # a profile of the wrong kind is left aside, as every viewer does
    assert np.allclose(
        read(saved(picture().convert("CMYK"), "JPEG", icc_profile=wrong)).coded,
        np.asarray(picture()),
        atol=12,
    )


def display_p3() -> bytes:
    """A profile as phones write it: Display P3 primaries (SMPTE EG 432-1, at D50) and the curve of sRGB."""
    columns = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
    numbers = lambda values: struct.pack(f">{len(values)}i", *(round(v * 65536) for v in values))  # noqa: E731
    curve = b"para\0\0\0\0\0\3\0\0" + numbers((2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))
    tags = [
        (name, b"XYZ \0\0\0\0" + numbers(c))
        for name, c in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns, strict=True)
    ]
    tags += [(b"wtpt", b"XYZ \0\0\0\0" + numbers((0.9642, 1.0, 0.8249)))]
    tags += [(name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")]
    at, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, value in tags:
        table += struct.pack(">4sII", name, at + len(body), len(value))
        body += value
    size = at + len(body)
    head = (
        struct.pack(">I4sI4s4s4s", size, b"none", 0x04000000, b"mntr", b"RGB ", b"XYZ ").ljust(36, b"\0")
        + b"acsp"
    )
    return (
        head.ljust(68, b"\0")
        + numbers((0.9642, 1.0, 0.8249)).ljust(60, b"\0")
        + struct.pack(">I", len(tags))
        + table
        + body
    )


def test_display_p3_becomes_srgb() -> None:
    profile = display_p3()
    found = read(saved(picture(), "PNG", icc_profile=profile))
    assert found.coding.matrix is not None
    engine = ImageCms.profileToProfile(
        picture(), ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
    )
    assert engine is not None
    inside = found.linear.min(axis=2) > 0.005  # outside sRGB the engine cuts off, and we do not
    assert np.abs(photo.display(found.linear).astype(int) - np.asarray(engine))[inside].max() <= 2


def test_srgb_profile_changes_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    found = read(saved(picture(), "PNG", icc_profile=profile))
    assert np.abs(found.linear - read(saved(picture(), "PNG")).linear).max() < 0.004
    assert icc.matrix_profile(profile[:140], levels=256) is None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "HEIC"])
def test_cut_files_are_refused(kind: str) -> None:
    if kind == "HEIC":
        luma = [[(row * 7 + column * 13) % 200 + 20 for column in range(64)] for row in range(64)]
        data = heic.encode(luma, [[128] * 32] * 32, [[128] * 32] * 32)
    else:
        rng = np.random.default_rng(1)
        noisy = Image.fromarray(rng.integers(0, 255, (200, 200, 3), dtype=np.uint8))
        data = saved(noisy, kind)
    assert isinstance(photo.decode(data), photo.Photo)
    for tenth in range(10):
        refused(data[: len(data) * tenth // 10])


def test_changed_bytes_never_crash() -> None:
    rng = np.random.default_rng(2)
    for kind in ("JPEG", "PNG", "TIFF"):
        data = saved(picture(), kind)
        for _ in range(60):
            broken = bytearray(data)
            for at in rng.integers(0, len(broken), 6):
                broken[at] = int(rng.integers(0, 256))
            assert isinstance(photo.decode(bytes(broken)), photo.Photo | Refusal)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        b"\xff\xd8\xff",
        b"This is a letter, saved as photo.jpg.\n" * 40,
        b"%PDF-1.7\n" + b"0" * 400,
        bytes(5000),
    ],
)
def test_what_is_no_photograph_is_refused(data: bytes) -> None:
    assert refused(data).reasons[0].key == "file"


def test_other_picture_formats_are_named() -> None:
    assert "GIF" in refused(saved(picture(), "GIF")).reasons[0].problem


def test_a_decompression_bomb_is_refused() -> None:
    """A PNG of 30,000 × 30,000 pixels in a few kilobytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    for side in (9_700, 30_000, 60_000):
        head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        bomb = (
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", head)
            + chunk(b"IDAT", zlib.compress(bytes(10_000)))
            + chunk(b"IEND", b"")
        )
        assert refused(bomb).reasons[0].key == "size"


def test_too_many_bytes_are_refused() -> None:
    assert refused(bytes(photo.BYTES_MAX + 1)).reasons[0].key == "size"


def test_no_setting_of_pillow_is_changed() -> None:
    before = (ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS, sorted(Image.OPEN))
    read(saved(picture(), "JPEG"))
    assert before == (ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS, sorted(Image.OPEN))
    assert "LOAD_TRUNCATED_IMAGES =" not in Path(photo.__file__).read_text(encoding="utf-8")

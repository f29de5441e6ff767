"""The one decoder: what it reads, and what it refuses and how."""

import hashlib
import io
import itertools
import struct
import zlib
from datetime import datetime
from pathlib import Path

import cv2
import heic
import numpy as np
import pytest
from PIL import Image, ImageCms, ImageFile, TiffImagePlugin

from needlework.imaging import icc, photo
from needlework.imaging.exif import Shot
from needlework.records.why import Refusal


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


def told_by_camera() -> Image.Exif:
    exif = Image.Exif()
    exif[271], exif[272], exif[305] = "Maker", "Model 7", "HDR+ 1.2"
    exif.get_ifd(0x8769).update({
        36867: "2026:11:20 10:30:00", 37386: 5.4, 41989: 26, 33434: 0.01, 33437: 1.8, 34855: 320,
        37385: 1, 41987: 0, 41988: 1.5, 41985: 8, 42036: "Model 7 front camera",
    })  # fmt: skip
    return exif


def test_keeps_what_the_camera_tells_and_writes_none_of_it() -> None:
    found = read(saved(picture(), "JPEG", exif=told_by_camera()))
    assert found.shot == Shot(
        taken_at=datetime(2026, 11, 20, 10, 30), camera="Maker Model 7", lens="Model 7 front camera",
        software="HDR+ 1.2", focal_mm=5.4, focal_35_mm=26, exposure_s=0.01, aperture=1.8, iso=320, flash=True,
        white_balance="auto", zoom=1.5, modes=("front", "hdr", "portrait"),
    )  # fmt: skip
    assert (found.camera, found.software, found.taken_at) == (
        found.shot.camera, found.shot.software, found.shot.taken_at,
    )  # fmt: skip
    copy = Image.open(io.BytesIO(photo.working_copy(found, longest_px=32, quality=80)))
    assert copy.size == (32, 24)
    assert not copy.getexif()
    assert "icc_profile" not in copy.info


@pytest.mark.parametrize(
    ("software", "modes"),
    [
        ("BeautyPlus 7.1", ("beauty",)),
        ("Adobe Photoshop Lightroom", ("edited",)),
        ("Snapseed 2.0", ("edited",)),
        ("Camera 1.2", ()),
    ],
)
def test_programs_that_change_skin_are_known_by_name(software: str, modes: tuple[str, ...]) -> None:
    exif = Image.Exif()
    exif[305] = software
    assert read(saved(picture(), "JPEG", exif=exif)).shot.modes == modes


def test_notes_that_make_no_sense_are_left_out_one_by_one() -> None:
    exif = told_by_camera()
    exif.get_ifd(0x8769).update({36867: "yesterday", 37386: -3.0, 33434: float("nan"), 34855: 0})
    found = read(saved(picture(), "JPEG", exif=exif)).shot
    assert (found.taken_at, found.focal_mm, found.exposure_s, found.iso) == (None, None, None, None)
    assert (found.camera, found.focal_35_mm) == ("Maker Model 7", 26)
    whole = saved(picture(), "JPEG", exif=told_by_camera())
    at = whole.index(b"Exif\0\0")
    for start in range(at + 6, at + 120, 3):
        broken = bytearray(whole)
        broken[start : start + 8] = b"\xff" * 8
        assert read(bytes(broken)).width == 64


def test_the_quality_of_a_jpeg_is_read_from_its_tables() -> None:
    for quality in (40, 75, 92):
        assert read(saved(picture(), "JPEG", quality=quality)).jpeg_quality == pytest.approx(quality, abs=1)
    assert read(saved(picture(), "PNG")).jpeg_quality is None


def test_one_picture_is_taken_and_a_film_or_a_document_refused() -> None:
    other, small = picture().transpose(Image.Transpose.ROTATE_180), picture().resize((16, 12))
    mpo = saved(picture(), "MPO", save_all=True, append_images=[other.copy()])
    assert np.allclose(read(mpo).coded, np.asarray(picture()), atol=8)  # the main one of two
    film_behind = saved(picture(), "JPEG") + b"\0\0\0\x18ftypmp42" + bytes(200_000)
    assert read(film_behind).width == 64
    moving = saved(picture(), "PNG", save_all=True, append_images=[other])
    assert "moves" in refused(moving).reasons[0].problem
    pages = saved(picture(), "TIFF", save_all=True, append_images=[other])
    assert "several" in refused(pages).reasons[0].problem
    assert read(saved(picture(), "TIFF", save_all=True, append_images=[small])).notes == ("first-of-several",)
    sequence = b"\0\0\0\x18ftyphevc" + bytes(40)
    assert "moves" in refused(sequence).reasons[0].problem


def test_a_raw_file_is_no_photograph_though_a_tiff_reader_opens_it() -> None:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[50706] = b"\1\4\0\0"
    assert "raw" in refused(saved(picture(), "TIFF", tiffinfo=tags)).reasons[0].problem


def test_sixteen_bit_inks_are_not_taken_for_colours_with_transparency() -> None:
    _, rgba = cv2.imencode(".tiff", np.full((48, 64, 4), 40_000, np.uint16))
    assert read(rgba.tobytes()).coded.dtype == np.uint16
    inks = bytearray(rgba.tobytes())
    at = inks.index(struct.pack("<HHI", 262, 3, 1)) + 8  # PhotometricInterpretation
    inks[at : at + 2] = struct.pack("<H", 5)
    found = photo.decode(bytes(inks))
    assert isinstance(found, Refusal) or found.notes[:1] == ("cmyk",)


def test_a_hundred_megapixels_are_read() -> None:
    wide = Image.new("RGB", (12_000, 8_400), (180, 140, 120))
    found = read(saved(wide, "PNG", compress_level=1))
    assert (found.width, found.height) == (12_000, 8_400)
    assert found.coded.nbytes == 3 * 12_000 * 8_400
    copy = Image.open(io.BytesIO(photo.working_copy(found, longest_px=600, quality=80)))
    assert copy.size == (600, 420)


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
    assert read(saved(layer, "PNG")).notes == ("transparent",)
    assert np.array_equal(read(saved(picture(1, 1), "PNG")).coded.shape, (1, 1, 3))
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


def print_profile() -> bytes:
    """A profile of printing inks with the smallest table there can be: the sixteen corners of CMYK."""
    lab = b"".join(
        bytes(
            [
                round(255 * (1 - k) * (1 - 0.25 * c - 0.4 * m - 0.05 * y)),
                round(128 + (1 - k) * (70 * m - 35 * c)),
                round(128 + (1 - k) * (90 * y - 45 * c)),
            ]
        )
        for c, m, y, k in itertools.product((0, 1), repeat=4)
    )
    one = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    table = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + one + bytes(range(256)) * 4 + lab + bytes(range(256)) * 3
    white = struct.pack(">3i", 63190, 65536, 54061)
    tags = [(b"wtpt", b"XYZ \0\0\0\0" + white), (b"A2B0", table)]
    at, index, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, value in tags:
        index += struct.pack(">4sII", name, at + len(body), len(value))
        body += value
    head = struct.pack(">I4sI4s4s4s", at + len(body), b"none", 0x02400000, b"prtr", b"CMYK", b"Lab ")
    head = head.ljust(36, b"\0") + b"acsp"
    return head.ljust(68, b"\0") + white.ljust(60, b"\0") + struct.pack(">I", len(tags)) + index + body


def test_inks_become_the_colours_that_their_profile_says() -> None:
    cyan = Image.new("CMYK", (64, 48), (255, 0, 0, 0))
    for kind in ("JPEG", "TIFF"):
        plain, known = saved(cyan, kind), saved(cyan, kind, icc_profile=print_profile())
        assert np.abs(read(plain).coded[0, 0].astype(int) - (0, 255, 255)).max() <= 2
        assert np.abs(read(known).coded[0, 0].astype(int) - (0, 205, 255)).max() <= 3
        assert (read(plain).notes, read(known).notes) == (("cmyk", "no-profile"), ("cmyk",))


def test_inks_are_inverted_where_and_only_where_the_marker_of_its_maker_says_so() -> None:
    data = saved(Image.new("CMYK", (64, 48), (0, 0, 0, 200)), "JPEG")
    at = data.index(b"\xff\xee")
    length = int.from_bytes(data[at + 2 : at + 4], "big")
    plain = data[:at] + data[at + 2 + length :]
    assert np.abs(read(data).coded[0, 0].astype(int) - 55).max() <= 2
    assert np.abs(read(plain).coded[0, 0].astype(int)).max() <= 2  # the same numbers, now plenty of ink


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


def test_display_p3_named_without_a_profile_is_the_same_as_with_one() -> None:
    luma = [[(row * 3 + column) % 150 + 60 for column in range(32)] for row in range(32)]
    planes = (luma, [[120] * 16] * 16, [[150] * 16] * 16)
    plain, wide = read(heic.encode(*planes)), read(heic.encode(*planes, primaries=12))
    assert np.array_equal(plain.coded, wide.coded)
    profile = icc.matrix_profile(display_p3(), levels=256)
    assert profile is not None and plain.coding.matrix is None
    assert np.allclose(wide.coding.matrix, profile.matrix, atol=1e-4)
    assert np.allclose(wide.coding.curves, profile.curves, atol=1e-4)


def test_pictures_for_bright_screens_are_refused() -> None:
    luma = [[100] * 16] * 16
    for transfer in (16, 18):
        data = heic.encode(luma, [[128] * 8] * 8, [[128] * 8] * 8, transfer=transfer)
        assert "HDR" in refused(data).reasons[0].problem


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

    for side in (11_000, 30_000, 60_000):
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

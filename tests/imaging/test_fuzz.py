"""Any bytes, any pixels: a photograph, or reasons with what to do; never a crash or a warning."""

import io
import struct
from functools import lru_cache

import cv2
import heic
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from needlework.imaging import exif, icc, photo, quality
from needlework.imaging.items import Mark
from needlework.imaging.photo import Photo
from needlework.records.why import Refusal

MAGIC = (b"", b"\xff\xd8\xff\xe1", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b"\0\0\0\x18ftypheic", b"GIF89a")


@lru_cache
def files() -> dict[str, bytes]:
    """A small file of each kind that is read, with a camera's notes where it takes them."""
    y, x = np.mgrid[0:48, 0:64]
    rgb = np.stack([150 + x, 110 + y, 90 + (x * y) % 60], axis=-1).astype(np.uint8)
    picture, notes = Image.fromarray(rgb), Image.Exif()
    notes[271], notes[274] = "Maker", 6
    notes.get_ifd(0x8769)[36867] = "2026:11:20 10:30:00"
    found = {}
    for name, image, kind, options in (
        ("jpeg", picture, "JPEG", {"exif": notes}),
        ("progressive", picture, "JPEG", {"progressive": True}),
        ("inks", picture.convert("CMYK"), "JPEG", {}),
        ("png", picture, "PNG", {"exif": notes}),
        ("palette", picture.convert("P"), "PNG", {}),
        ("tiff", picture, "TIFF", {}),
        ("packed", picture, "TIFF", {"compression": "tiff_lzw"}),
    ):
        out = io.BytesIO()
        image.copy().save(out, kind, **options)
        found[name] = out.getvalue()
    for suffix in (".png", ".tiff"):
        _, deep = cv2.imencode(suffix, rgb.astype(np.uint16) * 257)
        found[f"deep{suffix}"] = deep.tobytes()
    luma = [[(row * 7 + column * 13) % 200 + 20 for column in range(48)] for row in range(64)]
    found["heic"] = heic.encode(luma, [[110] * 24] * 32, [[150] * 24] * 32)
    return found


NAMES = tuple(files())


def sound(found: Photo | Refusal) -> None:
    if isinstance(found, Refusal):
        assert found.reasons and all(one.key and one.problem and one.do for one in found.reasons)
        return
    assert found.coded.shape == (found.height, found.width, 3)
    assert found.coded.dtype in (np.uint8, np.uint16)
    judged(found)


def judged(seen: Photo) -> None:
    items = quality.examine(seen).items
    for one in items:
        assert one.value is None or np.isfinite(one.value), one
        assert bool(one.says and one.do) or one.mark is not Mark.REFUSED, one


@pytest.mark.parametrize("name", NAMES)
def test_each_file_is_read_whole_and_at_no_tenth_of_it(name: str) -> None:
    data = files()[name]
    assert isinstance(photo.decode(data), Photo)
    for tenth in range(10):
        assert isinstance(photo.decode(data[: len(data) * tenth // 10]), Refusal), tenth


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(MAGIC), st.binary(max_size=400))
def test_any_bytes(magic: bytes, rest: bytes) -> None:
    sound(photo.decode(magic + rest))


@settings(max_examples=250, deadline=None)
@given(
    st.sampled_from(NAMES),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8),
    st.booleans(),
)
def test_any_change_to_a_file(name: str, changes: list[tuple[float, int]], early: bool) -> None:
    """Changed anywhere, or in the first 300 bytes, where what a file says of itself stands."""
    data = bytearray(files()[name])
    reach = min(len(data), 300) if early else len(data)
    for at, value in changes:
        data[min(int(at * reach), reach - 1)] = value
    sound(photo.decode(bytes(data)))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from((b"II*\0", b"MM\0*")), st.binary(max_size=300))
def test_any_notes_of_a_camera(order: bytes, rest: bytes) -> None:
    tags = exif.tags(order + rest)
    exif.shot(tags, rest)
    assert exif.orientation(tags) in range(1, 9)


def test_notes_that_lead_in_a_circle_or_out_of_the_file_end() -> None:
    circle = b"II*\0" + struct.pack("<I", 8) + struct.pack("<HHHII", 1, 0x8769, 4, 1, 8)
    outside = b"II*\0" + struct.pack("<I", 8) + struct.pack("<HHHII", 1, 271, 2, 4_000_000_000, 60)
    assert exif.shot(exif.tags(circle)) == exif.Shot() == exif.shot(exif.tags(outside))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 420), st.integers(1, 420), st.integers(0, 2**32 - 1), st.booleans(),
    st.sampled_from(("flat", "noise", "smooth", "halves", "skin")),
)  # fmt: skip
def test_any_pixels(width: int, height: int, seed: int, deep: bool, kind: str) -> None:
    rng = np.random.default_rng(seed)
    top = 65535 if deep else 255
    picture = np.empty((height, width, 3), np.float32)
    picture[:] = rng.uniform(0, 1, 3) if kind != "skin" else (0.78, 0.6, 0.52)
    if kind in ("noise", "skin"):
        picture += rng.normal(0, 0.3 if kind == "noise" else 0.02, picture.shape)
    if kind == "smooth":
        picture *= np.linspace(0, 1.5, width)[None, :, None]
    if kind == "halves":
        picture[:, width // 2 :] = rng.integers(0, 2, 3)
    coded = (np.clip(picture, 0, 1) * top).astype(np.uint16 if deep else np.uint8)
    judged(
        Photo(coded, icc.srgb(levels=top + 1), "0" * 64, "PNG", width, height, colour=bool(rng.integers(2)))
    )

"""The card as a PDF: at true size, sound as a file, and found again in what it paints."""

import io
import re
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

import cards
from needlework.cli import card as command
from needlework.exchange import cardsheet
from needlework.exchange.cardsheet import PAPERS_MM, Paper
from needlework.imaging import card, icc, photo
from needlework.imaging.card import design
from needlework.imaging.card.record import Card

MM = 25.4 / 72
REF = re.compile(r"(?:([\d.]+) ([\d.]+) ([\d.]+) sc )?([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re f")


def objects(content: bytes) -> dict[int, bytes]:
    """Each object by the place that the table of the file gives for it."""
    table = int(content.rsplit(b"startxref\n", 1)[1].split()[0])
    head, *rows = content[table:].split(b"\n")
    assert head == b"xref"
    count = int(rows[0].split()[1])
    found = {}
    for number in range(1, count):
        row = rows[1 + number]
        assert len(row) == 19 and row.endswith(b" n "), "each line of the table has twenty bytes"
        start = int(row[:10])
        assert content[start:].startswith(b"%d 0 obj\n" % number)
        found[number] = content[start : content.index(b"\nendobj", start)]
    return found


def stream(one: bytes) -> bytes:
    length = int(re.search(rb"/Length (\d+)", one)[1])  # type: ignore[index]
    start = one.index(b"stream\n") + 7
    assert one[start + length :] == b"\nendstream"
    return zlib.decompress(one[start : start + length])


def painted(content: bytes, *, page_mm: tuple[float, float]) -> list[design.Rectangle]:
    """What the operators paint, in mm from the top left corner of the page."""
    operators = stream(objects(content)[4]).decode("latin-1")
    colour, boxes = (0, 0, 0), []
    for line in operators.splitlines():
        if line == "0 0 0 sc":
            colour = (0, 0, 0)
        if match := REF.fullmatch(line):
            if match[1]:
                colour = tuple(round(float(match[n]) * 255) for n in (1, 2, 3))  # type: ignore[assignment]
            x, y, wide, high = (float(match[n]) * MM for n in (4, 5, 6, 7))
            boxes.append(((x, page_mm[1] - y - high, wide, high), colour))
    return boxes


@pytest.mark.parametrize("paper", PAPERS_MM)
def test_the_page_has_the_size_of_the_paper_and_asks_for_true_size(paper: Paper) -> None:
    found = objects(command.drawn(paper))
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", found[3])
    assert box
    assert [float(side) * MM for side in box.groups()] == pytest.approx(PAPERS_MM[paper], abs=0.01)
    assert b"/PrintScaling /None" in found[1]


@pytest.mark.parametrize("paper", PAPERS_MM)
def test_every_rectangle_is_painted_at_true_size(paper: Paper) -> None:
    boxes = painted(command.drawn(paper), page_mm=PAPERS_MM[paper])
    (left, top, *_), _ = boxes[0]
    for (place, srgb), (true, stated) in zip(boxes, design.rectangles(), strict=False):
        assert (place[0] - left, place[1] - top, *place[2:]) == pytest.approx(true, abs=0.001)
        assert srgb == stated
    assert len(boxes) == len(design.rectangles()) + 8, "and marks where to cut"


def test_what_the_page_paints_is_found_with_its_scale_and_colours() -> None:
    width, height = PAPERS_MM["a4"]
    boxes = painted(command.drawn("a4"), page_mm=(width, height))
    page = cards.painted(boxes, width_mm=width, height_mm=height, per_mm=8)
    seen = card.find(photo.decode(cards.filed(photo.display(page), quality=95)))  # type: ignore[arg-type]
    assert isinstance(seen, Card)
    assert seen.mm_per_px == pytest.approx(1 / 8, rel=0.002)
    assert seen.correction.gains == pytest.approx([1.0] * 3, rel=0.01)
    assert seen.used == len(design.PATCHES)


def test_words_leave_the_fiducials_and_the_edge_free() -> None:
    """With a width of 0.56 of the size for each letter, more than Helvetica takes on average."""
    right = design.WIDTH_MM - design.INSET_MM - design.MARKER_MM
    for left, baseline, high, text in design.words():
        assert left + len(text) * 0.56 * high / cardsheet.CAP < right - 0.5 or len(text) <= 2, text
        assert left > design.INSET_MM + design.MARKER_MM + 0.5
        assert high < baseline < design.HEIGHT_MM - 0.5
    assert all("ruler" in " ".join(one) for one in ([words[3] for words in design.words()], command.ADVICE))


def test_the_colours_are_stated_as_srgb() -> None:
    profile = stream(objects(command.drawn("a4"))[6])
    assert int.from_bytes(profile[:4]) == len(profile)
    coding = icc.matrix_profile(profile, levels=256)
    assert coding is not None
    assert coding.matrix is None, "the primaries of sRGB"
    assert np.abs(coding.curves - icc.srgb(levels=256).curves).max() < 2e-4
    patches = Image.fromarray(np.array([design.PATCHES], np.uint8))
    ours = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    same = ImageCms.profileToProfile(patches, ours, ImageCms.createProfile("sRGB"))
    assert np.abs(np.asarray(same).astype(int) - np.asarray(patches).astype(int)).max() <= 1


def test_the_same_card_is_the_same_bytes() -> None:
    assert command.drawn("a4") == command.drawn("a4") != command.drawn("letter")


def test_brackets_and_other_letters_are_written_as_they_are() -> None:
    content = cardsheet.write(
        [], [(1, 1, 2, r"(50 °) \ “x”")], width_mm=9, height_mm=9, paper="a4", title="Größe (1)"
    )
    shown = stream(objects(content)[4])
    assert rb"(\(50 " + b"\xb0" + rb"\) \\ " + b"\x93x\x94) Tj" in shown
    assert "Größe (1)".encode("utf-16-be").hex().upper().encode() in objects(content)[7]


def test_fiducials_differ_from_each_other_in_every_turn_and_mirrored() -> None:
    cells = [np.array([int(bit) for bit in bits]).reshape(4, 4) for bits in design.MARKERS]
    for number, one in enumerate(cells):
        for turns in range(4):
            for other, two in enumerate(cells):
                apart = int((one != np.rot90(two, turns)).sum())
                assert apart >= 6 or (number == other and turns == 0)
                assert int((one != np.rot90(two[:, ::-1], turns)).sum()) >= 4
    first = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_100)
    for number in range(100):
        bits = np.asarray(first.getMarkerBits(number)).reshape(4, 4)
        assert all(int((one != np.rot90(bits, t)).sum()) >= 3 for one in cells for t in range(4))

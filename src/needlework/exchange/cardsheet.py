"""
A card as a PDF of one page, at true size.

Rectangles and words in millimetres become PDF operators; nothing is scaled, no font is embedded, no day is
written in, so the same card is the same bytes. Colours are stated as sRGB by a profile in the file: without
it each printer takes the numbers for its own colours. Source: ISO 32000-1 (PDF 1.4), ICC.1:2010.
"""

import struct
import zlib
from collections.abc import Iterable
from typing import Literal

Paper = Literal["a4", "letter"]
PAPERS_MM: dict[Paper, tuple[float, float]] = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
POINTS_PER_MM = 72 / 25.4
CAP = 0.718
"""Height of Helvetica's capitals ÷ size of the font."""

Rectangle = tuple[tuple[float, float, float, float], tuple[int, int, int]]
"""Left, top, width and height in mm from the top left corner of the card, and sRGB."""
Words = tuple[float, float, float, str]
"""Left and baseline in mm, height of capitals in mm, text in Latin letters."""


def write(
    rectangles: Iterable[Rectangle],
    words: Iterable[Words],
    *,
    width_mm: float,
    height_mm: float,
    paper: Paper,
    title: str,
    advice: Iterable[str] = (),
) -> bytes:
    """
    The page: the card in the middle near the top, marks where to cut, and advice below it.

    >>> write([((0, 0, 9, 9), (0, 0, 0))], [], width_mm=9, height_mm=9, paper="a4", title="x")[:8]
    b'%PDF-1.4'
    """
    page_width, page_height = PAPERS_MM[paper]
    left, top = (page_width - width_mm) / 2, 40.0
    lines = ["/sRGB cs"]
    for (x, y, wide, high), srgb in rectangles:
        colour = " ".join(_number(value / 255) for value in srgb)
        box = (left + x, page_height - top - y - high, wide, high)
        lines.append(f"{colour} sc {' '.join(_points(value) for value in box)} re f")
    lines.append("0 0 0 sc")
    lines += [
        f"{' '.join(_points(value) for value in box)} re f"
        for box in _cuts(left, page_height - top, width_mm, height_mm)
    ]
    for x, baseline, high, text in words:
        lines.append(_text(left + x, page_height - top - baseline, high, text))
    lines.append(_text(25.0, page_height - 27.0, 3.4, title))
    for number, text in enumerate(advice):
        lines.append(_text(25.0, page_height - top - height_mm - 18.0 - 6.5 * number, 2.5, text))
    return _file("\n".join(lines), page_mm=(page_width, page_height), title=title)


def _cuts(left: float, top: float, width: float, height: float) -> list[tuple[float, float, float, float]]:
    """Short lines outside the four corners: left, bottom, width and height in mm."""
    thin, long, off = 0.1, 4.0, 1.0
    boxes = []
    for x in (left, left + width):
        for bottom in (top + off, top - height - off - long):
            boxes.append((x - thin / 2, bottom, thin, long))
    for y in (top, top - height):
        for start in (left - off - long, left + width + off):
            boxes.append((start, y - thin / 2, long, thin))
    return boxes


def _text(left: float, baseline: float, high: float, text: str) -> str:
    shown = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    size = _points(high / CAP)
    return f"BT /F1 {size} Tf {_points(left)} {_points(baseline)} Td ({shown.decode('latin-1')}) Tj ET"


def _points(mm: float) -> str:
    return _number(mm * POINTS_PER_MM)


def _number(value: float) -> str:
    """At most four decimals, a thousandth of what a printer resolves, and never an exponent."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


# ── the file ─────────────────────────────────────────────────────────────────────────────────────────


def _file(content: str, *, page_mm: tuple[float, float], title: str) -> bytes:
    media = " ".join(_points(value) for value in page_mm)
    named = title.encode("utf-16-be").hex().upper()
    objects = (
        # PrintScaling None asks the viewer to print at true size
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en) /ViewerPreferences << /PrintScaling /None >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {media}] /Contents 4 0 R /Resources << /Font "
        "<< /F1 5 0 R >> /ColorSpace << /sRGB [/ICCBased 6 0 R] >> >> >>".encode(),
        _stream(content.encode("latin-1"), ""),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        _stream(_srgb_profile(), "/N 3 /Alternate /DeviceRGB"),
        f"<< /Title <FEFF{named}> /Producer (Needlework) >>".encode(),
    )
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    starts = []
    for number, one in enumerate(objects, start=1):
        starts.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % start for start in starts)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 7 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
    )
    return bytes(out)


def _stream(content: bytes, entries: str) -> bytes:
    packed = zlib.compress(content, 9)
    head = f"<< /Length {len(packed)} /Filter /FlateDecode {entries}>>".encode()
    return head + b"\nstream\n" + packed + b"\nendstream"


# ── sRGB, as a profile ───────────────────────────────────────────────────────────────────────────────

D50 = (0.9642, 1.0, 0.8249)
PRIMARIES = {
    b"rXYZ": (0.4360657, 0.2224932, 0.0139160),
    b"gXYZ": (0.3851515, 0.7168870, 0.0970764),
    b"bXYZ": (0.1430784, 0.0606169, 0.7140961),
}
"""Of sRGB, brought to D50, as the sRGB profile states them."""
CURVE_POINTS = 1024


def _srgb_profile() -> bytes:
    """The smallest display profile of version 2 that says sRGB. Source: ICC.1:2001-04, IEC 61966-2-1."""
    name = b"sRGB\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(4 + 4 + 2 + 1 + 67),
        b"cprt": b"text\0\0\0\0" + b"Free to use\0",
        b"wtpt": _xyz(D50),
        **{key: _xyz(value) for key, value in PRIMARIES.items()},
    }
    curve = _curve()
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    places: dict[bytes, int] = {}
    for key, content in tags.items():
        if content not in places:  # the three curves are one
            places[content] = start + len(body)
            body += content + bytes(-len(content) % 4)
        table += struct.pack(">4sII", key, places[content], len(content))
    size = start + len(body)
    head = struct.pack(">I4s", size, bytes(4)) + bytes((2, 0x20, 0, 0)) + b"mntrRGB XYZ "
    head += struct.pack(">6H", 2000, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    head += _xyz(D50)[8:] + bytes(48)
    return head + struct.pack(">I", len(tags)) + table + body


def _xyz(value: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(one * 65536) for one in value))


def _curve() -> bytes:
    coded = [number / (CURVE_POINTS - 1) for number in range(CURVE_POINTS)]
    light = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in coded]
    values = [round(one * 65535) for one in light]
    return b"curv\0\0\0\0" + struct.pack(f">I{CURVE_POINTS}H", CURVE_POINTS, *values)

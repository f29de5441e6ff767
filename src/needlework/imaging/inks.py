"""
The inks of the drawn pictures: colour scales, hatching, outlines and legends.

Each scale is a straight line in CIE L*a*b*, so that equal steps of a value are equal steps for the eye, and
its lightness runs one way (twice from the middle for a change), so that it reads without colour as well.
"""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from needlework.imaging.regions import Mask

Picture = NDArray[np.uint8]
"""Rows × columns × RGB."""
Lab = tuple[float, float, float]

PAPER_LEVEL = 188
"""Of 255: half of white light, to which skin of every colour is brought under a drawing."""
STEPS = 256
HATCH_PX = 9
SMALL_PX = 500
"""A picture with less room than this has thin lines and small letters."""
DARK, LIGHT, QUIET = (31, 35, 40), (255, 255, 255), (112, 112, 112)


def _along(*stops: Lab) -> Picture:
    """256 colours along straight lines between stops, evenly parted."""
    at = np.linspace(0, len(stops) - 1, STEPS)
    planes = [np.interp(at, range(len(stops)), [stop[i] for stop in stops]) for i in range(3)]
    lab = np.stack(planes, axis=-1).astype(np.float32)[:, None, :]
    return np.clip(np.round(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB) * 255), 0, 255).astype(np.uint8)


FIELD = _along((22.0, 2.0, -34.0), (90.0, -3.0, 62.0))
"""From night blue to yellow, told apart by every kind of colour vision (after cividis, Nuñez 2018)."""
MARKS = _along((76.0, 0.0, 0.0), (24.0, 22.0, -52.0))
"""From the grey of the paper to ink, so that what counts little is seen little."""
CHANGE = _along((36.0, 4.0, -46.0), (78.0, 0.0, 0.0), (43.0, 54.0, 44.0))
"""Less in blue, more in red, around a neutral grey; both ends are dark, and differ for every eye."""


def coloured(index: Picture, scale: Picture) -> Picture:
    """One of 256 steps at each pixel, as colours."""
    return np.asarray(cv2.applyColorMap(index, scale), np.uint8)


def hatching(shape: tuple[int, ...]) -> Mask:
    """Slanting lines over everything, to be laid where nothing was measured."""
    rows = np.arange(shape[0], dtype=np.int32)[:, None]
    lines: Mask = (rows + np.arange(shape[1], dtype=np.int32)) % HATCH_PX < 2
    return lines


def outlined(picture: Picture, outlines: Sequence[NDArray[Any]]) -> None:
    """Lines in white on dark, which are seen on any skin."""
    thick = 1 if max(picture.shape[:2]) < SMALL_PX else 2
    cv2.polylines(picture, outlines, True, DARK, thick + 2, cv2.LINE_AA)
    cv2.polylines(picture, outlines, True, LIGHT, thick, cv2.LINE_AA)


# ── words ────────────────────────────────────────────────────────────────────────────────────────────


def letters_px(picture: Picture) -> int:
    """The size of letters that can be read on a picture of this size."""
    longest = float(max(picture.shape[:2]))
    return max(9 if longest < SMALL_PX else 11, round(longest / 64))


def width_px(text: str, size: int) -> int:
    box = cv2.getTextSize((1, 1), text, (0, 0), cv2.FontFace("sans"), size, 500)
    return int(box[2])


def fitting(text: str, size: int, *, wide: int) -> str:
    """The text, cut short where it is wider than there is room."""
    if width_px(text, size) <= wide:
        return text
    while text and width_px(f"{text}…", size) > wide:
        text = text[: -max(1, len(text) // 12)]
    return f"{text.rstrip()}…" if text else ""


def placed(
    names: Sequence[tuple[str, int, int]], shape: tuple[int, ...], size: int
) -> tuple[tuple[str, int, int], ...]:
    """
    Names with the left end and the baseline of each, around the middles that are given, none over another.

    Where there is no room near its middle a name is left out; the outline stays.
    """
    height, width = shape[:2]
    taken = np.zeros((height, width), bool)
    kept = []
    for name, x, y in names:
        text = fitting(name, size, wide=width - 8)
        wide = width_px(text, size)
        left = min(max(4, x - wide // 2), max(4, width - wide - 4))
        for shift in (0, 1, -1, 2, -2):
            line = y + size // 3 + round(1.6 * size * shift)
            over = np.s_[max(0, line - size - 1) : line + 4, max(0, left - 3) : left + wide + 3]
            if text and size < line < height - 4 and not taken[over].any():
                taken[over] = True
                kept.append((text, left, line))
                break
    return tuple(kept)


def named(picture: Picture, name: str, *, left: int, line: int) -> None:
    """A name in white on dark, from the left end of its baseline on."""
    size = letters_px(picture)
    around = np.s_[max(0, line - 2 * size) : line + size, max(0, left - 4) : left + width_px(name, size) + 4]
    shape = np.zeros(picture[around].shape, np.uint8)
    at = (left - max(0, left - 4), line - max(0, line - 2 * size))
    cv2.putText(shape, name, at, LIGHT, cv2.FontFace("sans"), size, 500)
    letters = shape[..., 0]
    halo = cv2.GaussianBlur(cv2.dilate(letters, np.ones((5, 5), np.uint8)), (0, 0), 1.0)
    for mask, colour in ((halo, DARK), (letters, LIGHT)):
        share = mask[..., None].astype(np.float32) / 255
        mixed = picture[around] * (1 - share) + np.array(colour, np.float32) * share
        picture[around] = mixed.astype(np.uint8)


# ── the legend ───────────────────────────────────────────────────────────────────────────────────────

LEGEND_MIN_PX = 260
"""A narrower picture has no room for words."""


def legend(picture: Picture, *, title: str, scale: Picture, ends: Sequence[str], zones: Mask) -> None:
    """What the colours mean, in the corner where it hides least of the zones."""
    height, width = picture.shape[:2]
    size = letters_px(picture)
    inner = min(18 * size, width - 4 * size)
    if width < LEGEND_MIN_PX or height < 9 * size:
        return
    lines = [fitting(title, size, wide=inner), fitting("hatched: not measured", size, wide=inner)]
    high, wide = round(6.2 * size), inner + 2 * size
    top, left = _corner(zones, high, wide)
    panel = picture[top : top + high, left : left + wide]
    panel[:] = (panel * np.float32(0.12) + np.float32(0.88 * 250)).astype(np.uint8)
    bar = np.s_[round(2.0 * size) : round(2.8 * size), size : size + inner]
    panel[bar] = cv2.resize(scale.transpose(1, 0, 2), (inner, 1))
    font = cv2.FontFace("sans")

    def write(text: str, x: int, y: float) -> None:
        cv2.putText(panel, text, (x, round(y * size)), DARK, font, size, 400)

    write(lines[0], size, 1.5)
    for number, end in enumerate(ends):
        text = fitting(end, size, wide=inner // len(ends))
        room = inner - width_px(text, size)
        write(text, size + round(room * number / max(1, len(ends) - 1)), 3.9)
    swatch = panel[round(4.5 * size) : round(5.5 * size), size : round(2.6 * size)]
    swatch[hatching(swatch.shape)] = QUIET
    write(lines[1], 3 * size, 5.35)


def _corner(zones: Mask, high: int, wide: int) -> tuple[int, int]:
    """Top and left of the corner that holds least of the zones; the bottom left one where all are alike."""
    height, width = zones.shape
    gap = 6
    corners = [
        (top, left)
        for top in (max(0, height - high - gap), gap)
        for left in (gap, max(0, width - wide - gap))
    ]
    return min(corners, key=lambda at: int(zones[at[0] : at[0] + high, at[1] : at[1] + wide].sum()))

"""How a card lies: flat, near, straight and sharp enough, or why not."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from needlework.imaging.card import colours, edges, light
from needlework.imaging.card.design import HEIGHT_MM, WIDTH_MM, marker_corners
from needlework.imaging.card.fiducials import SQUARE, Corners, landed
from needlework.imaging.card.record import Card, no
from needlework.imaging.photo import Photo
from needlework.records.why import Refusal

WIDTH_MIN_PX = 225
TILT_MAX_DEG = 50.0
FLAT_MAX = 0.006
"""How far the fiducials may be from where a flat card has them: root mean square ÷ width of the card."""


def placed(photo: Photo, found: Corners) -> Card | Refusal:
    """The card from its four fiducials: is it flat, near, straight and sharp enough? Then its colours."""
    on_card = np.concatenate([SQUARE + corner for corner in marker_corners()])
    in_photo = np.concatenate([found[number] for number in range(4)])
    to_px, _ = cv2.findHomography(on_card, in_photo, 0)
    if to_px is None:
        return _bent()
    there = landed(to_px, on_card)
    bent_px = float(np.sqrt(((there - in_photo) ** 2).sum(axis=1).mean()))
    long, short = _stretch(to_px)
    width_px, tilt_deg = WIDTH_MM * long, float(np.degrees(np.arccos(min(1.0, short / long))))
    if width_px < WIDTH_MIN_PX:
        return no(
            "size",
            f"The card is only {width_px:.0f} pixels wide; {WIDTH_MIN_PX} are needed.",
            "Go nearer, or send the photograph as taken and not a smaller copy.",
        )
    if (edge_mm := edges.edge_mm(photo, found)) > edges.EDGE_MAX_MM:
        return edges.blurred(edge_mm)
    if bent_px > max(0.7, FLAT_MAX * width_px):
        return _bent()
    if tilt_deg > TILT_MAX_DEG:
        return no(
            "tilt",
            f"The card is tilted by about {tilt_deg:.0f}° against the camera.",
            "Turn it towards the camera.",
        )
    corners = landed(to_px, np.array([(0, 0), (WIDTH_MM, 0), (WIDTH_MM, HEIGHT_MM), (0, HEIGHT_MM)]))
    patches = light.read(photo, to_px)
    corrected = colours.fitted(patches, ground=light.ground_grey(photo, to_px))
    if isinstance(corrected, Refusal):
        return corrected
    patches, correction = corrected
    outline = tuple((float(x), float(y)) for x, y in corners)
    return Card("needlework", outline, 1.0 / long, width_px, tilt_deg, patches, correction)


def _bent() -> Refusal:
    return no(
        "flat",
        "The card is creased or bent: its fiducials do not lie in one plane.",
        "Use a flat card; glue it to stiff board, or print a new one.",
    )


def _stretch(to_px: NDArray[Any]) -> tuple[float, float]:
    """
    Pixels per mm at the middle of the card, across and along the tilt.

    A tilt shortens along its own direction by its cosine and leaves the other as it is, so the longer is the
    scale of what lies at the card's distance and faces the camera.
    """
    x, y = WIDTH_MM / 2, HEIGHT_MM / 2
    right, left, down, up = landed(to_px, np.array([(x + 0.5, y), (x - 0.5, y), (x, y + 0.5), (x, y - 0.5)]))
    long, short = np.linalg.svd(np.stack([right - left, down - up]), compute_uv=False)
    return float(long), float(short)

"""
A card in a photograph: where and how it stands there, and what its colours tell.

Laid beside the skin it tells the size of a pixel and the colour of the light. Four fiducials say where it is;
the grey ground between its patches says how evenly it is lit, so that a shadow across it does no harm. The
24-patch chart is found as well and gives colour; it is made in several sizes, so it gives no scale.
"""

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from needlework.imaging.card import chart, edges, fiducials, pose
from needlework.imaging.card.design import PLACES
from needlework.imaging.card.record import Card, Patch, no
from needlework.imaging.icc import Floats
from needlework.imaging.photo import Photo
from needlework.records.why import Refusal

METHOD = "card-1"
"""Changes with anything that changes what is read of a card."""


def find(photo: Photo) -> Card | Refusal:
    """
    The card in a photograph, or why there is none that can be used.

    Keys of the reasons: card.none, card.mirrored, card.covered, card.two, card.size, card.flat, card.tilt,
    card.focus, card.clipped, card.light. Only card.none says that no card was seen at all.
    """
    at = fiducials.seen(photo)
    if isinstance(at, Refusal):
        return at
    if not at:
        return chart.found(photo) or no(
            "none", "There is no card in the photograph.", "Lay the card beside the skin."
        )
    if len(at) < 4 and (edge_mm := edges.edge_mm(photo, at)) > edges.EDGE_MAX_MM:
        return edges.blurred(edge_mm)
    if missing := [place for number, place in enumerate(PLACES) if number not in at]:
        return no(
            "covered",
            f"The card is not wholly seen: its {' and '.join(missing)} fiducial"
            f"{'s are' if len(missing) > 1 else ' is'} missing.",
            "Show the whole card, with no finger, hair, glare or edge of the picture over its corners.",
        )
    return pose.placed(photo, at)


def correct(photo: Photo, found: Card) -> Floats:
    """The photograph's linear light in the colours of the card; 1 = white under the card's light."""
    return found.correction.apply(photo.linear)


def balanced(photo: Photo, found: Card) -> Photo:
    """
    The same photograph with the card's 3 × 3 matrix in its coding: every reader of its light is corrected.

    Always the matrix, so that both photographs of a pair are corrected in the same way: of gains, matrix and
    roots it leaves the least scatter in redness between captures under different white balance.
    """
    matrix, coding = found.correction.matrix, photo.coding
    whole = matrix if coding.matrix is None else (matrix @ coding.matrix).astype(np.float32)
    return replace(photo, coding=replace(coding, matrix=whole))


def apart_od(one: Card, two: Card) -> float:
    """
    How far the colours of two corrected cards still differ, grey apart. [optical density]

    The median over the coloured patches that both show, so that what the printer got wrong drops out.
    """
    moved = [
        np.log(_corrected(one, before)) - np.log(_corrected(two, after))
        for before, after in zip(one.patches, two.patches, strict=True)
        if not before.left_out and not after.left_out and max(before.stated) - min(before.stated) > 0.01
    ]
    if one.kind != two.kind or not moved:
        return float("inf")
    return float(np.median(np.linalg.norm([shift - shift.mean() for shift in moved], axis=1)))


def _corrected(found: Card, patch: Patch) -> NDArray[np.float64]:
    """Linear light of a patch under its photograph's matrix."""
    light: NDArray[np.float64] = np.maximum(found.correction.matrix @ np.array(patch.seen), 1e-3)
    return light


def hidden(photo: Photo, found: Card) -> Photo:
    """
    The photograph with its surroundings drawn smoothly over the card.

    A card has far more detail than skin: left in, it and not the skin would lead the alignment.
    """
    edge = max(6, round(0.03 * found.width_px))
    outline = np.array(found.corners_px)
    left, top = np.maximum(0, np.floor(outline.min(axis=0)).astype(int) - 6 * edge)
    right, bottom = np.ceil(outline.max(axis=0)).astype(int) + 6 * edge
    part = photo.coded[top:bottom, left:right]
    if part.size == 0:
        return photo
    over: NDArray[Any] = np.zeros(part.shape[:2], np.uint8)
    cv2.fillConvexPoly(over, np.round(outline - (left, top)).astype(np.int32), 255)
    over = cv2.dilate(over, np.ones((3, 3), np.uint8), iterations=max(1, edge // 3))
    small = (max(8, part.shape[1] // edge), max(8, part.shape[0] // edge))
    weight = (cv2.resize(255 - over, small, interpolation=cv2.INTER_AREA) > 250).astype(np.float32)
    colours = cv2.resize(part, small, interpolation=cv2.INTER_AREA).astype(np.float32)
    sigma = max(small) / 12
    near = cv2.GaussianBlur(weight, (0, 0), sigma) + 1e-6
    fill = cv2.GaussianBlur(colours * weight[..., None], (0, 0), sigma) / near[..., None]
    if float(weight.sum()) < 3:  # the card fills the photograph
        fill = np.broadcast_to(np.median(part.reshape(-1, 3), axis=0), fill.shape).astype(np.float32)
    wide = cv2.resize(fill, (part.shape[1], part.shape[0]), interpolation=cv2.INTER_LINEAR)
    coded = photo.coded.copy()
    coded[top:bottom, left:right][over > 0] = wide[over > 0].astype(coded.dtype)
    return replace(photo, coded=coded)

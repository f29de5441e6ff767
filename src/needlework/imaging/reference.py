"""
What should not have changed between two photographs, and what it says of the camera's colours.

Without a card, an overall change of redness or tan cannot be told from white balance and exposure. A wall or
a cloth that stood still can tell, and so can skin that was not treated; what is reported is then a change
against it. Where both are there and disagree, all of the skin has changed, and the wall is believed.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from needlework.imaging.align import Pair
from needlework.imaging.icc import Floats
from needlework.imaging.regions import Mask, Region

SHARE_MIN = 0.05
"""Share of the picture that a reference must have, or it says too little."""
PARTS = 12
"""Parts along each side of the picture that are asked apart how the colours moved."""
UNKNOWN_CAST_OD = 0.03
"""How far white balance drifts between two photographs with nothing in them to tell; house."""
GREY_OD = {"surroundings": 0.015, "background": 0.06, "nothing": 0.1}
"""How uncertain the brightness of skin stays beside each: a wall lies otherwise to the light; house."""
DISAGREE = 3.0
"""Uncertainties by which two references must be apart to contradict each other."""
SURE_OD = 0.004


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """By how much the camera's colours have moved."""

    shift: Floats
    """Optical density in R, G, B that the second photograph has more by the camera alone."""
    cast_od: float
    """Uncertainty of its colour."""
    grey_od: float
    """Uncertainty of its grey part, as far as it bears on skin."""
    by: str
    """What told it: card, background, surroundings, or nothing."""


def of(small: Pair, zones: tuple[Region, ...] | None) -> Reference:
    """The reference of a pair without a card, from the whole picture at a few hundred pixels."""
    moved = small.after - small.before
    around, behind = _surroundings(small, zones), _background(small)
    told = {
        by: Reference(*_robust(moved, mask), GREY_OD[by], by)
        for by, mask in (("surroundings", around), ("background", behind))
        if float(mask.mean()) >= SHARE_MIN
    }
    if len(told) == 2:
        return _of_two(told["surroundings"], told["background"])
    if told:
        return next(iter(told.values()))
    middle = np.median(moved[small.usable], axis=0) if small.usable.any() else np.zeros(3)
    shift = middle.astype(np.float32)
    cast_od = float(np.hypot(UNKNOWN_CAST_OD, np.linalg.norm(hue(shift))))
    return Reference(shift, cast_od, GREY_OD["nothing"], "nothing")


def beside_card(card: Reference, seen: Reference) -> tuple[Reference, Floats]:
    """
    What a card leaves uncertain once skin that nobody measures was asked too, and what that skin has moved.

    `seen` is asked of the pair in the card's colours. A card is small and lies aside of the skin, so it tells
    colours less surely than untreated skin does; but where that skin has moved by more than the card can err,
    all of the skin may have changed: the further it has moved, the less it is believed. [optical density]
    """
    if seen.by != "surroundings":
        return card, np.zeros(3, np.float32)
    colour, cast_od = _shared(hue(seen.shift), card.cast_od, seen.cast_od)
    grey, grey_od = _shared(np.full(3, seen.shift.mean()), card.grey_od, seen.grey_od)
    return Reference(card.shift, cast_od, grey_od, card.by), (colour + grey).astype(np.float32)


def _shared(moved: Floats, card_od: float, seen_od: float) -> tuple[Floats, float]:
    """How much of a movement of the skin around is the camera's, and how uncertain that is."""
    apart = float(np.linalg.norm(moved)) / math.sqrt(2)
    doubted = math.hypot(seen_od, apart / 2)
    both = math.hypot(card_od, doubted)
    return moved * (card_od / both) ** 2, card_od * doubted / both


def hue(shift: Floats) -> Floats:
    """A movement without its grey part."""
    out: Floats = shift - shift.mean()
    return out


def _of_two(skin: Reference, wall: Reference) -> Reference:
    """Untreated skin where wall and skin agree, with the colour that both tell together; else the wall."""
    apart = float(np.linalg.norm(hue(skin.shift - wall.shift)))
    unsure = float(np.hypot(skin.cast_od, wall.cast_od))
    if apart > DISAGREE * unsure:
        return wall
    trust = wall.cast_od**2 / (wall.cast_od**2 + skin.cast_od**2)
    colour = trust * hue(skin.shift) + (1 - trust) * hue(wall.shift)
    return Reference(
        (colour + skin.shift.mean()).astype(np.float32),
        max(skin.cast_od * wall.cast_od / unsure, apart / 4),
        skin.grey_od,
        "surroundings",
    )


def _surroundings(small: Pair, zones: tuple[Region, ...] | None) -> Mask:
    """Skin that nobody measures; nothing where all of the skin is measured."""
    if not zones or any(zone.polygon is None for zone in zones):
        return np.zeros(small.usable.shape, bool)
    inside = np.zeros(small.usable.shape, bool)
    for zone in zones:
        inside |= small.inside(zone)
    side = int(0.04 * max(inside.shape)) | 1
    near = cv2.dilate(inside.astype(np.uint8), np.ones((side, side), np.uint8)) > 0
    return small.usable & small.skin & ~near


def _background(small: Pair) -> Mask:
    """What is neither skin nor near it nor black."""
    skin = cv2.dilate(small.skin.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    behind: Mask = small.usable & ~skin & (small.before.max(axis=2) < 4.5)
    return behind


def _robust(moved: Floats, mask: Mask) -> tuple[Floats, float]:
    """
    The median movement of a reference, and how uncertain its colour is: how far its parts disagree.

    A part of the movement's own size is added: a camera's white balance is not the same factor for every
    colour, and what stands far from white is corrected less well.
    """
    shift = np.median(moved[mask], axis=0).astype(np.float32)
    height, width = mask.shape
    parts = [
        np.median(moved[tile][mask[tile]], axis=0)
        for row in range(0, height, max(1, height // PARTS))
        for column in range(0, width, max(1, width // PARTS))
        if (tile := np.s_[row : row + height // PARTS, column : column + width // PARTS])
        and mask[tile].mean() > 0.5
    ]
    if len(parts) < 3:
        return shift, UNKNOWN_CAST_OD
    colour = np.array([hue(part - shift) for part in parts])
    spread = float(np.sqrt((colour**2).sum(axis=1)).mean() / np.sqrt(len(parts)) * 2)
    return shift, float(np.sqrt(spread**2 + (0.1 * np.linalg.norm(hue(shift))) ** 2 + SURE_OD**2))

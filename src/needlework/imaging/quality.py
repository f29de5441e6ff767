"""
What one photograph is good for: refused, fit with cautions, or fit; with the numbers, and what to do, in
words for somebody who holds a phone.

All but noise is read from one copy of at most 1400 px a side. Limits are house: they were set on drawn skin
(benchmarks and tests). What two photographs must share is in comparability.
"""

import math
from dataclasses import dataclass
from typing import TypedDict, Unpack

import cv2
import numpy as np
from numpy.typing import NDArray

from needlework.imaging import hints, posture, regions, robust
from needlework.imaging.card.record import Card
from needlework.imaging.face import Face
from needlework.imaging.icc import Floats
from needlework.imaging.items import Item, Mark, graded
from needlework.imaging.optics import blurred, density
from needlework.imaging.photo import Photo
from needlework.imaging.regions import Mask
from needlework.records.why import Reason, Refusal

LOOK_PX, SKIN_PX = 1400, 600
"""Longest side of the copy, and of the smaller one in which skin is sought."""
SIDE_MIN_PX = 240
STRIP_MAX = 4.0
SKIN_MIN = 0.008
"""Share of the picture; the face in a portrait that shows half the body takes 3 %."""
DARK_MAX_OD = 4.9
CLIPPED_MAX, CLIPPED_CAUTION = 0.35, 0.05
BLUR_MAX, BLUR_CAUTION = 0.2, 0.3
"""Fine detail (1 to 2 px) ÷ detail four times as large; a sharp photograph of skin has over 0.5."""
NOISE_CAUTION, NOISE_MAX = 0.04, 0.25
RESOLUTION_CAUTION, RESOLUTION_MIN = 5.0, 1.0
"""Pixels per millimetre: below the first neither pores nor fine lines are seen, below the second nothing."""
CAST_CAUTION, CAST_CARD = 0.2, 0.35
CAST_DARK, DARK_FROM_OD = 0.25, 2.2
"""On dark skin the surface's haze keeps blue from falling, which looks magenta: so much more is let pass."""
SHINE_CAUTION, SHINE_MAX = 0.1, 0.4
SIDE_CAUTION, SIDE_MAX = 0.8, 1.8
EVEN_MIN = 0.5
"""Of bare skin's mottling; drawn skin has 0.58 and more of it, under drawn make-up 0.2 to 0.35."""
MOTLEY_MAX, FUR_MIN = 0.26, 0.022
"""
Spread of colour over all of it and within a millimetre or two; both, or skin that has lost its pigment in
patches would be refused. Drawn skin of all types stays below 0.14 and 0.02, a cat above 0.29 and 0.025.
"""


Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Quality:
    """Everything that was looked at in one photograph, in the order in which it is told."""

    items: tuple[Item, ...]

    def of(self, id_: str) -> Item | None:
        return next((one for one in self.items if one.id == id_), None)

    def marked(self, mark: Mark, who: str = "photo") -> tuple[Reason, ...]:
        """The items of one mark as reasons; `who` starts each key: before, after."""
        return tuple(one.reason(who) for one in self.items if one.mark is mark)


class Known(TypedDict, total=False):
    """What is known of a photograph beside its pixels, as `examine` takes it."""

    mm_per_px: float | None
    card: Card | None
    face: Face | Refusal | None
    view: str


def check(photo: Photo, *, who: str = "photo", **known: Unpack[Known]) -> tuple[Reason, ...]:
    """Why this photograph cannot be measured; empty where it can. `who` starts each key: before, after."""
    return examine(photo, **known).marked(Mark.REFUSED, who)


def cautions(photo: Photo, *, who: str = "photo", **known: Unpack[Known]) -> tuple[Reason, ...]:
    """What may have harmed a photograph that can be measured all the same."""
    return examine(photo, **known).marked(Mark.CAUTION, who)


def examine(
    photo: Photo,
    *,
    mm_per_px: float | None = None,
    card: Card | None = None,
    face: Face | Refusal | None = None,
    view: str = "",
) -> Quality:
    """
    Look at everything that can be told of one photograph alone.

    `mm_per_px` is its scale where that is known, else a card's is taken; `view` the one that was asked for;
    `face` what was found of a face, None where none was sought.
    What follows is not looked at where there is no skin, or no colour, to look at.
    """
    shape = _shape(photo)
    if shape.mark is Mark.REFUSED:
        return Quality((shape,))
    light = _copy(photo)
    shrink = min(1.0, SKIN_PX / max(light.shape[:2]))
    small = (
        cv2.resize(light, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA) if shrink < 1 else light
    )
    if nothing := _black(small) or _grey(photo):
        return Quality((shape, nothing))
    skin = regions.skin(small)
    share = graded(
        "skin", "Skin in the picture", 100 * float(skin.mean()), unit="%",
        refuse=100 * SKIN_MIN, at_most=False,
        says="There is almost no skin in the photograph.",
        do="Go nearer, fill the picture with the area, and avoid coloured light.",
    )  # fmt: skip
    if share.mark is Mark.REFUSED:
        return Quality((shape, share))
    seen = _seen(photo, light, small, skin, mm_per_px or (card.mm_per_px if card else None))
    motley = None if isinstance(face, Face) else _motley(seen)
    if motley:
        return Quality((shape, motley))
    focus = _focus(seen)
    return Quality(
        (
            shape, share, *_exposure(seen), focus, _noise(seen), _resolution(seen),
            _cast(seen, card), _shine(seen), _side(seen), _even(seen, focus),
            *hints.items(photo), *posture.items(face, view=view),
        )
    )  # fmt: skip


# ── the picture ──────────────────────────────────────────────────────────────────────────────────────


def _shape(photo: Photo) -> Item:
    sides = (photo.width, photo.height)
    size = graded(
        "size", "Shorter side", min(sides), unit="px", refuse=SIDE_MIN_PX, at_most=False,
        says=f"The photograph has only {photo.width} × {photo.height} pixels.",
        do="Send the photograph as taken, not a preview or a picture from a chat.",
    )  # fmt: skip
    strip = graded(
        "size", "Longer ÷ shorter side", max(sides) / min(sides), refuse=STRIP_MAX,
        says="The photograph is a panorama or a strip.",
        do="Take an ordinary photograph of the area.",
    )  # fmt: skip
    return strip if size.mark is Mark.FINE and strip.mark is Mark.REFUSED else size


def _grey(photo: Photo) -> Item | None:
    if photo.colour:
        return None
    return Item(
        "colour", "Colour", Mark.REFUSED,
        says="The photograph has no colour.", do="Take it in colour, without a filter, in white light.",
    )  # fmt: skip


def _black(light: Floats) -> Item | None:
    level = float(np.median(density(light)))
    if level > DARK_MAX_OD and float(np.percentile(light, 90)) < 0.02:
        return graded(
            "light", "Optical density", level, unit="OD", refuse=DARK_MAX_OD,
            says="The photograph is almost black.", do="Turn the light on and take it again.",
        )  # fmt: skip
    return None


def _copy(photo: Photo) -> Floats:
    """Linear light at no more than LOOK_PX a side."""
    coded, _ = photo.at_most(LOOK_PX)
    return photo.lit(coded)


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """What the items below share: one copy, its density, and where in it the skin lies."""

    photo: Photo
    light: Floats
    skin: Mask
    small: Floats
    small_skin: Mask
    at: tuple[Places, Places]
    """Rows and columns of the copy at some thousand places of the skin, away from hair, cloth and edges."""
    density: Floats
    """At those places, a little blurred, so that noise does not count as colour; places × RGB."""
    mottling: float
    """Robust spread of redness over 0.2 to 1.6 mm, shading apart. [OD]"""
    mm_per_px: float | None
    """Of the photograph itself."""


PLACES = 30_000
BAND_MM, NOMINAL_MM = (0.2, 1.6), 0.13


def _seen(photo: Photo, light: Floats, small: Floats, skin: Mask, mm_per_px: float | None) -> _Seen:
    size = (light.shape[1], light.shape[0])
    wide = cv2.resize(skin.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    side = int(0.012 * max(skin.shape)) | 1
    inner = cv2.erode(skin.astype(np.uint8), np.ones((side, side), np.uint8), borderValue=1)
    inside = cv2.resize(inner, size, interpolation=cv2.INTER_NEAREST)
    places = np.flatnonzero(inside if inside.any() else wide)
    places = places[:: max(1, len(places) // PLACES)]
    at = (places // size[0], places % size[0])
    soft = density(cv2.GaussianBlur(light, (0, 0), 1.0))
    mm = (mm_per_px or 0.0) * max(photo.width, photo.height) / max(size) or NOMINAL_MM
    redness = soft[..., 1] - soft[..., 0]
    low, high = (
        blurred(redness, sigma_px=max(1.0, width / min(max(mm, 0.04), 0.4) / 1.6)) for width in BAND_MM
    )
    mottling = robust.about_median((low - high)[at], none=0.0)
    return _Seen(photo, light, wide > 0, small, skin, at, soft[at], mottling, mm_per_px)


def _motley(seen: _Seen) -> Item | None:
    """Fur, cloth and wood have the colour of skin and others beside it, from hair to hair; no skin has."""
    spread = robust.about_median(seen.density[:, 2] - seen.density[:, 0], none=0.0)
    if spread > MOTLEY_MAX and seen.mottling > FUR_MIN:
        return graded(
            "skin", "Spread of colour", spread, unit="OD", refuse=MOTLEY_MAX,
            says="What has the colour of skin here changes colour from place to place, as fur or cloth does.",
            do="Go nearer, so that skin fills the picture, and take it in white light.",
        )  # fmt: skip
    return None


# ── the skin ─────────────────────────────────────────────────────────────────────────────────────────


def _exposure(seen: _Seen) -> tuple[Item, Item]:
    top = seen.small.max(axis=2)[seen.small_skin]
    return (
        graded(
            "clipped", "Skin that is burnt out", 100 * float((top > 0.97).mean()), unit="%",
            caution=100 * CLIPPED_CAUTION, refuse=100 * CLIPPED_MAX,
            says="Much of the skin is so bright that its detail is lost.",
            mild="Some of the skin is so bright that its detail is lost.",
            do="Tap on the skin to set the exposure, switch the flash off, step out of direct sun.",
        ),
        graded(
            "dark", "Skin in the dark", 100 * float((top < 0.01).mean()), unit="%",
            caution=100 * CLIPPED_CAUTION, refuse=100 * CLIPPED_MAX,
            says="Much of the skin is too dark.", mild="Some of the skin is too dark.",
            do="Add light from the front and take it again.",
        ),
    )  # fmt: skip


def _focus(seen: _Seen) -> Item:
    """
    Blur by how fast detail fades towards the finest: a share, so skin of any contrast is alike.

    Rounding to 8 bits and JPEG leave fine detail of their own, about a quarter of a coded step; it is taken
    off, or a blurred photograph of smooth skin would pass. In the reduced copy a little blur of a large
    photograph costs nothing.
    """
    grey = np.log(np.maximum(seen.light[..., 1], 0.003))
    fine = blurred(grey, sigma_px=1.0) - blurred(grey, sigma_px=2.0)
    coarse = blurred(grey, sigma_px=4.0) - blurred(grey, sigma_px=8.0)
    skin = np.flatnonzero(seen.skin)
    skin = skin[:: max(1, len(skin) // (5 * PLACES))]
    step = 2.2 / 255 / float(np.exp(np.median(grey.ravel()[skin])) ** (1 / 2.2))
    detail, body = (float(np.percentile(np.abs(side.ravel()[skin]), 90)) for side in (fine, coarse))
    share = math.sqrt(max(0.0, detail**2 - (0.25 * step) ** 2)) / (body + 1e-6)
    return graded(
        "focus", "Sharpness, fine ÷ coarse", share, caution=BLUR_CAUTION, refuse=BLUR_MAX, at_most=False,
        says="The photograph is not sharp.",
        mild="The photograph is a little soft.",
        do="Wipe the lens, tap on the skin to focus, hold still, and keep a hand's width more distance.",
    )  # fmt: skip


SQUARE_PX, SQUARES = 64, 24


def _noise(seen: _Seen) -> Item:
    """
    Grain of single pixels as taken, as a share of the light. [%]

    Immerkær's estimate (1996, CVIU 64:300), which no plane or edge of constant slope adds to, in squares
    spread over the skin; of those the calmer ones, for texture is no noise.
    """
    photo = seen.photo
    rows, columns = np.nonzero(seen.small_skin)
    scale = photo.width / seen.small.shape[1]
    found = []
    for at in np.linspace(0, len(rows) - 1, SQUARES).astype(int):
        top, left = int(rows[at] * scale), int(columns[at] * scale)
        part = photo.linear_of(slice(top, top + SQUARE_PX), slice(left, left + SQUARE_PX))[..., 1]
        if min(part.shape) < 16:
            continue
        kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
        rough = cv2.filter2D(np.log(np.maximum(part, 0.002)), cv2.CV_32F, kernel)[1:-1, 1:-1]
        found.append(float(np.abs(rough).mean()) * math.sqrt(math.pi / 2) / 6)
    grain = float(np.percentile(found, 25)) if found else 0.0
    return graded(
        "noise", "Grain", 100 * grain, unit="%", caution=100 * NOISE_CAUTION, refuse=100 * NOISE_MAX,
        says="The photograph is so grainy that fine detail is lost.",
        mild="The photograph is grainy.",
        do="Add light, and do not zoom.",
    )  # fmt: skip


def _resolution(seen: _Seen) -> Item:
    if seen.mm_per_px is None:
        return Item(
            "resolution", "Resolution", Mark.UNKNOWN, unit="px/mm",
            says="The scale is not known: lengths are relative.",
            do="Lay the card beside the skin, or give the scale.",
        )  # fmt: skip
    return graded(
        "resolution", "Resolution", 1 / seen.mm_per_px, unit="px/mm",
        caution=RESOLUTION_CAUTION, refuse=RESOLUTION_MIN, at_most=False,
        says="A pixel is more than a millimetre of skin: nothing fine is seen.",
        mild="Too few pixels for pores and the finest lines; redness and tone are seen.",
        do="Go nearer, so that the area fills the picture, with the camera's full size.",
    )  # fmt: skip


LOCUS_RG, LOCUS_GB, LOCUS_SLOPE = 0.328, 0.275, 1.62
"""
Skin in white light, from type I to VI, lies on one line: density of blue less green against green less red.
Drawn skin; melanin alone moves along it.
"""


def _cast(seen: _Seen, card: Card | None) -> Item:
    """
    Colour of the light. Without a card only what no skin has can be seen: green, or magenta.

    A warm light moves skin as melanin does, so it cannot be told from a darker skin or a tan.
    """
    if card is not None:
        gains = np.log(np.asarray(card.correction.gains, float))
        return graded(
            "cast", "Colour cast, by the card", float(np.linalg.norm(gains - gains.mean())), unit="OD",
            caution=CAST_CARD,
            says="The light is strongly coloured; the card takes most of it out.",
            do="Use daylight or white lamps, one kind at a time.",
        )  # fmt: skip
    red, green, blue = (float(value) for value in np.median(seen.density, axis=0))
    off = (blue - green) - LOCUS_GB - LOCUS_SLOPE * ((green - red) - LOCUS_RG)
    apart = abs(off) / math.hypot(1.0, LOCUS_SLOPE)
    hue = "green" if off > 0 else "magenta"
    return graded(
        "cast", "Green or magenta cast", apart, unit="OD",
        caution=CAST_CAUTION + CAST_DARK * max(0.0, green - DARK_FROM_OD),
        says=f"The light or the camera gives the skin a {hue} cast.",
        do="Use daylight or white lamps, one kind at a time, with filters off; lay the card beside the skin.",
    )  # fmt: skip


def _shine(seen: _Seen) -> Item:
    """Brighter than the skin at large and paler with it: a mirror image of the lamp has the lamp's colour."""
    green, colour = seen.density[:, 1], seen.density[:, 2] - seen.density[:, 0]
    bright, pale = green < np.median(green) - 0.35, colour < np.median(colour) - 0.2
    return graded(
        "shine", "Skin that shines", 100 * float((bright & pale).mean()), unit="%",
        caution=100 * SHINE_CAUTION, refuse=100 * SHINE_MAX,
        says="Most of the skin shines, and hides what is under the shine.",
        mild="Some of the skin shines.",
        do="Dab the skin dry, wait ten minutes after cream, and move the lamp to both sides.",
    )  # fmt: skip


def _side(seen: _Seen) -> Item:
    """How much brighter one side of the skin is than the other: the slope of its density, end to end."""
    at = np.stack([seen.at[1], seen.at[0]], axis=1) / max(seen.skin.shape)
    at = at - at.mean(axis=0)
    slope, *_ = np.linalg.lstsq(np.column_stack([at, np.ones(len(at))]), seen.density[:, 1], rcond=None)
    steep = float(np.linalg.norm(slope[:2]))
    reach = np.abs(at @ (slope[:2] / max(steep, 1e-6)))
    across, down = float(slope[0]), float(slope[1])
    side = ("left" if across > 0 else "right") if abs(across) > abs(down) else "top" if down > 0 else "bottom"
    return graded(
        "side", "Light from one side", steep * 2 * float(np.percentile(reach, 90)), unit="OD",
        caution=SIDE_CAUTION, refuse=SIDE_MAX,
        says=f"The light comes from the {side} of the picture: the other side lies in shadow.",
        do="Face the window or the lamp, or put a second lamp on the dark side.",
    )  # fmt: skip


def _even(seen: _Seen, focus: Item) -> Item:
    """
    Make-up covers what blood and pigment draw on skin; shading by form stays.

    Against what skin as dark as this shows in drawn pictures. It cannot see make-up that is dabbed on thinly,
    and skin that is even by nature looks the same to it.
    """
    if focus.mark is Mark.REFUSED:
        return Item(
            "make-up", "Mottling against bare skin", Mark.UNKNOWN, says="Blur hides it as make-up does."
        )
    expected = 0.0088 + 0.0035 * float(np.median(seen.density[:, 1]))
    return graded(
        "make-up", "Mottling against bare skin", seen.mottling / expected, caution=EVEN_MIN, at_most=False,
        says="The skin's colour is unusually even: make-up, cream or a beauty filter may cover it.",
        do="Take it with the skin washed and bare, and every filter off.",
    )  # fmt: skip

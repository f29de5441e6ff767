"""
A pair of photographs: may it be compared, how does one lie on the other, what does each measure read?
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from needlework.imaging import (
    align,
    card,
    comparability,
    hairs,
    nine,
    onesided,
    person,
    quality,
    reference,
    shots,
)
from needlework.imaging import regions as skin_regions
from needlework.imaging.align import Pair
from needlework.imaging.both import both, each
from needlework.imaging.card.record import Card
from needlework.imaging.catalogue import MEASURES
from needlework.imaging.comparability import Faces
from needlework.imaging.cover import Cover
from needlework.imaging.icc import Floats
from needlework.imaging.items import Mark
from needlework.imaging.optics import blurred
from needlework.imaging.photo import Photo
from needlework.imaging.quality import Quality
from needlework.imaging.reference import Reference
from needlework.imaging.regions import Mask, Region
from needlework.records.measure import WHOLE, Discord, Likeness, Observation, Reading
from needlework.records.why import Reason, Refusal

METHOD = "pair-8"
"""Changes with anything that changes a reading."""

SMALL_PX = 420
AROUND = 0.25
"""How much of a zone's size is looked at around it: the untreated skin there knows the light."""


@dataclass(frozen=True, slots=True, eq=False)
class Cards:
    """What was found of a card in each photograph of a pair."""

    before: Card | Refusal
    after: Card | Refusal

    @property
    def both(self) -> tuple[Card, Card] | None:
        """The two, where both were found and are cards of one kind: one alone corrects nothing."""
        if isinstance(self.before, Card) and isinstance(self.after, Card):
            return (self.before, self.after) if self.before.kind == self.after.kind else None
        return None

    @property
    def mm_per_px(self) -> float | None:
        """The scale of the before photograph by its card; None where there is none, or it gives none."""
        return self.both[0].mm_per_px if self.both else None


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """An aligned pair ready to be measured, with how far its photographs are apart."""

    pair: Pair
    discord: Discord
    colour_od: float
    """By how much the camera's colours have moved, grey apart, before that was taken out."""
    reference: str
    """What the colours were compared against: card, surroundings, background, or nothing."""
    longest_px: int
    """The longer side of the before photograph."""
    cards: Cards
    photos: tuple[Photo, Photo]
    """As they were taken, before and after."""
    qualities: tuple[Quality, Quality]
    faces: Faces
    backdrop_od: float | None
    """How far the backgrounds are apart; None where too little is seen but skin."""

    @property
    def method(self) -> str:
        """Which method has read this pair; a card changes the readings, so it is named."""
        return f"{METHOD}+{card.METHOD}" if self.cards.both else METHOD


def observe(
    before: Photo,
    after: Photo,
    *,
    regions: tuple[Region, ...] | None = None,
    mm_per_px: float | None = None,
    measures: tuple[str, ...] | None = None,
    faces: Faces = (None, None),
    leave_out: tuple[Region, ...] = (),
    cover: Cover | None = None,
    days_since: tuple[int | None, int | None] = (None, None),
) -> Observation:
    """
    Gate, align, measure.

    `regions` are polygons in pixels of the before photograph, None for the whole of its skin; `mm_per_px`
    is the scale of the before photograph, None where it is not known; `measures` are ids of the catalogue,
    None for all; `faces` what was found of a face in each, None where none was, or none was sought;
    `leave_out` and `cover` what is no bare skin in the before photograph; `days_since` the days from the
    last session to each photograph.
    """
    seen = sight(
        before, after, regions=regions, mm_per_px=mm_per_px, faces=faces, leave_out=leave_out, cover=cover
    )
    return read(seen, regions=regions, measures=measures, days_since=days_since)


def read(
    seen: "Sight | Refusal",
    *,
    regions: tuple[Region, ...] | None = None,
    measures: tuple[str, ...] | None = None,
    days_since: tuple[int | None, int | None] = (None, None),
) -> Observation:
    """What an aligned pair gives; for a caller who draws pictures of the same `sight` as well."""
    zones = regions or (Region(WHOLE),)
    unknown = [name for name in measures or () if name not in MEASURES]
    if unknown:
        do = f"Choose among {', '.join(MEASURES)}."
        return _none(tuple(Reason("measures", f"There is no measure “{name}”.", do) for name in unknown))
    if isinstance(seen, Refusal):
        return _none(seen.reasons)
    reasons = comparability.gate(
        seen.discord,
        colour_od=seen.colour_od,
        likeness=seen.pair.likeness,
        longest_px=seen.longest_px,
        faces=seen.faces,
    )
    alike = _nine(seen, reasons, days_since=days_since)
    if reasons:
        return Observation(seen.method, False, reasons, (), seen.discord, alike, days_since, seen.reference)
    answers = _answers(seen.pair, zones, measures or tuple(MEASURES))
    readings = tuple(answer for answer in answers if isinstance(answer, Reading))
    silent = (answer for answer in answers if isinstance(answer, Reason))
    told = (*shots.cautions(*seen.photos), *silent)
    return Observation(
        seen.method, bool(readings), told, readings, seen.discord, alike, days_since, seen.reference
    )


def _answers(pair: Pair, zones: tuple[Region, ...], asked: tuple[str, ...]) -> tuple[Reading | Reason, ...]:
    """Readings by zone in the order of the measures, or why there is none; first what holds for several."""
    names = tuple(name for name in asked if MEASURES[name].resolved(pair))
    coarse = [_too_coarse(pair, name) for name in asked if name not in names]
    worn = each(lambda zone: onesided.covered(pair, zone), zones)
    wanted = [
        (zone, name)
        for zone, (_, unread) in zip(zones, worn, strict=True)
        for name in names
        if name not in unread
    ]
    read = each(lambda one: MEASURES[one[1]].read(pair, one[0]) or _too_little(*one), wanted)
    return (*coarse, *(covered for covered, _ in worn if covered), *read)


def _nine(
    seen: Sight, reasons: tuple[Reason, ...], *, days_since: tuple[int | None, int | None]
) -> tuple[Likeness, ...]:
    grid = seen.pair.grid
    return nine.score(
        seen.discord,
        reasons=reasons,
        before=seen.photos[0],
        after=seen.photos[1],
        faces=seen.faces,
        qualities=seen.qualities,
        backdrop=seen.backdrop_od,
        days_since=days_since,
        mm_per_px=grid.mm_per_px,
    )


def cards(before: Photo, after: Photo) -> Cards:
    """The card in each photograph; for a caller who tells of them as well."""
    return Cards(*both(card.find, before, after))


def sight(
    before: Photo,
    after: Photo,
    *,
    regions: tuple[Region, ...] | None = None,
    mm_per_px: float | None = None,
    found: Cards | None = None,
    faces: Faces = (None, None),
    leave_out: tuple[Region, ...] = (),
    cover: Cover | None = None,
) -> Sight | Refusal:
    """
    The pair on one grid over the regions, colours referred to what should not have changed.

    `leave_out` are eyes, brows, lips and nostrils, `cover` hair and cloth, of the before photograph.

    A card in both photographs gives scale, unless `mm_per_px` is given, and colour. `found` are the cards
    where the caller has sought them already.
    """
    if mm_per_px is not None and not 0.001 <= mm_per_px <= 5:
        do = "Give the size of one pixel of the before photograph in millimetres, such as 0.08."
        return Refusal((Reason("mm_per_px", f"{mm_per_px} mm per pixel cannot be.", do),))
    if same := shots.same(before, after):
        return Refusal((same,))
    photos, qualities = (before, after), both(quality.examine, before, after)
    faults = _outside(regions, before)
    for who, judged in zip(("before", "after"), qualities, strict=True):
        faults += judged.marked(Mark.REFUSED, who)
    if faults:
        return Refusal(faults)
    found = found or cards(before, after)
    mm_per_px = mm_per_px or found.mm_per_px
    before, after = _under_card(before, found.before, found), _under_card(after, found.after, found)
    pose = align.find(before, after)
    if isinstance(pose, Refusal):
        return _strangers(pose, faces)
    small = _small(before, after, pose)
    if isinstance(small, Refusal):
        return small
    small = _without(small, found)
    backdrop_od = comparability.backdrop_od(small)
    box = _box(before, small, regions)
    step = align.fine_step_px(before, mm_per_px=mm_per_px)
    close = align.pair(before, after, pose, box_px=box, step_px=step, mm_per_px=mm_per_px)
    if isinstance(close, Refusal):
        return close
    told, moved_od = _told(small, regions, found)
    close = replace(
        close,
        after=close.after - moved_od,
        skin=_skin_on(close, small),
        usable=close.usable & ~_shine(close),
        cast_od=told.cast_od,
        grey_od=told.grey_od,
    )
    close = _bare(_without(close, found), leave_out, cover)
    close = hairs.without(replace(close, zones=_union(close, regions)))
    shift = told.shift
    discord = comparability.discord(close, shift_od=shift, cast_od=told.cast_od)
    longest = max(before.width, before.height)
    return Sight(
        close, discord, _chroma(shift), told.by, longest, found, photos, qualities, faces, backdrop_od
    )


def _strangers(pose: Refusal, faces: Faces) -> Refusal:
    """Why the two do not lie on each other, and that they may be of two people, where faces say so."""
    one, two = faces
    other = person.strangers(one, two) if one and two else None
    return Refusal((*pose.reasons, *([other] if other else [])))


def _none(reasons: tuple[Reason, ...]) -> Observation:
    return Observation(METHOD, False, reasons, (), None)


def _outside(zones: tuple[Region, ...] | None, photo: Photo) -> tuple[Reason, ...]:
    return skin_regions.within(zones or (), width=photo.width, height=photo.height)


def _too_coarse(pair: Pair, measure: str) -> Reason:
    return Reason(
        f"measure.{measure}",
        f"At {1 / pair.mm:.1f} pixels to a millimetre {measure} cannot be seen.",
        f"Take both photographs from nearer: {1 / MEASURES[measure].coarsest_mm:.0f} pixels to a millimetre "
        "are enough.",
    )


def _too_little(zone: Region, measure: str) -> Reason:
    return Reason(
        f"zone.{zone.name}.{measure}",
        f"In “{zone.name}” too little skin is seen well in both photographs to measure {measure}.",
        "Draw the zone larger, or take the photographs nearer and without shine.",
    )


# ── the card ─────────────────────────────────────────────────────────────────────────────────────────


def _under_card(photo: Photo, own: Card | Refusal, found: Cards) -> Photo:
    """A photograph as it is measured: in the card's colours where both have one, the card painted over."""
    if isinstance(own, Refusal):
        return photo
    return card.hidden(card.balanced(photo, own) if found.both else photo, own)


def _without(pair: Pair, found: Cards) -> Pair:
    """The pair without the places where a card lies in either photograph, and a margin for what moved."""
    over = np.zeros(pair.usable.shape, bool)
    for one, back in ((found.before, np.eye(3)), (found.after, np.linalg.inv(pair.pose.to_after))):
        if isinstance(one, Card):
            corners = cv2.perspectiveTransform(np.array(one.corners_px).reshape(-1, 1, 2), back)
            over |= pair.inside(Region("card", tuple((float(x), float(y)) for x, y in corners[:, 0])))
    if not over.any():
        return pair
    margin = 2 * int(0.02 * max(over.shape)) + 1
    over = cv2.dilate(over.astype(np.uint8), np.ones((margin, margin), np.uint8)) > 0
    flow = pair.flow_px.copy()  # over a card it means nothing, and would be taken for a turn of the head
    flow[over] = np.median(flow[~over], axis=0) if not over.all() else 0.0
    return replace(pair, usable=pair.usable & ~over, skin=pair.skin & ~over, flow_px=flow)


def _told(small: Pair, regions: tuple[Region, ...] | None, found: Cards) -> tuple[Reference, Floats]:
    """What tells the camera's colours, and by how much the second photograph is still moved by them."""
    seen = reference.of(small, regions)
    if found.both:
        return reference.beside_card(_card_told(*found.both), seen)
    return seen, np.zeros_like(seen.shift) if seen.by == "nothing" else seen.shift


def _card_told(before: Card, after: Card) -> Reference:
    """By how much the card says that the camera's colours have moved, and what it leaves uncertain."""
    shift = np.log(after.correction.gains / before.correction.gains).astype(np.float32)
    return Reference(shift, CARD_SURE * card.apart_od(before, after), CARD_GREY_OD, "card")


CARD_GREY_OD = 0.03
"""Uncertainty of the brightness of skin beside a card: both lie differently to the light; house."""
CARD_SURE = 1.25
"""Uncertainty of the colour of skin ÷ difference that is left between the patches of the two cards."""


# ── the whole picture, small ─────────────────────────────────────────────────────────────────────────


def _small(before: Photo, after: Photo, pose: align.Pose) -> Pair | Refusal:
    """The whole before photograph and what lies on it, at a few hundred pixels: for colour and for skin."""
    box = (0.0, 0.0, float(before.width), float(before.height))
    step = max(before.width, before.height) / SMALL_PX
    found = align.pair(before, after, pose, box_px=box, step_px=step, mm_per_px=None)
    if isinstance(found, Refusal):
        return found
    both = [skin_regions.skin(cv2.exp(-side)) for side in (found.before, found.after)]
    return replace(found, skin=both[0] & both[1])


def _box(photo: Photo, small: Pair, zones: tuple[Region, ...] | None) -> tuple[float, float, float, float]:
    """What to look at closely: the zones, or the skin, with a margin for the filters."""
    if zones:
        x = [point[0] for zone in zones for point in zone.polygon or ((0, 0), (photo.width, 0))]
        y = [point[1] for zone in zones for point in zone.polygon or ((0, 0), (0, photo.height))]
        left, right, top, bottom = min(x), max(x), min(y), max(y)
    else:
        column, row, width, height = cv2.boundingRect(small.skin.astype(np.uint8))
        step = small.grid.step_px
        left, top, right, bottom = column * step, row * step, (column + width) * step, (row + height) * step
    margin = max(0.08 * max(photo.width, photo.height), AROUND * max(right - left, bottom - top))
    return (
        max(0.0, left - margin),
        max(0.0, top - margin),
        min(float(photo.width), right + margin),
        min(float(photo.height), bottom + margin),
    )


def _skin_on(close: Pair, small: Pair) -> Mask:
    """The skin found in the small picture, on the close grid."""
    grid, wide = close.grid, small.grid
    x = (grid.x_px + grid.step_px * (np.arange(grid.width) + 0.5)) / wide.step_px
    y = (grid.y_px + grid.step_px * (np.arange(grid.height) + 0.5)) / wide.step_px
    columns = np.clip(x.astype(int), 0, wide.width - 1)
    rows = np.clip(y.astype(int), 0, wide.height - 1)
    picked: Mask = small.skin[np.ix_(rows, columns)]
    return picked


def _union(pair: Pair, zones: tuple[Region, ...] | None) -> Mask | None:
    """All zones that were drawn; None where the whole of the skin is measured."""
    if not zones or any(zone.polygon is None for zone in zones):
        return None
    inside = np.zeros(pair.usable.shape, bool)
    for zone in zones:
        inside |= pair.inside(zone)
    return inside


def _bare(pair: Pair, leave_out: tuple[Region, ...], cover: Cover | None) -> Pair:
    """The pair without what is no bare skin, and a margin as wide as the finest filters."""
    hidden = np.zeros(pair.usable.shape, bool)
    for one in leave_out:
        hidden |= pair.inside(one)
    if cover is not None:
        grid = pair.grid
        hidden |= cover.on(
            x_px=grid.x_px, y_px=grid.y_px, step_px=grid.step_px, width=grid.width, height=grid.height
        )
    if not hidden.any():
        return pair
    # where the scale is not known a face may be small: a rim of a hundredth of it is enough
    rim_px = BARE_MM / pair.mm if pair.grid.mm_per_px else min(BARE_MM / pair.mm, 0.01 * max(hidden.shape))
    side = 2 * max(1, round(rim_px)) + 1
    near = cv2.dilate(hidden.astype(np.uint8), np.ones((side, side), np.uint8)) > 0
    return replace(pair, usable=pair.usable & ~near)


BARE_MM = 0.6


RIM_MM = 0.15
"""How far the rim of a highlight reaches."""


def _shine(pair: Pair) -> Mask:
    """
    Highlights in either photograph: brighter than the neighbourhood and paler with it.

    Both are relative to the neighbourhood, or dark skin, on which light skin's limits see shine everywhere,
    would be left out.
    """
    out = np.zeros(pair.usable.shape, bool)
    wide = max(pair.usable.shape) / 18
    for side in (pair.before, pair.after):
        green, colour = side[..., 1], side[..., 2] - side[..., 0]
        both = cv2.merge([np.ascontiguousarray(green), np.ascontiguousarray(colour)])
        near = blurred(both, sigma_px=1.5) - blurred(both, sigma_px=wide)
        out |= (near[..., 0] < -0.25) & (near[..., 1] < -0.12)
    rim = 2 * max(1, round(RIM_MM / pair.mm)) + 1
    return cv2.dilate(out.astype(np.uint8), np.ones((rim, rim), np.uint8)) > 0


def _chroma(shift: Floats) -> float:
    return float(np.sqrt((reference.hue(shift) ** 2).sum()))

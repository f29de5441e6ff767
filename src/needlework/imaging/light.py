"""
What light and focus have done to the relief of a pair, so that it is not taken for a change of the skin.

A lamp that stands lower deepens every furrow, pore and scar at once; a softer focus takes most from the
finest. Treatments do neither. Both are found together from all bands of relief in a zone and around it, by
a robust regression in which a band that has really changed is an outlier; the band that is being judged is
never asked about itself inside its own zone. What a softer focus would take from each is tried on the pair.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from needlework.imaging import furrows, relief
from needlework.imaging.align import Pair
from needlework.imaging.regions import Mask, Region

SCATTER = 0.02
"""Of one band about what light and focus explain, as a logarithm of contrast; house."""
TAIL = 2.0
"""Degrees of freedom of that scatter: few, because a band may really have changed."""
USUAL_SLANT, USUAL_FOCUS = 0.06, 1.0
"""Spread of both between photographs taken with usual care; focus in units of the blur that is tried."""
ROUNDS = 12
BANDS, AROUND = 0.05, 0.02
"""
What either voice about the light leaves uncertain beyond its own spread, as a logarithm: the bands of another
scale, and the same features in another place; house.
"""
DOUBT = 4.0
"""Degrees of freedom with which both may disagree, before a treatment of all of the face is suspected."""
CROSS = 0.25
"""
Share of a change of the ground's colour that may pass for a change of contrast: redder or darker skin shows
pores, blotches and spots otherwise, and skins drawn in two ways do not agree which way.
"""
GLINT = {"fine": 0.2, "pore": 0.18, "line": 0.15, "broad": 0.1}
"""
Share of a darkening of the ground by which relief gains contrast: what shines from the surface stays as
bright while the skin below it gets darker.
"""


@dataclass(frozen=True, slots=True)
class Moved:
    """What light and focus have done to one band in one place, as a logarithm of contrast."""

    by: float
    spread: float
    """How uncertain that is."""


@dataclass(frozen=True, slots=True)
class Band:
    """One band of relief in one place."""

    gain: float
    """Logarithm of how much more contrast it has in the second photograph."""
    blur: float
    """What a softer focus would do to it, on the same scale."""


def moved(pair: Pair, region: Region, *, own: str, around: Moved | None = None) -> Moved:
    """
    What light and focus have done to features of the band `own` in a region.

    `around` is what has become of the same features around all zones; None where there are too few of them.
    Skin that has become darker or redder shows more of any contrast, which nothing around it tells.
    """
    told = _told(pair, region, own)
    found = agreed(told, around) if told and around else told or around or Moved(0.0, USUAL_SLANT)
    ground = GLINT[own] * darker(pair, region)
    return Moved(found.by + ground, math.hypot(found.spread, unsure(pair, region)))


def _told(pair: Pair, region: Region, own: str) -> Moved | None:
    """As the other bands of the region and all bands around the zones tell it."""
    inside, outside = of(pair, region), of(pair, None)
    told = [row for name, row in inside.items() if name != own] + list(outside.values())
    given = inside.get(own)
    if given is None or len(told) < 2:
        return None
    rows = np.array([(1.0, band.blur) for band in told])
    values = np.array([band.gain for band in told])
    found, covariance = _robust(rows, values)
    row = np.array((1.0, given.blur))
    return Moved(float(row @ found), float(np.sqrt(row @ covariance @ row)))


def agreed(told: Moved, around: Moved) -> Moved:
    """
    What light has done, as the other bands tell it and as the same features around the zones show it.

    Where the two contradict each other, all of the face may have been treated: then the skin around is
    believed the less, the further they are apart.
    """
    ours, theirs = told.spread**2 + BANDS**2, around.spread**2 + AROUND**2
    apart = (around.by - told.by) ** 2 / (ours + theirs)
    trust = min(1.0, (DOUBT + 1) / (DOUBT + apart)) / theirs
    sure = 1 / ours + trust
    return Moved((told.by / ours + around.by * trust) / sure, 1 / math.sqrt(sure))


def around(pair: Pair, *, own: str) -> Moved | None:
    """What has become of one band around the zones."""
    band = of(pair, None).get(own)
    return Moved(band.gain, 0.0) if band else None


def darker(pair: Pair, region: Region) -> float:
    """By how much the skin of a region has become darker, as optical density of green light."""
    return float(_recoloured(pair, region)[1])


def unsure(pair: Pair, region: Region) -> float:
    """What another colour of the skin leaves uncertain about any contrast on it, as a logarithm."""
    return CROSS * float(np.linalg.norm(_recoloured(pair, region)))


def _recoloured(pair: Pair, region: Region) -> NDArray[Any]:
    """Median change of a region, in optical density of R, G and B; looked at once."""
    return pair.kept.once(("recoloured", region), lambda: _change(pair, region))


def _change(pair: Pair, region: Region) -> NDArray[Any]:
    at = relief.places(pair.mask(region))[::3]
    if not at.size:
        return np.zeros(3)
    one, two = (side.reshape(-1, 3)[at] for side in (pair.before, pair.after))
    moved: NDArray[Any] = np.median(two - one, axis=0)
    return moved


def of(pair: Pair, region: Region | None) -> dict[str, Band]:
    """The bands of a region, or of the untreated surroundings of all regions; looked at once."""
    return pair.kept.once(("bands", region), lambda: _bands(pair, furrows.beside(pair, region)))


def _bands(pair: Pair, mask: Mask) -> dict[str, Band]:
    everywhere, calm = relief.places(mask), relief.places(mask & pair.relief.calm)
    found = {}
    for name in relief.BANDS_MM:
        at = calm if name == "fine" else everywhere
        if at.size < 3 * relief.PIXELS_MIN:
            continue
        one, two = (side.ravel()[at] for side in pair.relief.band(name))
        gain, amplitude = relief.gain(*relief.levelled(one, two))
        soft, _ = relief.gain(*relief.levelled((one + two) / 2, pair.softer.band(name)[0].ravel()[at]))
        if amplitude > 0:
            found[name] = Band(gain, soft)
    return found


def _robust(rows: NDArray[Any], values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The most probable slant and blur under heavy-tailed scatter, with how uncertain they are."""
    prior = np.diag([USUAL_SLANT**-2, USUAL_FOCUS**-2])
    found: NDArray[Any] = np.zeros(2)
    weight = np.ones(len(values))
    for _ in range(ROUNDS):
        normal = rows.T @ (rows * weight[:, None]) / SCATTER**2 + prior
        found = np.linalg.solve(normal, rows.T @ (weight * values) / SCATTER**2)
        apart = (values - rows @ found) / SCATTER
        weight = (TAIL + 1) / (TAIL + apart**2)
    covariance: NDArray[Any] = np.linalg.inv(rows.T @ (rows * weight[:, None]) / SCATTER**2 + prior)
    return found, covariance

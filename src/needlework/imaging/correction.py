"""
From what a camera made of patches of known colour to what it does to every colour.

Everything is fitted in linear light. The greys give one factor a channel; then a 3 × 3 matrix, and a
root-polynomial of degree two, take out what the camera's channels see differently. Both leave grey as it is,
and both do the same to a brighter and to a darker picture of the same colours. Which of the three is used is
decided on patches that were left out of the fit, one after another.
Sources: Finlayson 1997 (white-point preserving least squares), Finlayson 2015 (root-polynomial correction).
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from needlework.imaging.icc import Floats

BETTER = 0.93
"""
The richer of two models must leave at most this share of the other's error on patches it has not seen, and a
tenth of a ΔE less.
"""
HOLD = 0.002
"""Pull of every fit towards "nothing but gains": keeps few or noisy patches from giving a wild matrix."""
PATCHES_MIN, GREYS_MIN = 12, 3


@dataclass(frozen=True, slots=True, eq=False)
class Correction:
    """What brings a photograph to the colours that are stated of the patches in it."""

    model: str
    """The best on held-out patches: gains, matrix, or root-polynomial."""
    gains: Floats
    """By channel R, G, B, in linear light."""
    weights: Floats
    """3 × 3 or 3 × 6: applied to the light after the gains, and to the roots of its products."""
    de_before: float
    """Median CIE 1976 colour difference of the coloured patches as photographed, brightness apart."""
    de_gains: float
    """The same with the greys' gains alone."""
    de_after: float
    """The same of each patch under a correction that was fitted without it."""
    matrix: Floats
    """The 3 × 3 of the matrix model with the gains in it, whichever model is the best."""

    def apply(self, light: Floats) -> Floats:
        """Corrected linear light; below nought, where a colour lies outside sRGB, it is cut off."""
        balanced = np.maximum(light, 0.0).astype(np.float32) * self.gains.astype(np.float32)
        out: Floats = cv2.transform(_terms(balanced, self.weights.shape[1]), self.weights.astype(np.float32))
        return np.maximum(out, 0.0)


def fit(seen: Floats, stated: Floats, grey: NDArray[np.bool_]) -> Correction:
    """
    The correction for patches `seen` in linear light whose linear light is `stated`, both n × 3.

    >>> stated = np.random.default_rng(1).uniform(0.05, 0.8, (20, 3))
    >>> stated[:6] = np.linspace(0.05, 0.8, 6)[:, None]
    >>> found = fit(stated * (0.5, 0.6, 0.8), stated, np.arange(20) < 6)
    >>> found.model, found.gains.round(2).tolist()
    ('gains', [2.0, 1.67, 1.25])
    """
    ratios = np.log(np.maximum(stated[grey], 1e-5) / np.maximum(seen[grey], 1e-5))
    middle = np.median(ratios, axis=0)
    gains = np.exp(middle)
    balanced = seen * gains
    unseen = {name: _held_out(balanced, stated, grey, terms) for name, terms in _MODELS.items()}
    model = "gains"
    for richer in ("matrix", "root-polynomial"):
        if unseen[richer] < min(BETTER * unseen[model], unseen[model] - 0.1):
            model = richer
    level = np.exp(middle.mean())
    return Correction(
        model=model,
        gains=gains,
        weights=_weights(balanced, stated, _MODELS[model]),
        de_before=float(np.median(difference(seen * level, stated)[~grey])),
        de_gains=float(np.median(difference(balanced, stated)[~grey])),
        de_after=unseen[model],
        matrix=(_weights(balanced, stated, 3) * gains).astype(np.float32),
    )


def difference(one: Floats, two: Floats) -> Floats:
    """
    Colour difference of linear sRGB colours, n × 3 each. [CIE 1976 ΔE*ab]

    >>> difference(np.full((1, 3), 0.2), np.full((1, 3), 0.2)).tolist()
    [0.0]
    """
    labs = [
        cv2.cvtColor(np.clip(side, 0, 1).astype(np.float32).reshape(-1, 1, 3), cv2.COLOR_LRGB2LAB)[:, 0]
        for side in (one, two)
    ]
    apart: Floats = np.linalg.norm(labs[0] - labs[1], axis=1)
    return apart


def left(found: Correction, seen: Floats, stated: Floats) -> Floats:
    """Colour difference of each patch that the correction leaves."""
    return difference(found.apply(seen.reshape(-1, 1, 3))[:, 0], stated)


def outlying(found: Correction, seen: Floats, stated: Floats) -> NDArray[np.bool_]:
    """Patches that fit so badly that something lies on them: a finger, a crease, a glint."""
    apart = left(found, seen, stated)
    limit = max(15.0, 3.5 * float(np.median(apart)))
    far: NDArray[np.bool_] = apart > limit
    return far


_MODELS = {"gains": 0, "matrix": 3, "root-polynomial": 6}


def _terms(light: Floats, count: int) -> Floats:
    """R, G, B and, of six, the roots of RG, GB and RB: all grow as the light does."""
    if count == 3:
        return light
    red, green, blue = (light[..., channel] for channel in range(3))
    roots = [np.sqrt(red * green), np.sqrt(green * blue), np.sqrt(red * blue)]
    return np.stack([red, green, blue, *roots], axis=-1)


def _weights(balanced: Floats, stated: Floats, terms: int) -> Floats:
    """
    Least squares in which each row adds up to one, so that grey stays grey.

    Each patch weighs as the eye sees it, by about the slope of lightness, or the brightest would decide.
    """
    if terms == 0:
        return np.eye(3)
    features = _terms(np.maximum(balanced, 0.0), terms)
    weigh = (stated.mean(axis=1) + 0.02) ** (-2 / 3)
    rows = []
    for channel in range(3):
        own = features[:, channel]
        others = [term for term in range(terms) if term != channel]
        apart = (features[:, others] - own[:, None]) * weigh[:, None]
        wanted = (stated[:, channel] - balanced[:, channel]) * weigh
        normal = apart.T @ apart + HOLD * len(stated) * np.eye(len(others))
        given = np.linalg.solve(normal, apart.T @ wanted)
        row = np.zeros(terms)
        row[others] = given
        row[channel] = 1.0 - given.sum()
        rows.append(row)
    return np.array(rows)


def _held_out(balanced: Floats, stated: Floats, grey: NDArray[np.bool_], terms: int) -> float:
    """Median difference of each coloured patch under weights that were found without it."""
    apart = []
    for number in np.flatnonzero(~grey):
        kept = np.arange(len(stated)) != number
        weights = _weights(balanced[kept], stated[kept], terms)
        one = _terms(np.maximum(balanced[number : number + 1], 0.0), weights.shape[1]) @ weights.T
        apart.append(float(difference(one, stated[number : number + 1])[0]))
    return float(np.median(apart))

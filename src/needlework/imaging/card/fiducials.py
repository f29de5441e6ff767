"""The four fiducials of a card, sought in a photograph."""

from collections import Counter
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from needlework.imaging.card.design import MARKER_MM, MARKERS, PLACES
from needlework.imaging.card.record import no
from needlework.imaging.photo import Photo
from needlework.records.why import Refusal

FIRST_PX, CLOSER_PX = 1600, 3000
"""Longest side in which a card is sought, and sought again where the photograph is larger."""
SQUARE = MARKER_MM * np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])

Corners = dict[int, NDArray[np.float64]]
"""Four corners in pixels of the photograph, by number of the fiducial."""


def _detector() -> Any:
    """One for each search: two photographs may be searched at once, and it takes a tenth of a millisecond."""
    cells = np.array([[int(bit) for bit in bits] for bits in MARKERS], np.uint8).reshape(-1, 4, 4)
    rows = [cv2.aruco.Dictionary.getByteListFromBits(one) for one in cells]
    dictionary = cv2.aruco.Dictionary(np.concatenate(rows), 4, 1)
    how = cv2.aruco.DetectorParameters()
    how.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    how.minMarkerPerimeterRate = 0.015
    how.errorCorrectionRate = 1.0
    # the middle of each cell alone, finely: what is blurred at the edges of cells says nothing
    how.perspectiveRemoveIgnoredMarginPerCell, how.perspectiveRemovePixelPerCell = 0.3, 10
    return cv2.aruco.ArucoDetector(dictionary, how)


def seen(photo: Photo) -> Corners | Refusal:
    """The card's fiducials, seen once each; empty where there is none."""
    best: Corners = {}
    for longest_px in (FIRST_PX, CLOSER_PX):
        grey, scale = _grey(photo, longest_px=longest_px)
        corners, ids, rejected = _detector().detectMarkers(grey)
        numbers = [] if ids is None else [int(number) for number in ids.ravel()]
        if twice := [number for number, count in Counter(numbers).items() if count > 1]:
            return no(
                "two",
                f"There is more than one card in the photograph: its {PLACES[twice[0]]} fiducial is seen "
                f"{_times(numbers)}.",
                "Leave one card in the picture, and no mirror.",
            )
        if len(numbers) > len(best):
            at = [(one.reshape(4, 2).astype(np.float64) + 0.5) / scale - 0.5 for one in corners]
            best = dict(zip(numbers, at, strict=True))
        if len(best) == 4 or max(photo.width, photo.height) <= longest_px:
            break
    if not best and len(rejected) >= 3 and _mirrored(photo):
        return no(
            "mirrored",
            "The photograph is mirrored, as selfie cameras show it.",
            "Use the camera on the back of the phone, or switch mirroring off.",
        )
    return best


def _times(numbers: list[int]) -> str:
    most = max(Counter(numbers).values())
    return "twice" if most == 2 else f"{most} times"


def _mirrored(photo: Photo) -> bool:
    grey, _ = _grey(photo, longest_px=FIRST_PX)
    _, ids, _ = _detector().detectMarkers(cv2.flip(grey, 1))
    return ids is not None and len(ids) >= 2


def _grey(photo: Photo, *, longest_px: int) -> tuple[NDArray[np.uint8], float]:
    """8-bit grey of at most so many pixels a side, and the scale that was applied."""
    coded, scale = photo.at_most(longest_px)
    if coded.dtype != np.uint8:
        coded = (coded >> 8).astype(np.uint8)
    grey = cv2.cvtColor(np.ascontiguousarray(coded), cv2.COLOR_RGB2GRAY)
    return np.asarray(grey), scale


def landed(matrix: NDArray[Any], points: NDArray[Any]) -> NDArray[np.float64]:
    """Where points lie under a homography."""
    moved = cv2.perspectiveTransform(np.asarray(points, np.float64).reshape(-1, 1, 2), matrix)
    return np.asarray(moved.reshape(-1, 2), np.float64)

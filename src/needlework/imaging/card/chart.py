"""The standard 24-patch chart: it gives colour and no scale, since it is made in several sizes."""

import cv2
import numpy as np

from needlework.imaging.card.colours import fitted
from needlework.imaging.card.design import CHART
from needlework.imaging.card.light import patch_of, within
from needlework.imaging.card.record import Card
from needlework.imaging.photo import Photo
from needlework.records.why import Refusal

CHART_PX = 1000


def found(photo: Photo) -> Card | None:
    """The standard chart, where this OpenCV can find it and its colours are those of the chart."""
    if not hasattr(cv2, "mcc") or min(photo.width, photo.height) < 120:
        return None
    small, scale = photo.at_most(CHART_PX)
    if small.dtype != np.uint8:
        small = (small >> 8).astype(np.uint8)
    detector = cv2.mcc.CCheckerDetector.create()
    detector.setColorChartType(cv2.mcc.MCC24)  # left to itself it reads memory that nobody has written
    cv2.setRNGSeed(7)  # it draws at random: the same photograph must give the same answer
    if not detector.process(np.ascontiguousarray(small[..., ::-1]), 1):
        return None
    best = detector.getBestColorChecker()
    outline = (np.asarray(best.getBox(), np.float64) + 0.5) / scale - 0.5
    quads = (np.asarray(best.getColorCharts(), np.float64).reshape(-1, 4, 2) + 0.5) / scale - 0.5
    patches = []
    for quad, srgb in zip(quads, CHART, strict=True):
        middle = quad.mean(axis=0)
        seen, wrong = within(photo, middle + 0.7 * (quad - middle))
        patches.append(patch_of(seen, srgb, wrong))
    corrected = fitted(tuple(patches))
    if isinstance(corrected, Refusal):
        return None  # something else with squares in it
    width_px = float(max(np.linalg.norm(outline[1] - outline[0]), np.linalg.norm(outline[2] - outline[1])))
    corners = tuple((float(x), float(y)) for x, y in outline)
    return Card("chart-24", corners, None, width_px, 0.0, *corrected)

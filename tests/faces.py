"""
A face whose mesh is known, and the networks where they were fetched.

The mesh of the public-domain portrait stands in a file, so that zones are tested wherever there are no
networks. What needs the networks is tested with them where they are there; where they are not, that the
program says so.
"""

import functools
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image
from skimage import data

from needlework.cli import models
from needlework.imaging import photo
from needlework.imaging.face import Face, Models
from needlework.imaging.photo import Photo
from needlework.records.why import Refusal

MESH = Path(__file__).parent / "imaging" / "astronaut.mesh.txt"
ASTRONAUT: np.ndarray[Any, Any] = data.astronaut()
NETWORKS = models.load()


def photograph(picture: np.ndarray[Any, Any]) -> Photo:
    """Pixels as a decoded photograph."""
    found = photo.decode(png(picture))
    assert isinstance(found, Photo)
    return found


def png(picture: np.ndarray[Any, Any]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(picture)).save(file, "PNG", compress_level=1)
    return file.getvalue()


def larger(picture: np.ndarray[Any, Any], times: int) -> np.ndarray[Any, Any]:
    return np.asarray(cv2.resize(picture, None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC))


def astronaut() -> Face:
    """The face of the portrait as the networks saw it."""
    points = np.loadtxt(MESH, dtype=np.float32)
    return Face(points, 0.94, -1.3, -5.6, 3.3, 0.18, 0.85, (0.36, 0.36))


def with_networks(test: Callable[..., None]) -> Callable[..., None]:
    """Hands a test the networks, or tests in its place that their absence is said with what to do."""

    @functools.wraps(test)
    def either(*args: object, **kwargs: object) -> None:
        if isinstance(NETWORKS, Models):
            test(*args, **kwargs)
        else:
            assert isinstance(NETWORKS, Refusal)
            assert "needlework models" in NETWORKS.reasons[0].do

    return either

"""
Drawn photographs of people who do not exist, for the demo clinic.

A face is a height field in millimetres, lit by a soft frontal light, over a skin whose colour comes from
melanin and haemoglobin as optical densities. Whatever belongs to the person (proportions, pores, spots,
hairs, the course of every line) is drawn from `Face.seed`; `Visit` decides only how red, lined, scarred and
spotted the skin is on that day, and how the camera stood. So two visits can be laid over each other.
Nothing here is a model of a disease or of a treatment: the pictures are stand-ins and say so by being drawn.
"""

import io
from datetime import date

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from needlework.clinic.demo.portraits import scene
from needlework.clinic.demo.portraits.canvas import HEIGHT_PX, WIDTH_PX, Plane
from needlework.clinic.demo.portraits.face import Face, Visit
from needlework.clinic.demo.portraits.proportions import Build


def draw(*, face: Face, visit: Visit) -> bytes:
    """
    The photograph of a face on a day, as JPEG of 1200 x 1500 pixels.

    The same arguments give the same bytes. The file carries its date and orientation, nothing else.
    """
    seen = scene.render(Build.of(face), visit)
    return _encode(_expose(seen, np.random.default_rng([visit.seed, 7])), visit.taken_on)


def _expose(before: Plane, chance: np.random.Generator) -> NDArray[np.uint8]:
    """One photograph of a scene: a camera that stood almost, not quite, where it stood before."""
    roll, scale = chance.uniform(-0.7, 0.7), 1 + chance.uniform(-0.009, 0.009)
    matrix = cv2.getRotationMatrix2D((WIDTH_PX / 2, HEIGHT_PX / 2), roll, scale)
    matrix[:, 2] = matrix[:, 2] + chance.uniform(-4, 4, 2)
    size, edge = (WIDTH_PX, HEIGHT_PX), cv2.BORDER_REPLICATE
    seen = cv2.warpAffine(before, matrix, size, flags=cv2.INTER_CUBIC, borderMode=edge)
    gain = 2 ** chance.uniform(-0.015, 0.015) * (1 + chance.uniform(-0.004, 0.004, 3))
    rows: Plane = np.asarray(seen, np.float32).reshape(
        HEIGHT_PX, -1
    )  # whole rows are several times faster than pixel by pixel
    rows *= np.tile(gain.astype(np.float32), WIDTH_PX)
    np.clip(rows, 0, 1, out=rows)
    noise = chance.standard_normal(rows.shape, np.float32)
    noise *= np.sqrt(rows * 6e-6 + 4e-7)
    rows += noise
    return _gamma(rows).reshape(seen.shape)


def _gamma(linear: Plane) -> NDArray[np.uint8]:
    """sRGB, IEC 61966-2-1."""
    table = np.arange(65536, dtype=np.float64) / 65535
    table = np.where(table <= 0.0031308, 12.92 * table, 1.055 * table ** (1 / 2.4) - 0.055)
    return np.round(table * 255).astype(np.uint8)[(np.clip(linear, 0, 1) * 65535 + 0.5).astype(np.uint16)]


def _encode(pixels: NDArray[np.uint8], taken_on: date) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 1  # orientation: as it stands
    exif.get_ifd(0x8769)[0x9003] = f"{taken_on:%Y:%m:%d} 10:00:00"  # date of the original
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=92, subsampling=0, exif=exif)
    return out.getvalue()

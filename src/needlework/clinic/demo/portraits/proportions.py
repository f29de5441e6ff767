"""What seed, sex and age make of a face."""

from dataclasses import dataclass

import numpy as np

from needlework.clinic.demo.portraits.curves import Curve, points, spline
from needlework.clinic.demo.portraits.face import Face, Shape
from needlework.records.skin import Sex


@dataclass(frozen=True, slots=True)
class Build:
    """What the seed, the sex and the age make of a face; lengths in mm."""

    face: Face
    woman: float
    age: float
    """0 at 20 years, 1 at 75."""
    eye_x: float
    eye_open: float
    eye_tilt: float
    eye_round: float
    brow_y: float
    brow_full: float
    nose_wide: float
    nose_high: float
    nose_y: float
    lip_wide: float
    lip_full: float
    mouth_y: float
    chin: float
    cheek: float

    @classmethod
    def of(cls, face: Face) -> "Build":
        vary = np.random.default_rng([face.seed, 1]).normal(0.0, 1.0, 16).clip(-1.6, 1.6).tolist()
        woman = {Sex.FEMALE: 1.0, Sex.MALE: 0.0, Sex.UNSURE: 0.5}[face.sex]
        age = min(max((face.age_years - 20) / 55, 0.0), 1.0)
        return cls(
            face=face,
            woman=woman,
            age=age,
            eye_x=31.2 + 0.8 * vary[0],
            eye_open=1.0 + 0.07 * vary[1] + 0.06 * woman - 0.14 * age,
            eye_tilt=0.7 * vary[2] + 0.6 * woman - 0.8 * age,
            eye_round=1.0 + 0.04 * vary[3],
            brow_y=-19.0 + 1.3 * vary[4] - 1.4 * woman + 1.2 * age,
            brow_full=1.0 + 0.18 * vary[5] - 0.32 * woman - 0.15 * age,
            nose_wide=1.0 + 0.12 * vary[6] - 0.07 * woman + 0.05 * age,
            nose_high=1.0 + 0.10 * vary[7] - 0.08 * woman,
            nose_y=44.5 + 1.6 * vary[8] - 1.5 * woman + 2.0 * age,
            lip_wide=24.5 + 1.1 * vary[9] - 0.6 * woman,
            lip_full=1.03 + 0.15 * vary[10] + 0.10 * woman - 0.26 * age,
            mouth_y=69.5 + 1.0 * vary[11] + 0.8 * age,
            chin=1.0 + 0.12 * vary[12],
            cheek=1.0 + 0.22 * vary[13],
        )

    def draws(self, layer: int) -> np.random.Generator:
        """Chance of its own for each layer, so that one more pore never moves a spot."""
        return np.random.default_rng([self.face.seed, 100 + layer])

    def outline(self) -> Curve:
        """The head from crown to chin, without ears and hair."""
        half = points(
            "0,-106 27,-103 48,-90 63,-67 69.5,-40 70.5,-12 69,10"
            " 66,31 61.5,52 55,71 44.5,90 31,104 15.5,112.5 0,114.5"
        )
        wide = {  # how much wider at crown, temple, cheekbone, jaw corner, chin
            Shape.OVAL: (1.0, 1.0, 1.0, 0.98, 0.98),
            Shape.ROUND: (1.02, 1.03, 1.06, 1.07, 1.08),
            Shape.SQUARE: (1.0, 1.0, 1.01, 1.08, 1.16),
            Shape.HEART: (1.03, 1.03, 1.01, 0.93, 0.90),
            Shape.LONG: (0.97, 0.96, 0.96, 0.97, 1.0),
        }[self.face.shape]
        tall = {Shape.LONG: 1.04, Shape.ROUND: 0.97}.get(self.face.shape, 1.0)
        half[:, 0] *= np.interp(half[:, 1], [-100, -50, 10, 75, 105], wide)
        half[:, 0] *= np.interp(
            half[:, 1], [-20, 60, 105], [1.0, 1.02 - 0.045 * self.woman, 1.05 - 0.1 * self.woman]
        )
        half[:, 1] = np.where(half[:, 1] > 60, 60 + (half[:, 1] - 60) * tall, half[:, 1])
        return spline(np.vstack([half, (half * (-1, 1))[-2:0:-1]]), closed=True)

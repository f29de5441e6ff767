"""Who is drawn, and on which day: all that a caller says about a picture."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from needlework.records.skin import Sex, SkinType


class Hair(StrEnum):
    BLACK = "black"
    BROWN = "brown"
    BLOND = "blond"
    RED = "red"
    GREY = "grey"
    WHITE = "white"


class Curl(StrEnum):
    STRAIGHT = "straight"
    WAVY = "wavy"
    COILED = "coiled"


class Shape(StrEnum):
    OVAL = "oval"
    ROUND = "round"
    SQUARE = "square"
    HEART = "heart"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody who does not exist; the seed fixes all that the other fields leave open."""

    seed: int
    skin_type: SkinType
    sex: Sex
    age_years: int
    hair: Hair = Hair.BROWN
    shape: Shape = Shape.OVAL
    curl: Curl = Curl.STRAIGHT


@dataclass(frozen=True, slots=True)
class Visit:
    """How the skin is on one day, each from 0 (none) to 1 (as much as is drawn), and how the camera stood."""

    taken_on: date
    redness: float = 0.2
    wrinkles: float = 0.3
    scars: float = 0.0
    spots: float = 0.3
    seed: int = 0
    """Fixes shift, turn, scale, exposure, white balance and noise of this one photograph."""

    def __post_init__(self) -> None:
        for name in ("redness", "wrinkles", "scars", "spots"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it runs from 0 to 1")

"""What is known of somebody's skin, and of whom a table of its thickness speaks."""

from dataclasses import dataclass
from enum import StrEnum


class SkinType(StrEnum):
    """Fitzpatrick skin type."""

    I = "I"  # noqa: E741  the field writes it so
    II = "II"
    III = "III"
    IV = "IV"
    V = "V"
    VI = "VI"


class Sex(StrEnum):
    """Which column of a skin-thickness table applies; `UNSURE` takes the thinner of the two."""

    FEMALE = "female"
    MALE = "male"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class SkinScore:
    """What ten questions came to."""

    points: int
    skin_type: SkinType


@dataclass(frozen=True, slots=True)
class SkinFound:
    """What is known of somebody's skin type, each way by itself; None where it was not asked or measured."""

    answered: SkinType | None = None
    """As the one question of the screening was answered."""
    scored: SkinType | None = None
    """By the ten questions."""
    seen: SkinType | None = None
    """By a practitioner who looked."""
    ita_deg: float | None = None
    """Individual typology angle of a photograph with a colour card: smaller is darker. [°]"""


@dataclass(frozen=True, slots=True)
class SkinUsed:
    """Which type the rules go by, and how it came to be that one."""

    skin_type: SkinType | None
    apart: int
    """Types between the lightest and the darkest that were found; 0 where they agree."""
    says: str

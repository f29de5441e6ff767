"""Words in an order, the least first."""

from enum import Enum
from functools import cached_property
from typing import Self


class Ranked(Enum):
    """Words in an order, least first: `max` finds the worst."""

    @property
    def word(self) -> str:
        return str(self.value)

    @cached_property
    def rank(self) -> int:
        return list(type(self)).index(self)

    def __lt__(self, other: Self) -> bool:
        return self.rank < other.rank

    def __le__(self, other: Self) -> bool:
        return self.rank <= other.rank

    def __gt__(self, other: Self) -> bool:
        return self.rank > other.rank

    def __ge__(self, other: Self) -> bool:
        return self.rank >= other.rank

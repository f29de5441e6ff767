"""What is made of something frozen once, and kept for as long as it is asked for."""

from collections.abc import Callable
from typing import Generic, TypeVar

From = TypeVar("From")
Made = TypeVar("Made")


class Kept(Generic[From, Made]):
    """
    A function whose answers are kept by the identity of what it was asked of.

    A protocol is frozen and its dictionaries cannot be hashed, so identity stands for equality; each answer
    is kept with what it was made of, so that nothing else can come to have its number.

    >>> words = ("one", "two")
    >>> longest = Kept(lambda words: max(words, key=len))
    >>> longest(words) is longest(words)
    True
    """

    MOST = 32
    """The edition in force, and those that it is compared with; past that everything is made afresh."""

    def __init__(self, make: Callable[[From], Made]) -> None:
        self._make = make
        self._kept: dict[int, tuple[From, Made]] = {}

    def __call__(self, of: From) -> Made:
        found = self._kept.get(id(of))
        if found is None or found[0] is not of:
            if len(self._kept) >= self.MOST:
                self._kept.clear()
            found = self._kept[id(of)] = (of, self._make(of))
        return found[1]

"""What was found once in a picture and is asked for again."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

Made = TypeVar("Made")


class Kept:
    """
    Findings by what they are of; made by who asks first, while others who ask for the same one wait.

    >>> kept = Kept()
    >>> kept.once("answer", lambda: 42), kept.once("answer", lambda: 0)
    (42, 42)
    """

    def __init__(self) -> None:
        self._found: dict[Hashable, Any] = {}
        self._locks: dict[Hashable, Lock] = {}

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What was made under a key; what making it asks for must have other keys."""
        with self._locks.setdefault(key, Lock()):
            if key not in self._found:
                self._found[key] = make()
        found: Made = self._found[key]
        return found

"""The same work on the two photographs of a pair, or of what is read of it, on a core each."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import cv2

Given = TypeVar("Given")
Made = TypeVar("Made")


def both(work: Callable[[Given], Made], before: Given, after: Given) -> tuple[Made, Made]:
    """
    What the work makes of either; what it raises is raised here.

    Decoding and filtering leave Python's lock, so two threads are twice as fast, and as the work on one
    knows nothing of the other the answers are those of one after the other.

    >>> both(len, "ab", "c")
    (2, 1)
    """
    one, two = each(work, (before, after))
    return one, two


def each(work: Callable[[Given], Made], many: Iterable[Given]) -> list[Made]:
    """
    What the work makes of each, in their order, on two cores; on one, where OpenCV was told to keep to one.

    >>> each(len, ["ab", "c", ""])
    [2, 1, 0]
    """
    if cv2.getNumThreads() == 1:
        return [work(one) for one in many]
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(work, many))

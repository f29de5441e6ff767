"""Numbers: what can be a depth, an area, a count at all, and how to ask for one that can."""

import math

LONGEST_NEEDLE_MM = 5.0
LARGEST_CM2 = 5000.0
"""More than a quarter of an adult's skin: a slip of the hand."""
LONGEST_INTERVAL_DAYS = 730
"""Two years: whoever comes back later begins another course."""

GIVE_DEPTH = f"Give the depth in mm, more than 0 and at most {LONGEST_NEEDLE_MM:g}."
GIVE_AREA = f"Give the area in cm², more than 0 and less than {LARGEST_CM2:g}."


def is_depth(depth_mm: float) -> bool:
    """
    Whether a needle could stand out so far.

    >>> is_depth(1.5), is_depth(0), is_depth(math.nan)
    (True, False, False)
    """
    return 0 < depth_mm <= LONGEST_NEEDLE_MM


def is_area(area_cm2: float) -> bool:
    """Whether so much skin could be needled."""
    return 0 < area_cm2 < LARGEST_CM2


def is_count(number: float, *, most: float = math.inf) -> bool:
    """
    Whether it counts something: whole, and at least one. What a form leaves ticked is no number.

    >>> is_count(3), is_count(3.0), is_count(True), is_count(0)
    (True, False, False, False)
    """
    return isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= most


def finite(number: float) -> float | None:
    """The number, or None where it could not be written down."""
    try:
        return number if math.isfinite(number) else None
    except OverflowError:  # a whole number of hundreds of digits
        return None

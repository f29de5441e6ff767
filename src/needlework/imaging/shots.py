"""
What two files and their cameras' notes say of each other, before any pixel is compared.

One file twice is refused; the rest is said: notes are edited and lost, and clocks are wrong.
"""

import math

from needlework.imaging.photo import Photo
from needlework.records.why import Reason

FOCAL_MAX = math.log(1.1)
"""Logarithm of the ratio of focal lengths: a tenth changes perspective no more than a step does."""

Rows = tuple[tuple[bool, str, str, str], ...]
"""Whether it is so, key, problem, what to do."""


def same(before: Photo, after: Photo) -> Reason | None:
    """One file given twice shows no change, whatever happened to the skin."""
    if before.sha256 != after.sha256:
        return None
    return Reason(
        "pair.same", "Both are the same file.", "Choose the photograph that was taken on the other day."
    )


def swapped(before: Photo, after: Photo) -> bool:
    """Whether the clocks say that the after photograph was taken first."""
    days = days_between(before, after)
    return days is not None and days < 0


def days_between(before: Photo, after: Photo) -> float | None:
    """From the before to the after photograph by their cameras' clocks; None where one does not say. [d]"""
    first, second = before.taken_at, after.taken_at
    if first is None or second is None:
        return None
    if first.tzinfo is None or second.tzinfo is None:  # one clock that knows its zone does not help
        first, second = first.replace(tzinfo=None), second.replace(tzinfo=None)
    return (second - first).total_seconds() / 86_400


def cautions(before: Photo, after: Photo) -> tuple[Reason, ...]:
    """What was not the same about the cameras and how they were used, and the order of the two."""
    one, two = before.shot, after.shot
    focal = _apart(one.focal_35_mm, two.focal_35_mm) or _apart(one.focal_mm, two.focal_mm)
    modes = sorted({*one.modes} ^ {*two.modes})
    rows: Rows = (
        (
            swapped(before, after), "order",
            f"By their cameras the after photograph ({after.taken_at:%Y-%m-%d %H:%M}) is the earlier one."
            if after.taken_at else "",
            "Swap the two, or correct the camera's clock.",
        ),
        (
            _differ(one.camera, two.camera), "camera",
            f"They were taken with two cameras: {one.camera} and {two.camera}.",
            "Use the same camera each time; with two of them lay the card beside the skin.",
        ),
        (
            _differ(one.lens, two.lens) and not _differ(one.camera, two.camera), "lens",
            f"They were taken with two lenses: {one.lens} and {two.lens}.", "Use the same lens each time.",
        ),
        (
            focal, "focal",
            f"The focal lengths differ: {_mm(before)} and {_mm(after)}.",
            "Use the same lens and zoom, from the same distance: nearer lenses swell the nose.",
        ),
        (
            _differ(one.software, two.software), "software",
            f"The files were written by two programs: {one.software} and {two.software}.",
            "Send both as the camera stored them; an update may have changed how it paints skin.",
        ),
        (
            bool(modes), "modes", f"Only one was taken with: {', '.join(modes)}.",
            "Use the same mode each time, best the plainest.",
        ),
        (
            one.flash is not None and two.flash is not None and one.flash != two.flash, "flash",
            "The flash fired in one of them only.", "Leave the flash off in both.",
        ),
        (
            _differ(one.white_balance, two.white_balance), "white-balance",
            "White balance was set by hand in one and by the camera in the other.",
            "Set it in the same way each time, best by hand.",
        ),
        (
            _soft(before, after), "jpeg",
            f"One file is compressed further: quality {before.jpeg_quality} and {after.jpeg_quality}.",
            "Send both as the camera stored them.",
        ),
    )  # fmt: skip
    return tuple(Reason(f"pair.{key}", problem, do) for so, key, problem, do in rows if so)


def _differ(one: str, two: str) -> bool:
    return bool(one and two and one != two)


def _apart(one: float | None, two: float | None) -> bool:
    return bool(one and two and abs(math.log(one / two)) > FOCAL_MAX)


def _mm(photo: Photo) -> str:
    shot = photo.shot
    return f"{shot.focal_35_mm:.0f} mm (35 mm)" if shot.focal_35_mm else f"{shot.focal_mm or 0:.1f} mm"


JPEG_APART, JPEG_ENOUGH = 12, 90


def _soft(before: Photo, after: Photo) -> bool:
    one, two = before.jpeg_quality or 100, after.jpeg_quality or 100
    return abs(one - two) > JPEG_APART and min(one, two) < JPEG_ENOUGH

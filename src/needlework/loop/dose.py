"""Dose: how many punctures a square centimetre of skin has had, and how long that takes."""

import math


def punctures(*, needles: int, strokes_per_s: float, seconds: float) -> float:
    """
    Punctures that a pen makes in all. [punctures]

    needles × strokes per second × seconds. Every stroke counts, also one in the air or outside the zone; the
    number says nothing of where they lie. Derived from device counts: SKINPEN's 14 needles at 116.7 strokes/s
    (PINOVA) make 1,634 a second.

    >>> punctures(needles=14, strokes_per_s=100.0, seconds=60.0)
    84000.0
    """
    return needles * strokes_per_s * seconds


def density(*, needles: int, strokes_per_s: float, seconds: float, area_cm2: float) -> float:
    """
    Punctures per square centimetre. [1/cm²]

    needles × strokes per second × seconds ÷ area, as if every stroke met fresh skin. Where lines overlap
    the local value is higher, and a stroke in the air counts as one in the skin: it is an upper bound of
    the mean, and says nothing of evenness (`glide` does). Derived from device counts.

    >>> density(needles=12, strokes_per_s=100.0, seconds=10.0, area_cm2=30.0)
    400.0
    """
    return punctures(needles=needles, strokes_per_s=strokes_per_s, seconds=seconds) / area_cm2


def density_per_pass(*, needles: int, strokes_per_s: float, speed_cm_per_s: float, width_cm: float) -> float:
    """
    Punctures per square centimetre that one pass of a pen lays down. [1/cm²]

    needles × strokes per second ÷ (glide speed × footprint width): a pen drawn at an even speed in lines
    that touch without overlapping. A slower hand lays down more. Derived from device counts.

    >>> round(density_per_pass(needles=14, strokes_per_s=116.7, speed_cm_per_s=2.0, width_cm=1.0))
    817
    """
    return needles * strokes_per_s / (speed_cm_per_s * width_cm)


def density_per_roll(*, needles: int, diameter_cm: float, width_cm: float) -> float:
    """
    Punctures per square centimetre that one pass of a roller lays down. [1/cm²]

    needles ÷ (π × diameter × width): in one turn every needle of the drum enters once, over the skin that the
    drum unrolls on. Time and speed do not matter. Derived from the drum of SCHWARZ2011: 192 needles on
    2 cm × 2 cm. A drum that slides instead of rolling lays down less; going to and fro is two passes.

    >>> round(density_per_roll(needles=192, diameter_cm=2.0, width_cm=2.0), 1)
    15.3
    """
    return needles / (math.pi * diameter_cm * width_cm)


def seconds_for(*, passes: int, area_cm2: float, speed_cm_per_s: float, width_cm: float) -> float:
    """
    Seconds of needling for some passes over an area. [s]

    passes × area ÷ (glide speed × footprint width); lifting, turning and wiping not counted. Arithmetic: the
    speed and the width are the edition's own assumption.

    >>> seconds_for(passes=4, area_cm2=110.0, speed_cm_per_s=2.0, width_cm=1.0)
    220.0
    """
    return passes * area_cm2 / (speed_cm_per_s * width_cm)


def seconds_for_target(
    *, target_per_cm2: float, area_cm2: float, needles: int, strokes_per_s: float
) -> float:
    """
    Seconds of needling that lay down a dose over an area. [s]

    target × area ÷ (needles × strokes per second): the least it can take, as every stroke must land in the
    zone and none twice. Derived from device counts. It is short for a pen, seconds where a roller takes many
    passes: pass counts of roller papers do not transfer.

    >>> seconds_for_target(target_per_cm2=250.0, area_cm2=100.0, needles=6, strokes_per_s=100.0)
    41.666666666666664
    """
    return target_per_cm2 * area_cm2 / (needles * strokes_per_s)

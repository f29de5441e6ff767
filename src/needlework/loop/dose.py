"""Dose: how many punctures a square centimetre of skin has had, and how long that takes."""


def density(*, needles: int, strokes_per_s: float, seconds: float, area_cm2: float) -> float:
    """
    Punctures per square centimetre. [1/cm²]

    needles × strokes per second × seconds ÷ area, as if every stroke met fresh skin. Where lines overlap
    the local value is higher, and a stroke in the air counts as one in the skin: it is an upper bound of
    the mean, and says nothing of evenness. Derived from device counts; SKINPEN's 14 needles at 116.7/s
    give 1,633 punctures a second.

    >>> density(needles=12, strokes_per_s=100.0, seconds=10.0, area_cm2=30.0)
    400.0
    """
    return needles * strokes_per_s * seconds / area_cm2


def density_per_pass(*, needles: int, strokes_per_s: float, speed_cm_per_s: float, width_cm: float) -> float:
    """
    Punctures per square centimetre that one pass lays down. [1/cm²]

    needles × strokes per second ÷ (glide speed × footprint width): a pen drawn at an even speed in lines
    that touch without overlapping. A slower hand lays down more.

    >>> round(density_per_pass(needles=14, strokes_per_s=116.7, speed_cm_per_s=2.0, width_cm=1.0))
    817
    """
    return needles * strokes_per_s / (speed_cm_per_s * width_cm)


def seconds_for(*, passes: int, area_cm2: float, speed_cm_per_s: float, width_cm: float) -> float:
    """
    Seconds of needling for some passes over an area. [s]

    passes × area ÷ (glide speed × footprint width); lifting, turning and wiping not counted.

    >>> seconds_for(passes=4, area_cm2=110.0, speed_cm_per_s=2.0, width_cm=1.0)
    220.0
    """
    return passes * area_cm2 / (speed_cm_per_s * width_cm)

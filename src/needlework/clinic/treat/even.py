"""How evenly passes lie over a zone, by the simulated hand of the edition: worked out once for each pen."""

from functools import lru_cache

from needlework.loop import glide
from needlework.loop.gliding import Gliding
from needlework.protocol.schema.devices import Device
from needlework.protocol.schema.plan import Glide

A_ZONE_CM2 = 36.0
"""The pattern of lines hardly depends on the size of the zone: one size serves all."""
MOST_PASSES = 8
"""More passes than these lie no less evenly."""


def patterns(device: Device, hand: Glide, *, passes: int) -> list[tuple[float, ...]]:
    """For one pass, two, and so on: the local dose as multiples of its mean, from least to most."""
    if device.needles is None or device.kind == "roller" or device.strokes_per_s is None:
        return []
    most = min(MOST_PASSES, max(4, passes + 2))
    strokes = round(device.strokes_per_s[0], 1)
    return [_pattern(device.needles, strokes, n, hand) for n in range(1, most + 1)]


@lru_cache(maxsize=256)
def _pattern(needles: int, strokes_per_s: float, passes: int, hand: Glide) -> tuple[float, ...]:
    gliding = Gliding(needles, strokes_per_s, passes, A_ZONE_CM2, hand)
    if glide.reasons_against(gliding):
        return ()
    return tuple(round(one, 3) for one in glide.pattern(glide.lay(gliding)))

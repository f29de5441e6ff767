"""From where the light falls, told by the skin alone."""

import math

import pytest

import skins
from needlework.imaging import lamp, pair, photo
from needlework.imaging.regions import Region

ZONE = Region("zone", skins.ZONE)


def seen(skin_type: str, seed: int, azimuth_deg: float) -> pair.Pair:
    shot = skins.Shot(azimuth_deg=azimuth_deg, elevation_deg=50.0)
    skin = skins.Skin(skin_type, seed)
    one, two = (photo.decode(data) for data in skins.pair(skin, seed, base=shot))
    assert isinstance(one, photo.Photo) and isinstance(two, photo.Photo)
    sight = pair.sight(one, two, regions=(ZONE,), mm_per_px=skins.MM_PER_PX)
    assert isinstance(sight, pair.Sight)
    return sight.pair


@pytest.mark.parametrize(
    ("skin_type", "seed", "azimuth_deg"),
    [("I", 7, 20.0), ("III", 9, 200.0), ("V", 11, 110.0), ("VI", 13, 305.0)],
)
def test_the_skin_tells_the_way_to_the_lamp(skin_type: str, seed: int, azimuth_deg: float) -> None:
    found = lamp.towards(seen(skin_type, seed, azimuth_deg), ZONE)
    off = (math.degrees(found) + azimuth_deg + 180) % 360 - 180  # down is positive in a picture
    assert abs(off) < 25

"""What lies on the skin in one photograph of a pair only is left out, or keeps a measure silent."""

from functools import cache

import pytest

import skins
from needlework.imaging import hairs, onesided, pair, photo
from needlework.imaging.align import Pair
from needlework.imaging.pair import Sight
from needlework.imaging.photo import Photo
from needlework.imaging.regions import Region
from needlework.loop import measure
from needlework.protocol import load
from needlework.records.measure import Observation, Trend

ZONE = Region("zone", skins.ZONE)
FORM = ("wrinkles", "texture", "scars", "pores")


def pictures(seed: int, skin_type: str, **again: float) -> tuple[Photo, Photo]:
    files = skins.pair(skins.Skin(skin_type, seed), 1000 * seed + 900, base=skins.sitting(seed), again=again)
    one, two = (photo.decode(data) for data in files)
    assert isinstance(one, Photo) and isinstance(two, Photo)
    return one, two


@cache
def sight(seed: int, skin_type: str, swapped: bool = False, **again: float) -> Sight:
    both = pictures(seed, skin_type, **again)
    found = pair.sight(*both[:: -1 if swapped else 1], regions=(ZONE,), mm_per_px=skins.MM_PER_PX)
    assert isinstance(found, Sight)
    return found


def read(seen: Sight) -> Observation:
    return pair.read(seen, regions=(ZONE,))


def called(seen: Sight) -> set[str]:
    said = measure.compare(read(seen), load.default().measure)
    return {one.measure for one in said.changes if one.verdict != Trend.NO_DETECTABLE_CHANGE}


@pytest.mark.parametrize("swapped", [False, True])
def test_make_up_in_one_photograph_keeps_the_zone_silent_and_is_told(swapped: bool) -> None:
    found = read(sight(20, "I", swapped=swapped, makeup=0.8))
    assert not found.readings and not found.comparable
    (reason,) = [one for one in found.reasons if one.key == "zone.zone.make-up"]
    assert ("earlier" if swapped else "later") in reason.problem


def test_stubble_in_one_photograph_keeps_measures_of_form_silent() -> None:
    seen = sight(420, "III", stubble=0.7)
    reason, unread = onesided.covered(seen.pair, ZONE)
    assert reason is not None and "later" in reason.problem and unread == FORM


@pytest.mark.parametrize("swapped", [False, True])
def test_skin_that_shines_in_one_photograph_keeps_measures_of_form_silent(swapped: bool) -> None:
    seen = sight(640, "IV", swapped=swapped, shine=0.8)
    reason, unread = onesided.covered(seen.pair, ZONE)
    assert reason is not None and reason.key == "zone.zone.shine" and unread == FORM
    assert ("earlier" if swapped else "later") in reason.problem and "dry" in reason.do


@pytest.mark.parametrize("seed, skin_type", [(20, "I"), (1040, "VI")])
def test_hairs_in_one_photograph_are_left_out_of_both(seed: int, skin_type: str) -> None:
    seen, bare = sight(seed, skin_type, hairs=6), sight(seed, skin_type)
    inside: Pair = bare.pair
    lost = inside.mask(ZONE).sum() - seen.pair.mask(ZONE).sum()
    assert 0 < lost < 0.5 * inside.mask(ZONE).sum()
    assert not called(seen)


@pytest.mark.parametrize("seed, skin_type", [(20, "I"), (440, "III"), (1040, "VI")])
def test_furrows_that_fade_to_a_fifth_are_no_hairs(seed: int, skin_type: str) -> None:
    assert not lines_left_out(skins.Skin(skin_type, seed), wrinkles=0.2)


def lines_left_out(skin: skins.Skin, **changed: float) -> bool:
    """Whether anything is taken for a hair before it has been left out."""
    files = skins.pair(skin, 1000 * skin.seed + 950, base=skins.sitting(skin.seed), **changed)
    one, two = (photo.decode(data) for data in files)
    assert isinstance(one, Photo) and isinstance(two, Photo)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hairs, "without", lambda raw: raw)
        seen = pair.sight(one, two, regions=(ZONE,), mm_per_px=skins.MM_PER_PX)
    assert isinstance(seen, Sight)
    return bool(hairs.found_in(seen.pair).any())


def test_the_same_skin_twice_wears_nothing() -> None:
    seen = sight(20, "I").pair
    assert not lines_left_out(skins.Skin("I", 20))
    assert onesided.covered(seen, ZONE) == (None, ())


@pytest.mark.parametrize("factor", [0.5, 1.6])
@pytest.mark.parametrize("name", ["spots", "tone", "pores", "wrinkles", "texture"])
def test_one_property_that_has_changed_is_no_cover(name: str, factor: float) -> None:
    files = skins.pair(skins.Skin("II", 220), 220_950, base=skins.sitting(220), **{name: factor})
    one, two = (photo.decode(data) for data in files)
    assert isinstance(one, Photo) and isinstance(two, Photo)
    seen = pair.sight(one, two, regions=(ZONE,), mm_per_px=skins.MM_PER_PX)
    assert isinstance(seen, Sight)
    assert onesided.covered(seen.pair, ZONE) == (None, ())

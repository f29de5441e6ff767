"""From two photographs to readings and verdicts, on skin whose truth is known."""

import io
from functools import lru_cache

import cv2
import numpy as np
import pytest
from PIL import Image
from skimage import data

import skins
from needlework.imaging import overlay, pair, photo, quality
from needlework.imaging.catalogue import MEASURES
from needlework.imaging.regions import Region
from needlework.loop import measure
from needlework.protocol import load
from needlework.records.measure import Comparison, Observation, Reading, Trend
from needlework.records.why import Refusal
from skins import Shot, Skin

ZONE = (Region("middle", skins.ZONE),)
CHEEKS = (
    Region("right cheek", ((191, 118), (209, 118), (211, 138), (200, 150), (189, 138))),
    Region("left cheek", ((236, 116), (254, 116), (256, 136), (247, 148), (233, 136))),
)
CHANGED = {
    name: name
    for name in ("wrinkles", "texture", "tone", "scars", "pores", "redness", "pigmentation", "spots")
}
"""What to change on the drawn skin to change what a measure reads; a new measure adds its line."""


def read(data_: bytes) -> photo.Photo:
    found = photo.decode(data_)
    assert isinstance(found, photo.Photo)
    return found


def observed(files: tuple[bytes, bytes], **options: object) -> Observation:
    options = {"regions": ZONE, "mm_per_px": skins.MM_PER_PX} | options
    return pair.observe(read(files[0]), read(files[1]), **options)  # type: ignore[arg-type]


def judged(observation: Observation) -> Comparison:
    return measure.compare(observation, load.default().measure)


def reading(observation: Observation, name: str) -> Reading:
    (found,) = (r for r in observation.readings if r.measure == name)
    return found


@lru_cache(maxsize=20)
def null(skin_type: str, seed: int) -> Observation:
    return observed(skins.pair(Skin(skin_type, seed), seed))


# ── the catalogue ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_is_explained(name: str) -> None:
    entry = MEASURES[name]
    assert entry.id == name in CHANGED
    words = (entry.title, entry.definition, entry.formula, entry.unit, entry.example, entry.misleads)
    assert all(words)
    assert entry.sources
    noise = load.default().measure.noise[name]
    assert (noise.better, noise.title) == (entry.better, entry.title)


HIDDEN = {
    ("scars", "V", Trend.WORSE),
    ("scars", "V", Trend.IMPROVED),
    ("wrinkles", "II", Trend.IMPROVED),
}
"""
What may stay silent, and never say the contrary: pigment hides the shade of hollows on dark skin, and furrows
that are two fifths shallower sink among the chance lines of this rough one.
"""


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize(("skin_type", "seed"), [("II", 901), ("V", 902)])
def test_a_true_change_is_found_with_its_sign(name: str, skin_type: str, seed: int) -> None:
    for factor, verdict in ((1.45, Trend.WORSE), (0.6, Trend.IMPROVED)):
        found = judged(observed(skins.pair(Skin(skin_type, seed), seed, **{CHANGED[name]: factor})))
        said = {change.measure: change.verdict for change in found.changes}[name]
        silent = {Trend.NO_DETECTABLE_CHANGE} if (name, skin_type, verdict) in HIDDEN else set()
        assert said in {verdict} | silent


def test_unchanged_skin_of_all_types_is_hardly_ever_called_changed() -> None:
    found = [judged(null(skin_type, 940 + number)) for number, skin_type in enumerate(skins.TYPES)]
    assert all(comparison.comparable for comparison in found)
    verdicts = [change.verdict for comparison in found for change in comparison.changes]
    assert len(verdicts) == len(skins.TYPES) * len(MEASURES)
    assert sum(verdict is not Trend.NO_DETECTABLE_CHANGE for verdict in verdicts) <= 0.05 * len(verdicts)


def test_the_unit_says_whether_the_scale_is_known() -> None:
    files = skins.pair(Skin("III", 950), 950)
    known, unknown = observed(files), observed(files, mm_per_px=None)
    assert reading(known, "wrinkles").unit == MEASURES["wrinkles"].unit
    assert reading(unknown, "wrinkles").unit == MEASURES["wrinkles"].unit_relative
    assert known == observed(files)  # the same pair, the same answer


# ── a real photograph ────────────────────────────────────────────────────────────────────────────────


def file(picture: np.ndarray, *, quality: int = 95) -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=quality)
    return out.getvalue()


def reddened(picture: np.ndarray, amount: float) -> np.ndarray:
    """Blood added in the cheeks: density in green and blue, hardly any in red."""
    mask = np.zeros(picture.shape[:2], np.float32)
    for region in CHEEKS:
        cv2.fillPoly(mask, [np.array(region.polygon, np.int32)], 1.0)
    mask = cv2.GaussianBlur(mask, (0, 0), 2)
    light = np.where(picture <= 10.3, picture / 255 / 12.92, ((picture / 255 + 0.055) / 1.055) ** 2.4)
    light = light * np.exp(-amount * mask[..., None] * np.array([0.12, 0.9, 0.85]))
    return photo.display(light.astype(np.float32))


def test_the_portrait_with_redder_cheeks() -> None:
    portrait = data.astronaut()
    files = (file(portrait), file(reddened(portrait, 0.25), quality=92))
    found = judged(observed(files, regions=CHEEKS, mm_per_px=None, measures=("redness",)))
    assert [change.verdict for change in found.changes] == [Trend.WORSE, Trend.WORSE]
    assert [change.zone for change in found.changes] == ["right cheek", "left cheek"]
    back = judged(observed(files[::-1], regions=CHEEKS, mm_per_px=None, measures=("redness",)))
    assert [change.verdict for change in back.changes] == [Trend.IMPROVED, Trend.IMPROVED]


@pytest.mark.parametrize("zones", [CHEEKS, None])
def test_the_portrait_encoded_again_has_not_changed(zones: tuple[Region, ...] | None) -> None:
    portrait = data.astronaut()
    found = judged(observed((file(portrait), file(portrait, quality=85)), regions=zones, mm_per_px=None))
    assert found.comparable
    assert {change.verdict for change in found.changes} == {Trend.NO_DETECTABLE_CHANGE}


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────


def keys(observation: Observation) -> set[str]:
    assert not observation.comparable
    assert observation.readings == ()
    assert all(reason.problem and reason.do for reason in observation.reasons)
    return {reason.key for reason in observation.reasons}


def test_what_does_not_show_the_same_place_is_refused() -> None:
    portrait = file(data.astronaut())
    cat = file(cv2.resize(data.chelsea(), (800, 532)))
    black = file(np.zeros((512, 512, 3), np.uint8))
    assert keys(observed((portrait, cat), regions=None, mm_per_px=None)) == {"after.skin"}
    assert keys(observed((portrait, black), regions=None, mm_per_px=None)) <= {"after.light", "after.colour"}
    one, two = (skins.photograph(Skin("III", seed), Shot()) for seed in (960, 961))
    assert keys(observed((one, two))) == {"pair.match"}


def test_careless_pairs_have_no_verdict() -> None:
    skin = Skin("III", 965)
    good = skins.photograph(skin, Shot())
    wrong = {
        "pair.light": Shot(elevation_deg=85, ambient=0.6),
        "pair.turn": Shot(turn_deg=12),
        "pair.cast": Shot(white=(1.2, 1.0, 0.7)),
        "pair.scale": Shot(scale=1.4),
        "pair.exposure": Shot(exposure_ev=-1.2),
        "pair.match": Shot(azimuth_deg=285, elevation_deg=35, ambient=0.1),
    }
    for key, shot in wrong.items():
        assert key in keys(observed((good, skins.photograph(skin, shot)))), key
    assert keys(observed((good, skins.photograph(skin, Shot(blur_px=5.0))))) == {"after.focus"}
    assert "pair.focus" in keys(observed((good, skins.photograph(skin, Shot(blur_px=2.6)))))


def test_what_cannot_be_measured_is_refused_alone() -> None:
    skin = skins.draw(Skin("II", 3), Shot())
    small = read(file(skin[:200, :200]))
    strip = read(file(skin[:240, :].repeat(2, axis=1)))
    grey = read(file(skin.mean(axis=2, keepdims=True).repeat(3, axis=2).astype(np.uint8)))
    cloth = read(file(np.clip(skin[..., ::-1], 0, 255)))
    burnt = read(file(np.clip(skin.astype(int) + 70, 0, 255).astype(np.uint8)))
    blurred = read(file(cv2.GaussianBlur(skin, (0, 0), 7)))
    found = [[reason.key for reason in quality.check(p)] for p in (small, strip, grey, cloth, blurred)]
    assert found == [["photo.size"], ["photo.size"], ["photo.colour"], ["photo.skin"], ["photo.focus"]]
    assert {reason.key for reason in quality.check(burnt)} & {"photo.clipped", "photo.skin"}
    assert quality.check(read(file(skin))) == ()


def test_zones_and_scale_that_cannot_be_are_refused() -> None:
    files = skins.pair(Skin("II", 3), 3)
    assert keys(observed(files, regions=(Region("far", ((0, 0), (4000, 0), (4000, 80))),))) == {
        "zones[0].polygon"
    }
    assert keys(observed(files, mm_per_px=0.0)) == {"mm_per_px"}
    assert keys(observed(files, measures=("redness", "beauty"))) == {"measures"}
    tiny = observed(files, regions=(Region("tiny", ((400, 400), (412, 400), (412, 412))),))
    assert keys(tiny) == {f"zone.tiny.{name}" for name in MEASURES}


# ── for the eye ──────────────────────────────────────────────────────────────────────────────────────


def test_aligned_pair_and_overlays_are_pictures_of_one_size() -> None:
    files = skins.pair(Skin("IV", 970), 970)
    seen = pair.sight(read(files[0]), read(files[1]), regions=ZONE, mm_per_px=skins.MM_PER_PX)
    assert not isinstance(seen, Refusal)
    drawn = {name: Image.open(io.BytesIO(jpeg)) for name, jpeg in overlay.overlays(seen, ZONE).items()}
    assert {"aligned-before", "aligned-after", "wrinkles-before", "wrinkles-after", "redness-change"} <= set(
        drawn
    )
    assert len({picture.size for picture in drawn.values()}) == 1
    one, two = (np.asarray(drawn[f"aligned-{side}"].convert("L"), float) for side in ("before", "after"))
    apart = np.corrcoef(one.ravel(), two.ravel())[0, 1]
    assert apart > 0.9
    assert not np.array_equal(np.asarray(drawn["wrinkles-before"]), np.asarray(drawn["aligned-before"]))

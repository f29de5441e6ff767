"""What two photographs must share: the files, the cameras, the faces, and the nine items."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

import cv2
import numpy as np
import pytest

import skins
from needlework.imaging import comparability, nine, pair, person, photo, quality, shots
from needlework.imaging.exif import Shot as Told
from needlework.imaging.face import RIGID, Face
from needlework.imaging.photo import Photo
from needlework.records.measure import Discord, Likeness
from needlework.records.why import Reason
from skins import Shot, Skin

ALIKE = Discord(
    light=0.02, exposure=0.1, cast=0.02, focus=0.05, scale=0.02, turn_deg=1.0, misalignment_px=0.5
)
IDS = (
    "position", "expression", "lighting", "background", "zoom", "styling", "views", "timing", "description",
)  # fmt: skip


@lru_cache
def plain(seed: int = 0) -> Photo:
    found = photo.decode(skins.photograph(Skin("III", 31), Shot(seed=seed), side_px=400))
    assert isinstance(found, Photo)
    return found


def taken(seed: int = 0, **told: object) -> Photo:
    return replace(plain(seed), shot=Told(**told))  # type: ignore[arg-type]


def face(
    yaw: float = 0.0, pitch: float = 0.0, *, wide: float = 1.0, noise: float = 0.0, **what: object
) -> Face:
    """The mean face, turned, or one that is wider than it."""
    points = np.zeros((468, 2))
    known = np.array(list(RIGID.values())) * (wide, 1.0, 1.0)
    a, b = np.radians(yaw), np.radians(pitch)
    x = known[:, 0] * np.cos(a) + known[:, 2] * np.sin(a)
    y = known[:, 1] * np.cos(b) + (known[:, 2] * np.cos(a) - known[:, 0] * np.sin(a)) * np.sin(b)
    points[list(RIGID)] = np.stack([500 + 40 * x, 600 - 40 * y], axis=1)
    points += np.random.default_rng(3).normal(0, noise, points.shape)
    look = {"mouth_open": 0.02, "smile": 0.1, "eyes_open": (0.3, 0.3)} | what
    return Face(points.astype(np.float32), 0.9, yaw, pitch, 0.0, **look)  # type: ignore[arg-type]


def gated(found: Discord = ALIKE, **options: object) -> dict[str, Reason]:
    options = {"colour_od": 0.05, "likeness": 0.95, "longest_px": 4000} | options
    reasons = comparability.gate(found, **options)  # type: ignore[arg-type]
    assert all(one.problem and one.do for one in reasons)
    return {one.key: one for one in reasons}


def scored(found: Discord | None = ALIKE, **options: object) -> dict[str, Likeness]:
    options = {"reasons": (), "before": plain(0), "after": plain(1)} | options
    items = nine.score(found, **options)  # type: ignore[arg-type]
    assert tuple(one.id for one in items) == IDS
    assert all(one.title and one.found for one in items)
    assert all(bool(one.do) == (one.met is False) for one in items)
    return {one.id: one for one in items}


# ── the files ────────────────────────────────────────────────────────────────────────────────────────


def test_one_file_twice_shows_no_change() -> None:
    same = shots.same(plain(0), plain(0))
    assert same and same.key == "pair.same"
    assert shots.same(plain(0), plain(1)) is None


def test_the_order_is_told_by_the_clocks_whatever_they_know_of_zones() -> None:
    march, june = datetime(2027, 3, 1, 10), datetime(2027, 6, 1, 10)
    right, wrong = (
        (taken(0, taken_at=march), taken(1, taken_at=june)),
        (taken(0, taken_at=june), taken(1, taken_at=march)),
    )
    assert shots.cautions(*right) == ()
    assert [one.key for one in shots.cautions(*wrong)] == ["pair.order"]
    assert shots.days_between(*right) == 92
    assert shots.days_between(taken(0, taken_at=march.replace(tzinfo=UTC)), right[1]) == 92
    assert shots.days_between(taken(0), right[1]) is None


def test_other_cameras_lenses_programs_and_modes_are_warned_of() -> None:
    one = taken(
        0, camera="A 1", lens="main", software="1.0", focal_35_mm=26.0, flash=False, white_balance="auto"
    )
    for key, change in {
        "camera": {"camera": "B 2"}, "lens": {"lens": "tele"}, "software": {"software": "2.0"},
        "focal": {"focal_35_mm": 52.0}, "flash": {"flash": True},
        "white-balance": {"white_balance": "manual"},
        "modes": {"modes": ("portrait",)},
    }.items():  # fmt: skip
        two = replace(one, shot=replace(one.shot, **change))
        (found,) = shots.cautions(one, two)
        assert found.key == f"pair.{key}" and found.problem and found.do
    assert shots.cautions(one, one) == () == shots.cautions(taken(0), one)
    (jpeg,) = shots.cautions(one, replace(one, jpeg_quality=60))
    assert jpeg.key == "pair.jpeg"


# ── the faces ────────────────────────────────────────────────────────────────────────────────────────


def test_heads_held_differently_are_refused_with_the_way_back() -> None:
    assert gated(faces=(face(), face(4.0, 3.0))) == {}
    assert gated(faces=(None, face(40.0))) == {}
    turned = gated(faces=(face(), face(9.0)))["pair.head"]
    assert "turn your head 9° to your right" in turned.do
    nodded = gated(faces=(face(), face(0.0, -8.0)))["pair.head"]
    assert "raise your chin by 8°" in nodded.do and "lower" in nodded.problem


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ({"mouth_open": 0.2}, "mouth"),
        ({"smile": 0.8}, "smiles"),
        ({"eyes_open": (0.05, 0.3)}, "left eye"),
        ({"eyes_open": (0.3, 0.05)}, "right eye"),
    ],
)
def test_another_expression_is_refused(what: dict[str, object], words: str) -> None:
    assert words in gated(faces=(face(), face(**what)))["pair.expression"].problem
    assert gated(faces=(face(**what), face(**what))) == {}


def test_what_of_a_face_was_not_seen_counts_for_nothing() -> None:
    assert gated(faces=(face(), face(mouth_open=None, smile=None, eyes_open=(None, None)))) == {}


def test_a_turn_of_the_head_makes_nobody_another_person() -> None:
    assert person.strangers(face(), face(12.0, 8.0, noise=2.0)) is None
    found = person.strangers(face(), face(wide=1.25))
    assert found and found.key == "pair.person" and "may not" in found.problem
    assert person.difference(face(), face(40.0)) is None


# ── the nine ─────────────────────────────────────────────────────────────────────────────────────────


def test_what_photographs_cannot_tell_is_left_open() -> None:
    items = scored()
    assert [one.id for one in items.values() if one.met] == ["position", "lighting", "zoom"]
    assert [one.id for one in items.values() if one.met is False] == ["description"]


def test_a_pair_taken_as_it_should_be_meets_all_nine() -> None:
    told = {"camera": "A 1", "focal_35_mm": 26.0}
    before = taken(0, taken_at=datetime(2027, 3, 1), **told)
    after = taken(1, taken_at=datetime(2027, 6, 1), **told)
    views = ("front", "left oblique", "right oblique")
    items = scored(
        before=before, after=after, faces=(face(), face(1.0)), backdrop=0.05, days_since=(None, 60),
        qualities=(quality.examine(before), quality.examine(after)), views=(views, views), mm_per_px=0.1,
    )  # fmt: skip
    assert [one.met for one in items.values()] == [True] * 9


@pytest.mark.parametrize(
    ("key", "item"),
    [
        ("pair.turn", "position"), ("pair.head", "position"), ("pair.match", "position"),
        ("pair.expression", "expression"), ("pair.light", "lighting"), ("pair.exposure", "lighting"),
        ("pair.cast", "lighting"), ("pair.scale", "zoom"),
    ],
)  # fmt: skip
def test_what_the_gate_refuses_is_named_in_the_item_that_it_belongs_to(key: str, item: str) -> None:
    items = scored(reasons=(Reason(key, "It is so.", "Do this."),))
    assert (items[item].met, items[item].found, items[item].do) == (False, "It is so.", "Do this.")
    assert [one.id for one in items.values() if one.met is False] == [
        name for name in IDS if name in (item, "description")
    ]


def test_a_pair_that_cannot_be_laid_on_each_other_is_scored_as_far_as_it_goes() -> None:
    items = scored(None, reasons=(Reason("pair.match", "Not the same place.", "Choose another."),))
    assert items["position"].met is False
    assert (items["lighting"].met, items["zoom"].met) == (None, None)


def test_background_styling_views_and_timing() -> None:
    assert scored(backdrop=0.6)["background"].met is False
    assert scored(after=taken(1, modes=("beauty",)))["styling"].met is False
    assert scored(faces=(face(), face(40.0)))["views"].met is False
    assert scored(views=(("front",), ("front",)))["views"].met is False
    assert scored(days_since=(None, 5))["timing"].met is False
    wrong = scored(
        before=taken(0, taken_at=datetime(2027, 6, 1)), after=taken(1, taken_at=datetime(2027, 3, 1))
    )
    assert wrong["timing"].met is False and "Swap" in wrong["timing"].do
    other = scored(before=taken(0, focal_35_mm=26.0), after=taken(1, focal_35_mm=70.0))
    assert other["zoom"].met is False


def backdrops(colour: float) -> float | None:
    """A strip of cloth beside the skin, painted over in the second photograph."""
    first, second = (skins.draw(Skin("II", 9, backdrop=True), Shot(seed=seed)) for seed in (1, 2))
    second[:, : skins.SIDE_PX // 7] = np.clip(second[:, : skins.SIDE_PX // 7] * colour, 0, 255)
    both = []
    for picture in (first, second):
        done, data = cv2.imencode(".png", picture[..., ::-1])
        found = photo.decode(data.tobytes())
        assert done and isinstance(found, Photo)
        both.append(found)
    pose = pair.align.find(*both)
    assert isinstance(pose, pair.align.Pose)
    small = pair._small(*both, pose)
    assert isinstance(small, pair.Pair)
    return comparability.backdrop_od(small)


def test_another_background_is_seen_and_the_same_one_is_not() -> None:
    same, other = backdrops(1.0), backdrops(0.6)
    assert same is not None and other is not None
    assert same < 0.1 < comparability.LIMITS.backdrop_od < other

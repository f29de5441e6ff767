"""The card in a photograph: found wherever it lies, scale and colour true, refused with what to do."""

import io
import math
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

import cards
import skins
from cards import CROSSED, Camera, Picture
from needlework.imaging import card, correction, pair, photo
from needlework.imaging.card import design
from needlework.imaging.card.record import Card
from needlework.imaging.photo import Photo
from needlework.imaging.regions import Region
from needlework.records.why import Refusal

WARM = Camera(matrix=tuple(map(tuple, CROSSED)), white=(1.15, 1.0, 0.8), vignette=0.3, quality=88)
"""Channels that see each other's light, a warm white balance, dark corners."""


def read(data: bytes) -> Photo:
    found = photo.decode(data)
    assert isinstance(found, Photo)
    return found


def found(camera: Camera, **options: Any) -> Card:
    seen = card.find(read(cards.photograph(camera, **options)))
    assert isinstance(seen, Card), seen
    return seen


def why(data: bytes | Photo) -> str:
    """The key of the one reason for which no card can be used."""
    refusal = card.find(read(data) if isinstance(data, bytes) else data)
    assert isinstance(refusal, Refusal), refusal
    (reason,) = refusal.reasons
    assert reason.problem and reason.do
    return reason.key


# ── found, and true ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("roll_deg", [0, 37, 90, 180, 261])
@pytest.mark.parametrize(("tilt_deg", "about_deg"), [(0, 0), (25, 90), (40, 45)])
def test_scale_and_corners_are_true_at_any_angle(roll_deg: float, tilt_deg: float, about_deg: float) -> None:
    camera = Camera(roll_deg=roll_deg, tilt_deg=tilt_deg, about_deg=about_deg)
    seen = found(camera)
    assert seen.mm_per_px == pytest.approx(1 / camera.px_per_mm, rel=0.005)
    outline = [(0, 0), (design.WIDTH_MM, 0), (design.WIDTH_MM, design.HEIGHT_MM), (0, design.HEIGHT_MM)]
    true = cv2.perspectiveTransform(np.array(outline).reshape(-1, 1, 2), cards.placing(camera))[:, 0] - 0.5
    assert np.abs(np.array(seen.corners_px) - true).max() < 1.0
    assert seen.tilt_deg == pytest.approx(tilt_deg, abs=5)
    assert seen.used == len(design.PATCHES)


@pytest.mark.parametrize("tilt_deg", [0, 40])
def test_a_card_of_250_pixels_is_enough(tilt_deg: float) -> None:
    small = Camera(width_px=640, height_px=480, px_per_mm=250 / design.WIDTH_MM, tilt_deg=tilt_deg)
    seen = found(small)
    assert seen.mm_per_px == pytest.approx(design.WIDTH_MM / 250, rel=0.01)
    assert seen.correction.de_after < 2


@pytest.mark.parametrize("gamma", [None, 2.2])
@pytest.mark.parametrize("quality", [85, 95])
def test_a_known_camera_is_undone(gamma: float | None, quality: int) -> None:
    camera = replace(WARM, gamma=gamma, quality=quality, vignette=0.0)
    seen = found(camera)
    fit = seen.correction
    assert fit.model != "gains"
    assert fit.de_after < min(2.0, 0.3 * fit.de_before)
    assert fit.de_after < fit.de_gains
    if gamma is None:
        undone = fit.matrix @ np.diag(camera.white) @ CROSSED * 2**camera.ev
        assert np.abs(undone - np.eye(3)).max() < 0.04


def test_the_corrected_picture_is_the_scene() -> None:
    """Also off the card: a ground of colours that the fit has never seen."""
    rng = np.random.default_rng(4)
    squares = np.kron(rng.uniform(0.05, 0.7, (15, 20, 3)), np.ones((50, 50, 1)))
    camera = replace(WARM, vignette=0.0, matrix=tuple(map(tuple, CROSSED)))
    seen = read(cards.photograph(camera, behind=squares))
    laid = card.find(seen)
    assert isinstance(laid, Card)
    centres = [(25 + 50 * x, 25 + 50 * y) for x in range(20) for y in (0, 1, 13, 14)]
    true = np.array([squares[y, x] for x, y in centres])
    raw = np.array([seen.linear[y - 8 : y + 8, x - 8 : x + 8].mean(axis=(0, 1)) for x, y in centres])
    light = card.correct(seen, laid)
    fixed = np.array([light[y - 8 : y + 8, x - 8 : x + 8].mean(axis=(0, 1)) for x, y in centres])
    before, after = (np.median(correction.difference(side, true)) for side in (raw / 2**camera.ev, fixed))
    assert after < 0.35 * before
    matrixed = card.balanced(seen, laid).linear
    assert np.allclose(matrixed, seen.linear @ laid.correction.matrix.T, atol=1e-4)


def test_a_shadow_across_the_card_does_no_harm() -> None:
    lit = found(WARM)
    shade = np.ones((WARM.height_px, WARM.width_px, 1), np.float32)
    shade[:, 520:] = 0.45
    hard = cv2.GaussianBlur(shade, (0, 0), 6)[..., None]
    seen = found(WARM, shade=hard)
    left_out = {patch.left_out for patch in seen.patches}
    assert "shadow" in left_out, "what lies on its edge is left out"
    assert seen.used >= 14
    assert seen.correction.de_after < 2.5
    hue = np.log(seen.correction.gains / lit.correction.gains)
    assert np.abs(hue - hue.mean()).max() < 0.02
    slope = np.linspace(0.5, 1, WARM.width_px)[None, :, None] * np.ones((WARM.height_px, 1, 1))
    assert found(WARM, shade=slope).correction.de_after < 2


def test_clipped_patches_and_glints_are_left_out() -> None:
    bright = found(replace(WARM, ev=0.1, vignette=0.0))
    assert [patch.left_out for patch in bright.patches].count("clipped") >= 1
    assert bright.correction.de_after < 2
    face = cards.printed().copy()
    per_mm = face.shape[1] / design.WIDTH_MM
    x, y = (round(v * per_mm) for v in design.patch_centres()[9])
    cv2.circle(face, (x + 8, y), round(1.4 * per_mm), (0.9, 0.9, 0.9), -1)
    glint = found(WARM, face=face)
    assert glint.patches[9].left_out
    assert glint.correction.de_after < 2


def test_the_richer_model_must_earn_its_place() -> None:
    rng = np.random.default_rng(2)
    stated = np.vstack(
        [np.linspace(0.03, 0.85, 6)[:, None].repeat(3, axis=1), rng.uniform(0.03, 0.8, (18, 3))]
    )
    grey = np.arange(24) < 6
    for mixed, model in ((np.eye(3), "gains"), (CROSSED, "matrix")):
        fit = correction.fit(stated @ mixed.T * (0.7, 0.9, 0.6), stated, grey)
        assert fit.model == model, (fit.de_gains, fit.de_after)
        assert fit.gains == pytest.approx((1 / 0.7, 1 / 0.9, 1 / 0.6), rel=0.02)
    bent = np.stack(
        [stated[:, 0] ** 0.8 * stated[:, 1] ** 0.2, stated[:, 1], stated[:, 2] ** 0.7 * stated[:, 1] ** 0.3],
        axis=1,
    )
    assert correction.fit(bent, stated, grey).model == "root-polynomial"


def test_grey_stays_grey_and_brightness_is_no_colour() -> None:
    fit = found(WARM).correction
    light = np.array([[[0.1, 0.2, 0.3], [0.05, 0.1, 0.15]]], np.float32)
    one, half = fit.apply(light)[0]
    assert one / 2 == pytest.approx(half, rel=1e-3)
    grey = fit.apply(np.full((1, 1, 3), 0.3, np.float32) / fit.gains.astype(np.float32))[0, 0]
    assert grey == pytest.approx([0.3] * 3, rel=1e-3)


def test_sixteen_bits_are_read() -> None:
    light = np.clip(cards.scene(Camera()) * 0.8, 0, 1)
    coded = np.where(light <= 0.0031308, light * 12.92, 1.055 * np.power(light, 1 / 2.4) - 0.055)
    done, png = cv2.imencode(".png", np.round(coded[..., ::-1] * 65535).astype(np.uint16))
    assert done
    seen = card.find(read(png.tobytes()))
    assert isinstance(seen, Card)
    assert seen.correction.gains == pytest.approx([1.25] * 3, rel=0.01)


# ── refused, with what to do ─────────────────────────────────────────────────────────────────────────


def upright() -> Picture:
    return np.asarray(Image.open(io.BytesIO(cards.photograph(Camera()))))


def covered(number: int) -> bytes:
    face = cards.printed().copy()
    left, top = design.marker_corners()[number]
    box = [round(v * face.shape[1] / design.WIDTH_MM) for v in (left, top, left + design.MARKER_MM, top + 9)]
    face[box[1] : box[3], box[0] : box[2]] = (0.5, 0.3, 0.22)
    return cards.photograph(Camera(), face=face)


@pytest.mark.parametrize("number", range(4))
def test_a_covered_corner_is_named(number: int) -> None:
    refusal = card.find(read(covered(number)))
    assert isinstance(refusal, Refusal)
    assert refusal.reasons[0].key == "card.covered"
    assert design.PLACES[number] in refusal.reasons[0].problem


def creased() -> bytes:
    """The right third of the card stands up by 35°: drawn as two planes."""
    flat = cards.printed()
    per_mm = flat.shape[1] / design.WIDTH_MM
    fold = round(56 * per_mm)
    short = round((flat.shape[1] - fold) * math.cos(math.radians(35)))
    flap = cv2.resize(flat[:, fold:], (short, flat.shape[0]), interpolation=cv2.INTER_AREA)
    face = np.full_like(flat, 0.3)
    face[:, :fold] = flat[:, :fold]
    face[:, fold : fold + short] = flap
    return cards.photograph(Camera(), face=face)


def two() -> bytes:
    one = cards.scene(Camera(at=(0.28, 0.5), px_per_mm=4.5))
    other = cards.scene(Camera(at=(0.75, 0.5), px_per_mm=4.5, roll_deg=80))
    return cards.shot(np.hstack([one[:, :500], other[:, 500:]]), Camera())


def strangers() -> bytes:
    """Markers of another dictionary, at the corners of a card."""
    picture = upright().copy()
    other = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    for number, (left, top) in enumerate(design.marker_corners()):
        x, y = (
            round(v)
            for v in cv2.perspectiveTransform(np.array([[[left, top]]]), cards.placing(Camera()))[0, 0]
        )
        marker = cv2.aruco.generateImageMarker(other, number, 72)
        picture[y : y + 72, x : x + 72] = marker[..., None]
    return cards.filed(picture)


REFUSED: dict[str, Callable[[], bytes]] = {
    "card.none": lambda: cards.filed(skins.draw(skins.Skin("III", 4), skins.Shot())),
    "card.two": two,
    "card.covered": lambda: cards.filed(upright()[:, :520]),
    "card.mirrored": lambda: cards.filed(upright()[:, ::-1].copy()),
    "card.flat": creased,
    "card.size": lambda: cards.photograph(
        Camera(px_per_mm=190 / design.WIDTH_MM, width_px=640, height_px=480)
    ),
    "card.tilt": lambda: cards.photograph(Camera(tilt_deg=58, px_per_mm=8)),
    "card.focus": lambda: cards.photograph(Camera(blur_px=4.5)),
    "card.clipped": lambda: cards.photograph(Camera(ev=1.2)),
}


@pytest.mark.parametrize("key", REFUSED)
def test_what_cannot_be_read_is_refused_by_its_own_name(key: str) -> None:
    assert why(REFUSED[key]()) == key


def test_other_markers_are_no_card() -> None:
    assert why(strangers()) == "card.none"


def test_fingers_over_patches_are_left_out_or_refused() -> None:
    face = cards.printed().copy()
    per_mm = face.shape[1] / design.WIDTH_MM
    finger = (0.48, 0.28, 0.2)
    few = face.copy()
    few[round(32 * per_mm) :, round(38 * per_mm) : round(52 * per_mm)] = finger
    seen = found(WARM, face=few)
    assert seen.used < len(design.PATCHES)
    assert seen.correction.de_after < 3
    face[round(9 * per_mm) : round(45 * per_mm), round(17 * per_mm) : round(69 * per_mm)] = finger
    assert why(cards.photograph(WARM, face=face)).startswith("card.")


@pytest.mark.parametrize("size", [(1, 1), (3, 700), (64, 64)])
def test_tiny_pictures_have_no_card(size: tuple[int, int]) -> None:
    out = io.BytesIO()
    Image.new("RGB", size, (180, 140, 120)).save(out, "PNG")
    assert why(out.getvalue()) == "card.none"


def test_noise_has_no_card() -> None:
    rng = np.random.default_rng(8)
    assert why(cards.filed(rng.integers(0, 256, (600, 800, 3), dtype=np.uint8))) == "card.none"


def test_a_card_in_a_photograph_of_20_megapixels() -> None:
    large = Camera(width_px=5200, height_px=3900, px_per_mm=6, roll_deg=30, tilt_deg=20, seed=2)
    seen = found(large)
    assert seen.mm_per_px == pytest.approx(1 / 6, rel=0.005)


# ── the 24-patch chart ───────────────────────────────────────────────────────────────────────────────


def chart(camera: Camera) -> bytes:
    """Six by four patches on black, as the chart is made; drawn in place of the card's face."""
    per_mm = 14
    face = np.full((round(design.HEIGHT_MM * per_mm), round(design.WIDTH_MM * per_mm), 3), 0.012, np.float32)
    for number, srgb in enumerate(design.CHART):
        row, column = divmod(number, 6)
        x, y = (round(v * per_mm) for v in (4.5 + 13.2 * column, 1.4 + 13.2 * row))
        face[y : y + round(11.2 * per_mm), x : x + round(11.2 * per_mm)] = cards.linear(srgb)
    return cards.photograph(camera, face=face)


def test_the_standard_chart_gives_colour_and_no_scale() -> None:
    seen = card.find(read(chart(replace(WARM, roll_deg=8, tilt_deg=10, vignette=0.0))))
    assert isinstance(seen, Card)
    assert (seen.kind, seen.mm_per_px) == ("chart-24", None)
    assert seen.correction.de_after < 0.5 * seen.correction.de_before


# ── a pair ───────────────────────────────────────────────────────────────────────────────────────────

ZONE = (Region("cheek", ((300, 40), (700, 40), (700, 250), (300, 250))),)


@lru_cache(maxsize=8)
def ground(skin_type: str, redness: float = 1.0) -> Picture:
    """150 mm of skin, wide enough that a card can lie on it."""
    light = skins._light(skins.Skin(skin_type, 500, redness=redness, where="all"), skins.Shot())
    wide = cv2.copyMakeBorder(light, 0, 340, 400, 415, cv2.BORDER_REFLECT)
    return cv2.resize(wide, (1000, 750), interpolation=cv2.INTER_AREA)


def capture(skin_type: str, seed: int, *, laid: bool = True, redness: float = 1.0) -> Photo:
    """The same skin under another white balance, the card laid anew."""
    rng = np.random.default_rng([seed, 9])
    balance = np.linalg.inv(CROSSED) @ np.diag(np.exp(rng.normal(0, 0.025, 3))) @ CROSSED
    camera = Camera(
        at=(0.5 + rng.normal(0, 0.03), 0.69),
        px_per_mm=6.3,
        roll_deg=rng.normal(0, 4),
        tilt_deg=abs(rng.normal(0, 8)),
        ev=-0.35 + rng.normal(0, 0.08),
        matrix=tuple(map(tuple, balance)),
        seed=seed,
    )
    behind = ground(skin_type, redness)
    return read(cards.shot(cards.scene(camera, behind=behind) if laid else behind, camera))


def test_without_a_card_nothing_is_read_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if cards had never been heard of: bit by bit the same."""
    one, two = (read(data) for data in skins.pair(skins.Skin("III", 21), 21))
    now = pair.observe(one, two, mm_per_px=skins.MM_PER_PX)
    calls = []
    for name in ("hidden", "balanced", "apart_od"):
        monkeypatch.setattr(card, name, lambda *_: calls.append(1))
    assert pair.observe(one, two, mm_per_px=skins.MM_PER_PX) == now
    assert now.method == pair.METHOD
    assert calls == []


def test_a_card_in_both_takes_the_white_balance_out_of_redness(capsys: pytest.CaptureFixture[str]) -> None:
    moved: dict[bool, list[float]] = {True: [], False: []}
    for laid, change in moved.items():
        for number, skin_type in enumerate(("I", "III", "V", "II", "IV")):
            files = [capture(skin_type, 40 + 2 * number + side, laid=laid) for side in (0, 1)]
            seen = pair.sight(*files)
            assert not isinstance(seen, Refusal)
            assert (seen.cards.both is not None) == laid
            readings = pair.read(seen, measures=("redness",)).readings
            change += [one.after - one.before for one in readings]
    spread = {laid: math.sqrt(float(np.mean(np.square(change)))) for laid, change in moved.items()}
    with capsys.disabled():
        print(
            f"\nredness between captures: {spread[False]:.3f} OD without a card, {spread[True]:.3f} with one"
        )
    assert len(moved[True]) >= 4
    assert spread[True] < 0.5 * spread[False]


def test_a_card_in_both_gives_scale_and_is_named_by_the_method() -> None:
    files = capture("II", 61), capture("II", 62, redness=1.5)
    seen = pair.sight(*files, regions=ZONE)
    assert not isinstance(seen, Refusal)
    assert seen.reference == "card"
    assert seen.pair.grid.mm_per_px == pytest.approx(seen.pair.grid.step_px / 6.3, rel=0.01)
    observed = pair.read(seen, regions=ZONE)
    assert observed.method == f"{pair.METHOD}+{card.METHOD}"
    assert {one.measure: one.unit for one in observed.readings}["wrinkles"] == "OD·mm/cm²"
    redness = next(one for one in observed.readings if one.measure == "redness")
    assert redness.after > redness.before, "all of the skin is redder, which no surroundings can tell"


def test_a_given_scale_goes_before_the_card() -> None:
    files = capture("II", 61), capture("II", 62)
    seen = pair.sight(*files, regions=ZONE, mm_per_px=0.2)
    assert not isinstance(seen, Refusal)
    assert seen.pair.grid.mm_per_px == pytest.approx(0.2 * seen.pair.grid.step_px)


def test_a_card_in_one_alone_corrects_neither() -> None:
    seen = pair.sight(capture("II", 63), capture("II", 64, laid=False), regions=ZONE)
    assert not isinstance(seen, Refusal)
    assert seen.cards.both is None
    assert seen.reference in ("surroundings", "background", "nothing")
    assert seen.pair.grid.mm_per_px is None
    assert pair.read(seen, regions=ZONE).method == pair.METHOD


def test_the_card_itself_is_never_measured() -> None:
    files = capture("III", 65), capture("III", 66)
    seen = pair.sight(*files)
    assert not isinstance(seen, Refusal)
    measured = seen.pair.mask(Region("whole"))
    for laid in (seen.cards.before, seen.cards.after):
        assert isinstance(laid, Card)
    assert isinstance(seen.cards.before, Card)
    inside = seen.pair.inside(Region("card", seen.cards.before.corners_px))
    assert inside.any()
    assert not (measured & inside).any()

"""The scale that the irises give, and when they give none."""

from dataclasses import replace

import pytest

from faces import ASTRONAUT, NETWORKS, larger, photograph, with_networks
from needlework.imaging import face, iris
from needlework.imaging.face import Face, Models


def scale(times: int, **changed: object) -> float | None:
    assert isinstance(NETWORKS, Models)
    shown = photograph(larger(ASTRONAUT[:260, 90:360], times))
    found = face.find(shown, NETWORKS)
    assert isinstance(found, Face)
    return iris.mm_per_px(shown, replace(found, **changed), NETWORKS)  # type: ignore[arg-type]


@with_networks
def test_a_head_has_the_size_of_a_head() -> None:
    given = scale(3)
    assert given is not None
    assert 75 < given * 3 * 62.8 < 105, "between the outer corners of the eyes, in mm"


@with_networks
def test_the_scale_goes_with_the_picture() -> None:
    three, five = scale(3), scale(5)
    assert three is not None and five is not None
    assert three / five == pytest.approx(5 / 3, rel=0.04)


@with_networks
@pytest.mark.parametrize(
    "changed", [{"yaw_deg": 30.0}, {"eyes_open": (0.1, 0.3)}, {"eyes_open": (None, 0.3)}], ids=str
)
def test_eyes_that_do_not_tell_give_no_scale(changed: dict[str, object]) -> None:
    assert scale(3, **changed) is None


@with_networks
def test_a_small_iris_gives_no_scale() -> None:
    assert scale(1) is None


@with_networks
def test_without_its_network_there_is_no_scale() -> None:
    assert isinstance(NETWORKS, Models)
    shown = photograph(larger(ASTRONAUT[:260, 90:360], 3))
    found = face.find(shown, NETWORKS)
    assert isinstance(found, Face)
    assert iris.mm_per_px(shown, found, replace(NETWORKS, iris="")) is None

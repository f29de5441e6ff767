"""What tells the scale: whoever asks, else a card, else the irises, else nothing."""

from dataclasses import replace

import pytest

from faces import ASTRONAUT, NETWORKS, larger, photograph, with_networks
from needlework.imaging import face, iris, scale
from needlework.imaging.face import Face, Models
from needlework.imaging.scale import Scale
from needlework.records.why import Reason, Refusal

MISSING = Refusal((Reason("models", "The networks are not here.", "Draw the zones."),))


def networks() -> Models:
    assert isinstance(NETWORKS, Models)
    return NETWORKS


@pytest.mark.parametrize(
    ("given", "card", "expected"),
    [(0.1, 0.2, Scale(0.1, "given")), (None, 0.2, Scale(0.2, "card")), (None, None, Scale())],
)
def test_what_was_given_goes_before_a_card(given: float | None, card: float | None, expected: Scale) -> None:
    shown = photograph(ASTRONAUT)
    assert scale.of(shown, given=given, card=card, face=None, networks=lambda: MISSING) == expected


@with_networks
def test_the_irises_tell_where_nothing_else_does() -> None:
    shown = photograph(larger(ASTRONAUT[:260, 90:360], 3))
    found = face.find(shown, networks())
    assert isinstance(found, Face)
    told = scale.of(shown, given=None, card=None, face=found, networks=networks)
    assert told == Scale(iris.mm_per_px(shown, found, networks()), "iris")
    away = replace(found, yaw_deg=30.0)
    assert scale.of(shown, given=None, card=None, face=away, networks=networks) == Scale()
    assert scale.of(shown, given=None, card=None, face=found, networks=lambda: MISSING) == Scale()

"""What light has done: how far the skin around the zones is believed."""

import pytest

from needlework.imaging import light
from needlework.imaging.light import Moved


@pytest.mark.parametrize(
    ("told", "around", "low", "high"),
    [
        (0.06, 0.10, 0.06, 0.10),  # both say that the lamp stood lower: between them
        (0.0, 0.9, 0.0, 0.15),  # deeper all around, and no band says so: all of the face has changed
    ],
)
def test_the_skin_around_is_believed_unless_all_of_the_face_has_changed(
    told: float, around: float, low: float, high: float
) -> None:
    found = light.agreed(Moved(told, 0.02), Moved(around, 0.01))
    assert low <= found.by <= high
    assert 0.02 < found.spread < 0.06

"""A person's own noise, from readings whose scatter is known."""

from needlework.imaging.repeats import Again, noise
from needlework.records.measure import Observation, Reading
from needlework.records.why import Reason


def seen(*readings: Reading) -> Observation:
    return Observation("m-1", True, (), readings, None)


def redness(zone: str, before: float, after: float) -> Reading:
    return Reading(zone, "redness", "OD", before, after, ratio=False, floor=0.0)


def test_the_zone_that_scatters_most_speaks_for_its_measure() -> None:
    tone = Reading("chin", "tone", "", 1.0, 1.0, ratio=False, floor=0.0)
    observed = seen(redness("nose", 0.5, 0.4), redness("chin", 0.2, 0.1), tone)
    again = seen(redness("nose", 0.5, 0.51), redness("chin", 0.2, 0.3), redness("neck", 0.1, 0.9))
    found = noise(observed, (Again("r.jpg", again),))
    assert (found.readings, found.unused) == ({"redness": (0.2, 0.3)}, ())


def test_a_repeat_stands_beside_the_photograph_of_its_own_visit() -> None:
    observed = seen(redness("nose", 0.5, 0.4))
    later = Again("r.jpg", seen(redness("nose", 0.5, 0.42)), later=True)
    assert noise(observed, (later,)).readings == {"redness": (0.4, 0.42)}


def test_a_repeat_that_cannot_be_compared_is_named_and_not_used() -> None:
    why = Reason("light", "The light has moved.", "Take it again.")
    dark = Again("dark.jpg", Observation("m-1", False, (why,), (), None))
    found = noise(seen(redness("nose", 0.5, 0.4)), (dark,))
    assert found.readings == {}
    (reason,) = found.unused
    assert "dark.jpg" in reason.problem
    assert (why.problem in reason.problem, reason.do) == (True, why.do)

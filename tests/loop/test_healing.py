"""Healing: a band that falls, a range that only ever grows, phases that overlap nowhere by mistake."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlework.loop import healing
from needlework.protocol import load
from needlework.protocol.schema.recover import Closure, PhaseRule, RednessRule
from needlework.records.recover import Band
from needlework.records.skin import SkinType

COURSE = (
    RednessRule(1.0, 72.0, "house", soonest_h=3.0),
    RednessRule(1.5, 120.0, "house", soonest_h=24.0),
    RednessRule(5.0, 168.0, "house", soonest_h=24.0),
)
FEW = settings(max_examples=60, deadline=None, database=None)
ANY_HOUR = st.floats(-10, 400)
ANY_DEPTH = st.floats(0.05, 5.0)


def shipped() -> tuple[Closure, ...]:
    return load.default().recover.closure


# ── redness ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("mm", "hours", "low", "high"),
    [
        (1.0, 0, 1.0, 1.0), (1.0, 1.5, 0.5, 1.0), (1.0, 3, 0.0, 1.0), (1.0, 48, 0.0, 1.0),
        (1.0, 60, 0.0, 0.5), (1.0, 72, 0.0, 0.0), (1.0, 500, 0.0, 0.0), (1.0, -1, 1.0, 1.0),
        (1.5, 12, 0.5, 1.0), (1.5, 84, 0.0, 0.5), (2.5, 108, 0.0, 0.5), (9.0, 108, 0.0, 0.5),
    ],
)  # fmt: skip
def test_the_band_at_hours_that_can_be_reckoned_by_hand(mm, hours, low, high):
    assert healing.redness(COURSE, hours=hours, deepest_mm=mm) == Band(low, high)


@FEW
@given(st.lists(ANY_HOUR, min_size=2, max_size=9), ANY_DEPTH)
def test_the_band_only_falls_and_stays_between_nothing_and_all(hours, mm):
    bands = [healing.redness(COURSE, hours=hour, deepest_mm=mm) for hour in sorted(hours)]
    assert all(0 <= band.low <= band.high <= 1 for band in bands)
    assert all(later.low <= band.low and later.high <= band.high for band, later in pairwise(bands))


@FEW
@given(ANY_HOUR, ANY_DEPTH, ANY_DEPTH)
def test_deeper_needling_is_never_expected_to_fade_sooner(hours, one, other):
    shallow, deep = (healing.redness(COURSE, hours=hours, deepest_mm=mm) for mm in sorted((one, other)))
    assert shallow.low <= deep.low and shallow.high <= deep.high


@pytest.mark.parametrize("mm", [0.5, 1.5, 2.5])
def test_the_band_does_not_jump(mm):
    bands = [healing.redness(COURSE, hours=tenth / 10, deepest_mm=mm) for tenth in range(-5, 1800)]
    assert all(abs(a.low - b.low) < 0.04 and abs(a.high - b.high) < 0.04 for a, b in pairwise(bands))


def test_a_short_course_falls_without_a_drop():
    short = (RednessRule(5.0, 24.0, "house", soonest_h=6.0),)
    assert healing.redness(short, hours=16, deepest_mm=1.0).high == 1.0
    assert healing.redness(short, hours=20, deepest_mm=1.0).high == 0.5


def test_a_course_that_was_seen_gone_after_it_should_be_still_makes_a_band():
    wrong = (RednessRule(5.0, 72.0, "house", soonest_h=100.0),)
    for hours in range(100):
        band = healing.redness(wrong, hours=hours, deepest_mm=1.0)
        assert band.low <= band.high


def test_the_band_ends_where_redness_is_expected_gone():
    course = load.default().recover.redness
    for mm in (0.2, 0.5, 1.0, 1.2, 1.5, 2.0, 2.5, 3.0):
        hours = healing.redness_hours(course, deepest_mm=mm)
        assert healing.redness(course, hours=hours, deepest_mm=mm).high == 0
        assert healing.redness(course, hours=hours - 1, deepest_mm=mm).high > 0


def test_the_edition_begins_to_touch_nothing_later_the_deeper_and_before_it_is_gone():
    steps = load.default().recover.redness
    assert all(0 < step.soonest_h < step.gone_by_h for step in steps)
    assert all(step.soonest_h <= deeper.soonest_h for step, deeper in pairwise(steps))


# ── open skin ────────────────────────────────────────────────────────────────────────────────────────


def seen(id_: str, shows: str, *hours: float, **also: object) -> Closure:
    return Closure(id_, also.pop("method", "impedance"), shows, hours, f"{id_}.", "house", **also)


FINE = seen("fine", "barrier", 20, 30, needle_mm=(0.2, 0.2), covered=False)
LONG = seen("long", "barrier", 50, 60, needle_mm=(1.5, 1.5), covered=False, still_open=True)
ARM = seen("arm", "barrier", 2, 3, where=("arms",), covered=False)
FACE = seen("face", "barrier", 24, 24, where=("face",), needle_mm=(0.3, 0.3))
DARK = seen("dark", "channels", 47, 86, darker=True)
LIGHT = seen("light", "channels", 30, 58)


def test_longer_needles_lengthen_only_what_is_as_deep():
    assert healing.open_skin((FINE, LONG), deepest_mm=0.2).barrier_h == (20, 30)
    assert healing.open_skin((FINE, LONG), deepest_mm=1.4).barrier_h == (50, 50)
    assert healing.open_skin((FINE, LONG), deepest_mm=1.5).barrier_h == (50, 60)
    assert healing.open_skin((FINE, LONG), deepest_mm=3.0).barrier_h == (50, 60)
    assert healing.open_skin((FINE, LONG), deepest_mm=0.1).barrier_h == (20, 30)


def test_a_last_look_that_found_it_open_is_said_where_it_applies():
    shallow = healing.open_skin((FINE, LONG), deepest_mm=1.4)
    deep = healing.open_skin((FINE, LONG), deepest_mm=1.5)
    assert (shallow.longer_than_seen, deep.longer_than_seen) == (False, True)
    assert deep.why == ("Depth: at the last look with 1.5 mm needles, after 60 hours, skin was still open.",)
    deepest = healing.open_skin((FINE, LONG), deepest_mm=2.0)
    assert "no needle longer than 1.5 mm was measured" in deepest.why[1]


def test_a_part_that_was_measured_is_not_shortened_by_another():
    rows = (FINE, ARM, FACE)
    assert healing.open_skin(rows, deepest_mm=0.2, where=("arms",)).barrier_h == (2, 30)
    assert healing.open_skin(rows, deepest_mm=0.2, where=("face",)).barrier_h == (20, 30)
    assert healing.open_skin(rows, deepest_mm=0.2, where=("arms", "face")).barrier_h == (20, 30)
    elsewhere = healing.open_skin(rows, deepest_mm=0.2, where=("back",))
    assert elsewhere.barrier_h == (2, 30)
    assert any("nobody measured the back" in sentence for sentence in elsewhere.why)
    assert healing.open_skin(rows, deepest_mm=0.2).barrier_h == (2, 30)


def test_darker_skin_stays_open_longer_and_only_then_is_it_told():
    plain = healing.open_skin((LIGHT, DARK), deepest_mm=1.0)
    darker = healing.open_skin((LIGHT, DARK), deepest_mm=1.0, darker=True)
    assert (plain.channels_h, darker.channels_h) == ((30, 58), (30, 86))
    assert [one.id for one in plain.evidence] == ["light"]
    assert [one.id for one in darker.evidence] == ["dark", "light"]
    assert any(sentence.startswith("Tone") for sentence in darker.why)


def test_under_a_cover_nothing_measured_without_one_shortens_it():
    bare = healing.open_skin((ARM, FACE), deepest_mm=0.3, where=("arms",))
    covered = healing.open_skin((ARM, FACE), deepest_mm=0.3, where=("arms",), covered=True)
    assert (bare.barrier_h, covered.barrier_h) == ((2, 24), (24, 24))
    assert any(sentence.startswith("Cover") for sentence in covered.why)
    assert healing.open_skin((FINE, ARM), deepest_mm=0.1, covered=True).barrier_h == (20, 30)


def test_channels_do_not_close_before_the_barrier():
    early = seen("early", "channels", 1, 2)
    assert healing.open_skin((LONG, early), deepest_mm=1.5).channels_h == (50, 60)


def test_what_is_only_asserted_moves_no_end_and_is_still_told():
    said = seen("said", "channels", 0, 1, method="assertion")
    shown = healing.open_skin((LIGHT, said), deepest_mm=1.0)
    assert shown.channels_h == (30, 58)
    assert [one.id for one in shown.evidence] == ["light", "said"]


def test_without_a_measurement_anything_may_be_true():
    nothing = healing.open_skin((), deepest_mm=1.0)
    assert (nothing.barrier_h, nothing.channels_h) == ((0.0, math.inf), (0.0, math.inf))
    assert (nothing.longer_than_seen, nothing.evidence) == (False, ())
    assert healing.open_skin((LIGHT,), deepest_mm=1.0).barrier_h == (0.0, math.inf)
    assert healing.open_skin((LIGHT,), deepest_mm=1.0).channels_h == (30, 58)


PARTS = ("face", "arms", "abdomen", "back")
ANY_ROW = st.builds(
    lambda shows, first, more, needle, where, covered, darker, still_open, n: Closure(
        f"row-{n}", "impedance", shows, (first, first + more), "Row.", "house", still_open=still_open,
        where=where, needle_mm=needle and (needle, needle * 1.2), covered=covered, darker=darker,
    ),
    st.sampled_from(["barrier", "channels"]), st.integers(0, 90), st.integers(0, 40),
    st.none() | st.sampled_from([0.15, 0.3, 0.5, 1.0, 1.5, 2.0]),
    st.lists(st.sampled_from(PARTS), unique=True, max_size=3).map(tuple),
    st.sampled_from([None, True, False]), st.booleans(), st.booleans(), st.integers(0, 99),
)  # fmt: skip
ANY_ROWS = st.lists(ANY_ROW, max_size=8).map(tuple)


@FEW
@given(
    ANY_ROWS | st.builds(shipped), ANY_DEPTH, ANY_DEPTH,
    st.lists(st.sampled_from(PARTS), unique=True, max_size=2), st.booleans(), st.booleans(),
)  # fmt: skip
def test_deeper_darker_or_covered_never_closes_sooner(rows, one, other, where, covered, darker):
    shallow, deep = sorted((one, other))
    plain = healing.open_skin(rows, deepest_mm=shallow, where=where)
    more = healing.open_skin(rows, deepest_mm=deep, where=where, covered=covered, darker=darker)
    for before, after in ((plain.barrier_h, more.barrier_h), (plain.channels_h, more.channels_h)):
        assert before[0] <= before[1] and after[0] <= after[1]
        if math.isfinite(before[1]):  # where only darker skin was measured, nothing was known before
            assert before[0] <= after[0] and before[1] <= after[1]
    assert plain.longer_than_seen <= more.longer_than_seen


@FEW
@given(ANY_ROWS, ANY_DEPTH, st.sampled_from(PARTS), st.sampled_from(PARTS), st.booleans())
def test_another_part_treated_as_well_never_closes_sooner(rows, mm, part, another, covered):
    few = healing.open_skin(rows, deepest_mm=mm, where=(part,), covered=covered)
    more = healing.open_skin(rows, deepest_mm=mm, where=(part, another), covered=covered)
    assert few.barrier_h[0] <= more.barrier_h[0] and few.barrier_h[1] <= more.barrier_h[1]


@pytest.mark.parametrize(
    ("skin", "ita", "darker"),
    [
        (SkinType.IV, None, False), (SkinType.V, None, True), (SkinType.VI, None, True),
        (SkinType.III, 9.9, True), (SkinType.III, 10.0, False), (SkinType.V, 40.0, True),
        (SkinType.I, -50.0, True),
    ],
)  # fmt: skip
def test_darker_by_type_or_by_measure(skin, ita, darker):
    assert healing.is_darker(skin, ita) is darker


def test_the_threshold_of_tone_is_the_same_in_data_and_code():
    limits = {
        longer.ita_below_deg
        for hold in load.default().recover.hold
        for longer in hold.longer
        if longer.ita_below_deg is not None
    }
    assert limits == {healing.DARKER_BELOW_ITA_DEG}


# ── the measurements that ship ───────────────────────────────────────────────────────────────────────


def test_the_range_is_as_wide_as_the_published_disagreement():
    arm = healing.open_skin(shipped(), deepest_mm=0.3, where=("arms",))
    assert arm.barrier_h == (2, 72)
    assert arm.channels_h == (24, 77.2)
    darker = healing.open_skin(shipped(), deepest_mm=0.3, where=("arms",), darker=True)
    assert darker.channels_h == (24, 86)
    face = healing.open_skin(shipped(), deepest_mm=1.5, where=("face",))
    assert face.barrier_h == (48, 72) and face.longer_than_seen


def test_every_measurement_is_of_people_and_of_a_part_that_there_is():
    protocol = load.default()
    parts = {zone.where for zone in protocol.zones.zone}
    for one in protocol.recover.closure:
        assert set(one.where) <= parts, one.id
        assert 0 <= one.hours[0] <= one.hours[1], one.id
        assert not any(protocol.sources[source.key].animal for source in one.sources), one.id


def test_minutes_were_said_and_not_measured():
    said = [one for one in shipped() if one.method == "assertion"]
    assert [one.id for one in said] == ["schwarz-minutes"]
    without = tuple(one for one in shipped() if one.method != "assertion")
    for mm in (0.2, 0.5, 1.5, 2.5):
        told, untold = (healing.open_skin(rows, deepest_mm=mm) for rows in (shipped(), without))
        assert (told.barrier_h, told.channels_h) == (untold.barrier_h, untold.channels_h)


# ── phases ───────────────────────────────────────────────────────────────────────────────────────────

PHASES = (
    PhaseRule("one", "One", "say", "tell", 0, 5, "house"),
    PhaseRule("two", "Two", "say", "tell", 3, 56, "house"),
)


@pytest.mark.parametrize(
    ("days", "ids"),
    [(-0.1, []), (0, ["one"]), (3, ["one", "two"]), (5, ["two"]), (55.9, ["two"]), (56, [])],
)
def test_the_phases_of_a_day(days, ids):
    assert [phase.id for phase in healing.phases(PHASES, days=days)] == ids


def test_a_phase_carries_its_words_and_sources():
    (phase, *_) = healing.phases(load.default().recover.phase, days=1)
    assert phase.tell and phase.say and phase.sources[0].key == "AMIEA-PCI"


def test_every_day_of_the_first_year_belongs_to_a_phase():
    rules = load.default().recover.phase
    assert all(healing.phases(rules, days=day / 4) for day in range(4 * 365))

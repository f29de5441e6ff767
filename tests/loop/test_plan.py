"""Plan: every wall the smallest once, every reason and refusal; a small protocol, then the shipped one."""

from dataclasses import replace
from datetime import date
from math import inf, nan
from types import SimpleNamespace

import pytest

from needlework.loop import plan
from needlework.protocol import load, schema
from needlework.records import Goals, Person, Plan, Refusal, Sex, SkinType

LAST_REVIEW = schema.Reviewed(by="test", on=date(2026, 11, 20), again=date(2027, 11, 20))
ANNA = Person(34, Sex.FEMALE, SkinType.III)


def zone(id_: str, cap_mm: float, **also: object) -> schema.Zone:
    return schema.Zone(
        id=id_, name=id_.title(), where="face", area_cm2=50, cap_mm=cap_mm, cap_says=f"{id_} cap.",
        basis="house", **also,
    )  # fmt: skip


def concern(id_: str, *, sessions: int, interval: int, judge: int) -> schema.Concern:
    return schema.Concern(
        id=id_, name=id_.title(), tell="", sessions=sessions, interval_days=interval, judge_after_days=judge,
        measures=("wrinkles",), basis="house", sources=(),
    )  # fmt: skip


def technique(id_: str, zones: tuple[str, ...], depth_mm: float, passes: int = 3) -> schema.Technique:
    return schema.Technique(id_, zones, depth_mm, passes, "even redness", "house", ())


PEN = schema.Device(
    id="pen", name="Pen", maker="Maker", needles=10, range_mm=(0.0, 2.5), evaluated_mm=1.5,
    evaluated_says="Not evaluated beyond.", sources=(), basis="house", strokes_per_s=(100.0, 150.0),
    step_mm=0.25,
    indication=(
        schema.Indication("scars", ("cheek", "brow"), (SkinType.III, SkinType.IV), 22, ()),
        schema.Indication("scars", ("cheek",), (SkinType.V,), 40, ()),
    ),
)  # fmt: skip
THICK = schema.Thickness(epidermis_mm=0.2, epidermis_sd_mm=0.03, dermis_mm=0.86, dermis_sd_mm=0.2)
SMALL = SimpleNamespace(
    edition=SimpleNamespace(mark="small-1"),
    devices=schema.Devices(LAST_REVIEW, (PEN,)),
    places=schema.Places(
        LAST_REVIEW,
        (
            schema.Place("clinician", "Clinician", "No cap.", "house"),
            schema.Place("half", "Half", "Half a millimetre.", "house", cap_mm=0.5),
            schema.Place("none", "None", "May not needle.", "house", may_needle=False),
        ),
    ),
    zones=schema.Zones(
        LAST_REVIEW,
        (
            zone("cheek", 3.0),
            zone("brow", 1.0, thickness={Sex.FEMALE: THICK, Sex.MALE: replace(THICK, dermis_mm=1.2)}),
            zone("lid", 0.2),
            zone("nose", 2.0),
        ),
    ),
    plan=schema.Planning(
        LAST_REVIEW,
        concern=(
            concern("scars", sessions=4, interval=30, judge=90),
            concern("lines", sessions=6, interval=28, judge=180),
            concern("pores", sessions=9, interval=99, judge=999),
        ),
        technique=(
            technique("scars", ("cheek",), 2.0, passes=4),
            technique("scars", ("brow",), 0.75),
            technique("scars", ("lid",), 1.0),
            technique("lines", ("cheek", "brow"), 0.5),
        ),
        glide=schema.Glide(speed_cm_per_s=2.0, width_cm=1.0, says="", basis="house"),
        visit=schema.VisitTime(15, 20, 10, anaesthetic_from_mm=1.0, says="", basis="house"),
        note=(
            schema.PlanNote("always", "", "", "house"),
            schema.PlanNote("dark", "", "", "house", skin_types=(SkinType.V, SkinType.VI)),
            schema.PlanNote("lines", "", "", "house", concerns=("lines",)),
            schema.PlanNote("deep-brow", "", "", "house", zones=("brow",), from_mm=1.0),
            schema.PlanNote("deep", "", "", "house", from_mm=1.0),
        ),
    ),
    recover=SimpleNamespace(
        redness=(schema.RednessRule(1.0, 72, "house"), schema.RednessRule(5.0, 121, "house"))
    ),
)  # fmt: skip


def goals(**also: object) -> Goals:
    return Goals(**{"concerns": ("scars",), "zones": ("cheek",), "device": "pen", **also})


def with_pen(**also: object) -> SimpleNamespace:
    return SimpleNamespace(**{**vars(SMALL), "devices": schema.Devices(LAST_REVIEW, (replace(PEN, **also),))})


def proposed(wanted: Goals, person: Person = ANNA, protocol: SimpleNamespace = SMALL) -> Plan:
    answer = plan.propose(wanted, person, protocol)
    assert isinstance(answer, Plan), answer
    return answer


def refused(wanted: Goals, protocol: SimpleNamespace = SMALL) -> list[tuple[str, str, str]]:
    answer = plan.propose(wanted, ANNA, protocol)
    assert isinstance(answer, Refusal), answer
    return [(reason.key, reason.problem, reason.do) for reason in answer.reasons]


# ── walls ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("wanted", "pen", "name", "depth_mm"),
    [
        (goals(), {"range_mm": (0.0, 1.25)}, "device range", 1.25),
        (goals(), {}, "evaluated maximum", 1.5),
        (goals(place="half"), {}, "licence", 0.5),
        (goals(zones=("brow",), depth_mm={"brow": 2.0}), {}, "zone", 1.0),
        (goals(zones=("brow",)), {}, "technique", 0.75),
    ],
)
def test_each_wall_is_the_smallest_once_and_named(wanted, pen, name, depth_mm):
    (only,) = proposed(wanted, protocol=with_pen(**pen)).zones
    assert (only.wall.name, only.set_depth_mm) == (name, depth_mm)
    assert only.wall.limit_mm == depth_mm


def test_all_walls_are_listed_lowest_first_without_the_technique():
    (only,) = proposed(goals(place="half")).zones
    assert [(wall.name, wall.limit_mm) for wall in only.walls] == [
        ("licence", 0.5),
        ("evaluated maximum", 1.5),
        ("device range", 2.5),
        ("zone", 3.0),
    ]


def test_a_depth_that_was_asked_for_passes_the_technique_but_no_wall_and_says_so():
    (brow,) = proposed(goals(zones=("brow",), depth_mm={"brow": 2.0})).zones
    assert (brow.set_depth_mm, brow.wall.name) == (1.0, "zone")
    assert brow.notes[0] == "2 mm was asked for; the limit is 1 mm: brow cap."


def test_a_shallower_depth_that_was_asked_for_is_kept():
    (cheek,) = proposed(goals(depth_mm={"cheek": 0.5})).zones
    assert (cheek.set_depth_mm, cheek.notes) == (0.5, ())


# ── the handpiece's steps ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("step_mm", "range_mm", "asked", "depth_mm"),
    [
        (0.25, (0.0, 2.5), 0.75, 0.75),
        (0.25, (0.0, 2.5), 0.74, 0.5),
        (0.25, (0.0, 2.5), 1.49, 1.25),
        (0.1, (0.2, 3.0), 0.7, 0.7),  # 0.7 / 0.1 is 6.999… in binary
        (0.1, (0.2, 3.0), 0.3, 0.3),
        (0.1, (0.2, 3.0), 0.29, 0.2),
        (None, (0.0, 1.5), 0.29, 0.29),
        (None, (0.0, 1.5), 0.299, 0.29),
        (0.125, (0.0, 2.5), 0.375, 0.375),  # a step of three decimals is not rounded past the wall
    ],
)
def test_a_set_depth_is_a_setting_of_the_device_and_never_rounded_up(step_mm, range_mm, asked, depth_mm):
    protocol = with_pen(step_mm=step_mm, range_mm=range_mm)
    (cheek,) = proposed(goals(depth_mm={"cheek": asked}), protocol=protocol).zones
    assert cheek.set_depth_mm == depth_mm


@pytest.mark.parametrize(
    ("wanted", "pen"),
    [
        (goals(depth_mm={"cheek": 0.1}), {}),  # would be set to nothing at all
        (goals(depth_mm={"cheek": 0.1}), {"range_mm": (0.2, 3.0), "step_mm": 0.1}),  # or deeper than asked
        (goals(zones=("lid",)), {}),  # a wall below the least step
        (goals(zones=("brow",)), {"range_mm": (0.8, 2.5), "step_mm": None}),  # or than the technique
    ],
)
def test_a_depth_that_the_device_cannot_be_set_to_is_refused_and_never_rounded_up(wanted, pen):
    ((key, problem, _),) = refused(wanted, with_pen(**pen))
    assert key == wanted.zones[0]
    assert problem.startswith("Pen has no setting as low as ")


# ── the label ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("wanted", "person", "why"),
    [
        (goals(), ANNA, ()),
        (goals(concerns=("lines",)), ANNA, ("Pen is not labelled for lines.",)),
        (goals(zones=("lid",), depth_mm={}), ANNA, ("Pen is not labelled for scars on the lid.",)),
        (goals(), Person(21, Sex.FEMALE, SkinType.III), ("Pen is labelled from 22 years of age.",)),
        (goals(), Person(30, Sex.FEMALE, SkinType.VI),
         ("Pen is labelled for scars on skin types III, IV, not VI.",)),
        # Type V is on one line of the label from 40 on: the line that comes closest explains it.
        (goals(), Person(30, Sex.FEMALE, SkinType.V),
         ("Pen is labelled for scars on skin types III, IV, not V.",)),
        (goals(), Person(41, Sex.FEMALE, SkinType.V), ()),
        (goals(zones=("brow",)), Person(20, Sex.FEMALE, SkinType.V),
         ("Pen is labelled for scars on skin types III, IV, not V.",
          "Pen is labelled from 22 years of age.")),
    ],
)  # fmt: skip
def test_why_a_use_is_outside_the_label(wanted, person, why):
    protocol = with_pen(step_mm=0.1)
    assert proposed(wanted, person, protocol).off_label == why
    assert proposed(wanted, person, protocol).zones[0].off_label == why


def test_a_second_concern_in_the_zone_is_asked_about_the_label_too():
    both = proposed(goals(concerns=("scars", "lines")))
    assert both.zones[0].concern == "scars"
    assert both.off_label == ("Pen is not labelled for lines.",)


# ── the course ───────────────────────────────────────────────────────────────────────────────────────


def test_the_course_of_one_zone():
    course = proposed(goals())
    (cheek,) = course.zones
    assert (course.sessions, course.interval_days, course.judge_after_days) == (4, 30, 90)
    assert (course.edition, course.place, course.person) == ("small-1", "clinician", ANNA)
    assert cheek.target_per_cm2 == 4 * 10 * 100 / 2  # passes × needles × slowest strokes ÷ (2 cm/s × 1 cm)
    assert cheek.needling_s == 4 * 50 / 2
    assert course.minutes.needling == 1.7
    assert course.minutes.total == pytest.approx(15 + 20 + 1.7 + 10)
    assert course.recovery_days == 6  # 121 h is a little over five days, so the sixth is still red


def test_the_first_concern_leads_in_a_zone_and_the_longest_course_counts():
    course = proposed(goals(concerns=("lines", "scars")))
    assert [(one.concern, one.set_depth_mm) for one in course.zones] == [("lines", 0.5)]
    assert (course.sessions, course.interval_days, course.judge_after_days) == (6, 30, 180)


def test_a_shallow_visit_needs_no_numbing_and_an_own_area_counts():
    course = proposed(goals(concerns=("lines",), area_cm2={"cheek": 80.0}))
    assert course.minutes.anaesthetic == 0
    assert course.zones[0].area_cm2 == 80
    assert course.zones[0].needling_s == 3 * 80 / 2


def test_no_target_where_the_stroke_rate_must_be_read_off_the_handpiece():
    assert proposed(goals(), protocol=with_pen(strokes_per_s=None)).zones[0].target_per_cm2 is None


def test_a_zone_or_concern_named_twice_counts_once():
    course = proposed(goals(concerns=("scars", "scars"), zones=("cheek", "cheek")))
    assert (course.concerns, len(course.zones)) == (("scars",), 1)


@pytest.mark.parametrize(
    ("wanted", "person", "notes"),
    [
        (goals(), ANNA, ["always", "deep"]),
        (goals(concerns=("lines",)), ANNA, ["always", "lines"]),
        (goals(zones=("brow",)), Person(30, Sex.MALE, SkinType.VI), ["always", "dark"]),
        # The cheek is deep and the brow is not: what is said of a deep brow does not apply.
        (goals(zones=("brow", "cheek")), ANNA, ["always", "deep"]),
        (goals(zones=("brow",), depth_mm={"brow": 1.0}), ANNA, ["always", "deep-brow", "deep"]),
    ],
)
def test_a_note_goes_with_what_it_names(wanted, person, notes):
    assert [note.id for note in proposed(wanted, person).notes] == notes


@pytest.mark.parametrize(("sex", "skin_mm"), [(Sex.FEMALE, 1.06), (Sex.MALE, 1.4), (Sex.UNSURE, 1.06)])
def test_the_thinner_skin_counts_where_sex_is_unsure(sex, skin_mm):
    brow = SMALL.zones.zone[1]
    assert plan.skin_mm(brow, sex) == skin_mm
    assert plan.skin_mm(SMALL.zones.zone[0], sex) is None


def test_a_depth_beyond_the_skin_and_a_tolerance_that_may_reach_beyond_are_said():
    wanted = goals(zones=("brow",), depth_mm={"brow": 1.0})
    (near,) = proposed(wanted, protocol=with_pen(tolerance_mm=0.15)).zones
    (said,) = near.notes
    assert said.startswith("With the device's tolerance of ±0.15 mm a needle may stand out further than ")
    assert said.endswith("skin here, 1.06 mm.")
    thin = replace(SMALL.zones.zone[1], thickness={Sex.FEMALE: replace(THICK, dermis_mm=0.7)})
    protocol = SimpleNamespace(**{**vars(SMALL), "zones": schema.Zones(LAST_REVIEW, (thin,))})
    (beyond,) = proposed(wanted, protocol=protocol).zones
    assert beyond.notes == ("1 mm is more than the mean thickness of skin here, 0.90 mm.",)


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────


def test_every_unknown_name_is_refused_at_once_with_the_nearest_one():
    wanted = Goals(("scras", "x"), ("cheeek",), "pan", "halff", {"brwo": 1.0}, {"nsoe": 1.0})
    assert refused(wanted) == [
        ("device", "'pan' is not a device of this protocol.", 'Did you mean "pen"?'),
        ("place", "'halff' is not a place of this protocol.", 'Did you mean "half"?'),
        ("concern", "'scras' is not a concern of this protocol.", 'Did you mean "scars"?'),
        ("concern", "'x' is not a concern of this protocol.", "One of: lines, pores, scars."),
        ("zone", "'cheeek' is not a zone of this protocol.", 'Did you mean "cheek"?'),
        ("zone", "'brwo' is not a zone of this protocol.", 'Did you mean "brow"?'),
        ("zone", "'nsoe' is not a zone of this protocol.", 'Did you mean "nose"?'),
    ]


def test_nothing_chosen_is_refused():
    found = refused(goals(concerns=(), zones=()))
    assert [(key, problem) for key, problem, _ in found] == [
        ("concern", "none is chosen."),
        ("zone", "none is chosen."),
    ]


@pytest.mark.parametrize("number", [nan, inf, -inf, -1.0, 0.0, 5000.0])
def test_an_impossible_area_is_refused(number):
    ((key, _, do),) = refused(goals(area_cm2={"cheek": number}))
    assert (key, do) == ("cheek", "Give the area in cm², more than 0 and less than 5000.")


@pytest.mark.parametrize("number", [nan, inf, -inf, -0.5, 0.0, 5.01])
def test_an_impossible_depth_is_refused(number):
    ((key, _, do),) = refused(goals(depth_mm={"cheek": number}))
    assert (key, do) == ("cheek", "Give the depth in mm, more than 0 and at most 5.")


def test_a_licence_that_does_not_allow_needling_is_refused():
    ((key, problem, _),) = refused(goals(place="none"))
    assert (key, problem) == ("place", "May not needle.")


def test_a_zone_without_a_technique_is_refused():
    assert refused(goals(zones=("cheek", "nose"))) == [
        ("nose", "has no technique for scars in this protocol.", "Leave the zone out.")
    ]


def test_a_concern_that_no_chosen_zone_answers_is_refused_and_not_listed_as_treated():
    assert refused(goals(concerns=("scars", "pores"))) == [
        ("pores", "has no technique in any zone that is chosen.",
         "Leave the concern out, or choose a zone where it is needled.")
    ]  # fmt: skip


# ── the edition that ships ───────────────────────────────────────────────────────────────────────────


def shipped(wanted: Goals, person: Person = ANNA) -> Plan:
    return proposed(wanted, person, load.default())


def test_the_dial_of_skinpen_goes_to_2_5_and_the_evaluated_maximum_stops_it():
    (cheeks,) = shipped(
        Goals(("acne-scars",), ("cheeks",), "skinpen-precision", depth_mm={"cheeks": 2.5})
    ).zones
    assert cheeks.set_depth_mm == 1.5
    assert cheeks.wall.name in {"evaluated maximum", "zone"}
    assert cheeks.notes[0].startswith("2.5 mm was asked for; the limit is 1.5 mm")


def test_an_aesthetician_of_arizona_stops_at_half_a_millimetre():
    wanted = Goals(("acne-scars",), ("cheeks",), "skinpen-precision", "arizona-aesthetician")
    (cheeks,) = shipped(wanted).zones
    assert (cheeks.set_depth_mm, cheeks.wall.name) == (0.5, "licence")


def test_an_aesthetician_of_california_is_refused():
    wanted = Goals(("acne-scars",), ("cheeks",), "skinpen-precision", "california-aesthetician")
    assert [key for key, *_ in refused(wanted, load.default())] == ["place"]


def test_skinpen_is_labelled_for_scars_of_all_skin_types_and_for_the_neck_of_some():
    for skin_type in SkinType:
        person = Person(30, Sex.FEMALE, skin_type)
        scars = Goals(("acne-scars",), ("cheeks",), "skinpen-precision")
        assert shipped(scars, person).off_label == ()
        neck = shipped(Goals(("wrinkles",), ("neck",), "skinpen-precision"), person)
        assert bool(neck.off_label) is (skin_type in {SkinType.I, SkinType.V, SkinType.VI})


def test_no_course_is_quicker_than_the_timetable_lets_skin_be_needled_again():
    protocol = load.default()
    for one in protocol.plan.concern:
        assert one.interval_days >= protocol.recover.next_session_days


def test_a_whole_visit_stays_near_the_hour_that_the_sources_name():
    face = [one.id for one in load.default().zones.zone if one.where == "face"]
    visit = shipped(Goals(("wrinkles",), tuple(face), "exceed"))
    assert 30 <= visit.minutes.total <= 60

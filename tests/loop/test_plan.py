"""Plan: every wall the smallest once, every reason and refusal; a small protocol, then the shipped one."""

from dataclasses import replace
from datetime import date
from math import inf, nan
from types import SimpleNamespace

import pytest

from needlework.loop import plan, walls
from needlework.loop.planning import shelf
from needlework.protocol import load
from needlework.protocol.schema.devices import Device, Devices, Drum, Indication
from needlework.protocol.schema.edition import Reviewed
from needlework.protocol.schema.places import Place, Places
from needlework.protocol.schema.plan import Concern, Glide, Leeway, Planning, PlanNote, Technique, VisitTime
from needlework.protocol.schema.recover import RednessRule
from needlework.protocol.schema.zones import Excluded, Thickness, Zone, Zones
from needlework.records.plan import Changes, Goals, Person, Plan, Weight
from needlework.records.screen import Finding, Outcome, Verdict
from needlework.records.skin import Sex, SkinType
from needlework.records.why import Citation, Refusal

LAST_REVIEW = Reviewed(by="test", on=date(2026, 11, 20), again=date(2027, 11, 20))
ANNA = Person(34, Sex.FEMALE, SkinType.III)
DAY = date(2026, 11, 22)
SERIES = Citation("SERIES", "B", "A series", "abstract")


def zone(id_: str, cap_mm: float, **also: object) -> Zone:
    return Zone(
        id=id_, name=id_.title(), where="face", area_cm2=50, cap_mm=cap_mm, cap_says=f"{id_} cap.",
        basis="house", **also,
    )  # fmt: skip


def concern(id_: str, *, sessions: int, interval: int, judge: int, **also: object) -> Concern:
    return Concern(
        id=id_, name=id_.title(), tell="", sessions=sessions, interval_days=interval, judge_after_days=judge,
        measures=("wrinkles",), basis="house", sources=(SERIES,), **also,
    )  # fmt: skip


def technique(
    id_: str, zones: tuple[str, ...], depth_mm: float, passes: int = 3, **also: object
) -> Technique:
    return Technique(id_, zones, depth_mm, passes, "even redness", "house", (), **also)


PEN = Device(
    id="pen", name="Pen", maker="Maker", needles=10, range_mm=(0.0, 2.5), evaluated_mm=1.5,
    evaluated_says="Not evaluated beyond.", sources=(), basis="house", strokes_per_s=(100.0, 150.0),
    step_mm=0.25,
    indication=(
        Indication("scars", ("cheek", "brow"), (SkinType.III, SkinType.IV), 22, ()),
        Indication("scars", ("cheek",), (SkinType.V,), 40, ()),
    ),
)  # fmt: skip
THICK = Thickness(epidermis_mm=0.2, epidermis_sd_mm=0.03, dermis_mm=0.86, dermis_sd_mm=0.2)
SMALL = SimpleNamespace(
    edition=SimpleNamespace(mark="small-1"),
    devices=Devices(LAST_REVIEW, (PEN,)),
    places=Places(
        LAST_REVIEW,
        (
            Place("clinician", "Clinician", "No cap.", "house"),
            Place("half", "Half", "Half a millimetre.", "house", cap_mm=0.5),
            Place("none", "None", "May not needle.", "house", may_needle=False),
        ),
    ),
    zones=Zones(
        LAST_REVIEW,
        (
            zone("cheek", 3.0),
            zone("brow", 1.0, thickness={Sex.FEMALE: THICK, Sex.MALE: replace(THICK, dermis_mm=1.2)}),
            zone("lid", 0.2),
            zone("nose", 2.0),
        ),
        excluded=(Excluded("lips", "Lips", "Not on the red of the lips.", "", "house"),),
    ),
    plan=Planning(
        LAST_REVIEW,
        concern=(
            concern("scars", sessions=4, interval=30, judge=90),
            concern("lines", sessions=6, interval=28, judge=180),
            concern("pores", sessions=9, interval=99, judge=999),
            concern("weekly", sessions=10, interval=10, judge=90, led_by="dermatologist",
                    support="weak", limits="One small series.", limits_tell="Little is known."),
            concern("delivery", sessions=1, interval=30, judge=1, support="not-a-use", led_by="prescriber",
                    limits="No device is cleared for it."),
        ),
        technique=(
            technique("scars", ("cheek",), 2.0, passes=4),
            technique("scars", ("brow",), 0.75),
            technique("scars", ("lid",), 1.0),
            technique("lines", ("cheek", "brow"), 0.5, directions=("horizontal", "vertical"),
                      published_per_cm2=(100.0, 250.0), published_sources=(SERIES,)),
            technique("weekly", ("nose",), 1.0),
        ),
        glide=Glide(speed_cm_per_s=2.0, width_cm=1.0, says="", basis="house"),
        visit=VisitTime(15, 20, 10, anaesthetic_from_mm=1.0, says="", basis="house"),
        leeway=Leeway(
            28, 7, ("prescriber",), most_sessions=12, most_passes=15, says="As far as trials went.",
            basis="house", sources=(SERIES,),
        ),
        note=(
            PlanNote("always", "", "", "house"),
            PlanNote("dark", "", "", "house", skin_types=(SkinType.V, SkinType.VI)),
            PlanNote("lines", "", "", "house", concerns=("lines",)),
            PlanNote("deep-brow", "", "", "house", zones=("brow",), from_mm=1.0),
            PlanNote("deep", "", "", "house", from_mm=1.0),
        ),
    ),
    recover=SimpleNamespace(
        redness=(RednessRule(1.0, 72, "house"), RednessRule(5.0, 121, "house"))
    ),
)  # fmt: skip


def goals(**also: object) -> Goals:
    return Goals(**{"concerns": ("scars",), "zones": ("cheek",), "device": "pen", **also})


def small(**parts: object) -> SimpleNamespace:
    """The small protocol with some of its parts otherwise."""
    return SimpleNamespace(**{**vars(SMALL), **parts})


def with_pen(**also: object) -> SimpleNamespace:
    return small(devices=Devices(LAST_REVIEW, (replace(PEN, **also),)))


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


@pytest.mark.parametrize(
    ("asked", "set_mm", "note"),
    [
        (0.5, 0.5, "0.5 mm is shallower than planned by the protocol"),
        (0.75, 0.75, None),
        (1.0, 1.0, "1 mm is deeper than planned by the protocol"),
    ],
)  # fmt: skip
def test_a_depth_within_the_walls_is_kept_as_asked_and_said_where_it_is_not_the_technique(
    asked, set_mm, note
):
    (brow,) = proposed(goals(zones=("brow",), depth_mm={"brow": asked})).zones
    assert (brow.set_depth_mm, brow.asked_mm) == (set_mm, asked)
    assert brow.notes == ((f"{note}: the technique for scars here sets 0.75 mm.",) if note else ())


def test_a_device_whose_dial_was_not_seen_has_no_wall_of_range_and_every_setting():
    (cheek,) = proposed(goals(depth_mm={"cheek": 2.0}), protocol=with_pen(range_mm=None, step_mm=None)).zones
    assert [wall.name for wall in cheek.walls] == ["evaluated maximum", "zone"]
    assert cheek.set_depth_mm == 1.5
    (little,) = proposed(goals(depth_mm={"cheek": 0.1}), protocol=with_pen(range_mm=None, step_mm=None)).zones
    assert little.set_depth_mm == 0.1


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


def test_every_use_of_an_uncleared_device_is_outside_a_label_and_said_once():
    both = proposed(goals(concerns=("scars", "lines")), protocol=with_pen(cleared=False))
    assert both.off_label == ("No clearance was found for Pen: every use of it is outside a label.",)
    assert both.zones[0].off_label == both.off_label


def test_a_second_concern_in_the_zone_is_asked_about_the_label_too():
    both = proposed(goals(concerns=("scars", "lines")))
    assert both.zones[0].concern == "lines"
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


@pytest.mark.parametrize("concerns", [("lines", "scars"), ("scars", "lines")])
def test_the_lightest_technique_leads_in_a_zone_and_the_longest_course_counts(concerns):
    course = proposed(goals(concerns=concerns))
    assert [(one.concern, one.set_depth_mm) for one in course.zones] == [("lines", 0.5)]
    assert "Lines leads here" in course.zones[0].notes[0] and "scars alone" in course.zones[0].notes[0]
    assert (course.sessions, course.interval_days, course.judge_after_days) == (6, 30, 180)


def test_a_shallow_visit_needs_no_numbing_and_an_own_area_counts():
    course = proposed(goals(concerns=("lines",), area_cm2={"cheek": 80.0}))
    assert course.minutes.anaesthetic == 0
    assert course.zones[0].area_cm2 == 80
    assert course.zones[0].needling_s == 3 * 80 / 2


@pytest.mark.parametrize("unseen", [{"strokes_per_s": None}, {"needles": None}])
def test_no_target_where_the_stroke_rate_or_the_needles_were_not_seen(unseen):
    (cheek,) = proposed(goals(concerns=("lines",)), protocol=with_pen(**unseen)).zones
    assert (cheek.target_per_cm2, cheek.notes) == (None, ())


def test_the_dose_of_a_roller_is_its_needles_over_the_surface_of_its_drum():
    roller = {"kind": "roller", "needles": 192, "strokes_per_s": None, "drum": Drum(2.0, 2.0)}
    (cheek,) = proposed(goals(), protocol=with_pen(**roller)).zones
    assert cheek.target_per_cm2 == pytest.approx(4 * 15.28, abs=0.01)
    assert cheek.needling_s == pytest.approx(4 * cheek.area_cm2 / (2 * 2.0)), "as wide as the drum"
    without_needles = with_pen(**{**roller, "needles": None})
    assert proposed(goals(), protocol=without_needles).zones[0].target_per_cm2 is None


def test_a_dose_beyond_the_published_is_said_in_times_and_one_within_is_not():
    (cheek,) = proposed(goals(concerns=("lines",))).zones
    assert cheek.published_per_cm2 == (100.0, 250.0)
    (said,) = cheek.notes
    assert said.startswith(
        "These passes come to 1,500 punctures per cm², 6.0 times the most that a published "
    )
    assert said.endswith(" session with a countable dose laid down, 250 per cm² (SERIES).")
    (within,) = proposed(goals(concerns=("lines",)), protocol=with_pen(needles=1)).zones
    assert within.notes == ()
    (light,) = proposed(goals(concerns=("lines",)), protocol=with_pen(needles=1, strokes_per_s=(9, 9))).zones
    assert "fewer than the 100 to 250 of published sessions" in light.notes[0]
    (heavy,) = proposed(goals(concerns=("lines",)), protocol=with_pen(needles=20)).zones
    assert "3,000 punctures per cm², 12 times the most" in heavy.notes[0]


def test_the_directions_of_the_passes_go_with_the_zone():
    assert proposed(goals(concerns=("lines",))).zones[0].directions == ("horizontal", "vertical")


@pytest.mark.parametrize(
    ("concerns", "zones", "led_by"),
    [
        (("scars",), ("cheek",), "practitioner"),
        (("scars", "weekly"), ("cheek", "nose"), "dermatologist"),
        (("weekly", "scars"), ("cheek", "nose"), "dermatologist"),
    ],
)
def test_the_strictest_of_the_concerns_says_who_leads(concerns, zones, led_by):
    assert proposed(goals(concerns=concerns, zones=zones)).led_by == led_by


def test_what_the_evidence_does_not_support_is_the_first_note():
    (first, *_) = proposed(goals(concerns=("weekly",), zones=("nose",))).notes
    assert (first.id, first.say, first.tell) == ("limits-weekly", "One small series.", "Little is known.")
    assert first.sources == (SERIES,)
    assert "limits-weekly" not in {note.id for note in proposed(goals()).notes}


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
    assert walls.skin_mm(brow, sex) == skin_mm
    assert walls.skin_mm(SMALL.zones.zone[0], sex) is None


def test_a_depth_beyond_the_skin_and_a_tolerance_that_may_reach_beyond_are_said():
    wanted = goals(zones=("brow",), depth_mm={"brow": 1.0})
    (near,) = proposed(wanted, protocol=with_pen(tolerance_mm=0.15)).zones
    _, said = near.notes
    assert said.startswith("With the device's tolerance of ±0.15 mm a needle may stand out further than ")
    assert said.endswith("skin here, 1.06 mm.")
    thin = replace(SMALL.zones.zone[1], thickness={Sex.FEMALE: replace(THICK, dermis_mm=0.7)})
    (beyond,) = proposed(wanted, protocol=small(zones=Zones(LAST_REVIEW, (thin,)))).zones
    assert beyond.notes[1:] == ("1 mm is more than the mean thickness of skin here, 0.90 mm.",)


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────


def test_every_unknown_name_is_refused_at_once_with_the_nearest_one():
    wanted = Goals(("scras", "x"), ("cheeek",), "pan", "halff", {"brwo": 1.0}, {"nsoe": 1.0})
    assert refused(wanted) == [
        ("device", "'pan' is not a device of this protocol.", 'Did you mean "pen"?'),
        ("place", "'halff' is not a place of this protocol.", 'Did you mean "half"?'),
        ("concern", "'scras' is not a concern of this protocol.", 'Did you mean "scars"?'),
        ("concern", "'x' is not a concern of this protocol.",
         "One of: delivery, lines, pores, scars, weekly."),
        ("zone", "'cheeek' is not a zone of this protocol.", 'Did you mean "cheek"?'),
        ("zone", "'brwo' is not a zone of this protocol.", 'Did you mean "brow"?'),
        ("zone", "'nsoe' is not a zone of this protocol.", 'Did you mean "nose"?'),
    ]  # fmt: skip


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


@pytest.mark.parametrize("where", ["zones", "depth_mm", "area_cm2"])
def test_skin_that_is_never_needled_is_refused_with_its_sentence(where):
    wanted = goals(zones=("cheek", "lips")) if where == "zones" else goals(**{where: {"lips": 1.0}})
    assert refused(wanted) == [("lips", "Not on the red of the lips.", "Leave it out: it is never needled.")]


def test_what_is_no_use_of_needling_is_refused_with_its_limits():
    no = ("delivery", "No device is cleared for it.", "Leave the concern out.")
    assert refused(goals(concerns=("delivery",))) == [no]
    assert refused(goals(concerns=("scars", "delivery"))) == [no]
    assert [key for key, *_ in refused(goals(concerns=("scars", "delivery"), zones=("nose",)))] == [
        "delivery",
        "nose",
        "scars",
    ]


# ── with a screening ─────────────────────────────────────────────────────────────────────────────────


def finding(rule: str, outcome: Outcome, *zones: str) -> Finding:
    return Finding(rule, outcome, False, None, "", f"{rule}.", "", "house", (), zones=zones)


def verdict(*findings: Finding, zones: tuple[str, ...] = ()) -> Verdict:
    worst = max((one.outcome for one in findings), default=Outcome.CLEAR)
    return Verdict(worst, None, False, findings, DAY, "small-1", zones)


def barred(wanted: Goals, seen: Verdict) -> list[tuple[str, str, str]]:
    answer = plan.propose(wanted, ANNA, SMALL, seen)
    assert isinstance(answer, Refusal), answer
    return [(reason.key, reason.problem, reason.do) for reason in answer.reasons]


BOTH = {"zones": ("cheek", "brow")}


def test_what_is_absolute_bars_every_plan_or_its_own_zone():
    everywhere = verdict(finding("keloid", Outcome.ABSOLUTE))
    assert barred(goals(), everywhere) == [("keloid", "keloid.", "No course is proposed while this stands.")]
    here = verdict(finding("cancer", Outcome.ABSOLUTE, "brow"))
    assert barred(goals(**BOTH), here) == [("brow", "cancer.", "Leave the zone out while this stands.")]
    assert isinstance(plan.propose(goals(), ANNA, SMALL, here), Plan)


def test_a_deferral_bars_no_plan():
    waiting = verdict(finding("filler", Outcome.DEFER), finding("wound", Outcome.DEFER, "cheek"))
    course = plan.propose(goals(), ANNA, SMALL, waiting)
    assert [note.say for note in course.notes[:2]] == ["filler.", "cheek: wound."]
    assert replace(course, notes=course.notes[2:]) == proposed(goals())
    shallower = plan.review(course, Changes(depth_mm={"cheek": 0.5}), SMALL).plan
    assert shallower.notes[:2] == course.notes[:2], "a change does not lose what the screening found"


def test_a_zone_that_was_not_asked_about_is_refused_where_that_is_known():
    assert barred(goals(**BOTH), verdict(zones=("cheek",))) == [
        ("brow", "is not screened.", "Ask about this zone first.")
    ]
    assert isinstance(plan.propose(goals(**BOTH), ANNA, SMALL, verdict()), Plan)


def test_a_bar_is_said_beside_what_else_is_wrong_and_can_be_asked_for_alone():
    seen = verdict(finding("keloid", Outcome.ABSOLUTE), zones=("cheek",))
    assert [key for key, *_ in barred(goals(device="pan"), seen)] == ["keloid", "device"]
    assert [reason.key for reason in plan.barred(goals(**BOTH), seen)] == ["keloid", "brow"]


# ── a practitioner's changes ─────────────────────────────────────────────────────────────────────────

BROW = {"zones": ("brow",)}
"""The technique here sets 0.75 mm in 3 passes; the wall is the zone's, 1 mm."""
ALLOWED = "that this edition allows. As far as trials went."


def judged(changes: Changes, wanted: Goals, protocol: SimpleNamespace = SMALL) -> tuple[str, Weight, str]:
    """The one change that is judged: its key, what it needs and what it breaks."""
    answer = plan.review(proposed(wanted, protocol=protocol), changes, protocol)
    (only,) = answer.judged
    assert answer.weight is only.weight
    assert (answer.plan is None) is (only.weight is Weight.REFUSED)
    return only.key, only.weight, only.breaks


def reviewed(changes: Changes, wanted: Goals, protocol: SimpleNamespace = SMALL) -> Plan:
    answer = plan.review(proposed(wanted, protocol=protocol), changes, protocol)
    assert answer.plan is not None, answer.judged
    return answer.plan


@pytest.mark.parametrize(
    "changes",
    [
        Changes(),
        Changes({"brow": 0.75}, {"brow": 3}, {"brow": 50.0}, sessions=4, interval_days=30),
    ],
)
def test_what_is_as_it_was_is_no_change(changes):
    course = proposed(goals(**BROW))
    assert plan.review(course, changes, SMALL) == plan.Review(course, ())


@pytest.mark.parametrize(
    ("depth_mm", "weight", "breaks"),
    [
        (0.5, Weight.FREE, "0.5 mm is shallower than planned"),
        (0.8, Weight.FREE, "0.8 mm is no setting of Pen: brought down to 0.75 mm."),
        (
            1.0,
            Weight.REASON,
            "1 mm is deeper than planned by the protocol: the technique for scars here sets",
        ),
        (1.1, Weight.REFUSED, "1.1 mm is past the wall of 1 mm, zone: brow cap."),
        (0.1, Weight.REFUSED, "Pen has no setting as low as 0.1 mm: leave the zone out instead."),
        (0.0, Weight.REFUSED, "0 mm is no depth. Give the depth in mm, more than 0 and at most 5."),
        (-1.0, Weight.REFUSED, "-1 mm is no depth."),
        (nan, Weight.REFUSED, "nan mm is no depth."),
        (inf, Weight.REFUSED, "inf mm is no depth."),
    ],
)
def test_a_depth_is_free_within_the_technique_and_shut_at_the_wall(depth_mm, weight, breaks):
    key, needs, says = judged(Changes({"brow": depth_mm}), goals(**BROW))
    assert (key, needs) == ("brow.depth-mm", weight)
    assert says.startswith(breaks)


def test_a_depth_between_two_settings_is_judged_by_the_lower_and_the_change_says_both():
    answer = plan.review(proposed(goals()), Changes({"cheek": 1.3}), SMALL)
    (only,) = answer.judged
    assert (only.before, only.after) == (1.5, 1.25)
    assert only.breaks.startswith(
        "1.3 mm is no setting of Pen: brought down to 1.25 mm. 1.25 mm is shallower"
    )
    assert answer.plan.zones[0].set_depth_mm == 1.25
    assert answer.plan.zones[0].asked_mm == 1.3


def test_every_wall_shuts_once():
    wanted = goals(place="half")
    assert "0.5 mm, licence: Half a millimetre." in judged(Changes({"cheek": 0.6}), wanted)[2]
    assert "evaluated maximum: Not evaluated" in judged(Changes({"cheek": 1.6}), goals())[2]
    short = with_pen(range_mm=(0.0, 1.25))
    assert "device range: Pen reaches no further." in judged(Changes({"cheek": 1.3}), goals(), short)[2]


@pytest.mark.parametrize(
    ("passes", "weight", "breaks"),
    [
        (2, Weight.FREE, ""),
        (4, Weight.REASON, "4 passes are more than the 3 of the technique for scars here."),
        (15, Weight.REASON, "15 passes are more than the 3 of the technique for scars here."),
        (
            16,
            Weight.REFUSED,
            f"16 passes are more than the 15 {ALLOWED}",
        ),
        (0, Weight.REFUSED, "0 is no number of passes. Give a whole number of passes, 1 to 15."),
        (-3, Weight.REFUSED, "-3 is no number of passes. Give a whole number of passes, 1 to 15."),
        (2.5, Weight.REFUSED, "2.5 is no number of passes. Give a whole number of passes, 1 to 15."),
        (nan, Weight.REFUSED, "nan is no number of passes. Give a whole number of passes, 1 to 15."),
    ],
)
def test_passes_are_free_within_the_technique_and_shut_beyond_the_leeway(passes, weight, breaks):
    assert judged(Changes(passes={"brow": passes}), goals(**BROW)) == ("brow.passes", weight, breaks)


@pytest.mark.parametrize(
    ("sessions", "weight", "breaks"),
    [
        (3, Weight.FREE, ""),
        (5, Weight.REASON, "5 sessions are more than the 4 that this edition proposes."),
        (13, Weight.REFUSED, f"13 sessions are more than the 12 {ALLOWED}"),
        (0, Weight.REFUSED, "0 is no number of sessions. Give a whole number of sessions, 1 to 12."),
        (inf, Weight.REFUSED, "inf is no number of sessions. Give a whole number of sessions, 1 to 12."),
    ],
)  # fmt: skip
def test_sessions_are_free_up_to_the_proposal_and_shut_beyond_the_leeway(sessions, weight, breaks):
    assert judged(Changes(sessions=sessions), goals()) == ("sessions", weight, breaks)


@pytest.mark.parametrize(
    ("days", "weight", "breaks", "roles"),
    [
        (31, Weight.FREE, "", ()),
        (29, Weight.REASON, "29 days apart is closer than the 30 that this edition proposes.", ()),
        (27, Weight.REASON,
         "27 days apart is closer than the 30 that this edition proposes. As far as trials went.",
         ("prescriber",)),
        (7, Weight.REASON,
         "7 days apart is closer than the 30 that this edition proposes. As far as trials went.",
         ("prescriber",)),
        (6, Weight.REFUSED, f"6 days apart is closer than the 7 {ALLOWED}",
         ()),
        (0, Weight.REFUSED, "0 is no interval. Give whole days, 7 to 730.", ()),
        (731, Weight.REFUSED, "731 is no interval. Give whole days, 7 to 730.", ()),
        (30.5, Weight.REFUSED, "30.5 is no interval. Give whole days, 7 to 730.", ()),
    ],
)  # fmt: skip
def test_an_interval_is_free_from_the_proposal_on_and_shut_below_the_closest(days, weight, breaks, roles):
    assert judged(Changes(interval_days=days), goals()) == ("interval-days", weight, breaks)
    (only,) = plan.review(proposed(goals()), Changes(interval_days=days), SMALL).judged
    assert only.roles == roles


def test_an_interval_that_the_protocol_itself_proposes_needs_no_reason_however_close():
    wanted = goals(concerns=("weekly",), zones=("nose",))
    assert judged(Changes(interval_days=20), wanted) == ("interval-days", Weight.FREE, "")
    assert judged(Changes(interval_days=9), wanted)[1] is Weight.REASON


@pytest.mark.parametrize(("area", "weight"), [(80.0, Weight.FREE), (0.0, Weight.REFUSED),
                                              (5000.0, Weight.REFUSED), (nan, Weight.REFUSED)])  # fmt: skip
def test_an_area_is_free_unless_it_cannot_be(area, weight):
    assert judged(Changes(area_cm2={"cheek": area}), goals())[:2] == ("cheek.area-cm2", weight)


def test_a_zone_may_be_left_out_but_not_all_of_them():
    assert judged(Changes(without=("brow", "brow")), goals(**BOTH)) == ("brow.without", Weight.FREE, "")
    assert [zone.zone for zone in reviewed(Changes(without=("brow",)), goals(**BOTH)).zones] == ["cheek"]
    answer = plan.review(proposed(goals(**BOTH)), Changes(without=("brow", "cheek")), SMALL)
    assert (answer.plan, [one.key for one in answer.judged]) == (None, ["brow.without", "cheek.without"])
    assert answer.judged[0].breaks == "No zone would be left: plan nothing rather than this."


def test_a_concern_whose_zones_are_left_out_goes_with_them_and_what_is_not_named_stays():
    wanted = goals(concerns=("scars", "weekly"), zones=("cheek", "nose"))
    _, weight, says = judged(Changes(without=("nose",)), wanted)
    assert weight is Weight.FREE
    assert says == "No zone is left for weekly; sessions and interval stay as they are."
    left = reviewed(Changes(without=("nose",)), wanted)
    assert (left.concerns, left.led_by, left.judge_after_days) == (("scars",), "practitioner", 90)
    assert (left.sessions, left.interval_days) == (10, 30)
    fewer = plan.review(proposed(wanted), Changes(without=("nose",), sessions=9), SMALL)
    assert fewer.weight is Weight.REASON  # scars alone are proposed with 4


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        (Changes({"brwo": 0.5}), "brwo.depth-mm"),
        (Changes(passes={"brwo": 2}), "brwo.passes"),
        (Changes(area_cm2={"brwo": 20.0}), "brwo.area-cm2"),
        (Changes(without=("brwo",)), "brwo.without"),
    ],
)
def test_a_zone_that_is_not_planned_is_refused_with_the_nearest_one(changes, key):
    assert judged(changes, goals(**BOTH)) == (
        key, Weight.REFUSED, "'brwo' is not a zone of this plan. Did you mean \"brow\"?",
    )  # fmt: skip


def test_a_zone_cannot_be_changed_and_left_out():
    answer = plan.review(proposed(goals(**BOTH)), Changes({"brow": 0.5}, without=("brow",)), SMALL)
    assert answer.plan is None
    assert "left out as well" in answer.judged[0].breaks


def test_the_heaviest_comes_first_and_one_refusal_leaves_no_plan():
    changes = Changes({"brow": 3.0}, {"cheek": 5}, sessions=2)
    answer = plan.review(proposed(goals(**BOTH)), changes, SMALL)
    assert [one.weight for one in answer.judged] == [Weight.REFUSED, Weight.REASON, Weight.FREE]
    assert answer.plan is None


def test_the_changed_plan_is_reckoned_anew_and_keeps_what_is_not_named():
    before = proposed(goals(**BOTH))
    changes = Changes({"cheek": 0.5}, {"cheek": 2}, {"cheek": 80.0}, sessions=2, interval_days=40)
    after = reviewed(changes, goals(**BOTH))
    cheek, brow = after.zones
    assert (cheek.set_depth_mm, cheek.asked_mm, cheek.passes, cheek.area_cm2) == (0.5, 0.5, 2, 80.0)
    assert cheek.target_per_cm2 == 2 * 10 * 100 / 2
    assert cheek.needling_s == 2 * 80 / 2
    assert (cheek.walls, cheek.off_label) == (before.zones[0].walls, before.zones[0].off_label)
    assert brow == before.zones[1]
    assert (after.sessions, after.interval_days) == (2, 40)
    assert (after.edition, after.person, after.device) == (before.edition, before.person, before.device)
    assert after.minutes.anaesthetic == 0  # nothing is set as deep as 1 mm any more
    assert after.minutes.needling == pytest.approx((80 + 75) / 60, abs=0.05)
    assert "deep" not in {note.id for note in after.notes}


def test_a_change_of_passes_leaves_the_depth_and_whose_wish_it_was():
    wanted = goals(depth_mm={"cheek": 0.8})
    (cheek,) = reviewed(Changes({"cheek": 0.75}, {"cheek": 2}), wanted).zones
    assert (cheek.set_depth_mm, cheek.asked_mm, cheek.passes) == (0.75, 0.8, 2)


def test_a_depth_that_was_asked_for_in_the_goals_needs_its_reason_as_well():
    wanted = goals(**BOTH, depth_mm={"brow": 1.0, "cheek": 0.5})
    found = plan.weigh(proposed(wanted), Changes(sessions=3), SMALL)
    assert [(one.key, one.before, one.after, one.weight) for one in found.judged] == [
        ("brow.depth-mm", 0.75, 1.0, Weight.REASON),
        ("sessions", 4, 3, Weight.FREE),
        ("cheek.depth-mm", 1.5, 0.5, Weight.FREE),
    ]
    assert found.plan.sessions == 3
    assert found.plan.zones == proposed(wanted).zones


@pytest.mark.parametrize(
    "changes", [Changes({"brow": 0.5}), Changes(without=("brow",)), Changes({"brow": 0.75}, {"brow": 2})]
)
def test_a_wish_that_is_changed_again_is_judged_once(changes):
    wanted = goals(**BOTH, depth_mm={"brow": 1.0})
    keys = [one.key for one in plan.weigh(proposed(wanted), changes, SMALL).judged]
    assert keys.count("brow.depth-mm") <= 1


def test_a_wish_for_what_would_have_been_planned_is_none():
    wanted = goals(**BOTH, depth_mm={"brow": 0.8, "cheek": 3.0})
    assert plan.weigh(proposed(wanted), Changes(), SMALL).judged == ()


@pytest.mark.parametrize(
    "protocol",
    [
        small(edition=SimpleNamespace(mark="small-2")),
        small(devices=Devices(LAST_REVIEW, (replace(PEN, id="other"),))),
        small(plan=replace(SMALL.plan, technique=())),
        small(plan=replace(SMALL.plan, concern=())),
        small(zones=Zones(LAST_REVIEW, (zone("nose", 2.0),))),
    ],
)
def test_a_plan_of_another_edition_is_proposed_anew_and_not_changed(protocol):
    answer = plan.review(proposed(goals()), Changes(sessions=2), protocol)
    assert (answer.plan, [one.key for one in answer.judged]) == (None, ["edition"])
    assert answer.judged[0].breaks.endswith("propose it anew first.")
    wish = proposed(goals(depth_mm={"cheek": 0.5}))
    assert plan.weigh(wish, Changes(), protocol) == plan.Review(wish, ())


# ── other devices ────────────────────────────────────────────────────────────────────────────────────


def test_devices_that_may_come_before_devices_that_may_not_and_the_least_walled_first():
    short = replace(PEN, id="short", name="Short", evaluated_mm=0.5)
    many = small(
        devices=Devices(
            LAST_REVIEW,
            (
                replace(PEN, id="fixed", name="Fixed", range_mm=(2.0, 2.0)),
                replace(PEN, id="grey", name="Grey", cleared=False),
                replace(short, indication=()),
                replace(short, id="short-labelled"),
                replace(PEN, id="deep", evaluated_mm=2.5),
                replace(PEN, id="deeper", evaluated_mm=2.5),
            ),
        )
    )
    found = plan.compare(goals(**BOTH, device="any"), ANNA, many)
    assert [one.device for one in found] == [
        "deep", "deeper", "short-labelled", "short", "grey", "fixed",
    ]  # fmt: skip
    assert [one.cleared for one in found] == [True, True, True, True, False, True]
    assert found[-1].plan is None
    assert {reason.key for reason in found[-1].reasons} == {"cheek", "brow"}
    assert found[0].plan == proposed(goals(**BOTH, device="deep"), protocol=many)


def test_a_screening_bars_every_device_alike():
    (only,) = plan.compare(goals(), ANNA, SMALL, verdict(finding("keloid", Outcome.ABSOLUTE)))
    assert (only.plan, [reason.key for reason in only.reasons]) == (None, ["keloid"])


@pytest.mark.parametrize(
    ("wanted", "met"),
    [
        (goals(zones=("brow",)), False),
        (goals(depth_mm={"cheek": 0.5}), False),
        (goals(depth_mm={"cheek": 1.5}), True),
        (goals(depth_mm={"cheek": 2.0}), True),
        (goals(zones=("brow",), depth_mm={"brow": 0.8}), False),  # brought down to a step, not to a wall
        (goals(), True),
    ],
)
def test_a_zone_comes_up_against_a_wall_or_stays_within(wanted, met):
    (only,) = proposed(wanted).zones
    assert walls.at_wall(only) is met


# ── read back ────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_asked_is_read_back_from_a_plan():
    wanted = goals(**BOTH, place="half", area_cm2={"brow": 20.0}, depth_mm={"cheek": 2.0})
    course = proposed(wanted)
    assert plan.goals(course, SMALL) == wanted
    assert plan.goals(course).area_cm2 == {"cheek": 50.0, "brow": 20.0}
    assert proposed(plan.goals(course)) == course


def test_a_shelf_is_put_up_once_for_a_protocol_and_another_one_has_its_own():
    assert shelf.of(SMALL) is shelf.of(SMALL)
    for count in range(20):
        other = with_pen(evaluated_mm=0.5 + count / 100)
        (cheek,) = proposed(goals(), protocol=other).zones
        assert cheek.walls[0].limit_mm == 0.5 + count / 100
    assert len(shelf.of._kept) <= shelf.of.MOST


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

"""Treat: what events add up to, what may follow what, and why an entry is refused."""

import dataclasses
import itertools
import math
from datetime import UTC, date, datetime, timedelta

import pytest

from needlework.loop import plan as planning
from needlework.loop import treat
from needlework.protocol import load
from needlework.protocol.schema.devices import Device, Drum
from needlework.protocol.schema.edition import Reviewed
from needlework.protocol.schema.treat import Check, Topical, Treating
from needlework.records.plan import Goals, Minutes, Person, Plan, Wall, ZonePlan
from needlework.records.skin import Sex, SkinType
from needlework.records.treat import Cartridge, Event, EventKind

TODAY = date(2026, 11, 20)
START = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
WALLS = (Wall("zone", 1.5, "Cheek cap.", ()), Wall("device range", 2.5, "Pen.", ()))


def planned(zone: str, area_cm2: float) -> ZonePlan:
    return ZonePlan(
        zone=zone, name=zone.title(), concern="scars", set_depth_mm=1.5, wall=WALLS[0], walls=WALLS,
        passes=4, target_per_cm2=2000.0, area_cm2=area_cm2, needling_s=100, endpoint="", skin_mm=None,
    )  # fmt: skip


PLAN = Plan(
    device="pen", device_name="Pen", concerns=("scars",), place="clinician",
    zones=(planned("cheek", 100.0), planned("brow", 50.0)), sessions=4, interval_days=30,
    minutes=Minutes(15, 20, 2, 10), recovery_days=5, judge_after_days=90, off_label=(), notes=(),
    person=Person(34, Sex.FEMALE, SkinType.III), edition="small-1",
)  # fmt: skip
PEN = Device(
    id="pen", name="Pen", maker="Maker", needles=10, range_mm=(0.0, 2.5), evaluated_mm=1.5,
    evaluated_says="", sources=(), basis="house", indication=(), strokes_per_s=(100.0, 116.66),
)  # fmt: skip
KNOWLEDGE = Treating(
    Reviewed("test", TODAY, TODAY),
    check=(Check("pack", "Pack intact.", "house"), Check("skin", "Skin is sound.", "house")),
    topical=(
        Topical("gel", "Gel", True, "The device's own.", "", "house"),
        Topical("vitamin-c", "Vitamin C", False, "Granulomas.", "", "house"),
    ),
)
numbers = itertools.count()

NEEDLED = {"zone": "cheek", "set_depth_mm": 1.5, "passes": 2, "seconds": 30.0, "strokes_per_s": 110.0}
OPENED = {"lot": "A7", "serial": "0001", "expires": "2026-11-20"}


def event(kind: EventKind, *, minute: int = 0, id_: str = "", **data: object) -> Event:
    at = START + timedelta(minutes=minute)
    return Event(id=id_ or f"e{next(numbers)}", kind=kind, at=at, by="Mira", data=data)


CHECKS = (event(EventKind.CHECKED, check="pack"), event(EventKind.CHECKED, check="skin"))
CARTRIDGE = event(EventKind.CARTRIDGE, **OPENED)
PASS = event(EventKind.PASS, minute=5, id_="first", **NEEDLED)
READY = (*CHECKS, CARTRIDGE)
SIGNED = event(EventKind.SIGNED, minute=30)


def against(entry: Event, *before: Event) -> list[tuple[str, str, str]]:
    found = treat.reasons_against(entry, before, PLAN, PEN, KNOWLEDGE, on=TODAY)
    return [(reason.key, reason.problem, reason.do) for reason in found]


def keys_against(entry: Event, *before: Event) -> list[str]:
    return [key for key, *_ in against(entry, *before)]


# ── what may follow what ─────────────────────────────────────────────────────────────────────────────

ENTRIES = {
    EventKind.CHECKED: {"check": "pack"},
    EventKind.NUMBED: {"anaesthetic": "cream", "lot": "N1", "grams": 5.0, "area_cm2": 50.0, "minutes": 30.0},
    EventKind.WIPED: {},
    EventKind.CARTRIDGE: {**OPENED, "serial": "0002"},
    EventKind.PASS: NEEDLED,
    EventKind.ENDPOINT: {"zone": "cheek", "endpoint": "even redness", "bleeding": 0},
    EventKind.TOPICAL: {"topical": "gel", "lot": "G1"},
    EventKind.ADVERSE: {"zone": "cheek", "what": "A bruise."},
    EventKind.NOTE: {"text": "Calm."},
    EventKind.STRUCK: {"corrects": "first", "reason": "Typed twice."},
    EventKind.SIGNED: {},
    EventKind.ADDENDUM: {"text": "The left cheek was meant."},
}
"""One sound entry of each kind."""


REFUSED = {
    EventKind.ADDENDUM: ["session"],
    EventKind.NUMBED: ["anaesthetic"],
    EventKind.WIPED: ["cream"],
}
"""What comes too early or too late after a pass: a cream is on and off before it, see test_treat_numbing."""


@pytest.mark.parametrize("kind", EventKind)
def test_an_open_session_takes_every_sound_entry_but_an_addendum(kind):
    assert keys_against(event(kind, **ENTRIES[kind]), *READY, PASS) == REFUSED.get(kind, [])


@pytest.mark.parametrize("kind", EventKind)
def test_a_signed_session_takes_an_addendum_and_harm_and_nothing_else(kind):
    found = against(event(kind, **ENTRIES[kind]), *READY, PASS, SIGNED)
    locked = ("session", "was signed by Mira and is locked.", "Add an addendum instead.")
    assert found == ([] if kind in {EventKind.ADDENDUM, EventKind.ADVERSE} else [locked])


def test_the_table_of_transitions():
    everything = set(EventKind)
    assert {
        "open": everything - {EventKind.ADDENDUM},
        "signed": {EventKind.ADDENDUM, EventKind.ADVERSE},
    } == treat.MAY_FOLLOW


# ── what events add up to ────────────────────────────────────────────────────────────────────────────


def test_nothing_charted_adds_up_to_nothing():
    empty = treat.chart((), PLAN)
    assert (empty.signed_by, empty.signed_at, empty.last_pass_at) == (None, None, None)
    assert (empty.checked, empty.cartridges, empty.passes, empty.struck) == (set(), (), (), set())


def test_a_chart_is_the_sum_of_its_events():
    second = event(EventKind.PASS, minute=9, **{**NEEDLED, "zone": "brow"})
    found = treat.chart((*READY, PASS, second, SIGNED), PLAN)
    assert found.checked == {"pack", "skin"}
    assert found.cartridges == (Cartridge("A7", "0001", date(2026, 11, 20)),)
    assert [(one.zone, one.area_cm2) for one in found.passes] == [("cheek", 100.0), ("brow", 50.0)]
    assert found.last_pass_at == START + timedelta(minutes=9)
    assert (found.signed_by, found.signed_at) == ("Mira", START + timedelta(minutes=30))


def test_a_struck_pass_leaves_the_dose_and_the_time_but_not_the_record():
    late = event(EventKind.PASS, minute=9, id_="late", **NEEDLED)
    struck = event(EventKind.STRUCK, minute=10, corrects="late", reason="Other zone.")
    found = treat.chart((*READY, PASS, late, struck), PLAN)
    assert (len(found.passes), found.struck) == (1, {"late"})
    assert found.last_pass_at == PASS.at


def test_doses_are_summed_by_zone_in_the_order_of_the_plan():
    passes = treat.chart(
        (
            event(EventKind.PASS, **{**NEEDLED, "zone": "brow", "seconds": 10.0}),
            event(EventKind.PASS, **{**NEEDLED, "set_depth_mm": 1.0}),
            event(EventKind.PASS, **{**NEEDLED, "passes": 3, "seconds": 45.0, "strokes_per_s": 100.0}),
        ),
        PLAN,
    ).passes
    cheek, brow = treat.doses(passes, PLAN, device=PEN)
    assert (cheek.zone, cheek.deepest_mm, cheek.passes, cheek.seconds) == ("cheek", 1.5, 5, 75.0)
    assert cheek.per_cm2 == pytest.approx(10 * 110 * 30 / 100 + 10 * 100 * 45 / 100)
    assert brow.per_cm2 == pytest.approx(10 * 110 * 10 / 50)
    assert cheek.target_per_cm2 == 2000.0


def test_a_zone_not_needled_has_no_dose():
    (only,) = treat.doses(treat.chart((PASS,), PLAN).passes, PLAN, device=PEN)
    assert only.zone == "cheek"


UNCOUNTED = dataclasses.replace(PEN, needles=None)
ROLLER = dataclasses.replace(
    PEN, kind="roller", needles=192, range_mm=(1.5, 1.5), strokes_per_s=None, drum=Drum(2.0, 2.0)
)
ROLLED = {"zone": "cheek", "set_depth_mm": 1.5, "passes": 10, "seconds": 0, "strokes_per_s": 0}


@pytest.mark.parametrize("device", [UNCOUNTED, dataclasses.replace(ROLLER, drum=None)])
def test_a_dose_that_cannot_be_counted_is_not_known_and_the_rest_is(device):
    (cheek,) = treat.doses(treat.chart((PASS,), PLAN).passes, PLAN, device=device)
    assert cheek.per_cm2 is None
    assert (cheek.deepest_mm, cheek.passes, cheek.seconds) == (1.5, 2, 30.0)


@pytest.mark.parametrize("seconds", [0, 40])
def test_a_roller_is_counted_by_its_passes_whatever_the_time(seconds):
    events = (event(EventKind.PASS, **{**ROLLED, "seconds": seconds}), event(EventKind.PASS, **ROLLED))
    (cheek,) = treat.doses(treat.chart(events, PLAN).passes, PLAN, device=ROLLER)
    assert cheek.per_cm2 == pytest.approx(20 * 192 / (math.pi * 4))
    assert (cheek.passes, cheek.seconds) == (20, seconds)


def test_a_pass_charted_without_clock_and_strokes_adds_up():
    rolled = event(EventKind.PASS, zone="cheek", set_depth_mm=1.5, passes=10)
    (cheek,) = treat.doses(treat.chart((rolled,), PLAN).passes, PLAN, device=ROLLER)
    assert (cheek.passes, cheek.seconds) == (10, 0)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"seconds": 90.0}, None),
        ({"strokes_per_s": 100}, ("strokes_per_s", "Give 0 strokes/s.")),
        ({"seconds": -1}, ("seconds", "Give 0 to 3600 s.")),
        ({"set_depth_mm": 1.0}, ("set_depth_mm", "Give 1.5 mm.")),
        ({"passes": 0}, ("passes", "Give 1 to 30 passes.")),
        ({"strokes_per_s": "fast"}, ("strokes_per_s", "Give a number in strokes/s.")),
    ],
)
def test_a_pass_of_a_roller_has_the_length_of_its_needles_and_no_strokes(change, reason):
    done = event(EventKind.PASS, **{**ROLLED, **change})
    found = treat.reasons_against(done, READY, PLAN, ROLLER, KNOWLEDGE, on=TODAY)
    assert [(one.key, one.do) for one in found] == ([reason] if reason else [])


def test_a_pass_of_a_roller_may_leave_out_clock_and_strokes():
    done = event(EventKind.PASS, zone="cheek", set_depth_mm=1.5, passes=10)
    assert treat.reasons_against(done, READY, PLAN, ROLLER, KNOWLEDGE, on=TODAY) == ()


@pytest.mark.parametrize(("depth", "fine"), [(1.5, True), (1.25, True), (1.51, False)])
def test_where_no_range_was_seen_the_evaluated_depth_is_the_end_of_the_dial(depth, fine):
    unseen = dataclasses.replace(PEN, range_mm=None)
    done = event(EventKind.PASS, **{**NEEDLED, "set_depth_mm": depth})
    found = treat.reasons_against(done, READY, PLAN, unseen, KNOWLEDGE, on=TODAY)
    assert ("set_depth_mm" in {one.key for one in found}) is not fine


# ── checklist and cartridge ──────────────────────────────────────────────────────────────────────────


def test_a_check_that_is_not_on_the_list_is_refused():
    assert against(event(EventKind.CHECKED, check="pakc")) == [
        ("check", "'pakc' is not on the checklist.", "One of: pack, skin.")
    ]


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        ({"expires": "2026-11-19"}, ["expires"]),  # yesterday was the last day
        ({"expires": "2026-11-20"}, []),  # today is the last day
        ({"expires": "11/2027"}, ["expires"]),
        ({"expires": "2027-02-29"}, ["expires"]),
        ({"expires": ""}, ["expires"]),
        ({"lot": " "}, ["lot"]),
        ({"serial": ""}, ["serial"]),
        ({"lot": "", "serial": "", "expires": "2020-01-01"}, ["lot", "serial", "expires"]),
    ],
)
def test_what_a_cartridge_must_be(data, keys):
    assert keys_against(event(EventKind.CARTRIDGE, **{**OPENED, **data})) == keys


def test_a_missing_lot_is_called_a_missing_lot():
    assert against(event(EventKind.CARTRIDGE, serial="1", expires="2027-01-01")) == [
        ("lot", "is empty.", "Read the lot off the pack.")
    ]


@pytest.mark.parametrize("again", [{}, {"serial": " 0001"}, {"lot": "A7 ", "expires": "2027-01-01"}])
def test_a_cartridge_is_opened_once_however_it_was_typed(again):
    ((key, problem, _),) = against(event(EventKind.CARTRIDGE, **{**OPENED, **again}), CARTRIDGE)
    assert (key, problem) == ("serial", "was already opened in this session.")


@pytest.mark.parametrize("other", [{"serial": "0002"}, {"lot": "B7"}])
def test_its_neighbour_of_the_same_lot_is_another_cartridge(other):
    assert against(event(EventKind.CARTRIDGE, **{**OPENED, **other}), CARTRIDGE) == []


# ── passes ───────────────────────────────────────────────────────────────────────────────────────────


def test_no_pass_before_the_checklist_is_done():
    assert against(PASS, CHECKS[0], CARTRIDGE) == [
        ("checklist", "is open: Skin is sound.", "Tick it once it is done.")
    ]


def test_no_pass_before_a_cartridge():
    assert keys_against(PASS, *CHECKS) == ["cartridge"]


def test_everything_that_is_missing_is_said_at_once():
    wrong = event(EventKind.PASS, **{**NEEDLED, "zone": "lid", "passes": 0})
    assert keys_against(wrong) == ["checklist", "checklist", "cartridge", "zone", "passes"]


def test_a_depth_beyond_the_lowest_wall_is_refused_with_its_words():
    assert against(event(EventKind.PASS, **{**NEEDLED, "set_depth_mm": 1.75}), *READY) == [
        ("set_depth_mm", "is beyond 1.5 mm: Cheek cap.", "Set 1.5 mm or less.")
    ]


@pytest.mark.parametrize(
    ("key", "value", "fine"),
    [
        ("set_depth_mm", 1.5, True), ("set_depth_mm", 1, True), ("set_depth_mm", 0.0, False),
        ("set_depth_mm", -0.5, False), ("set_depth_mm", "1.5", False),
        ("passes", 1, True), ("passes", 30, True), ("passes", 31, False), ("passes", 0, False),
        ("passes", 2.0, True), ("passes", 2.5, False), ("passes", True, False),
        ("seconds", 0.1, True), ("seconds", 3600, True), ("seconds", 3601, False), ("seconds", 0, False),
        ("seconds", -30.0, False), ("seconds", None, False),
        ("strokes_per_s", 100, True), ("strokes_per_s", 116.7, True), ("strokes_per_s", 99, False),
        ("strokes_per_s", 117, False),
    ],
)  # fmt: skip
def test_numbers_that_can_be_and_numbers_that_cannot(key, value, fine):
    found = keys_against(event(EventKind.PASS, **{**NEEDLED, key: value}), *READY)
    assert found == ([] if fine else [key])


@pytest.mark.parametrize("key", ["set_depth_mm", "passes", "seconds", "strokes_per_s"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_no_number(key, value):
    found = against(event(EventKind.PASS, **{**NEEDLED, key: value}), *READY)
    assert (key, f"is {value!r}, which is no number.") in [entry[:2] for entry in found]


def test_half_a_pass_is_not_rounded_to_a_whole_one():
    ((_, problem, _),) = against(event(EventKind.PASS, **{**NEEDLED, "passes": 2.5}), *READY)
    assert problem == "is 2.5, and a pass is whole."


# ── the other entries ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        ({"zone": "cheek", "what": "A bruise."}, []),
        ({"zone": "", "what": "Fainted."}, []),  # harm is always chartable
        ({"what": "Fainted."}, []),
        ({"zone": "cheek", "what": " "}, ["what"]),
        ({"zone": "lid", "what": "A scratch."}, ["zone"]),
    ],
)
def test_an_adverse_event_says_what_happened_and_needs_no_zone(data, keys):
    assert keys_against(event(EventKind.ADVERSE, **data)) == keys


def test_an_endpoint_belongs_to_a_zone_of_the_plan():
    assert keys_against(event(EventKind.ENDPOINT, zone="lid", endpoint="redness")) == ["zone"]


@pytest.mark.parametrize(
    ("topical", "problem"),
    [
        ("gel", None),
        ("vitamin-c", "Vitamin C is barred on open channels: Granulomas."),
        ("serum", "'serum' is not on the protocol's list."),
    ],
)
def test_only_what_is_listed_and_allowed_touches_open_channels(topical, problem):
    found = against(event(EventKind.TOPICAL, topical=topical, lot="G1"))
    assert [entry[1] for entry in found] == ([problem] if problem else [])


def test_a_lot_is_asked_for_where_there_is_one():
    assert keys_against(event(EventKind.TOPICAL, topical="gel", lot=" ")) == ["lot"]
    assert keys_against(event(EventKind.TOPICAL, topical="gel", lot="", without_lot=True)) == []


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        ({"corrects": "first", "reason": "Twice."}, []),
        ({"corrects": "first", "reason": " "}, ["reason"]),
        ({"corrects": "nobody", "reason": "Twice."}, ["corrects"]),
        ({"corrects": CARTRIDGE.id, "reason": "Twice."}, ["corrects"]),
        ({"corrects": CHECKS[0].id, "reason": "Twice."}, ["corrects"]),
        ({}, ["corrects", "reason"]),
    ],
)
def test_what_may_be_struck(data, keys):
    assert keys_against(event(EventKind.STRUCK, **data), *READY, PASS) == keys


def test_an_entry_is_struck_once():
    struck = event(EventKind.STRUCK, corrects="first", reason="Twice.")
    again = event(EventKind.STRUCK, corrects="first", reason="Twice.")
    assert against(again, *READY, PASS, struck) == [("corrects", "was struck before.", "Nothing to do.")]


def test_a_striking_cannot_be_struck():
    struck = event(EventKind.STRUCK, id_="s", corrects="first", reason="Twice.")
    assert keys_against(event(EventKind.STRUCK, corrects="s", reason="No."), *READY, PASS, struck) == [
        "corrects"
    ]


def test_nothing_is_signed_without_a_pass_or_a_note_that_says_why():
    assert keys_against(SIGNED, *READY) == ["session"]
    why = event(EventKind.NOTE, id_="why", text="She felt faint before the first pass.")
    assert keys_against(SIGNED, *READY, why) == []
    assert keys_against(SIGNED, why) == []
    unsaid = event(EventKind.STRUCK, corrects="why", reason="Wrong person.")
    assert keys_against(SIGNED, *READY, why, unsaid) == ["session"]
    struck = event(EventKind.STRUCK, corrects="first", reason="Twice.")
    assert keys_against(SIGNED, *READY, PASS, struck) == ["session"]


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_note_is_refused(text):
    assert keys_against(event(EventKind.NOTE, text=text)) == ["text"]
    assert keys_against(event(EventKind.ADDENDUM, text=text), PASS, SIGNED) == ["text"]


# ── the edition that ships ───────────────────────────────────────────────────────────────────────────


def test_a_session_by_the_shipped_edition_meets_its_target_in_the_planned_time():
    """Needling for the planned seconds at the planned rate lays down the planned dose."""
    protocol = load.default()
    device = next(one for one in protocol.devices.device if one.id == "skinpen-precision")
    course = planning.propose(
        Goals(("acne-scars",), ("cheeks",), device.id), Person(34, Sex.FEMALE, SkinType.III), protocol
    )
    assert isinstance(course, Plan)
    (cheeks,) = course.zones
    events = [event(EventKind.CHECKED, check=check.id) for check in protocol.treat.check]
    events.append(CARTRIDGE)
    done = event(
        EventKind.PASS, zone="cheeks", set_depth_mm=cheeks.set_depth_mm, passes=cheeks.passes,
        seconds=cheeks.needling_s, strokes_per_s=device.strokes_per_s[0],
    )  # fmt: skip
    assert treat.reasons_against(done, events, course, device, protocol.treat, on=TODAY) == ()
    (given,) = treat.doses(treat.chart((*events, done), course).passes, course, device=device)
    assert given.per_cm2 == pytest.approx(given.target_per_cm2)


def test_the_shipped_roller_is_charted_by_passes_and_comes_to_the_published_density():
    mf8 = next(one for one in load.default().devices.device if one.id == "roller-mf8")
    passes = treat.chart((event(EventKind.PASS, **{**ROLLED, "passes": 15}),), PLAN).passes
    assert round(treat.per_cm2(passes, mf8)) == 229


def test_no_product_is_allowed_and_barred_and_each_says_why():
    topicals = load.default().treat.topical
    assert len({one.id for one in topicals}) == len(topicals)
    assert {one.id for one in topicals if one.allowed} == {"device-gel", "sterile-saline", "cool-compress"}
    assert all(one.say and one.tell for one in topicals)


def test_the_shipped_list_bars_vitamin_c_and_allows_the_device_gel():
    allowed = {one.id: one.allowed for one in load.default().treat.topical}
    assert allowed["device-gel"]
    assert not allowed["vitamin-c"]

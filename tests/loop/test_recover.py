"""Recover: hours across a change of the clocks, the longest time that applies, and the worst sign."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from needlework.loop import recover
from needlework.protocol import load
from needlework.protocol.schema.edition import Reviewed
from needlework.protocol.schema.questions import Condition, Option, Question
from needlework.protocol.schema.recover import (
    Closure,
    ExpectRule,
    Flag,
    HoldRule,
    Longer,
    PhaseRule,
    Recovering,
    RednessRule,
    Words,
)
from needlework.records.recover import CheckIn, Outlook, Treatment, Triage, Urgency
from needlework.records.screen import Answers
from needlework.records.skin import SkinType

BERLIN = ZoneInfo("Europe/Berlin")
SPRING = datetime(2027, 3, 27, 14, 0, tzinfo=BERLIN)
"""The clocks go forward in the night that follows."""
AUTUMN = datetime(2026, 10, 24, 14, 0, tzinfo=BERLIN)
"""The clocks go back in the night that follows."""
PLAIN = datetime(2026, 11, 20, 14, 0, tzinfo=BERLIN)
HOUR = timedelta(hours=1)


def question(id_: str, kind: str = "yes-no", **also: object) -> Question:
    return Question(id=id_, topic="Test", ask=f"{id_}?", kind=kind, **also)


def flag(id_: str, urgency: str, **when: Condition) -> Flag:
    named = {key.replace("_", "-"): condition for key, condition in when.items()}
    return Flag(id_, named, urgency, f"{id_}.", f"You: {id_}.", "house")


YES = Condition(equals=True)
SMALL = Recovering(
    Reviewed("test", date(2026, 11, 20), date(2027, 11, 20)),
    next_session_days=28,
    words=Words("normal", "yourself", "today", "now", "112"),
    hold=(
        HoldRule(
            "make-up", "No make-up", "", 0, 24, "house",
            longer=(Longer(48, above_mm=0.5), Longer(72, from_mm=1.5),
                    Longer(60, skin_types=(SkinType.V, SkinType.VI)), Longer(96, above_mm=2.0),
                    Longer(66, ita_below_deg=10.0)),
            choice="Because.",
        ),
        HoldRule("sun", "No sun", "", 0, 30, "house"),
        HoldRule("cleanser", "Gentle cleanser", "", 24, 30, "house"),
    ),
    expect=(
        ExpectRule("later", "Later", "", 24, 72, "house"),
        ExpectRule("first", "First", "", 0, 24, "house"),
    ),
    redness=(RednessRule(1.0, 72, "house", soonest_h=24), RednessRule(5.0, 168, "house")),
    phase=(
        PhaseRule("one", "One", "one", "one", 0, 5, "house"),
        PhaseRule("two", "Two", "two", "two", 4, 56, "house"),
    ),
    closure=(
        Closure("light", "impedance", "channels", (20, 40), "light", "house", where=("arms",)),
        Closure("dark", "impedance", "channels", (40, 80), "dark", "house", darker=True),
        Closure("face", "water loss", "barrier", (30, 30), "face", "house", where=("face",)),
        Closure("bare", "water loss", "barrier", (2, 2), "bare", "house", covered=False),
    ),
    question=(
        question("redness", "choice", options=(Option("none", "Gone"), Option("red", "Red"))),
        question("pus"),
        question("faint"),
        question("pain", "number", minimum=0, maximum=10),
        question("pain-rising", ask_if={"pain": Condition(at_least=1)}),
    ),
    flag=(
        flag("dry", "self-care", pus=Condition(equals=False)),
        flag("late", "call-today", redness_overdue=YES),
        flag("day-two", "call-today", pain=Condition(at_least=5), hours_since=Condition(at_least=24)),
        flag("pus", "urgent", pus=YES),
        flag("faint", "emergency", faint=YES),
    ),
    edition="small-1",
)  # fmt: skip
WELL = {"redness": "none", "pus": False, "faint": False, "pain": 0}


def treated(
    at: datetime = PLAIN,
    *,
    mm: float = 1.0,
    skin: SkinType = SkinType.III,
    ita: float | None = None,
    where: tuple[str, ...] = (),
    covered: bool = False,
) -> Treatment:
    return Treatment(at, mm, skin, ita, where, covered)


def triage(said: dict[str, object], *, after: timedelta = HOUR, treatment: Treatment | None = None) -> Triage:
    treatment = treatment or treated()
    at = (treatment.treated_at.astimezone(UTC) + after).astimezone(treatment.treated_at.tzinfo)
    return recover.triage(CheckIn(at, Answers(said)), treatment, SMALL)


# ── the timetable ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("at", "wall_clock"),
    [
        (PLAIN, datetime(2026, 11, 21, 14, 0)),
        (SPRING, datetime(2027, 3, 28, 15, 0)),  # 24 hours later by the sun, 25 by the clock
        (AUTUMN, datetime(2026, 10, 25, 13, 0)),
    ],
)
def test_hours_are_elapsed_hours_whatever_the_clocks_do(at, wall_clock):
    shown = recover.timetable(treated(at, mm=0.5), SMALL)
    (make_up,) = [hold for hold in shown.holds if hold.id == "make-up"]
    assert make_up.until_at.replace(tzinfo=None) == wall_clock
    assert make_up.until_at.astimezone(UTC) - at.astimezone(UTC) == 24 * HOUR
    assert make_up.until_at.tzinfo is BERLIN


def test_a_moment_in_the_hour_that_the_clocks_skip_is_shown_as_one_that_exists():
    at = datetime(2027, 3, 27, 2, 30, tzinfo=BERLIN)
    shown = recover.timetable(treated(at, mm=0.5), SMALL)
    (make_up,) = [hold for hold in shown.holds if hold.id == "make-up"]
    assert make_up.until_at.replace(tzinfo=None) == datetime(2027, 3, 28, 3, 30)


def test_a_session_without_a_time_zone_is_a_broken_program():
    with pytest.raises(ValueError, match="no time zone"):
        recover.timetable(treated(datetime(2026, 11, 20, 14)), SMALL)
    naive = CheckIn(datetime(2026, 11, 21, 14), Answers(WELL))
    with pytest.raises(ValueError, match="without a time zone"):
        recover.triage(naive, treated(), SMALL)
    with pytest.raises(ValueError, match="without a time zone"):
        recover.triage(naive, treated(datetime(2026, 11, 20, 14)), SMALL)


@pytest.mark.parametrize(
    ("mm", "skin", "hours"),
    [
        (0.5, SkinType.I, 24), (0.51, SkinType.I, 48), (1.49, SkinType.IV, 48), (1.5, SkinType.IV, 72),
        (2.0, SkinType.IV, 72), (2.01, SkinType.IV, 96), (0.25, SkinType.V, 60), (1.0, SkinType.VI, 60),
        (1.5, SkinType.VI, 72),
    ],
)  # fmt: skip
def test_the_longest_time_that_applies_is_taken(mm, skin, hours):
    shown = recover.timetable(treated(mm=mm, skin=skin), SMALL)
    (make_up,) = [hold for hold in shown.holds if hold.id == "make-up"]
    assert make_up.until_at - PLAIN == hours * HOUR


@pytest.mark.parametrize(
    ("ita", "skin", "hours"),
    [
        (None, SkinType.III, 24), (10.0, SkinType.III, 24), (9.9, SkinType.III, 66),
        (-40.0, SkinType.I, 66), (60.0, SkinType.V, 60), (-40.0, SkinType.V, 66),
    ],
)  # fmt: skip
def test_measured_tone_makes_it_longer_and_never_shorter(ita, skin, hours):
    shown = recover.timetable(treated(mm=0.5, skin=skin, ita=ita), SMALL)
    (make_up,) = [hold for hold in shown.holds if hold.id == "make-up"]
    assert make_up.until_at - PLAIN == hours * HOUR
    assert make_up.choice == "Because."


def test_a_timetable_is_in_order_of_time():
    shown = recover.timetable(treated(mm=0.5), SMALL)
    assert [hold.id for hold in shown.holds] == ["make-up", "cleanser", "sun"]
    assert [one.title for one in shown.expectations] == ["First", "Later"]


def test_the_hour_that_comes_twice_in_autumn_is_kept_in_order():
    at = datetime(2026, 10, 24, 2, 15, tzinfo=BERLIN)
    rules = tuple(
        HoldRule(id_, id_, "", 0, until_h, "house")
        for id_, until_h in (("a", 25.0), ("b", 24.5), ("c", 24.0))
    )
    shown = recover.timetable(treated(at), replace(SMALL, hold=rules))
    assert [hold.id for hold in shown.holds] == ["c", "b", "a"]


def test_when_redness_should_be_gone_and_the_next_session_may_be():
    shown = recover.timetable(treated(mm=1.5), SMALL)
    assert shown.redness_gone_by - PLAIN == 168 * HOUR
    assert shown.next_session_from == date(2026, 12, 18)
    assert shown.edition == "small-1"


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2028, 2, 1, 9, tzinfo=UTC), date(2028, 2, 29)),
        (datetime(2027, 2, 1, 9, tzinfo=UTC), date(2027, 3, 1)),
        # The day is the day in the zone that the session is told in: midnight in Berlin is not yet in UTC.
        (datetime(2026, 11, 20, 0, 30, tzinfo=BERLIN), date(2026, 12, 18)),
        (datetime(2026, 11, 20, 0, 30, tzinfo=BERLIN).astimezone(UTC), date(2026, 12, 17)),
    ],
)
def test_the_day_of_the_next_session(at, day):
    assert recover.timetable(treated(at), SMALL).next_session_from == day


# ── one moment ───────────────────────────────────────────────────────────────────────────────────────


def outlook(hours: float, treatment: Treatment | None = None) -> Outlook:
    treatment = treatment or treated(mm=0.5)
    at = (treatment.treated_at.astimezone(UTC) + hours * HOUR).astimezone(treatment.treated_at.tzinfo)
    return recover.expect(treatment, at=at, knowledge=SMALL)


@pytest.mark.parametrize(
    ("hours", "normal", "holds", "phases"),
    [
        (-1, [], [], []), (0, ["First"], ["make-up", "sun"], ["one"]),
        (23.99, ["First"], ["make-up", "sun"], ["one"]), (24, ["Later"], ["cleanser", "sun"], ["one"]),
        (30, ["Later"], [], ["one"]), (100, [], [], ["one", "two"]), (2000, [], [], []),
    ],
)  # fmt: skip
def test_what_is_in_force_at_a_moment(hours, normal, holds, phases):
    seen = outlook(hours)
    assert [one.title for one in seen.expectations] == normal
    assert [hold.id for hold in seen.holds] == holds
    assert [phase.id for phase in seen.phases] == phases
    assert (seen.hours, seen.edition) == (hours, "small-1")


@pytest.mark.parametrize(("at", "wall_hours"), [(AUTUMN, 23), (SPRING, 25)])
def test_a_moment_is_reckoned_in_elapsed_hours_across_a_change_of_the_clocks(at, wall_hours):
    seen = recover.expect(treated(at, mm=0.5), at=at + wall_hours * HOUR, knowledge=SMALL)
    assert seen.hours == 24
    assert "make-up" not in [hold.id for hold in seen.holds]


def test_a_moment_told_in_another_zone_is_the_same_moment():
    here = recover.expect(treated(), at=PLAIN + 23 * HOUR, knowledge=SMALL)
    there = recover.expect(treated(), at=(PLAIN + 23 * HOUR).astimezone(UTC), knowledge=SMALL)
    assert (here.hours, here.redness, here.holds) == (there.hours, there.redness, there.holds)


def test_a_moment_without_a_time_zone_is_a_broken_program():
    with pytest.raises(ValueError, match="without a time zone"):
        recover.expect(treated(), at=datetime(2026, 11, 21, 14), knowledge=SMALL)


def test_time_never_runs_backwards():
    """What ended stays ended, redness only fades, and no phase comes twice."""
    over: set[str] = set()
    before = outlook(0)
    for half_days in range(1, 140):
        now = outlook(half_days * 12)
        assert now.hours > before.hours
        assert (now.redness.low, now.redness.high) <= (before.redness.low, before.redness.high)
        assert [hold.until_at for hold in now.holds] == sorted(hold.until_at for hold in now.holds)
        held = {hold.id for hold in now.holds}
        over |= {hold.id for hold in before.holds} - held
        assert not held & over
        before = now
    assert over == {"make-up", "sun", "cleanser"}


@pytest.mark.parametrize(
    ("treatment", "barrier", "channels"),
    [
        (treated(), (2, 30), (20, 40)),
        (treated(where=("face",)), (2, 30), (20, 40)),
        (treated(covered=True), (30, 30), (30, 40)),
        (treated(skin=SkinType.VI), (2, 30), (20, 80)),
        (treated(ita=-20.0), (2, 30), (20, 80)),
        (treated(skin=SkinType.V, covered=True), (30, 30), (30, 80)),
    ],
)
def test_open_skin_depends_on_cover_and_tone(treatment, barrier, channels):
    skin = outlook(5, treatment).skin
    assert (skin.barrier_h, skin.channels_h) == (barrier, channels)


# ── triage ───────────────────────────────────────────────────────────────────────────────────────────


def test_all_well():
    answer = triage(WELL)
    assert (answer.urgency, answer.tell) == (Urgency.SELF_CARE, "yourself")
    assert [sign.rule for sign in answer.signs] == ["dry"]
    assert answer.edition == "small-1"


def test_no_sign_at_all_is_expected():
    quiet = replace(SMALL, flag=SMALL.flag[1:])
    answer = recover.triage(CheckIn(PLAIN + HOUR, Answers(WELL)), treated(), quiet)
    assert (answer.urgency, answer.tell, answer.signs) == (Urgency.EXPECTED, "normal", ())


@pytest.mark.parametrize(
    ("said", "urgency", "rules", "tell"),
    [
        ({"pus": True}, Urgency.URGENT, ["pus"], "now"),
        ({"faint": True}, Urgency.EMERGENCY, ["faint", "dry"], "112"),
        ({"faint": True, "pus": True}, Urgency.EMERGENCY, ["faint", "pus"], "112"),
    ],
)
def test_the_worst_sign_decides_and_stands_first(said, urgency, rules, tell):
    answer = triage({**WELL, **said})
    assert (answer.urgency, [sign.rule for sign in answer.signs], answer.tell) == (urgency, rules, tell)


@pytest.mark.parametrize(
    ("mm", "hours", "redness", "overdue"),
    [
        (1.0, 72, "red", False), (1.0, 72.5, "red", True), (1.0, 72.5, "none", False),
        (1.01, 72.5, "red", False), (1.5, 169, "red", True),
    ],
)  # fmt: skip
def test_redness_is_overdue_after_its_hour_at_this_depth(mm, hours, redness, overdue):
    answer = triage({**WELL, "redness": redness}, after=hours * HOUR, treatment=treated(mm=mm))
    assert ("late" in [sign.rule for sign in answer.signs]) is overdue


@pytest.mark.parametrize(
    ("at", "wall_hours", "late"),
    [(AUTUMN, 23, True), (AUTUMN, 22, False), (SPRING, 24, False), (SPRING, 25, True)],
)
def test_hours_since_are_elapsed_hours_across_a_change_of_the_clocks(at, wall_hours, late):
    """The clock on the wall shows one hour less, or more, than has passed."""
    check_in = CheckIn(at + wall_hours * HOUR, Answers({**WELL, "pain": 5, "pain-rising": False}))
    answer = recover.triage(check_in, treated(at), SMALL)
    assert ("day-two" in [sign.rule for sign in answer.signs]) is late


def test_what_was_not_said_calls_for_a_call():
    said = {key: value for key, value in WELL.items() if key != "pus"}
    answer = triage(said)
    assert answer.urgency is Urgency.CALL_TODAY
    assert [(sign.rule, sign.say) for sign in answer.signs] == [("ask-pus", "pus is not answered.")]


def test_beside_a_red_flag_nothing_reassures():
    """Staff read every sign; of the words for the patient only those that call are left."""
    answer = triage({**WELL, "faint": True})
    assert [(sign.rule, sign.say, sign.tell) for sign in answer.signs] == [
        ("faint", "faint.", "You: faint."), ("dry", "dry.", ""),
    ]  # fmt: skip
    assert triage(WELL).signs[0].tell == "You: dry."


def test_an_open_answer_never_hides_an_emergency():
    assert triage({"faint": True}).urgency is Urgency.EMERGENCY
    assert triage({"faint": True, "pus": "yes", "what": 1}).urgency is Urgency.EMERGENCY


@pytest.mark.parametrize(
    ("said", "rule"),
    [({"pus": "no"}, "ask-pus"), ({"pain": float("nan")}, "ask-pain"), ({"pain": 11}, "ask-pain"),
     ({"hours-since": 3}, "ask-hours-since"), ({"redness-overdue": False}, "ask-redness-overdue")],
)  # fmt: skip
def test_what_cannot_be_is_not_reassured(said, rule):
    answer = triage({**WELL, **said}, treatment=treated())
    assert rule in [sign.rule for sign in answer.signs]
    assert answer.urgency >= Urgency.CALL_TODAY


def test_nobody_can_say_that_less_time_has_passed():
    said = {**WELL, "redness": "red", "hours-since": 1, "redness-overdue": False}
    assert "late" in [sign.rule for sign in triage(said, after=80 * HOUR).signs]


def test_a_check_in_from_before_the_session_calls_for_a_call():
    answer = triage(WELL, after=-HOUR)
    assert answer.urgency is Urgency.CALL_TODAY
    assert "ask-at" in [sign.rule for sign in answer.signs]


def test_faults_name_everything_and_a_branch_not_asked_is_not_missed():
    faults = recover.faults(CheckIn(PLAIN + HOUR, Answers({"pain": 0})), treated(), SMALL)
    assert [fault.key for fault in faults] == ["redness", "pus", "faint"]
    faults = recover.faults(CheckIn(PLAIN + HOUR, Answers({**WELL, "pain": 2})), treated(), SMALL)
    assert [fault.key for fault in faults] == ["pain-rising"]


def test_the_questions_grow_with_the_answers():
    few = recover.questions(Answers({"pain": 0}), treated(), SMALL)
    more = recover.questions(Answers({"pain": 3}), treated(), SMALL)
    assert [one.id for one in more if one not in few] == ["pain-rising"]


# ── the edition that ships ───────────────────────────────────────────────────────────────────────────


def well() -> dict[str, object]:
    """Somebody without a complaint, by the shipped edition's own questions."""
    given: dict[str, object] = {}
    for one in load.default().recover.question:
        if not one.ask_if:
            given[one.id] = {"yes-no": False, "choice": "none", "choices": (), "number": 0}[one.kind]
    return given


def shipped(said: dict[str, object], hours: float, *, mm: float = 1.0) -> Triage:
    check_in = CheckIn(PLAIN + hours * HOUR, Answers(said))
    return recover.triage(check_in, treated(mm=mm), load.default().recover)


def complaints() -> list[tuple[str, object]]:
    """Every answer of the shipped check-in that is not the harmless one."""
    found: list[tuple[str, object]] = []
    for one in load.default().recover.question:
        if one.kind == "yes-no":
            found.append((one.id, True))
        elif one.kind == "number":
            found += [(one.id, tenths / 10) for tenths in range(10, int(one.maximum * 10) + 1, 5)]
        else:
            found += [(one.id, option.id) for option in one.options if option.id != "none"]
    return found


def test_no_flag_of_the_edition_is_told_beside_words_that_reassure():
    """Every complaint together with everything that is expected in the first days."""
    mild = {**well(), "redness": "fading", "swelling": "going", "itch-or-flaking": True, "bruise": True}
    seen = set()
    for key, value in complaints():
        said = {
            **mild,
            key: value,
            "pain": value if key == "pain" else 1,
            "pain-rising": key == "pain-rising",
        }
        for hours in (1, 30, 100, 200, 300):
            answer = shipped(said, hours)
            seen.add(answer.urgency)
            if answer.urgency >= Urgency.CALL_TODAY:
                words = load.default().recover.words
                assert answer.tell == getattr(words, answer.urgency.name.lower())
                assert all(sign.tell == "" for sign in answer.signs if sign.urgency < Urgency.CALL_TODAY)
                assert answer.signs[0].tell and answer.signs[0].urgency is answer.urgency
            else:
                assert all(sign.tell for sign in answer.signs)
    assert seen == {Urgency.SELF_CARE, Urgency.CALL_TODAY, Urgency.URGENT, Urgency.EMERGENCY}


def test_nothing_to_complain_of_is_expected_at_any_hour():
    for hours in (0, 1, 24, 48, 71, 73, 120, 169, 500):
        assert shipped(well(), hours).urgency is Urgency.EXPECTED


def test_the_words_redness_and_none_are_those_that_triage_reads():
    (redness,) = [one for one in load.default().recover.question if one.id == "redness"]
    assert redness.kind == "choice"
    assert "none" in [option.id for option in redness.options]


def hours_around_every_cut() -> list[float]:
    cuts = {
        cut
        for one in load.default().recover.flag
        for key, condition in one.when.items()
        if key == "hours-since"
        for cut in (condition.at_least, condition.at_most)
        if cut is not None
    }
    return sorted(
        {max(0.0, cut + slip) for cut in {0.0, *cuts} for slip in (-0.005, -0.001, 0, 0.001, 0.005)}
    )


def test_no_complaint_falls_between_two_flags_at_any_hour():
    """A complaint that no flag answers would be called normal. A cut at 23.99 and 24 leaves 36 seconds."""
    silent = set()
    for key, value in complaints():
        for hours in hours_around_every_cut():
            said = {**well(), key: value}
            if key == "pain-rising":
                said["pain"] = 1
            elif key == "pain":
                said["pain-rising"] = False
            named = {asked for sign in shipped(said, hours).signs for asked in flag_of(sign.rule).when}
            if key not in named:
                silent.add((key, value, hours))
    assert silent == set()


def test_no_pain_falls_between_two_flags_however_finely_it_is_given():
    for hours in (1, 30, 200):
        for hundredths in range(100, 1001):
            said = {**well(), "pain": hundredths / 100, "pain-rising": False}
            named = {asked for sign in shipped(said, hours).signs for asked in flag_of(sign.rule).when}
            assert "pain" in named, (hours, hundredths)


def flag_of(rule: str) -> Flag:
    return next(one for one in load.default().recover.flag if one.id == rule)


def test_a_longer_time_in_the_edition_is_longer_and_nothing_ends_before_it_begins():
    for one in load.default().recover.hold:
        assert one.from_h < one.until_h
        assert all(longer.until_h >= one.until_h for longer in one.longer), one.id
    for one in load.default().recover.expect:
        assert one.from_h < one.until_h


def test_make_up_waits_longer_after_deep_needling_and_in_darker_skin():
    def hours(mm: float, skin: SkinType) -> float:
        shown = recover.timetable(treated(mm=mm, skin=skin), load.default().recover)
        (make_up,) = [hold for hold in shown.holds if hold.id == "make-up"]
        return (make_up.until_at - PLAIN) / HOUR

    shallow, middle, deep = (hours(mm, SkinType.II) for mm in (0.5, 1.0, 1.5))
    assert shallow < middle < deep
    assert hours(0.5, SkinType.VI) > shallow


def test_skin_measured_dark_is_held_as_long_as_types_five_and_six():
    def until(skin: SkinType, ita: float | None) -> dict[str, datetime]:
        shown = recover.timetable(treated(mm=0.5, skin=skin, ita=ita), load.default().recover)
        return {hold.id: hold.until_at for hold in shown.holds}

    assert until(SkinType.II, -10.0) == until(SkinType.VI, None)
    assert until(SkinType.II, 30.0) == until(SkinType.II, None)
    assert until(SkinType.VI, 60.0) == until(SkinType.VI, None)
    assert until(SkinType.II, -10.0) != until(SkinType.II, None)


def test_every_disagreement_reaches_the_timetable_with_its_choice():
    knowledge = load.default().recover
    rules = {rule.id: rule for rule in knowledge.hold}
    for hold in recover.timetable(treated(), knowledge).holds:
        assert (hold.positions, hold.choice) == (rules[hold.id].position, rules[hold.id].choice)
        assert not hold.positions or hold.choice


def test_every_harm_warns_of_one_rate_and_says_whose_it_is():
    harms = load.default().recover.harm
    assert len(harms) >= 14
    for one in harms:
        assert sum(rate.chosen for rate in one.rate) == 1, one.id
        assert all(rate.sources for rate in one.rate), one.id
        assert one.onset and one.action and one.tell and one.say


def test_the_look_back_names_what_leads_from_a_lot_to_people():
    ids = {one.id for one in load.default().recover.look_back}
    assert {"cartridge-lot", "handpiece", "operator", "topicals", "photographs", "blood-contact"} <= ids

"""What another edition would say of plans and screenings in hand: counted, named, in sentences."""

from dataclasses import replace
from datetime import date, timedelta

import cast
from needlework.loop import impact, plan, screen
from needlework.protocol import load
from needlework.protocol.schema.protocol import Protocol
from needlework.records.editions import Impact
from needlework.records.plan import Goals, Plan

OLD = load.default()
DAY = date(2026, 11, 20)


def planned(who: str = "freya", *, concern: str = "acne-scars", zones: tuple[str, ...] = ("cheeks",),
            edition: Protocol = OLD, **goals: object) -> Plan:  # fmt: skip
    wanted = Goals((concern,), zones, "skinpen-precision", **goals)
    found = plan.propose(wanted, cast.person(who), edition)
    assert isinstance(found, Plan), found
    return found


def meant(new: Protocol, *plans: Plan, old: Protocol = OLD) -> Impact:
    return impact.impact(old, new, plans=[(f"p{n}", one) for n, one in enumerate(plans)], screenings=[])


def capped(zone: str, mm: float) -> Protocol:
    zones = tuple(replace(one, cap_mm=mm) if one.id == zone else one for one in OLD.zones.zone)
    return replace(OLD, zones=replace(OLD.zones, zone=zones))


def with_concern(id_: str, **changed: object) -> Protocol:
    concerns = tuple(replace(one, **changed) if one.id == id_ else one for one in OLD.plan.concern)
    return replace(OLD, plan=replace(OLD.plan, concern=concerns))


def test_the_same_edition_changes_nothing():
    found = impact.impact(OLD, OLD, plans=[("a", planned())], screenings=[("b", cast.answers("freya"), DAY)])
    assert found == Impact(plans=1, screenings=1, consequences=())


def test_nothing_in_hand_is_counted_as_nothing():
    assert impact.impact(OLD, capped("cheeks", 0.1), plans=[], screenings=[]) == Impact(0, 0, ())


def test_only_those_who_would_change_are_named_and_all_are_counted():
    plans = [
        planned(zones=("cheeks",)),
        planned(zones=("forehead",)),
        planned("amara", zones=("cheeks", "chin")),
    ]
    found = meant(capped("cheeks", 0.5), *plans)
    assert (found.plans, [one.who for one in found.consequences]) == (3, ["p0", "p2"])
    assert {one.what for one in found.consequences} == {"plan"}


def test_a_lower_cap_says_the_depth_and_its_wall():
    before = planned()
    (one,) = meant(capped("cheeks", 0.5), before).consequences
    (zone,) = before.zones
    assert one.says == (
        f"{zone.name}: set depth 0.5 mm instead of {zone.set_depth_mm:g} mm.",
        f"{zone.name}: the lowest wall is zone 0.5 mm instead of {zone.wall.name} {zone.wall.limit_mm:g} mm.",
    )


def test_an_interval_and_sessions_are_said_with_their_unit():
    concern = next(one for one in OLD.plan.concern if one.id == "acne-scars")
    new = with_concern("acne-scars", interval_days=concern.interval_days + 7, sessions=concern.sessions + 1)
    (one,) = meant(new, planned()).consequences
    assert (
        f"{concern.interval_days + 7} days between sessions instead of {concern.interval_days}." in one.says
    )
    assert f"{concern.sessions + 1} sessions instead of {concern.sessions}." in one.says


def test_passes_and_their_dose_are_said():
    lines = tuple(
        replace(one, passes=one.passes + 2) if one.concern == "acne-scars" else one
        for one in OLD.plan.technique
    )
    (one,) = meant(replace(OLD, plan=replace(OLD.plan, technique=lines)), planned()).consequences
    assert any(" passes instead of " in says for says in one.says)
    assert any("punctures per cm² instead of" in says for says in one.says)


def test_a_narrower_label_is_said():
    devices = tuple(replace(one, indication=()) for one in OLD.devices.device)
    new = replace(OLD, devices=replace(OLD.devices, device=devices))
    on_label = planned()
    assert on_label.off_label == ()
    (one,) = meant(new, on_label).consequences
    assert one.says[0].startswith("Newly outside the label: SkinPen Precision")
    (back,) = meant(OLD, on_label, old=new).consequences
    assert back.says[0].startswith("No longer outside the label: SkinPen Precision")


def test_a_device_that_is_gone_refuses_the_plan_and_one_that_comes_allows_it():
    gone = tuple(one for one in OLD.devices.device if one.id != "skinpen-precision")
    new = replace(OLD, devices=replace(OLD.devices, device=gone))
    (one,) = meant(new, planned()).consequences
    assert one.says[0].startswith("It would be refused: device: 'skinpen-precision' is not a device")
    (back,) = meant(OLD, planned(), old=new).consequences
    assert back.says == ("It would no longer be refused.",)
    assert meant(new, planned(), old=new).consequences == (), "refused before and after for the same reason"


def test_a_device_more_changes_no_plan():
    more = replace(OLD.devices.device[0], id="another", name="Another")
    new = replace(OLD, devices=replace(OLD.devices, device=(*OLD.devices.device, more)))
    assert meant(new, planned(), planned("kofi")).consequences == ()


def test_a_depth_that_was_asked_for_is_asked_for_again():
    asked = planned(depth_mm={"cheeks": 0.75})
    (one,) = meant(capped("cheeks", 1.0), asked).consequences
    assert all("lowest wall" in says for says in one.says), "the depth stays: it was asked for"
    (one,) = meant(capped("cheeks", 0.5), asked).consequences
    assert "set depth 0.5 mm instead of 0.75 mm" in one.says[0]


# ── screenings ───────────────────────────────────────────────────────────────────────────────────────


def screened(new: Protocol, *people: tuple[str, dict], on: date = DAY, old: Protocol = OLD) -> Impact:
    asked = [(who, cast.answers(who, changed), on) for who, changed in people]
    return impact.impact(old, new, plans=[], screenings=asked)


FILLER = {"filler": True, "filler-on": DAY - timedelta(days=200)}


def with_rule(id_: str, **changed: object) -> Protocol:
    rules = tuple(replace(one, **changed) if one.id == id_ else one for one in OLD.screen.rule)
    assert rules != OLD.screen.rule
    return replace(OLD, screen=replace(OLD.screen, rule=rules))


def longer_wait(days: int) -> Protocol:
    rule = next(one for one in OLD.screen.rule if one.id == "filler-recent")
    when = {
        key: replace(test, within_days=days) if test.within_days is not None else test
        for key, test in rule.when.items()
    }
    return with_rule("filler-recent", when=when)


def test_a_longer_interval_defers_those_whom_it_reaches_until_the_day_it_ends():
    before = screen.assess(cast.answers("freya", FILLER), OLD.screen, on=DAY)
    assert "filler-recent" not in {one.rule for one in before.findings}
    found = screened(longer_wait(365), ("freya", FILLER), ("amara", {}))
    (one,) = found.consequences
    assert (found.screenings, one.who, one.what) == (2, "freya", "screening")
    ends = DAY - timedelta(days=200) + timedelta(days=365)
    assert one.says[0].startswith(f"Wait until {ends.day} {ends:%b %Y} instead of ")
    rule = next(rule for rule in OLD.screen.rule if rule.id == "filler-recent")
    assert f"New finding: {rule.say}" in one.says


def test_a_finding_that_is_gone_is_said():
    (one,) = screened(OLD, ("freya", FILLER), old=longer_wait(365)).consequences
    assert any(says.startswith("No longer found: ") for says in one.says)


def test_a_wait_that_ends_on_another_day_is_said_of_the_finding_and_of_the_verdict():
    ends, later = (DAY - timedelta(days=200) + timedelta(days=days) for days in (365, 400))
    (one,) = screened(longer_wait(400), ("freya", FILLER), old=longer_wait(365)).consequences
    said = f"Wait until {later.day} {later:%b %Y} instead of wait until {ends.day} {ends:%b %Y}."
    assert said in one.says
    assert any(says != said and says.endswith(said) for says in one.says)


def test_a_question_more_is_a_finding_until_somebody_asks_it():
    first = next(one for one in OLD.screen.question if one.kind == "yes-no" and not one.ask_if)
    more = replace(first, id="left-handed", ask="Are you left-handed?", per_zone=False)
    new = replace(OLD, screen=replace(OLD.screen, question=(*OLD.screen.question, more)))
    (one,) = screened(new, ("kofi", {})).consequences
    assert any("Are you left-handed?" in says for says in one.says)


def test_words_alone_change_no_outcome():
    rule = next(one for one in OLD.screen.rule if one.id == "filler-recent")
    new = with_rule("filler-recent", say=f"{rule.say} Indeed.", tell=rule.tell)
    assert screened(new, ("freya", {"filler": True, "filler-on": DAY - timedelta(days=9)})).consequences == ()

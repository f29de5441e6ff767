"""What two editions say differently: file, key, before and after in words. Moving an entry says nothing."""

from dataclasses import replace
from datetime import date
from itertools import islice

import pytest

from needlework.protocol import compare, load
from needlework.protocol.schema.devices import Device, Indication
from needlework.protocol.schema.protocol import Protocol
from needlework.protocol.schema.questions import Condition
from needlework.protocol.schema.recover import Longer
from needlework.records.editions import Difference
from needlework.records.skin import SkinType

ONE = load.default()


def between(other: Protocol) -> list[tuple[str, str, str, str]]:
    """From the edition that ships to another."""
    return [(one.file, one.key, one.before, one.after) for one in compare.differences(ONE, other)]


def with_entries(section: str, key: str, entries: tuple) -> Protocol:
    return replace(ONE, **{section: replace(getattr(ONE, section), **{key: entries})})


def with_first(section: str, key: str, **changed: object) -> Protocol:
    first, *rest = getattr(getattr(ONE, section), key)
    return with_entries(section, key, (replace(first, **changed), *rest))


def test_an_edition_says_nothing_otherwise_than_itself():
    assert between(ONE) == []
    assert between(load.read()) == []


LISTS = [
    (section, name)
    for section in load.SECTIONS
    for name in getattr(ONE, section).__dataclass_fields__
    if isinstance(getattr(getattr(ONE, section), name), tuple)
]


@pytest.mark.parametrize(("section", "key"), LISTS)
def test_moving_entries_is_no_difference(section, key):
    entries = getattr(getattr(ONE, section), key)
    assert between(with_entries(section, key, entries[::-1])) == []
    assert between(with_entries(section, key, (*entries[1:], *entries[:1]))) == []


@pytest.mark.parametrize(("section", "key"), LISTS)
def test_every_entry_taken_away_or_added_is_one_difference(section, key):
    entries = getattr(getattr(ONE, section), key)
    for at, entry in islice(enumerate(entries), 3):
        less = with_entries(section, key, (*entries[:at], *entries[at + 1 :]))
        ((file, where, before, after),) = between(less)
        assert file == f"{section}.toml" and where.startswith(f"{key.replace('_', '-')} (") and after == ""
        assert getattr(entry, "say", getattr(entry, "tell", "")) in before
        ((_, there, was, now),) = [
            (one.file, one.key, one.before, one.after) for one in compare.differences(less, ONE)
        ]
        assert (there, was, now) == (where, "", before)


def test_the_order_of_zones_sources_and_skin_types_is_no_difference():
    line = ONE.plan.technique[0]
    turned = with_first("plan", "technique", zones=line.zones[::-1], sources=line.sources[::-1])
    assert between(turned) == []


def test_numbers_are_said_with_their_unit():
    zone, concern = ONE.zones.zone[0], ONE.plan.concern[0]
    assert between(with_first("zones", "zone", cap_mm=0.2)) == [
        ("zones.toml", f"zone ({zone.id}).cap-mm", f"{zone.cap_mm:g} mm", "0.2 mm")
    ]
    assert between(with_first("zones", "zone", area_cm2=12.5))[0][2:] == (
        f"{zone.area_cm2:g} cm²",
        "12.5 cm²",
    )
    assert between(with_first("plan", "concern", interval_days=1)) == [
        ("plan.toml", f"concern ({concern.id}).interval-days", f"{concern.interval_days} days", "1 day")
    ]


def test_a_waiting_time_stands_under_its_question():
    dated = next(
        (rule, key, test)
        for rule in ONE.screen.rule
        for key, test in rule.when.items()
        if test.within_days is not None
    )
    rule, key, test = dated
    when = {**rule.when, key: Condition(within_days=test.within_days + 10)}
    rules = tuple(replace(one, when=when) if one.id == rule.id else one for one in ONE.screen.rule)
    assert between(with_entries("screen", "rule", rules)) == [
        (
            "screen.toml",
            f"rule ({rule.id}).when.{key}.within-days",
            f"{test.within_days} days",
            f"{test.within_days + 10} days",
        )
    ]


def test_yes_and_no_days_and_whole_sentences():
    topical = ONE.treat.topical[0]
    changed = with_first("treat", "topical", allowed=not topical.allowed, say="Something else.")
    allowed, say = between(changed)
    assert {allowed[2], allowed[3]} == {"yes", "no"}
    assert say[2:] == (topical.say, "Something else.")
    reviewed = replace(ONE.places.reviewed, again=date(2031, 3, 3))
    other = replace(ONE, places=replace(ONE.places, reviewed=reviewed))
    ((file, key, _, after),) = between(other)
    assert (file, key, after) == ("places.toml", "reviewed.again", "3 Mar 2031")


def test_a_device_more_is_one_difference_that_tells_all_of_it():
    line = Indication("wrinkles", ("neck",), (SkinType.I, SkinType.II), 22, ())
    pen = Device("pen", "Pen", "Leaf", 1.5, "Page 4.", (), "house", (line,), range_mm=(0.2, 2.0), needles=12)
    ((file, key, before, after),) = between(with_entries("devices", "device", (*ONE.devices.device, pen)))
    assert (file, key, before) == ("devices.toml", "device (pen)", "")
    for part in ("name: Pen", "evaluated-mm: 1.5 mm", "range-mm: 0.2 to 2 mm", "needles: 12",
                 "concern: wrinkles", "skin-types: I, II", "age-from: 22 years"):  # fmt: skip
        assert part in after


def test_a_technique_that_loses_a_zone_is_the_same_technique_changed():
    line = next(one for one in ONE.plan.technique if len(one.zones) > 1)
    rest = tuple(one for one in ONE.plan.technique if one is not line)
    less = replace(line, zones=line.zones[1:], depth_mm=0.3)
    found = between(with_entries("plan", "technique", (*rest, less)))
    assert {key.rpartition(".")[2] for _, key, *_ in found} == {"zones", "depth-mm"}
    assert all(key.startswith(f"technique ({line.concern}: ") for _, key, *_ in found)


def test_the_side_that_is_followed_can_change():
    rule = next(one for one in ONE.screen.rule if len(one.position) > 1)
    sides = tuple(replace(side, chosen=not side.chosen) for side in rule.position[:2])
    position = (*sides, *rule.position[2:])
    rules = tuple(replace(one, position=position) if one is rule else one for one in ONE.screen.rule)
    found = between(with_entries("screen", "rule", rules))
    assert len(found) == 2 and all(key.endswith(").chosen") for _, key, *_ in found)
    assert all({before, after} == {"yes", "no"} for *_, before, after in found)


def test_entries_without_a_name_are_told_apart_by_what_they_say():
    hold = ONE.recover.hold[0]
    long = (Longer(until_h=48, from_mm=1.0), Longer(until_h=72, skin_types=(SkinType.VI,)))
    before = replace(hold, longer=long)
    after = replace(hold, longer=(replace(long[1], until_h=96.0), long[0]))
    old = with_entries("recover", "hold", (before, *ONE.recover.hold[1:]))
    new = with_entries("recover", "hold", (after, *ONE.recover.hold[1:]))
    key = f"hold ({hold.id}).longer (skin-types: VI).until-h"
    assert compare.differences(old, new) == (Difference("recover.toml", key, "72 hours", "96 hours"),)


def test_a_citation_is_its_key_and_what_a_source_is_is_said_once():
    key, source = next((key, one) for key, one in ONE.sources.items())
    other = replace(ONE, sources={**ONE.sources, key: replace(source, title="Another title")})
    assert between(other) == [("sources.toml", f"{key}.title", source.title, "Another title")]
    less = replace(ONE, sources={name: one for name, one in ONE.sources.items() if name != key})
    ((file, where, before, after),) = between(less)
    assert (file, where, after) == ("sources.toml", key, "") and source.title in before


def test_the_head_of_a_copy_and_the_order_of_the_files():
    edition = replace(ONE.edition, id="leaf", based_on=ONE.edition.mark, digest="0" * 64)
    zone, *rest = ONE.zones.zone
    rule, *rules = ONE.screen.rule
    other = replace(
        ONE,
        edition=edition,
        zones=replace(ONE.zones, zone=(replace(zone, cap_mm=0.1), *rest), edition="leaf-00000000"),
        screen=replace(ONE.screen, rule=(replace(rule, say="Otherwise."), *rules), edition="leaf-00000000"),
    )
    found = compare.differences(ONE, other)
    assert [(one.file, one.key) for one in found] == [
        ("edition.toml", "id"),
        ("edition.toml", "based-on"),
        ("screen.toml", f"rule ({rule.id}).say"),
        ("zones.toml", f"zone ({zone.id}).cap-mm"),
    ]
    assert list(compare.by_file(found)) == ["edition.toml", "screen.toml", "zones.toml"]


@pytest.mark.parametrize(
    ("value", "key", "words"),
    [
        (182, "within-days", "182 days"), (1, "interval-days", "1 day"), (1.0, "cap-mm", "1 mm"),
        ((0.0, 2.5), "range-mm", "0 to 2.5 mm"), ((14, 28), "published-interval-days", "14 to 28 days"),
        (24.0, "until-h", "24 hours"), (1.0, "until-h", "1 hour"), (30.0, "ita-below-deg", "30°"),
        (100.0, "speed-cm-per-s", "100 cm/s"), ((100.0, 150.0), "strokes-per-s", "100 to 150 per second"),
        (22, "age-from", "22 years"), (4, "sessions", "4"), (True, "allowed", "yes"), (False, "x", "no"),
        (None, "x", ""), ((), "zones", ""), ("", "note", ""), (("a", "b"), "zones", "a, b"),
        (date(2027, 3, 3), "again", "3 Mar 2027"), (SkinType.IV, "x", "IV"),
        (Condition(equals=True), "when.x", "equals: yes"),
        (Condition(within_days=28), "when.x", "within-days: 28 days"),
        ((1.0, 2.0), "published-per-cm2", "1 to 2 per cm²"),
    ],
)  # fmt: skip
def test_words(value, key, words):
    assert compare.words(value, key) == words

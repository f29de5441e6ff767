"""The words of a consent, for whom they change, and what keeps them the same."""

import pytest

import cast
from needlework.loop import consent, plan
from needlework.protocol import load
from needlework.records.plan import Goals

PROTOCOL = load.default()


def words(who="freya", device="skinpen-precision", zones=("cheeks", "forehead"), **said):
    goals = Goals(concerns=("acne-scars",), zones=zones, device=device)
    made = plan.propose(goals, cast.person(who), PROTOCOL)
    return consent.compose(made, PROTOCOL, planner="Ines Duarte", **said), made


def test_every_known_harm_is_said_with_its_sources():
    text, _made = words()
    risks = next(part for part in text.sections if part.id == "risks")
    said = {line.head: line for line in risks.lines}
    for harm in PROTOCOL.recover.harm:
        assert said[harm.title].text == harm.tell
        assert said[harm.title].sources == tuple(source.key for source in harm.sources)


def test_every_zone_says_its_depth_and_its_wall():
    text, made = words()
    what = {line.head: line.text for line in text.sections[0].lines}
    for zone in made.zones:
        assert f"set to {zone.set_depth_mm:g} mm" in what[zone.name]
        assert f"{zone.wall.limit_mm:g} mm" in what[zone.name]


def test_the_same_words_are_the_same_bytes_and_come_back_whole():
    text, _made = words()
    again, _again = words()
    assert consent.exact(text) == consent.exact(again)
    assert consent.restored(consent.exact(text)) == text
    assert len(consent.digest(consent.exact(text))) == 64


def test_another_zone_is_another_text_and_the_difference_is_said():
    before, _made = words()
    after, _after = words(zones=("cheeks",))
    assert consent.digest(consent.exact(before)) != consent.digest(consent.exact(after))
    gone, came = consent.differences(before, after)
    assert any(one.startswith("Forehead: ") for one in gone) and came


@pytest.mark.parametrize("reason", ["She asked for it.", ""])
def test_outside_the_label_is_said_plainly_with_the_reason(reason):
    made = plan.propose(
        Goals(concerns=("texture",), zones=("cheeks",), device="skinpen-precision"),
        cast.person("freya"),
        PROTOCOL,
    )
    assert made.off_label
    text = consent.compose(made, PROTOCOL, planner="x", off_label_reason=reason)
    label = next(part for part in text.sections if part.id == "label")
    said = " ".join(line.text for line in label.lines)
    assert "off-label" in said and (reason in said)
    for why in made.off_label:
        assert why in said


def test_nothing_in_braces_is_left_open():
    for who in ("freya",):
        text, _made = words(who)
        assert "{" not in "".join(line.text for part in text.sections for line in part.lines)

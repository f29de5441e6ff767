"""What a number or a text of an edition can be at all."""

import re

import pytest

from needlework.protocol import check, load
from needlework.protocol.checks import reach


def faults(file, pattern, new):
    """What is said of the edition that ships with the first match of a pattern changed."""
    text, count = re.subn(pattern, new, load.files()[file].decode(), count=1)
    assert count == 1, f"{file} no longer holds {pattern}"
    return [*reach.beyond(load.parse({**load.files(), file: text.encode()}))]


def test_the_edition_that_ships_lies_within():
    assert [*reach.beyond(load.default())] == []


@pytest.mark.parametrize(
    ("file", "pattern", "new"),
    [
        ("screen.toml", r"\{ within-days = \d+", "{ within-days = 1000000000"),
        ("screen.toml", r"\{ within-days = \d+", "{ within-days = 0"),
        ("recover.toml", r"next-session-days = \d+", "next-session-days = 1000000000"),
        ("recover.toml", r"until-h = [\d.]+", "until-h = 1e300"),
        ("devices.toml", r"step-mm = [\d.]+", "step-mm = -1.0"),
        ("devices.toml", r"needles = \d+", "needles = 1000000000"),
        ("learn.toml", r"(\[\[trial.effect\]\](?:\n\w.*)*?\npeople = )\d+", r"\g<1>0"),
        ("plan.toml", r"published-per-cm2 = \[.+?\]", "published-per-cm2 = [0.0, 0.0]"),
        ("treat.toml", r"(percent = \{ \w+ = )[\d.]+", r"\g<1>1e9"),
    ],
)
def test_a_slip_of_the_hand_is_named_before_anything_is_reckoned_with_it(file, pattern, new):
    found = faults(file, pattern, new)
    assert found and {one.file for one in found} == {file}
    assert all("which cannot be" in one.problem for one in found)


@pytest.mark.parametrize("letter", ["\\u0000", "\\u0007", "\\u202e", "\\u2066"])
def test_a_text_that_does_not_read_as_it_stands_is_named(letter):
    (found,) = faults("devices.toml", r'\nname = "', rf'\nname = "{letter}'.replace("\\u", "\\\\u"))
    assert (found.file, found.problem) == ("devices.toml", "holds a character that nobody can see")


def test_questions_that_hang_on_each_other_are_told_and_not_followed_for_ever():
    question = '\n[[question]]\nid = "{}"\ntopic = "t"\nask = "a"\nkind = "yes-no"\nask-if = {{ {} = {{ equals = true }} }}\n'  # noqa: E501
    rule = '\n[[rule]]\nid = "r"\nwhen = { qa = { equals = true } }\nthen = "caution"\nsay = "s"\ntell = "t"\nbasis = "house"\n'  # noqa: E501
    files = load.files()
    files["screen.toml"] += (question.format("qa", "qb") + question.format("qb", "qa") + rule).encode()
    found = check.check(load.parse(files))
    assert "question (qa).ask-if.qb" in {one.key for one in found}


@pytest.mark.parametrize("id_", ["", "<b>", "a b", "a/b", "x" * 81])
def test_an_id_that_no_address_or_column_can_hold_is_named(id_):
    text = re.sub(
        r'(\[\[device\]\]\nid = )"[^"]*"', rf'\g<1>"{id_}"', load.files()["devices.toml"].decode(), count=1
    )
    found = check.check(load.parse({**load.files(), "devices.toml": text.encode()}))
    assert "has an id that cannot be used" in {one.problem for one in found}


def test_a_file_of_a_thousand_wrong_citations_is_answered_without_a_guess_for_each():
    wrong = ", ".join(f'"NOBODY-{n}"' for n in range(1000))
    text = re.sub(r"sources = \[.*?\]", f"sources = [{wrong}]", load.files()["screen.toml"].decode(), count=1)
    with pytest.raises(load.Faulty) as told:
        load.parse({**load.files(), "screen.toml": text.encode()})
    assert len(told.value.faults) == 1000
    assert {one.fix for one in told.value.faults[load.MOST_GUESSES :]} == {"add the source"}


def test_a_whole_number_longer_than_toml_has_them_is_no_crash():
    files = load.files()
    for number in ("9" * 400, "0x" + "f" * 9000):
        text = re.sub(r"area-cm2 = [\d.]+", f"area-cm2 = {number}", files["zones.toml"].decode(), count=1)
        with pytest.raises(load.Faulty, match="longer than 64 bits"):
            load.parse({**files, "zones.toml": text.encode()})


def test_what_runs_from_fast_to_slow_is_named():
    (found,) = faults("devices.toml", r"strokes-per-s = \[.+?\]", "strokes-per-s = [500.0, 1.0]")
    assert found.problem == "runs from 500 to 1"

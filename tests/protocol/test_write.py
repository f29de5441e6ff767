"""What is written is read back the same, whatever its text holds."""

import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlework.protocol import compare, load, write
from needlework.protocol.schema.devices import Device, Drum, Indication
from needlework.records.skin import SkinType

HOSTILE = [
    'a "quote"', "back\\slash", "'''", '"""', "line\nbreak", "\r\n", "\ttab", "\x00\x01\x1f", "\x7f", "\x85",
    "\u2028\u2029", "😀", "# no comment", '"]\n[[device]]\nid = "x"', "\\u0041", "{}", "", " ",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_text(text):
    assert tomllib.loads(f"a = {write.toml(text)}") == {"a": text}
    assert "\n" not in write.toml(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_text(text):
    assert tomllib.loads(f"a = {write.toml(text)}") == {"a": text}


@given(st.one_of(st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.dates()))
def test_any_number_and_day_is_read_back(value):
    assert tomllib.loads(f"a = {write.toml((value,))}") == {"a": [value]}


@pytest.mark.parametrize("value", ["\ud800", float("nan"), float("inf"), None, object()])
def test_what_no_file_can_hold_is_refused(value):
    with pytest.raises(ValueError):
        write.toml(value)


@pytest.mark.parametrize("text", [one for one in HOSTILE if one.strip()])
def test_a_device_is_read_back_as_it_was(text):
    line = Indication("wrinkles", ("neck",), (SkinType.I, SkinType.VI), 22, (), says=text)
    device = Device(
        "own", text, text, 1.5, text, (), "house", (line, line), kind="roller", cleared=False, needles=192,
        range_mm=(0.5, 1.5), drum=Drum(2.0, 2.5), step_mm=0.25, note=text,
    )  # fmt: skip
    made = load.parse(write.with_device(load.files(), device))
    assert made.devices.device == (*load.default().devices.device, device)


def test_a_copy_says_what_it_is_based_on_and_nothing_else_changes():
    origin = load.default()
    files = write.copied(
        load.files(), origin.edition, id="leaf", title='Leaf "1"', note="Ours.", on=date(2026, 12, 1)
    )
    made = load.parse(files)
    assert (made.edition.id, made.edition.title, made.edition.based_on) == (
        "leaf", 'Leaf "1"', origin.edition.mark
    )  # fmt: skip
    assert {one.file for one in compare.differences(origin, made)} == {"edition.toml"}
    assert {name for name in files if files[name] != load.files()[name]} == {"edition.toml"}

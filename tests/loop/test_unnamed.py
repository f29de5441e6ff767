"""Free words without the names in them."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlework.loop.unnamed import without, without_names

ADA = ["Ada Lindqvist", "Dr Tomas Okafor"]


def test_names_go_whole_and_in_part_in_any_case():
    told = without("LINDQVIST fainted. Ada's husband called Dr. Okafor, not Tom.", ADA)
    assert told.text == "[name] fainted. [name]'s husband called Dr. [name], not Tom."
    assert told.found == ("LINDQVIST", "Ada", "Okafor")


def test_accents_hide_nobody():
    assert without("Müller, MULLER and Mu\u0308ller", ["Jo Muller"]).text == "[name], [name] and [name]"


def test_a_name_within_a_word_is_left_in_it():
    assert without("The adaptor was cold.", ADA).text == "The adaptor was cold."


def test_a_hyphened_name_is_taken_out_by_its_parts():
    assert without("Smith-Jones and Jones", ["Eve Smith-Jones"]).text == "[name]-[name] and [name]"


def test_numbers_dates_phones_and_mail_go():
    told = without("N-0012, born 12.5.1986 (1986-05-12), +44 20 7946 0001, ada@example.org", [])
    assert told.text == "[number], born [date] ([date]), [phone], [mail]"


def test_depths_lots_and_doses_stay():
    text = "Set 1.5 mm, 2 passes, lot L2026-77, 400 per cm², 10 g for 45 min at 38.5 °C."
    assert without(text, ADA) == (text, ())


def test_a_particle_alone_names_nobody():
    assert without("one van of the clinic", ["Ann van der Berg"]).text == "one van of the clinic"


@given(
    st.text(max_size=80), st.lists(st.sampled_from(["Ada", "Lindqvist", "Okafor", "Zoë", "Ng"]), max_size=6)
)
def test_no_wanted_name_is_left_whatever_stands_around_it(around, names):
    text = around + " " + " and ".join(names) + "."
    left = set(re.findall(r"[^\W\d_]+", without(text, ["Ada Lindqvist", "Okafor", "Zoë Ng"]).text))
    assert not left & {"Ada", "Lindqvist", "Okafor", "Zoë", "Ng"}


@given(st.text(max_size=200))
def test_what_names_nobody_and_holds_no_number_stays(text):
    plain = re.sub(r"[\d@]", "", text)
    assert without(plain, []).text == unicodedata.normalize("NFC", plain)


HIDDEN = [
    "A\u200bda", "L\u00adindqvist", "\u0410d\u0430", "\uff21\uff44\uff41", "Ad\u0338a", "A d a",
    "L-i-n-d-q-v-i-s-t", "Adas", "AdaLindqvist", "lindqvist_ada", "ADA2", "Okafors",
]  # fmt: skip


@pytest.mark.parametrize("written", HIDDEN)
def test_a_name_is_found_however_it_is_hidden(written):
    told = without(f"Then {written} fainted.", ADA)
    assert re.sub(r"[\W\d_]|name", "", told.text) == "Thenfainted" and told.found


@pytest.mark.parametrize(
    "name, written",
    [("Jo Müller", "Mueller"), ("Jo Mueller", "Müller"), ("Per Sørensen", "Soerensen"),
     ("王小明", "患者王小明晕倒"), ("王小明", "小明晕倒"), ("김민수", "김민수는")],
)  # fmt: skip
def test_a_name_is_found_in_other_spellings_and_without_spaces(name, written):
    assert "[name]" in without(written, [name]).text and name not in without(written, [name]).text


@pytest.mark.parametrize(
    "written",
    ["12 May 1986", "May 12th, 1986", "12. Mai 1986", "12 . 5 . 1986", "44.20.7946.0001",
     "(0)20 - 7946 - 0001", "N\u20110012", "N 0012", "ada\uff20example.org"],
)  # fmt: skip
def test_a_date_a_phone_and_a_number_are_found_in_other_ways_to_write_them(written):
    assert not re.search(r"\d|ada", without(f"See {written} there.", []).text)


def test_a_lot_stays_where_only_names_are_looked_for():
    assert without_names("lot 12345678 of Ada", ADA).text == "lot 12345678 of [name]"

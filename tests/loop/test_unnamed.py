"""Free words without the names in them."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from needlework.loop.unnamed import without

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

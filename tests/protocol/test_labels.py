"""
The labels as their documents print them, against the edition that ships.

The tables are written out from the clearances, not read from devices.toml: a line changed there by mistake
fails here. Every device is asked about every concern with a label, in every zone that a label names and one
that none does, for all six skin types on both sides of the youngest age.
"""

from itertools import product

import pytest

from needlework.loop import label
from needlework.protocol import load
from needlework.records.plan import Person
from needlework.records.skin import Sex, SkinType

FACE = ("forehead", "glabella", "temples", "nose", "cheeks", "upper-lip", "chin", "jawline")
"""How this edition reads "facial": the zones of the face, but for the skin around the eyes."""

ALL = ("I", "II", "III", "IV", "V", "VI")
YOUNGEST = 22
"""The age from which every clearance that was read speaks."""

LABELS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    # device, concern, zones, skin types                                          document
    ("skinpen-precision", "acne-scars", FACE, ALL),                             # DEN160029, K202243
    ("skinpen-precision", "wrinkles", ("neck",), ("II", "III", "IV")),          # K202243
    ("exceed", "wrinkles", ("glabella", "periorbital", "cheeks"), ("I", "II", "III")),  # K180778
    ("exceed", "acne-scars", FACE, ("I", "II", "III", "IV")),                   # K182407
    ("exceed-unlimited", "wrinkles", ("glabella", "periorbital", "cheeks"), ("I", "II", "III")),  # K233709
    ("exceed-unlimited", "acne-scars", FACE, ("I", "II", "III", "IV")),         # K233709
    ("rejuvapen-nxt", "wrinkles", ("periorbital",), ("I", "II", "III", "IV")),  # K192138
    ("skinstylus-sterilock", "other-scars", ("abdomen",), ALL),                 # K200044, no limit seen
    ("dr-pen", "acne-scars", FACE, ALL),                                        # K230420, no limit seen
    ("pro-pen", "acne-scars", FACE, ALL),                                       # K243800, no limit seen
)  # fmt: skip

UNCLEARED = ("dermapen-4", "roller-standard", "roller-mf8")
CLEARED = tuple(dict.fromkeys(device for device, *_ in LABELS))
CONCERNS = ("acne-scars", "wrinkles", "other-scars", "texture")
"""The three that labels speak of, and one that none does."""
ZONES = (*FACE, "periorbital", "neck", "abdomen", "scalp")
"""Every zone that a label names, and the scalp, which none does."""

EDITION = load.default()
DEVICE = {device.id: device for device in EDITION.devices.device}
CONCERN = {concern.id: concern for concern in EDITION.plan.concern}
ZONE = {zone.id: zone for zone in EDITION.zones.zone}


def labelled(device: str, concern: str, zone: str) -> tuple[str, ...]:
    """The skin types for which a label covers this, from the table above."""
    lines = [
        types for name, what, zones, types in LABELS if (name, what) == (device, concern) and zone in zones
    ]
    return lines[0] if lines else ()


def why(device: str, concern: str, zone: str, skin_type: str, age_years: int) -> tuple[str, ...]:
    """What the program says against this use."""
    person = Person(age_years, Sex.UNSURE, SkinType(skin_type))
    return label.off_label(ZONE[zone], CONCERN[concern], DEVICE[device], person)


@pytest.mark.parametrize(
    ("device", "concern", "zone"), list(product((*CLEARED, *UNCLEARED), CONCERNS, ZONES))
)
def test_a_use_is_on_label_exactly_where_the_label_says(device, concern, zone):
    types = labelled(device, concern, zone)
    for skin_type, age_years in product(ALL, (YOUNGEST - 1, YOUNGEST)):
        on_label = skin_type in types and age_years >= YOUNGEST
        reasons = why(device, concern, zone, skin_type, age_years)
        assert (reasons == ()) is on_label, (skin_type, age_years, reasons)


@pytest.mark.parametrize(
    ("device", "concern", "zone", "skin_type", "age_years", "reasons"),
    [
        ("skinpen-precision", "acne-scars", "cheeks", "VI", 22, ()),
        ("skinpen-precision", "acne-scars", "cheeks", "VI", 21,
         ("SkinPen Precision is labelled from 22 years of age.",)),
        ("skinpen-precision", "wrinkles", "neck", "V", 40,
         ("SkinPen Precision is labelled for wrinkles and fine lines on skin types II, III, IV, not V.",)),
        ("exceed", "wrinkles", "glabella", "IV", 40,
         ("Exceed is labelled for wrinkles and fine lines on skin types I, II, III, not IV.",)),
        ("exceed", "acne-scars", "chin", "IV", 40, ()),
        ("rejuvapen-nxt", "wrinkles", "periorbital", "IV", 40, ()),
        ("rejuvapen-nxt", "acne-scars", "cheeks", "II", 40,
         ("Rejuvapen NXT is not labelled for acne scars.",)),
        ("skinstylus-sterilock", "other-scars", "abdomen", "V", 40, ()),
        ("skinstylus-sterilock", "other-scars", "cheeks", "V", 40,
         ("SkinStylus SteriLock is not labelled for other scars on the cheeks.",)),
        ("dermapen-4", "acne-scars", "cheeks", "II", 40,
         ("No clearance was found for Dermapen 4: every use of it is outside a label.",)),
        ("roller-mf8", "acne-scars", "cheeks", "II", 40,
         ("No clearance was found for Roller MF8: every use of it is outside a label.",)),
    ],
)  # fmt: skip
def test_why_a_use_is_off_label_is_said(device, concern, zone, skin_type, age_years, reasons):
    assert why(device, concern, zone, skin_type, age_years) == reasons


def test_the_tables_hold_every_device_and_every_line_that_ships():
    assert set(DEVICE) == {*CLEARED, *UNCLEARED}
    assert {(device.id, line.concern) for device in DEVICE.values() for line in device.indication} == {
        (device, concern) for device, concern, *_ in LABELS
    }
    assert sum(len(device.indication) for device in DEVICE.values()) == len(LABELS)


@pytest.mark.parametrize("device", UNCLEARED)
def test_a_device_without_a_clearance_says_so_and_has_no_label(device):
    assert not DEVICE[device].cleared
    assert DEVICE[device].indication == ()


@pytest.mark.parametrize("device", CLEARED)
def test_a_cleared_device_is_marked_so(device):
    assert DEVICE[device].cleared


@pytest.mark.parametrize("zone", [zone for zone in ZONE if zone not in ZONES])
def test_a_zone_that_no_label_names_is_off_label_with_every_device(zone):
    for device, concern in product(DEVICE, CONCERN):
        assert why(device, concern, zone, "III", 40), (device, concern)


@pytest.mark.parametrize("concern", [concern for concern in CONCERN if concern not in CONCERNS])
def test_a_concern_that_no_label_names_is_off_label_with_every_device(concern):
    for device, zone in product(DEVICE, ZONE):
        assert why(device, concern, zone, "III", 40), (device, zone)

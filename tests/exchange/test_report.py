"""The report of a pair: what it says, that it is sound as a file, and that no words can break it."""

import io
import json
import re
from dataclasses import replace
from datetime import date

import pytest
import typst
from PIL import Image

from needlework.exchange import report
from needlework.exchange.report import Circumstances, Picture, shape
from needlework.exchange.report.words import ENGLISH
from needlework.records.measure import WHOLE, Change, Comparison, Discord, Likeness, Trend
from needlework.records.why import Reason, Refusal

ON = date(2027, 4, 21)
TITLES = {"redness": "Redness", "pores": "Pores", "texture": "Texture"}
ABOUT = Circumstances(ON, "2026.1", TITLES, discord=Discord(0.02, 0.05, 0.01, 0.04, 0.01, 0.6, 0.3))
HOSTILE = (
    '#panic("x")', "*bold* _x_ $ y $", "#set page(fill: red)", "<a> @b [c] \\ `raw` // d /* e", "= Heading",
    "خد أيسر", "左脸 😀", "W" * 300, "a\u202eb\x00\ud800", "{person} %s {0.__class__}", "",
)  # fmt: skip


def change(zone: str = "cheek", measure: str = "redness", moved: float = -0.06) -> Change:
    trend = Trend.NO_DETECTABLE_CHANGE
    if abs(moved) > 0.03:
        trend = Trend.IMPROVED if moved < 0 else Trend.WORSE
    interval = (moved - 0.02, moved + 0.02)
    return Change(zone, measure, "OD", 0.5, 0.5 + moved, moved, interval, 0.03, trend)


def compared(*changes: Change, reasons: tuple[Reason, ...] = ()) -> Comparison:
    likeness = (
        Likeness("lighting", "Lighting", True, "Alike."),
        Likeness("views", "Views", False, "One view.", "Take three."),
        Likeness("styling", "Make-up and styling", None, "Not seen."),
    )
    return Comparison("pair-2", True, reasons, changes, True, likeness, (None, 42), "card")


def refused() -> Comparison:
    reason = Reason("pair.light", "The light comes from another side.", "Use the same lamp.")
    return replace(compared(reasons=(reason,)), comparable=False)


def jpeg(red: int = 200) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 80), (red, 150, 120)).save(out, "JPEG")
    return out.getvalue()


def pictures() -> tuple[Picture, Picture]:
    before, after = date(2027, 1, 14), date(2027, 4, 20)
    return Picture(jpeg(), before, "IMG_1.JPG", "ab" * 32), Picture(jpeg(180), after, "IMG_2.JPG", "cd" * 32)


def written(comparison: Comparison, about: Circumstances = ABOUT, **more: object) -> bytes:
    made = report.write(comparison, about, **({"pictures": pictures()} | more))  # type: ignore[arg-type]
    assert isinstance(made, bytes), made
    return made


def pages(file: bytes) -> int:
    return int(re.findall(rb"NPages>(\d+)<", file)[0])


def said(comparison: Comparison, about: Circumstances = ABOUT) -> dict[str, object]:
    return shape.plain(comparison, about, pictures(), words=ENGLISH)


# ── what it says ─────────────────────────────────────────────────────────────────────────────────────


def test_what_changed_comes_first_and_only_what_is_sure_is_called_a_change() -> None:
    seen = said(
        compared(change(), change(measure="pores", moved=0.01), change(measure="texture", moved=0.05))
    )
    assert [(line["head"], line["rest"]) for line in seen["summary"]] == [  # type: ignore[attr-defined]
        ("Better:", "Redness"),
        ("Worse:", "Texture"),
        ("No change that we could be sure of:", "Pores"),
    ]


def test_nothing_changed_is_one_sentence() -> None:
    seen = said(compared(change(moved=0.01), change("chin", moved=-0.01)))
    assert [line["head"] for line in seen["summary"]] == ["No change that we could be sure of."]  # type: ignore[attr-defined]


def test_zones_are_named_where_only_some_changed() -> None:
    zones = [change(zone, moved=-0.06 if zone != "nose" else 0.0) for zone in ("cheek", "chin", "nose")]
    (better, rest) = said(compared(*zones))["summary"]  # type: ignore[misc]
    assert better["rest"] == "Redness (cheek, chin)"
    assert rest["rest"] == "everything else that was measured"
    many = [change(f"zone {number}") for number in range(9)] + [change("chin", moved=0.0)]
    assert said(compared(*many))["summary"][0]["rest"] == "Redness (9 places)"  # type: ignore[index]


def test_a_bar_has_everything_at_its_place() -> None:
    (one,) = said(compared(change()))["changes"]  # type: ignore[misc]
    bar = one["bar"]
    assert bar["low"] < bar["point"] < bar["high"] < bar["band_low"] < 50 < bar["band_high"]
    assert bar["point"] - bar["low"] == pytest.approx(bar["high"] - bar["point"], abs=0.02)
    assert (one["number"], one["interval"]) == ("−0.060", "[−0.080 … −0.040]")


def test_a_pair_that_cannot_be_compared_has_no_numbers_of_change() -> None:
    seen = said(replace(refused(), changes=(change(),)))
    assert (seen["title"], seen["summary"], seen["changes"]) == (ENGLISH["title-not"], [], [])
    assert seen["reasons"] == ["The light comes from another side. Use the same lamp."]


def test_zones_that_could_not_be_read_are_told_in_one_line() -> None:
    silent = tuple(
        Reason(f"zone.{zone}.{measure}", f"In “{zone}” too little skin is seen.", "Draw it larger.")
        for zone, measure in (
            ("chin", "pores"),
            ("nose.left", "pores"),
            ("chin", "redness"),
            ("nose.left", "redness"),
            ("chin", "texture"),
        )
    )
    other = Reason("zone.left temple", "It is covered by hair.", "Show it.")
    first, second = said(compared(change(), reasons=(*silent, other)))["reasons"]  # type: ignore[misc]
    assert first == "It is covered by hair. Show it."
    assert second.endswith(": Pores; Redness (chin, nose.left) · Texture (chin). Draw it larger.")


def test_a_colleague_finds_all_that_is_needed_to_check() -> None:
    seen = said(compared(change(WHOLE)), replace(ABOUT, mm_per_px=0.08, scale_from="the card"))
    facts = dict(seen["facts"])  # type: ignore[call-overload]
    assert facts["Method"] == "pair-2" and facts["Protocol"] == "2026.1"
    assert facts["Scale"] == "0.08 mm per pixel of the earlier photograph, from the card"
    assert facts["Zones"] == "whole skin area"
    assert "a card" in facts["Colour against"] and "default" in facts["Noise"]
    assert "turn 0.6°" in facts["Apart in"]
    assert facts["Files (SHA-256)"] == f"{'ab' * 32} IMG_1.JPG\n{'cd' * 32} IMG_2.JPG"
    assert [item["word"] for item in seen["items"]] == ["met", "not met", "cannot be told"]  # type: ignore[attr-defined]


def test_days_since_treatment_stand_under_the_photograph() -> None:
    for days, words in (
        (0, "the day of a session"),
        (1, "1 day after a session"),
        (42, "42 days after a session"),
    ):
        seen = said(replace(compared(change()), days_since=(None, days)))
        assert [one["when"] for one in seen["pictures"]] == ["14 Jan 2027", f"20 Apr 2027, {words}"]  # type: ignore[attr-defined]


def test_a_caution_stands_above_the_photographs() -> None:
    early = replace(ABOUT, cautions=("Skin may still be swollen.", " "))
    assert said(compared(change()), early)["cautions"] == ["Skin may still be swollen."]
    assert written(compared(change()), early) != written(compared(change()))


def test_nobody_is_named_unless_asked() -> None:
    assert said(compared(change()))["under"] == ["21 Apr 2027"]
    named = replace(ABOUT, person="Ines", clinic="Canal")
    assert said(compared(change()), named)["under"] == ["For Ines", "From Canal", "21 Apr 2027"]


# ── the file ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_pair_is_the_same_bytes() -> None:
    assert written(compared(change())) == written(compared(change()))
    assert written(compared(change())) != written(compared(change(moved=-0.07)))


@pytest.mark.parametrize("paper", ["a4", "us-letter"])
@pytest.mark.parametrize("comparison", [compared(change(), change("chin", "pores", 0.01)), refused()])
def test_a_pair_is_one_tagged_page_to_keep(comparison: Comparison, paper: str) -> None:
    file = written(comparison, paper=paper)
    assert file.startswith(b"%PDF-1.7") and pages(file) == 1
    assert b"<pdfuaid:part>1<" in file and b"<pdfaid:part>2<" in file
    assert b"CreationDate(D:20270421" in file and report.MARK in file


def test_eight_measures_in_two_zones_fit_one_page_and_more_flow_on() -> None:
    sixteen = [change(zone, f"measure {number}") for zone in ("cheek", "chin") for number in range(8)]
    assert [pages(written(compared(*sixteen), paper=paper)) for paper in ("a4", "us-letter")] == [1, 1]
    many = [change(f"zone {zone}", f"measure {number}") for zone in range(12) for number in range(8)]
    assert 2 <= pages(written(compared(*many))) <= 3


def test_photographs_can_be_left_out() -> None:
    assert pages(written(compared(change()), pictures=(Picture(), Picture()))) == 1
    assert pages(written(refused(), pictures=(Picture(), Picture(jpeg())))) == 1


def test_what_is_no_picture_is_refused() -> None:
    letter = report.write(compared(change()), ABOUT, pictures=(Picture(), Picture(b"a letter")))
    assert isinstance(letter, Refusal) and [one.key for one in letter.reasons] == ["pictures.after"]
    cut = report.write(compared(change()), ABOUT, pictures=(Picture(jpeg()[:30]), Picture()))
    assert isinstance(cut, Refusal) and cut.reasons[0].do


# ── any words ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", HOSTILE)
def test_words_are_words_and_never_markup(text: str) -> None:
    comparison = compared(
        change(text), change(text, "pores"), reasons=(Reason("k", text, text), Reason("k", "Plain.", ""))
    )
    about = Circumstances(
        ON, text, {"redness": text}, person=text, clinic=text, scale_from=text, mm_per_px=0.1
    )
    shots = (Picture(None, ON, text, text), Picture(jpeg(), ON, text, text))
    assert pages(written(comparison, about, pictures=shots)) <= 2


def test_what_the_page_sets_is_what_was_given() -> None:
    """Asked of typst itself: the notes stand in the document letter by letter."""
    notes = HOSTILE[:5]
    reasons = tuple(Reason("k", text, "Do.") for text in notes)
    data = shape.plain(compared(change(), reasons=reasons), ABOUT, (Picture(), Picture()), words=ENGLISH)
    found = typst.query(
        report.TEMPLATE.read_bytes(), "list", sys_inputs={"data": json.dumps(data | {"paper": "a4"})}
    )
    for text in notes:
        assert json.dumps(f"{text} Do.") in found


def test_invisible_signs_and_endless_words_do_not_reach_the_page() -> None:
    assert shape.clean("a\u202eb\u2066\x00\ud800\n c") == "ab c"
    assert shape.clean("می‌خواهم") == "می‌خواهم", "a joiner belongs to the word"
    broken = shape.clean("W" * 100)
    assert broken.replace("\u200b", "") == "W" * 100 and len(max(broken.split("\u200b"), key=len)) == 1
    assert len(shape.clean("word " * 500)) <= shape.TEXT_MAX


def test_every_word_of_the_page_is_in_the_table() -> None:
    template = report.TEMPLATE.read_text()
    assert set(re.findall(r"words\.([a-z]+(?:-[a-z]+)*)", template)) <= set(ENGLISH)
    outside = re.sub(r'//.*|"[^"]*"', "", template)
    assert not re.findall(r"\[[A-Z][a-z]{3,}", outside), "words stand in the table, not in the template"

"""Numbing: milligrams, and the limits that a use of a numbing cream passes."""

import dataclasses
import math

import pytest

from needlework.loop import numbing
from needlework.protocol import load
from needlework.protocol.schema.treat import NumbingLimit
from needlework.records.numbing import Numbing, NumbingDose
from needlework.records.why import Refusal

EDITION = load.default().treat
EMLA, OTC, LIDO15, LIDO23, BLT = (
    "lidocaine-prilocaine-2.5", "lidocaine-4", "lidocaine-15-prilocaine-5", "lidocaine-23-tetracaine-7",
    "blt-20-6-4",
)  # fmt: skip
CALM = Numbing(EMLA, grams=10, area_cm2=100, minutes=60)
"""One gram to 10 cm² of a labelled cream on a small area, for an hour: passes nothing."""


def weighed(use: Numbing = CALM, /, **change: object) -> NumbingDose:
    found = numbing.weigh(dataclasses.replace(use, **change), EDITION)
    assert isinstance(found, NumbingDose)
    return found


def limits(use: Numbing = CALM, /, **change: object) -> set[str]:
    return {alert.limit for alert in weighed(use, **change).alerts}


# ── what it amounts to ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cream", "milligrams"),
    [
        (EMLA, {"lidocaine": 250, "prilocaine": 250}),
        (OTC, {"lidocaine": 400}),
        (LIDO15, {"lidocaine": 1500, "prilocaine": 500}),
        (LIDO23, {"lidocaine": 2300, "tetracaine": 700}),
        (BLT, {"benzocaine": 2000, "lidocaine": 600, "tetracaine": 400}),
    ],
)
def test_a_gram_of_one_per_cent_holds_ten_milligrams(cream, milligrams):
    found = weighed(anaesthetic=cream)
    assert found.milligrams == pytest.approx(milligrams)
    assert found.grams_per_10cm2 == pytest.approx(1.0)
    assert found.edition == EDITION.edition


def test_a_calm_use_passes_no_limit():
    assert weighed().alerts == ()


# ── which limits it passes ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("change", "limit"),
    [
        ({"after_needling": True}, "after-needling"), ({"broken_skin": True}, "broken-skin"),
        ({"near_eyes": True}, "near-eyes"), ({"at_risk": True}, "at-risk"), ({"warmed": True}, "warmed"),
        ({"allergic": True}, "allergic"),
        ({"minutes": 301}, "label-time"),
    ],
)  # fmt: skip
def test_what_no_label_allows_is_refused(change, limit):
    (alert,) = weighed(**change).alerts
    assert (alert.limit, alert.refuse) == (limit, True)
    assert alert.say and alert.do and alert.sources


@pytest.mark.parametrize(
    ("change", "limit"),
    [
        ({"area_cm2": 300}, None), ({"area_cm2": 300.1}, "large-area"),
        ({"grams": 20}, None), ({"grams": 20.1}, "thick-layer"),
        ({"grams": 0.3, "area_cm2": 1.5}, None),  # 2 g to 10 cm², but for rounding
        ({"minutes": 300}, None),
        ({"atopic": True, "minutes": 30}, None), ({"atopic": True, "minutes": 31}, "atopic-time"),
        ({"covered": True}, "covered"),
    ],
)  # fmt: skip
def test_what_a_clinician_has_to_weigh_is_said_from_the_first_beyond_the_limit(change, limit):
    found = weighed(**change).alerts
    assert [alert.limit for alert in found] == ([limit] if limit else [])
    assert not any(alert.refuse for alert in found)


def test_a_labelled_cream_may_stay_longer_than_a_compounded_one():
    assert limits(minutes=120) == set()
    assert limits(anaesthetic=LIDO23, minutes=60) == {"strong-lidocaine"}
    assert limits(anaesthetic=LIDO23, minutes=61) == {"strong-lidocaine", "compounded-time"}
    assert "compounded-two-hours" in limits(anaesthetic=BLT, minutes=121)


@pytest.mark.parametrize(("cream", "refused"), [(EMLA, False), (OTC, False), (LIDO15, True), (LIDO23, True)])
def test_a_wrap_over_a_compounded_cream_is_refused(cream, refused):
    assert any(alert.refuse for alert in weighed(anaesthetic=cream, covered=True).alerts) is refused


@pytest.mark.parametrize(("cream", "strong"), [(EMLA, False), (OTC, False), (BLT, True), (LIDO15, True)])
def test_more_than_four_per_cent_lidocaine_is_said(cream, strong):
    assert ("strong-lidocaine" in limits(anaesthetic=cream)) is strong


def test_a_compounded_cream_on_more_skin_than_was_ever_measured_is_refused():
    assert "compounded-large-area" not in limits(anaesthetic=LIDO23, area_cm2=400)
    (large, *_) = weighed(anaesthetic=LIDO23, area_cm2=401).alerts
    assert (large.limit, large.refuse) == ("compounded-large-area", True)
    assert "compounded-large-area" not in limits(anaesthetic=EMLA, area_cm2=401)


def test_a_cream_whose_time_no_text_names_stays_an_hour():
    assert "lidocaine-4-time" not in limits(anaesthetic=OTC, minutes=60)
    assert "lidocaine-4-time" in limits(anaesthetic=OTC, minutes=61)
    assert "lidocaine-4-time" not in limits(anaesthetic=EMLA, minutes=61)


def test_the_label_of_prilocaine_speaks_of_creams_with_prilocaine_alone():
    assert "label-time" not in limits(anaesthetic=OTC, minutes=301)


def test_refusals_stand_first_and_nothing_is_left_out():
    everything = dataclasses.replace(
        CALM, anaesthetic=LIDO15, grams=100, area_cm2=401, minutes=301, covered=True, warmed=True,
        broken_skin=True, near_eyes=True, after_needling=True, atopic=True, at_risk=True, allergic=True,
    )  # fmt: skip
    found = weighed(everything).alerts
    speaking = {limit.id for limit in EDITION.numbing_limit if limit.cream in ("", LIDO15)}
    assert {alert.limit for alert in found} == speaking
    refuse = [alert.refuse for alert in found]
    assert refuse == sorted(refuse, reverse=True)


def test_one_more_circumstance_never_takes_an_alert_away():
    for flag in ("covered", "warmed", "broken_skin", "near_eyes", "after_needling", "atopic", "at_risk"):
        for cream in (EMLA, OTC, LIDO15, LIDO23, BLT):
            assert limits(anaesthetic=cream) <= limits(anaesthetic=cream, **{flag: True})


def test_every_circumstance_has_a_limit_that_speaks_of_it():
    known = NumbingLimit.__dataclass_fields__["of"].type.__args__
    assert {limit.of for limit in EDITION.numbing_limit} >= set(known) - {"atopic"}


# ── what cannot be ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf, -math.inf, 1e9])
@pytest.mark.parametrize(
    ("field", "key"), [("grams", "grams"), ("area_cm2", "area-cm2"), ("minutes", "minutes")]
)
def test_numbers_that_cannot_be_are_refused_with_what_to_do(field, key, value):
    found = numbing.weigh(dataclasses.replace(CALM, **{field: value}), EDITION)
    assert isinstance(found, Refusal)
    (reason,) = found.reasons
    assert reason.key == key
    assert reason.do.startswith("Give more than 0")


def test_an_unknown_cream_is_refused_with_those_that_there_are():
    found = numbing.weigh(dataclasses.replace(CALM, anaesthetic="toothpaste", grams=0), EDITION)
    assert isinstance(found, Refusal)
    assert [reason.key for reason in found.reasons] == ["cream", "grams"]
    assert EMLA in found.reasons[0].do


def test_an_edition_without_creams_says_so():
    found = numbing.weigh(CALM, dataclasses.replace(EDITION, anaesthetic=()))
    assert isinstance(found, Refusal)
    assert "add it to the protocol" in found.reasons[0].do

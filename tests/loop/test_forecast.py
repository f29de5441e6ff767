"""What to expect: trials taken together, bands that hold each of them, words that promise nothing."""

import math
import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlework.loop import learn, pooling
from needlework.loop.pooling import Found
from needlework.protocol import load
from needlework.protocol.schema.edition import Reviewed
from needlework.protocol.schema.learn import Effect, Learning, Trial
from needlework.records.learn import Forecast, Pooled
from needlework.records.why import Citation, Refusal

SOURCE = Citation("KEY", "B", "A paper", "abstract")
REVIEWED = Reviewed("test", date(2026, 6, 1), date(2027, 6, 1))


def trial(id_: str, *effects: Effect, concern: str = "wrinkles", **more: object) -> Trial:
    read = replace(SOURCE, title=f"Study {id_}")
    return Trial(id_, concern, "open study", 30, "better", (read,), "cited", effect=effects, **more)  # type: ignore[arg-type]


def of(*trials: Trial, concern: str = "wrinkles") -> Forecast:
    protocol = replace(load.default(), learn=Learning(REVIEWED, trials, edition="small-1"))
    found = learn.forecast(concern, protocol)
    assert isinstance(found, Forecast)
    return found


def share(percent: float, people: int = 30, **more: object) -> Effect:
    return Effect("share-better", percent, people, **more)  # type: ignore[arg-type]


def change(percent: float, people: int = 30, **more: object) -> Effect:
    return Effect("change", percent, people, **more)  # type: ignore[arg-type]


# ── the arithmetic ───────────────────────────────────────────────────────────────────────────────────


def test_the_variance_between_studies_agrees_with_a_search_by_hand():
    found = [Found(y, 1239 / n) for y, n in ((-9.3, 30), (-8.55, 10), (-26.3, 40), (-44.6, 30), (-31, 60))]

    def squares(tau2: float) -> float:
        weights = [1 / (one.variance + tau2) for one in found]
        mean = sum(w * one.value for w, one in zip(weights, found, strict=True)) / sum(weights)
        return sum(w * (one.value - mean) ** 2 for w, one in zip(weights, found, strict=True))

    by_hand = min((step / 10 for step in range(10_000)), key=lambda tau2: abs(squares(tau2) - 4))
    assert pooling.between(found) == pytest.approx(by_hand, abs=0.06)


def test_studies_that_agree_within_their_own_scatter_are_not_set_apart():
    assert pooling.between([Found(-20, 100), Found(-22, 100), Found(-18, 100)]) == 0
    assert pooling.between([Found(-20, 100)]) == 0


def test_studies_without_any_scatter_count_alike():
    together = pooling.pool([change(-40, 10), change(-20, 500), change(-30, 90)])
    assert together.percent == pytest.approx(-30)
    assert together.assumed == 3
    low, high = together.predicted
    reach = 12.7062 * math.sqrt(100 + 100 / 3)  # t with one degree of freedom, sample variance 100
    assert (low, high) == pytest.approx((-100, -30 + reach), abs=0.01)


def test_the_widest_scatter_stands_in_for_one_that_is_not_given():
    given_, other = change(-30, 25, sd_percent=20), change(-30, 25, sd_percent=40)
    together = pooling.pool([given_, other, change(-30, 25)])
    assert together.assumed == 1
    assert together.own[2] == pytest.approx(together.own[1]) != together.own[0]
    assert together.own[1] == pytest.approx((-30 - 1.96 * 8, -30 + 1.96 * 8), abs=0.01)


def test_a_printed_interval_is_kept_and_one_of_another_level_is_brought_to_95():
    kept = pooling.pool([change(-30, 25, interval=(-45, -12))])
    assert kept.own == ((-45, -12),)
    brought = pooling.pool([change(-30, 25, interval=(-40, -20), interval_level=99.0)])
    assert brought.own[0] == pytest.approx((-37.61, -22.39), abs=0.01)


def test_all_and_none_have_odds_too():
    together = pooling.pool([share(100, 10), share(100, 12), share(0, 8)])
    assert 0 < together.percent < 100
    assert together.own[0][1] == 100 and together.own[2][0] == 0
    assert pooling.wilson(percent=70, people=10) == pytest.approx((39.68, 89.22), abs=0.01)


# ── the band ─────────────────────────────────────────────────────────────────────────────────────────

SHARES = st.builds(share, st.floats(0, 100), st.integers(3, 400))
CHANGES = st.builds(change, st.floats(-99, 60), st.integers(3, 400), sd_percent=st.none() | st.floats(1, 80))
TRIALS = st.lists(
    st.builds(
        lambda effect, controlled, alone: trial("x", effect, controlled=controlled, alone=alone),
        SHARES | CHANGES, st.booleans(), st.booleans(),
    ),
    max_size=8,
).map(lambda made: tuple(replace(one, id=f"t{n}") for n, one in enumerate(made)))  # fmt: skip


@given(TRIALS)
def test_a_band_holds_every_trial_that_it_was_made_of(trials):
    for one in of(*trials).pooled:
        counted = learn.numbers(one.of, trials)
        assert {t.id for t, _ in counted} == set(one.trials) and all(t.alone for t, _ in counted)
        low, high = one.band
        for percent in (one.percent, *(effect.percent for _, effect in counted)):
            assert low - 1e-9 <= percent <= high + 1e-9
        for own in pooling.pool([effect for _, effect in counted]).own:
            assert low - 1e-9 <= own[0] <= own[1] <= high + 1e-9
        assert low >= (0 if one.of == "share-better" else -100)
        assert high <= 100 or one.of == "change"
        if len(counted) < 3 or not any(t.controlled for t, _ in counted):
            assert low <= 0 <= high and "no change" in one.says


@given(TRIALS)
def test_no_order_and_no_other_treatment_changes_what_is_expected(trials):
    forward, backward = of(*trials).pooled, of(*trials[::-1]).pooled
    alone = of(*(one for one in trials if one.alone)).pooled
    assert alone == forward
    for one, other in zip(forward, backward, strict=True):
        assert one.of == other.of or one.people == other.people
    for one in forward:
        (other,) = (other for other in backward if other.of == one.of)
        assert (other.percent, *other.band) == pytest.approx((one.percent, *one.band), abs=1e-6)


@given(TRIALS)
def test_no_words_promise_anything(trials):
    found = of(*trials)
    assert found.tell.endswith(learn.OPEN)
    for low, high in re.findall(r"between (\d+) and (\d+) of 10", found.tell):
        assert 0 <= int(low) < int(high) <= 10
    assert len(re.findall(r"In \d+ stud|In one study", found.tell)) == len(found.pooled)
    for one in found.pooled:
        assert f"{one.people} people" in found.tell
        uncontrolled = not any(t.controlled for t in trials if t.id in one.trials)
        assert not uncontrolled or "compared with nobody else" in found.tell


@given(TRIALS)
def test_one_more_trial_without_a_number_makes_nothing_surer(trials):
    before = of(*trials).pooled
    after = of(*trials, trial("silent", controlled=True)).pooled
    for one, other in zip(before, after, strict=True):
        assert other.band[0] <= one.band[0] and one.band[1] <= other.band[1]
        assert other.band[0] <= 0 <= other.band[1]


def test_three_controlled_trials_that_agree_leave_no_change_outside():
    agreeing = [
        trial(f"t{n}", change(-40, 400, sd_percent=10), controlled=True, blinded=True) for n in range(6)
    ]
    found = of(*agreeing)
    (one,) = found.pooled
    assert one.band[1] < 0
    assert "It can also be that nothing changes." not in found.tell
    assert "3 degrees" not in one.says and "4 degrees of freedom" in one.says


def test_two_scales_stand_apart_and_the_one_with_more_people_first():
    found = of(trial("a", share(60, 20)), trial("b", change(-30, 90), share(70, 30)))
    assert [(one.of, one.people) for one in found.pooled] == [("change", 90), ("share-better", 50)]


# ── the words ────────────────────────────────────────────────────────────────────────────────────────


TOLD = {
    (trial("a", share(68.8, 32)),): (
        "In one study of 32 people, about 7 of 10 were judged better. They were compared with nobody else, "
        "so part of it may not come from needling. It can also be that nothing changes."
    ),
    tuple(trial(f"t{n}", share(p), controlled=True) for n, p in enumerate((40, 97, 88))): (
        "In 3 studies of 90 people, between 4 and 9 of 10 were judged better."
    ),
    (trial("a", change(-9.3), controlled=True), trial("b", change(-44.6), controlled=True)): (
        "In 2 studies of 60 people, scores of how severe it was were 9 to 45 % lower afterwards, on "
        "average. It can also be that nothing changes."
    ),
    (trial("a", change(5.0), controlled=True), trial("b", change(-20), controlled=True)): (
        "In 2 studies of 60 people, scores of how severe it was were 5 % higher to 20 % lower "
        "afterwards, on average. It can also be that nothing changes."
    ),
    (): "We know of no study of needling alone that gives a number for this.",
    (trial("a"),): "Studies of this give no number that we could tell you.",
    (trial("a", change(-70), alone=False),): (
        "Studies looked at needling together with another treatment. What needling does by itself they do "
        "not show."
    ),
}


@pytest.mark.parametrize("trials", TOLD)
def test_what_a_patient_is_told(trials):
    limits = next(one.limits_tell for one in load.default().plan.concern if one.id == "wrinkles")
    assert of(*trials).tell == f"{TOLD[trials]} {limits} {learn.OPEN}"


def test_staff_are_told_the_worst_the_best_and_what_could_not_be_counted():
    said = of(
        trial("a", change(-9.3, 30), controlled=True), trial("b", change(-44.6, 40)), trial("c"),
        trial("d", controlled=True),
    ).say  # fmt: skip
    assert "Worst −9 % (Study a, n = 30), best −45 % (Study b, n = 40)." in said
    assert "2 studies of needling alone, 70 people, 1 controlled, 0 blinded" in said
    assert "2 studies in words only. Controlled, of needling alone, but in words only: Study d." in said


def test_what_is_not_a_use_is_never_forecast():
    assert of(concern="absorption").tell == "Needling is not meant for this."


def test_an_unknown_concern_is_refused_with_the_closest():
    refusal = learn.forecast("wrinkle", load.default())
    assert isinstance(refusal, Refusal)
    assert refusal.reasons[0].do == 'Did you mean "wrinkles"?'
    far = learn.forecast("zzz", load.default())
    assert isinstance(far, Refusal) and "wrinkles" in far.reasons[0].do


# ── the shipped edition ──────────────────────────────────────────────────────────────────────────────

TRIALS_BY_ID = {one.id: one for one in load.default().learn.trial}


def shipped(concern: str) -> Forecast:
    found = learn.forecast(concern, load.default())
    assert isinstance(found, Forecast)
    return found


def scale(found: Forecast, of_: str) -> Pooled:
    return next(one for one in found.pooled if one.of == of_)


@pytest.mark.parametrize("concern", [one.id for one in load.default().plan.concern])
def test_every_concern_has_a_forecast_that_stands_on_its_own_edition(concern):
    found = shipped(concern)
    assert found.edition == load.default().edition.mark and found.say and found.tell
    assert set(found.trials) == {one.id for one in TRIALS_BY_ID.values() if one.concern == concern}
    assert {source.key for id_ in found.trials for source in TRIALS_BY_ID[id_].sources} == {
        source.key for source in found.sources
    }
    assert not any(load.default().sources[source.key].animal for source in found.sources)


def test_acne_scars_go_from_a_trial_that_reads_poorly_to_an_open_series():
    found = shipped("acne-scars")
    change_, share_ = scale(found, "change"), scale(found, "share-better")
    assert change_.trials[0] == "acne-scars-co2-2024" and "acne-scars-sohag" in change_.trials
    assert found.pooled[0] is change_, "the scale with controlled trials stands first"
    assert change_.percent == pytest.approx(-23.1, abs=0.1) and change_.people == 110
    assert change_.band == pytest.approx((-98.4, 52.3), abs=0.1)
    assert share_.band[0] == 0 and share_.people == 147, "open series alone reach to no change"
    assert "Microneedling vs peel vs both, RCT" in found.say, (
        "the largest blinded one is named without a number"
    )


def test_prints_that_contradict_themselves_give_no_effect():
    for id_ in ("other-scars-alsterli2020", "acne-scars-shen2022"):
        assert TRIALS_BY_ID[id_].effect == ()


def test_hair_is_pooled_on_no_scale_and_the_fortyfold_is_said():
    assert shipped("hair-loss").pooled == ()
    assert "forty times" in TRIALS_BY_ID["hair-loss-dhurat2013"].result
    assert "per square INCH" in TRIALS_BY_ID["hair-loss-kumar2018"].result


def test_derived_effects_are_what_their_numbers_give():
    for id_, before, after in (
        ("acne-scars-dogra2014", 11.73, 6.5), ("acne-scars-co2-2024", 3.53, 3.20),
        ("acne-scars-sharma-prp", 3.20, 2.36), ("melasma-ismail2019", 8.61, 5.75),
    ):  # fmt: skip
        effect = TRIALS_BY_ID[id_].effect[0]
        assert effect.percent == pytest.approx(100 * (after - before) / before, abs=0.06), id_
    dogra = TRIALS_BY_ID["acne-scars-dogra2014"].effect[0]
    assert dogra.sd_percent == pytest.approx(100 * math.hypot(3.12, 2.71) / 11.73, abs=0.05)
    assert TRIALS_BY_ID["acne-scars-majid2009"].effect[0].percent == pytest.approx(100 * 34 / 36, abs=0.05)


def test_a_number_of_people_is_never_smaller_than_its_effects():
    for one in TRIALS_BY_ID.values():
        assert all(effect.people <= one.people for effect in one.effect), one.id
        assert all(effect.says for effect in one.effect), one.id
        assert one.people > 0 or "not seen" in one.design, one.id


def test_repeatability_gives_a_smallest_change_only_where_it_can_be_reckoned():
    for one in load.default().measure.repeatability:
        if one.smallest_percent is not None:
            assert one.smallest_percent == pytest.approx(2 * one.sd_percent), one.id
    points = {one.id: one.smallest_points for one in load.default().measure.repeatability}
    assert (points["goodman-baron"], points["allergan-fine-lines"], points["scar-vas"]) == (4, 1, 10)

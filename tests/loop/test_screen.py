"""Screen: a small protocol made by hand, then the edition that ships."""

from datetime import date, datetime
from math import inf, nan

import pytest

import cast
from needlework.loop import screen
from needlework.protocol import load
from needlework.protocol.schema.edition import Reviewed
from needlework.protocol.schema.questions import Condition, Question
from needlework.protocol.schema.screen import Overrides, Rule, Screen
from needlework.records.plan import Person
from needlework.records.screen import Answers, Finding, Outcome, Verdict
from needlework.records.skin import Sex, SkinType
from needlework.records.why import Refusal

TODAY = date(2026, 11, 20)
OVERRIDES = Overrides(
    caution=("practitioner", "prescriber"), defer=("prescriber",), label=("medical-director",)
)


def question(id_: str, kind: str = "yes-no", **ask_if: Condition) -> Question:
    asked = {key.replace("_", "-"): condition for key, condition in ask_if.items()}
    return Question(id=id_, topic="Test", ask=f"{id_}?", kind=kind, ask_if=asked)


def rule(id_: str, then: str, when: dict[str, Condition], **also: object) -> Rule:
    return Rule(id=id_, when=when, then=then, say=f"{id_}.", tell=f"You: {id_}.", basis="house", **also)


YES = Condition(equals=True)


def small(*rules: Rule, questions: tuple[Question, ...]) -> Screen:
    reviewed = Reviewed(by="test", on=TODAY, again=TODAY)
    return Screen(reviewed=reviewed, overrides=OVERRIDES, question=questions, rule=rules, edition="small-1")


FILLER = small(
    rule("filler-recent", "defer", {"filler-on": Condition(within_days=182)}),
    questions=(question("filler"), question("filler-on", "date", filler=YES)),
)


def assess(answers: dict[str, object], knowledge: Screen = FILLER, *, on: date = TODAY) -> Verdict:
    return screen.assess(Answers(answers), knowledge, on=on)


def rules_of(verdict: Verdict) -> list[str]:
    return [finding.rule for finding in verdict.findings]


# ── the days ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("given", "days", "until"),
    [
        (date(2026, 1, 31), 28, date(2026, 2, 28)),  # across the end of a month
        (date(2028, 2, 1), 28, date(2028, 2, 29)),  # onto a leap day
        (date(2027, 2, 1), 28, date(2027, 3, 1)),  # the same dates in a common year
        (date(2028, 2, 29), 366, date(2029, 3, 1)),
        (date(2026, 7, 1), 184, date(2027, 1, 1)),  # across the end of a year
        (date(2026, 12, 31), 1, date(2027, 1, 1)),
    ],
)
def test_a_deferral_ends_on_the_day_that_the_count_is_full(given, days, until):
    knowledge = small(
        rule("wait", "defer", {"day": Condition(within_days=days)}), questions=(question("day", "date"),)
    )
    assert assess({"day": given}, knowledge, on=given).until == until
    eve = date.fromordinal(until.toordinal() - 1)
    assert assess({"day": given}, knowledge, on=eve).outcome is Outcome.DEFER
    assert assess({"day": given}, knowledge, on=eve).until == until
    assert assess({"day": given}, knowledge, on=until).outcome is Outcome.CLEAR
    assert assess({"day": given}, knowledge, on=until).until is None


TWO = small(
    rule("laser", "defer", {"laser-on": Condition(within_days=84)}),
    rule("peel", "defer", {"peel-on": Condition(within_days=30)}),
    rule("thinner", "defer", {"thinner": YES}, ends="until a prescriber has decided"),
    rule("mole", "caution", {"mole": YES}),
    rule("young", "label", {"young": YES}),
    rule("wart", "absolute", {"wart": YES}),
    questions=(
        question("laser-on", "date"), question("peel-on", "date"),
        question("thinner"), question("mole"), question("young"), question("wart"),
    ),
)  # fmt: skip
NOTHING = {
    "laser-on": date(2020, 1, 1), "peel-on": date(2020, 1, 1),
    "thinner": False, "mole": False, "young": False, "wart": False,
}  # fmt: skip
LASER = {"laser-on": date(2026, 11, 1)}
PEEL = {"peel-on": date(2026, 11, 10)}


def test_of_two_dated_deferrals_the_later_day_counts():
    verdict = assess({**NOTHING, **LASER, **PEEL}, TWO)
    assert verdict.until == date(2027, 1, 24)
    assert [(one.rule, one.until) for one in verdict.findings] == [
        ("laser", date(2027, 1, 24)),
        ("peel", date(2026, 12, 10)),
    ]


def test_an_undated_deferral_leaves_no_day_and_stands_first():
    verdict = assess({**NOTHING, **LASER, "thinner": True}, TWO)
    assert (verdict.outcome, verdict.until) == (Outcome.DEFER, None)
    assert rules_of(verdict) == ["thinner", "laser"]
    assert verdict.findings[0].ends == "until a prescriber has decided"


def test_an_absolute_finding_leaves_no_day():
    verdict = assess({**NOTHING, **LASER, "wart": True}, TWO)
    assert (verdict.outcome, verdict.until) == (Outcome.ABSOLUTE, None)


def test_a_caution_beside_a_dated_deferral_leaves_the_day():
    verdict = assess({**NOTHING, **LASER, "mole": True}, TWO)
    assert (verdict.outcome, verdict.until) == (Outcome.DEFER, date(2027, 1, 24))


def test_a_rule_on_two_days_ends_with_the_first_of_them():
    both = {"laser-on": Condition(within_days=84), "peel-on": Condition(within_days=30)}
    knowledge = small(rule("both", "defer", both), questions=TWO.question[:2])
    assert assess({**LASER, **PEEL}, knowledge).until == date(2026, 12, 10)
    assert assess({**LASER, **PEEL}, knowledge, on=date(2026, 12, 10)).outcome is Outcome.CLEAR


# ── the verdict ──────────────────────────────────────────────────────────────────────────────────────


def test_nothing_fires_is_clear():
    verdict = assess(NOTHING, TWO)
    assert verdict == Verdict(Outcome.CLEAR, None, False, (), TODAY, "small-1")


def test_findings_stand_worst_first_and_the_label_is_a_flag_not_a_weight():
    everything = {**LASER, **PEEL, "thinner": True, "mole": True, "young": True, "wart": True}
    verdict = assess(everything, TWO)
    assert rules_of(verdict) == ["wart", "thinner", "laser", "peel", "mole", "young"]
    assert verdict.off_label
    only = assess({**NOTHING, "young": True}, TWO)
    assert (only.outcome, only.off_label) == (Outcome.CLEAR, True)


def test_who_may_override_what():
    verdict = assess({**LASER, **PEEL, "thinner": True, "mole": True, "young": True, "wart": True}, TWO)
    may = {one.rule: one.override for one in verdict.findings}
    assert may == {
        "wart": (), "thinner": ("prescriber",), "laser": ("prescriber",), "peel": ("prescriber",),
        "mole": ("practitioner", "prescriber"), "young": ("medical-director",),
    }  # fmt: skip


def test_a_rule_may_name_its_own_roles_but_an_absolute_one_has_nobody():
    knowledge = small(
        rule("a", "caution", {"mole": YES}, override=("prescriber",)),
        rule("b", "absolute", {"mole": YES}, override=("medical-director",)),
        questions=(question("mole"),),
    )
    may = {one.rule: one.override for one in assess({"mole": True}, knowledge).findings}
    assert may == {"a": ("prescriber",), "b": ()}


def test_a_finding_carries_the_words_of_its_rule():
    (finding,) = assess({**NOTHING, "mole": True}, TWO).findings
    assert finding == Finding(
        rule="mole", outcome=Outcome.CAUTION, off_label=False, until=None, ends="", say="mole.",
        tell="You: mole.", basis="house", sources=(), override=("practitioner", "prescriber"),
    )  # fmt: skip


# ── what was not said ────────────────────────────────────────────────────────────────────────────────


def test_an_unanswered_question_defers_until_it_is_answered_and_nobody_overrides_it():
    (finding,) = assess({}).findings
    assert (finding.rule, finding.outcome, finding.until) == ("ask-filler", Outcome.DEFER, None)
    assert (finding.ends, finding.asks, finding.override) == ("until it is answered", ("filler",), ())


def test_a_branch_that_is_not_asked_is_not_missed():
    assert assess({"filler": False}).outcome is Outcome.CLEAR


def test_a_branch_that_is_asked_is_missed():
    assert rules_of(assess({"filler": True})) == ["ask-filler-on"]


def test_an_answer_under_a_question_no_longer_asked_is_not_weighed():
    verdict = assess({"filler": False, "filler-on": date(2026, 11, 1)})
    assert (verdict.outcome, verdict.findings) == (Outcome.CLEAR, ())


@pytest.mark.parametrize(
    "impossible",
    [
        {"filler": "yes"},
        {"filler": 1},
        {"filler": True, "filler-on": "2026-11-01"},
        {"filler": True, "filler-on": date(2026, 11, 21)},  # to come: it may well be recent then
        {"filler": True, "filler-on": datetime(2026, 11, 1, 9)},
        {"filler": True, "filler-on": date(1066, 10, 14)},
        {"filler": True, "filler-on": nan},
        {"filler": (), "unknown": True},
    ],
)
def test_an_answer_that_cannot_be_is_no_answer_and_never_a_pass(impossible):
    assert assess(impossible).outcome is Outcome.DEFER


# ── who the person is ────────────────────────────────────────────────────────────────────────────────

ANNA = {"age-years": 34, "sex": "female", "skin-type": "III"}


def test_the_person_of_the_answers():
    assert screen.person(Answers(ANNA)) == Person(34, Sex.FEMALE, SkinType.III)


def test_somebody_is_as_old_as_their_last_birthday():
    person = screen.person(Answers({**ANNA, "age-years": 21.9}))
    assert isinstance(person, Person)
    assert person.age_years == 21


def test_what_a_plan_needs_and_was_not_said_is_a_refusal_with_every_reason():
    refusal = screen.person(Answers({"sex": "female"}))
    assert isinstance(refusal, Refusal)
    assert [reason.key for reason in refusal.reasons] == ["age-years", "skin-type"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"age-years": "forty"}, {"age-years": inf}, {"age-years": nan}, {"age-years": True},
        {"age-years": -1}, {"sex": "f"}, {"skin-type": "VII"}, {"skin-type": True},
    ],
)  # fmt: skip
def test_what_cannot_be_is_a_refusal_too(wrong):
    refusal = screen.person(Answers({**ANNA, **wrong}))
    assert isinstance(refusal, Refusal)
    assert [reason.key for reason in refusal.reasons] == list(wrong)


# ── the edition that ships ───────────────────────────────────────────────────────────────────────────


def harmless() -> dict[str, object]:
    """Somebody of 34 whom nothing at all stands against, by the shipped edition's own questions."""
    given: dict[str, object] = dict(ANNA)
    knowledge = load.default().screen
    for one in knowledge.question:
        if one.id not in given and one in screen.questions(Answers(given), knowledge, on=TODAY):
            given[one.id] = {
                "yes-no": False, "choice": one.options[0].id if one.options else "", "choices": ("chin",),
                "number": one.minimum, "date": date(2020, 1, 1),
            }[one.kind]  # fmt: skip
    return given


def shipped(answers: dict[str, object], *, on: date = TODAY) -> Verdict:
    return screen.assess(Answers(answers), load.default().screen, on=on)


def test_nothing_stands_against_a_healthy_person():
    verdict = shipped(harmless())
    assert (verdict.outcome, verdict.off_label, verdict.findings) == (Outcome.CLEAR, False, ())
    assert verdict.edition == load.default().edition.mark


@pytest.mark.parametrize(
    ("key", "value", "day_key", "day", "until"),
    [
        ("isotretinoin", "past", "isotretinoin-ended-on", date(2026, 8, 31), date(2027, 3, 3)),
        ("filler", True, "filler-on", date(2026, 8, 31), date(2027, 3, 3)),
        ("toxin", True, "toxin-on", date(2026, 11, 30), date(2027, 3, 2)),
        ("sun", True, "sun-on", date(2028, 2, 15), date(2028, 2, 29)),
        ("sun", True, "sun-on", date(2027, 2, 15), date(2027, 3, 1)),
        ("needled-before", True, "needled-on", date(2028, 2, 1), date(2028, 2, 29)),
    ],
)
def test_the_exact_day_on_which_a_deferral_of_the_edition_ends(key, value, day_key, day, until):
    person = cast.answers("freya", {key: value, day_key: day}).given
    assert shipped(person, on=day).until == until
    assert shipped(person, on=date.fromordinal(until.toordinal() - 1)).outcome is Outcome.DEFER
    assert shipped(person, on=until).outcome is Outcome.CLEAR


def test_no_answer_at_all_never_passes():
    verdict = shipped({})
    assert (verdict.outcome, verdict.until) == (Outcome.DEFER, None)


def test_pregnancy_is_not_asked_of_a_man_and_asked_where_it_is_unsure():
    knowledge = load.default().screen
    for sex, asked in (("male", False), ("female", True), ("unsure", True)):
        live = screen.questions(Answers({"sex": sex}), knowledge, on=TODAY)
        assert ("pregnant-or-nursing" in [one.id for one in live]) is asked


@pytest.mark.parametrize("age", [0, 14, 14.5, 14.99, 14.995, 15, 17, 17.5, 17.99])
def test_nobody_under_18_passes_however_the_age_is_written(age):
    assert shipped({**harmless(), "age-years": age}).outcome >= Outcome.DEFER


def test_the_label_begins_at_22():
    assert shipped({**harmless(), "age-years": 21}).off_label
    assert not shipped({**harmless(), "age-years": 22}).off_label


def test_nothing_ever_advises_stopping_a_prescribed_drug():
    for one in load.default().screen.rule:
        words = f"{one.say} {one.tell}".lower()
        assert "stop taking" not in words and "pause your" not in words and "come off" not in words


def test_a_deferral_at_the_end_of_the_calendar_is_a_verdict_and_no_error():
    last = date(9999, 12, 31)
    verdict = shipped(cast.answers("freya", {"filler": True, "filler-on": date(9999, 12, 1)}).given, on=last)
    assert (verdict.outcome, verdict.until) == (Outcome.DEFER, last)

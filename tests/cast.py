"""
The people of the tests: a dozen, two of each skin type, in good health until a story says otherwise.

    cast.answers("freya")                                        every question that is asked of her, answered
    cast.answers("freya", {"filler": True, "filler-on": DAY})    the same, with these answers changed
    cast.answers("freya", {"filler-on.chin": DAY, "filler": ("chin",)})    the same, in the chin alone
    cast.person("freya")                                         what planning needs to know of her
    cast.well()                                                  a check-in without any complaint
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from needlework.loop import screen
from needlework.protocol import load
from needlework.records.plan import Person
from needlework.records.screen import Answers, AnswerValue
from needlework.records.skin import Sex, SkinType

SOME_DAY = date(2026, 11, 20)
"""Which questions are asked does not depend on the day."""


@dataclass(frozen=True, slots=True)
class Somebody:
    id: str
    name: str
    age_years: int
    sex: Sex
    skin_type: SkinType


PEOPLE: Mapping[str, Somebody] = {
    somebody.id: somebody
    for somebody in (
        Somebody("freya", "Freya Lindqvist", 34, Sex.FEMALE, SkinType.I),
        Somebody("angus", "Angus Baird", 41, Sex.MALE, SkinType.I),
        Somebody("clara", "Clara Brandt", 52, Sex.FEMALE, SkinType.II),
        Somebody("tomasz", "Tomasz Nowak", 29, Sex.MALE, SkinType.II),
        Somebody("lucia", "Lucía Herrera", 38, Sex.FEMALE, SkinType.III),
        Somebody("sam", "Sam Moretti", 45, Sex.UNSURE, SkinType.III),
        Somebody("priya", "Priya Raman", 31, Sex.FEMALE, SkinType.IV),
        Somebody("omar", "Omar Haddad", 36, Sex.MALE, SkinType.IV),
        Somebody("nadia", "Nadia Silva", 27, Sex.FEMALE, SkinType.V),
        Somebody("dele", "Dele Thomas", 50, Sex.MALE, SkinType.V),
        Somebody("amara", "Amara Okafor", 42, Sex.FEMALE, SkinType.VI),
        Somebody("kofi", "Kofi Asante", 23, Sex.MALE, SkinType.VI),
    )
}

HEALTHY: Mapping[str, AnswerValue] = {
    "zones": ("cheeks",),
    "talk-first": False,
    "infection-in-area": False,
    "open-or-rash": False,
    "suspicious-spot": False,
    "active-acne": "none",
    "marks-in-area": False,
    "cold-sore-now": False,
    "cold-sore-history": False,
    "skin-condition": False,
    "unwell": False,
    "allergy": False,
    "anaesthetic-risk": False,
    "keloid": False,
    "keloid-family": False,
    "illness": False,
    "isotretinoin": "never",
    "cancer-or-steroid-treatment": "none",
    "blood-thinner": False,
    "immunosuppressed": False,
    "painkiller": False,
    "needled-ever": False,
    "treated-before": False,
    "lately": False,
}
"""What everybody is asked, answered so that nothing stands in the way."""

FOLLOW_UPS: Mapping[str, AnswerValue] = {
    "skin-cancer-in-area": False,
    "actinic-keratosis-in-area": False,
    "keratosis-light-plan": False,
    "severe-sun-damage": False,
    "warts-in-area": False,
    "raised-mole-in-area": False,
    "tattoo-in-area": False,
    "piercing-in-area": False,
    "thick-scar": False,
    "rosacea-bumps": False,
    "melasma": False,
    "vitiligo": "none",
    "skin-disease-elsewhere": False,
    "atopic-eczema": False,
    "steel-allergy": False,
    "anaesthetic-allergy": False,
    "topical-allergy": False,
    "bleeding-disorder": False,
    "scleroderma": False,
    "collagen-vascular": False,
    "heart-abnormality": False,
    "autoimmune": False,
    "diabetes": "none",
    "long-term-infection": False,
    "needled-reaction": False,
    "needled-before": False,
    "filler": False,
    "toxin": False,
    "surgery": False,
    "scar-is-target": False,
    "injury": False,
    "resurfacing": False,
    "deep-resurfacing": False,
    "fractional-laser": False,
    "light-treatment": False,
    "light-peel": False,
    "sun": False,
    "self-tanner": False,
    "actives": False,
    "hair-removal": False,
    "alcohol": False,
}
"""What is asked only after a yes, answered so that nothing stands in the way."""

WELL: Mapping[str, AnswerValue] = {
    "breathing-or-face": False,
    "numbing-signs": False,
    "grey-lips": False,
    "eye": False,
    "bleeding": False,
    "fever": False,
    "joints-or-rash-elsewhere": False,
    "glands": False,
    "pain": 0,
    "redness": "none",
    "swelling": "none",
    "pus": False,
    "warmth-spreading": False,
    "blisters": False,
    "bumps": "none",
    "dark-patches": False,
    "line-marks": False,
    "numbness": False,
    "itch-or-flaking": False,
    "bruise": False,
}
"""A check-in of somebody whose skin has calmed down."""


def answers(who: str, changed: Mapping[str, AnswerValue] | None = None) -> Answers:
    """
    Somebody's answers to the screening, in good health but for what is changed.

    A changed answer brings the yes with it after which it is asked, and the other answers that this yes
    calls for; what is not asked of this person is left out, unless it was named.
    """
    somebody, named = PEOPLE[who], changed or {}
    given: dict[str, AnswerValue] = {
        "age-years": somebody.age_years,
        "sex": somebody.sex.value,
        "skin-type": somebody.skin_type.value,
    }
    if somebody.sex is not Sex.MALE:
        given["pregnant-or-nursing"] = "no"
    given |= {**HEALTHY, **FOLLOW_UPS, **_leading_to(named), **named}
    knowledge = load.default().screen
    asked = {question.id for question in screen.questions(Answers(given), knowledge, on=SOME_DAY)}
    return Answers({key: value for key, value in given.items() if key in asked or key in named})


def _leading_to(named: Mapping[str, AnswerValue]) -> dict[str, AnswerValue]:
    """The answers to earlier questions without which these would not be asked."""
    questions = {question.id: question for question in load.default().screen.question}
    leading: dict[str, AnswerValue] = {}
    open_ = [key.partition(".")[0] for key in named]
    while open_:
        question = questions.get(open_.pop())
        for earlier, condition in question.ask_if.items() if question else ():
            if condition.equals is not None and earlier not in {*named, *leading}:
                leading[earlier] = condition.equals
                open_.append(earlier)
    return leading


def well(changed: Mapping[str, AnswerValue] | None = None) -> Answers:
    """A check-in without complaint but for what is changed."""
    return Answers({**WELL, **(changed or {})})


def person(who: str) -> Person:
    somebody = PEOPLE[who]
    return Person(age_years=somebody.age_years, sex=somebody.sex, skin_type=somebody.skin_type)

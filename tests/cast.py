"""
The people of the tests: a dozen, two of each skin type, in good health until a story says otherwise.

    cast.answers("freya")                                        every question that is asked of her, answered
    cast.answers("freya", {"filler": True, "filler-on": DAY})    the same, with these answers changed
    cast.person("freya")                                         what planning needs to know of her
    cast.well()                                                  a check-in without any complaint
"""

from collections.abc import Mapping
from dataclasses import dataclass

from needlework.records import Answers, AnswerValue, Person, Sex, SkinType


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
    "infection-in-area": False,
    "cold-sore-now": False,
    "cold-sore-history": False,
    "open-or-rash": False,
    "suspicious-spot": False,
    "skin-cancer-in-area": False,
    "warts-in-area": False,
    "raised-mole-in-area": False,
    "actinic-keratosis-in-area": False,
    "active-acne": "none",
    "rosacea-bumps": False,
    "vitiligo": "none",
    "melasma": False,
    "tattoo-in-area": False,
    "skin-disease-elsewhere": False,
    "bleeding-disorder": False,
    "steel-allergy": False,
    "anaesthetic-allergy": False,
    "anaesthetic-risk": False,
    "keloid": False,
    "keloid-family": False,
    "scleroderma": False,
    "collagen-vascular": False,
    "heart-abnormality": False,
    "autoimmune": False,
    "diabetes": "none",
    "long-term-infection": False,
    "isotretinoin": "never",
    "cancer-or-steroid-treatment": "none",
    "blood-thinner": False,
    "painkiller": False,
    "immunosuppressed": False,
    "needled-before": False,
    "filler": False,
    "toxin": False,
    "surgery": False,
    "injury": False,
    "resurfacing": False,
    "sun": False,
    "self-tanner": False,
    "actives": False,
    "hair-removal": False,
}
"""What everybody is asked, answered so that nothing stands in the way."""

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
    """Somebody's answers to the screening, in good health but for what is changed."""
    somebody = PEOPLE[who]
    given: dict[str, AnswerValue] = {
        "age-years": somebody.age_years,
        "sex": somebody.sex.value,
        "skin-type": somebody.skin_type.value,
    }
    if somebody.sex is not Sex.MALE:
        given["pregnant-or-nursing"] = "no"
    return Answers({**given, **HEALTHY, **(changed or {})})


def well(changed: Mapping[str, AnswerValue] | None = None) -> Answers:
    """A check-in without complaint but for what is changed."""
    return Answers({**WELL, **(changed or {})})


def person(who: str) -> Person:
    somebody = PEOPLE[who]
    return Person(age_years=somebody.age_years, sex=somebody.sex, skin_type=somebody.skin_type)

"""
Who comes to the demo clinic, and what has happened with them: thirteen people who do not exist.

A story is a list of steps, each so many days before the clinic is built; `build` takes them through the same
actions as the pages. Between them they stand at every stage of the loop.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from needlework.clinic.demo.portraits.face import Curl, Face, Hair, Shape
from needlework.records.screen import AnswerValue
from needlework.records.skin import Sex, SkinType

Changed = Mapping[str, AnswerValue | int]


@dataclass(frozen=True, slots=True)
class Screened:
    """Asked everything, in good health but for `changed`. A negative number there is a day so long ago."""

    days_ago: int
    changed: Changed = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answered:
    """The questions answered on the patient's own phone; nobody has read them with the patient yet."""

    days_ago: int
    changed: Changed = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decided:
    """Somebody who may has decided to treat in spite of a finding of the last screening."""

    days_ago: int
    rule: str
    reason: str
    by: str = "prescriber"


@dataclass(frozen=True, slots=True)
class Photographed:
    """A photograph; the skin as `face.Visit` has it, `askew` where the camera was held wrongly."""

    days_ago: int
    redness: float = 0.25
    wrinkles: float = 0.3
    scars: float = 0.0
    spots: float = 0.3
    askew: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    days_ago: int
    concerns: tuple[str, ...]
    zones: tuple[str, ...]
    device: str = "skinpen-precision"
    off_label_reason: str = ""
    by: str = "practitioner"


@dataclass(frozen=True, slots=True)
class Treated:
    """A session of the last plan; left open after so many zones where it is not signed."""

    days_ago: int
    signed: bool = True
    zones_done: int | None = None
    by: str = "practitioner"


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """How the patient is, after the last session: well but for `changed`; taken up where a note says so."""

    days_ago: int
    changed: Changed = field(default_factory=dict)
    taken: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """The first and the last photograph, over the whole skin or over zones drawn on the first."""

    days_ago: int
    zones: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)


Step = Answered | Screened | Decided | Photographed | Planned | Treated | CheckedIn | Compared


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person, what is known of them, and their story, oldest first."""

    key: str
    name: str
    phone: str
    face: Face
    story: tuple[Step, ...] = ()
    note: str = ""

    @property
    def age_years(self) -> int:
        return self.face.age_years


def _wrinkle_course(device: str, zones: tuple[str, ...], *, by: str = "practitioner", reason: str = ""):
    """A course of four sessions against wrinkles that ended a hundred days ago."""
    return (
        Screened(196),
        Planned(195, ("wrinkles",), zones, device=device, by=by, off_label_reason=reason),
        *(Treated(days) for days in (190, 160, 130, 100)),
        CheckedIn(98, {"redness": "fading"}),
    )


DRAWN = {
    "between the brows": ((545.0, 440.0), (655.0, 440.0), (655.0, 600.0), (545.0, 600.0)),
    "cheeks": ((420.0, 700.0), (560.0, 700.0), (560.0, 860.0), (420.0, 860.0)),
}
"""Zones as somebody may draw them, in pixels of a drawn photograph."""

PEOPLE: tuple[Somebody, ...] = (
    Somebody(
        "ingrid", "Ingrid Solberg", "+44 20 7946 0101",
        Face(11, SkinType.I, Sex.FEMALE, 34, Hair.BLOND, Shape.OVAL, Curl.STRAIGHT),
        story=(Answered(1, {"sun": True, "sun-on": -12}),),
        note="Asked about fine lines. Booked by phone.",
    ),
    Somebody(
        "camille", "Camille Laurent", "+44 20 7946 0102",
        Face(12, SkinType.II, Sex.FEMALE, 46, Hair.BROWN, Shape.HEART, Curl.WAVY),
        story=(Screened(2, {"filler": True, "filler-on": -37}),),
    ),
    Somebody(
        "diego", "Diego Fuentes", "+44 20 7946 0103",
        Face(13, SkinType.III, Sex.MALE, 24, Hair.BLACK, Shape.SQUARE, Curl.WAVY),
        story=(Screened(6, {"isotretinoin": "now"}),),
    ),
    Somebody(
        "hana", "Hana Kobayashi", "+44 20 7946 0104",
        Face(14, SkinType.III, Sex.FEMALE, 39, Hair.BLACK, Shape.ROUND, Curl.STRAIGHT),
        story=(
            Screened(3, {"cold-sore-history": True}),
            Decided(
                2, "cold-sore-history",
                "Last cold sore four years ago. Prevention prescribed; she calls if one comes.",
            ),
        ),
    ),
    Somebody(
        "rohan", "Rohan Mehta", "+44 20 7946 0105",
        Face(15, SkinType.V, Sex.MALE, 31, Hair.BLACK, Shape.OVAL, Curl.STRAIGHT),
        story=(
            Screened(5),
            Photographed(5, redness=0.25, wrinkles=0.15, scars=0.8, spots=0.5),
            Planned(4, ("acne-scars",), ("cheeks", "temples", "chin")),
        ),
    ),
    Somebody(
        "leila", "Leila Haddad", "+44 20 7946 0106",
        Face(16, SkinType.IV, Sex.FEMALE, 52, Hair.BROWN, Shape.LONG, Curl.WAVY),
        story=(
            Screened(9),
            Planned(9, ("wrinkles",), ("neck",)),
            Photographed(0, redness=0.2, wrinkles=0.55, spots=0.5),
            Treated(0, signed=False, zones_done=1),
        ),
    ),
    Somebody(
        "tomasz", "Tomasz Zieliński", "+44 20 7946 0107",
        Face(17, SkinType.II, Sex.MALE, 43, Hair.BROWN, Shape.SQUARE, Curl.STRAIGHT),
        story=(
            Screened(12),
            Planned(12, ("acne-scars",), ("cheeks", "forehead")),
            Photographed(1, redness=0.35, wrinkles=0.3, scars=0.7),
            Treated(1, by="trainee"),
        ),
    ),
    Somebody(
        "aoife", "Aoife Brennan", "+44 20 7946 0108",
        Face(18, SkinType.I, Sex.FEMALE, 29, Hair.RED, Shape.HEART, Curl.WAVY),
        story=(
            Screened(10),
            Planned(10, ("acne-scars",), ("cheeks", "chin"), device="exceed"),
            Photographed(3, redness=0.4, wrinkles=0.1, scars=0.5, spots=0.8),
            Treated(3),
            CheckedIn(0, {"redness": "fading", "swelling": "going", "pain": 1}),
        ),
    ),
    Somebody(
        "samuel", "Samuel Osei", "+44 20 7946 0109",
        Face(19, SkinType.VI, Sex.MALE, 37, Hair.BLACK, Shape.SQUARE, Curl.COILED),
        story=(
            Screened(14),
            Planned(14, ("acne-scars",), ("cheeks", "jawline")),
            Photographed(4, redness=0.2, wrinkles=0.15, scars=0.9, spots=0.4),
            Treated(4),
            CheckedIn(2, {"redness": "fading", "swelling": "going"}),
            CheckedIn(0, {"redness": "rising", "warmth-spreading": True, "pain": 5}),
        ),
    ),
    Somebody(
        "margaret", "Margaret Ellison", "+44 20 7946 0110",
        Face(20, SkinType.II, Sex.FEMALE, 61, Hair.GREY, Shape.OVAL, Curl.STRAIGHT),
        story=(
            Photographed(196, redness=0.75, wrinkles=1.0, spots=0.4),
            *_wrinkle_course("exceed", ("glabella", "periorbital", "cheeks")),
            Photographed(6, redness=0.2, wrinkles=0.6, spots=0.4),
            Compared(6, DRAWN),
        ),
    ),
    Somebody(
        "yusuf", "Yusuf Demir", "+44 20 7946 0111",
        Face(21, SkinType.III, Sex.MALE, 58, Hair.GREY, Shape.LONG, Curl.WAVY),
        story=(
            Photographed(196, redness=0.3, wrinkles=0.7, spots=0.4),
            *_wrinkle_course("exceed", ("glabella", "periorbital")),
            Photographed(8, redness=0.3, wrinkles=0.7, spots=0.4),
            Compared(8),
        ),
    ),
    Somebody(
        "beatriz", "Beatriz Carvalho", "+44 20 7946 0112",
        Face(22, SkinType.V, Sex.FEMALE, 48, Hair.BLACK, Shape.ROUND, Curl.COILED),
        story=(
            Photographed(196, redness=0.3, wrinkles=0.6, spots=0.6),
            Screened(196),
            Planned(195, ("acne-scars",), ("cheeks", "forehead")),
            *(Treated(days) for days in (190, 160, 130, 100)),
            CheckedIn(90, {"dark-patches": True}, taken="Seen the same day: drying crusts, no new pigment."),
            Photographed(4, redness=0.3, wrinkles=0.5, spots=0.6, askew=True),
            Compared(4),
        ),
    ),
    Somebody(
        "naledi", "Naledi Dlamini", "+44 20 7946 0113",
        Face(23, SkinType.VI, Sex.FEMALE, 71, Hair.WHITE, Shape.ROUND, Curl.COILED),
        story=(
            Screened(3),
            Photographed(3, redness=0.2, wrinkles=0.9, spots=0.3),
            Planned(
                2, ("wrinkles",), ("periorbital", "upper-lip"), device="exceed", by="medical-director",
                off_label_reason="No pen is labelled for these wrinkles in type VI. Shallow, few passes, one "
                "test area first; she knows of the risk of dark marks and has agreed in writing.",
            ),
        ),
    ),
)  # fmt: skip

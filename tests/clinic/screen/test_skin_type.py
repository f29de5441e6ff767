"""The skin type by ten questions, by who looks, by measurement: kept apart, the darkest used and told."""

import html
from uuid import uuid4

import pytest
import time_machine

from clinic import charted
from needlework.clinic.models.photographs import Comparison, Photograph
from needlework.clinic.models.screening import Screening
from needlework.clinic.models.skin import SkinTyping
from needlework.clinic.screen import actions, asking
from needlework.protocol import load
from needlework.records.measure import Change, Detail, Trend
from needlework.records.measure import Comparison as Seen
from needlework.records.plan import Goals

QUESTIONS = load.default().skin.question


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(charted.NOON, tick=False):
        yield


def _ten(place, **changed):
    return {f"ten-{question.id}": str(place) for question in QUESTIONS} | changed


def _post(browser, patient, **said):
    return browser.post(f"/patients/{patient.pk}/skin/", {"once": str(uuid4()), **said})


def _shown(browser, patient):
    return html.unescape(browser.get(f"/patients/{patient.pk}/skin/").content.decode())


def _screened(patient, by, **changed):
    everywhere = {"zones": ("cheeks",), **changed}
    return actions.submit(
        patient=patient,
        answers=charted.cast.answers("lucia", everywhere),
        once=uuid4(),
        by=by,
        at=charted.NOON,
    )


def test_three_ways_stand_side_by_side_with_who_and_when(as_practitioner, patient):
    assert _post(as_practitioner, patient, do="score", **_ten(2)).status_code == 302
    assert _post(as_practitioner, patient, do="see", skin_type="V", note="a tan").status_code == 302
    shown = _shown(as_practitioner, patient)
    assert "20 points on 20 Nov 2026, Ines Duarte" in shown and "Ines Duarte on 20 Nov 2026. a tan" in shown
    assert "They differ by 2 types: the ten questions III, the practitioner V" in shown
    assert "Type V is used" in shown and "No photographs were compared" in shown


def test_a_screening_goes_by_the_darkest_and_keeps_what_was_answered(as_practitioner, patient, practitioner):
    _post(as_practitioner, patient, do="see", skin_type="V")
    screening = _screened(patient, practitioner)
    assert screening.as_answers().given["skin-type"] == "III" and screening.skin_type == "V"
    assert "pigment-risk" in {one.rule for one in screening.as_verdict().findings}
    assert "They differ by 2 types" in _page(as_practitioner, screening)
    from needlework.clinic.plan import actions as planning

    course = planning.propose(screening=screening, goals=Goals(("acne-scars",), ("cheeks",), charted.DEVICE))
    assert course.person.skin_type == "V"


def _page(browser, screening):
    return html.unescape(browser.get(f"/screenings/{screening.pk}/").content.decode())


def test_without_another_way_the_answer_stands_as_before(as_practitioner, patient, practitioner):
    screening = _screened(patient, practitioner)
    assert screening.skin_type == "III" and "pigment-risk" not in str(screening.verdict)
    assert "Nothing else is known" in _page(as_practitioner, screening)


def test_what_is_found_after_a_screening_is_said_to_count_from_the_next(
    as_practitioner, patient, practitioner
):
    _screened(patient, practitioner)
    _post(as_practitioner, patient, do="see", skin_type="VI")
    assert "The screening of 20 Nov 2026 went by type III" in _shown(as_practitioner, patient)
    assert Screening.objects.get().skin_type == "III"


def _compared(patient, ita_deg, reference="card"):
    pair = [
        Photograph.objects.create(
            patient=patient, sha256=f"{uuid4().hex}{uuid4().hex}", format="JPEG", width=9, height=9,
            taken_on=charted.DAY,
        )
        for _side in range(2)
    ]  # fmt: skip
    details = (Detail("ITA", "°", 30.0, ita_deg),)
    change = Change("cheeks", "pigmentation", "°", 60, 60, 0, (0, 0), 1, Trend.NO_DETECTABLE_CHANGE, details)
    seen = Seen("pair-3+card", True, (), (change,), True, reference=reference)
    row = Comparison.from_record(*pair, seen, edition="x")
    row.save()
    return row


@pytest.mark.parametrize(
    ("ita_deg", "reference", "used"),
    [(-4.0, "card", "V"), (40.0, "card", "III"), (-4.0, "background", "III")],
)
def test_a_measured_tone_counts_beside_a_card_alone_and_never_makes_it_lighter(
    patient, practitioner, as_practitioner, ita_deg, reference, used
):
    _compared(patient, ita_deg, reference)
    screening = _screened(patient, practitioner)
    assert screening.skin_type == used
    shown = _shown(as_practitioner, patient)
    assert ("An angle, no type" in shown) is (reference == "card")


@pytest.mark.parametrize(
    "said",
    [{"do": "see"}, {"do": "see", "skin_type": "VII"}, {"do": "score"}, {"do": "score", **_ten(9)},
     {"do": "score", **_ten(2, **{"ten-eyes": ""})}],
)  # fmt: skip
def test_what_is_no_answer_is_refused_and_nothing_kept(as_practitioner, patient, said):
    assert _post(as_practitioner, patient, **said).status_code == 422
    assert not SkinTyping.objects.exists()


def test_the_same_form_sent_twice_is_one_row_and_another_later_counts(as_practitioner, patient):
    form = {"do": "see", "skin_type": "III", "once": str(uuid4())}
    address = f"/patients/{patient.pk}/skin/"
    assert [as_practitioner.post(address, form).status_code for _n in range(2)] == [302, 302]
    assert SkinTyping.objects.count() == 1
    with time_machine.travel(charted.NOON.replace(minute=5), tick=False):
        _post(as_practitioner, patient, do="see", skin_type="II")
        shown = _shown(as_practitioner, patient)
    assert "Type II is used" in shown and shown.count("Seen by a practitioner: I") == 2


def test_only_those_who_treat_record_it(patient, users, signed_in, client):
    address = f"/patients/{patient.pk}/skin/"
    said = {"do": "see", "skin_type": "IV"}
    answers = [
        signed_in(user).post(address, {**said, "once": str(uuid4())}).status_code for user in users.values()
    ]
    assert answers == [302, 302, 302, 403]
    assert client.post(address, said)["Location"].startswith("/login/")
    assert signed_in(users["practitioner"]).delete(address).status_code == 405


# ── on somebody's own phone ──────────────────────────────────────────────────────────────────────────


@pytest.fixture
def link(patient, practitioner):
    return f"/a/{asking.invite(patient=patient, by=practitioner, at=charted.NOON)}/"


def _send(client, link, **ten):
    client.post(link, {"do": "zones", "zones": ["cheeks"]})
    return client.post(link, {"do": "send", "anyway": "1", "once": str(uuid4()), **ten})


def test_the_ten_questions_come_with_the_answers_and_are_theirs(client, link, patient, as_practitioner):
    _send(client, link, **_ten(3))
    row = SkinTyping.objects.get()
    assert (row.points, row.skin_type, row.created_by) == (30, "V", None)
    assert row.link == patient.own_answers.get().link
    assert "by themselves, by their link" in _shown(as_practitioner, patient)


def test_a_part_of_them_gives_no_type_and_stops_nothing(client, link, patient):
    _send(client, link, **_ten(3, **{"ten-hair": ""}))
    assert patient.own_answers.exists() and not SkinTyping.objects.exists()


def test_what_is_typed_of_them_is_kept_until_it_is_sent(client, link):
    client.post(link, {"do": "zones", "zones": ["cheeks"]})
    client.post(link, {"do": "save", "ten-eyes": "3"})
    shown = client.get(link).content.decode()
    assert (
        'name="ten-eyes" value="3"' in shown and "checked" in shown.split('name="ten-eyes" value="3"')[1][:60]
    )

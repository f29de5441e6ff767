"""Whose page it is: name, number, day of birth, a photograph that they agreed to, and what to mind."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from clinic import charted
from needlework.clinic import minded, storage
from needlework.clinic.consent import actions as consent
from needlework.clinic.merging import actions as merging
from needlework.clinic.models.people import Patient, PatientDetails
from needlework.clinic.models.photographs import Photograph
from needlework.clinic.models.rights import What
from needlework.clinic.rights import actions as rights
from needlework.clinic.screen import actions as screen
from needlework.imaging import photo

STEEL = {"allergy": True, "steel-allergy": True}


@pytest.fixture
def pages(patient, practitioner):
    plan = charted.planned(patient, by=practitioner)
    session = charted.signed(plan, by=practitioner)
    return [
        f"/patients/{patient.pk}/", f"/patients/{patient.pk}/screen/", f"/screenings/{plan.screening_id}/",
        f"/plans/{plan.pk}/", f"/plans/{plan.pk}/consent/", f"/sessions/{session.pk}/",
        f"/sessions/{session.pk}/recover/", f"/patients/{patient.pk}/measure/",
    ]  # fmt: skip


def seen(patient):
    return [one.words for one in minded.alerts(Patient.objects.get(pk=patient.pk), on=charted.DAY)]


def photographed(patient, view="front", sha256="a" * 64, on=charted.DAY):
    made = Photograph(
        patient=patient, sha256=sha256, format="JPEG", width=9, height=9, taken_on=on, view=view
    )
    made.save()
    return made


def said(patient, given, *, by):
    return consent.photographs_for(
        patient=patient, purpose="record", given=given, once=uuid4(), by=by, at=charted.NOON
    )


def test_every_page_about_somebody_says_who_they_are(as_practitioner, pages):
    for address in pages:
        answer = as_practitioner.get(address)
        shown = answer.content.decode()
        assert answer.status_code == 200, address
        assert all(
            words in shown for words in ('class="person"', "Ada Lindqvist", "N-0001", "12 May 1986")
        ), address


def test_an_allergy_stands_first_and_stays_when_it_is_treated_in_spite_of(as_director, patient, director):
    row = charted.screened(patient, by=director, changed={**STEEL, "pregnant-or-nursing": "pregnant"})
    first, *rest = seen(patient)
    assert first == "Allergy to stainless steel or metal" and "Pregnant or possibly pregnant" in rest
    finding = next(one for one in row.as_verdict().findings if "allergy" in one.rule)
    if screen.may_override(finding, director):
        screen.override(
            screening=row,
            rule=finding.rule,
            reason="Gold needles",
            once=uuid4(),
            by=director,
            at=charted.NOON,
        )
    assert seen(patient)[0] == first
    assert first in as_director.get(f"/screenings/{row.pk}/").content.decode()


def test_a_deferral_that_has_ended_warns_no_more(patient, practitioner):
    row = charted.screened(
        patient,
        by=practitioner,
        changed={"lately": True, "sun": True, "sun-on": charted.DAY - timedelta(days=2)},
    )
    ends = max(one.until for one in row.as_verdict().findings if one.until)
    words = "Sunburn, tan, sunbed or heavy sun less than two weeks ago"
    assert words in [one.words for one in minded.alerts(patient, on=ends - timedelta(days=1))]
    assert words not in [one.words for one in minded.alerts(patient, on=ends)]


def test_nobody_asked_is_said(patient):
    assert seen(patient) == ["not screened yet"]


def test_what_a_merged_chart_found_warns_on_the_one_that_goes_on(patient, practitioner):
    other = Patient.objects.admit()
    PatientDetails.objects.create(patient=other, full_name="A", born_on=date(1986, 5, 12), phone="1")
    charted.screened(other, by=practitioner, changed=STEEL)
    charted.screened(patient, by=practitioner)
    assert seen(patient) == []
    merging.merge(
        patient=other, into=patient, reason="Same passport", once=uuid4(), by=practitioner, at=charted.NOON
    )
    assert seen(patient) == ["Allergy to stainless steel or metal"]
    assert seen(other)[0] == "goes on in N-0001"


def test_a_restricted_screening_says_that_something_is_and_not_what(patient, director):
    row = charted.screened(patient, by=director, changed=STEEL)
    rights.decide(
        patient=patient, item=row, what=What.RESTRICTED, ground="Art. 18(1)", until=None, once=uuid4(),
        by=director, at=charted.NOON,
    )  # fmt: skip
    assert seen(patient) == ["part of the record is restricted"]


def test_a_face_is_shown_while_they_agree_and_only_from_the_front(as_practitioner, patient, practitioner):
    front = photographed(patient)
    photographed(patient, view="chin", sha256="b" * 64, on=charted.DAY + timedelta(days=1))
    page = f"/patients/{patient.pk}/"
    face = f"/photographs/{front.pk}/face/"
    assert face not in as_practitioner.get(page).content.decode()
    said(patient, True, by=practitioner)
    assert face in as_practitioner.get(page).content.decode()
    said(patient, False, by=practitioner)
    shown = as_practitioner.get(page).content.decode()
    assert "/face/" not in shown and ">AL</span>" in shown


def test_the_face_is_small(as_practitioner, patient):
    import io

    import numpy as np
    from PIL import Image

    row = photographed(patient)
    big = np.tile(np.linspace(0, 255, 1200, dtype=np.uint8)[None, :, None], (900, 1, 3))
    storage.keep(row.working, photo.jpeg(big, quality=90))
    answer = as_practitioner.get(f"/photographs/{row.pk}/face/")
    assert max(Image.open(io.BytesIO(answer.content)).size) == 224 and len(answer.content) < 60_000


def test_the_front_desk_sees_no_face_and_no_finding(as_front_desk, patient, practitioner):
    charted.screened(patient, by=practitioner, changed=STEEL)
    photographed(patient)
    said(patient, True, by=practitioner)
    shown = as_front_desk.get(f"/patients/{patient.pk}/").content.decode()
    assert "Ada Lindqvist" in shown and "12 May 1986" in shown
    assert "stainless" not in shown and "/face/" not in shown

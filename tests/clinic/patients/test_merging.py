"""Two charts of one person: flagged, merged without loss, found as one, and parted again."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from clinic import charted
from needlework.clinic import alike, exposures
from needlework.clinic.merging import actions
from needlework.clinic.models.exposure import Exposure
from needlework.clinic.models.merging import Absorbed, Merge, TwoPeople
from needlework.clinic.models.people import Patient, PatientDetails
from needlework.clinic.rights import record
from needlework.clinic.treat import opening
from needlework.records.why import Refusal

LATER = charted.NOON + timedelta(days=1)


def somebody(name="Ada Lindqvist", born=date(1986, 5, 12), phone="020 7946 0001"):
    made = Patient.objects.admit()
    PatientDetails.objects.create(patient=made, full_name=name, born_on=born, phone=phone)
    return made


def merged(gone, into, *, by, at=LATER, once=None):
    return actions.merge(
        patient=gone, into=into, reason="She showed her passport", once=once or uuid4(), by=by, at=at
    )


def parted(merge, *, by, once=None):
    return actions.undo(
        merge=merge, reason="They are sisters", once=once or uuid4(), by=by, at=LATER + timedelta(hours=1)
    )


def anew(*people):
    return [Patient.objects.get(pk=one.pk) for one in people]


# ── flagged ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "born", "phone", "same"),
    [
        ("LINDQVIST, Áda", date(1986, 5, 12), "0", ("name", "born")),
        ("Ada Maria Lindqvist", date(1986, 5, 12), "0", ("name", "born")),
        ("Ada Lindquist", date(1986, 5, 12), "(020) 7946-0001", ("born", "phone")),
        ("Ada Lindqvist", date(1968, 5, 12), "+44 (0)20 7946 0001", ("name", "phone")),
        ("Ada Lindqvist", date(1968, 5, 12), "0", None),
        ("Ben Okafor", date(1986, 5, 12), "0", None),
        ("Ada", date(1986, 5, 12), "", None),
    ],
)
def test_two_of_name_birthday_and_phone_make_somebody_alike(patient, name, born, phone, same):
    found = alike.to(full_name=name, born_on=born, phone=phone)
    assert [(one.patient, one.same) for one in found] == ([(patient, same)] if same else [])


def test_who_is_alike_is_saved_once_that_was_said(as_front_desk, patient):
    form = {
        "once": str(uuid4()), "seen": "", "full_name": "Ada Lindqvist", "born_on": "1986-05-12",
        "sex": "female", "phone": "1", "email": "", "note": "",
    }  # fmt: skip
    asked = as_front_desk.post("/patients/new/", form)
    assert "May be the same person" in asked.content.decode() and Patient.objects.count() == 1
    assert as_front_desk.post("/patients/new/", {**form, "somebody_else": "yes"}).status_code == 302
    assert as_front_desk.post("/patients/new/", form).status_code == 302  # sent twice
    assert Patient.objects.count() == 2
    assert as_front_desk.get("/patients/").content.decode().count("may be N-000") == 2


def test_the_list_asks_as_often_for_many_as_for_one(as_front_desk, patient, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    somebody()
    as_front_desk.get("/patients/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        as_front_desk.get("/patients/")
    for n in range(12):
        somebody(phone=f"07 000 00{n:02d}")
    with django_assert_num_queries(len(one)):
        assert "N-0014" in as_front_desk.get("/patients/").content.decode()


def test_two_people_who_were_told_apart_are_flagged_no_more(as_practitioner, patient):
    other = somebody()
    page = f"/patients/{other.pk}/merge/"
    assert "May be the same person" in as_practitioner.get(page).content.decode()
    assert as_practitioner.post(page, {"with": "N-0001", "do": "apart"}).status_code == 302
    assert not alike.among([patient, other])
    as_practitioner.post(f"/patients/{patient.pk}/merge/", {"with": "2", "do": "apart"})
    assert TwoPeople.objects.count() == 1


# ── merged ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_merge_is_made_on_the_page_and_both_charts_stay_readable(as_practitioner, patient, practitioner):
    other = somebody("Ada Lindquist")
    page, form = (
        f"/patients/{other.pk}/merge/",
        {"with": "N-0001", "stays": str(patient.pk), "once": str(uuid4())},
    )
    assert as_practitioner.post(page, {**form, "reason": "x"}).status_code == 422
    answers = [as_practitioner.post(page, {**form, "reason": "Same passport"}) for _ in range(2)]
    assert [one["Location"] for one in answers] == [f"/patients/{patient.pk}/"] * 2
    assert Merge.objects.count() == 1
    gone, goes_on = (as_practitioner.get(f"/patients/{one.pk}/").content.decode() for one in (other, patient))
    assert "N-0002 goes on in N-0001" in gone and "Ada Lindquist, is the same person" in goes_on
    refused = as_practitioner.post(f"/patients/{other.pk}/details/", {"full_name": "x"})
    assert refused.status_code == 409 and "Open N-0001" in refused.content.decode()


def test_search_finds_both_names_and_numbers_and_leads_to_the_one_that_goes_on(
    as_front_desk, patient, practitioner
):
    other = somebody("Adela Berg", date(1990, 1, 1), "0777 888 999")
    made = merged(other, patient, by=practitioner)
    for asked in ("berg", "lindqvist", "N-0002", "N-0001", "777888", "1.1.1990", "adela lindqvist", ""):
        assert not asked or Patient.objects.asked_for(asked) == [patient.pk]
        shown = as_front_desk.get("/patients/", {"q": asked}).content.decode()
        assert f"/patients/{patient.pk}/" in shown and f"/patients/{other.pk}/" not in shown
        assert "also Adela Berg, N-0002" in shown
    call_command("search-keys")
    parted(made, by=practitioner)
    assert Patient.objects.asked_for("berg") == [other.pk]
    assert not Patient.objects.asked_for("adela lindqvist")
    call_command("search-keys")


def test_a_correction_of_the_chart_that_went_is_found_under_the_one_that_goes_on(patient, practitioner):
    other = somebody("Adela Berg")
    merged(other, patient, by=practitioner)
    old = other.versions.get()
    PatientDetails.objects.create(
        patient=Patient.objects.get(pk=other.pk), corrects=old, full_name="Adela Holm",
        born_on=old.born_on, phone="1",
    )  # fmt: skip
    assert Patient.objects.asked_for("holm") == [patient.pk] and not Patient.objects.asked_for("berg")


def test_what_happened_in_both_charts_stands_on_the_one_that_goes_on(as_practitioner, patient, practitioner):
    other = somebody("Adela Berg")
    charted.signed(charted.planned(other, by=practitioner), by=practitioner)
    made = merged(other, patient, by=practitioner)
    shown = as_practitioner.get(f"/patients/{patient.pk}/").content.decode()
    assert "Session 1, signed" in shown and "N-0002 goes on in N-0001, the same person" in shown
    assert "Session 1, signed" in as_practitioner.get(f"/patients/{other.pk}/").content.decode()
    parted(made, by=practitioner)
    shown = as_practitioner.get(f"/patients/{patient.pk}/").content.decode()
    assert "Session 1, signed" not in shown and "They are sisters" in shown


def test_a_look_back_and_an_export_count_one_person(patient, practitioner):
    other = somebody()
    mine = charted.signed(charted.planned(patient, by=practitioner), by=practitioner)
    theirs = charted.signed(charted.planned(other, by=practitioner), by=practitioner, at=LATER)
    made = merged(other, patient, by=practitioner)
    exposed = Exposure.objects.filter(kind="operator", key=str(practitioner.pk)).values_list(
        "patient", flat=True
    )
    assert set(exposed.all()) == {patient.pk} and not list(exposures.drift())
    charted.chart(theirs, "addendum", {"text": "Late."}, by=practitioner, at=LATER)
    assert set(Exposure.objects.values_list("patient", flat=True)) == {patient.pk}
    for one in anew(patient, other):
        rows = {part.name: rows for part, rows in record.rows(one).items()}
        assert {row.pk for row in rows["session"]} == {mine.pk, theirs.pk} and len(rows["patient"]) == 2
    parted(made, by=practitioner)
    assert set(exposed.filter(session=theirs)) == {other.pk} and set(exposed.filter(session=mine)) == {
        patient.pk
    }


def test_nobody_is_treated_after_a_merge_before_they_are_screened_as_one_person(patient, practitioner):
    other = somebody()
    with time_machine.travel(charted.NOON, tick=True):
        plan = charted.planned(patient, by=practitioner)
        charted.screened(other, by=practitioner, changed={"isotretinoin": "now"})
    with time_machine.travel(LATER + timedelta(hours=2), tick=False):
        merged(other, patient, by=practitioner)
        plan.refresh_from_db()
        plan.patient = Patient.objects.get(pk=patient.pk)
        said = [one.problem for one in opening.against(plan, by=practitioner, on=LATER.date())]
        assert any("older than the merge of N-0002 into N-0001" in one for one in said)
        assert (
            opening.screening_of(plan).patient_id == other.pk
        )  # what was found last counts, wherever it stands
    with time_machine.travel(LATER + timedelta(hours=3), tick=False):
        charted.screened(patient, by=practitioner)
        assert not any(
            "older than the merge" in one.problem
            for one in opening.against(plan, by=practitioner, on=LATER.date())
        )


def test_merges_go_in_no_circle_and_a_chart_goes_on_in_one_other(patient, practitioner):
    second, third = somebody(), somebody()
    assert isinstance(merged(patient, patient, by=practitioner), Refusal)
    first = merged(second, patient, by=practitioner)
    back = merged(patient, second, by=practitioner)
    assert isinstance(back, Refusal) and "itself merged into N-0001" in back.reasons[0].problem
    assert isinstance(merged(second, third, by=practitioner), Refusal)
    chained = merged(patient, third, by=practitioner)
    assert set(Absorbed.objects.values_list("patient", "survivor")) == {
        (second.pk, third.pk), (patient.pk, third.pk),
    }  # fmt: skip
    parted(chained, by=practitioner)
    assert list(Absorbed.objects.values_list("patient", "survivor")) == [(second.pk, patient.pk)]
    once = uuid4()
    assert parted(first, by=practitioner, once=once) == parted(first, by=practitioner, once=once)
    assert isinstance(parted(first, by=practitioner), Refusal) and not Absorbed.objects.exists()
    assert not isinstance(merged(second, third, by=practitioner), Refusal)
    with pytest.raises(IntegrityError):
        Merge(patient=third, into=third, reason="x").save()


@pytest.mark.django_db(transaction=True)
def test_two_who_merge_the_same_two_at_once_merge_them_once(patient, practitioner):
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    from django.db import connection

    other, ready = somebody(), Barrier(2)

    def one(pair):
        ready.wait()
        try:
            return merged(*pair, by=practitioner)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(one, [(patient, other), (other, patient)]))
    assert sorted(isinstance(answer, Refusal) for answer in answers) == [False, True]
    assert Absorbed.objects.count() == Merge.objects.count() == 1


def test_the_index_of_merges_is_checked_and_mended(patient, practitioner):
    other = somebody()
    merged(other, patient, by=practitioner)
    Absorbed.objects.all().delete()
    with pytest.raises(CommandError):
        call_command("search-keys")
    call_command("search-keys", mend=True)
    assert Absorbed.objects.get().survivor == patient


def test_the_chart_of_another_site_is_read_where_the_person_comes_to(
    signed_in, patient, practitioner, prescriber
):
    elsewhere = charted.a_room("Two", site="The other house").site
    other = Patient.objects.admit(site=elsewhere)
    PatientDetails.objects.create(patient=other, full_name="A. Lind", born_on="1986-05-12", phone="1")
    browser = signed_in(practitioner)
    assert browser.get(f"/patients/{other.pk}/").status_code == 403
    made = merged(other, patient, by=prescriber)
    assert browser.get(f"/patients/{other.pk}/").status_code == 200
    prescriber.memberships.update(site=elsewhere)
    there = signed_in(prescriber)
    assert there.get(f"/patients/{patient.pk}/").status_code == 200
    assert f"/patients/{patient.pk}/" in there.get("/patients/").content.decode()
    parted(made, by=prescriber)
    assert browser.get(f"/patients/{other.pk}/").status_code == 403
    assert there.get(f"/patients/{patient.pk}/").status_code == 403

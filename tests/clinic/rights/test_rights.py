"""What patients may ask: all about themselves, who has looked, erasure and restriction, periods."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import ForeignKey
from django.urls import reverse
from django.utils import timezone

import cast
from clinic import charted, test_url_walk
from needlework.clinic import audit, storage
from needlework.clinic.models.audit import AuditLine
from needlework.clinic.models.people import Patient, PatientDetails
from needlework.clinic.models.photographs import Comparison, Photograph
from needlework.clinic.models.rights import Decision, RetentionRule, erasable
from needlework.clinic.models.screening import Screening
from needlework.clinic.models.treatment import SessionEntry
from needlework.clinic.recover import actions as recover
from needlework.clinic.rights import actions, record
from needlework.clinic.rights.due import due
from needlework.records.measure import Comparison as Seen
from needlework.records.treat import EventKind
from needlework.records.why import Refusal

GROUND = "GDPR Art. 17(1)(b): consent withdrawn, and no other ground"


world = test_url_walk.world


@pytest.fixture
def clock():
    with time_machine.travel(charted.NOON + timedelta(days=2, hours=1), tick=False) as that_day:
        yield that_day


def decide(item, by, what="erased", *, patient, ground=GROUND, until=None):
    return actions.decide(
        patient=patient, item=item, what=what, ground=ground, until=until, once=uuid4(), by=by,
        at=charted.NOON,
    )  # fmt: skip


def faults():
    raw = connection.connection
    return [*audit.drift(raw), *audit.gaps(raw)]


def said(response):
    return response.content.decode()


# ── everything about one person ──


def test_no_model_that_leads_to_a_person_is_left_out():
    """Every model of the clinic that leads to a patient by its own foreign keys, however many steps."""
    models = list(apps.get_app_config("clinic").get_models())
    leading = {Patient}
    for _step in models:
        leading |= {
            model
            for model in models
            for field in model._meta.concrete_fields
            if isinstance(field, ForeignKey) and field.related_model in leading
        }
    assert {part.model for part in record.parts()} == leading
    assert len(leading) > 20


def test_everything_stands_in_both_files(world, patient, as_director, clock):
    answer = as_director.post(reverse("rights-export", args=[patient.pk]), {"as": "zip"})
    zipped = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert zipped.testzip() is None
    manifest = json.loads(zipped.read("manifest.json"))
    for name, told in manifest["files"].items():
        data = zipped.read(name)
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (told["sha256"], told["bytes"])
    records = json.loads(zipped.read("person.json"))["records"]
    patient = Patient.objects.get(pk=patient.pk)  # another chart was merged into it since
    for part in record.parts():
        assert len(records[part.name]) == part.of(patient).count(), part.name
    assert records["patientdetails"][0]["full_name"] == "Ada Lindqvist"
    assert any(entry["kind"] == "pass" for entry in records["sessionentry"])
    text = json.dumps(records)
    assert "token_sha256" not in text and "password" not in text
    page = as_director.post(reverse("rights-export", args=[patient.pk]), {"as": "page"})
    shown = b"".join(page.streaming_content).decode()
    assert "Ada Lindqvist" in shown and "Who has looked" in shown and "<script" not in shown
    for part in record.parts():
        if part.of(patient).exists():
            assert part.title in shown, part.name
    assert AuditLine.objects.filter(action="export", row_id=patient.pk.hex).count() == 2


def test_the_photographs_go_along_byte_for_byte(patient, practitioner, as_director):
    one = Photograph(
        patient=patient, sha256="ab" * 32, format="JPEG", width=9, height=9, taken_on=charted.DAY
    )
    storage.keep(one.original, b"the original")
    storage.keep(one.working, b"the copy")
    one.save()
    answer = as_director.post(reverse("rights-export", args=[patient.pk]), {"as": "zip"})
    zipped = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    (name,) = [name for name in zipped.namelist() if name.startswith("photographs/")]
    assert zipped.read(name) == b"the original"


def test_nobody_else_is_in_it(patient, practitioner, as_director):
    other = Patient.objects.admit()
    PatientDetails.objects.create(patient=other, full_name="Ben Okafor", born_on="1990-01-01", phone="1")
    charted.planned(other, by=practitioner)
    answer = as_director.post(reverse("rights-export", args=[patient.pk]), {"as": "zip"})
    zipped = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    text = "".join(zipped.read(name).decode() for name in zipped.namelist())
    assert "Ben Okafor" not in text and str(other.pk) not in text


def test_what_somebody_typed_cannot_run_in_the_page(patient, as_director):
    PatientDetails.objects.create(
        patient=patient, corrects=patient.details, full_name="<script>alert(1)</script>",
        born_on="1990-01-01", phone="1", note="<img src=x onerror=alert(1)>",
    )  # fmt: skip
    page = as_director.post(reverse("rights-export", args=[patient.pk]), {"as": "page"})
    shown = b"".join(page.streaming_content).decode()
    assert "<script>" not in shown and "<img src=x" not in shown and "&lt;script&gt;" in shown


# ── who has looked ──


def test_the_page_says_who_has_looked_at_what(patient, practitioner, as_practitioner, as_director):
    plan = charted.planned(patient, by=practitioner)
    as_practitioner.get(reverse("plan", args=[plan.pk]))
    shown = said(as_director.get(reverse("patient-reads", args=[patient.pk])))
    assert "Ines Duarte" in shown and "Plan" in shown


@pytest.mark.parametrize("detail", ["emergency 7", "head emergency 7"])
def test_whatever_was_opened_in_an_emergency_is_shown_as_that(photograph, patient, front_desk, detail):
    audit.read(photograph, by=front_desk, detail=detail)
    (look,) = [one for one in record.looks(patient) if one.part == "Photograph"]
    assert look.emergency and look.who == "Sam Petrov"


def test_looking_it_up_asks_as_many_questions_in_a_large_clinic(
    patient, practitioner, django_assert_max_num_queries
):
    charted.planned(patient, by=practitioner)
    with django_assert_max_num_queries(3 * len(record.parts())):
        record.looks(patient)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "EXPLAIN QUERY PLAN SELECT * FROM clinic_auditline WHERE table_name='clinic_plan'"
                " AND row_id IN ('a','b') AND action IN ('read') ORDER BY seq DESC"
            )
            assert "audit_by_row" in str(cursor.fetchall())


# ── erasure ──


@pytest.fixture
def photograph(patient):
    one = Photograph(
        patient=patient, sha256="cd" * 32, format="JPEG", width=9, height=9, taken_on=charted.DAY,
        camera="Pocket 3",
    )  # fmt: skip
    for name in (one.original, one.working):
        storage.keep(name, b"jpeg")
    one.save()
    return one


def test_an_erased_photograph_is_gone_and_the_log_is_whole(
    photograph, patient, director, as_practitioner, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        decide(photograph, director, patient=patient)
    assert not storage.path(photograph.original).exists() and not storage.path(photograph.working).exists()
    photograph.refresh_from_db()
    assert photograph.camera == ""
    assert faults() == []
    assert as_practitioner.get(reverse("photograph-image", args=[photograph.pk])).status_code == 404
    measure = as_practitioner.get(reverse("measure", args=[patient.pk]))
    assert measure.status_code == 200 and str(photograph.pk) not in said(measure)
    line = AuditLine.objects.filter(action="erased", row_id=photograph.pk.hex).get()
    assert line.actor == f"user:{director.pk}"


def test_verify_says_what_was_erased_and_by_whom(photograph, patient, director):
    decide(photograph, director, patient=patient)
    from needlework.clinic.ledger import chain

    with connection.cursor() as cursor:
        cursor.execute(chain.ERASED)
        (told,) = chain.erasures(cursor.fetchall())
    assert photograph.pk.hex in told and "erased on 2026-11-20 by Dr Mara Weiss" in told


def test_the_pictures_made_of_it_go_with_it(
    photograph, patient, director, django_capture_on_commit_callbacks
):
    seen = {"comparison": {}, "method": "x", "edition": "x", "pictures": ["before"]}
    pair = Comparison.objects.create(patient=patient, before=photograph, after=photograph, **seen)
    storage.keep(pair.picture("before"), b"jpeg")
    with django_capture_on_commit_callbacks(execute=True):
        decide(photograph, director, patient=patient)
    pair.refresh_from_db()
    assert pair.pictures == [] and not storage.path(f"pairs/{pair.pk}/before.jpg").exists()


def test_a_file_that_a_stopped_machine_left_is_swept(photograph, patient, director):
    decide(photograph, director, patient=patient)  # its commit never came to the files
    assert storage.path(photograph.original).exists()
    call_command("due")
    assert not storage.path(photograph.original).exists()


@pytest.mark.parametrize("table", sorted(erasable()))
def test_an_erased_column_is_left_blank(table):
    assert all(
        value in ("", {}, [], "(erased)", {"text": "(erased)"}) for value in erasable()[table].values()
    )


def attempt(sql, *args):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, args)


def test_the_path_serves_erasure_and_nothing_else(patient, director):
    details, key = patient.details, patient.details.pk
    marked = key.hex if connection.vendor == "sqlite" else str(key)
    change = "UPDATE clinic_patientdetails SET {} WHERE id = %s"
    attempt(change.format("note = ''"), marked) if details.note else None
    attempt(change.format("full_name = '(erased)'"), marked)  # no decision yet
    decide(details, director, patient=patient)
    attempt(change.format("full_name = 'Somebody Else'"), marked)
    attempt(change.format("born_on = '1900-01-01'"), marked)
    attempt(change.format("phone = '', born_on = '1900-01-01'"), marked)
    attempt("DELETE FROM clinic_patientdetails WHERE id = %s", marked)
    attempt("UPDATE clinic_decision SET ground = 'other'")
    attempt("DELETE FROM clinic_decision")
    other = Patient.objects.admit()
    theirs = PatientDetails.objects.create(patient=other, full_name="Ben", born_on="1990-01-01", phone="1")
    attempt(change.format("phone = ''"), theirs.pk.hex if connection.vendor == "sqlite" else str(theirs.pk))
    details.refresh_from_db()
    assert (details.full_name, details.phone) == ("(erased)", "")
    assert faults() == []


def test_what_was_done_is_kept_and_a_note_is_not(patient, practitioner, director):
    session = charted.signed(charted.planned(patient, by=practitioner), by=practitioner)
    needled = session.entries.get(kind="pass")
    refused = decide(needled, director, patient=patient)
    assert isinstance(refused, Refusal) and "This is kept" in refused.reasons[0].problem
    charted.chart(session, EventKind.ADDENDUM, {"text": "Her sister phoned"}, by=practitioner)
    note = session.entries.last()
    assert not isinstance(decide(note, director, patient=patient), Refusal)
    assert SessionEntry.objects.get(pk=note.pk).data == {"text": "(erased)"}


def test_the_chart_opens_after_a_note_was_erased(patient, practitioner, director, as_practitioner):
    session = charted.signed(charted.planned(patient, by=practitioner), by=practitioner)
    charted.chart(session, EventKind.ADDENDUM, {"text": "Her sister phoned"}, by=practitioner)
    decide(session.entries.last(), director, patient=patient)
    shown = said(as_practitioner.get(reverse("session", args=[session.pk])))
    assert "(erased)" in shown and "sister" not in shown


def test_every_page_opens_after_all_that_can_be_was_erased(
    world,
    patient,
    director,
    as_practitioner,
    clock,
    django_capture_on_commit_callbacks,
):
    ids, _pair = world
    with django_capture_on_commit_callbacks(execute=True):
        for part in record.parts():
            for row in part.of(patient):
                if actions.may_erase(row) and not Decision.objects.filter(row_id=row.pk.hex).exists():
                    decide(row, director, patient=patient)
    for name in ("patient", "screening", "plan", "session", "recover", "measure"):
        key = {"recover": "session", "measure": "patient"}.get(name, name)
        assert as_practitioner.get(reverse(name, args=[ids[key]])).status_code == 200, name
    assert faults() == []


@pytest.mark.parametrize("ground", ["", "   "])
def test_nothing_is_decided_without_a_ground(patient, director, ground):
    assert isinstance(decide(patient.details, director, patient=patient, ground=ground), Refusal)
    assert not Decision.objects.exists()


def test_erased_once(patient, director):
    decide(patient.details, director, patient=patient)
    assert isinstance(decide(patient.details, director, patient=patient), Refusal)


# ── restriction ──


def test_a_restricted_item_is_the_directors_alone_until_it_is_lifted(
    patient, practitioner, director, as_practitioner, as_director
):
    screening = charted.screened(patient, by=practitioner)
    address = reverse("screening", args=[screening.pk])
    decide(screening, director, "restricted", patient=patient)
    assert as_practitioner.get(address).status_code == 404
    assert as_director.get(address).status_code == 200
    decide(screening, director, "lifted", patient=patient)
    assert as_practitioner.get(address).status_code == 200


def test_a_restricted_photograph_is_not_offered_to_be_measured(
    photograph, patient, director, as_practitioner
):
    decide(photograph, director, "restricted", patient=patient)
    assert str(photograph.pk) not in said(as_practitioner.get(reverse("measure", args=[patient.pk])))


def test_what_was_made_of_a_restricted_photograph_is_restricted_with_it(
    photograph, patient, director, as_practitioner, as_director
):
    made = Seen("pair-1", comparable=False, reasons=(), changes=(), defaults=True)
    seen = {"comparison": msgspec.to_builtins(made), "method": "x", "edition": "x", "pictures": ["before"]}
    pair = Comparison.objects.create(patient=patient, before=photograph, after=photograph, **seen)
    storage.keep(pair.picture("before"), b"jpeg")
    addresses = (reverse("comparison-image", args=[pair.pk, "before"]), reverse("comparison", args=[pair.pk]))
    decide(photograph, director, "restricted", patient=patient)
    assert [as_practitioner.get(one).status_code for one in addresses] == [404, 404]
    assert as_practitioner.get(reverse("comparison-report", args=[pair.pk])).status_code == 404
    for page in ("measure", "patient"):
        assert str(pair.pk) not in said(as_practitioner.get(reverse(page, args=[patient.pk]))), page
    assert as_director.get(addresses[0]).status_code == 200
    decide(photograph, director, "lifted", patient=patient)
    assert [as_practitioner.get(one).status_code for one in addresses] == [200, 200]


def test_to_keep_an_item_lifts_no_restriction(patient, practitioner, director):
    screening = charted.screened(patient, by=practitioner)
    decide(screening, director, "restricted", patient=patient)
    assert isinstance(decide(screening, director, "kept", patient=patient), Refusal)
    assert Decision.shut(patient, Screening) == [screening.pk]


def test_a_restricted_screening_is_told_to_nobody_on_the_list_of_visits(
    patient, practitioner, director, as_practitioner
):
    charted.a_visit(patient, by=practitioner, at=timezone.now() + timedelta(minutes=5))
    screening = charted.screened(patient, by=practitioner, changed={"pregnant-or-nursing": "pregnant"})
    assert "regnan" in said(as_practitioner.get("/"))
    decide(screening, director, "restricted", patient=patient)
    shown = said(as_practitioner.get("/"))
    assert "regnan" not in shown and "Part of the record is restricted" in shown


def test_a_restricted_check_in_waits_for_somebody_and_says_nothing(
    patient, practitioner, director, as_practitioner, as_director
):
    session = charted.signed(charted.planned(patient, by=practitioner), by=practitioner)
    at = charted.NOON + timedelta(days=1)
    answers = cast.well({"fever": True})
    row = recover.check_in(session=session, answers=answers, once=uuid4(), by=None, at=at, now=at)
    words = row.as_triage().signs[0].say
    pages = ("/", reverse("recover", args=[session.pk]))
    assert all(words in said(as_practitioner.get(page)) for page in pages)
    decide(row, director, "restricted", patient=patient)
    shown = [said(as_practitioner.get(page)) for page in pages]
    assert not any(words in one for one in shown)
    assert "A restricted check-in: ask the medical director" in shown[0] and "is restricted" in shown[1]
    assert all(words in said(as_director.get(page)) for page in pages)


# ── the pages ──


def test_the_director_decides_on_the_items_page(patient, as_director):
    details = patient.details
    address = reverse("rights-item", args=[patient.pk, "patientdetails", details.pk])
    assert "Ada Lindqvist" in said(as_director.get(address))
    answer = as_director.post(address, {"what": "erased", "ground": GROUND, "once": uuid4()}, follow=True)
    assert answer.status_code == 200 and "Art. 17(1)(b)" in said(answer)
    assert Decision.objects.get().what == "erased"


def test_an_item_of_somebody_else_is_not_found_under_this_person(patient, as_director):
    other = Patient.objects.admit()
    theirs = PatientDetails.objects.create(patient=other, full_name="Ben", born_on="1990-01-01", phone="1")
    for kind, key in (
        ("patientdetails", theirs.pk),
        ("user", patient.details.pk),
        ("patientdetails", uuid4()),
    ):
        assert as_director.get(reverse("rights-item", args=[patient.pk, kind, key])).status_code == 404


# ── periods ──


def test_what_is_older_than_its_period_is_listed_and_nothing_is_erased(patient, practitioner, as_director):
    charted.signed(charted.planned(patient, by=practitioner), by=practitioner)
    later = charted.DAY.replace(year=charted.DAY.year + 11)
    assert list(due(on=later)) == [], "without a period nothing is due"
    RetentionRule.objects.create(kind="sessionentry", years=20, ground="House")
    assert list(due(on=later)) == []
    RetentionRule.objects.update(years=10)
    found = list(due(on=later))
    assert {one.part.name for one in found} == {"sessionentry"}
    assert len(found) == SessionEntry.objects.count()
    assert not Decision.objects.exists()


def test_what_was_decided_is_not_due_until_its_day(patient, practitioner, director):
    RetentionRule.objects.create(kind="patientdetails", years=1, ground="House")
    later = charted.DAY.replace(year=charted.DAY.year + 3)
    until = charted.DAY.replace(year=charted.DAY.year + 5)
    assert len(list(due(on=later))) == 1
    decide(patient.details, director, "kept", patient=patient, until=until)
    assert list(due(on=later)) == []
    assert len(list(due(on=until))) == 1


def test_an_index_has_no_period_of_its_own(as_director):
    answer = as_director.post(reverse("retention"), {"kind": "searchkey", "years": "1", "ground": "x"})
    assert answer.status_code == 422 and not RetentionRule.objects.exists()


def test_periods_and_law_are_said_on_the_page(as_director):
    page = reverse("retention")
    as_director.post(page, {"say": "law", "name": "Portugal, EU", "law": "Keep 20 years"})
    as_director.post(page, {"say": "rule", "kind": "photograph", "years": "10", "ground": "House"})
    shown = said(as_director.get(page))
    assert "Portugal, EU" in shown and "10 years after the last visit" in shown
    assert as_director.post(page, {"kind": "user", "years": "0", "ground": ""}).status_code == 422
    assert RetentionRule.objects.count() == 1

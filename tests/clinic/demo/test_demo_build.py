"""The demo clinic: everybody where the story says, the same on each machine, and the log whole."""

import json
import stat
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection, transaction

from needlework.clinic import audit
from needlework.clinic.demo import album, build, staff
from needlework.clinic.demo.people import PEOPLE, Compared, Photographed
from needlework.clinic.demo.portraits import photograph
from needlework.clinic.demo.portraits.face import Visit
from needlework.clinic.ledger.chain import FIELDS, TABLE, verify
from needlework.clinic.models.people import Clinic, Patient, PatientDetails, Role, User
from needlework.clinic.models.photographs import Comparison
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.recovery import CheckIn
from needlework.clinic.models.screening import Screening
from needlework.clinic.models.treatment import Session, SessionEntry
from needlework.records.measure import Trend
from needlework.records.screen import Outcome
from needlework.records.skin import Sex, SkinType
from needlework.records.why import Refusal

AT = datetime(2026, 12, 2, 14, 0, tzinfo=UTC)


@pytest.fixture
def folder(db, settings, tmp_path):
    """A data folder of its own, on the day of building."""
    settings.MEDIA_ROOT, settings.DATA = tmp_path / "photographs", tmp_path
    with time_machine.travel(AT, tick=False):
        yield tmp_path


@pytest.fixture
def without_photographs(monkeypatch):
    """The same people, but nobody is photographed: all that does not take seconds."""
    people = tuple(
        replace(one, story=tuple(step for step in one.story if not isinstance(step, Photographed | Compared)))
        for one in PEOPLE
    )
    for module in (build, album):
        monkeypatch.setattr(module, "PEOPLE", people)


def _build():
    return build.build(at=AT, say=lambda line: None)


def _of(key):
    return Patient.objects.with_details().get(ordinal=1 + [one.key for one in PEOPLE].index(key))


def test_the_people_are_of_all_types_ages_and_both_sexes():
    assert {one.face.skin_type for one in PEOPLE} == set(SkinType)
    assert {one.face.sex for one in PEOPLE} >= {Sex.FEMALE, Sex.MALE}
    ages = [one.age_years for one in PEOPLE]
    assert (min(ages), max(ages)) == (24, 71) and len(PEOPLE) >= 12


def test_the_whole_demo_clinic(folder, subtests, signed_in, client):
    """One build, which takes half a minute, and everything that must be true of it."""
    made = _build()
    with subtests.test("everybody stands where the story says"):
        _stages()
    with subtests.test("the finished courses show each verdict"):
        _verdicts()
    with subtests.test("the pages say that it is a demo, and that the edition is signed"):
        browser = signed_in(User.objects.get(memberships__role=Role.MEDICAL_DIRECTOR))
        for page in ("/", "/patients/", "/learn/"):
            shown = browser.get(page).content.decode()
            assert "demo clinic" in shown and "has not been signed" not in shown
    with subtests.test("the patient's page opens without a login"):
        assert client.get(made.patient_page).status_code == 200
    with subtests.test("the log is whole and names who acted"):
        _log()


def _stages():
    on = AT.date()
    newest = {one.key: _of(one.key).screenings.first() for one in PEOPLE}
    assert newest["ingrid"] is None
    assert newest["camille"].as_verdict().until > on and newest["camille"].bars(on=on)
    assert newest["diego"].as_verdict().outcome is Outcome.ABSOLUTE
    assert newest["hana"].overridden() == {"cold-sore-history"}
    assert _of("rohan").plans.get().sessions.count() == 0
    (open_one,) = Session.objects.exclude(entries__kind="signed")
    assert open_one.patient == _of("leila") and open_one.entries.filter(kind="pass").exists()
    days = {
        key: (on - Session.objects.get(plan__patient=_of(key)).day).days
        for key in ("tomasz", "aoife", "samuel")
    }
    assert days == {"tomasz": 1, "aoife": 3, "samuel": 4}
    assert CheckIn.objects.get(session__plan__patient=_of("aoife")).urgency == "expected"
    (waiting,) = CheckIn.waiting()
    assert waiting.session.patient == _of("samuel") and waiting.urgency == "urgent"
    taken = Plan.objects.get(patient=_of("naledi"))
    assert taken.off_label_reason and taken.created_by.role == Role.MEDICAL_DIRECTOR
    for key in ("rohan", "leila", "samuel", "beatriz", "naledi"):
        notes = " ".join(note.say for note in Plan.objects.get(patient=_of(key)).as_record().notes)
        assert "Skin types IV to VI" in notes, key


def _verdicts():
    seen = {one.patient.details.full_name.split()[0]: one.as_record() for one in Comparison.objects.all()}
    told = {(change.zone, change.measure): change.verdict for change in seen["Margaret"].changes}
    assert told["between the brows", "wrinkles"] == Trend.IMPROVED  # where the furrows are
    assert told["cheeks", "redness"] == Trend.IMPROVED and Trend.WORSE not in told.values()
    assert {change.verdict for change in seen["Yusuf"].changes} == {Trend.NO_DETECTABLE_CHANGE}
    assert not seen["Beatriz"].comparable and seen["Beatriz"].reasons


def _log():
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(FIELDS)}, hash FROM {TABLE} ORDER BY seq")
        lines = cursor.fetchall()
    assert verify(lines).whole and not list(audit.drift(connection.connection))
    actors = {line[FIELDS.index("actor")] for line in lines}
    assert {f"user:{user.pk}" for user in User.objects.all()} <= actors


def test_there_is_a_login_for_each_of_the_staff_and_its_password_is_of_this_machine(
    folder, without_photographs
):
    made = _build()
    assert {login.role for login in made.logins} == set(Role.values)
    assert len({login.password for login in made.logins}) == 5
    for login in made.logins:
        assert len(login.password) >= 12
        assert User.objects.get(username=login.username).check_password(login.password)
    path = folder / staff.LOGINS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    told = "\n".join(made.lines())
    assert all(one["password"] in told for one in json.loads(path.read_text())["logins"])
    assert made.patient_page in told


def test_a_second_build_leaves_everything_as_it_is(folder, without_photographs):
    made, before = _build(), _told()
    again = _build()
    assert (again.logins, again.patient_page) == (made.logins, made.patient_page)
    assert made.new and not again.new and _told() == before


def test_where_the_file_of_logins_is_lost_there_are_new_passwords(folder, without_photographs):
    made = _build()
    (folder / staff.LOGINS).unlink()
    again = _build()
    assert {login.username for login in again.logins} == {login.username for login in made.logins}
    for login in again.logins:
        assert User.objects.get(username=login.username).check_password(login.password)
    assert _build().logins == again.logins


def test_a_real_clinic_is_refused(folder, patient):
    Clinic.objects.create(name="Harbour Skin")
    refused = _build()
    assert isinstance(refused, Refusal) and "real clinic" in refused.reasons[0].problem
    assert Patient.objects.count() == 1 and not Clinic.objects.filter(is_demo=True).exists()


def test_it_is_the_same_clinic_on_each_machine(folder, without_photographs):
    def once():
        with transaction.atomic():
            _build()
            told = _told()
            transaction.set_rollback(True)
        return told

    first = once()
    assert first == once() and len(first["people"]) == len(PEOPLE)


def _told():
    """All that is seen of the clinic, but for its keys and passwords."""
    return {
        "people": list(
            PatientDetails.objects.order_by("patient__ordinal").values_list("full_name", "born_on")
        ),
        "screenings": list(Screening.objects.order_by("once").values_list("once", "on", "verdict")),
        "plans": list(Plan.objects.order_by("once").values_list("once", "plan", "created_at")),
        "entries": list(SessionEntry.objects.order_by("once").values_list("once", "kind", "at", "data")),
        "check-ins": list(CheckIn.objects.order_by("once").values_list("once", "at", "triage")),
    }


def test_a_drawing_is_the_same_each_time():
    somebody = next(one for one in PEOPLE if one.key == "samuel")
    visit = Visit(taken_on=AT.date(), seed=7)
    first, second = (photograph.draw(face=somebody.face, visit=visit) for _ in range(2))
    assert first == second
